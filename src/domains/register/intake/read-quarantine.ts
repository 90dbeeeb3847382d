import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import type { Reason } from './reasons.ts';

/** The rows that a delivery put aside in one table for one reason, and what has become of them. */
export interface PutAside {
  readonly delivery_id: number;
  /** The delivery with which the rows first came. */
  readonly first: number;
  readonly run_id: number;
  readonly place: number;
  readonly name: string;
  readonly format: string;
  readonly publisher: string | null;
  readonly table_name: string;
  readonly reason: Reason;
  readonly rows: number;
  readonly mended: number;
  /** Sent again, and put aside anew by a later delivery, where they are open now. */
  readonly again: number;
  readonly open: number;
  /** When the rows first came. */
  readonly since: Date;
  /** The import that brought everything of this table anew: nothing of these rows is waited for any more. */
  readonly replaced_by: number | null;
}

/** Reasons for which rows are left out on purpose, or wait for a decision elsewhere: nobody mends them. */
const LEFT_OUT = ['outside_area', 'not_a_gp_practice', 'not_in_use', 'awaits_decision'] as const;

export function isLeftOut(reason: string): boolean {
  return (LEFT_OUT as readonly string[]).includes(reason);
}

/**
 * What was put aside and is kept, by table and reason: of one delivery, or what is still open of all. A later full
 * delivery of the same sender replaces what was put aside before it, because all that there is came again; so does any
 * later national file of the same kind.
 */
export async function readPutAside(
  db: Kysely<Tables>,
  wanted: { readonly delivery: number } | 'open',
): Promise<PutAside[]> {
  const only =
    wanted === 'open'
      ? sql`not d.is_release and not (reason.key = any (${[...LEFT_OUT]}::text[]))`
      : sql`d.delivery_id = ${wanted.delivery}`;
  const { rows } = await sql<PutAside>`
    with placed as (
      select delivery_id, (row_number() over (partition by run_id order by delivery_id) - 1)::int as place
        from register.delivery),
    found as (
      select d.delivery_id, coalesce(d.mends, d.delivery_id) as first, d.run_id, placed.place, d.name, d.format, d.publisher, t.table_name, reason.key as reason,
             reason.value::int as rows, coalesce(s.mended, 0) as mended, coalesce(s.again, 0) as again,
             first_run.started_at as since,
             (select min(later.run_id) from register.delivery later
                join register.delivery_table same on same.delivery_id = later.delivery_id and same.table_name = t.table_name
               where later.delivery_id > d.delivery_id and later.state = 'loaded' and later.mends is null
                 and later.format = d.format and later.publisher is not distinct from d.publisher
                 and (later.format in ('directory', 'national')
                      or (later.is_full and later.extracted_at > coalesce(d.extracted_at, first_run.started_at)))) as replaced_by
        from register.delivery d
        join placed using (delivery_id)
        join register.delivery_table t using (delivery_id)
        cross join lateral jsonb_each_text(t.reasons) as reason
        left join register.delivery first on first.delivery_id = d.mends
        join register.import_run first_run on first_run.run_id = coalesce(first.run_id, d.run_id)
        left join register.quarantine_settled s
               on s.delivery_id = d.delivery_id and s.table_name = t.table_name and s.reason = reason.key
       where (d.quarantine is not null or d.is_release or reason.key = any (${[...LEFT_OUT]}::text[])) and ${only})
    select *, case when replaced_by is null then rows - mended - again else 0 end as open from found
     where ${wanted === 'open'} = false or (replaced_by is null and rows - mended - again > 0)
     order by since, publisher, table_name, reason`.execute(db);
  return rows;
}

/** An import that brings rows of a delivery again, as somebody mended them or as they were. */
export interface ComingAgain {
  readonly run_id: number;
  readonly state: 'running' | 'done' | 'refused' | 'failed';
  readonly message: string | null;
  readonly is_release: boolean | null;
  /** The delivery in it, once there is one. */
  readonly place: number | null;
  readonly loaded: number;
  readonly quarantined: number;
}

/** Every import that brings rows of a delivery again, the latest first. */
export async function readComingAgain(db: Kysely<Tables>, delivery: number): Promise<ComingAgain[]> {
  const { rows } = await sql<ComingAgain>`
    with placed as (
      select delivery_id, (row_number() over (partition by run_id order by delivery_id) - 1)::int as place
        from register.delivery)
    select run.run_id, run.state, run.message, bool_or(d.is_release) as is_release, min(placed.place) as place,
           coalesce(sum(t.loaded + t.duplicate), 0)::int as loaded, coalesce(sum(t.quarantined), 0)::int as quarantined
      from register.import_run run
      left join register.delivery d on d.run_id = run.run_id and d.mends = ${delivery}
      left join placed using (delivery_id)
      left join register.delivery_table t on t.delivery_id = d.delivery_id
     where run.mends = ${delivery} or d.delivery_id is not null
     group by run.run_id order by run.run_id desc limit 20`.execute(db);
  return rows;
}
