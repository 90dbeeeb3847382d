import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { ChangeSetState, DirectoryTables } from './tables.ts';

/** Where a set of changes comes from. */
export interface ChangeOrigin {
  /** The kind of file, or `event` where a person says what happened. */
  readonly format: string;
  /** What it is called in words: `epraccur epraccur-2026-08.csv`. */
  readonly source: string;
  /** The day that it is of. */
  readonly asOf: string;
  /** The import that brought it. */
  readonly runId?: number | null;
  /** The person who said it, where no file did. */
  readonly account?: string | null;
  readonly reason?: string | null;
}

/** Lets one change the directory at a time: a plan is made for the directory as it is when it is carried out. */
export async function lockDirectory(tx: Tx): Promise<void> {
  await sql`lock table directory.change_set in share row exclusive mode`.execute(tx);
}

/** Begins a set of changes. Returns its number. */
export async function openChangeSet(
  tx: Tx,
  origin: ChangeOrigin,
  state: Extract<ChangeSetState, 'offered' | 'applied'>,
  offer: object | null = null,
): Promise<number> {
  const { set_id } = await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.change_set')
    .values({
      format: origin.format,
      source: origin.source,
      run_id: origin.runId ?? null,
      account: origin.account ?? null,
      as_of: origin.asOf,
      reason: origin.reason ?? null,
      state,
      offer: offer === null ? null : JSON.stringify(offer),
      decided_at: null,
      decided_by: null,
    })
    .returning('set_id')
    .executeTakeFirstOrThrow();
  return set_id;
}

/** The set that this transaction has begun for a source, or a new one: what one file changes is one set. */
export async function appliedSetOf(tx: Tx, origin: ChangeOrigin): Promise<number> {
  const begun = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.change_set')
    .select('set_id')
    .where('source', '=', origin.source)
    .where('state', '=', 'applied')
    .where('transaction', '=', sql<string>`pg_current_xact_id()`)
    .executeTakeFirst();
  return begun?.set_id ?? (await openChangeSet(tx, origin, 'applied'));
}
