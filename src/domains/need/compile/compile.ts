import { type PlainDate, plainDate } from '../../../kernel/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import { toSteps } from '../evaluate/exact.ts';
import { scorePlaces } from '../evaluate/reference-evaluator.ts';
import type { Codelist } from '../language/codelist.ts';
import type { Score } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { bitOf, type ConditionContext, conditionSql, wordsFor } from './condition-sql.ts';
import { BEGINNING, type MeasureSlot, type ParagraphSlot, type Slot, SlotPlan } from './slots.ts';

/**
 * All registers and scores of a library as one piece of work: statements that prepare small look-up tables from the
 * code dictionary, and one query that reads the entries of a batch of people once and answers everything.
 */
export interface CompiledLibrary {
  /** Run once per snapshot. They read the relation `code (code, system, concept, bnf)`. */
  readonly prepare: readonly string[];
  /**
   * Answers for one batch. It reads the relations `batch_record (rec, person)`, `batch_person (person, birth_day, sex,
   * cover_events, cover_medicines)` and the entries given here, and has one row a person: `person`, `outcome_i` (true,
   * false, null) and for scores `steps_i`, in the order of `definitions`.
   */
  batchSql(entries: { readonly events: string; readonly medicines: string }): string;
  /** The ids of the registers and scores, in the order of their columns. */
  readonly definitions: readonly string[];
}

/** Compiles a library for a reference date. */
export function compileLibrary(library: Library, reference: PlainDate): CompiledLibrary {
  const plan = new SlotPlan(library);
  const definitions = library.definitions.filter((definition) => definition.kind !== 'ranking');
  const expressions = new Map<string, string>();
  const terms: string[] = [];
  const outcomes: string[] = [];
  const context: ConditionContext = {
    plan,
    reference,
    outcomeOf: (id) => expressions.get(id) ?? 'null',
  };
  definitions.forEach((definition, at) => {
    if (definition.kind === 'register') {
      const rule = conditionSql(definition.rule, context);
      expressions.set(definition.id, rule);
      outcomes.push(`${rule} as outcome_${at}`);
      return;
    }
    const compiled = compileScore(definition, at, context);
    terms.push(...compiled.terms);
    outcomes.push(...compiled.outcomes);
    expressions.set(definition.id, `(${compiled.truth})`);
  });
  return {
    prepare: prepareSql(plan),
    batchSql: (entries) => batchSql(plan, entries, terms, outcomes, reference),
    definitions: definitions.map(({ id }) => id),
  };
}

/** Terms are columns of their own in an inner query, so that each is worked out once and used twice. */
function compileScore(score: Score, at: number, context: ConditionContext) {
  const places = scorePlaces(score);
  const applies = `applies_${at}`;
  const names = score.terms.map((_, term) => `term_${at}_${term}`);
  const truth = `case when ${applies} then case when ${names.map((name) => `${name} is not null`).join(' and ')} then true end else ${applies} end`;
  const sum = score.terms.map(
    (term, index) => `case when ${names[index]} then ${toSteps(term.weight, places)} else 0 end`,
  );
  return {
    truth,
    terms: [
      `${conditionSql(score.applies_to, context)} as ${applies}`,
      ...score.terms.map((term, index) => `${conditionSql(term.when, context)} as ${names[index]}`),
    ],
    outcomes: [
      `${truth} as outcome_${at}`,
      `case when ${truth} then (${sum.join(' + ')})::integer end as steps_${at}`,
    ],
  };
}

/** SQL of the dictionary's codes that are on a list. */
function codesOnSql(list: Codelist): string {
  if (list.kind === 'snomed') {
    const codes = list.codes.map(({ code }) => literal(code)).join(', ');
    return `select code from code where system in ('snomed', 'dmd') and concept in (${codes})`;
  }
  const under = (prefixes: readonly string[]) =>
    prefixes.map((prefix) => `starts_with(bnf, ${literal(prefix)})`).join(' or ');
  const except = list.except?.length ? ` and not (${under(list.except)})` : '';
  return `select code from code where bnf is not null and (${under(list.prefixes)})${except}`;
}

function onAnyList(lists: readonly Codelist[]): string {
  return lists.map(codesOnSql).join(' union ');
}

function prepareSql(plan: SlotPlan): string[] {
  const union = (parts: readonly string[], empty: string) =>
    parts.length === 0 ? empty : parts.join(' union all ');
  const from = (slot: { window: { from: number | null } }) => slot.window.from ?? BEGINNING;
  const slotRows = plan.slots.map((slot) => {
    const { word, bit } = bitOf(slot);
    return `select code, '${slot.feed}' as feed, ${slot.number} as slot, ${from(slot)} as from_day, ${slot.window.to} as to_day, ${word} as word, ${bit} as bit from (${onAnyList(slot.lists)})`;
  });
  const paragraphRows = plan.paragraphs.map(
    (slot) =>
      `select code, ${slot.number} as slot, ${from(slot)} as from_day, ${slot.window.to} as to_day, left(bnf, 6) as paragraph
         from code where bnf is not null and code in (${onAnyList(slot.lists)})`,
  );
  return [
    `create or replace temp table code_slot as ${union(slotRows, "select null::int as code, '' as feed, 0 as slot, 0 as from_day, 0 as to_day, 0 as word, 0::ubigint as bit where false")}`,
    `create or replace temp table code_paragraph as ${union(paragraphRows, "select null::int as code, 0 as slot, 0 as from_day, 0 as to_day, '' as paragraph where false")}`,
    `create or replace temp table code_measure as ${union(
      plan.measures.flatMap(measureRows),
      "select null::int as code, 0 as slot, 0 as from_day, 0 as to_day, 0 as rank, '' as unit, 0.0::double as factor, 0.0::double as low, 0.0::double as high where false",
    )}`,
  ];
}

/** One row per code, unit and list: what a value in that unit has to be multiplied with, and what it may be. */
function measureRows(slot: MeasureSlot): string[] {
  return slot.lists.flatMap((list, rank) => {
    if (list.kind !== 'snomed') return [];
    const units = [
      ['', 1] as const,
      ...Object.entries(list.units ?? {}).map(([unit, factor]) => [unit.toLowerCase(), factor] as const),
    ];
    // Two spellings of a unit that differ only in case are one.
    const once = [...new Map(units.map(([unit, factor]) => [unit, factor])).entries()];
    const [low, high] = list.plausible ?? ["'-infinity'", "'infinity'"];
    return once.map(
      ([unit, factor]) =>
        `select code, ${slot.number} as slot, ${slot.window.from ?? BEGINNING} as from_day, ${slot.window.to} as to_day, ${rank} as rank,
                ${literal(unit)} as unit, ${factor}::double as factor, ${low}::double as low, ${high}::double as high
           from (${codesOnSql(list)})`,
    );
  });
}

function batchSql(
  plan: SlotPlan,
  entries: { readonly events: string; readonly medicines: string },
  terms: readonly string[],
  outcomes: readonly string[],
  reference: PlainDate,
): string {
  return `
    with hits as (${hitsSql('events', entries.events)} union all ${hitsSql('medicines', entries.medicines)}),
    answers as (select person, ${answerColumns(plan.slots).join(', ')} from hits group by person),
    measured as (${measuredSql(plan.measures, entries.events)}),
    varied as (${paragraphsSql(plan.paragraphs, entries.medicines)}),
    facts as (
      select batch_person.*, ${ageSql(reference)} as age,
             answers.* exclude (person), measured.* exclude (person), varied.* exclude (person)
        from batch_person
        left join answers using (person)
        left join measured using (person)
        left join varied using (person)),
    known as (select * replace (${maskColumns(plan.slots).join(', ')}) from facts),
    judged as (select *${terms.map((term) => `, ${term}`).join('')} from known)
    select person, ${outcomes.join(', ')} from judged`;
}

/**
 * The one pass over entries: for each person and slot, how many, and the first and last day. A code of the dictionary
 * may be both a concept and have a BNF code: an entry answers the slots of its own feed only.
 */
function hitsSql(feed: Slot['feed'], entries: string): string {
  return `
    select batch_record.person, code_slot.slot, any_value(word) as word, any_value(bit) as bit,
           count(*) filter (day between from_day and to_day) as n, count(*) filter (day is null) as u,
           min(day) filter (day <= to_day) as first, max(day) filter (day <= to_day) as last
      from ${entries} as entry
      join code_slot on code_slot.code = entry.code and code_slot.feed = '${feed}'
      join batch_record using (rec)
     group by all`;
}

function answerColumns(slots: readonly Slot[]): string[] {
  const words = Array.from({ length: wordsFor(slots) }, (_, word) => word);
  const of = (what: string, slot: Slot) => `max(${what}) filter (slot = ${slot.number})`;
  return [
    ...words.map((word) => `bit_or(bit) filter (word = ${word} and n > 0) as dated_${word}`),
    ...words.map((word) => `bit_or(bit) filter (word = ${word} and u > 0) as undated_${word}`),
    ...slots
      .filter((slot) => slot.detailed)
      .flatMap((slot) => [
        `${of('n', slot)} as n_${slot.number}`,
        `${of('u', slot)} as u_${slot.number}`,
        `${of('first', slot)} as first_${slot.number}`,
        `${of('last', slot)} as last_${slot.number}`,
      ]),
  ];
}

/** Nobody's bits are no bits: people without any entry on any list have no row in `answers`. */
function maskColumns(slots: readonly Slot[]): string[] {
  return Array.from({ length: wordsFor(slots) }, (_, word) =>
    ['dated', 'undated'].map((kind) => `coalesce(${kind}_${word}, 0::ubigint) as ${kind}_${word}`),
  ).flat();
}

function measuredSql(measures: readonly MeasureSlot[], events: string): string {
  const most = Math.max(1, ...measures.map((slot) => slot.last));
  const columns = measures.flatMap((slot) => [
    `count(*) filter (slot = ${slot.number} and day is null) as undated_values_${slot.number}`,
    `list_transform(max(row(day, usable), ${most}) filter (slot = ${slot.number} and day between from_day and to_day), lambda pair: pair[2]) as values_${slot.number}`,
  ]);
  // Where a value is usable by several lists of one slot, the first list that can use it does.
  return `
    select person${columns.map((column) => `, ${column}`).join('')} from (
      select batch_record.person, slot, from_day, to_day, day, value * factor as usable
        from ${events} as entry
        join code_measure on code_measure.code = entry.code and code_measure.unit = lower(coalesce(trim(entry.unit), ''))
        join batch_record using (rec)
       where value * factor between low and high
     qualify rank = min(rank) over (partition by entry.rec, entry.row_id, slot))
     group by person`;
}

function paragraphsSql(paragraphs: readonly ParagraphSlot[], medicines: string): string {
  const columns = paragraphs.flatMap((slot) => [
    `count(distinct paragraph) filter (slot = ${slot.number} and day between from_day and to_day) as paragraphs_${slot.number}`,
    `count(distinct paragraph) filter (slot = ${slot.number} and (day between from_day and to_day or day is null)) as paragraphs_or_undated_${slot.number}`,
  ]);
  return `
    select batch_record.person${columns.map((column) => `, ${column}`).join('')}
      from ${medicines} as entry
      join code_paragraph using (code)
      join batch_record using (rec)
     group by batch_record.person`;
}

/** Age in completed years on the reference date, as the kernel's `ageOn` counts it. */
function ageSql(reference: PlainDate): string {
  const [year, month, day] = plainDate(reference).split('-').map(Number);
  const born = "(date '1970-01-01' + birth_day)";
  return `(${year} - year(${born}) - case when (month(${born}), day(${born})) > (${month}, ${day}) then 1 else 0 end)`;
}
