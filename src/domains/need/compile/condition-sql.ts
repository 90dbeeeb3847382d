import { type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import type { Feed } from '../evaluate/person-record.ts';
import type { Codelist } from '../language/codelist.ts';
import { type BodyOf, type Comparison, type Condition, MOST_RESULTS } from '../language/definition.ts';
import {
  courseWindow,
  fixedWindow,
  type LookBack,
  lookBackWindow,
  otherWindow,
  type Window,
} from '../language/windows.ts';
import { absentSql, coveredSql } from './absent-sql.ts';
import { latestColumn } from './mentioned.ts';
import { presentColumn, undatedSql, undatedValueSql } from './slot-bits.ts';
import {
  BEGINNING,
  type DifferenceSlot,
  type NearSlot,
  type Slot,
  type SlotPlan,
  type VisitSlot,
} from './slots.ts';
import { percentileSql } from './standing-sql.ts';

// Each condition becomes an SQL expression that is true, false, or null for unknown: SQL's own logic is Kleene's.
// The rules are those of the reference evaluator, over columns that the pass over events filled in.

export interface ConditionContext {
  readonly plan: SlotPlan;
  readonly reference: PlainDate;
  /** The column that SQL of a condition about a record gets: it is worked out once, however many definitions ask. */
  foundOnce(sql: string): string;
  /** SQL of the outcome of another definition, or of one band of it, by its reference. */
  outcomeOf(reference: string): string;
  /** SQL of the value of a score, a double. */
  valueOf(id: string): string;
  /** SQL of where somebody stands: the rank and the number of people; null where the person has no place. */
  standingIn(comparison: Comparison): { readonly rank: string; readonly people: string };
}

export function conditionSql(condition: Condition, context: ConditionContext): string {
  const back = (window: LookBack) => lookBackWindow(context.reference, window);
  const always: Window = { from: null, to: toEpochDay(context.reference) };
  const present = (codes: readonly string[], window: Window) =>
    presentColumn(context.plan.entries(codes, window, false));
  if ('all' in condition) return joined(condition.all, ' and ', context);
  if ('any' in condition) return joined(condition.any, ' or ', context);
  if ('not' in condition) return `(not ${conditionSql(condition.not, context)})`;
  if ('age' in condition) return rangeSql(AGE_COLUMN[condition.age.unit], condition.age);
  if ('born' in condition) return rangeSql('birth_day', epochDays(condition.born));
  if ('sex' in condition) return `(case when sex <> 'unknown' then sex = '${condition.sex}' end)`;
  if ('deprivation' in condition) return rangeSql('imd_decile', condition.deprivation);
  if ('lives_in' in condition) return placeSql('lsoa', areasOf(context.plan.lists(condition.lives_in)));
  if ('registered_with' in condition)
    return placeSql('practice', practicesOf(context.plan.lists(condition.registered_with)));
  if ('registered_for' in condition)
    return rangeSql('registered_from', { to: (back(condition.registered_for).from ?? always.to) - 1 });
  if ('ever' in condition) return present(condition.ever, always);
  if ('within' in condition) return present(condition.within.codes, back(condition.within));
  if ('since' in condition) {
    return present(condition.since.codes, {
      from: toEpochDay(plainDate(condition.since.date)),
      to: always.to,
    });
  }
  if ('between' in condition)
    return present(condition.between.codes, fixedWindow(condition.between, always.to));
  if ('scored' in condition) {
    const { definition, ...bounds } = condition.scored;
    const outcome = context.outcomeOf(definition);
    return `(case when ${outcome} then ${boundsSql(context.valueOf(definition), bounds)} else ${outcome} end)`;
  }
  if ('percentile' in condition) {
    const { rank, people } = context.standingIn(condition.percentile);
    return standsSql(condition.percentile, percentileSql(rank, people), context);
  }
  if ('rank' in condition) return standsSql(condition.rank, context.standingIn(condition.rank).rank, context);
  if ('definition' in condition) return context.outcomeOf(condition.definition);
  return context.foundOnce(recordSql(condition, context));
}

/** A condition that asks more of a record than whether it has an entry. */
type RecordCondition = Extract<
  Condition,
  { [Key in RecordQuestion]: Readonly<Record<Key, unknown>> }[RecordQuestion]
>;

type RecordQuestion =
  | 'count'
  | 'first_within'
  | 'age_at'
  | 'nth_within'
  | 'active'
  | 'latest_is'
  | 'followed'
  | 'near'
  | 'current'
  | 'distinct_paragraphs'
  | 'measured'
  | 'sustained'
  | 'appointments'
  | 'admitted'
  | 'attended';

function recordSql(condition: RecordCondition, context: ConditionContext): string {
  const back = (window: LookBack) => lookBackWindow(context.reference, window);
  const always: Window = { from: null, to: toEpochDay(context.reference) };
  if ('count' in condition) {
    const { codes, at_least, on_different_days } = condition.count;
    const window = back(condition.count);
    return on_different_days
      ? differentSql(context.plan.different('days', codes, window), at_least)
      : countSql(context.plan.entries(codes, window, true), at_least);
  }
  if ('first_within' in condition) {
    return firstWithinSql(
      context.plan.entries(condition.first_within.codes, always, true),
      back(condition.first_within),
    );
  }
  if ('age_at' in condition)
    return ageAtSql(context.plan.entries(condition.age_at.codes, always, true), condition.age_at);
  if ('nth_within' in condition) {
    const { codes, nth } = condition.nth_within;
    const { from } = back(condition.nth_within);
    const before = from === null ? null : context.plan.entries(codes, { from: null, to: from - 1 }, true);
    return nthWithinSql(context.plan.entries(codes, always, true), before, nth);
  }
  if ('active' in condition) {
    const { codes, resolved } = condition.active;
    return activeSql(context.plan.entries(codes, always, true), context.plan.entries(resolved, always, true));
  }
  if ('latest_is' in condition) {
    const { codes, of, if_none } = condition.latest_is;
    const { from } = back(condition.latest_is);
    return latestIsSql(context.plan.entries(codes, always, true), context.plan.entries(of, always, true), {
      from,
      ifNone: if_none,
    });
  }
  if ('followed' in condition) {
    const { codes, by } = condition.followed;
    return followedSql(context.plan.entries(codes, always, true), context.plan.entries(by, always, true));
  }
  if ('near' in condition) {
    const window = back(condition.near);
    const other = otherWindow(window, always.to, condition.near);
    return nearSql(context.plan.near(condition.near, window, other));
  }
  if ('current' in condition) {
    const slot = context.plan.issues(
      condition.current.codes,
      courseWindow(always.to, condition.current),
      condition.current,
    );
    return `(case when until_${slot.number} > ${always.to} then true
                  when ${undatedSql(slot)} then null
                  else ${absentSql(slot.feed, slot.window.from)} end)`;
  }
  if ('distinct_paragraphs' in condition) {
    const { codes, at_least, current } = condition.distinct_paragraphs;
    const window = current ? courseWindow(always.to, current) : back(condition.distinct_paragraphs);
    return differentSql(context.plan.different('paragraphs', codes, window, current ?? null), at_least);
  }
  if ('measured' in condition) return measuredSql(condition.measured, context, back(condition.measured));
  if ('sustained' in condition) return sustainedSql(condition.sustained, context, back(condition.sustained));
  if ('appointments' in condition) {
    const slot = appointmentsSlot(condition.appointments, context);
    return visitsSql(slot, 'appointments', condition.appointments.at_least);
  }
  if ('admitted' in condition)
    return visitsSql(admittedSlot(condition.admitted, context), 'hospital', condition.admitted.at_least);
  return visitsSql(attendedSlot(condition.attended, context), 'hospital', condition.attended.at_least);
}

/** False of whom the score does not apply to and who is not one of those compared, else as the place says. */
function standsSql(
  { of, among, ...bounds }: BodyOf<'rank'>,
  number: string,
  context: ConditionContext,
): string {
  const parts = [of, ...(among === undefined ? [] : [among])].map((named) => context.outcomeOf(named));
  return `(${[...parts, boundsSql(number, bounds)].join(' and ')})`;
}

function joined(conditions: readonly Condition[], word: string, context: ConditionContext): string {
  return `(${conditions.map((condition) => conditionSql(condition, context)).join(word)})`;
}

const AGE_COLUMN = { years: 'age', months: 'age_months', days: 'age_days' } as const;

/** Whether a place of a person is one of some; null where it is not known. */
function placeSql(column: string, codes: readonly string[]): string {
  return `(${column} in (${codes.map(literal).join(', ')}))`;
}

function areasOf(lists: readonly Codelist[]): string[] {
  return lists.flatMap((list) => (list.kind === 'areas' ? list.areas : []));
}

function practicesOf(lists: readonly Codelist[]): string[] {
  return lists.flatMap((list) => (list.kind === 'practices' ? list.practices : []));
}

/** A number of a person in a range, both ends included; null where it is not known. */
function rangeSql(
  column: string,
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
): string {
  const bounds = [
    from === undefined ? null : `${column} >= ${from}`,
    to === undefined ? null : `${column} <= ${to}`,
  ];
  return `(${bounds.filter((bound) => bound !== null).join(' and ')})`;
}

function epochDays({ from, to }: BodyOf<'born'>) {
  const day = (date: string | undefined) => (date === undefined ? undefined : toEpochDay(plainDate(date)));
  return { from: day(from), to: day(to) };
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
                when ${undatedSql(slot)} then null
                when first_${slot.number} is null then ${absentSql(slot.feed, null)}
                when cover_${slot.feed} = ${BEGINNING} then true end)`;
}

/** Completed years on the day of an entry, as the kernel's `ageOn` counts them. */
function ageAtSql(slot: Slot, { entry, from, to }: BodyOf<'age_at'>): string {
  const day = `${entry}_${slot.number}`.replace('latest_', 'last_');
  const [at, born] = [`(date '1970-01-01' + ${day})`, "(date '1970-01-01' + birth_day)"];
  const age = `(year(${at}) - year(${born}) - case when (month(${born}), day(${born})) > (month(${at}), day(${at})) then 1 else 0 end)`;
  // Of somebody born after it, the age is below nought.
  const bounds = rangeSql(age, { from: from ?? 0, to });
  return `(case when ${undatedSql(slot)} then null
                when ${day} is null then ${absentSql(slot.feed, null)}
                when birth_day is null then null
                ${entry === 'first' ? `when cover_${slot.feed} is distinct from ${BEGINNING} then null` : ''}
                else ${bounds} end)`;
}

/** Of all entries and of those before the window: the nth is in the window where fewer than n came before it. */
function nthWithinSql(all: Slot, before: Slot | null, nth: number): string {
  const dated = `coalesce(n_${all.number}, 0)`;
  const undated = `coalesce(u_${all.number}, 0)`;
  const earlier = before === null ? 'false' : `coalesce(n_${before.number}, 0) >= ${nth}`;
  return `(case when ${earlier} then false
                when ${undated} > 0 and ${dated} + ${undated} >= ${nth} then null
                when ${dated} < ${nth} then ${absentSql(all.feed, null)}
                when cover_${all.feed} = ${BEGINNING} then true end)`;
}

function activeSql(diagnosis: Slot, resolution: Slot): string {
  const [d, r] = [diagnosis.number, resolution.number];
  return `(case when last_${d} is null and not ${undatedSql(diagnosis)} then ${absentSql(diagnosis.feed, null)}
                when ${undatedSql(resolution)} then null
                when last_${r} is null then true
                when last_${d} > last_${r} then true
                when ${undatedSql(diagnosis)} then null
                else false end)`;
}

/** `from` null is the whole record: the slots are of all of it, so that conditions with other windows share them. */
function latestIsSql(
  these: Slot,
  others: Slot,
  { from, ifNone }: { from: number | null; ifNone: 'unknown' | undefined },
): string {
  const last = ({ number }: Slot) =>
    from === null ? `last_${number}` : `case when last_${number} >= ${from} then last_${number} end`;
  const [ours, theirs] = [`(${last(these)})`, `(${last(others)})`];
  return `(case when ${undatedSql(these)} or ${undatedSql(others)} then null
                when ${ours} is null and ${theirs} is null then ${ifNone === undefined ? absentSql(these.feed, from) : 'null'}
                when ${ours} is null then false
                else ${theirs} is null or ${ours} >= ${theirs} end)`;
}

function followedSql(first: Slot, second: Slot): string {
  const last = `last_${first.number}`;
  return `(case when ${undatedSql(first)} or ${undatedSql(second)} then null
                when ${last} is null then ${absentSql(first.feed, null)}
                when last_${second.number} >= ${last} then true
                else ${absentSql(second.feed, last)} end)`;
}

/** Where one side is known to be empty, there is no pair, whatever of the other was not sent. */
function nearSql({ number, sides: [one, other] }: NearSlot): string {
  const covered = ({ feed, window }: NearSlot['sides'][number]) =>
    `coalesce(${coveredSql(feed, window.from)}, false)`;
  return `(case when near_${number} then true
                when near_undated_${number} > 0 then null
                when ${covered(one)} and (${covered(other)} or not coalesce(near_here_${number}, false)) then false
                when ${covered(other)} and not coalesce(near_there_${number}, false) then false end)`;
}

function differentSql(slot: DifferenceSlot, atLeast: number): string {
  const dated = `coalesce(different_${slot.number}, 0) >= ${atLeast}`;
  const both = `coalesce(different_or_undated_${slot.number}, different_${slot.number}, 0) >= ${atLeast}`;
  const absent = absentSql(slot.feed, slot.window.from);
  // A medicine without a date is of its paragraph all the same; an entry without a date is on no day.
  if (slot.of === 'paragraphs' && slot.window.from === null)
    return `(case when ${both} then true else ${absent} end)`;
  return `(case when ${dated} then true when ${both} then null else ${absent} end)`;
}

function measuredSql(asked: BodyOf<'measured'>, context: ConditionContext, window: Window): string {
  const slot = context.plan.values(asked.codes, window, asked.last, asked.on_different_days);
  const values = `values_${slot.number}`;
  const absent = absentSql('events', slot.window.from);
  const undated = undatedValueSql(slot);
  if (asked.take === 'latest') {
    const latest = latestColumn(slot);
    return `(case when ${undated} then null when ${latest} is null then ${absent} else ${boundsSql(latest, asked)} end)`;
  }
  const latest = `list_transform(${values}[1:${asked.last}], lambda pair: pair[2])`;
  return `(case when ${undated} then null
                when coalesce(len(${values}), 0) < ${asked.last} then ${absent}
                else ${boundsSql(TAKEN[asked.take](latest), asked)} end)`;
}

const TAKEN: Record<Exclude<BodyOf<'measured'>['take'], 'latest'>, (latest: string) => string> = {
  highest_of_last: (latest) => `list_max(${latest})`,
  lowest_of_last: (latest) => `list_min(${latest})`,
  // In the order in which they stand, as the reference adds them: sums of doubles depend on it.
  mean_of_last: (latest) => `(list_reduce(${latest}, lambda sum, value: sum + value) / len(${latest}))`,
};

/** The run of latest values that compare so, and how long it is. */
function sustainedSql(asked: BodyOf<'sustained'>, context: ConditionContext, window: Window): string {
  const slot = context.plan.values(asked.codes, window, MOST_RESULTS);
  const values = `values_${slot.number}[1:${MOST_RESULTS}]`;
  const failing = `list_position(list_transform(${values}, lambda pair: ${boundsSql('pair[2]', asked)}), false)`;
  const length = `coalesce(nullif(${failing}, 0) - 1, len(${values}))`;
  return `(case when ${undatedValueSql(slot)} then null
                when ${length} > 0 and ${values}[1][1] - ${values}[${length}][1] >= ${asked.for_days} then true
                when ${failing} > 0 then false
                else ${absentSql('events', slot.window.from)} end)`;
}

function boundsSql(
  value: string,
  { below, at_most, at_least, above }: Pick<BodyOf<'measured'>, 'below' | 'at_most' | 'at_least' | 'above'>,
): string {
  return [
    below === undefined ? null : `${value} < ${below}`,
    at_most === undefined ? null : `${value} <= ${at_most}`,
    at_least === undefined ? null : `${value} >= ${at_least}`,
    above === undefined ? null : `${value} > ${above}`,
  ]
    .filter((bound) => bound !== null)
    .join(' and ');
}

export function appointmentsSlot(
  { status, ...back }: Omit<BodyOf<'appointments'>, 'at_least'>,
  { plan, reference }: ConditionContext,
): VisitSlot {
  return plan.visit('appointments', hasStatusSql(plan.lists(status)), lookBackWindow(reference, back));
}

export function admittedSlot(
  admitted: Omit<BodyOf<'admitted'>, 'at_least'>,
  context: ConditionContext,
): VisitSlot {
  const meant = admissionSql(admitted, context);
  return context.plan.visit('admissions', meant, lookBackWindow(context.reference, admitted));
}

export function attendedSlot(back: LookBack, { plan, reference }: ConditionContext): VisitSlot {
  return plan.visit('attendances', 'true', lookBackWindow(reference, back));
}

function visitsSql(slot: VisitSlot, feed: Feed, atLeast: number): string {
  return `(case when coalesce(visits_${slot.number}, 0) >= ${atLeast} then true
                else ${absentSql(feed, slot.window.from)} end)`;
}

/** SQL of whether an appointment's `status` is a word of some lists, however it is written. */
export function hasStatusSql(lists: readonly Codelist[]): string {
  const words = lists.flatMap((list) => (list.kind === 'words' ? list.words : []));
  return `lower(trim(status)) in (${words.map((word) => literal(word.toLowerCase())).join(', ')})`;
}

function admissionSql(
  { method, diagnoses }: Omit<BodyOf<'admitted'>, 'at_least'>,
  context: ConditionContext,
): string {
  const lists = context.plan.lists(diagnoses ?? []);
  return [
    ...(method === undefined ? [] : [`method = ${literal(method)}`]),
    ...(diagnoses === undefined
      ? []
      : [`list_bool_or(list_transform(string_split(diagnoses, ';'), lambda code: ${diagnosisSql(lists)}))`]),
    'true',
  ].join(' and ');
}

/** Whether an ICD-10 code is on one of the lists; `hasDiagnosis` says the same of one. */
function diagnosisSql(lists: readonly Codelist[]): string {
  const under = (prefixes: readonly string[]) =>
    `(${prefixes.map((prefix) => `starts_with(code, ${literal(prefix)})`).join(' or ')})`;
  const on = lists.flatMap((list) => {
    if (list.kind !== 'icd10') return [];
    const except = list.except?.length ? ` and not ${under(list.except)}` : '';
    return [`(${under(list.prefixes)}${except})`];
  });
  return on.join(' or ');
}
