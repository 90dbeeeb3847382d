import { join } from 'node:path';
import { sql } from 'kysely';
import type { CopyIn, Tx } from '../../../platform/database/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { keepForPages, type Snapshot } from '../../register/index.ts';
import { BITMAP_COLUMNS, exportBitmaps } from '../bitmaps/export-bitmaps.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import { groupsOf } from '../equity/compared.ts';
import { countEquity, type EquityFiles, exportEquity } from '../equity/count-equity.ts';
import { valuePlaces } from '../evaluate/reference-evaluator.ts';
import { bandsOf, hasValue, type Library, type Ranking, stepsOf } from '../language/library.ts';
import type {
  AuthoredVersion,
  DefinitionCount,
  NeedTables,
  PublishedValue,
  UsedCodelist,
} from '../tables.ts';
import { CODE_USE_COLUMNS } from './code-use.ts';
import { copyGuarded } from './copy-guarded.ts';
import { type DisclosureRules, rulesToKeep } from './disclosure.ts';
import { bandMeasure, stepMeasure } from './measure-names.ts';
import { publishCounts } from './publish-counts.ts';

/** The scores that have a column of their own in facts. */
const SCORE_COLUMNS = {
  multimorbidity: 'cambridge-multimorbidity',
  frailty: 'electronic-frailty-index',
} as const;

const FACT_COLUMNS = [
  'snapshot_id',
  'person_no',
  'practice_id',
  'name_order',
  'age',
  'sex',
  'ethnic_category',
  'imd_decile',
  'planning',
  'sensitive',
  'multimorbidity',
  'frailty',
  'frailty_band',
  'need_rank',
  'need_band',
  'need_before',
  'need_before_neighbourhood',
  'in_ids',
  'unknown_ids',
  'position',
  'step_values',
] as const;

/** in, out and unknown of every definition, from the temporary tables `outcome` and `ranked`. */
export async function countDefinitions(
  duck: Duck,
  library: Library,
  compiled: CompiledLibrary,
): Promise<DefinitionCount[]> {
  const columns = compiled.definitions.flatMap((id, at) => [
    `count(*) filter (outcome_${at}) as in_${at}`,
    `count(*) filter (not outcome_${at}) as out_${at}`,
    `count(*) filter (outcome_${at} is null) as unknown_${at}`,
    ...bandsOf(library.definition(id)).map(
      (_, band) => `count(*) filter (band_${at} = ${band}) as band_${at}_${band}`,
    ),
  ]);
  const counts = await duck.one<Record<string, number>>(`select ${columns.join(', ')} from outcome`);
  return library.definitions.map((definition) => {
    // A ranking is of those who have its score.
    const at = compiled.definitions.indexOf(definition.kind === 'ranking' ? definition.of : definition.id);
    return {
      id: definition.id,
      version: definition.version,
      in: counts[`in_${at}`] ?? 0,
      out: counts[`out_${at}`] ?? 0,
      unknown: counts[`unknown_${at}`] ?? 0,
      bands: bandsOf(definition).map(({ id }, band) => ({ id, people: counts[`band_${at}_${band}`] ?? 0 })),
    };
  });
}

interface FactSource {
  readonly duck: Duck;
  readonly scratch: string;
  readonly snapshot: Snapshot;
  readonly library: Library;
  readonly compiled: CompiledLibrary;
}

interface ExportedFacts {
  readonly people: number;
  readonly factsFile: string;
  readonly countsFile: string;
  readonly bitmapsFile: string;
  readonly equity: EquityFiles;
  /** The number of each definition in the book, and of each of its bands under `id/band`. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Writes facts and exact counts as CSV for COPY. */
export async function exportFacts(tx: Tx, source: FactSource): Promise<ExportedFacts> {
  const { duck, scratch, snapshot } = source;
  const numbers = await numberDefinitions(tx, source.library);
  await duck.run(
    `create or replace temp table fact as
       select *, row_number() over (order by practice_id, need_rank nulls last, name_order) - 1 as position
         from (${factSql(source, numbers)})`,
  );
  const factsFile = join(scratch, 'facts.csv');
  const countsFile = join(scratch, 'counts.csv');
  // In the order of positions: the people of a practice lie together, and a list of them reads few pages.
  await duck.run(
    `copy (select ${FACT_COLUMNS.join(', ')} from fact order by position)
       to ${literal(factsFile)} (format csv, header)`,
  );
  const bitmapsFile = await exportBitmaps({
    duck,
    scratch,
    snapshotId: snapshot.id,
    listed: inConditions(source, numbers),
    frailtyBands: bandsOf(source.library.definition(SCORE_COLUMNS.frailty)).map(({ id }) => id),
    needBands: rankingOf(source.library)?.bands.map(({ id }) => id) ?? [],
  });
  await countPractices(source);
  await duck.run(
    `copy (select ${snapshot.id} as snapshot_id, practice_id, measure, band, people from practice_count)
       to ${literal(countsFile)} (format csv, header)`,
  );
  await countEquity(source);
  const equity = await exportEquity(source);
  const { n } = await duck.one<{ n: number }>('select count(*) as n from fact');
  return { people: n, factsFile, countsFile, bitmapsFile, equity, numbers };
}

/** Gives every definition, as it is worded now, its number in the book; and every band, which people can be listed by. */
async function numberDefinitions(tx: Tx, library: Library): Promise<Map<string, number>> {
  const db = tx.withTables<NeedTables>();
  const numbers = new Map<string, number>();
  const numbered = library.definitions.flatMap((definition) => {
    const { id, version, kind, title, status } = definition;
    const worded = { id, version, content_hash: library.contentHash(id), kind, title, status };
    return [
      { ...worded, short: definition.short ?? title },
      ...bandsOf(definition).map((band) => ({
        ...worded,
        id: `${id}/${band.id}`,
        kind: 'band',
        title: `${title}: ${band.title}`,
        short: band.title,
      })),
    ];
  });
  for (const worded of numbered) {
    await db
      .insertInto('need.definition')
      .values(worded)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { definition_no } = await db
      .selectFrom('need.definition')
      .select('definition_no')
      .where('id', '=', worded.id)
      .where('version', '=', worded.version)
      .where('content_hash', '=', worded.content_hash)
      .executeTakeFirstOrThrow();
    numbers.set(worded.id, definition_no);
  }
  return numbers;
}

/** Who is in what people can be listed by, which are registers and bands: its number in the book, and a condition of SQL. */
interface InCondition {
  readonly number: number;
  readonly condition: string;
}

function inConditions(
  { library, compiled }: FactSource,
  numbers: ReadonlyMap<string, number>,
): InCondition[] {
  const numberOf = (id: string) => numbers.get(id) ?? 0;
  return compiled.definitions.flatMap((id, at) => {
    const definition = library.definition(id);
    if (definition.kind === 'register') return [{ number: numberOf(id), condition: `outcome_${at}` }];
    return bandsOf(definition).map((band, place) => ({
      number: numberOf(`${id}/${band.id}`),
      condition: `band_${at} = ${place}`,
    }));
  });
}

function factSql(source: FactSource, numbers: ReadonlyMap<string, number>): string {
  const { snapshot, library, compiled } = source;
  const numberOf = (id: string) => numbers.get(id) ?? 0;
  const listOf = (members: readonly string[]) =>
    `'{' || array_to_string(list_filter([${members.join(', ')}], lambda id: id is not null), ',') || '}'`;
  const inList = listOf(
    inConditions(source, numbers).map(({ number, condition }) => `case when ${condition} then ${number} end`),
  );
  const unknownList = listOf(
    compiled.definitions.map((id, at) => `case when outcome_${at} is null then ${numberOf(id)} end`),
  );
  const steps = (id: string) => `steps_${compiled.definitions.indexOf(id)}`;
  const objection = `outcome_${compiled.definitions.indexOf('type-1-objection')}`;
  return `
    select ${snapshot.id} as snapshot_id, asked.person as person_no, practice_place.practice_id,
           row_number() over (order by lower(family_name) nulls last, lower(given_names) nulls last, asked.person) as name_order,
           date_diff('year', date '1970-01-01' + birth_day, date '${snapshot.asOf}')
             - case when (month(date '1970-01-01' + birth_day), day(date '1970-01-01' + birth_day))
                         > (month(date '${snapshot.asOf}'), day(date '${snapshot.asOf}')) then 1 else 0 end as age,
           asked.sex, outcome.ethnic_category, area.imd_decile,
           ${objection} is not distinct from false as planning,
           asked.sensitive or asked.confidential as sensitive,
           ${steps(SCORE_COLUMNS.multimorbidity)} as multimorbidity, ${steps(SCORE_COLUMNS.frailty)} as frailty,
           ${bandCases(library, compiled, SCORE_COLUMNS.frailty)} as frailty_band,
           ranked.need_rank, ranked.need_band, ranked.need_before, ranked.need_before_neighbourhood,
           ${inList} as in_ids, ${unknownList} as unknown_ids, ${stepValues(compiled, library)} as step_values,
           outcome.* exclude (person, ethnic_category)
      from asked
      join outcome using (person)
      join practice_place using (practice)
      left join ranked using (person)
      left join area on area.lsoa = asked.lsoa`;
}

/** The definitions whose values stand in facts, in their order there. */
function valued({ definitions }: CompiledLibrary, library: Library): string[] {
  return definitions.filter((id) => hasValue(library.definition(id)));
}

function stepValues(compiled: CompiledLibrary, library: Library): string {
  const steps = valued(compiled, library).map(
    (id) => `coalesce(steps_${compiled.definitions.indexOf(id)}::varchar, 'NULL')`,
  );
  return `'{' || array_to_string([${steps.join(', ')}]::varchar[], ',') || '}'`;
}

function publishedValue(id: string, { compiled, library }: FactSource): PublishedValue | undefined {
  const at = valued(compiled, library).indexOf(id) + 1;
  if (at === 0) return undefined;
  const definition = library.definition(id);
  const unit =
    definition.kind === 'calculation' ? (library.modelOf(definition).content.value.unit ?? null) : null;
  return { at, places: valuePlaces(library, definition), unit };
}

function bandCases(library: Library, compiled: CompiledLibrary, id: string): string {
  const at = compiled.definitions.indexOf(id);
  const cases = bandsOf(library.definition(id)).map(
    (band, place) => `when ${place} then ${literal(band.id)}`,
  );
  return `case band_${at} ${cases.join(' ')} end`;
}

/** A measure of the counts: a word, or a definition with its outcomes or its bands, and which people are in which band. */
interface Counted {
  readonly measure: string;
  readonly band: string;
  readonly condition: string;
}

function counted({ library, compiled }: FactSource): Counted[] {
  const definitions = compiled.definitions.flatMap((id, at): Counted[] => {
    return [
      { measure: `definition:${id}`, band: 'in', condition: `outcome_${at}` },
      { measure: `definition:${id}`, band: 'out', condition: `not outcome_${at}` },
      { measure: `definition:${id}`, band: 'unknown', condition: `outcome_${at} is null` },
      ...bandsOf(library.definition(id)).map((band, place) => ({
        measure: bandMeasure(id),
        band: band.id,
        condition: `band_${at} = ${place}`,
      })),
      ...stepsOf(library.definition(id)).map((_, step) => ({
        measure: stepMeasure(id),
        band: String(step),
        condition: `lost_${at} = ${step}`,
      })),
    ];
  });
  const ranked = (rankingOf(library)?.bands ?? []).map((band) => ({
    measure: 'need',
    band: band.id,
    condition: `need_band = ${literal(band.id)}`,
  }));
  return [
    { measure: 'registered', band: 'all', condition: 'true' },
    ...definitions,
    ...ranked,
    { measure: 'need', band: 'unranked', condition: 'need_rank is null' },
  ];
}

function rankingOf(library: Library): Ranking | undefined {
  return library.definitions.find((definition): definition is Ranking => definition.kind === 'ranking');
}

/** Counts that are worked out in one pass. DuckDB keeps room for every aggregate of a query, needed or not. */
const COUNTS_A_PASS = 50;

/**
 * Counts by practice of everything that pages show, as the temporary table `practice_count`; zero rows are written too,
 * so that a page never guesses.
 */
async function countPractices(source: FactSource): Promise<void> {
  await source.duck.run(
    `create or replace temp table practice_count
       (practice_id integer, measure varchar, band varchar, people bigint, planning bigint)`,
  );
  const all = counted(source);
  for (let from = 0; from < all.length; from += COUNTS_A_PASS)
    await source.duck.run(`insert into practice_count ${countsSql(all.slice(from, from + COUNTS_A_PASS))}`);
}

function countsSql(counts: readonly Counted[]): string {
  const columns = counts.flatMap(({ condition }, at) => [
    `count(*) filter (${condition}) as people_${at}`,
    `count(*) filter ((${condition}) and planning) as planning_${at}`,
  ]);
  const cells = counts.map(
    ({ measure, band }, at) =>
      `{'measure': ${literal(measure)}, 'band': ${literal(band)}, 'people': people_${at}, 'planning': planning_${at}}`,
  );
  return `
    select practice_id, cell.* from (
      select practice_id, unnest([${cells.join(', ')}]) as cell
        from (select practice_id, ${columns.join(', ')} from fact group by practice_id))`;
}

export interface FactPublication extends FactSource, ExportedFacts {
  readonly events: number;
  readonly seconds: number;
  readonly definitions: readonly DefinitionCount[];
  readonly places: PlaceTree;
  readonly disclosure: DisclosureRules;
  readonly authored: readonly AuthoredVersion[];
  readonly codelists: readonly UsedCodelist[];
  /** The file of how often each code stands in entries. */
  readonly codeUseFile: string;
  /** The name of the file of what was found of everybody. */
  readonly outcomes: string;
}

/** Loads facts and counts under the snapshot's number, and publishes them by inserting the publication. */
export async function publishFacts(tx: Tx, copyIn: CopyIn, publication: FactPublication): Promise<void> {
  const { snapshot } = publication;
  // A refresh of the same snapshot (new content, say) takes the place of the one before.
  await sql`select need.drop_facts(${snapshot.id})`.execute(tx);
  const begun = await sql<{ table: string }>`select need.begin_facts(${snapshot.id}) as table`.execute(tx);
  await copyIn(begun.rows[0]?.table ?? '', FACT_COLUMNS, publication.factsFile);
  await sql`select need.attach_facts(${snapshot.id})`.execute(tx);
  const db = tx.withTables<NeedTables>();
  await db
    .insertInto('need.publication')
    .values({
      snapshot_id: snapshot.id,
      as_of: snapshot.asOf,
      people: publication.people,
      events: publication.events,
      seconds: publication.seconds,
      outcomes: publication.outcomes,
      authored: JSON.stringify(publication.authored),
      codelists: JSON.stringify(publication.codelists),
      groups: JSON.stringify(groupsOf(publication.library)),
      disclosure: JSON.stringify(rulesToKeep(publication.disclosure)),
      definitions: JSON.stringify(
        publication.definitions.map(({ bands, ...counts }) => ({
          no: publication.numbers.get(counts.id),
          ...counts,
          value: publishedValue(counts.id, publication),
          bands: bands.map((band) => ({ no: publication.numbers.get(`${counts.id}/${band.id}`), ...band })),
        })),
      ),
    })
    .execute();
  await copyIn(
    'need.practice_count',
    ['snapshot_id', 'practice_id', 'measure', 'band', 'people'],
    publication.countsFile,
  );
  await copyGuarded(tx, copyIn, 'need.practice_bitmap', BITMAP_COLUMNS, publication.bitmapsFile);
  await copyGuarded(tx, copyIn, 'need.code_use', CODE_USE_COLUMNS, publication.codeUseFile);
  await publishCounts(tx, copyIn, publication);
  await keepForPages(tx, snapshot.id);
  await dropOldFacts(tx);
}

/** Publications whose people stay: the one that lists show, and the one before, for whoever is reading it now. */
const KEPT = 2;

/** Nobody can ask for lists of earlier publications, each as large as the register. Their counts stay. */
async function dropOldFacts(tx: Tx): Promise<void> {
  await sql`
    select need.drop_people(old.snapshot_id)
      from (select snapshot_id from need.publication order by snapshot_id desc offset ${KEPT}) as old
     where to_regclass('need.person_fact_' || old.snapshot_id) is not null`.execute(tx);
  await sql`
    delete from need.practice_bitmap
     where snapshot_id not in (
       select snapshot_id from need.publication order by snapshot_id desc limit ${KEPT})`.execute(tx);
  await sql`delete from need.code_use where snapshot_id < (select max(snapshot_id) from need.publication)`.execute(
    tx,
  );
}
