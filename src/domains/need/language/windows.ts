import { addDays, addMonths, type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { LONGEST_COURSE } from './definition.ts';

/** A look-back window in epoch days, both ends included; `from` null is the beginning of the record. */
export interface Window {
  readonly from: number | null;
  readonly to: number;
}

export interface LookBack {
  readonly days?: number | undefined;
  readonly months?: number | undefined;
  readonly years?: number | undefined;
  /** A month and a day, as 09-01: from the last such day on. */
  readonly since_last?: string | undefined;
}

/**
 * The window that ends on the reference date and includes it, and begins the day after the same day so much earlier:
 * twelve months to 1 November 2026 begin on 2 November 2025. Nothing after the reference date ever counts.
 */
export function lookBackWindow(reference: PlainDate, back: LookBack): Window {
  const to = toEpochDay(reference);
  const months = (back.months ?? 0) + 12 * (back.years ?? 0);
  if (months > 0) return { from: toEpochDay(addMonths(reference, -months)) + 1, to };
  if (back.since_last !== undefined) return { from: toEpochDay(lastSuchDay(reference, back.since_last)), to };
  if (back.days !== undefined) return { from: toEpochDay(addDays(reference, -back.days)) + 1, to };
  return { from: null, to };
}

/** The latest day with this month and day that is not after the reference date. */
function lastSuchDay(reference: PlainDate, monthAndDay: string): PlainDate {
  const year = Number(reference.slice(0, 4));
  const thisYear = plainDate(`${year}-${monthAndDay}`);
  return thisYear <= reference ? thisYear : plainDate(`${year - 1}-${monthAndDay}`);
}

/** A window between fixed days, both included; it ends on the reference day where that is earlier. */
export function fixedWindow(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  today: number,
): Window {
  const day = (date: string) => toEpochDay(plainDate(date));
  return {
    from: from === undefined ? null : day(from),
    to: to === undefined ? today : Math.min(day(to), today),
  };
}

/** How long an issue of a medicine lasts where it does not say, and the grace after its end. */
export interface Course {
  readonly usual_days: number;
  readonly grace_days: number;
}

/** The days of issues that can be current on a day: the longest course, and the grace after it, back. */
export function courseWindow(today: number, { grace_days }: Course): Window {
  return { from: today - (LONGEST_COURSE + grace_days) + 1, to: today };
}

/** Where the other entry of a pair can be, of which the one is in a window and so many days after the other. */
export function otherWindow(
  { from, to }: Window,
  today: number,
  { from_days, to_days }: { readonly from_days: number; readonly to_days: number },
): Window {
  return { from: from === null ? null : from - to_days, to: Math.min(today, to - from_days) };
}

/** Whether a window is all of the record, so that an entry without a date is inside it wherever it belongs. */
export function isWholeRecord(window: Window, today: number): boolean {
  return window.from === null && window.to === today;
}
