import { z } from 'zod';
import { londonDay, NotFound, type PlainDate } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { readKept } from '../../../../platform/auth/index.ts';
import {
  type Answer,
  askedByAddress,
  formRoutes,
  nothingTyped,
  nothingWritten,
  statusOf,
  type Typed,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { personHref, readPerson, relationshipTo } from '../../../register/index.ts';
import { rowAddresses } from '../../../work/index.ts';
import { moveRound, setCadence } from '../change-visits.ts';
import type { InReachPathway } from '../in-reach-pathway.ts';
import {
  countRoute,
  listVisited,
  type Resident,
  readInReachEvents,
  readResident,
  readResidents,
  readRoute,
  readRoutePeople,
  readSite,
} from '../read-in-reach.ts';
import { recordVisits } from '../record-visits.ts';
import { maySetCadence, mayVisit } from '../who-may.ts';
import { CadencePage } from './cadence-page.tsx';
import {
  cadenceForm,
  moveForm,
  readRound,
  roundForm,
  routeQuery,
  siteParams,
  siteQuery,
  visitedQuery,
} from './in-reach-forms.ts';
import { siteHref } from './in-reach-words.tsx';
import { type NotSaved, RoundPage } from './round-page.tsx';
import { RoutePage } from './route-page.tsx';
import { routePaper } from './route-paper.ts';
import { VisitedPage } from './visited-page.tsx';

const person = z.object({ id: z.uuid() });

/** So many people fit on a paper route. */
const PEOPLE_ON_PAPER = 400;
const EVENTS_SHOWN = 50;

/** Visits to people who cannot come: a day's route, the round of a building, and how one person is visited. */
export function inReachRoutes(web: Web, pathway: InReachPathway): void {
  routeRoutes(web, pathway);
  roundRoutes(web, pathway);
  cadenceRoutes(web, pathway);
}

function routeRoutes(web: Web, pathway: InReachPathway): void {
  web.route({
    method: 'GET',
    url: '/in-reach',
    may: mayVisit,
    query: routeQuery,
    handle: (visit) => answerRoute(visit, pathway, null),
  });
  web.route({
    method: 'GET',
    url: '/in-reach/people',
    may: mayVisit,
    query: visitedQuery,
    handle: async (visit) => {
      const { tx, query, now } = visit;
      const today = londonDay(now);
      const { which, page, day = today, setting = null, site = null } = query;
      const { people, total } = await listVisited(tx, { which, page, day, today, setting, site });
      await writeAudit(tx, {
        action: 'in_reach.people_listed',
        purpose: visit.because,
        detail: { which, day, setting, site, people: people.map(({ personNo }) => personNo) },
      });
      const list = { visit, pathway, which, day, setting, site, page, people, total };
      return { page: <VisitedPage {...list} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/in-reach/route.pdf',
    may: mayVisit,
    query: routeQuery,
    handle: async (visit) => {
      const { tx, query, now } = visit;
      const today = londonDay(now);
      const { day = today, setting = null } = query;
      const found = await readRoutePeople(tx, { day, today, setting }, PEOPLE_ON_PAPER + 1);
      const people = found.slice(0, PEOPLE_ON_PAPER);
      await writeAudit(tx, {
        action: 'in_reach.printed',
        purpose: visit.because,
        detail: { day, setting, people: people.map(({ personNo }) => personNo) },
      });
      const isCut = found.length > people.length;
      return {
        download: `visits-${day}.pdf`,
        pdf: routePaper({ pathway, day, now, people, who: visit.by.name, isCut }),
      };
    },
  });
}

const routeList = { name: 'in-reach', path: '/in-reach' } as const;

/** The route that an address asks for; with the form for moving a round that came back in its row. */
async function answerRoute(
  visit: Visit,
  pathway: InReachPathway,
  opened: { readonly row: number; readonly typed: Typed } | null,
): Promise<Answer> {
  const { tx } = visit;
  const today = londonDay(visit.now);
  const { page, setting = null, day = today } = askedByAddress(visit.url, routeQuery);
  const counts = await countRoute(tx, { day, today, setting });
  const { sites, total } = await readRoute(tx, { day, today, setting, page });
  // Addresses of homes are shown, and no names; who lives there is said by the page of each.
  await writeAudit(tx, {
    action: 'in_reach.route_opened',
    purpose: visit.because,
    detail: { day, setting, sites: sites.map(({ site }) => site) },
  });
  const at = rowAddresses(visit.url, routeList);
  const open = opened ?? (at.act === 'move' && at.row !== null ? { row: at.row, typed: nothingTyped } : null);
  const moved = at.done === null ? null : await readSite(tx, at.done);
  const route = { visit, pathway, day, setting, page, counts, sites, total };
  return {
    page: <RoutePage {...route} at={at} opened={open} moved={moved} />,
    ...statusOf(opened?.typed ?? nothingTyped),
  };
}

function roundRoutes(web: Web, pathway: InReachPathway): void {
  const url = '/in-reach/sites/:site';
  web.route({
    method: 'GET',
    url,
    may: mayVisit,
    params: siteParams,
    query: siteQuery,
    handle: async (visit) => {
      const { day, saved = null, moved = null } = visit.query;
      return await roundPage(visit, pathway, { ...visit.params, day, typed: nothingTyped, saved, moved });
    },
  });
  web.route({
    method: 'POST',
    url,
    may: mayVisit,
    params: siteParams,
    query: siteQuery,
    body: roundForm,
    handle: async (visit) => {
      const { tx, by, now, body, params, query } = visit;
      const { recorded, not } = await recordVisits(tx, { by, now, pathway, ...readRound(body) });
      if (not.length === 0) return { redirect: withDay(params.site, query.day, `saved=${recorded}`) };
      // What was saved is; of the rest what was typed comes back, beside what somebody else wrote.
      const fields = onlyOf(body, not);
      return await roundPage(visit, pathway, {
        ...params,
        day: query.day,
        typed: { ...nothingTyped, fields },
        saved: recorded,
        notSaved: not,
      });
    },
    again: (visit, refused) =>
      roundPage(visit, pathway, {
        ...visit.params,
        day: visit.query.day,
        typed: { fields: visit.body, ...refused },
      }),
    isSaved: async ({ body }) => !saysAnything(body),
  });
  web.route({
    method: 'POST',
    url: '/in-reach/sites/:site/move',
    may: mayVisit,
    params: siteParams,
    body: moveForm,
    handle: async (visit) => {
      const { tx, by, now, body, params } = visit;
      const { from, reason } = body;
      const to = body.to as PlainDate;
      const moved = await moveRound(tx, { by, now, pathway, site: params.site, from, to, reason });
      return {
        redirect: isFromRoute(visit)
          ? rowAddresses(visit.url, routeList).after(params.site)
          : withDay(params.site, to, `moved=${moved}`),
      };
    },
    again: (visit, refused) => {
      const typed = { fields: visit.body, ...refused };
      if (isFromRoute(visit)) return answerRoute(visit, pathway, { row: visit.params.site, typed });
      const from = routeQuery.shape.day.safeParse(visit.body.from).data;
      return roundPage(visit, pathway, {
        ...visit.params,
        day: from,
        typed: { fields: visit.body, ...refused },
      });
    },
  });
}

/** Whether the form stood in the row of a route, and not on the page of the round. */
function isFromRoute(visit: Visit): boolean {
  return new URL(visit.url, 'http://list').searchParams.get('from') === routeList.name;
}

function withDay(site: number, day: PlainDate | undefined, said: string): string {
  const href = siteHref(site, day);
  return `${href}${href.includes('?') ? '&' : '?'}${said}`;
}

/** Whether anything is said of anybody in the form of a round. */
function saysAnything(fields: Readonly<Record<string, string>>): boolean {
  return Object.entries(fields).some(([name, text]) => /^(outcome|note)-/.test(name) && text.trim() !== '');
}

/** Of the fields of a round, the day and those of some people. */
function onlyOf(
  fields: Readonly<Record<string, string>>,
  people: readonly NotSaved[],
): Record<string, string> {
  const kept = new Set(people.flatMap(({ person }) => [`outcome-${person}`, `note-${person}`]));
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name === 'form' || name.startsWith('day-') || kept.has(name)),
  );
}

async function roundPage(
  visit: Visit,
  pathway: InReachPathway,
  about: {
    site: number;
    day: PlainDate | undefined;
    typed: Typed;
    saved?: number | null;
    moved?: number | null;
    notSaved?: readonly NotSaved[];
  },
) {
  const { tx, now } = visit;
  const { typed, day = londonDay(now), saved = null, moved = null, notSaved = [] } = about;
  const found = await readSite(tx, about.site);
  if (found === null)
    throw new NotFound(
      'Nobody whom you may see is visited at this address.',
      'Go back to the visits: somebody may have moved.',
    );
  const residents = await readResidents(tx, about.site);
  await writeAudit(tx, {
    action: 'in_reach.round_opened',
    purpose: visit.because,
    detail: { site: about.site, day, people: residents.map(({ personNo }) => personNo) },
  });
  const site = { site: about.site, ...found };
  const kept = await readKept(tx, visit.by, `/in-reach/sites/${about.site}`);
  const round = { visit, pathway, site, residents, day, typed, saved, moved, notSaved, kept };
  const page = <RoundPage {...round} />;
  return { page, ...(notSaved.length > 0 ? { status: 409 } : statusOf(typed)) };
}

function cadenceRoutes(web: Web, pathway: InReachPathway): void {
  const url = '/people/:id/visits';
  const page = async (visit: Visit<{ id: string }>, typed: Typed) => {
    const who = await visited(visit);
    const events = await readInReachEvents(visit.tx, who.personNo, EVENTS_SHOWN);
    return { page: <CadencePage {...{ visit, pathway, who, events, typed }} />, ...statusOf(typed) };
  };
  formRoutes(web, {
    url,
    may: maySetCadence,
    params: person,
    page,
    body: cadenceForm,
    handle: async ({ tx, by, now, body, params }) => {
      const { every, reason, seen } = body;
      const nextDay = body.next as PlainDate;
      await setCadence(tx, { by, now, pathway, person: params.id, everyDays: every, nextDay, reason, seen });
      return { redirect: `${personHref(params.id)}#visits` };
    },
    isSaved: nothingWritten,
  });
}

/** How the person of an address is visited; a look at them, and so in the audit. Throws NotFound. */
async function visited(visit: Visit<{ id: string }>): Promise<Resident> {
  const found = await readPerson(visit.tx, visit.params.id);
  const who = await readResident(visit.tx, found.person_no);
  if (who === null)
    throw new NotFound('This person is not visited regularly.', 'Visits follow from the record.');
  await writeAudit(visit.tx, {
    action: 'in_reach.opened',
    subject: { kind: 'person', id: found.person_no },
    purpose: await relationshipTo(visit.tx, found),
  });
  return who;
}
