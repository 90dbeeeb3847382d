import { sql } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type CheckStatus, checkStatuses } from './check-status.ts';
import { CHASE, type SmiPathway } from './smi-pathway.ts';

/** Which people of the register somebody wants to see. */
export interface SmiFilter {
  /** A check of the pathway; null: any of them. */
  readonly check: string | null;
  readonly status: CheckStatus | null;
  readonly chaser: Chaser | null;
}

/** Who chases: the practice, the mental health team, another team, nobody though a check is overdue, or nobody needs to. */
export const chasers = ['practice', 'mental_health', 'other', 'nobody', 'not_needed'] as const;
export type Chaser = (typeof chasers)[number];

/** One check of somebody, as of the day of the facts. */
export interface CheckOfPerson {
  readonly check: string;
  readonly status: CheckStatus;
  readonly last: PlainDate | null;
  readonly until: PlainDate | null;
  readonly recorded: string | null;
  readonly recordedBy: string | null;
}

/** Who makes sure of it: a piece of work, and whom it is offered to. */
export interface Chase {
  readonly item: number;
  readonly team: string;
  readonly owner: string | null;
  readonly offeredTo: string | null;
  readonly since: Date;
  readonly due: Date;
  readonly late: boolean;
}

/** Somebody on the register. */
export interface SmiPerson {
  readonly personNo: number;
  readonly publicId: string;
  readonly nhsNumber: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  /** Null where the record is marked sensitive. */
  readonly practice: string | null;
  readonly checks: readonly CheckOfPerson[];
  readonly chase: Chase | null;
}

export const SMI_ROWS_A_PAGE = 50;

/**
 * How each person is chased, of those whom this transaction may see: the register that counts and lists are made of. Of one
 * person alone, where a page is about them.
 */
function registerSql(pathway: SmiPathway, personNo?: number) {
  const only = (column: string) =>
    personNo === undefined ? sql`true` : sql`${sql.ref(column)} = ${personNo}`;
  return sql`
    with chase as (
      select item.subject_id as person_no, item.item_id, team.name as team, who.name as owner, offered.name as offered_to,
             item.opened_at, item.due_at, item.level > 0 as late,
             case team.kind when 'practice' then 'practice' when ${pathway.mental_health_team_kind} then 'mental_health'
                            else 'other' end as chaser
        from work.item item
        join directory.team team on team.team_id = item.owner_team
        left join directory.team offered on offered.team_id = item.offered_team
        left join auth.account who on who.account = item.owner_account
       where item.kind = ${CHASE} and item.closed_at is null and item.subject_kind = 'person'
         and ${only('item.subject_id')}),
    listed as (
      select person_no, array_agg(status) as statuses,
             coalesce(chase.chaser, case when bool_or(status = 'overdue') then 'nobody' else 'not_needed' end) as chaser
        from coordination.smi_check left join chase using (person_no) where ${only('smi_check.person_no')}
       group by person_no, chase.chaser)`;
}

function matches({ check, status, chaser }: SmiFilter) {
  const ofCheck = sql`exists (select 1 from coordination.smi_check c where c.person_no = listed.person_no
    and (${check}::text is null or c.check_id = ${check}) and (${status}::text is null or c.status = ${status}))`;
  return sql`(${check === null && status === null} or ${ofCheck}) and (${chaser}::text is null or listed.chaser = ${chaser})`;
}

/** How many people stand where: by check and status, by any check and status, and by who chases. */
export interface SmiCounts {
  readonly people: number;
  readonly byCheck: ReadonlyMap<string, Readonly<Record<CheckStatus, number>>>;
  /** People with at least one check of a status. */
  readonly any: Readonly<Record<CheckStatus, number>>;
  readonly byChaser: Readonly<Record<Chaser, number>>;
  readonly asOf: PlainDate | null;
}

const NOBODY = { overdue: 0, due: 0, done: 0, unknown: 0 };

/** Counts of the register of whom this transaction may see. Each opens a list of exactly those people. */
export async function countSmi(tx: Tx, pathway: SmiPathway): Promise<SmiCounts> {
  const checks = await sql<{ check_id: string; status: CheckStatus; n: number }>`
    select check_id, status, count(*)::int as n from coordination.smi_check group by check_id, status`.execute(
    tx,
  );
  const byCheck = new Map(pathway.checks.map(({ id }) => [id, { ...NOBODY }]));
  for (const { check_id, status, n } of checks.rows) {
    const row = byCheck.get(check_id);
    if (row) row[status] = n;
  }
  const all = await sql<Record<CheckStatus | Chaser, number> & { people: number; as_of: PlainDate | null }>`
    ${registerSql(pathway)}
    select count(*)::int as people,
           (count(*) filter (where 'overdue' = any (statuses)))::int as overdue,
           (count(*) filter (where 'due' = any (statuses)))::int as due,
           (count(*) filter (where 'done' = any (statuses)))::int as done,
           (count(*) filter (where 'unknown' = any (statuses)))::int as unknown,
           (count(*) filter (where chaser = 'practice'))::int as practice,
           (count(*) filter (where chaser = 'mental_health'))::int as mental_health,
           (count(*) filter (where chaser = 'other'))::int as other,
           (count(*) filter (where chaser = 'nobody'))::int as nobody,
           (count(*) filter (where chaser = 'not_needed'))::int as not_needed,
           (select max(as_of) from coordination.smi_check) as as_of
      from listed`.execute(tx);
  const row = all.rows[0];
  return {
    people: row?.people ?? 0,
    byCheck,
    any: row ? pick(row, checkStatuses) : NOBODY,
    byChaser: row
      ? pick(row, chasers)
      : { practice: 0, mental_health: 0, other: 0, nobody: 0, not_needed: 0 },
    asOf: row?.as_of ?? null,
  };
}

function pick<Key extends string>(row: Record<Key, number>, keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as Record<Key, number>;
}

/** People of the register, who has most overdue first. `page` null: all of them, for a file. */
export async function listSmi(
  tx: Tx,
  pathway: SmiPathway,
  filter: SmiFilter,
  page: number | null,
): Promise<{ people: SmiPerson[]; total: number }> {
  const limit = page === null ? null : SMI_ROWS_A_PAGE;
  const offset = page === null ? 0 : (page - 1) * SMI_ROWS_A_PAGE;
  const { rows } = await sql<Row & { total: number }>`
    ${registerSql(pathway)},
    chosen as (
      select person_no, cardinality(array_positions(statuses, 'overdue')) as overdue, (count(*) over ())::int as total
        from listed where ${matches(filter)})
    select ${PERSON}, chosen.total
      from chosen join register.person p using (person_no) left join chase using (person_no)
      left join directory.place place on place.place_id = p.practice_id
     order by chosen.overdue desc, p.family_name nulls last, p.given_names nulls last, p.person_no
     limit ${limit} offset ${offset}`.execute(tx);
  return { people: rows.map((row) => personOf(pathway, row)), total: rows[0]?.total ?? 0 };
}

/** One person; null for who is not on the register, or may not be seen. */
export async function readSmiPerson(
  tx: Tx,
  pathway: SmiPathway,
  personNo: number,
): Promise<SmiPerson | null> {
  const { rows } = await sql<Row>`
    ${registerSql(pathway, personNo)}
    select ${PERSON}
      from listed join register.person p using (person_no) left join chase using (person_no)
      left join directory.place place on place.place_id = p.practice_id
     where p.person_no = ${personNo}`.execute(tx);
  return rows[0] ? personOf(pathway, rows[0]) : null;
}

interface Row extends Omit<SmiPerson, 'chase' | 'checks'> {
  readonly checks: readonly CheckOfPerson[];
  readonly item: number | null;
  readonly team: string;
  readonly owner: string | null;
  readonly offeredTo: string | null;
  readonly since: Date;
  readonly due: Date;
  readonly late: boolean;
}

const PERSON = sql`
  p.person_no as "personNo", p.public_id as "publicId", p.nhs_number as "nhsNumber", p.family_name as "familyName",
  p.given_names as "givenNames", p.birth_date as "birthDate",
  case when not (p.sensitive or p.confidential) then place.name end as practice,
  (select jsonb_agg(jsonb_build_object('check', check_id, 'status', status, 'last', last_day, 'until', counts_until,
            'recorded', recorded,
            'recordedBy', case when not (p.sensitive or p.confidential) then coalesce(source.name, recorded_by) end))
     from coordination.smi_check c left join directory.place source on source.code = c.recorded_by
    where c.person_no = p.person_no) as checks,
  chase.item_id as item, chase.team, chase.owner, chase.offered_to as "offeredTo", chase.opened_at as since,
  chase.due_at as due, chase.late`;

function personOf(pathway: SmiPathway, row: Row): SmiPerson {
  const { item, team, owner, offeredTo, since, due, late, ...person } = row;
  const order = pathway.checks.map(({ id }) => id);
  return {
    ...person,
    checks: [...person.checks].sort((one, other) => order.indexOf(one.check) - order.indexOf(other.check)),
    chase: item === null ? null : { item, team, owner, offeredTo, since, due, late },
  };
}
