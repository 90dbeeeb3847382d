import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { type Book, type Tables, type Tx, transactionWithCopy } from '../../../platform/database/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import { CohortLake, type OpenedCohortLake } from '../adhoc/cohort-lake.ts';
import { answerForEverybody, OBJECTION } from '../adhoc/cohort-sql.ts';
import { answerSql } from '../adhoc/count-cohort.ts';
import { readPublishedAnswers, settledIn } from '../adhoc/published-answers.ts';
import { compileLibrary } from '../compile/compile.ts';
import { tryCases } from '../drafts/check-draft.ts';
import { readNextLibrary } from '../drafts/living-library.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import { bandsOf, type Library } from '../language/library.ts';
import { copyGuarded } from '../refresh/copy-guarded.ts';
import type { CheckedDefinition, CodelistTables } from './codelist-tables.ts';
import { keyOfCodelists, readCodelistsInEffect, readLoadedLists } from './in-effect.ts';
import { definitionsUsing } from './used-by.ts';
import { mayCheckCodelists } from './who-may.ts';
import { withCodelists } from './with-codelists.ts';

/** Asks whom a version of a list would move. Throws NotPermitted, NotFound. Returns the number of the question. */
export async function askWhoWouldMove(
  tx: Tx,
  { by, list, number }: { readonly by: Actor; readonly list: string; readonly number: number },
): Promise<number> {
  const permission = mayCheckCodelists(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const db = tx.withTables<CodelistTables>();
  const version = await db
    .selectFrom('need.codelist_version')
    .select('version_no')
    .where('codelist_id', '=', list)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!version) throw new NotFound('There is no such version of the list.');
  const { check_id } = await db
    .insertInto('need.codelist_check')
    .values({
      version_no: version.version_no,
      beside: keyOfCodelists(await readCodelistsInEffect(tx)),
      definitions: '[]',
      snapshot_id: null,
      as_of: null,
      trouble: null,
      asked_by: by.account,
      ended_at: null,
    })
    .returning('check_id')
    .executeTakeFirstOrThrow();
  return check_id;
}

export interface CheckRequest {
  readonly book: Book;
  /** Where the lake and the outcomes of the last refresh are. */
  readonly home: { readonly lake: string; readonly outcomes: string };
  readonly duck: Duck;
  /** A folder that is removed when the work ends. */
  readonly scratch: string;
  /** What content says, without anything of the book. */
  readonly content: Library;
  readonly check: number;
  onProgress?(what: string): void;
}

/**
 * Works out whom a version would move: every definition that the list decides about, for everybody, with what is in effect
 * now and with the version in its place. Keeps each person whose answer differs. Meant for a process of its own.
 * What goes wrong is kept with the question, and thrown.
 */
export async function workOutWhoWouldMove(request: CheckRequest): Promise<void> {
  const { book, check } = request;
  const db = book.as('batch');
  try {
    const versionNo = await versionOf(db, check);
    const now = await readNextLibrary(db, request.content);
    const [list] = await readLoadedLists(db, [versionNo]);
    if (!list) throw new Error(`version ${versionNo} is gone`);
    const then = withCodelists(now.library, [list]);
    const [out] = then.leftOut;
    if (out) throw cannotBeUsed(out.because);
    const publication = await readPublication(db);
    if (!publication) throw nothingPublished();
    const asked = definitionsUsing(now.library, list.id).filter(({ kind }) => kind !== 'ranking');
    const ids = asked.map(({ id }) => id);
    const cohorts = new CohortLake({ rows: request.duck.rows, close: async () => {} }, request.home);
    const moved = await cohorts.use(db, publication, (opened) =>
      compare(request, opened, publication, { before: now.library, after: then.library, ids }),
    );
    await keep(request, publication, keyOfCodelists(now.codelists), moved);
  } catch (error) {
    await keepTrouble(db, check, error);
    throw error;
  }
}

async function versionOf(db: Kysely<Tables>, check: number): Promise<number> {
  const row = await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_check')
    .select('version_no')
    .where('check_id', '=', check)
    .executeTakeFirst();
  if (!row) throw new NotFound('There is no such question.');
  return row.version_no;
}

interface Moved {
  readonly file: string;
  readonly definitions: readonly CheckedDefinition[];
}

const COLUMNS = [
  'check_id',
  'definition_id',
  'person_no',
  'practice_id',
  'planning',
  'was',
  'becomes',
] as const;

/** Answers the definitions twice, and writes whoever comes out otherwise into a file for COPY. */
async function compare(
  { duck, scratch, check, book, onProgress }: CheckRequest,
  opened: OpenedCohortLake,
  publication: Publication,
  { before, after, ids }: { before: Library; after: Library; ids: readonly string[] },
): Promise<Moved> {
  const file = join(scratch, `movers-${check}.csv`);
  const published = await readPublishedAnswers(book.as('batch'), publication);
  if (ids.length === 0) {
    writeFileSync(file, `${COLUMNS.join(',')}\n`);
    return { file, definitions: [] };
  }
  const places: Record<'before' | 'after', readonly string[]> = { before: [], after: [] };
  for (const [when, library] of [
    ['before', before],
    ['after', after],
  ] as const) {
    onProgress?.(when === 'before' ? 'Working out who is where now' : 'Working out who would be where');
    const settled = opened.outcomes === null ? new Map() : settledIn(library, published, '', opened.columns);
    const wanted = [...ids, ...(opened.outcomes === null ? [OBJECTION] : [])];
    const compiled = compileLibrary(library, publication.asOf, { wanted, settled });
    await answerForEverybody(opened, compiled, []);
    await duck.run(`create or replace temp table found_${when} as select * from found`);
    places[when] = compiled.definitions;
  }
  const { people } = await duck.one<{ people: number }>('select count(*) as people from found_after');
  const moves = ids.map((id) => {
    const bands = bandsOf(before.definition(id)).map((band) => band.id);
    const answer = (when: 'before' | 'after') => {
      const at = places[when].indexOf(id);
      const band = bands.length === 0 ? null : `found_${when}.band_${at}`;
      return answerSql(`found_${when}.outcome_${at}`, band, bands);
    };
    return `select ${check} as check_id, ${literal(id)} as definition_id, found_after.person as person_no,
                   found_after.practice_id, found_after.planning, ${answer('before')} as was, ${answer('after')} as becomes
              from found_before join found_after using (person)`;
  });
  await duck.run(
    `copy (select ${COLUMNS.join(', ')} from (${moves.join(' union all ')}) where was <> becomes)
       to ${literal(file)} (format csv, header)`,
  );
  return {
    file,
    definitions: ids.map((id) => ({ id, people, casesChanged: casesChanged(id, before, after) })),
  };
}

/** The drawn people of a definition who come out as they should now, and would not any more. */
function casesChanged(id: string, before: Library, after: Library): string[] {
  const cases = before.cases.get(id);
  if (!cases) return [];
  const passes = (library: Library) =>
    tryCases(library, library.definition(id), cases).map((each) => each.passes);
  const [then, now] = [passes(before), passes(after)];
  return cases.people.flatMap(({ name }, at) => (then[at] && !now[at] ? [name] : []));
}

async function keep(
  { book, check }: CheckRequest,
  publication: Publication,
  beside: string,
  { file, definitions }: Moved,
): Promise<void> {
  await transactionWithCopy(book, 'batch', async (tx, copyIn) => {
    const db = tx.withTables<CodelistTables>();
    await db.deleteFrom('need.codelist_mover').where('check_id', '=', check).execute();
    await copyGuarded(tx, copyIn, 'need.codelist_mover', COLUMNS, file);
    await db
      .updateTable('need.codelist_check')
      .set({
        state: 'done',
        beside,
        snapshot_id: publication.snapshotId,
        as_of: publication.asOf,
        definitions: JSON.stringify(definitions),
        trouble: null,
        ended_at: sql`now()`,
      })
      .where('check_id', '=', check)
      .execute();
  });
}

async function keepTrouble(db: Kysely<Tables>, check: number, error: unknown): Promise<void> {
  await db
    .withTables<CodelistTables>()
    .updateTable('need.codelist_check')
    .set({
      state: 'failed',
      trouble:
        error instanceof Refusal ? `${error.message} ${error.remedy}` : 'Something went wrong on our side.',
      ended_at: sql`now()`,
    })
    .where('check_id', '=', check)
    .execute();
}

function cannotBeUsed(because: string): Refusal {
  return new Refusal({
    code: 'not_in_its_place',
    because: `This version cannot be used: ${because}.`,
    remedy: 'Load a file of the same kind of codes, or load this one under an id of its own.',
  });
}

function nothingPublished(): Refusal {
  return new Refusal({
    code: 'nothing_published',
    because: 'Nothing has been worked out yet, so that there is nobody who could move.',
    remedy: 'Import practice extracts, wait for the refresh, and ask again.',
  });
}
