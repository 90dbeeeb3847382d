import { type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import { toSteps } from '../evaluate/exact.ts';
import { scorePlaces, valuePlaces } from '../evaluate/reference-evaluator.ts';
import { type Codelist, conversionsOf, hasCodes } from '../language/codelist.ts';
import type { Comparison, Register, Score } from '../language/definition.ts';
import {
  bandsOf,
  comparisonKey,
  comparisonsOf,
  hasValue,
  type Library,
  partsOfReference,
  references,
  scoredBy,
  stepsOf,
} from '../language/library.ts';
import { systemsOf, UNCHANGED } from '../language/membership.ts';
import type { Course, Window } from '../language/windows.ts';
import { type BatchEntries, PEOPLE_OF_NONE, withEverybody } from './batch-relations.ts';
import { calculationLayers } from './calculation-sql.ts';
import { type ConditionContext, conditionSql } from './condition-sql.ts';
import { measuredSql, numbersSql, undatedValuesSql } from './entry-sql.ts';
import { type Mentioned, mentionedIn } from './mentioned.ts';
import {
  blindSql,
  datedSql,
  prepareBits,
  presenceColumns,
  truthColumns,
  undatedEntriesSql,
} from './slot-bits.ts';
import {
  BEGINNING,
  type DiagnosisSlot,
  type MeasureSlot,
  type NearSlot,
  SlotPlan,
  sharesCodes,
} from './slots.ts';
import { PLACE_COLUMN, peopleSql, rankSql } from './standing-sql.ts';

/**
 * All registers, scores and segmentations of a library as one piece of work: statements that prepare small look-up
 * tables from the code dictionary, and one query that reads the entries of a batch of people once and answers
 * everything.
 */
export interface CompiledLibrary {
  /**
   * Run once per snapshot. They read the relation `code (code, system, concept, bnf)`, and leave among others
   * `code_asked (code, from_day, to_day)`: what has to be gathered. Entries without a date count whenever they were.
   */
  readonly prepare: readonly string[];
  /**
   * Answers for one batch. It reads the relations `batch_record (rec, person)`, `batch_person (person, birth_day, sex,
   * imd_decile, lsoa, practice, registered_from, cover_events, cover_medicines, cover_appointments, cover_hospital)`
   * and the entries given here: events and medicines with the person that they are of, and a unit as UNIT_SQL spells it;
   * visits with the record that they are of. It has
   * one row a person: `person`, `outcome_i` (true, false, null), for scores `steps_i` and for definitions with bands
   * `band_i` (the place of the band, from 0; null for none), for registers of several steps `lost_i` (the first step that
   * is false, from 0; null for none), in the order of `definitions`. Of definitions that compare people, and of those that
   * refer to them, there is nothing in it yet, but what `comparing` needs to know of each person.
   */
  batchSql(entries: BatchEntries): string;
  /**
   * What is worked out when everybody has been answered: queries to be run one after the other, each over the answers so
   * far of everybody, which it adds columns to. They read `practice_place` too. None where nobody is compared.
   */
  readonly comparing: readonly ((answered: string) => string)[];
  /** The ids of all but the rankings, in the order of their columns. */
  readonly definitions: readonly string[];
  /** Which entries are read: a table that nobody asks about need not be gathered. */
  readonly reads: { readonly [Table in keyof BatchEntries]: boolean };
  /** Whether anybody asks for values and their units. */
  readonly readsValues: boolean;
  /** Whether entries have to be told apart by their rows: where one value may be on several lists of a question. */
  readonly readsRows: boolean;
  /** The columns of `batch_person` that hold settled answers which are asked for. */
  readonly takes: readonly string[];
}

/** Where the answers of a definition that was worked out before stand: columns of `batch_person`. */
export interface SettledColumns {
  readonly outcome: string;
  /** The value in steps, of definitions that have one; null where it was not kept. */
  readonly value: string | null;
  /** The place of the band or segment, from 0; of definitions that have some. */
  readonly band: string | null;
}

/** Less than a whole library: some definitions, of which others that they refer to may be known already. */
export interface CompiledPart {
  /** What is asked about; what it refers to is worked out too, unless it is settled. */
  readonly wanted: readonly string[];
  readonly settled: ReadonlyMap<string, SettledColumns>;
}

/** Compiles a library, or a part of it, for a reference date. */
export function compileLibrary(library: Library, reference: PlainDate, part?: CompiledPart): CompiledLibrary {
  const plan = new SlotPlan(library);
  const asked = part === undefined ? null : closureOf(library, part);
  const definitions = library.definitions.filter(
    (definition): definition is Compilable =>
      definition.kind !== 'ranking' && (asked === null || asked.has(definition.id)),
  );
  const places = new Map(definitions.map(({ id }, at) => [id, at]));
  const takes = new Set<string>();
  const columns = (id: string): SettledColumns => {
    const settled = places.has(id) ? undefined : part?.settled.get(id);
    if (settled === undefined) {
      const at = places.get(id);
      return { outcome: `outcome_${at}`, band: `band_${at}`, value: `steps_${at}` };
    }
    for (const column of [settled.outcome, settled.band, settled.value])
      if (column !== null) takes.add(column);
    return settled;
  };
  const valueColumn = (id: string): string => {
    const { value } = columns(id);
    if (value === null) throw new Error(`the value of ${id} was not kept`);
    return value;
  };
  const compared = new Map<string, Compared>();
  const found = new Map<string, string>();
  const context: ConditionContext = {
    plan,
    reference,
    foundOnce: (sql) => {
      const column = found.get(sql) ?? `found_${found.size}`;
      found.set(sql, column);
      return column;
    },
    outcomeOf: (named) => {
      const { id, band } = partsOfReference(named);
      const { outcome, band: column } = columns(id);
      if (band === null) return outcome;
      const bandAt = bandsOf(library.definition(id)).findIndex((each) => each.id === band);
      // Everybody is in a segment: there is no band that is null.
      if (places.has(id) && library.definition(id).kind === 'segmentation') return `(${column} = ${bandAt})`;
      return `(case when ${outcome} then coalesce(${column} = ${bandAt}, false) else ${outcome} end)`;
    },
    valueOf: (id) => {
      const decimals = valuePlaces(library, library.definition(id));
      return `(${valueColumn(id)} / ${10 ** decimals}::double)`;
    },
    standingIn: (comparison) => {
      const key = comparisonKey(comparison);
      const number = compared.get(key)?.number ?? compared.size;
      const { among } = comparison;
      compared.set(key, {
        number,
        comparison,
        value: valueColumn(comparison.of),
        among: among === undefined ? 'true' : context.outcomeOf(among),
      });
      return { rank: `ranked_${number}`, people: `compared_${number}` };
    },
  };
  const stages = inStages(definitions).map((stage): CompiledStage => {
    compared.clear();
    const compiled = stage.map((definition) => ({
      definition,
      layers: compileDefinition(library, definition, places.get(definition.id) ?? 0, context),
    }));
    const layers = inLayers(compiled);
    const answers = stage.flatMap((definition) => columnsOf(definition, places.get(definition.id) ?? 0));
    return { layers, answers, compared: [...compared.values()] };
  });
  const [{ layers, ...answered } = { layers: [], answers: [], compared: [] }, ...later] = stages;
  // What conditions find in a record stands before everything else; what it is found in need not be carried any further.
  const first = {
    ...answered,
    layers: [[...found].map(([sql, column]) => `${sql} as ${column}`), ...layers],
  };
  const carried = carriedTo(first, later);
  return {
    prepare: [...prepareSql(plan), ...prepareBits(plan), askedSql(plan)],
    batchSql: (entries) =>
      batchSql(plan, entries, first, [...first.answers, ...carried], {
        reference,
        mentioned: mentionedIn([first, ...later].flatMap(sqlOf)),
      }),
    comparing: later.map((stage, at) => comparingSql(stage, at === later.length - 1 ? carried : [])),
    definitions: definitions.map(({ id }) => id),
    reads: tablesRead(plan),
    readsValues: plan.measures.length > 0,
    readsRows: plan.measures.some(sharesCodes),
    takes: [...takes],
  };
}

/** What has to be worked out for the definitions that are wanted: they, and what they refer to that is not settled. */
function closureOf(library: Library, { wanted, settled }: CompiledPart): Set<string> {
  const asked = new Set<string>();
  const visit = (id: string) => {
    if (asked.has(id)) return;
    asked.add(id);
    const definition = library.definition(id);
    const valued = new Set(scoredBy(definition));
    for (const other of references(definition)) {
      const known = settled.get(other);
      if (known === undefined || (valued.has(other) && known.value === null)) visit(other);
    }
  };
  for (const id of wanted) visit(id);
  return asked;
}

function tablesRead(plan: SlotPlan): CompiledLibrary['reads'] {
  const { slots, measures, differences, visits, diagnoses, asksStays, nears } = plan;
  const feeds = [...slots, ...differences, ...nears.flatMap(({ sides }) => sides)].map(({ feed }) => feed);
  const visited = new Set(visits.map(({ to }) => to));
  return {
    events: measures.length > 0 || feeds.includes('events'),
    medicines: feeds.includes('medicines'),
    appointments: visited.has('appointments'),
    admissions: visited.has('admissions') || diagnoses.length > 0 || asksStays,
    attendances: visited.has('attendances'),
  };
}

type Compilable = Exclude<Library['definitions'][number], { kind: 'ranking' }>;

/** SQL of a definition's columns, layer by layer: what is worked out once and used several times, at last its answers. */
type DefinitionLayers = readonly (readonly string[])[];

/** Definitions that are answered together. */
interface CompiledStage {
  /** Columns with their names. Each layer is a query around the one before. */
  readonly layers: readonly (readonly string[])[];
  readonly answers: readonly string[];
  /** Among whom their people are compared, when everything before has been answered. */
  readonly compared: readonly Compared[];
}

/** One comparison of people, and SQL of the value and of who is compared. */
interface Compared {
  readonly number: number;
  readonly comparison: Comparison;
  readonly value: string;
  readonly among: string;
}

/**
 * Definitions by how often people have to be compared before they can be answered: nobody's place among others is known
 * before everybody has a value. Most are in the first stage, which is answered as entries are read.
 */
function inStages(definitions: readonly Compilable[]): Compilable[][] {
  const after = new Map<string, number>();
  const stages: Compilable[][] = [];
  for (const definition of definitions) {
    const compared = new Set(
      comparisonsOf(definition).flatMap(({ of, among }) => [
        of,
        ...(among === undefined ? [] : [partsOfReference(among).id]),
      ]),
    );
    const needs = references(definition).map((id) => (after.get(id) ?? 0) + (compared.has(id) ? 1 : 0));
    const at = Math.max(0, ...needs);
    after.set(definition.id, at);
    while (stages.length <= at) stages.push([]);
    stages[at]?.push(definition);
  }
  return stages;
}

function sqlOf({ layers, compared }: CompiledStage): string[] {
  return [...layers.flat(), ...compared.flatMap(({ value, among }) => [value, among])];
}

function nameOf(column: string): string {
  return / as (\w+)$/.exec(column)?.[1] ?? column;
}

/** The names that a stage gives to its columns. */
function namedIn({ layers }: CompiledStage): string[] {
  return layers.flat().map(nameOf);
}

const COMPARED_BY = ['practice', 'birth_day'];
/** What is asked of a person under a name of one word. */
const ONE_WORD = /^(age|sex|lsoa|practice|stays)$/;

/** The columns that SQL of conditions names. */
function columnsNamed(sql: readonly string[]): string[] {
  return sql
    .flatMap((each) => each.replace(/'(?:[^']|'')*'/g, '').match(/(?<![.\w])[a-z]\w*\b(?!\s*\()/g) ?? [])
    .filter((name) => name.includes('_') || ONE_WORD.test(name));
}

/** What later stages need to know of each person beside answers: it goes with those until the last stage is done. */
function carriedTo(first: CompiledStage, later: readonly CompiledStage[]): string[] {
  if (later.length === 0) return [];
  const names = columnsNamed(later.flatMap(sqlOf));
  const own = new Set([
    ...first.answers,
    ...later.flatMap(namedIn),
    ...later.flatMap(({ compared }) => compared.flatMap(standingNames)),
  ]);
  return [...new Set([...COMPARED_BY, ...names])].filter((name) => !own.has(name));
}

function standingNames({ number }: Compared): string[] {
  return [`ranked_${number}`, `compared_${number}`];
}

/** Adds the answers of a stage to those before, and leaves `done` out, which nobody needs any more. */
function comparingSql(stage: CompiledStage, done: readonly string[]): (answered: string) => string {
  const standings = stage.compared.flatMap(({ number, comparison, value, among }) => {
    const ranked = { value, place: PLACE_COLUMN[comparison.over], among };
    return [`${rankSql(ranked)} as ranked_${number}`, `${peopleSql(ranked)} as compared_${number}`];
  });
  const inner = [
    ...namedIn(stage).filter((name) => !stage.answers.includes(name)),
    ...stage.compared.flatMap(standingNames),
  ];
  return (answered) => {
    const placed = `(select answered.*, ${standings.join(', ')} from ${answered} as answered left join practice_place using (practice))`;
    return `select * exclude (${[...inner, ...done].join(', ')}) from ${judgedSql(stage, placed)}`;
  };
}

/** Each layer of a stage as a query around the one before. */
function judgedSql(stage: CompiledStage, from: string): string {
  return stage.layers.reduce(
    (inner, layer) => `(select *${layer.map((column) => `, ${column}`).join('')} from ${inner})`,
    from,
  );
}

/**
 * The same with no more columns in each query than those around it name: to plan a query of forty layers with a thousand
 * columns each would take as long as to answer it for some thousands of people.
 */
function neededSql(stage: CompiledStage, from: string, answers: readonly string[]): string {
  let needed = new Set(['person', ...answers]);
  const around: string[] = [];
  for (const layer of [...stage.layers].reverse()) {
    const own = layer.filter((column) => needed.has(nameOf(column)));
    for (const column of own) needed.delete(nameOf(column));
    around.push(`(select ${[...needed, ...own].join(', ')} from `);
    needed = new Set([...needed, ...columnsNamed(own.map(withoutName))]);
  }
  return `${around.join('')}${from}${')'.repeat(around.length)}`;
}

function withoutName(column: string): string {
  return column.replace(/ as \w+$/, '');
}

/**
 * The columns of definitions, layer by layer: those of one stand as soon as what it refers to is answered, so that an answer
 * is a column to those that refer to it, and is worked out once, however many they are.
 */
function inLayers(
  compiled: readonly { readonly definition: Compilable; readonly layers: DefinitionLayers }[],
): string[][] {
  const answered = new Map<string, number>();
  const all: string[][] = [];
  // Each stands after those that it refers to.
  for (const { definition, layers } of compiled) {
    // Those that are settled stand beside everything else from the beginning.
    const from = Math.max(0, ...references(definition).map((id) => answered.get(id) ?? 0));
    layers.forEach((layer, depth) => {
      while (all.length <= from + depth) all.push([]);
      all[from + depth]?.push(...layer);
    });
    answered.set(definition.id, from + layers.length);
  }
  return all;
}

function columnsOf(definition: Compilable, at: number): string[] {
  return [
    `outcome_${at}`,
    ...(hasValue(definition) ? [`steps_${at}`] : []),
    ...(bandsOf(definition).length > 0 ? [`band_${at}`] : []),
    ...(stepsOf(definition).length > 0 ? [`lost_${at}`] : []),
  ];
}

function compileDefinition(
  library: Library,
  definition: Compilable,
  at: number,
  context: ConditionContext,
): DefinitionLayers {
  switch (definition.kind) {
    case 'register':
      return compileRegister(definition, at, context);
    case 'score':
      return compileScore(definition, at, context);
    case 'calculation':
      return calculationLayers(definition, library, at, context);
    case 'segmentation': {
      const cases = definition.segments.flatMap(({ when }, segment) =>
        when === undefined ? [] : [`when ${conditionSql(when, context)} then ${segment}`],
      );
      const band = `(case ${cases.join(' ')} else ${definition.segments.length - 1} end)::utinyint as band_${at}`;
      return [[`true as outcome_${at}`, band]];
    }
  }
}

/** A register of several steps also says at which one somebody is lost: the first that is false. */
function compileRegister(register: Register, at: number, context: ConditionContext): DefinitionLayers {
  const steps = stepsOf(register).map((step, index) => ({
    name: `step_${at}_${index}`,
    sql: conditionSql(step, context),
  }));
  if (steps.length === 0) return [[`${conditionSql(register.rule, context)} as outcome_${at}`]];
  return [
    steps.map(({ name, sql }) => `${sql} as ${name}`),
    [
      `(${steps.map(({ name }) => name).join(' and ')}) as outcome_${at}`,
      `(case ${steps.map(({ name }, index) => `when not ${name} then ${index}`).join(' ')} end)::utinyint as lost_${at}`,
    ],
  ];
}

function compileScore(score: Score, at: number, context: ConditionContext): DefinitionLayers {
  const places = scorePlaces(score);
  const [applies, sum] = [`applies_${at}`, `sum_${at}`];
  // A term that is unknown makes the sum unknown: null, added, is null.
  const terms = score.terms.map(
    ({ when, weight }) => `${conditionSql(when, context)}::integer * ${toSteps(weight, places)}`,
  );
  const bands = score.bands.map(
    (band, index) => `when ${sum} >= ${toSteps(band.from, places)} then ${index}`,
  );
  return [
    [`${conditionSql(score.applies_to, context)} as ${applies}`, `(${terms.join(' + ')})::integer as ${sum}`],
    [
      `case when ${applies} then case when ${sum} is not null then true end else ${applies} end as outcome_${at}`,
      `case when ${applies} then ${sum} end as steps_${at}`,
      ...(bands.length === 0
        ? []
        : [
            `(case when ${applies} then case ${[...bands].reverse().join(' ')} end end)::utinyint as band_${at}`,
          ]),
    ],
  ];
}

/** SQL of a unit as lists spell it: in small letters, nothing for none. */
export const UNIT_SQL = "coalesce(lower(trim(unit)), '')";

/** SQL of the dictionary's codes that are on a list. Throws for a list whose members no entry of a record has. */
export function codesOnSql(list: Codelist): string {
  if (hasCodes(list)) {
    if (list.codes.length === 0) return 'select code from code where false';
    const texts = (all: readonly string[]) => all.map(literal).join(', ');
    return `select code from code where system in (${texts(systemsOf[list.kind])})
              and concept in (${texts(list.codes.map(({ code }) => code))})`;
  }
  if (list.kind !== 'bnf') throw new Error(`${list.id} has no codes of records`);
  const under = (prefixes: readonly string[]) =>
    prefixes.map((prefix) => `starts_with(bnf, ${literal(prefix)})`).join(' or ');
  const except = list.except?.length ? ` and not (${under(list.except)})` : '';
  return `select code from code where bnf is not null and (${under(list.prefixes)})${except}`;
}

/**
 * The codes of every list that is asked for, found once: a list may have thousands, and many slots. Lists are joined as
 * rows, here and below: hundreds of queries put together take longer to plan than to answer.
 */
function listedSql(plan: SlotPlan): string {
  const sides = plan.nears.flatMap((slot) => slot.sides);
  const asked = [...plan.slots, ...plan.measures, ...plan.differences, ...sides].flatMap(
    ({ lists }) => lists,
  );
  const lists = [...new Map(asked.map((list) => [list.id, list])).values()];
  const concepts = lists
    .filter(hasCodes)
    .flatMap(({ id, kind, codes }) =>
      codes.flatMap(({ code }) =>
        systemsOf[kind].map((system) => [id, system, code].map(literal).join(', ')),
      ),
    );
  const others = lists
    .filter((list) => !hasCodes(list))
    .map((list) => `union all select code, ${literal(list.id)} as list from (${codesOnSql(list)})`);
  return `
    create or replace table code_list as
    select distinct code.code, list
      from code join ${rowsSql('listed', { list: 'varchar', system: 'varchar', concept: 'varchar' }, concepts)} using (system, concept)
    ${others.join('\n    ')}`;
}

/** SQL of rows, each given as SQL of its values. A first one of nulls, which joins nothing, says of what type they are. */
function rowsSql(name: string, columns: Readonly<Record<string, string>>, rows: readonly string[]): string {
  const none = Object.values(columns).map((type) => `null::${type}`);
  const all = [none.join(', '), ...rows].map((row) => `(${row})`);
  return `(values ${all.join(', ')}) as ${name} (${Object.keys(columns).join(', ')})`;
}

const SLOT = { slot: 'integer', from_day: 'integer', to_day: 'integer' } as const;
const COURSE = { usual: 'integer', grace: 'integer' } as const;

function prepareSql(plan: SlotPlan): string[] {
  const ofLists = (columns: Readonly<Record<string, string>>, rows: readonly string[]) =>
    `(select distinct code, asked.* exclude (list)
        from code_list join ${rowsSql('asked', { list: 'varchar', ...columns }, rows)} using (list))`;
  const slots = plan.slots.flatMap(({ lists, feed, number, window, course }) =>
    lists.map(({ id }) => `${literal(id)}, '${feed}', ${number}, ${daysOf(window)}, ${courseOf(course)}`),
  );
  const differences = plan.differences.flatMap(({ lists, feed, number, window, course, of }) =>
    lists.map(
      ({ id }) =>
        `${literal(id)}, '${feed}', ${number}, ${daysOf(window)}, ${courseOf(course)}, ${of === 'paragraphs'}`,
    ),
  );
  return [
    listedSql(plan),
    `create or replace table code_slot as from ${ofLists({ feed: 'varchar', ...SLOT, ...COURSE }, slots)}`,
    `create or replace table code_difference as
     select asked.* exclude (in_paragraphs),
            case when in_paragraphs then dense_rank() over (partition by slot order by left(bnf, 6)) end::integer as paragraph
       from ${ofLists({ feed: 'varchar', ...SLOT, ...COURSE, in_paragraphs: 'boolean' }, differences)} as asked join code using (code)
      where not in_paragraphs or bnf is not null`,
    `create or replace table code_near as from ${ofLists(
      { feed: 'varchar', ...SLOT, side: 'integer', from_days: 'integer', to_days: 'integer' },
      plan.nears.flatMap(nearRows),
    )}`,
    `create or replace table code_measure as from ${ofLists(
      {
        ...SLOT,
        rank: 'integer',
        unit: 'varchar',
        times: 'double',
        plus: 'double',
        whole: 'boolean',
        low: 'double',
        high: 'double',
      },
      plan.measures.flatMap(measureRows),
    )}`,
  ];
}

/** Of the type of a day: wider ones would have every entry's day widened to compare it. */
function daysOf({ from, to }: Window): string {
  return `(${from ?? BEGINNING})::integer, ${to}`;
}

/** Every code that somebody asks about, and the days between which an entry may count. */
function askedSql(plan: SlotPlan): string {
  const days = plan.measures.filter(({ onDifferentDays }) => onDifferentDays).map(({ number }) => number);
  // Of results of different days the day before a window tells too.
  const from =
    days.length === 0
      ? 'from_day'
      : `case when slot in (${days.join(', ')}) and from_day > ${BEGINNING} then from_day - 1 else from_day end`;
  return `
    create or replace table code_asked as
    select code, min(from_day) as from_day, max(to_day) as to_day
      from (select code, from_day, to_day from code_slot union all select code, from_day, to_day from code_difference
            union all select code, ${from}, to_day from code_measure
            union all select code, from_day, to_day from code_near)
     group by code`;
}

/** SQL of a row for each list and unit: how a value in that unit is converted, and what it may be. */
function measureRows(slot: MeasureSlot): string[] {
  return slot.lists.flatMap((list, rank) => {
    if (list.kind !== 'snomed') return [];
    const units = new Map([['', UNCHANGED], ...conversionsOf(list.units ?? {})]);
    const [low, high] = list.plausible ?? ["'-infinity'", "'infinity'"];
    return [...units].map(
      ([unit, { times, plus, whole }]) =>
        `${literal(list.id)}, ${slot.number}, ${daysOf(slot.window)}, ${rank}, ${literal(unit)}, ${times}::double, ${plus}::double, ${whole}, ${low}::double, ${high}::double`,
    );
  });
}

function batchSql(
  plan: SlotPlan,
  entries: BatchEntries,
  stage: CompiledStage,
  answers: readonly string[],
  { reference, mentioned }: { readonly reference: PlainDate; readonly mentioned: Mentioned },
): string {
  const columns = (of: readonly string[]) => of.map((column) => `, ${column}`).join('');
  const ofPeople = [
    { name: 'undated', sql: undatedEntriesSql(plan, entries, undatedValuesSql(plan, entries.events)) },
    { name: 'numbers', sql: numbersSql(plan, entries, mentioned) },
    ...measuredSql(plan, entries.events, mentioned),
    { name: 'diagnosed', sql: diagnosesSql(plan.diagnoses, entries) },
    { name: 'paired', sql: nearsSql(plan.nears, entries) },
    { name: 'stayed', sql: staysSql(plan.asksStays, toEpochDay(reference), entries) },
  ].filter(({ sql }) => sql !== PEOPLE_OF_NONE);
  return `
    with dated as (${datedSql(plan, entries)}),
    blind as (${blindSql(plan)}),
    ${ofPeople.map(({ name, sql }) => `${name} as (${sql}),`).join('\n    ')}
    facts as (
      select batch_person.*, ${agesSql(reference)}${columns(truthColumns(plan, toEpochDay(reference)))}${columns(ofPeople.map(({ name }) => `${name}.* exclude (person)`))}
        from batch_person
        join dated using (person)
        left join blind on batch_person.cover_events is not distinct from blind.cover_events
                       and batch_person.cover_medicines is not distinct from blind.cover_medicines
        ${ofPeople.map(({ name }) => `left join ${name} using (person)`).join('\n        ')}),
    known as (select *${columns(presenceColumns(plan, mentioned))} from facts)
    select person${columns(answers)} from ${neededSql(stage, 'known', answers)}`;
}

/** How long an issue lasts where it does not say, and the grace after it; null where nobody asks what is current. */
function courseOf(course: Course | null): string {
  return `${course?.usual_days ?? 'null::integer'}, ${course?.grace_days ?? 'null::integer'}`;
}

/** The different codes of stays, of three characters each. */
function diagnosesSql(slots: readonly DiagnosisSlot[], { admissions }: BatchEntries): string {
  const columns = slots.map(
    ({ number, window }) =>
      `, list(distinct code) filter (day between ${window.from ?? BEGINNING} and ${window.to}) as diagnosed_${number}`,
  );
  if (slots.length === 0) return PEOPLE_OF_NONE;
  const stays = `
    select person, day, left(unnest(string_split(diagnoses, ';')), 3) as code
      from ${admissions} as stay join batch_record using (rec)`;
  return `select person${columns.join('')} from ${withEverybody(stays, 2)} group by person`;
}

/** For each pair that is asked about: whether there is one, whether there is either side of it, and what has no date. */
function nearsSql(slots: readonly NearSlot[], { events, medicines }: BatchEntries): string {
  if (slots.length === 0) return PEOPLE_OF_NONE;
  const entries = [
    ['events', events],
    ['medicines', medicines],
  ].map(
    ([feed, relation]) => `
      select person, slot, side, from_day, to_day, from_days, to_days, day
        from ${relation} as entry join code_near on code_near.code = entry.code and code_near.feed = '${feed}'`,
  );
  const columns = slots.flatMap(({ number }) => [
    `any_value(found) filter (slot = ${number}) as near_${number}`,
    `any_value(undated) filter (slot = ${number}) as near_undated_${number}`,
    `any_value(len(here) > 0) filter (slot = ${number}) as near_here_${number}`,
    `any_value(len(there) > 0) filter (slot = ${number}) as near_there_${number}`,
  ]);
  const days = (side: number) =>
    `list(distinct day) filter (side = ${side} and day between from_day and to_day)`;
  const isNear =
    'list_bool_or(list_transform(there, lambda other: one - other between from_days and to_days))';
  const pairs = `
    select person, slot, undated, here, there, coalesce(list_bool_or(list_transform(here, lambda one: ${isNear})), false) as found
      from (select person, slot, from_days, to_days, count(*) filter (day is null) as undated,
                   ${days(0)} as here, ${days(1)} as there
              from (${entries.join(' union all ')})
             group by person, slot, from_days, to_days)`;
  return `select person, ${columns.join(', ')} from ${withEverybody(pairs, 5)} group by person`;
}

/** The lists of both sides of each pair. */
function nearRows({ number, sides, fromDays, toDays }: NearSlot): string[] {
  return sides.flatMap(({ lists, feed, window }, side) =>
    lists.map(
      ({ id }) => `${literal(id)}, '${feed}', ${number}, ${daysOf(window)}, ${side}, ${fromDays}, ${toDays}`,
    ),
  );
}

/** Everybody's stays that have begun, as one list, null for none, and the day on which the last of them did. */
function staysSql(asked: boolean, today: number, { admissions }: BatchEntries): string {
  if (!asked) return PEOPLE_OF_NONE;
  const stays = `
    select person, day, discharge_day as until, method
      from ${admissions} as stay join batch_record using (rec)
     where day <= ${today}`;
  return `
    select person, list({'day': day, 'until': until, 'method': method}) filter (day is not null) as stays, max(day) as last_stay_day
      from ${withEverybody(stays, 3)} group by person`;
}

/** Ages on the reference date, as the kernel's `ageOn` and `ageInMonthsOn` count them. */
function agesSql(reference: PlainDate): string {
  const [year = 0, month = 0, day = 0] = plainDate(reference).split('-').map(Number);
  const born = "(date '1970-01-01' + birth_day)";
  return [
    `(${year} - year(${born}) - case when (month(${born}), day(${born})) > (${month}, ${day}) then 1 else 0 end) as age`,
    `((${year} - year(${born})) * 12 + ${month} - month(${born}) - case when day(${born}) > ${day} then 1 else 0 end) as age_months`,
    `(${toEpochDay(reference)} - birth_day) as age_days`,
  ].join(', ');
}
