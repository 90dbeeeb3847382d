import { type BodyOf, type Comparison, type Condition, LONGEST_COURSE } from '../language/definition.ts';
import type { Course, Window } from '../language/windows.ts';
import type {
  Coverage,
  RecordedAdmission,
  RecordedAppointment,
  RecordedAttendance,
  RecordedEvent,
  RecordedMedicine,
} from './person-record.ts';
import type { Standing } from './standing.ts';
import type { Truth } from './truth.ts';

// What becomes of one condition for one person, and what decided it.

/** A row that decided something. */
export type Evidence = (
  | RecordedEvent
  | RecordedMedicine
  | RecordedAppointment
  | RecordedAdmission
  | RecordedAttendance
) & {
  readonly usable?: number;
};

/** What became of one condition, and what decided it. */
export interface Finding {
  readonly condition: Condition;
  readonly truth: Truth;
  /** The rows that decided it, the latest first. */
  readonly evidence: readonly Evidence[];
  /** The window that was searched, where there was one. */
  readonly window: Window | null;
  /** Why the answer is unknown, where it is. */
  readonly unknownBecause:
    | 'undated'
    | 'feed_missing'
    | 'feed_begins_later'
    | 'not_recorded'
    | 'others_not_known'
    | null;
  readonly parts: readonly Finding[];
  /** Where the person stands among others, if that was asked and is known. */
  readonly standing?: FoundStanding;
}

/** Where somebody stands, by which value, and which value would be needed. */
export interface FoundStanding extends Standing {
  readonly comparison: Comparison;
  /** The value as it is shown. */
  readonly value: string;
  /** The nearest value with which the condition would be true; null where it is true, or no value would do. */
  readonly reach: string | null;
}

export function plain(
  condition: Condition,
  truth: Truth,
  unknownBecause: Finding['unknownBecause'],
): Finding {
  return { condition, truth, evidence: [], window: null, unknownBecause, parts: [] };
}

export function decided(
  condition: Condition,
  truth: Truth,
  evidence: readonly Evidence[],
  window: Window,
): Finding {
  return { condition, truth, evidence: latestFirst(evidence), window, unknownBecause: null, parts: [] };
}

/** Undated entries first, because they are what needs mending; then the latest. */
export function latestFirst<Hit extends Evidence>(hits: readonly Hit[]): Hit[] {
  const day = (hit: Hit) => hit.day ?? Number.POSITIVE_INFINITY;
  return [...hits].sort((a, b) => (day(a) === day(b) ? a.row.localeCompare(b.row) : day(b) - day(a)));
}

export function inWindow<Hit extends Evidence>(hits: readonly Hit[], window: Window): Hit[] {
  return hits.filter(
    ({ day }) => day !== null && day <= window.to && (window.from === null || day >= window.from),
  );
}

/** One entry of each day. */
export function oneADay<Hit extends Evidence>(hits: readonly Hit[]): Hit[] {
  return [...new Map(hits.map((hit) => [hit.day, hit])).values()];
}

/**
 * The highest value of each day, and not the same value again on the day after: that is one result, filed twice.
 */
export function oneResultADay(usable: readonly Evidence[]): Evidence[] {
  const highest = new Map<number | null, Evidence>();
  for (const hit of usable) {
    const known = highest.get(hit.day);
    if (known === undefined || (hit.usable ?? 0) > (known.usable ?? 0)) highest.set(hit.day, hit);
  }
  return [...highest.values()].filter(
    ({ day, usable }) => day === null || highest.get(day - 1)?.usable !== usable,
  );
}

/** The latest usable values of a window; of two on one day the higher counts as the later. */
export function latestValues(usable: readonly Evidence[], window: Window, last: number): Evidence[] {
  return inWindow(usable, window)
    .sort((a, b) => (b.day ?? 0) - (a.day ?? 0) || (b.usable ?? 0) - (a.usable ?? 0))
    .slice(0, last);
}

export function taken(take: BodyOf<'measured'>['take'], values: readonly number[]): number {
  if (take === 'mean_of_last') return values.reduce((sum, value) => sum + value, 0) / values.length;
  return take === 'lowest_of_last' ? Math.min(...values) : Math.max(...values);
}

/** The first day on which somebody does not have an issue any more: its course is over, and the grace after it. */
export function lastsUntil(hit: Evidence, course: Course): number {
  const said = 'bnf' in hit ? hit.days : null;
  const days = said !== null && said > 0 ? said : course.usual_days;
  return (hit.day ?? 0) + Math.min(days, LONGEST_COURSE) + course.grace_days;
}

export function latestDay(hits: readonly Evidence[]): number | null {
  const days = hits.flatMap(({ day }) => (day === null ? [] : [day]));
  return days.length === 0 ? null : Math.max(...days);
}

export function coverageGap(
  coverage: Coverage,
  from: number | null,
): 'feed_missing' | 'feed_begins_later' | null {
  if (coverage === 'all') return null;
  if (coverage === 'missing') return 'feed_missing';
  return from !== null && coverage.from <= from ? null : 'feed_begins_later';
}

export function compares(
  value: number,
  bounds: {
    below?: number | undefined;
    at_most?: number | undefined;
    at_least?: number | undefined;
    above?: number | undefined;
  },
): boolean {
  return (
    (bounds.below === undefined || value < bounds.below) &&
    (bounds.at_most === undefined || value <= bounds.at_most) &&
    (bounds.at_least === undefined || value >= bounds.at_least) &&
    (bounds.above === undefined || value > bounds.above)
  );
}
