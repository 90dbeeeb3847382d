import {
  addDays,
  addMonths,
  londonDay,
  londonMidnight,
  type PlainDate,
  plainDate,
  toEpochDay,
} from '../../../kernel/index.ts';

export const cadences = {
  weekly: 'Every week',
  fortnightly: 'Every two weeks',
  monthly: 'Every month',
} as const;
export type Cadence = keyof typeof cadences;

/** How often the meetings of a series come, and from which of its times on. */
export interface Rhythm {
  readonly cadence: Cadence;
  /** The time from which the others follow: the first, or the first since somebody changed how often or when. */
  readonly anchor: Date;
}

/**
 * The first time of a series after an instant, at the same time of the clock in London. Monthly keeps the weekday and week
 * of the anchor: the second Tuesday. The fifth, which not every month has, is the last one of each. Every time is worked out
 * from the anchor and never from the one before, so that the last stays the last after a month that has four.
 */
export function nextSlot({ cadence, anchor }: Rhythm, after: Date): Date {
  const first = londonDay(anchor);
  const slot = (n: number) =>
    atTimeOf(anchor, cadence === 'monthly' ? sameWeek(first, n) : addDays(first, n * DAYS[cadence]));
  // The steps that are certainly over are not taken one by one.
  const days = toEpochDay(londonDay(after)) - toEpochDay(first);
  let n = Math.max(0, Math.floor(days / DAYS[cadence]));
  while (slot(n) <= after) n += 1;
  return slot(n);
}

/**
 * When the series of a meeting comes next: after the meeting, where it was moved also after the time that it would have
 * had, and after now where that is given and later.
 */
export function nextAfter(
  meeting: Rhythm & { readonly startsAt: Date; readonly slotAt: Date | null },
  now: Date | null = null,
): Date {
  const times = [meeting.startsAt, meeting.slotAt, now].map((time) => time?.getTime() ?? 0);
  return nextSlot(meeting, new Date(Math.max(...times)));
}

/** No more days than from one time to the next, or of months than they have. */
const DAYS = { weekly: 7, fortnightly: 14, monthly: 31 } as const;

/** The same weekday of the same week, so many months later; the last one where it is the fifth. */
function sameWeek(day: PlainDate, months: number): PlainDate {
  const month = addMonths(plainDate(`${day.slice(0, 7)}-01`), months);
  const weekday = weekdayOf(day);
  const first = addDays(month, (weekday - weekdayOf(month) + 7) % 7);
  const chosen = addDays(first, 7 * (weekOf(day) - 1));
  return chosen.slice(0, 7) === month.slice(0, 7) ? chosen : addDays(chosen, -7);
}

function weekOf(day: PlainDate): number {
  return Math.ceil(Number(day.slice(8)) / 7);
}

const WEEKS = ['first', 'second', 'third', 'fourth', 'last'];

/** How often a series meets, and on which day: “Every month, on the last Tuesday”. */
export function rhythmInWords({ cadence, anchor }: Rhythm): string {
  const day = londonDay(anchor);
  const week = cadence === 'monthly' ? `the ${WEEKS[weekOf(day) - 1]} ` : '';
  return `${cadences[cadence]}, on ${week}${WEEKDAY.format(anchor)}`;
}

const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'Europe/London' });

function weekdayOf(day: PlainDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
  timeZone: 'Europe/London',
});

/** The time of the clock in London, as 13:30. */
export function timeOf(instant: Date): string {
  return CLOCK.format(instant);
}

/** An instant on another day at the same time of the clock in London. */
function atTimeOf(instant: Date, day: PlainDate): Date {
  return londonTime(day, timeOf(instant));
}

/** A time of the clock in London, as 14:30, on a day, as an instant. */
export function londonTime(day: PlainDate, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const midnight = londonMidnight(day);
  const guess = new Date(midnight.getTime() + (hours * 60 + minutes) * 60_000);
  // On the two days on which the clocks change, the hours since midnight are not those on the clock.
  const [shown = 0, shownMinutes = 0] = CLOCK.format(guess).split(':').map(Number);
  const off = (hours - shown) * 60 + minutes - shownMinutes;
  return new Date(guess.getTime() + (Math.abs(off) <= 60 ? off : 0) * 60_000);
}
