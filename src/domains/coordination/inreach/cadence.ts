import { addDays, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Setting, VisitOutcome } from './in-reach-pathway.ts';

// When somebody is visited next. Pure: days in, a day out.

/** 1 is Monday, 7 Sunday. */
export function weekdayOf(day: PlainDate): number {
  // 1 January 1970 was a Thursday.
  return ((((toEpochDay(day) + 3) % 7) + 7) % 7) + 1;
}

/** The first day from `day` on that is one of the weekdays. */
export function firstRoundDay(day: PlainDate, weekdays: readonly number[]): PlainDate {
  const ahead = [0, 1, 2, 3, 4, 5, 6].find((days) => weekdays.includes(weekdayOf(addDays(day, days))));
  if (ahead === undefined) throw new Error('There is no weekday on which there are rounds');
  return addDays(day, ahead);
}

/**
 * The day of the first visit of somebody who is new, after today. Where a round keeps its weekday it is the next one at
 * the place, where there is one (`roundOn`); else a weekday or a day by `spread`, so that not everybody is visited on one.
 */
export function firstVisitDay(about: {
  readonly today: PlainDate;
  readonly setting: Setting;
  readonly roundDays: readonly number[];
  /** The weekday of the rounds at the place. */
  readonly roundOn: number | null;
  /** Any whole number that stays the same for a place, or a person. */
  readonly spread: number;
}): PlainDate {
  const { today, setting, roundDays, roundOn, spread } = about;
  const tomorrow = addDays(today, 1);
  if (setting.keeps_rhythm) {
    const weekday = roundOn ?? roundDays[spread % roundDays.length] ?? 1;
    return firstRoundDay(tomorrow, [weekday]);
  }
  const drawn = firstRoundDay(addDays(tomorrow, spread % setting.first_within_days), roundDays);
  const latest = addDays(today, setting.first_within_days);
  // A weekend at the end of the time would be beyond it.
  return drawn > latest ? firstRoundDay(addDays(drawn, -7), roundDays) : drawn;
}

/**
 * The day of the visit after one that was planned for a day and made on another; null where there is none. A round that
 * keeps its rhythm stays on its weekday, also after a late visit: the first planned day after the visit, and never a
 * visit less than it would be. Others are counted from the visit. Nobody is looked for again later than they would be
 * visited anyway.
 */
export function nextVisitDay(about: {
  readonly setting: Setting;
  /** What a clinician set for the person, in place of the setting's own. */
  readonly everyDays: number | null;
  readonly roundDays: readonly number[];
  /** The last day that the cadence planned: later than the visit where somebody came early. */
  readonly planned: PlainDate;
  readonly visited: PlainDate;
  readonly outcome: VisitOutcome;
}): PlainDate | null {
  const { setting, roundDays, planned, visited, outcome } = about;
  if (outcome.next === 'end') return null;
  const every = about.everyDays ?? setting.every_days;
  const regular = setting.keeps_rhythm
    ? keepingRhythm(planned, visited, every, roundDays)
    : firstRoundDay(addDays(visited, every), roundDays);
  if (outcome.next === 'cadence') return regular;
  const again = firstRoundDay(addDays(visited, outcome.again_after_days), roundDays);
  return again < regular ? again : regular;
}

function keepingRhythm(
  planned: PlainDate,
  visited: PlainDate,
  every: number,
  roundDays: readonly number[],
): PlainDate {
  const late = Math.max(0, toEpochDay(visited) - toEpochDay(planned));
  const rounds = Math.floor(late / every) + 1;
  return firstRoundDay(addDays(planned, rounds * every), roundDays);
}

/** A whole number that is always the same for a text (FNV-1a), to spread people over days. */
export function spreadOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
