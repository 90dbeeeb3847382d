import { z } from 'zod';
import { type FieldError, NotFound, type Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import { rowNumber, toCsv, type Visit, type Web } from '../../../platform/web/index.ts';
import { readUnlistedCodes, type UnlistedCodes } from '../../need/index.ts';
import { type FeedRule, maySeeImports, readRuns, seesPeople, seesPseudonyms } from '../../register/index.ts';
import { closeAsRight, giveBackDefect, noteOnDefect, takeDefect } from '../change-defect.ts';
import type { DefectKinds } from '../defect-kinds.ts';
import {
  type LastSearch,
  type PracticeRow,
  readBoard,
  readDefect,
  readDefectHistory,
  readLastSearch,
  readPractices,
} from '../read-board.ts';
import { readExamples } from '../read-examples.ts';
import { mayMend, maySeeQuality } from '../who-may.ts';
import { BoardPage } from './board-page.tsx';
import { CODES_A_PAGE, CodesPage } from './codes-page.tsx';
import { said, whyRight } from './defect-form.ts';
import { DefectPage, type DefectPageProps } from './defect-page.tsx';
import { KindsPage } from './kinds-page.tsx';
import { defectHref, dueDay, ownerOf, stateOf } from './words.tsx';

export interface QualityParts {
  readonly kinds: DefectKinds;
  readonly feeds: readonly FeedRule[];
}

const chosen = z
  .string()
  .trim()
  .optional()
  .transform((text) => (text === '' ? undefined : text));
const filter = z.object({
  practice: chosen,
  kind: chosen,
  state: z
    .enum(['', 'open', 'right', 'mended'])
    .catch('')
    .transform((state) => (state === '' ? undefined : state)),
});
const defect = z.object({ defect: rowNumber });
const seen = rowNumber.optional().catch(undefined);

/** The data-quality board, each defect, and what can be done about it. */
export function qualityRoutes(web: Web, parts: QualityParts): void {
  const { kinds, feeds } = parts;
  web.route({
    method: 'GET',
    url: '/quality',
    may: maySeeQuality,
    query: filter,
    handle: async (visit) => {
      const { tx, by, query } = visit;
      const search = await readLastSearch(tx);
      const page = (
        <BoardPage
          visit={visit}
          kinds={kinds}
          feeds={feeds}
          search={search}
          trouble={await troubleOf(visit, search)}
          filter={query}
          rows={await readBoard(tx, by, query)}
          open={await readBoard(tx, by)}
          practices={await readPractices(tx, by)}
          seesImports={maySeeImports(by).allowed}
          unlisted={await unlistedCodes(visit, undefined, 0, 1)}
        />
      );
      return { page };
    },
  });
  codeRoutes(web, parts);
  web.route({
    method: 'GET',
    url: '/quality.csv',
    may: maySeeQuality,
    query: filter,
    handle: async (visit) => {
      const { tx, by, query } = visit;
      const rows = await readBoard(tx, by, query);
      const detail = { ...query, rows: rows.length };
      await writeAudit(tx, { action: 'quality.exported', purpose: visit.because, detail });
      return {
        download: 'data-quality.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['practice_code', 'practice', 'kind', 'defect', 'count', 'of', 'found', 'owner', 'due', 'state'],
          rows.map((row) => [
            row.practiceCode,
            row.practice,
            row.kind,
            row.says,
            row.rows,
            row.of,
            row.foundAt.toISOString(),
            ownerOf(row),
            dueDay(row),
            stateOf(row, visit.now).word,
          ]),
        ),
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/quality/kinds',
    may: maySeeQuality,
    handle: async (visit) => ({ page: <KindsPage visit={visit} kinds={kinds} feeds={feeds} /> }),
  });
  web.route({
    method: 'GET',
    url: '/quality/defects/:defect',
    may: maySeeQuality,
    params: defect,
    handle: async (visit) => ({ page: await defectPage(visit, parts) }),
  });
  actRoutes(web, parts);
}

function actRoutes(web: Web, parts: QualityParts): void {
  const { kinds } = parts;
  const of = (visit: Visit<{ defect: number }, unknown, { seen?: number | undefined }>) => ({
    by: visit.by,
    now: visit.now,
    kinds,
    defect: visit.params.defect,
    seen: visit.body.seen,
  });
  const again = async (
    visit: Visit<{ defect: number }, unknown, Record<string, string>>,
    refused: { readonly errors: readonly FieldError[]; readonly refusal: Refusal },
  ) => ({ page: await defectPage(visit, parts, { fields: visit.body, ...refused }), status: 422 });
  const shape = { method: 'POST', may: maySeeQuality, params: defect, again } as const;
  web.route({
    ...shape,
    url: '/quality/defects/:defect/take',
    body: z.object({ seen }),
    handle: async (visit) => {
      await takeDefect(visit.tx, of(visit));
      return { redirect: defectHref(visit.params.defect) };
    },
  });
  web.route({
    ...shape,
    url: '/quality/defects/:defect/give-back',
    body: z.object({ seen }),
    handle: async (visit) => {
      await giveBackDefect(visit.tx, of(visit));
      return { redirect: defectHref(visit.params.defect) };
    },
  });
  web.route({
    ...shape,
    url: '/quality/defects/:defect/note',
    body: z.object({ seen, note: said('Write what you found out or did') }),
    handle: async (visit) => {
      await noteOnDefect(visit.tx, { ...of(visit), note: visit.body.note });
      return { redirect: defectHref(visit.params.defect) };
    },
  });
  web.route({
    ...shape,
    url: '/quality/defects/:defect/close',
    body: z.object({ seen, reason: whyRight }),
    handle: async (visit) => {
      await closeAsRight(visit.tx, { ...of(visit), reason: visit.body.reason });
      return { redirect: defectHref(visit.params.defect) };
    },
  });
}

async function defectPage(
  visit: Visit<{ defect: number }>,
  { kinds }: QualityParts,
  typed: DefectPageProps['typed'] = { fields: {}, errors: [], refusal: null },
) {
  const { tx, by, params } = visit;
  const row = await readDefect(tx, by, params.defect);
  if (!row)
    throw new NotFound('There is no such defect, or it is not yours to see.', 'Data quality lists yours.');
  const kind = kinds.kind(row.kind);
  const may = mayMend(by, kind);
  return (
    <DefectPage
      visit={visit}
      row={row}
      kind={kind}
      search={await readLastSearch(tx)}
      examples={await readExamples(tx, by, row.id)}
      history={await readDefectHistory(tx, row.id)}
      whyNot={may.allowed ? null : may.because}
      seesImports={maySeeImports(by).allowed}
      typed={typed}
    />
  );
}

const codeFilter = z.object({ practice: chosen, page: z.coerce.number().int().positive().catch(1) });

/** Codes in no list, for those who see rows: of their own practices, or of everybody who does not object. */
async function unlistedCodes(
  { tx, by }: Visit,
  practice: PracticeRow | undefined,
  from: number,
  most: number,
): Promise<UnlistedCodes | null> {
  if (!seesPeople(by.role) && !seesPseudonyms(by.role)) return null;
  return await readUnlistedCodes(tx, {
    ...(practice === undefined ? {} : { practice: practice.practiceId }),
    planning: seesPseudonyms(by.role),
    from,
    most,
  });
}

/** The practice of a filter. An unknown one is not passed over: the numbers would be of all of them. */
function practiceNamed(practices: readonly PracticeRow[], code: string | undefined): PracticeRow | undefined {
  const found = practices.find(({ practiceCode }) => practiceCode === code);
  if (code !== undefined && !found)
    throw new NotFound('There is no such practice, or it is not yours to see.', 'Data quality lists yours.');
  return found;
}

/** More rows than a spreadsheet of them is looked through. */
const CODES_EXPORTED = 100_000;

function codeRoutes(web: Web, { feeds }: QualityParts): void {
  web.route({
    method: 'GET',
    url: '/quality/codes',
    may: maySeeQuality,
    query: codeFilter,
    handle: async (visit) => {
      const { tx, by, query } = visit;
      const practices = await readPractices(tx, by);
      const practice = practiceNamed(practices, query.practice);
      const codes = await unlistedCodes(visit, practice, (query.page - 1) * CODES_A_PAGE, CODES_A_PAGE);
      const search = await readLastSearch(tx);
      return {
        page: (
          <CodesPage
            {...{ visit, feeds, search, practices, practice, codes }}
            page={query.page}
            planning={seesPseudonyms(by.role)}
          />
        ),
      };
    },
  });
  web.route({
    method: 'GET',
    url: '/quality/codes.csv',
    may: maySeeQuality,
    query: codeFilter,
    handle: async (visit) => {
      const { tx, by, query } = visit;
      const practice = practiceNamed(await readPractices(tx, by), query.practice);
      const found = await unlistedCodes(visit, practice, 0, CODES_EXPORTED);
      const detail = { practice: practice?.practiceCode ?? null, rows: found?.codes.length ?? 0 };
      await writeAudit(tx, { action: 'quality.codes_exported', purpose: visit.because, detail });
      return {
        download: 'codes-in-no-list.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['system', 'code', 'bnf_code', 'description', 'feed', 'entries', 'practices'],
          (found?.codes ?? []).map((row) => [
            row.system,
            row.concept,
            row.bnf,
            row.display,
            row.feed,
            row.entries,
            row.practices,
          ]),
        ),
      };
    },
  });
}

/** Whether the board speaks of older data than there are, or the last import did not end well. */
async function troubleOf({ tx }: Visit, search: LastSearch | null) {
  const [last] = await readRuns(tx, 1);
  if (!last) return null;
  const href = `/imports/${last.run_id}`;
  if (last.state === 'failed' || last.state === 'refused') {
    const text = 'Nothing of it was taken in. What is below speaks of the data before it.';
    return { heading: `Import ${last.run_id} was not taken in`, text, href };
  }
  if (search !== null && search.newerRun !== null) {
    const text =
      'The data of that import have not been looked through yet. The operator runs: bin/neighbourhold quality.';
    const heading = `Import ${search.newerRun} came since the last search`;
    return { heading, text, href: `/imports/${search.newerRun}` };
  }
  return null;
}
