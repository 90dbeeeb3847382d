import type { Brand } from './brand.ts';

/**
 * A calendar day without a clock or a zone, as `YYYY-MM-DD`. Lake files hold the same day as an epoch day:
 * days since 1970-01-01, which sorts, subtracts and packs into a column of integers.
 */
export type PlainDate = Brand<string, 'PlainDate'>;

const MILLISECONDS_A_DAY = 86_400_000;

/** Reads `YYYY-MM-DD`. Null when it is not a day of the calendar (2023-02-29, 2023-13-01, text). */
export function parsePlainDate(text: string): PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(at)) return null;
  return new Date(at).toISOString().slice(0, 10) === text ? (text as PlainDate) : null;
}

/** As parsePlainDate, for dates that our own code or content wrote. Throws when it is not one. */
export function plainDate(text: string): PlainDate {
  const date = parsePlainDate(text);
  if (date === null) throw new Error(`Not a date: ${JSON.stringify(text)}`);
  return date;
}

export function toEpochDay(date: PlainDate): number {
  const [year, month, day] = parts(date);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  const at = year < 100 ? Date.parse(`${date}T00:00:00Z`) : Date.UTC(year, month - 1, day);
  return Math.round(at / MILLISECONDS_A_DAY);
}

export function fromEpochDay(day: number): PlainDate {
  return new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10) as PlainDate;
}

export function addDays(date: PlainDate, days: number): PlainDate {
  return fromEpochDay(toEpochDay(date) + days);
}

/** Moves by whole months; a day that the month lacks becomes its last (31 March less one month: 28 February). */
export function addMonths(date: PlainDate, months: number): PlainDate {
  const [year, month, day] = parts(date);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, lastDay));
  return first.toISOString().slice(0, 10) as PlainDate;
}

/**
 * Age in completed years. A person born on 29 February becomes a year older on 1 March of a common year
 * (England and Wales: the Family Law Reform Act 1969 counts from the start of the anniversary).
 */
export function ageOn(date: PlainDate, born: PlainDate): number {
  const [year, month, day] = parts(date);
  const [bornYear, bornMonth, bornDay] = parts(born);
  const hadBirthday = month > bornMonth || (month === bornMonth && day >= bornDay);
  return year - bornYear - (hadBirthday ? 0 : 1);
}

/** Age in completed months, counted as completed years are. */
export function ageInMonthsOn(date: PlainDate, born: PlainDate): number {
  const [year, month, day] = parts(date);
  const [bornYear, bornMonth, bornDay] = parts(born);
  return (year - bornYear) * 12 + month - bornMonth - (day >= bornDay ? 0 : 1);
}

const LONDON_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' });

/** The day it is in London at an instant: what people in a practice would call today. */
export function londonDay(instant: Date): PlainDate {
  return LONDON_DAY.format(instant) as PlainDate;
}

const LONDON_HOUR = new Intl.DateTimeFormat('en-GB', {
  hour: 'numeric',
  hour12: false,
  timeZone: 'Europe/London',
});

/** The instant at which a day begins in London. London is at most an hour ahead of UTC, so that one look decides. */
export function londonMidnight(day: PlainDate): Date {
  const utc = new Date(`${day}T00:00:00Z`);
  const hour = Number(LONDON_HOUR.format(utc)) % 24;
  return new Date(utc.getTime() - hour * 3_600_000);
}

const LONG_DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** `2 November 2026`, as the NHS content guide writes dates. */
export function formatDay(date: PlainDate | string): string {
  return LONG_DAY.format(new Date(`${date}T00:00:00Z`));
}

const LONDON_INSTANT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  hour12: false,
  timeZone: 'Europe/London',
});

/** `2 November 2026 at 14:05`, London time. */
export function formatInstant(instant: Date): string {
  return LONDON_INSTANT.format(instant);
}

function parts(date: PlainDate): [number, number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}
