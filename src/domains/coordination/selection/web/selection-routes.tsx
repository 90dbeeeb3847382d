import { z } from 'zod';
import {
  type FieldError,
  londonDay,
  NotFound,
  NotPermitted,
  type Refusal,
} from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import type { Actor } from '../../../../platform/auth/index.ts';
import type { Solver } from '../../../../platform/solver/index.ts';
import {
  type Answer,
  formRoutes,
  nothingTyped,
  rowNumber,
  statusOf,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { readPlaces, readTeam } from '../../../directory/index.ts';
import {
  filterInWords,
  type Measures,
  type PeopleFilter,
  peopleHref,
  readPublication,
} from '../../../need/index.ts';
import { readPerson, visiblePractices } from '../../../register/index.ts';
import { readLeads } from '../../capacity.ts';
import type { CaseloadPathway } from '../../caseload-pathway.ts';
import { acceptList, discardList, overHours } from '../accept-list.ts';
import type { IntStandard } from '../int-standard.ts';
import { moveInByNumber, movePerson } from '../move-person.ts';
import { proposeAgain, proposeList } from '../propose-list.ts';
import { readSelected, type Selected } from '../read-selected.ts';
import { type Head, readHead, readHeads } from '../selection.ts';
import type { SelectionContent } from '../selection-content.ts';
import { shareOut } from '../share-out.ts';
import { takeBackList } from '../take-back-list.ts';
import { addMember, readHours, readHoursHistory, setHours } from '../team-hours.ts';
import { readTeamHours, weighPeople } from '../weigh-people.ts';
import { maySelect, maySetHours, mayTakeBack } from '../who-may.ts';
import { AcceptPage } from './accept-page.tsx';
import { HoursPage } from './hours-page.tsx';
import { listCsv } from './list-csv.ts';
import { ListPage, MovePage } from './list-page.tsx';
import {
  acceptForm,
  addForm,
  addMemberForm,
  hoursForm,
  moveForm,
  proposeForm,
  seenForm,
} from './selection-forms.ts';
import { StartPage } from './start-page.tsx';
import { HOURS_HREF, selectionHref } from './words.ts';

export interface SelectionParts {
  readonly content: SelectionContent;
  readonly standard: IntStandard;
  readonly pathway: CaseloadPathway;
  readonly measures: Measures;
  readonly solver: Solver;
}

const listed = z.object({ selection: rowNumber });
const someone = z.object({ selection: rowNumber, id: z.uuid() });

interface Refused {
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal;
}

/** Lists that fit the hours of a team: working them out, moving people, accepting; and the hours themselves. */
export function selectionRoutes(web: Web, parts: SelectionParts): void {
  startRoutes(web, parts);
  hoursRoutes(web, parts);
  listRoutes(web, parts);
  moveRoutes(web, parts);
  acceptRoutes(web, parts);
}

/** From a list of people to a list that fits, for those who take people on. */
export function selectionStep(by: Actor, filter: PeopleFilter): { text: string; href: string } | null {
  if (!maySelect(by).allowed) return null;
  return {
    text: 'Make a list that fits the team’s hours from these people',
    // Where people stand with the team is not asked there yet: whoever is on a caseload is left out in any case.
    href: peopleHref({ ...filter, care: undefined, page: 1, sort: 'need' }).replace('/people', '/selections'),
  };
}

function startRoutes(web: Web, parts: SelectionParts): void {
  const { content, measures, solver } = parts;
  web.route({
    method: 'GET',
    url: '/selections',
    may: maySelect,
    query: z.record(z.string(), z.unknown()),
    handle: (visit) => startPage(visit, parts, { ...nothingTyped, fields: fieldsOf(visit.query) }),
  });
  web.route({
    method: 'POST',
    url: '/selections',
    may: maySelect,
    body: proposeForm,
    handle: async ({ tx, by, now, body }) => {
      const words = filterInWords(measures, await readPlaces(tx), body.filter).map(({ text }) => text);
      const inWords = words.length > 0 ? words.join(', ') : 'Everybody whom the team may see';
      const selection = await proposeList(tx, { by, now, content, solver, ...body, inWords });
      return { redirect: selectionHref(selection) };
    },
    again: (visit, refused) => startPage(visit, parts, { fields: visit.body, ...refused }),
  });
}

/** The filter in an address as the fields of the form. Who comes without one begins with the top of need. */
function fieldsOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  if (Object.keys(query).length === 0) return { top: '9' };
  const [condition, and] = [query.condition ?? []].flat();
  const fields = { ...query, condition, and };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

async function startPage(visit: Visit, { content, measures }: SelectionParts, typed: Typed): Promise<Answer> {
  const { tx, by } = visit;
  const team = teamOf(visit);
  const page = (
    <StartPage
      visit={visit}
      content={content}
      measures={measures}
      places={await readPlaces(tx)}
      hours={await readHours(tx, team)}
      heads={await readHeads(tx, team)}
      setsHours={maySetHours(by).allowed}
      typed={typed}
    />
  );
  return { page, ...statusOf(typed) };
}

function hoursRoutes(web: Web, { content, standard }: SelectionParts): void {
  const page = async (visit: Visit, typed: Typed): Promise<Answer> => {
    const { tx, by } = visit;
    const team = teamOf(visit);
    const shown = (
      <HoursPage
        visit={visit}
        content={content}
        hours={await readHours(tx, team)}
        history={await readHoursHistory(tx, team)}
        colleagues={await readTeam(tx, team)}
        standard={standard}
        practices={(await visiblePractices(tx, by)).length}
        sets={maySetHours(by).allowed}
        typed={typed}
      />
    );
    return { page: shown, ...statusOf(typed) };
  };
  web.route({
    method: 'GET',
    url: HOURS_HREF,
    may: maySelect,
    handle: (visit) => page(visit, nothingTyped),
  });
  web.route({
    method: 'POST',
    url: HOURS_HREF,
    may: maySetHours,
    body: addMemberForm,
    handle: async ({ tx, by, now, body }) => {
      await addMember(tx, { by, now, content, ...body, minutes: body.hours });
      return { redirect: HOURS_HREF };
    },
    again: (visit, refused) => page(visit, { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: `${HOURS_HREF}/:member`,
    may: maySetHours,
    params: z.object({ member: rowNumber }),
    body: hoursForm,
    handle: async ({ tx, by, now, body, params }) => {
      await setHours(tx, { by, now, ...params, ...body, minutes: body.hours });
      return { redirect: HOURS_HREF };
    },
    again: (visit, refused) => {
      const typed: Typed = { fields: visit.body, ...refused };
      return page(visit, { ...typed, fields: { ...typed.fields, member: String(visit.params.member) } });
    },
  });
}

type OfList = Visit<{ selection: number }>;

function listRoutes(web: Web, parts: SelectionParts): void {
  const { content, solver } = parts;
  const again = (visit: Visit<{ selection: number }, unknown, Record<string, string>>, refused: Refused) =>
    listPage(visit, parts, { fields: visit.body, ...refused });
  web.route({
    method: 'GET',
    url: '/selections/:selection',
    may: maySelect,
    params: listed,
    handle: (visit) => listPage(visit, parts, nothingTyped),
  });
  web.route({
    method: 'GET',
    url: '/selections/:selection/list.csv',
    may: maySelect,
    params: listed,
    handle: async ({ tx, by, params, because }) => {
      const head = await readHead(tx, by, params.selection);
      const people = await readSelected(tx, params.selection);
      await auditLook(tx, 'selection.exported', because, params.selection, people);
      return {
        download: 'list-that-fits.csv',
        type: 'text/csv; charset=utf-8',
        content: listCsv(content, head, people),
      };
    },
  });
  web.route({
    method: 'POST',
    url: '/selections/:selection/again',
    may: maySelect,
    params: listed,
    body: seenForm,
    handle: async ({ tx, by, now, params, body }) => {
      await proposeAgain(tx, { by, now, content, solver, ...params, ...body });
      return { redirect: selectionHref(params.selection) };
    },
    again,
  });
  web.route({
    method: 'POST',
    url: '/selections/:selection/discard',
    may: maySelect,
    params: listed,
    body: seenForm,
    handle: async ({ tx, by, now, params, body }) => {
      await discardList(tx, { by, now, ...params, ...body });
      return { redirect: '/selections' };
    },
    again,
  });
  web.route({
    method: 'POST',
    url: '/selections/:selection/take-back',
    may: mayTakeBack,
    params: listed,
    handle: async ({ tx, by, now, params }) => {
      await takeBackList(tx, { by, now, content: parts.content, ...params });
      return { redirect: selectionHref(params.selection) };
    },
    again,
  });
}

async function listPage(visit: OfList, { content, measures }: SelectionParts, typed: Typed): Promise<Answer> {
  const { tx, by, params, because } = visit;
  const head = await readHead(tx, by, params.selection);
  const people = await readSelected(tx, params.selection);
  await auditLook(tx, 'selection.opened', because, params.selection, people);
  const { hours, over, asOf } = await standing(visit, content, head, people);
  const page = <ListPage {...{ visit, content, measures, head, people, hours, over, asOf, typed }} />;
  return { page, ...statusOf(typed) };
}

/** The hours as they are now, where the list exceeds them, and the day of the data that it was made from. */
async function standing({ tx }: Visit, content: SelectionContent, head: Head, people: readonly Selected[]) {
  const publication = await readPublication(tx);
  const hours = publication ? await readTeamHours(tx, publication, content, head.team) : head.inputs.hours;
  const over = overHours(
    hours,
    people.filter(({ chosen }) => chosen),
  );
  const asOf = publication?.snapshotId === head.snapshot ? publication.asOf : null;
  return { hours, over, asOf };
}

function moveRoutes(web: Web, parts: SelectionParts): void {
  const { content } = parts;
  const page = async (
    visit: Visit<{ selection: number; id: string }>,
    way: 'in' | 'out',
    typed: Typed,
  ): Promise<Answer> => {
    const { tx, by, params, because } = visit;
    const head = await readHead(tx, by, params.selection);
    const row = await rowOf(visit, content);
    await auditLook(tx, 'selection.opened', because, params.selection, [row]);
    return { page: <MovePage {...{ visit, head, row, way, typed }} />, ...statusOf(typed) };
  };
  const url = '/selections/:selection/people/:id/move';
  web.route({
    method: 'GET',
    url,
    may: maySelect,
    params: someone,
    query: z.object({ way: z.enum(['in', 'out']).default('out') }),
    handle: (visit) => page(visit, visit.query.way, nothingTyped),
  });
  web.route({
    method: 'POST',
    url,
    may: maySelect,
    params: someone,
    body: moveForm,
    handle: async ({ tx, by, now, params, body }) => {
      await movePerson(tx, { by, now, content, selection: params.selection, personId: params.id, ...body });
      return { redirect: selectionHref(params.selection) };
    },
    again: (visit, refused) =>
      page(visit, visit.body.way === 'in' ? 'in' : 'out', { fields: visit.body, ...refused }),
  });
  web.route({
    method: 'POST',
    url: '/selections/:selection/people',
    may: maySelect,
    params: listed,
    body: addForm,
    handle: async ({ tx, by, now, params, body }) => {
      await moveInByNumber(tx, { by, now, content, ...params, ...body });
      return { redirect: selectionHref(params.selection) };
    },
    again: (visit, refused) => listPage(visit, parts, { fields: visit.body, ...refused }),
  });
}

/** Somebody as a list knows them; whom it does not know, as they are weighed now. */
async function rowOf(
  visit: Visit<{ selection: number; id: string }>,
  content: SelectionContent,
): Promise<Selected> {
  const { tx, params } = visit;
  const known = (await readSelected(tx, params.selection)).find(({ publicId }) => publicId === params.id);
  if (known) return known;
  const person = await readPerson(tx, params.id);
  const publication = await readPublication(tx);
  const { team } = await readHead(tx, visit.by, params.selection);
  const of = { team, today: londonDay(visit.now) };
  const [weighed] = publication ? await weighPeople(tx, publication, [person.person_no], content, of) : [];
  if (!weighed) throw new NotFound('Nobody’s need has been worked out here yet.', 'Go back to the list.');
  return {
    ...weighed,
    publicId: person.public_id,
    familyName: person.family_name,
    givenNames: person.given_names,
    nhsNumber: person.nhs_number,
    birthDate: person.birth_date,
    place: 0,
    proposed: false,
    chosen: false,
    near: null,
    item: null,
    leftOut: null,
    keptBecause: null,
    move: null,
  };
}

function acceptRoutes(web: Web, { content, pathway }: SelectionParts): void {
  const page = async (visit: OfList, typed: Typed): Promise<Answer> => {
    const { tx, by, params, because } = visit;
    const head = await readHead(tx, by, params.selection);
    const people = (await readSelected(tx, params.selection)).filter(({ chosen }) => chosen);
    await auditLook(tx, 'selection.opened', because, params.selection, people);
    const { over } = await standing(visit, content, head, people);
    const leads = await readLeads(tx, head.team);
    const shares = shareOut(leads, people.length);
    const shown = (
      <AcceptPage {...{ visit, content, head, over, leads, shares, typed }} people={people.length} />
    );
    return { page: shown, ...statusOf(typed) };
  };
  const url = '/selections/:selection/accept';
  formRoutes(web, {
    url,
    may: maySelect,
    params: listed,
    page,
    body: acceptForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { shares, nextStep, due, override, seen } = body;
      if (due === undefined) throw new Error('a form without a day came through');
      await acceptList(tx, {
        by,
        now,
        content,
        pathway,
        selection: params.selection,
        seen,
        shares,
        nextStep,
        from: due,
        overBecause: override,
      });
      return { redirect: selectionHref(params.selection) };
    },
  });
}

/** Being shown on a list is being looked at. */
async function auditLook(
  tx: Visit['tx'],
  action: string,
  purpose: string,
  selection: number,
  people: readonly Selected[],
): Promise<void> {
  await writeAudit(tx, {
    action,
    purpose,
    detail: { selection, people: people.map(({ person }) => person) },
  });
}

function teamOf({ by }: Visit): number {
  if (by.team === null)
    throw new NotPermitted('You are not in a team yet.', 'Ask your INT lead to add you to one.');
  return by.team;
}
