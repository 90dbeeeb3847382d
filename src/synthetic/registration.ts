import { EXTRACT_DAY } from './calendar.ts';
import type { Dice } from './dice.ts';
import type { Person } from './people.ts';

/** Years since registering here, of 100 people; the last stretch runs to birth. Invented: a quarter moves in 3 years. */
const TENURE: readonly (readonly [share: number, fromDays: number, toDays: number])[] = [
  [11, 5, 365],
  [17, 365, 1095],
  [13, 1095, 1825],
  [21, 1825, 3650],
  [38, 3650, 21_900],
];

const shares = TENURE.map(([share]) => share);

/** The day on which a person registered with the practice that they have now, or had last. */
export function drawStart(dice: Dice, person: Person): number {
  // Older people have moved less.
  const [, from, to] = TENURE[
    Math.max(dice.weighted(shares), person.age >= 60 ? dice.weighted(shares) : 0)
  ] ?? [0, 5, 365];
  const earliest = person.born + dice.between(8, 14);
  return Math.max(earliest, person.until - dice.between(from, to));
}

/** A stay of a few weeks: its first day and, unless it still runs, its last. */
export function drawTemporaryStay(dice: Dice, person: Person): { start: number; end: number | null } {
  // Nobody stays anywhere before they are born.
  const start = Math.max(person.born, EXTRACT_DAY - dice.between(3, 900));
  const end = start + dice.between(14, 88);
  return { start, end: end < EXTRACT_DAY ? end : null };
}
