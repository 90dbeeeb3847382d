import { sql } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { SettingId } from './in-reach-pathway.ts';

/** A building on a day's route: how many people are to be visited there. */
export interface RouteSite {
  readonly site: number;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly setting: SettingId;
  /** People who are visited there at all, whom this reader may see. */
  readonly people: number;
  /** Of them, to be visited that day; on today's route, also who is late. */
  readonly due: number;
  /** Of those, with a visit that counts as missed. */
  readonly missed: number;
  /** Of all, visited that day already. */
  readonly done: number;
}

export const SITES_A_PAGE = 50;

/** What of a route somebody wants to see. */
export interface RouteQuestion {
  readonly day: PlainDate;
  readonly today: PlainDate;
  readonly setting: SettingId | null;
  readonly page: number;
}

/** Whether a visit stands on the route of a day: planned for it, or late where the day is today. */
function onRoute({ day, today }: Pick<RouteQuestion, 'day' | 'today'>) {
  return day === today ? sql`v.next_day <= ${day}` : sql`v.next_day = ${day}`;
}

/** What the numbers of a route count: to be visited, of those with a visit that counts as missed, visited, or all. */
export const visited = ['due', 'missed', 'done', 'all'] as const;
export type Visited = (typeof visited)[number];

/** Whether a number of a route counts somebody. Numbers and their lists are both made of it. */
function isCounted(which: Visited, asked: Pick<RouteQuestion, 'day' | 'today'>) {
  const counts = {
    due: onRoute(asked),
    missed: sql`${onRoute(asked)} and coalesce(item.level, 0) > 0`,
    done: sql`v.person_no in (${visitedOn(asked)})`,
    all: sql`true`,
  };
  return counts[which];
}

/** The piece of work of a visit that is due: looked up by its number, for the few that have one. */
const ITEM = sql`left join lateral (
  select level from work.item open where open.item_id = v.item_id limit 1) item on true`;

/** Who was visited on a day; asked once for a whole route. */
function visitedOn({ day }: Pick<RouteQuestion, 'day'>) {
  return sql`select past.person_no from coordination.in_reach_visit past where past.visited_on = ${day}`;
}

/**
 * The route of a day: each building where somebody is to be visited or was that day, care homes first, then by postcode,
 * so that neighbours stand together. Of people whom this transaction may see.
 */
export async function readRoute(
  tx: Tx,
  asked: RouteQuestion,
): Promise<{ sites: RouteSite[]; total: number }> {
  const { rows } = await sql<RouteSite & { total: number }>`
    with visit as (
      select v.site_id, v.setting, ${isCounted('due', asked)} as due, ${isCounted('missed', asked)} as missed,
             ${isCounted('done', asked)} as done
        from coordination.in_reach v ${ITEM}
       where v.ended_at is null and (${asked.setting}::text is null or v.setting = ${asked.setting}))
    select site.site_id as site, site.address, site.postcode, visit.setting,
           count(*)::int as people, (count(*) filter (where due))::int as due,
           (count(*) filter (where missed))::int as missed, (count(*) filter (where done))::int as done,
           (count(*) over ())::int as total
      from visit join coordination.in_reach_site site using (site_id)
     group by site.site_id, visit.setting
    having bool_or(due or done)
     order by visit.setting, site.postcode nulls last, site.address nulls last, site.site_id
     limit ${SITES_A_PAGE} offset ${(asked.page - 1) * SITES_A_PAGE}`.execute(tx);
  return { sites: rows.map(({ total, ...site }) => site), total: rows[0]?.total ?? 0 };
}

/** A day's visits in all, and how many people are visited regularly. */
export interface RouteCounts {
  readonly people: number;
  readonly due: number;
  readonly missed: number;
  readonly done: number;
  /** The next day with a visit after the day that was asked about. */
  readonly nextDay: PlainDate | null;
}

export async function countRoute(
  tx: Tx,
  asked: Pick<RouteQuestion, 'day' | 'today' | 'setting'>,
): Promise<RouteCounts> {
  const { rows } = await sql<RouteCounts>`
    select count(*)::int as people, (count(*) filter (where ${isCounted('due', asked)}))::int as due,
           (count(*) filter (where ${isCounted('missed', asked)}))::int as missed,
           (count(*) filter (where ${isCounted('done', asked)}))::int as done,
           min(v.next_day) filter (where v.next_day > ${asked.day}) as "nextDay"
      from coordination.in_reach v ${ITEM}
     where v.ended_at is null and (${asked.setting}::text is null or v.setting = ${asked.setting})`.execute(
    tx,
  );
  return rows[0] ?? { people: 0, due: 0, missed: 0, done: 0, nextDay: null };
}

/** How many visits are to be made today, late ones among them. Looks at those alone, as the home page asks each time. */
export async function countToday(tx: Tx, today: PlainDate): Promise<{ due: number; missed: number }> {
  const { rows } = await sql<{ due: number; missed: number }>`
    select count(*)::int as due, (count(*) filter (where ${isCounted('missed', { day: today, today })}))::int as missed
      from coordination.in_reach v ${ITEM}
     where v.ended_at is null and ${isCounted('due', { day: today, today })}`.execute(tx);
  return rows[0] ?? { due: 0, missed: 0 };
}

/** Somebody who is visited, or was, as a page lists them. */
export interface Resident {
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  /** Where in the building; null where the record is marked sensitive, or has none. */
  readonly address: string | null;
  readonly postcode: string | null;
  readonly site: number;
  readonly setting: SettingId;
  readonly team: string;
  readonly everyDays: number | null;
  readonly nextDay: PlainDate | null;
  readonly missed: boolean;
  readonly version: number;
  readonly endedAt: Date | null;
  readonly endedBecause: string | null;
  readonly lastDay: PlainDate | null;
  readonly lastOutcome: string | null;
  readonly lastNote: string | null;
  readonly lastBy: string | null;
}

const RESIDENT = sql`
  select v.person_no as "personNo", p.public_id as "publicId", p.family_name as "familyName",
         p.given_names as "givenNames", p.birth_date as "birthDate",
         case when not (p.sensitive or p.confidential) then p.address end as address,
         case when not (p.sensitive or p.confidential) then p.postcode end as postcode,
         v.site_id as site, v.setting, team.name as team, v.every_days as "everyDays", v.next_day as "nextDay",
         coalesce(item.level > 0, false) as missed, v.version, v.ended_at as "endedAt",
         v.ended_because as "endedBecause", past.visited_on as "lastDay", past.outcome as "lastOutcome",
         past.note as "lastNote", past.name as "lastBy"
    from coordination.in_reach v
    join register.person p on p.person_no = v.person_no
    join directory.team team using (team_id)
    left join work.item item on item.item_id = v.item_id
    left join lateral (
      select visited_on, outcome, note, who.name from coordination.in_reach_visit
        join auth.account who using (account)
       where in_reach_visit.person_no = v.person_no order by visit_id desc limit 1) past on true`;

/** Everybody who is visited in a building, by name, whom this transaction may see. */
export async function readResidents(tx: Tx, site: number): Promise<Resident[]> {
  const { rows } = await sql<Resident>`
    ${RESIDENT} where v.site_id = ${site} and v.ended_at is null
    order by p.family_name nulls last, p.given_names nulls last, v.person_no`.execute(tx);
  return rows;
}

/** Somebody whom a number of a route counts; without a name where they are counted and may not be opened. */
export interface VisitedPerson {
  readonly personNo: number;
  readonly publicId: string | null;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly site: number;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly setting: SettingId;
  readonly nextDay: PlainDate;
  readonly missed: boolean;
  readonly lastDay: PlainDate | null;
}

export const PEOPLE_A_PAGE = 50;

/** Exactly whom a number of a route counts, who is to be visited first at the top; a page of them, and how many in all. */
export async function listVisited(
  tx: Tx,
  asked: RouteQuestion & { readonly which: Visited; readonly site: number | null },
): Promise<{ people: VisitedPerson[]; total: number }> {
  const { rows } = await sql<VisitedPerson & { total: number }>`
    select v.person_no as "personNo", p.public_id as "publicId", p.family_name as "familyName",
           p.given_names as "givenNames", v.site_id as site, v.setting,
           case when not (p.sensitive or p.confidential) then site.address end as address,
           case when not (p.sensitive or p.confidential) then site.postcode end as postcode,
           v.next_day as "nextDay", coalesce(item.level, 0) > 0 as missed,
           (select max(visited_on) from coordination.in_reach_visit past where past.person_no = v.person_no) as "lastDay",
           (count(*) over ())::int as total
      from coordination.in_reach v ${ITEM}
      left join coordination.in_reach_site site on site.site_id = v.site_id
      left join register.person p on p.person_no = v.person_no
     where v.ended_at is null and ${isCounted(asked.which, asked)}
       and (${asked.setting}::text is null or v.setting = ${asked.setting})
       and (${asked.site}::int is null or v.site_id = ${asked.site})
     order by v.next_day, v.person_no
     limit ${PEOPLE_A_PAGE} offset ${(asked.page - 1) * PEOPLE_A_PAGE}`.execute(tx);
  return { people: rows.map(({ total, ...person }) => person), total: rows[0]?.total ?? 0 };
}

/** Who is to be visited on a day, in the order of the route, for paper. */
export async function readRoutePeople(
  tx: Tx,
  asked: Pick<RouteQuestion, 'day' | 'today' | 'setting'>,
  limit: number,
): Promise<Resident[]> {
  const { rows } = await sql<Resident>`
    ${RESIDENT} join coordination.in_reach_site site on site.site_id = v.site_id
     where v.ended_at is null and ${onRoute(asked)}
       and (${asked.setting}::text is null or v.setting = ${asked.setting})
     order by v.setting, site.postcode nulls last, site.address nulls last, v.site_id,
              p.family_name nulls last, p.given_names nulls last, v.person_no
     limit ${limit}`.execute(tx);
  return rows;
}

/** How somebody is visited; null for who is not and was not, or may not be seen. */
export async function readResident(tx: Tx, personNo: number): Promise<Resident | null> {
  const { rows } = await sql<Resident>`${RESIDENT} where v.person_no = ${personNo}`.execute(tx);
  return rows[0] ?? null;
}

/** A building; null where there is none whose people this transaction may see. */
export async function readSite(
  tx: Tx,
  site: number,
): Promise<{ readonly address: string | null; readonly postcode: string | null } | null> {
  const { rows } = await sql<{ address: string | null; postcode: string | null }>`
    select address, postcode from coordination.in_reach_site where site_id = ${site}`.execute(tx);
  return rows[0] ?? null;
}

/** What happened with somebody's visits, the latest first: visits, and changes of them. */
export interface InReachEvent {
  readonly at: Date;
  readonly who: string;
  readonly day: PlainDate;
  /** The outcome of a visit; null for a change of how they are visited. */
  readonly outcome: string | null;
  readonly everyDays: number | null;
  readonly note: string | null;
}

export async function readInReachEvents(tx: Tx, personNo: number, limit: number): Promise<InReachEvent[]> {
  const { rows } = await sql<InReachEvent>`
    select at, who.name as who, day, outcome, every_days as "everyDays", note
      from (select at, account, visited_on as day, outcome, null::int as every_days, note
              from coordination.in_reach_visit where person_no = ${personNo}
            union all
            select at, account, next_day, null, every_days, reason
              from coordination.in_reach_change where person_no = ${personNo}) event
      join auth.account who using (account)
     order by at desc limit ${limit}`.execute(tx);
  return rows;
}
