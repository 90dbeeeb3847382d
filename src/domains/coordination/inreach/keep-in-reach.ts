import { sql } from 'kysely';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { practiceTeam } from '../../directory/index.ts';
import { readPublication } from '../../need/index.ts';
import { endMany } from '../../work/index.ts';
import { noteFollowed, readFollowed } from '../followed-facts.ts';
import { type InReachPathway, type RecordEnding, visitStates } from './in-reach-pathway.ts';
import { openDueVisits } from './open-visits.ts';
import { type InReachPlan, planInReach, type Visited, type Wanted } from './plan-in-reach.ts';
import { NO_SITE, type Site, siteOf } from './site.ts';

/** What keeping visits true changed. */
export interface KeptInReach {
  readonly begun: number;
  readonly changed: number;
  readonly ended: number;
  readonly opened: number;
}

interface Keeping {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: InReachPathway;
}

/**
 * Brings visits to what the latest facts say: who is new in a care home or housebound is visited, who left, died or no
 * longer is has the open visit ended with that outcome, and who moved is visited where they live now. A few statements,
 * however many people there are. Safe to run again, and beside people who record visits. As batch work.
 */
export async function keepInReach(tx: Tx, keeping: Keeping): Promise<KeptInReach> {
  // One at a time, and nobody records a visit between what is read here and what is written.
  await sql`lock table coordination.in_reach in exclusive mode`.execute(tx);
  const found = await readWanted(tx, keeping.pathway);
  if (found === null) return { begun: 0, changed: 0, ended: 0, opened: 0 };
  const plan = planInReach({ ...keeping, ...found, visited: await readVisited(tx) });
  const sites = await knownSites(tx, [...plan.begin, ...plan.change], found.sites);
  await begin(tx, plan.begin, sites, keeping);
  await change(tx, plan.change, sites, keeping);
  await end(tx, plan.end, keeping);
  await followPractices(tx);
  await noteFollowed(tx, 'in_reach', found.snapshot, keeping.now);
  return {
    begun: plan.begin.length,
    changed: plan.change.length,
    ended: plan.end.length,
    opened: await openDueVisits(tx, keeping),
  };
}

interface PersonRow {
  readonly person: number;
  readonly practice: number;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly hidden: boolean;
  readonly in_ids: number[];
  readonly is_unknown: boolean;
}

/** Whom the facts say to visit, of whom it is not known, and who is on no list any more. Null: there are no facts yet. */
async function readWanted(tx: Tx, pathway: InReachPathway) {
  const publication = await readPublication(tx);
  if (publication === null) return null;
  const numberOf = new Map(publication.definitions.map(({ id, no }) => [id, no]));
  const settings = pathway.settings.flatMap(({ id, definition }) => {
    const no = numberOf.get(definition);
    return no === undefined ? [] : [{ id, no }];
  });
  // Facts of before these definitions were there say nothing of anybody.
  if (settings.length < pathway.settings.length) return null;
  const numbers = settings.map(({ no }) => no);
  const { rows } = await sql<PersonRow>`
    select p.person_no as person, p.practice_id as practice, p.address, p.postcode,
           p.sensitive or p.confidential as hidden, fact.in_ids, not fact.in_ids && ${numbers}::int[] as is_unknown
      from need.person_fact fact join register.person p using (person_no)
     where fact.snapshot_id = ${publication.snapshotId} and p.registered and p.death_date is null
       and (fact.in_ids && ${numbers}::int[] or fact.unknown_ids && ${numbers}::int[])
     order by person_no`.execute(tx);
  const teams = await teamsOfPractices(tx, [...new Set(rows.map(({ practice }) => practice))]);
  const sites = new Map<string, Site>([[NO_SITE.key, NO_SITE]]);
  const wanted: Wanted[] = [];
  for (const row of rows.filter(({ is_unknown }) => !is_unknown)) {
    const site = siteOf(row);
    sites.set(site.key, site);
    const setting = settings.find(({ no }) => row.in_ids.includes(no));
    const team = teams.get(row.practice);
    if (setting && team !== undefined)
      wanted.push({ person: row.person, setting: setting.id, team, site: site.key });
  }
  const unknown = new Set(rows.filter(({ is_unknown }) => is_unknown).map(({ person }) => person));
  return { snapshot: publication.snapshotId, wanted, unknown, sites, gone: await readGone(tx) };
}

/** The team that visits the people of each practice: the one that it has an agreement with, else its own. */
async function teamsOfPractices(tx: Tx, practices: readonly number[]): Promise<Map<number, number>> {
  const agreed = await sql<{ practice: number; team: number }>`
    select distinct on (practice_id) practice_id as practice, team_id as team
      from register.care_relationship
     where kind = 'int_agreement' and practice_id = any (${[...practices]}::int[]) and team_id is not null
       and starts <= now() and (ends is null or ends > now())
     order by practice_id, relationship_id`.execute(tx);
  const teams = new Map(agreed.rows.map(({ practice, team }) => [practice, team]));
  for (const practice of practices)
    if (!teams.has(practice)) teams.set(practice, await practiceTeam(tx, practice));
  return teams;
}

/** Why people who are visited are on no list any more, where it is known. */
async function readGone(tx: Tx): Promise<Map<number, RecordEnding>> {
  const { rows } = await sql<{ person: number; because: RecordEnding }>`
    select visited.person_no as person,
           case when joined.now_no is not null then 'same_person'
                when p.death_date is not null then 'died' else 'left' end as because
      from coordination.in_reach visited
      join register.person p using (person_no)
      left join register.joined joined on joined.person_no = visited.person_no
     where visited.ended_at is null and (joined.now_no is not null or p.death_date is not null or not p.registered)`.execute(
    tx,
  );
  return new Map(rows.map(({ person, because }) => [person, because]));
}

async function readVisited(tx: Tx): Promise<Visited[]> {
  const { rows } = await sql<Visited>`
    select person_no as person, setting, team_id as team, site.key as site, next_day as "nextDay",
           ended_at as "endedAt", ended_because as "endedBecause"
      from coordination.in_reach join coordination.in_reach_site site using (site_id)
     order by person_no`.execute(tx);
  return rows;
}

/** The numbers of buildings, new ones among them. */
async function knownSites(
  tx: Tx,
  people: readonly Wanted[],
  sites: ReadonlyMap<string, Site>,
): Promise<Map<string, number>> {
  const needed = [...new Set(people.map(({ site }) => site))].map((key) => sites.get(key) ?? NO_SITE);
  const { rows } = await sql<{ key: string; site: number }>`
    with needed as (
      select * from jsonb_to_recordset(${JSON.stringify(needed)}::jsonb) as r (key text, address text, postcode text)),
    added as (
      insert into coordination.in_reach_site (key, address, postcode)
      select key, address, postcode from needed order by key on conflict do nothing returning key, site_id)
    select key, site_id as site from added
    union all
    select site.key, site_id from coordination.in_reach_site site join needed using (key)`.execute(tx);
  return new Map(rows.map(({ key, site }) => [key, site]));
}

async function begin(
  tx: Tx,
  people: InReachPlan['begin'],
  sites: ReadonlyMap<string, number>,
  { now }: Keeping,
): Promise<void> {
  if (people.length === 0) return;
  const rows = JSON.stringify(people.map((each) => ({ ...each, site: sites.get(each.site) })));
  // Who is visited again keeps what a clinician set for them.
  await sql`
    insert into coordination.in_reach (person_no, setting, site_id, team_id, next_day, round_day, since)
    select person, setting, site, team, "nextDay", "nextDay", ${now}
      from jsonb_to_recordset(${rows}::jsonb) as r (person int, setting text, site int, team int, "nextDay" date)
        on conflict (person_no) do update
           set setting = excluded.setting, site_id = excluded.site_id, team_id = excluded.team_id,
               next_day = excluded.next_day, round_day = excluded.round_day, since = excluded.since, ended_at = null, ended_because = null,
               version = in_reach.version + 1`.execute(tx);
}

async function change(
  tx: Tx,
  people: InReachPlan['change'],
  sites: ReadonlyMap<string, number>,
  { by, now }: Keeping,
): Promise<void> {
  if (people.length === 0) return;
  const rows = JSON.stringify(people.map((each) => ({ ...each, site: sites.get(each.site) })));
  // Work of a team that no longer visits them ends; the new team's is opened with the next visits that are due.
  const handedOn = people.filter(({ newTeam }) => newTeam).map(({ person }) => person);
  await endVisits(tx, handedOn, { outcome: 'handed_on', note: 'Another team visits now', by, now });
  await sql`
    update coordination.in_reach visited
       set setting = r.setting, site_id = r.site, team_id = r.team, next_day = least(next_day, r."notAfter"),
           round_day = case when r."notAfter" is null then round_day else least(next_day, r."notAfter") end,
           version = version + 1
      from jsonb_to_recordset(${rows}::jsonb) as r (person int, setting text, site int, team int, "notAfter" date)
     where visited.person_no = r.person and ended_at is null`.execute(tx);
}

/** Visits are seen by the practice where somebody is registered as of the facts. */
async function followPractices(tx: Tx): Promise<void> {
  await sql`
    update coordination.in_reach visited set practice_id = p.practice_id
      from register.person p
     where p.person_no = visited.person_no and visited.practice_id is distinct from p.practice_id`.execute(
    tx,
  );
}

async function end(tx: Tx, people: InReachPlan['end'], { by, now, pathway }: Keeping): Promise<void> {
  for (const because of Object.keys(pathway.endings) as RecordEnding[]) {
    const those = people.filter((each) => each.because === because).map(({ person }) => person);
    if (those.length === 0) continue;
    await endVisits(tx, those, { outcome: because, note: pathway.endings[because], by, now });
    await sql`
      update coordination.in_reach
         set ended_at = ${now}, ended_because = ${because}, next_day = null, version = version + 1
       where person_no = any (${those}::int[]) and ended_at is null`.execute(tx);
  }
}

/** Ends the open visits of people, without a visit. */
async function endVisits(
  tx: Tx,
  people: readonly number[],
  { outcome, note, by, now }: { outcome: string; note: string; by: Actor; now: Date },
): Promise<void> {
  if (people.length === 0) return;
  const open = await sql<{ item: number }>`
    update coordination.in_reach visited set item_id = null
      from coordination.in_reach before
     where before.person_no = visited.person_no and before.item_id is not null
       and visited.person_no = any (${[...people]}::int[])
    returning before.item_id as item`.execute(tx);
  const items = open.rows.map(({ item }) => item);
  await endMany(tx, { table: visitStates, action: 'end', items, outcome, note, by, at: now });
}

/**
 * Of people whom the facts say to visit: how many are not, and have no word of staff against it. For checks. Null where
 * visits do not follow the latest facts yet.
 */
export async function countNotVisited(
  tx: Tx,
  pathway: InReachPathway,
  now: Date,
): Promise<{ wanted: number; not: number } | null> {
  const found = await readWanted(tx, pathway);
  if (found === null || (await readFollowed(tx, 'in_reach')) !== found.snapshot) return null;
  const { begin } = planInReach({ ...found, pathway, now, visited: await readVisited(tx) });
  return { wanted: found.wanted.length, not: begin.length };
}
