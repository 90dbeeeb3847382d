import { z } from 'zod';
import { formatNhsNumber, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { toCsv, type Web } from '../../../../platform/web/index.ts';
import { listName, personHref } from '../../../register/index.ts';
import type { WorkKinds } from '../../../work/index.ts';
import { checkStatuses, statusWords } from '../check-status.ts';
import { chasers, countSmi, listSmi, type SmiPerson } from '../read-smi.ts';
import type { SmiPathway } from '../smi-pathway.ts';
import { startChase } from '../start-chase.ts';
import { maySeeSmi } from '../who-may.ts';
import { SmiPage } from './smi-page.tsx';
import { chaseWords } from './smi-words.tsx';

export interface SmiParts {
  readonly pathway: SmiPathway;
  readonly kinds: WorkKinds;
  /** Whether facts of a day are older than was agreed for what they come from. */
  isStale(asOf: PlainDate, today: PlainDate): boolean;
}

/** The register of physical health checks in severe mental illness, its file, and taking it on to chase. */
export function smiRoutes(web: Web, { pathway, kinds, isStale }: SmiParts): void {
  const nothing = z.literal('').transform(() => null);
  const query = z.object({
    check: z
      .enum(pathway.checks.map(({ id }) => id))
      .or(nothing)
      .default(null),
    status: z.enum(checkStatuses).or(nothing).default(null),
    chaser: z.enum(chasers).or(nothing).default(null),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
  });
  web.route({
    method: 'GET',
    url: '/smi',
    may: maySeeSmi,
    query,
    handle: async (visit) => {
      const { page, ...filter } = visit.query;
      const counts = await countSmi(visit.tx, pathway);
      const { people, total } = await listSmi(visit.tx, pathway, filter, page);
      await writeAudit(visit.tx, {
        action: 'smi.listed',
        purpose: visit.because,
        detail: { filter, people: people.map(({ personNo }) => personNo) },
      });
      const stale = counts.asOf !== null && isStale(counts.asOf, londonDay(visit.now));
      return { page: <SmiPage {...{ visit, pathway, filter, page, counts, people, total, stale }} /> };
    },
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
  web.route({
    method: 'POST',
    url: '/people/:id/smi-chase',
    may: maySeeSmi,
    params: z.object({ id: z.uuid() }),
    handle: async ({ tx, by, now, params }) => {
      await startChase(tx, { by, now, kinds, pathway, person: params.id });
      return { redirect: `${personHref(params.id)}#smi` };
    },
  });
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
