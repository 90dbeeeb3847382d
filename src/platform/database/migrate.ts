import { Kysely, type Migration, Migrator, PostgresDialect, sql } from 'kysely';
import { Refusal } from '../../kernel/index.ts';
import type { Book, Tables } from './connect.ts';
import { LOCK_SPACE, locks } from './locks.ts';

/** One step of a room's schema. Names sort in the order of application: `0010 register: person index`. */
export interface MigrationStep {
  readonly name: string;
  /** Statements, separated by semicolons, run by the owner in one transaction. */
  readonly sql: string;
}

/**
 * Brings the schema up to date. Safe to run from several processes at once: one migrates, the others wait.
 * Every step and the record that it ran are one transaction, so an interrupted start leaves whole steps only.
 */
export async function migrate(book: Book, steps: readonly MigrationStep[]): Promise<void> {
  const pool = book.pool('owner');
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, locks.migration]);
    // The embedded cluster was made with its roles.
    if (book.kind === 'external') await makeRoles(lock);
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    const migrator = new Migrator({
      db,
      provider: {
        getMigrations: async () => Object.fromEntries(steps.map((step) => [step.name, asMigration(step)])),
      },
      migrationTableSchema: 'public',
      migrationTableName: 'migration',
      migrationLockTableName: 'migration_lock',
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  } finally {
    await lock.query('select pg_advisory_unlock($1, $2)', [LOCK_SPACE, locks.migration]).catch(() => {});
    lock.release();
  }
}

function asMigration(step: MigrationStep): Migration {
  return {
    async up(db) {
      await sql.raw(step.sql).execute(db);
    },
  };
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rowCount: number | null }>;
}

/** The roles belong to the server, not to the database: another database of ours may have made them already. */
async function makeRoles(client: Queryable): Promise<void> {
  for (const role of ['neighbourhold_app', 'neighbourhold_batch']) {
    const known = await client.query(
      "select 1 from pg_roles where rolname = $1 and pg_has_role(current_user, oid, 'member')",
      [role],
    );
    if (known.rowCount) continue;
    try {
      await client.query(
        `do $$ begin
           create role ${role} nologin;
         exception when duplicate_object or unique_violation then null;
         end $$`,
      );
      await client.query(`grant ${role} to current_user`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      throw new Refusal({
        code: 'no_role',
        because: `The login of DATABASE_URL may not make the role ${role}.`,
        remedy: `Ask the database administrator to run: CREATE ROLE ${role}; GRANT ${role} TO <your login>;`,
      });
    }
  }
}
