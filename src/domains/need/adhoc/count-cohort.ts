import type { Kysely } from 'kysely';
import { type PlainDate, Refusal } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { LakeReader } from '../../../platform/lake/index.ts';
import { type CompiledLibrary, compileLibrary } from '../compile/compile.ts';
import type { Outcome } from '../evaluate/reference-evaluator.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { Definition } from '../language/definition.ts';
import { bandsOf, type Library, stepsOf } from '../language/library.ts';
import { withDefinition } from '../language/with-authored.ts';
import type { CohortLake, OpenedCohortLake } from './cohort-lake.ts';
import { type CohortScope, inScopeSql } from './cohort-scope.ts';
import { answerForEverybody, OBJECTION } from './cohort-sql.ts';
import { type PublishedAnswer, readPublishedAnswers, settledIn } from './published-answers.ts';

/** How many people of each kind are picked as examples. */
export const EXAMPLES = 10;

/** A candidate definition, to be answered for everybody, and for whom the answer is. */
export interface CohortQuestion {
  /** The definitions that it may refer to, as the next refresh will have them. */
  readonly library: Library;
  readonly candidate: Definition;
  readonly scope: CohortScope;
  /** Aborted when nobody wants the answer any more. */
  readonly stop?: AbortSignal | undefined;
}

export interface PracticeCount {
  readonly practiceId: number;
  readonly in: number;
  readonly out: number;
  readonly unknown: number;
}

/** People of one practice whose answer changes from one to the other; the answers are outcomes, or bands. */
export interface Moved {
  readonly practiceId: number;
  readonly from: string;
  readonly to: string;
  readonly people: number;
}

/** Whom a change moves, against what the current facts say. */
export interface Movers {
  readonly against: { readonly version: string; readonly contentHash: string };
  readonly moved: readonly Moved[];
  /** Some of them, by their numbers: up to ten of each way. */
  readonly examples: readonly { readonly person: number; readonly from: string; readonly to: string }[];
}

/** What a candidate definition says of everybody in scope; in + out + unknown = people. */
export interface CohortCount {
  readonly snapshotId: number;
  readonly asOf: PlainDate;
  readonly contentHash: string;
  readonly people: number;
  readonly in: number;
  readonly out: number;
  readonly unknown: number;
  /** How many leave at each step of a register: the first that is false. With in and unknown they add up to people. */
  readonly lost: readonly number[];
  readonly bands: readonly { readonly id: string; readonly people: number }[];
  readonly practices: readonly PracticeCount[];
  /** Null where nothing of this id has been published. */
  readonly movers: Movers | null;
  /** People of each outcome, by their numbers. */
  readonly examples: readonly { readonly person: number; readonly outcome: Outcome }[];
  readonly milliseconds: number;
}

/**
 * Answers a candidate definition for everybody who is registered, as of the current publication, with the compiler that
 * the refresh uses. What it refers to is taken from the answers of the last refresh where nothing has changed, and worked
 * out along where it has. Where its id is published, also whom the change moves.
 *
 * Throws ContentError where it does not go with the library, Refusal `not_countable` for a ranking, `nothing_published`
 * where nobody has been worked out yet, NotFound where the publication's files are no longer kept; and the reason of `stop`.
 */
export async function countCohort(
  db: Kysely<Tables>,
  cohorts: CohortLake,
  { library: others, candidate, scope, stop }: CohortQuestion,
): Promise<CohortCount> {
  if (candidate.kind === 'ranking') throw notCountable();
  const publication = await readPublication(db);
  if (!publication) throw nothingPublished();
  const library = withDefinition(others, candidate);
  const published = await readPublishedAnswers(db, publication);
  const work = async (opened: OpenedCohortLake) => {
    const began = performance.now();
    const settled =
      opened.outcomes === null
        ? new Map<string, never>()
        : settledIn(library, published, candidate.id, opened.columns);
    // Without the file nobody has said who objects.
    const wanted = [candidate.id, ...(opened.outcomes === null ? [OBJECTION] : [])];
    const compiled = compileLibrary(library, publication.asOf, { wanted, settled });
    const before = opened.outcomes === null ? undefined : published.get(candidate.id);
    await answerForEverybody(opened, compiled, before === undefined ? [] : [before]);
    const about = { ask: opened.ask, candidate, compiled, where: inScopeSql(scope) };
    const practices = await countPractices(about);
    const movers = before === undefined ? null : await countMovers(about, before);
    const examples = await pickExamples(about);
    await opened.ask('drop table found');
    return {
      ...summed(practices, publication, library.contentHash(candidate.id), candidate),
      movers,
      examples,
      milliseconds: Math.round(performance.now() - began),
    };
  };
  return await cohorts.use(db, publication, work, stop);
}

interface Answered {
  readonly ask: LakeReader['rows'];
  readonly candidate: Definition;
  readonly compiled: CompiledLibrary;
  readonly where: string;
}

type PracticeRow = Record<string, number> & { readonly practice_id: number };

async function countPractices({ ask, candidate, compiled, where }: Answered): Promise<PracticeRow[]> {
  const at = compiled.definitions.indexOf(candidate.id);
  const columns = [
    `count(*) filter (outcome_${at}) as "in"`,
    `count(*) filter (not outcome_${at}) as "out"`,
    `count(*) filter (outcome_${at} is null) as "unknown"`,
    ...stepsOf(candidate).map((_, step) => `count(*) filter (lost_${at} = ${step}) as lost_${step}`),
    ...bandsOf(candidate).map((_, band) => `count(*) filter (band_${at} = ${band}) as band_${band}`),
  ];
  return await ask<PracticeRow>(
    `select practice_id, ${columns.join(', ')} from found where ${where} group by practice_id order by practice_id`,
  );
}

function summed(
  rows: readonly PracticeRow[],
  publication: Publication,
  contentHash: string,
  candidate: Definition,
): Omit<CohortCount, 'movers' | 'examples' | 'milliseconds'> {
  const sum = (column: string) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  const counts = { in: sum('in'), out: sum('out'), unknown: sum('unknown') };
  return {
    snapshotId: publication.snapshotId,
    asOf: publication.asOf,
    contentHash,
    people: counts.in + counts.out + counts.unknown,
    ...counts,
    lost: stepsOf(candidate).map((_, step) => sum(`lost_${step}`)),
    bands: bandsOf(candidate).map(({ id }, band) => ({ id, people: sum(`band_${band}`) })),
    practices: rows.map((row) => ({
      practiceId: row.practice_id,
      in: row.in ?? 0,
      out: row.out ?? 0,
      unknown: row.unknown ?? 0,
    })),
  };
}

/** Who moves, by practice, and some of them. Of definitions with bands, those who move between bands count too. */
async function countMovers(
  { ask, candidate, compiled, where }: Answered,
  before: PublishedAnswer,
): Promise<Movers> {
  const at = compiled.definitions.indexOf(candidate.id);
  const then = answerSql('before_outcome', before.band === null ? null : 'before_band', before.bands);
  const bands = bandsOf(candidate).map(({ id }) => id);
  const now = answerSql(`outcome_${at}`, bands.length === 0 ? null : `band_${at}`, bands);
  const moving = `(select person, practice_id, ${then} as came, ${now} as went from found where ${where}) where came <> went`;
  const moved = await ask<{ practice_id: number; came: string; went: string; people: number }>(
    `select practice_id, came, went, count(*) as people from ${moving} group by all order by all`,
  );
  const examples = await ask<{ person: number; came: string; went: string }>(
    `select person, came, went from ${moving}
     qualify row_number() over (partition by came, went order by hash(person), person) <= ${EXAMPLES}
      order by came, went, person`,
  );
  return {
    against: { version: before.version, contentHash: before.contentHash },
    moved: moved.map(({ practice_id, came, went, people }) => ({
      practiceId: practice_id,
      from: came,
      to: went,
      people,
    })),
    examples: examples.map(({ person, came, went }) => ({ person, from: came, to: went })),
  };
}

/** The answer in a word: the band, or else the outcome. */
export function answerSql(outcome: string, band: string | null, bands: readonly string[]): string {
  const places = bands.map(
    (id, place) => `when ${outcome} and ${band} = ${place} then '${id.replaceAll("'", "''")}'`,
  );
  return `case ${places.join(' ')} when ${outcome} then 'in' when not ${outcome} then 'out' else 'unknown' end`;
}

/** Some of each outcome: the same people each time, in no order that anybody could wish for. */
async function pickExamples({ ask, candidate, compiled, where }: Answered): Promise<CohortCount['examples']> {
  const at = compiled.definitions.indexOf(candidate.id);
  const outcome = answerSql(`outcome_${at}`, null, []);
  return await ask<{ person: number; outcome: Outcome }>(
    `select person, outcome from (select person, ${outcome} as outcome from found where ${where})
     qualify row_number() over (partition by outcome order by hash(person), person) <= ${EXAMPLES}
      order by outcome, person`,
  );
}

function notCountable(): Refusal {
  return new Refusal({
    code: 'not_countable',
    because: 'A ranking compares everybody with everybody, so that it has no count of its own.',
    remedy: 'Count the score that it ranks.',
  });
}

function nothingPublished(): Refusal {
  return new Refusal({
    code: 'nothing_published',
    because: 'Nothing has been worked out yet, so that there is nobody to count.',
    remedy: 'Import practice extracts; counts come a minute or two later.',
  });
}
