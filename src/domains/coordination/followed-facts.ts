import { type Kysely, sql } from 'kysely';
import type { Tables, Tx } from '../../platform/database/index.ts';

/** What follows new facts: visits, and the checks of severe mental illness. */
export type Following = 'in_reach' | 'smi';

/** Notes that something follows from the facts of a snapshot now. */
export async function noteFollowed(tx: Tx, what: Following, snapshot: number, at: Date): Promise<void> {
  await sql`
    insert into coordination.followed_facts (what, snapshot_id, at) values (${what}, ${snapshot}, ${at})
        on conflict (what) do update set snapshot_id = excluded.snapshot_id, at = excluded.at`.execute(tx);
}

/** The snapshot whose facts were followed last; null: none yet. Between a refresh and what follows it, the one before. */
export async function readFollowed(db: Kysely<Tables>, what: Following): Promise<number | null> {
  const { rows } = await sql<{ snapshot: number }>`
    select snapshot_id as snapshot from coordination.followed_facts where what = ${what}`.execute(db);
  return rows[0]?.snapshot ?? null;
}
