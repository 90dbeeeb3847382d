import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import {
  type CandidateFacts,
  type PeopleFilter,
  type Publication,
  readCandidates,
  readFactsOf,
} from '../../need/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import { readSetAside } from '../standing/read-decisions.ts';
import type { Room, Selectable } from './choose-list.ts';
import { readFormerLeads, type TeamOnDay } from './former-leads.ts';
import type { SelectionContent } from './selection-content.ts';
import type { SelectionInputs } from './selection-tables.ts';
import { minutesByDiscipline, readHours } from './team-hours.ts';
import { minutesOf, type Points, sumOfPoints, visitsOf, worthOf } from './visits-and-worth.ts';

/** Somebody who can be selected, with the reasons for their worth and the visits that they need. */
export interface Weighed extends Selectable {
  readonly reasons: readonly Points[];
  readonly visits: readonly string[];
}

/** The hours of a team over the period: what it has, and what the people on its caseload take already. */
export type TeamHours = SelectionInputs['hours'];

/**
 * The hours of a team by discipline. People on the caseload come first: what their visits take is taken. Only
 * disciplines in which somebody is counted are here, be it with no hours at all; others limit nothing.
 */
export async function readTeamHours(
  tx: Tx,
  publication: Publication,
  content: SelectionContent,
  team: number,
): Promise<TeamHours> {
  const minutes = minutesByDiscipline(await readHours(tx, team));
  const { rows } = await sql<{ person: number }>`
    select coalesce(joined.now_no, item.subject_id) as person
      from work.item item left join register.joined joined on joined.person_no = item.subject_id
     where item.kind = ${caseloadStates.kind} and item.subject_kind = 'person' and item.closed_at is null
       and item.owner_team = ${team}`.execute(tx);
  const people = rows.map(({ person }) => person);
  const facts = await readFactsOf(tx, publication, people, wantedGroups(content));
  const known = new Map(facts.map((each) => [each.person, each]));
  // Whoever is on no list any more is visited all the same until they are discharged.
  const taken = people.map((person) => minutesOf(content, known.get(person) ?? { groups: new Set() }));
  return content.disciplines.flatMap(({ id }) => {
    const has = minutes.get(id);
    if (has === undefined) return [];
    const takes = taken.reduce((sum, each) => sum + (each[id] ?? 0), 0);
    return [{ discipline: id, has: has * content.period_weeks, taken: takes }];
  });
}

/** What is left for a list: never less than nothing, also where the caseload takes more than there is. */
export function roomOf(hours: TeamHours): Room[] {
  return hours.map(({ discipline, has, taken }) => ({ discipline, minutes: Math.max(0, has - taken) }));
}

/** Whom a search may choose from, and how many of those asked about it may not, by reason. */
export interface Candidates {
  readonly people: readonly Weighed[];
  readonly asked: number;
  readonly onCaseload: number;
  /** Whom the team has declined, or put off until a day to come. */
  readonly setAside: number;
  readonly died: number;
  readonly left: number;
}

/**
 * Everybody whom a filter means and who may be proposed: alive and on a list now, on no caseload, and not declined or put
 * off by the team on this day. An objection to use beyond somebody's own care does not count here: this is their care.
 */
export async function findCandidates(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  filter: PeopleFilter,
  content: SelectionContent,
  { team, today }: TeamOnDay,
): Promise<Candidates> {
  const found = await readCandidates(tx, publication, places, filter, wantedGroups(content));
  const out = await readUnavailable(tx);
  const setAside = await readSetAside(tx, team, today);
  const former = await readFormerLeads(tx, { team, today }, content);
  // The facts are of the publication's day. Who has left a list since stands in them, and so do protected records, which
  // no list opens: neither is the team's to see.
  const here = await readRegistered(
    tx,
    found.map(({ person }) => person),
  );
  const why = ({ person }: CandidateFacts) => {
    if (out.onCaseload.has(person)) return 'onCaseload';
    if (out.died.has(person)) return 'died';
    if (!here.has(person)) return 'left';
    return setAside.has(person) ? 'setAside' : null;
  };
  const count = (reason: ReturnType<typeof why>) => found.filter((facts) => why(facts) === reason).length;
  return {
    people: found
      .filter((facts) => why(facts) === null)
      .map((facts) => weigh(content, facts, { must: false, isKnown: former.has(facts.person) })),
    asked: found.length,
    onCaseload: count('onCaseload'),
    setAside: count('setAside'),
    died: count('died'),
    left: count('left'),
  };
}

/** Those who are on a practice's list and whom this transaction may see by name. */
async function readRegistered(tx: Tx, people: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ person: number }>`
    select person_no as person from register.person
     where registered and person_no = any (${[...people]}::int[])`.execute(tx);
  return new Set(rows.map(({ person }) => person));
}

/** Certain people as a team weighs them, whoever they are: what somebody decided about by hand. */
export async function weighPeople(
  tx: Tx,
  publication: Publication,
  people: readonly number[],
  content: SelectionContent,
  of: TeamOnDay,
): Promise<Weighed[]> {
  const facts = await readFactsOf(tx, publication, people, wantedGroups(content));
  const known = new Map(facts.map((each) => [each.person, each]));
  const former = await readFormerLeads(tx, of, content);
  const nothing = { needRank: null, needBefore: null, groups: new Set<string>() };
  return people.map((person) =>
    weigh(content, known.get(person) ?? { person, ...nothing }, { must: true, isKnown: former.has(person) }),
  );
}

/** Who is on a caseload now, of whichever team, and who has died: of those whom this transaction may see. */
export async function readUnavailable(
  tx: Tx,
): Promise<{ onCaseload: ReadonlySet<number>; died: ReadonlySet<number> }> {
  const onCaseload = await sql<{ person: number }>`
    select coalesce(joined.now_no, item.subject_id) as person
      from work.item item left join register.joined joined on joined.person_no = item.subject_id
     where item.kind = ${caseloadStates.kind} and item.subject_kind = 'person' and item.closed_at is null`.execute(
    tx,
  );
  const died = await sql<{ person: number }>`
    select person_no as person from register.person where death_date is not null`.execute(tx);
  return {
    onCaseload: new Set(onCaseload.rows.map(({ person }) => person)),
    died: new Set(died.rows.map(({ person }) => person)),
  };
}

function weigh(
  content: SelectionContent,
  facts: CandidateFacts,
  { must, isKnown }: { readonly must: boolean; readonly isKnown: boolean },
): Weighed {
  const reasons = worthOf(content, facts, isKnown);
  return {
    person: facts.person,
    needRank: facts.needRank,
    worth: sumOfPoints(reasons),
    minutes: minutesOf(content, facts),
    must,
    reasons,
    visits: visitsOf(content, facts).map(({ id }) => id),
  };
}

/** The definitions and bands that visits and points ask about. */
function wantedGroups({ needs, worth }: SelectionContent): ReadonlySet<string> {
  return new Set([...needs.by_need, ...worth.gaps].flatMap((each) => each.in));
}
