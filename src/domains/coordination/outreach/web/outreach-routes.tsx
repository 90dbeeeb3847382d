import { z } from 'zod';
import { londonDay, type PlainDate } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import type { Actor } from '../../../../platform/auth/index.ts';
import {
  type Answer,
  askedByAddress,
  nothingTyped,
  statusOf,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import type { ListStep } from '../../../need/index.ts';
import { readPerson } from '../../../register/index.ts';
import {
  type BeginDecision,
  beginActs,
  beginForms,
  type OpenedBegin,
  type OpenedRow,
  openedBegin,
  readDesk,
  readLatestWork,
  rowAddresses,
  type WorkKinds,
  type WorkList,
  workInList,
} from '../../../work/index.ts';
import { groups, measure } from '../attempt.ts';
import { allEndings, OUTREACH, type OutreachPathway } from '../outreach-pathway.ts';
import {
  countRegister,
  listOutreach,
  type OutreachFilter,
  readAttempts,
  readOutreachFacts,
} from '../read-outreach.ts';
import { startOutreach } from '../start-outreach.ts';
import { maySeeOutreach } from '../who-may.ts';
import { NoFactsYet, OutreachPage } from './outreach-page.tsx';

export interface OutreachParts {
  readonly pathway: OutreachPathway;
  readonly kinds: WorkKinds;
  /** Whether facts of a day are older than was agreed for what they come from. */
  isStale(asOf: PlainDate, today: PlainDate): boolean;
}

/** What the address of the list asks. */
function outreachQuery(pathway: OutreachPathway) {
  const outcomes = ['any', 'untried', ...groups, ...allEndings(pathway).map(({ id }) => id)];
  const nothing = z.literal('').transform(() => null);
  return z.object({
    outcome: z.enum(outcomes).or(nothing).default(null),
    seen: z.literal('yes').or(nothing).default(null),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
  });
}

function filterOf({ outcome, seen }: { outcome: string | null; seen: 'yes' | null }): OutreachFilter {
  if (outcome === 'untried') return { of: 'untried' };
  if (outcome === null && seen === null) return { of: 'register' };
  return { of: 'attempts', outcome: outcome === 'any' ? null : outcome, seen: seen === 'yes' };
}

const outreachList = { name: 'outreach', path: '/outreach' } as const;

/** Who is not seen, how reaching out to them stands, and beginning it. */
export function outreachRoutes(web: Web, parts: OutreachParts): void {
  const { pathway, kinds } = parts;
  web.route({
    method: 'GET',
    url: outreachList.path,
    may: maySeeOutreach,
    query: outreachQuery(pathway),
    handle: (visit) => answerOutreach(visit, parts, null, null),
  });
  for (const act of beginActs) {
    web.route({
      method: 'POST',
      url: `/people/:id/outreach/${act}`,
      may: maySeeOutreach,
      params: z.object({ id: z.uuid() }),
      body: beginForms[act],
      handle: async (visit) => {
        const { tx, by, now, params, body } = visit;
        const decision = { act, ...body } as BeginDecision;
        const item = await startOutreach(tx, { by, now, kinds, pathway, person: params.id }, decision);
        return { redirect: rowAddresses(visit.url, outreachList).after(item) };
      },
      again: async (visit, refused) => {
        const { person_no: row } = await readPerson(visit.tx, visit.params.id);
        const typed = { fields: visit.body, ...refused };
        return await answerOutreach(visit, parts, { row, act, typed }, null);
      },
    });
  }
}

/** The page as a list in whose rows work is acted on. */
export function outreachWorkList(parts: OutreachParts): WorkList {
  return { ...outreachList, again: (visit, opened) => answerOutreach(visit, parts, null, opened) };
}

/** From the list of the register, for those who reach out: the page where that is done. */
export function outreachStep(pathway: OutreachPathway): ListStep {
  return (by: Actor, { condition }) =>
    condition.includes(pathway.register) && maySeeOutreach(by).allowed
      ? {
          text: 'Reach out to people who are not seen, and record why they do not come',
          href: outreachList.path,
        }
      : null;
}

/** The figures and the list, as an address asks; with a form that came back in one of its rows. */
async function answerOutreach(
  visit: Visit,
  { pathway, kinds, isStale }: OutreachParts,
  opened: OpenedBegin | null,
  openedWork: OpenedRow | null,
): Promise<Answer> {
  const { tx, by, now } = visit;
  const { page, ...query } = askedByAddress(visit.url, outreachQuery(pathway));
  const filter = filterOf(query);
  const facts = await readOutreachFacts(tx, pathway);
  if (facts === null) return { page: <NoFactsYet visit={visit} /> };
  const attempts = await readAttempts(tx, pathway, facts, now);
  const register = await countRegister(tx, facts, attempts);
  const { people, total } = await listOutreach(tx, { pathway, facts, attempts, filter, page });
  const numbers = people.map(({ personNo }) => personNo);
  const latest = await readLatestWork(tx, OUTREACH, numbers);
  const items = [...latest.values()].map(({ item }) => item);
  const work = await workInList(visit, kinds, outreachList, items, openedWork);
  const at = rowAddresses(visit.url, outreachList);
  const { teams } = await readDesk(tx, by, now);
  await writeAudit(tx, {
    action: 'outreach.listed',
    purpose: visit.because,
    detail: { filter, people: numbers },
  });
  const rows = {
    attempts: new Map(attempts.map((attempt) => [attempt.personNo, attempt])),
    ...{ latest, work, at, opened: opened ?? openedBegin(at) },
    // The team of a practice is made when it is first needed: beginning makes it.
    mayBegin: teams.length > 0 || by.organisationKind === 'practice',
  };
  const figures = {
    asOf: facts.asOf,
    stale: isStale(facts.asOf, londonDay(now)),
    register,
    lines: measure(pathway, attempts),
  };
  return {
    page: <OutreachPage {...{ visit, pathway, filter, page, people, total, figures, rows }} />,
    ...statusOf(opened?.typed ?? openedWork?.typed ?? nothingTyped),
  };
}
