import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';

/** Whether data has come in that the current facts do not know yet. */
export async function isNewerSnapshot(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ newer: boolean }>`
    select coalesce((select max(snapshot_id) from register.snapshot) > (select max(snapshot_id) from need.publication), false)
        as newer`.execute(db);
  return rows[0]?.newer ?? false;
}
