import { z } from 'zod';
import { formatNhsNumber, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import {
  type Answer,
  askedByAddress,
  nothingTyped,
  statusOf,
  toCsv,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { listName, personHref, readPerson } from '../../../register/index.ts';
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
import { checkStatuses, statusWords } from '../check-status.ts';
import { chasers, countSmi, listSmi, type SmiPerson } from '../read-smi.ts';
import { CHASE, type SmiPathway } from '../smi-pathway.ts';
import { startChase } from '../start-chase.ts';
import { mayChase, maySeeSmi } from '../who-may.ts';
import { SmiPage } from './smi-page.tsx';
import { chaseWords } from './smi-words.tsx';

export interface SmiParts {
  readonly pathway: SmiPathway;
  readonly kinds: WorkKinds;
  /** Whether facts of a day are older than was agreed for what they come from. */
  isStale(asOf: PlainDate, today: PlainDate): boolean;
}

/** What the address of the register asks. */
function smiQuery(pathway: SmiPathway) {
  const nothing = z.literal('').transform(() => null);
  return z.object({
    check: z
      .enum(pathway.checks.map(({ id }) => id))
      .or(nothing)
      .default(null),
    status: z.enum(checkStatuses).or(nothing).default(null),
    chaser: z.enum(chasers).or(nothing).default(null),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
  });
}

/** The register of physical health checks in severe mental illness, its file, and taking it on to chase. */
export function smiRoutes(web: Web, parts: SmiParts): void {
  const { pathway } = parts;
  const query = smiQuery(pathway);
  chaseRoutes(web, parts);
  web.route({
    method: 'GET',
    url: '/smi',
    may: maySeeSmi,
    query,
    handle: (visit) => answerSmi(visit, parts, null, null),
  });
  web.route({
    method: 'GET',
    url: '/smi.csv',
    may: maySeeSmi,
    query,
    handle: async (visit) => {
      const { page: _, ...filter } = visit.query;
      const { people } = await listSmi(visit.tx, pathway, filter, null);
      await writeAudit(visit.tx, {
        action: 'smi.exported',
        purpose: visit.because,
        detail: { filter, people: people.map(({ personNo }) => personNo) },
      });
      return {
        download: 'smi-checks.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(headings(pathway), people.map(cells)),
      };
    },
  });
}

/** The register as a list in whose rows work is acted on. */
export function smiWorkList(parts: SmiParts): WorkList {
  return { ...smiList, again: (visit, opened) => answerSmi(visit, parts, null, opened) };
}

const smiList = { name: 'smi', path: '/smi' } as const;

/** The register and its list, as an address asks; with a form that came back in one of its rows. */
async function answerSmi(
  visit: Visit,
  { pathway, kinds, isStale }: SmiParts,
  opened: OpenedBegin | null,
  openedWork: OpenedRow | null,
): Promise<Answer> {
  const { tx, by, now } = visit;
  const { page, ...filter } = askedByAddress(visit.url, smiQuery(pathway));
  const counts = await countSmi(tx, pathway);
  const { people, total } = await listSmi(tx, pathway, filter, page);
  const numbers = people.map(({ personNo }) => personNo);
  const latest = await readLatestWork(tx, CHASE, numbers);
  const items = [...latest.values()].map(({ item }) => item);
  const work = await workInList(visit, kinds, smiList, items, openedWork);
  const at = rowAddresses(visit.url, smiList);
  const { teams } = await readDesk(tx, by, now);
  const mayBegin = teams.some(({ kind }) => mayChase(by, kind, pathway.mental_health_team_kind).allowed);
  await writeAudit(tx, { action: 'smi.listed', purpose: visit.because, detail: { filter, people: numbers } });
  const stale = counts.asOf !== null && isStale(counts.asOf, londonDay(now));
  const rows = { latest, work, at, mayBegin, opened: opened ?? openedBegin(at) };
  return {
    page: <SmiPage {...{ visit, pathway, filter, page, counts, people, total, stale, rows }} />,
    ...statusOf(opened?.typed ?? openedWork?.typed ?? nothingTyped),
  };
}

/** Taking it on to chase somebody's checks, putting that off, declining it: on their page, and in the row of the list. */
function chaseRoutes(web: Web, parts: SmiParts): void {
  const { pathway, kinds } = parts;
  for (const act of beginActs) {
    web.route({
      method: 'POST',
      url: act === 'take' ? '/people/:id/smi-chase' : `/people/:id/smi-chase/${act}`,
      may: maySeeSmi,
      params: z.object({ id: z.uuid() }),
      body: beginForms[act],
      handle: async (visit) => {
        const { tx, by, now, params, body } = visit;
        const decision = { act, ...body } as BeginDecision;
        const item = await startChase(tx, { by, now, kinds, pathway, person: params.id }, decision);
        const inList = new URL(visit.url, 'http://list').searchParams.get('from') === smiList.name;
        return {
          redirect: inList ? rowAddresses(visit.url, smiList).after(item) : `${personHref(params.id)}#smi`,
        };
      },
      again: async (visit, refused) => {
        const { person_no: row } = await readPerson(visit.tx, visit.params.id);
        const typed = { fields: visit.body, ...refused };
        return await answerSmi(visit, parts, { row, act, typed }, null);
      },
    });
  }
}

function headings({ checks }: SmiPathway): string[] {
  const each = checks.flatMap(({ id }) => [id, `${id}_last`, `${id}_recorded_as`, `${id}_recorded_by`]);
  return ['nhs_number', 'name', 'born', 'practice', ...each, 'who_makes_sure', 'since'];
}

/** A person as a row of the file. Checks stand in the order of the pathway. */
function cells(person: SmiPerson): (string | null)[] {
  return [
    person.nhsNumber === null ? null : formatNhsNumber(person.nhsNumber as never),
    listName(person),
    person.birthDate,
    person.practice,
    ...person.checks.flatMap(({ status, last, recorded, recordedBy }) => [
      statusWords[status],
      last,
      recorded,
      recordedBy,
    ]),
    chaseWords(person),
    person.chase === null ? null : londonDay(person.chase.since),
  ];
}
