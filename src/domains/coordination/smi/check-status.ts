import { addDays, addMonths, type PlainDate } from '../../../kernel/index.ts';

/** Where a check stands on a day. */
export const checkStatuses = ['overdue', 'due', 'done', 'unknown'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** The statuses in words, for tags, filters and files. */
export const statusWords: Readonly<Record<CheckStatus, string>> = {
  overdue: 'Overdue',
  due: 'Due soon',
  done: 'Done',
  unknown: 'Not known',
};

/**
 * The last day on which a check counts as done in the window of definitions: twelve months to 1 November 2026 begin on
 * 2 November 2025, so that a check of 2 November 2025 counts until 1 November 2026.
 */
export function countsUntil(last: PlainDate, months: number): PlainDate {
  const until = addDays(addMonths(last, months), -1);
  // Months are of different lengths: from 31 August six months lead to 28 February, whose own window begins on 29 August.
  return isWithin(last, addDays(until, 1), months) ? addDays(until, 1) : until;
}

/** Whether a day is in the window of so many months that ends on another, by the rule of definitions. */
export function isWithin(last: PlainDate, on: PlainDate, months: number): boolean {
  return last > addMonths(on, -months) && last <= on;
}

/**
 * Where a check stands. `last` null: none is recorded. Not known only where nothing is recorded and it is not known
 * whether something would be (`isBlind`).
 */
export function checkStatus(about: {
  readonly last: PlainDate | null;
  readonly months: number;
  readonly asOf: PlainDate;
  readonly dueBeforeDays: number;
  readonly isBlind: boolean;
}): CheckStatus {
  const { last, months, asOf, dueBeforeDays, isBlind } = about;
  if (last !== null && isWithin(last, asOf, months))
    return countsUntil(last, months) <= addDays(asOf, dueBeforeDays) ? 'due' : 'done';
  return isBlind ? 'unknown' : 'overdue';
}
