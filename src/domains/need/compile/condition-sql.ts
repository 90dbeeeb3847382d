import { type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Condition } from '../language/definition.ts';
import { lookBackWindow, type Window } from '../language/windows.ts';
import { BEGINNING, type Slot, type SlotPlan } from './slots.ts';

// Each condition becomes an SQL expression that is true, false, or null for unknown: SQL's own logic is Kleene's.
// The rules are those of the reference evaluator, over columns that the pass over events filled in.

export interface ConditionContext {
  readonly plan: SlotPlan;
  readonly reference: PlainDate;
  /** SQL of the outcome of another definition. */
  outcomeOf(id: string): string;
}

export function conditionSql(condition: Condition, context: ConditionContext): string {
  const back = (window: Parameters<typeof lookBackWindow>[1]) => lookBackWindow(context.reference, window);
  const always: Window = { from: null, to: toEpochDay(context.reference) };
  if ('all' in condition) return joined(condition.all, ' and ', context);
  if ('any' in condition) return joined(condition.any, ' or ', context);
  if ('not' in condition) return `(not ${conditionSql(condition.not, context)})`;
  if ('age' in condition) return ageSql(condition.age);
  if ('sex' in condition) return `(case when sex <> 'unknown' then sex = '${condition.sex}' end)`;
  if ('ever' in condition) return presenceSql(context.plan.entries(condition.ever, always, false));
  if ('within' in condition)
    return presenceSql(context.plan.entries(condition.within.codes, back(condition.within), false));
  if ('since' in condition) {
    const window = { from: toEpochDay(plainDate(condition.since.date)), to: always.to };
    return presenceSql(context.plan.entries(condition.since.codes, window, false));
  }
  if ('count' in condition) {
    return countSql(
      context.plan.entries(condition.count.codes, back(condition.count), true),
      condition.count.at_least,
    );
  }
  if ('first_within' in condition) {
    return firstWithinSql(
      context.plan.entries(condition.first_within.codes, always, true),
      back(condition.first_within),
    );
  }
  if ('active' in condition) {
    const { codes, resolved } = condition.active;
    return activeSql(context.plan.entries(codes, always, true), context.plan.entries(resolved, always, true));
  }
  if ('distinct_paragraphs' in condition) return paragraphsSql(condition.distinct_paragraphs, context, back);
  if ('measured' in condition) return measuredSql(condition.measured, context, back);
  return context.outcomeOf(condition.definition);
}

function joined(conditions: readonly Condition[], word: string, context: ConditionContext): string {
  return `(${conditions.map((condition) => conditionSql(condition, context)).join(word)})`;
}

function ageSql({ from, to }: { from?: number | undefined; to?: number | undefined }): string {
  const bounds = [from === undefined ? null : `age >= ${from}`, to === undefined ? null : `age <= ${to}`];
  return `(${bounds.filter((bound) => bound !== null).join(' and ')})`;
}

/** What an absence means: false where the feed covers the window, else unknown. */
function absentSql(feed: 'events' | 'medicines', from: number | null): string {
  const covered = from === null ? '' : ` or cover_${feed} <= ${from}`;
  return `case when cover_${feed} = ${BEGINNING}${covered} then false end`;
}

const BITS_A_WORD = 63;

/** Where a slot's bits are: the word, and the bit in it. */
export function bitOf(slot: Pick<Slot, 'number'>): { word: number; bit: string } {
  return {
    word: Math.floor(slot.number / BITS_A_WORD),
    bit: `${2n ** BigInt(slot.number % BITS_A_WORD)}::ubigint`,
  };
}

export function wordsFor(slots: readonly Slot[]): number {
  return Math.ceil(Math.max(1, slots.length) / BITS_A_WORD);
}

function presenceSql(slot: Slot): string {
  const { word, bit } = bitOf(slot);
  const dated = `dated_${word} & ${bit} <> 0`;
  const undated = `undated_${word} & ${bit} <> 0`;
  const absent = absentSql(slot.feed, slot.window.from);
  if (slot.window.from === null) return `(case when (${dated}) or (${undated}) then true else ${absent} end)`;
  return `(case when ${dated} then true when ${undated} then null else ${absent} end)`;
}

function countSql(slot: Slot, atLeast: number): string {
  const n = `coalesce(n_${slot.number}, 0)`;
  const both = `(${n} + coalesce(u_${slot.number}, 0))`;
  const absent = absentSql(slot.feed, slot.window.from);
  if (slot.window.from === null) return `(case when ${both} >= ${atLeast} then true else ${absent} end)`;
  return `(case when ${n} >= ${atLeast} then true when ${both} >= ${atLeast} then null else ${absent} end)`;
}

function firstWithinSql(slot: Slot, window: Window): string {
  const before = window.from === null ? 'false' : `first_${slot.number} < ${window.from}`;
  return `(case when ${before} then false
                when u_${slot.number} > 0 then null
                when first_${slot.number} is null then ${absentSql(slot.feed, null)}
                when cover_${slot.feed} = ${BEGINNING} then true end)`;
}

function activeSql(diagnosis: Slot, resolution: Slot): string {
  const [d, r] = [diagnosis.number, resolution.number];
  return `(case when last_${d} is null and coalesce(u_${d}, 0) = 0 then ${absentSql(diagnosis.feed, null)}
                when u_${r} > 0 then null
                when last_${r} is null then true
                when last_${d} > last_${r} then true
                when u_${d} > 0 then null
                else false end)`;
}

type Body<Word extends string> =
  Extract<Condition, Record<Word, unknown>> extends Record<Word, infer Content> ? Content : never;

function paragraphsSql(
  asked: Body<'distinct_paragraphs'>,
  context: ConditionContext,
  back: (window: Body<'distinct_paragraphs'>) => Window,
): string {
  const slot = context.plan.differentParagraphs(asked.codes, back(asked));
  const dated = `coalesce(paragraphs_${slot.number}, 0) >= ${asked.at_least}`;
  const both = `coalesce(paragraphs_or_undated_${slot.number}, 0) >= ${asked.at_least}`;
  const absent = absentSql('medicines', slot.window.from);
  if (slot.window.from === null) return `(case when ${both} then true else ${absent} end)`;
  return `(case when ${dated} then true when ${both} then null else ${absent} end)`;
}

function measuredSql(
  asked: Body<'measured'>,
  context: ConditionContext,
  back: (window: Body<'measured'>) => Window,
): string {
  const slot = context.plan.values(asked.codes, back(asked), asked.last);
  const latest = `values_${slot.number}[1:${asked.last}]`;
  const value = asked.take === 'lowest_of_last' ? `list_min(${latest})` : `list_max(${latest})`;
  const bounds = [
    asked.below === undefined ? null : `${value} < ${asked.below}`,
    asked.at_most === undefined ? null : `${value} <= ${asked.at_most}`,
    asked.at_least === undefined ? null : `${value} >= ${asked.at_least}`,
    asked.above === undefined ? null : `${value} > ${asked.above}`,
  ].filter((bound) => bound !== null);
  return `(case when undated_values_${slot.number} > 0 then null
                when coalesce(len(values_${slot.number}), 0) < ${asked.last} then ${absentSql('events', slot.window.from)}
                else ${bounds.join(' and ')} end)`;
}
