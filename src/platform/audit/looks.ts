import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

/** One entry about a person: what somebody did to them alone, or a list that showed them with others. */
export interface Look {
  readonly id: number;
  readonly at: Date;
  readonly account: string;
  readonly account_name: string;
  readonly role: string;
  readonly organisation: string;
  readonly action: string;
  readonly purpose: string;
  readonly outcome: string;
}

/**
 * Who looked at one person, the latest first. Being shown in a list or a download counts: those entries name in
 * `detail.people` everybody whom they showed.
 */
export async function readLooksAt(tx: Tx, personNo: number, limit: number): Promise<Look[]> {
  const columns = sql.raw('id, at, account, account_name, role, organisation, action, purpose, outcome');
  // Two index look-ups, each already limited: one condition with "or" would read the audit from its end.
  const { rows } = await sql<Look>`
    select * from (
      (select ${columns} from audit.entry
        where subject_kind = 'person' and subject_id = ${String(personNo)}
        order by id desc limit ${limit})
      union all
      (select ${columns} from audit.entry
        where subject_kind is null and detail ? 'people' and detail -> 'people' @> ${String(personNo)}::jsonb
        order by id desc limit ${limit})) as look
    order by id desc limit ${limit}`.execute(tx);
  return rows;
}
