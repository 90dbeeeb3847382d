import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { ReturnReason } from './tables.ts';

/** A piece of work as an inbox lists it. */
export interface InboxRow {
  readonly item: number;
  readonly kind: string;
  readonly state: string;
  readonly level: number;
  readonly title: string | null;
  readonly subjectKind: string;
  readonly subjectId: number;
  /** Of a person who may be seen; null for other work, and for people whom one may not see any more. */
  readonly personId: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  /** Whether that person is still there to be looked after; null where there is no person to be seen. */
  readonly deathDate: string | null;
  readonly registered: boolean | null;
  readonly team: number;
  readonly teamName: string;
  readonly owner: string | null;
  readonly ownerName: string | null;
  readonly offeredTeam: number | null;
  readonly offeredTeamName: string | null;
  readonly acceptBy: Date | null;
  /** Who asked for it last, where that was another team. */
  readonly senderTeamName: string | null;
  readonly dueAt: Date;
  /** Until when something has to happen on the desk it lies on: accepted, or done. */
  readonly deskDue: Date;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly outcome: string | null;
  readonly returnedBecause: ReturnReason | null;
  /** The last change: what a form on it is written against. */
  readonly lastChange: number;
}

/** Whose inbox: of some people (oneself and whom one covers), of a team, or what a team has asked of others. */
export type InboxOf =
  | { readonly accounts: readonly string[] }
  | { readonly team: number }
  | { readonly sentBy: number };

export interface InboxFilter {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly late?: boolean | undefined;
  /** Who has it: an account, or nobody. */
  readonly owner?: string | 'nobody' | undefined;
  /** Kinds that are left out. */
  readonly hidden?: readonly string[] | undefined;
}

export const ROWS_A_PAGE = 50;

/**
 * One page of an inbox: what is loudest first, then by the clock, so that what is late comes before what is not. Only
 * what row-level security lets this transaction see.
 */
export async function readInbox(
  tx: Tx,
  of: InboxOf,
  filter: InboxFilter,
  when: { readonly now: Date; readonly page: number; readonly rows?: number },
): Promise<InboxRow[]> {
  const rows = when.rows ?? ROWS_A_PAGE;
  const order = 'sentBy' in of ? sql`item.item_id desc` : sql`item.level desc, item.desk_due, item.item_id`;
  return await readRows(
    tx,
    sql`select item.*, row_number() over (order by ${order}) as place
          from work.item item where ${whose(of)} and ${filtered(filter, when.now)}
         order by ${order} limit ${rows} offset ${(when.page - 1) * rows}`,
  );
}

/** One piece of work, open or over, as a row; null where there is none that may be seen. */
export async function readWork(tx: Tx, item: number): Promise<InboxRow | null> {
  const [row] = await readRows(
    tx,
    sql`select item.*, 1 as place from work.item item where item_id = ${item}`,
  );
  return row ?? null;
}

/** Several pieces of work, open or over, as rows; those that may be seen. */
export async function readWorkItems(tx: Tx, items: readonly number[]): Promise<InboxRow[]> {
  if (items.length === 0) return [];
  return await readRows(
    tx,
    sql`select item.*, item_id as place from work.item item where item_id = any (${[...items]}::int[])`,
  );
}

/** Every piece of work about a person that may be seen, open first, at most so many. */
export async function readWorkOfPerson(tx: Tx, person: number, most: number): Promise<InboxRow[]> {
  return await readRows(
    tx,
    sql`select item.*, row_number() over (order by closed_at desc nulls first, desk_due) as place
          from work.item item
         where subject_kind = 'person' and subject_id in (
           select ${person}::int union select person_no from register.joined where now_no = ${person})
         order by place limit ${most}`,
  );
}

/** The work that something came from and led to, nearest first. */
export async function readLinked(tx: Tx, item: number): Promise<{ from: InboxRow[]; to: InboxRow[] }> {
  const linked = (key: 'from_item' | 'to_item', other: 'from_item' | 'to_item') =>
    readRows(
      tx,
      sql`select item.*, row_number() over (order by item.item_id) as place from work.item item
           where item_id in (select ${sql.ref(other)} from work.link where ${sql.ref(key)} = ${item})`,
    );
  return { from: await linked('to_item', 'from_item'), to: await linked('from_item', 'to_item') };
}

async function readRows(tx: Tx, chosen: ReturnType<typeof sql>): Promise<InboxRow[]> {
  // The rows of the page are chosen first, from the index; only for those are names looked up.
  const found = await sql<InboxRow>`
    with item as materialized (${chosen})
    select item.item_id as item, item.kind, item.state, item.level, item.title, item.subject_kind as "subjectKind",
           item.subject_id as "subjectId", person.public_id as "personId", person.family_name as "familyName",
           person.given_names as "givenNames", person.death_date as "deathDate", person.registered, item.owner_team as team, team.name as "teamName",
           item.owner_account as owner, owner.name as "ownerName", item.offered_team as "offeredTeam",
           offered.name as "offeredTeamName", item.accept_by as "acceptBy", sender.name as "senderTeamName",
           item.due_at as "dueAt", item.desk_due as "deskDue",
           item.opened_at as "openedAt", item.closed_at as "closedAt", item.outcome,
           item.returned_because as "returnedBecause",
           (select max(step.transition_id) from work.transition step where step.item_id = item.item_id) as "lastChange"
      from item
      join directory.team team on team.team_id = item.owner_team
      left join directory.team offered on offered.team_id = item.offered_team
      left join lateral (
        select asked.name from work.sent s join directory.team asked on asked.team_id = s.team
         where s.item_id = item.item_id and s.team <> item.owner_team order by s.at desc limit 1
      ) sender on true
      left join auth.account owner on owner.account = item.owner_account
      left join register.joined joined on item.subject_kind = 'person' and joined.person_no = item.subject_id
      left join lateral (
        -- Not coalesce: to row-level security that might leak, and then no index leads to the person.
        select p.public_id, p.family_name, p.given_names, p.death_date, p.registered from register.person p
         where item.subject_kind = 'person'
           and p.person_no = case when joined.now_no is null then item.subject_id else joined.now_no end limit 1
      ) person on true
     order by item.place`.execute(tx);
  return found.rows;
}

function whose(of: InboxOf) {
  if ('accounts' in of)
    return sql`item.desk_account = any (${of.accounts}::uuid[]) and item.closed_at is null`;
  if ('team' in of) return sql`item.desk_team = ${of.team} and item.closed_at is null`;
  return sql`item.item_id in (
    select item_id from work.sent where team = ${of.sentBy}
    union all
    select item_id from work.item where owner_team = ${of.sentBy} and offered_team is not null)
    and item.owner_team is distinct from (case when item.offered_team is null then ${of.sentBy}::int end)`;
}

function filtered({ kind, state, late, owner, hidden = [] }: InboxFilter, now: Date) {
  const conditions = [
    ...(hidden.length === 0 ? [] : [sql`item.kind <> all (${hidden}::text[])`]),
    ...(kind === undefined ? [] : [sql`item.kind = ${kind}`]),
    ...(state === undefined ? [] : [sql`item.state = ${state}`]),
    ...(late ? [sql`item.desk_due < ${now}`] : []),
    ...(owner === undefined
      ? []
      : [owner === 'nobody' ? sql`item.desk_account is null` : sql`item.desk_account = ${owner}::uuid`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** How many pieces of an inbox are of one kind, in one state, late or not, with whom. */
export interface InboxCount {
  readonly kind: string;
  readonly state: string;
  readonly late: boolean;
  readonly loud: boolean;
  readonly account: string | null;
  readonly n: number;
}

/** Counts of a whole inbox, from which every number on its page is added up: each is the length of its list. */
export async function countInbox(
  tx: Tx,
  of: InboxOf,
  now: Date,
  hidden: readonly string[] = [],
): Promise<InboxCount[]> {
  // Grouped in the order of the index, which is then read alone and never sorted.
  const found = await sql<Omit<InboxCount, 'late' | 'loud'> & { level: number; late: number }>`
    select item.kind, item.state, item.level, item.desk_account as account, count(*) as n,
           count(*) filter (where item.desk_due < ${now}) as late
      from work.item item where ${whose(of)} and ${filtered({ hidden }, now)}
     group by item.kind, item.state, item.level, item.desk_account`.execute(tx);
  return found.rows.flatMap(({ level, late, n, ...row }) => {
    const each = (isLate: boolean, many: number) =>
      many === 0 ? [] : [{ ...row, loud: level > 0, late: isLate, n: many }];
    return [...each(true, late), ...each(false, n - late)];
  });
}

/** Everything that happened to a piece of work, the latest first. */
export interface WorkEvent {
  readonly at: Date;
  readonly action: string;
  readonly who: string;
  readonly owner: string | null;
  readonly team: string;
  readonly note: string | null;
}

export async function readWorkHistory(tx: Tx, item: number): Promise<WorkEvent[]> {
  const found = await sql<WorkEvent>`
    select step.at, step.action, who.name as who, owner.name as owner, team.name as team, step.note
      from work.transition step
      join auth.account who on who.account = step.account
      join directory.team team on team.team_id = step.owner_team
      left join auth.account owner on owner.account = step.owner_account
     where step.item_id = ${item}
     order by step.transition_id desc`.execute(tx);
  return found.rows;
}
