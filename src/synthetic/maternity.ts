import { ageAt, day as dayOf } from './calendar.ts';
import { concept } from './concepts.ts';
import type { Dice } from './dice.ts';
import type { Person } from './people.ts';
import type { Subject } from './subject.ts';

const pregnancy = concept('77386006', 'Pregnancy', 'Pregnant');
const delivered = concept('289256000', 'Mother delivered');

/** Days from conception to the day on which the practice writes it down, and to the birth. */
export const BOOKED_AFTER = 56;
export const TERM = 268;

/** Births to 1,000 women in a year, from 16 years of age in steps of five. Invented, in the shape of inner London. */
const BIRTHS = [14, 42, 74, 98, 84, 34, 6];
const YOUNGEST = 16;

/** Years of births on record. */
const YEARS = 6;
const FIRST = dayOf('2020-11-01');

/** The days on which the pregnancies of the last six years began. `dice` has begun the maternity stream. */
export function drawPregnancies(dice: Dice, person: Person): readonly number[] {
  if (person.sex !== 'F' || person.age < YOUNGEST || person.age > 55) return [];
  const begun: number[] = [];
  for (let year = 0; year < YEARS; year++) {
    const day = FIRST + year * 365 + dice.below(365);
    const band = Math.floor((ageAt(day, person.born) - YOUNGEST) / 5);
    const last = begun.at(-1);
    const again = last === undefined || day > last + TERM + 120;
    if (dice.chance(BIRTHS[band] ?? 0, 1000) && again) begun.push(day);
  }
  return begun;
}

/** Writes pregnancies and births. */
export function noteMaternity({ chart, pregnancies }: Subject): void {
  for (const begun of pregnancies) {
    chart.note(begun + BOOKED_AFTER, pregnancy);
    chart.note(begun + TERM, delivered);
  }
}
