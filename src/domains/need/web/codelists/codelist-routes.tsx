import { z } from 'zod';
import { londonDay, NotFound, type PlainDate } from '../../../../kernel/index.ts';
import {
  nothingTyped,
  rowNumber,
  type Typed,
  toCsv,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import { maySeePlaces } from '../../../directory/index.ts';
import { seesPeople, seesPseudonyms } from '../../../register/index.ts';
import { askWhoWouldMove } from '../../codelists/check-version.ts';
import { publishCodelist, takeBackCodelist } from '../../codelists/decide-codelist.ts';
import { diffCodes } from '../../codelists/diff.ts';
import { decisionInEffect } from '../../codelists/in-effect.ts';
import { readCheck, readMoves } from '../../codelists/read-check.ts';
import { readCodeUse } from '../../codelists/read-code-use.ts';
import {
  type CodelistVersion,
  readCodes,
  readDecisions,
  readLatestVersions,
  readLoadedFiles,
  readLoads,
  readPublishedVersions,
  readVersionNumber,
  readVersions,
} from '../../codelists/read-codelists.ts';
import { definitionsNaming, definitionsUsing } from '../../codelists/used-by.ts';
import { mayCheckCodelists, mayProposeCodelists, mayPublishCodelists } from '../../codelists/who-may.ts';
import { whyNotInPlaceOf } from '../../codelists/with-codelists.ts';
import type { CodelistKind } from '../../language/codelist.ts';
import { codelistsOf, type Library } from '../../language/library.ts';
import type { Measures } from '../measures.ts';
import { CODES_A_PAGE, CodelistPage } from './codelist-page.tsx';
import { codelistHref, inEffectWords, membersOf, versionHref } from './codelist-words.ts';
import { CodelistsPage, type IndexRow, LISTS_A_PAGE } from './codelists-page.tsx';
import { LoadPage, ROWS_SHOWN } from './load-page.tsx';
import { VersionPage } from './version-page.tsx';

export interface CodelistParts {
  readonly measures: Measures;
  /** What was shipped, without anything that was loaded. */
  readonly content: Library;
  /** Somebody asked whom a version would move: to be worked out in the background. */
  asked(check: number): Promise<void>;
  /** Something was published or taken back: to be worked out for everybody. */
  decided(): Promise<void>;
}

const chosen = z
  .string()
  .trim()
  .max(100)
  .optional()
  .transform((text) => (text === '' ? undefined : text));
const filter = z.object({ q: chosen, kind: chosen });
const list = z.object({ id: z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/) });
const version = list.extend({ number: rowNumber });
const decision = z.object({
  seen: z.coerce.number().int().min(0).max(2_147_483_647),
  reason: z
    .string()
    .trim()
    .min(1, 'Say why: whoever looks at this later was not there')
    .max(500, 'Keep the reason to 500 characters'),
});

/** Lists of codes: which there are, what changes with a new version and whom it would move, and who decides. */
export function codelistRoutes(web: Web, parts: CodelistParts): void {
  const { measures, content } = parts;
  web.route({
    method: 'GET',
    url: '/codelists',
    may: maySeePlaces,
    query: filter.extend({ page: z.coerce.number().int().positive().catch(1) }),
    handle: async (visit) => {
      const rows = await indexRows(visit, measures.library);
      const fitting = filtered(visit, rows, content);
      const at = Math.min(visit.query.page, Math.max(1, Math.ceil(fitting.length / LISTS_A_PAGE)));
      const page = (
        <CodelistsPage
          visit={visit}
          rows={fitting.slice((at - 1) * LISTS_A_PAGE, at * LISTS_A_PAGE)}
          page={at}
          fitting={fitting.length}
          all={rows.length}
          filter={{ q: visit.query.q, kind: visit.query.kind }}
          waiting={await waitingVersions(visit)}
          loads={mayProposeCodelists(visit.by).allowed ? await readLoads(visit.tx) : []}
          mayLoad={mayProposeCodelists(visit.by).allowed}
        />
      );
      return { page };
    },
  });
  web.route({
    method: 'GET',
    url: '/codelists.csv',
    may: maySeePlaces,
    query: filter,
    handle: async (visit) => {
      const rows = filtered(visit, await indexRows(visit, measures.library), content);
      return csv(
        'codelists.csv',
        ['list', 'title', 'kind', 'codes', 'in_effect', 'source', 'used_by_definitions'],
        rows.map((row) => [
          row.id,
          row.title,
          row.kind,
          row.members,
          inEffectWords(row.list),
          row.list?.source ?? '',
          row.usedBy,
        ]),
      );
    },
  });
  web.route({
    method: 'GET',
    url: '/codelists/loads/:load',
    may: mayProposeCodelists,
    params: z.object({ load: rowNumber }),
    handle: async (visit) => {
      const [load] = await readLoads(visit.tx, visit.params.load);
      if (!load) throw new NotFound('There is no such load.', 'Lists of codes has all of them.');
      const files = await readLoadedFiles(visit.tx, load.id, ROWS_SHOWN);
      return { page: <LoadPage visit={visit} load={load} files={files} /> };
    },
  });
  // Work on a version knows it by its number among all versions of all lists.
  web.route({
    method: 'GET',
    url: '/codelists/versions/:version',
    may: maySeePlaces,
    params: z.object({ version: rowNumber }),
    handle: async ({ tx, params }) => {
      const found = await readVersionNumber(tx, params.version);
      if (!found)
        throw new NotFound('There is no such version of a list.', 'Lists of codes has all of them.');
      return { redirect: versionHref(found) };
    },
  });
  web.route({
    method: 'GET',
    url: '/codelists/:id',
    may: maySeePlaces,
    params: list,
    query: z.object({ page: z.coerce.number().int().positive().catch(1) }),
    handle: async (visit) => ({ page: await listPage(visit, parts, nothingTyped, visit.query.page) }),
  });
  web.route({
    method: 'GET',
    url: '/codelists/:id/codes.csv',
    may: maySeePlaces,
    params: list,
    handle: async (visit) => {
      const found = measures.library.codelists.get(visit.params.id);
      if (!found) throw noSuchList();
      return csv(
        `${found.id}.csv`,
        ['code', 'term', 'category'],
        membersOf(found).map(({ code, term, category }) => [code, term, category]),
      );
    },
  });
  versionRoutes(web, parts);
  decisionRoutes(web, parts);
}

function versionRoutes(web: Web, parts: CodelistParts): void {
  web.route({
    method: 'GET',
    url: '/codelists/:id/versions/:number',
    may: maySeePlaces,
    params: version,
    query: z.object({ against: z.coerce.number().int().min(0).optional().catch(undefined) }),
    handle: async (visit) => ({ page: await versionPage(visit, parts, nothingTyped, visit.query.against) }),
  });
  web.route({
    method: 'GET',
    url: '/codelists/:id/versions/:number/changes.csv',
    may: maySeePlaces,
    params: version,
    handle: async (visit) => {
      const versions = await readVersions(visit.tx, visit.params.id);
      const shown = named(versions, visit.params.number);
      const { diff } = await compared(visit, parts.content, shown, versions, undefined);
      return csv(
        `${shown.id}-${shown.number}-changes.csv`,
        ['change', 'code', 'term', 'category_before', 'category_now'],
        [
          ...diff.added.map(({ code, term, category }) => ['added', code, term, null, category]),
          ...diff.removed.map(({ code, term, category }) => ['removed', code, term, category, null]),
          ...diff.moved.map(({ code, term, from, to }) => ['moved', code, term, from, to]),
        ],
      );
    },
  });
  web.route({
    method: 'POST',
    url: '/codelists/:id/versions/:number/check',
    may: mayCheckCodelists,
    params: version,
    handle: async ({ tx, by, params }) => {
      // The job's process takes longer to start than the question to be written.
      await parts.asked(await askWhoWouldMove(tx, { by, list: params.id, number: params.number }));
      return { redirect: versionHref({ id: params.id, number: params.number }) };
    },
  });
}

function decisionRoutes(web: Web, parts: CodelistParts): void {
  web.route({
    method: 'POST',
    url: '/codelists/:id/versions/:number/publish',
    may: mayPublishCodelists,
    params: version,
    body: decision,
    handle: async ({ tx, by, params, body, now }) => {
      await publishCodelist(tx, {
        ...body,
        by,
        list: params.id,
        number: params.number,
        library: parts.content,
        now,
      });
      await parts.decided();
      return { redirect: codelistHref(params.id) };
    },
    again: async (visit, refused) => ({
      page: await versionPage(visit, parts, { fields: visit.body, ...refused }),
      status: 422,
    }),
  });
  web.route({
    method: 'POST',
    url: '/codelists/:id/take-back',
    may: mayPublishCodelists,
    params: list,
    body: decision,
    handle: async ({ tx, by, params, body, now }) => {
      await takeBackCodelist(tx, { ...body, by, list: params.id, now });
      await parts.decided();
      return { redirect: codelistHref(params.id) };
    },
    again: async (visit, refused) => ({
      page: await listPage(visit, parts, { fields: visit.body, ...refused }, 1),
      status: 422,
    }),
  });
}

/** Every list: those that definitions read, and those that were loaded and are in effect nowhere. */
async function indexRows({ tx }: Visit, library: Library): Promise<IndexRow[]> {
  const latest = new Map((await readLatestVersions(tx)).map((each) => [each.id, each]));
  const uses = new Map<string, number>();
  for (const definition of library.definitions)
    for (const id of codelistsOf(definition)) uses.set(id, (uses.get(id) ?? 0) + 1);
  const ids = [...new Set([...library.codelists.keys(), ...latest.keys()])].sort();
  return ids.flatMap((id) => {
    const known = library.codelists.get(id);
    const loaded = latest.get(id);
    const kind: CodelistKind | undefined = known?.kind ?? loaded?.kind;
    if (kind === undefined) return [];
    return [
      {
        id,
        title: known?.title ?? loaded?.title ?? id,
        kind,
        members: known ? membersOf(known).length : (loaded?.codes ?? 0),
        list: known,
        usedBy: uses.get(id) ?? 0,
      },
    ];
  });
}

function filtered(
  { query }: Visit<unknown, z.output<typeof filter>>,
  rows: readonly IndexRow[],
  content: Library,
): IndexRow[] {
  const q = query.q?.toLowerCase();
  return rows.filter(
    (row) =>
      (query.kind === undefined || row.kind === query.kind) &&
      (q === undefined ||
        row.id.toLowerCase().includes(q) ||
        row.title.toLowerCase().includes(q) ||
        hasMember(row.list ?? content.codelists.get(row.id), q)),
  );
}

function hasMember(of: IndexRow['list'], text: string): boolean {
  return of !== undefined && membersOf(of).some(({ code }) => code.toLowerCase() === text);
}

/** The latest versions that nobody has published yet. */
async function waitingVersions({ tx }: Visit): Promise<CodelistVersion[]> {
  const published = await readPublishedVersions(tx);
  return (await readLatestVersions(tx))
    .filter(({ versionNo }) => !published.has(versionNo))
    .sort((a, b) => b.versionNo - a.versionNo);
}

async function listPage(visit: Visit<{ id: string }>, parts: CodelistParts, typed: Typed, page: number) {
  const { tx, by, params } = visit;
  const { library } = parts.measures;
  const found = library.codelists.get(params.id);
  const versions = await readVersions(tx, params.id);
  if (!found && versions.length === 0) throw noSuchList();
  const members = found ? membersOf(found) : [];
  const shown = Math.min(page, Math.max(1, Math.ceil(members.length / CODES_A_PAGE)));
  const codes = members.slice((shown - 1) * CODES_A_PAGE, shown * CODES_A_PAGE).map(({ code }) => code);
  return (
    <CodelistPage
      visit={visit}
      id={params.id}
      list={found}
      versions={versions}
      decisions={await readDecisions(tx, params.id)}
      naming={definitionsNaming(library, params.id)}
      resting={definitionsUsing(library, params.id).length}
      use={found ? await useFor(visit, found.id, found.kind, codes) : null}
      useWords={useWords(visit)}
      page={shown}
      mayPublish={mayPublishCodelists(by).allowed}
      typed={typed}
    />
  );
}

/** How often codes are used, for those who see records; of restricted lists for nobody: it says who is on them. */
async function useFor({ tx, by }: Visit, id: string, kind: CodelistKind, codes: readonly string[]) {
  if (kind === 'words' || kind === 'areas' || kind === 'practices' || id.startsWith('RESTRICTED_'))
    return null;
  if (!seesPeople(by.role) && !seesPseudonyms(by.role)) return null;
  return await readCodeUse(tx, kind, codes, seesPseudonyms(by.role));
}

function useWords({ by }: Visit): string {
  return seesPseudonyms(by.role)
    ? 'Entries are those in the records of registered people who do not object.'
    : 'Entries are those of the practices whose people you see.';
}

async function compared(
  { tx }: Visit,
  content: Library,
  shown: CodelistVersion,
  versions: readonly CodelistVersion[],
  against: number | undefined,
) {
  const inEffect = decisionInEffect(await readDecisions(tx, shown.id))?.versionNo;
  const other =
    against === undefined
      ? versions.find(({ versionNo }) => versionNo === inEffect && versionNo !== shown.versionNo)
      : versions.find(({ number }) => number === against);
  const shipped = content.codelists.get(shown.id);
  const before = other ? await readCodes(tx, other.versionNo) : shipped ? membersOf(shipped) : [];
  const words = other
    ? `version ${other.number}${other.versionNo === inEffect ? ', which is in effect' : ''}`
    : shipped
      ? 'the list as shipped'
      : 'no list: it is a new one';
  return { against: words, diff: diffCodes(before, await readCodes(tx, shown.versionNo)) };
}

async function versionPage(
  visit: Visit<{ id: string; number: number }>,
  { measures, content }: CodelistParts,
  typed: Typed,
  against?: number,
) {
  const { tx, by, params } = visit;
  const { library } = measures;
  const versions = await readVersions(tx, params.id);
  const shown = named(versions, params.number);
  const decisions = await readDecisions(tx, params.id);
  const { against: words, diff } = await compared(visit, content, shown, versions, against);
  const check = await readCheck(tx, shown.versionNo);
  const seesMovers = seesPeople(by.role) || seesPseudonyms(by.role);
  const shipped = content.codelists.get(params.id);
  const may = mayPublishCodelists(by);
  const codes = [...diff.added, ...diff.removed].map(({ code }) => code);
  return (
    <VersionPage
      visit={visit}
      library={library}
      version={shown}
      decisions={decisions}
      against={words}
      diff={diff}
      others={versions.filter(({ number }) => number !== shown.number)}
      using={definitionsUsing(library, params.id).filter(({ kind }) => kind !== 'ranking')}
      whyNot={
        shipped
          ? whyNotInPlaceOf(shipped, { kind: shown.kind, codes: await readCodes(tx, shown.versionNo) })
          : null
      }
      check={check}
      moves={check?.state === 'done' && seesMovers ? await readMoves(tx, check.id) : null}
      movesWords={
        seesPseudonyms(by.role)
          ? 'Registered people who do not object to planning.'
          : 'Registered people whom you may see.'
      }
      isStale={measures.isStale((check?.asOf ?? null) as PlainDate | null, londonDay(visit.now))}
      use={await useFor(visit, shown.id, shown.kind, codes)}
      useWords={useWords(visit)}
      mayCheck={mayCheckCodelists(by).allowed}
      whyNotPublish={
        !may.allowed
          ? may.because
          : shown.loadedBy.account === by.account
            ? 'You loaded this version, so somebody else publishes it: a GP, or another analyst.'
            : null
      }
      typed={typed}
    />
  );
}

function named(versions: readonly CodelistVersion[], number: number): CodelistVersion {
  const found = versions.find((each) => each.number === number);
  if (!found)
    throw new NotFound('There is no such version of the list.', 'The page of the list has all of them.');
  return found;
}

function noSuchList(): NotFound {
  return new NotFound('There is no such list.', 'Lists of codes has all of them.');
}

function csv(
  download: string,
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
) {
  return { download, type: 'text/csv; charset=utf-8', content: toCsv(header, rows) };
}
