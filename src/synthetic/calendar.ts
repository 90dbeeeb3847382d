import { fromEpochDay, plainDate, toEpochDay } from '../kernel/index.ts';

// Days are epoch days while lives are drawn. Their texts, years and months are looked up, never computed again.

/** The day on which the practices were read: nothing in any record is later than the day before. */
export const EXTRACT_DAY = toEpochDay(plainDate('2026-11-01'));

/** Appointments and prescriptions are delivered from this day on. */
export const WINDOW_START = toEpochDay(plainDate('2024-11-01'));

const FIRST_DAY = toEpochDay(plainDate('1910-01-01'));
const LAST_DAY = toEpochDay(plainDate('2027-12-31'));
const days = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, offset) =>
  fromEpochDay(FIRST_DAY + offset),
);
const years = Int16Array.from(days, (day) => Number(day.slice(0, 4)));
const months = Int8Array.from(days, (day) => Number(day.slice(5, 7)));
const daysOfMonth = Int8Array.from(days, (day) => Number(day.slice(8, 10)));

/** `YYYY-MM-DD` of an epoch day between 1910 and 2027. */
export function dayText(day: number): string {
  const text = days[day - FIRST_DAY];
  if (text === undefined) throw new Error(`no such day: ${day}`);
  return text;
}

export function yearOf(day: number): number {
  return years[day - FIRST_DAY] ?? 0;
}

/** 1 for January to 12 for December. */
export function monthOf(day: number): number {
  return months[day - FIRST_DAY] ?? 0;
}

/** 0 for Sunday to 6 for Saturday; 1 January 1970 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The same day, or the Friday before when the practice is shut. */
export function workday(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === 0) return day - 2;
  return weekday === 6 ? day - 1 : day;
}

/** Completed years of age on a day. */
export function ageAt(day: number, born: number): number {
  const hadBirthday =
    monthOf(day) > monthOf(born) || (monthOf(day) === monthOf(born) && dayOfMonth(day) >= dayOfMonth(born));
  return yearOf(day) - yearOf(born) - (hadBirthday ? 0 : 1);
}

/** The day of the extract so many years earlier: who was born by then is at least that old. */
export function yearsBeforeExtract(count: number): number {
  return toEpochDay(plainDate(`${2026 - count}-11-01`));
}

/** The epoch day of `YYYY-MM-DD`, for days that are written down in tables. */
export function day(text: string): number {
  return toEpochDay(plainDate(text));
}

function dayOfMonth(at: number): number {
  return daysOfMonth[at - FIRST_DAY] ?? 0;
}
