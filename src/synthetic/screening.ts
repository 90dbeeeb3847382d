import { ageAt } from './calendar.ts';
import type { Chart } from './chart.ts';
import { concept } from './concepts.ts';
import type { Dice } from './dice.ts';
import type { Person } from './people.ts';
import { type PracticeStyle, screeningPoints } from './practice-style.ts';

const cervicalNegative = concept('888091000000108', 'Cervical sample, papillomavirus negative');
const cervicalTaken = concept('417036008', 'Liquid based cervical cytology screening', 'Smear test');
const bowelNormal = concept('1101361000000103', 'Bowel cancer screening, faecal immunochemical test normal');
const bowelAbnormal = concept('1101371000000105', 'Bowel cancer screening, faecal immunochemical test abnormal');
const healthCheck = concept('523221000000100', 'NHS Health Check completed');

/** Points of uptake in one round. Invented, in the shape of inner London; see practice-style.ts for where it differs. */
const CERVICAL = 68;
const BOWEL = 56;
const HEALTH_CHECK = 30;

/** Writes the rounds of screening that a person took part in. `dice` has begun the screening stream. */
export function noteScreening(chart: Chart, dice: Dice, person: Person, style: PracticeStyle): void {
  const points = screeningPoints(person.practice) + style.uptake;
  if (person.sex === 'F' && person.age >= 25) noteCervical(chart, dice, person, CERVICAL + points);
  if (person.age >= 54) noteBowel(chart, dice, person, BOWEL + points);
  if (person.age >= 41 && dice.chance(HEALTH_CHECK + style.uptake)) {
    chart.note(person.until - dice.between(20, Math.min(1820, (person.age - 40) * 365)), healthCheck);
  }
}

function noteCervical(chart: Chart, dice: Dice, person: Person, uptake: number): void {
  const interval = person.age < 50 ? 1095 : 1825;
  for (let round = 0; round < 3; round++) {
    const day = person.until - 10 - dice.below(interval) - round * interval;
    const age = ageAt(Math.max(day, person.born), person.born);
    if (age < 25 || age >= 65 || !attends(dice, person, uptake)) continue;
    chart.note(day, cervicalTaken);
    if (dice.chance(86)) chart.note(day, cervicalNegative);
  }
}

function noteBowel(chart: Chart, dice: Dice, person: Person, uptake: number): void {
  for (let round = 0; round < 3; round++) {
    const day = person.until - 10 - dice.below(730) - round * 730;
    const age = ageAt(day, person.born);
    if (age < 54 || age >= 75 || !attends(dice, person, uptake)) continue;
    chart.note(day, dice.chance(2) ? bowelAbnormal : bowelNormal);
  }
}

function attends(dice: Dice, person: Person, uptake: number): boolean {
  return (person.reluctance * 7 + dice.below(100) * 3) / 10 < uptake;
}
