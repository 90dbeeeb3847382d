import {
  addDays,
  addMonths,
  londonDay,
  londonMidnight,
  type PlainDate,
  plainDate,
} from '../../../kernel/index.ts';

export const cadences = {
  weekly: 'Every week',
  fortnightly: 'Every two weeks',
  monthly: 'Every month',
} as const;
export type Cadence = keyof typeof cadences;

/**
 * When a meeting comes again, at the same time of the clock in London. Monthly keeps weekday and week: the second
 * Tuesday; the fifth, which not every month has, is the last one.
 */
export function nextMeeting(cadence: Cadence, starts: Date): Date {
  const day = londonDay(starts);
  return atTimeOf(
    starts,
    cadence === 'monthly' ? sameWeekNextMonth(day) : addDays(day, cadence === 'weekly' ? 7 : 14),
  );
}

/** The first time of a series that is after an instant, from one that it has. */
export function nextSlot(cadence: Cadence, slot: Date, after: Date): Date {
  let next = nextMeeting(cadence, slot);
  while (next <= after) next = nextMeeting(cadence, next);
  return next;
}

function sameWeekNextMonth(day: PlainDate): PlainDate {
  const week = Math.ceil(Number(day.slice(8)) / 7);
  const next = addMonths(plainDate(`${day.slice(0, 7)}-01`), 1);
  const weekday = weekdayOf(day);
  const first = addDays(next, (weekday - weekdayOf(next) + 7) % 7);
  const chosen = addDays(first, 7 * (week - 1));
  return chosen.slice(0, 7) === next.slice(0, 7) ? chosen : addDays(chosen, -7);
}

function weekdayOf(day: PlainDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
  timeZone: 'Europe/London',
});

/** An instant on another day at the same time of the clock in London. */
function atTimeOf(instant: Date, day: PlainDate): Date {
  return londonTime(day, CLOCK.format(instant));
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
