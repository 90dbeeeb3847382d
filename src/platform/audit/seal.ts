import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';
import { LOCK_SPACE, locks } from '../database/index.ts';
import type { AuditTables } from './tables.ts';

/** What stands before the first seal. */
export const GENESIS = 'neighbourhold audit';

/**
 * The hash of the entries of a range of transactions, chained to the one before. It is computed inside the
 * database from the rows as they are stored, in order of id, with every column. As JSON, so that no text in one
 * column can pass for the beginning of the next.
 */
const sealHash = (from: string, before: string, previous: string) => sql<{
  entries: number;
  hash: string | null;
}>`
  select count(*)::int as entries,
         encode(sha256(convert_to(
           ${previous}::text || E'\n' || string_agg(
             jsonb_build_array(id, extract(epoch from at), xact::text, account, account_name, role, organisation, request,
                               origin, action, subject_kind, subject_id, purpose, outcome, detail)::text,
             E'\n' order by id), 'UTF8')), 'hex') as hash
    from audit.entry
   where xact >= ${from}::xid8 and xact < ${before}::xid8`;

/**
 * Seals every entry whose transaction, and every earlier one, has ended. Ranges are of transactions, not of ids:
 * ids are given out before commit, so a later id can become visible first, while no transaction below
 * `pg_snapshot_xmin` can still add anything. Looking therefore never waits for sealing.
 *
 * Returns the number of entries sealed, 0 when there was nothing to seal.
 */
export async function sealAudit(db: Kysely<Tables>): Promise<number> {
  return await db
    .withTables<AuditTables>()
    .transaction()
    .execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, ${locks.auditSeal})`.execute(tx);
      const last = await tx
        .selectFrom('audit.seal')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      const from = last?.before_xact ?? '0';
      const horizon = await sql<{
        xmin: string;
      }>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`.execute(tx);
      const before = horizon.rows[0]?.xmin ?? from;
      const previous = last?.hash ?? GENESIS;
      const { entries, hash } = (await sealHash(from, before, previous).execute(tx)).rows[0] ?? {
        entries: 0,
        hash: null,
      };
      if (entries === 0 || hash === null) return 0;
      await tx
        .insertInto('audit.seal')
        .values({ from_xact: from, before_xact: before, entries, previous_hash: previous, hash })
        .execute();
      return entries;
    });
}

export interface AuditCheck {
  readonly ok: boolean;
  readonly detail: string;
}

/** Recomputes every seal from the entries. A removed, added or changed entry breaks the chain and is named by day. */
export async function verifyAudit(db: Kysely<Tables>): Promise<AuditCheck> {
  const tables = db.withTables<AuditTables>();
  const seals = await tables.selectFrom('audit.seal').selectAll().orderBy('id').execute();
  let previous = GENESIS;
  let reached = '0';
  let entries = 0;
  for (const seal of seals) {
    const again = (await sealHash(seal.from_xact, seal.before_xact, previous).execute(db)).rows[0];
    const unbroken = seal.previous_hash === previous && seal.from_xact === reached;
    if (!unbroken || again?.hash !== seal.hash || again.entries !== seal.entries) {
      const day = seal.sealed_at.toISOString();
      return {
        ok: false,
        detail: `seal ${seal.id} of ${day} does not fit: ${seal.entries} entries were sealed, ${again?.entries ?? 0} are there`,
      };
    }
    previous = seal.hash;
    reached = seal.before_xact;
    entries += seal.entries;
  }
  return { ok: true, detail: `${entries} entries under ${seals.length} seals` };
}
