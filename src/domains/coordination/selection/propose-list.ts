import {
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  parseNhsNumber,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Solver } from '../../../platform/solver/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import {
  type PeopleFilter,
  type Publication,
  peopleFilterSchema,
  peopleHref,
  readPublication,
} from '../../need/index.ts';
import { findByNhsNumber, type Person } from '../../register/index.ts';
import { type ChosenList, chooseList, shortfall } from './choose-list.ts';
import { type Head, lockDraft, readMoves, writeVersion } from './selection.ts';
import { disciplineTitle, type SelectionContent } from './selection-content.ts';
import type { SelectionInputs, SelectionTables } from './selection-tables.ts';
import {
  findCandidates,
  readTeamHours,
  readUnavailable,
  roomOf,
  type Weighed,
  weighPeople,
} from './weigh-people.ts';
import { maySelect } from './who-may.ts';

interface Common {
  readonly by: Actor;
  readonly now: Date;
  readonly content: SelectionContent;
  readonly solver: Solver;
}

/**
 * Works out the list that is worth most within the team's hours and keeps it as a draft. Returns its number.
 *
 * Throws NotPermitted; InvalidInput (`must`, and what is wrong with the filter); Refusal `nothing_published`,
 * `no_hours`, `must_do_not_fit`, `solver_busy`.
 */
export async function proposeList(
  tx: Tx,
  request: Common & {
    readonly filter: PeopleFilter;
    readonly inWords: string;
    /** NHS numbers of people who have to be on it, as they were typed, and why. */
    readonly must: readonly string[];
    readonly mustBecause: string | null;
  },
): Promise<number> {
  const { by, now, content, filter } = request;
  const permission = maySelect(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  const must = await findMust(tx, request.must);
  if (must.length > 0 && request.mustBecause === null)
    throw new InvalidInput([{ field: 'mustBecause', message: 'Say why they have to be on it' }]);
  const publication = await published(tx);
  const worked = await workOut(tx, publication, await readPlaces(tx), {
    ...request,
    team: by.team,
    inside: must,
    outside: [],
  });
  const { selection_id: selection } = await tx
    .withTables<SelectionTables>()
    .insertInto('coordination.selection')
    .values({
      team_id: by.team,
      snapshot_id: publication.snapshotId,
      content_version: content.version,
      inputs: JSON.stringify({ ...worked.inputs, from: peopleHref(filter), inWords: request.inWords }),
      result: JSON.stringify(resultOf(worked.list)),
      chosen: worked.list.people.length,
      made_by: by.account,
      made_at: now,
      settled_by: null,
      settled_at: null,
      over_because: null,
    })
    .returning('selection_id')
    .executeTakeFirstOrThrow();
  for (const person of must)
    await tx
      .withTables<SelectionTables>()
      .insertInto('coordination.selection_move')
      .values({
        selection_id: selection,
        person_no: person,
        way: 'in',
        reason: request.mustBecause ?? '',
        account: by.account,
        at: now,
      })
      .execute();
  await writePeople(tx, selection, worked);
  await auditPeople(tx, 'selection.proposed', permission.because, selection, worked);
  return selection;
}

/**
 * Works a draft out again, by the facts and hours of now: whom somebody moved in stays in, whom they moved out stays
 * out, and the rest is the best that fits around them. Throws as `proposeList`, and NotFound, `not_a_draft`,
 * `changed_since`.
 */
export async function proposeAgain(
  tx: Tx,
  request: Common & { readonly selection: number; readonly seen: number },
): Promise<void> {
  const { by, selection } = request;
  const permission = maySelect(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const head = await lockDraft(tx, request);
  const publication = await published(tx);
  const places = await readPlaces(tx);
  const moved = await readMoves(tx, selection);
  const out = await readUnavailable(tx);
  const gone = (person: number) => out.onCaseload.has(person) || out.died.has(person);
  const last = (way: 'in' | 'out') =>
    [...moved.values()].filter((move) => move.way === way).map(({ person }) => person);
  const worked = await workOut(tx, publication, places, {
    ...request,
    team: head.team,
    filter: filterOf(head),
    inside: last('in').filter((person) => !gone(person)),
    outside: last('out'),
  });
  await writeVersion(tx, head, {
    snapshot_id: publication.snapshotId,
    content_version: request.content.version,
    inputs: JSON.stringify({ ...worked.inputs, from: head.inputs.from, inWords: head.inputs.inWords }),
    result: JSON.stringify(resultOf(worked.list)),
    chosen: worked.list.people.length,
  });
  await tx
    .withTables<SelectionTables>()
    .deleteFrom('coordination.selection_person')
    .where('selection_id', '=', selection)
    .execute();
  await writePeople(tx, selection, worked);
  await auditPeople(tx, 'selection.worked_out_again', permission.because, selection, worked);
}

interface WorkedOut {
  readonly list: ChosenList;
  readonly weighed: ReadonlyMap<number, Weighed>;
  readonly inputs: Omit<SelectionInputs, 'from' | 'inWords'>;
  /** Who is kept though they are not on it: whom somebody moved out. */
  readonly outside: readonly number[];
}

async function workOut(
  tx: Tx,
  publication: Publication,
  places: PlaceTree,
  request: Common & {
    readonly team: number;
    readonly filter: PeopleFilter;
    readonly inside: readonly number[];
    readonly outside: readonly number[];
  },
): Promise<WorkedOut> {
  const { content, solver, inside, outside } = request;
  const hours = await readTeamHours(tx, publication, content, request.team);
  if (hours.length === 0) throw noHours();
  const of = { team: request.team, today: londonDay(request.now) };
  const { people, ...counts } = await findCandidates(tx, publication, places, request.filter, content, of);
  const byHand = new Set([...inside, ...outside]);
  const musts = await weighPeople(tx, publication, inside, content, of);
  const room = roomOf(hours);
  refuseMustsThatDoNotFit(musts, room, content);
  const open = [...musts, ...people.filter(({ person }) => !byHand.has(person))];
  const list = await chooseList({
    people: open,
    room,
    periodWeeks: content.period_weeks,
    seconds: content.seconds,
    solver,
  });
  const out = await weighPeople(tx, publication, outside, content, of);
  return {
    list,
    weighed: new Map([...open, ...out].map((each) => [each.person, each])),
    inputs: { period: content.period_weeks, hours, people: counts },
    outside,
  };
}

async function writePeople(tx: Tx, selection: number, { list, weighed, outside }: WorkedOut): Promise<void> {
  const on = new Set(list.people);
  const newcomers = list.oneMoreHour.flatMap(({ comeIn }) => comeIn);
  const kept = [...new Set([...list.people, ...list.justOutside, ...newcomers, ...outside])];
  const rows = kept.flatMap((person, at) => {
    const each = weighed.get(person);
    if (!each) return [];
    return [
      {
        selection_id: selection,
        person_no: person,
        place: at + 1,
        worth: each.worth,
        reasons: JSON.stringify(each.reasons),
        visits: JSON.stringify(each.visits),
        minutes: JSON.stringify(each.minutes),
        proposed: on.has(person),
        chosen: on.has(person),
        near: nearness(list, person),
        item_id: null,
        left_out: null,
      },
    ];
  });
  if (rows.length === 0) return;
  await tx.withTables<SelectionTables>().insertInto('coordination.selection_person').values(rows).execute();
}

function nearness(list: ChosenList, person: number): 'inside' | 'outside' | null {
  if (list.justInside.includes(person)) return 'inside';
  return list.justOutside.includes(person) ? 'outside' : null;
}

function resultOf({ worth, atMost, proved, oneMoreHour }: ChosenList) {
  return { worth, atMost, proved, oneMoreHour };
}

async function auditPeople(
  tx: Tx,
  action: string,
  purpose: string,
  selection: number,
  { list, inputs }: WorkedOut,
): Promise<void> {
  const { worth, proved } = list;
  await writeAudit(tx, {
    action,
    purpose,
    detail: { selection, asked: inputs.people.asked, worth, proved, people: list.people },
  });
}

function refuseMustsThatDoNotFit(
  musts: readonly Weighed[],
  room: ReturnType<typeof roomOf>,
  content: SelectionContent,
): void {
  const short = shortfall(musts, room);
  if (short.length === 0) return;
  const words = short.map(({ discipline, minutes }) => {
    const hours = Math.ceil((minutes / 60 / content.period_weeks) * 10) / 10;
    return `${disciplineTitle(content, discipline)} is ${hours} ${hours === 1 ? 'hour' : 'hours'} a week short`;
  });
  throw new Refusal({
    code: 'must_do_not_fit',
    because: `The people who have to be on the list do not fit by themselves: ${words.join('; ')}.`,
    remedy: 'Take somebody off who does not have to be on it, or ask the INT lead for more hours.',
  });
}

async function published(tx: Tx): Promise<Publication> {
  const publication = await readPublication(tx);
  if (publication) return publication;
  throw new Refusal({
    code: 'nothing_published',
    because: 'Nobody’s need has been worked out here yet.',
    remedy: 'Come back when a practice’s extract has been imported, which takes a minute or two.',
  });
}

function noHours(): Refusal {
  return new Refusal({
    code: 'no_hours',
    because: 'Nobody has said yet how many hours the team has for people on its caseload.',
    remedy: 'The INT lead says it under “Hours of the team”. Then a list can fit them.',
  });
}

/** The filter that a draft was made from, from its address. */
function filterOf({ inputs }: Head): PeopleFilter {
  const words = new URL(inputs.from, 'http://localhost').searchParams;
  return peopleFilterSchema.parse({ ...Object.fromEntries(words), condition: words.getAll('condition') });
}

/** The people with these NHS numbers who can be taken on. Throws InvalidInput that names every line that is wrong. */
async function findMust(tx: Tx, typed: readonly string[]): Promise<number[]> {
  const found = new Set<number>();
  const problems: string[] = [];
  const out = typed.length === 0 ? null : await readUnavailable(tx);
  for (const [at, line] of typed.entries()) {
    const number = parseNhsNumber(line);
    const person = number === null ? null : await seenByNumber(tx, number);
    if (number === null) problems.push(`Line ${at + 1} is not an NHS number`);
    else if (person === null) problems.push(`Line ${at + 1}: nobody whom you may see has this number`);
    else if (out?.died.has(person.person_no)) problems.push(`Line ${at + 1}: this person has died`);
    else if (out?.onCaseload.has(person.person_no))
      problems.push(`Line ${at + 1}: this person is on a caseload already`);
    else found.add(person.person_no);
  }
  if (problems.length > 0) throw new InvalidInput([{ field: 'must', message: problems.join('. ') }]);
  return [...found];
}

async function seenByNumber(tx: Tx, number: string): Promise<Person | null> {
  try {
    return await findByNhsNumber(tx, number);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
