import { ageAt } from './calendar.ts';
import { concept } from './concepts.ts';
import { screeningPoints } from './practice-style.ts';
import type { Subject } from './subject.ts';

const cervicalNegative = concept('888091000000108', 'Cervical sample, papillomavirus negative');
const cervicalTaken = concept('417036008', 'Liquid based cervical cytology screening', 'Smear test');
const bowelNormal = concept('1101361000000103', 'Bowel cancer screening, faecal immunochemical test normal');
const bowelAbnormal = concept(
  '1101371000000105',
  'Bowel cancer screening, faecal immunochemical test abnormal',
);
const mammogramNormal = concept('168749009', 'Mammography normal');
const mammogramAbnormal = concept('168750009', 'Mammography abnormal');
const healthCheck = concept('523221000000100', 'NHS Health Check completed');

/** Points of uptake in one round. Invented, in the shape of inner London; see practice-style.ts for where it differs. */
const CERVICAL = 68;
const BOWEL = 56;
const BREAST = 65;
const HEALTH_CHECK = 30;

/** Writes the rounds of screening that a person took part in. `dice` has begun the screening stream. */
export function noteScreening(subject: Subject): void {
  const { chart, dice, person, style } = subject;
  const points = screeningPoints(person.practice) + style.uptake;
  if (person.sex === 'F' && person.age >= 25) noteCervical(subject, CERVICAL + points);
  if (person.age >= 54) noteBowel(subject, BOWEL + points);
  if (person.sex === 'F' && person.age >= 50) noteBreast(subject, BREAST + points);
  if (person.age >= 41 && dice.chance(HEALTH_CHECK + style.uptake)) {
    chart.note(person.until - dice.between(20, Math.min(1820, (person.age - 40) * 365)), healthCheck);
  }
}

function noteCervical(subject: Subject, uptake: number): void {
  const { chart, dice, person } = subject;
  const interval = person.age < 50 ? 1095 : 1825;
  for (let round = 0; round < 3; round++) {
    const day = person.until - 10 - dice.below(interval) - round * interval;
    const age = ageAt(Math.max(day, person.born), person.born);
    if (age < 25 || age >= 65 || !attends(subject, uptake)) continue;
    chart.note(day, cervicalTaken);
    if (dice.chance(86)) chart.note(day, cervicalNegative);
  }
}

function noteBowel(subject: Subject, uptake: number): void {
  const { chart, dice, person } = subject;
  for (let round = 0; round < 3; round++) {
    const day = person.until - 10 - dice.below(730) - round * 730;
    const age = ageAt(day, person.born);
    if (age < 54 || age >= 75 || !attends(subject, uptake)) continue;
    chart.note(day, dice.chance(2) ? bowelAbnormal : bowelNormal);
  }
}

/** Every woman from 50 to 70 is invited every three years. */
function noteBreast(subject: Subject, uptake: number): void {
  const { chart, dice, person } = subject;
  for (let round = 0; round < 3; round++) {
    const day = person.until - 10 - dice.below(1095) - round * 1095;
    const age = ageAt(day, person.born);
    if (age < 50 || age >= 71 || !attends(subject, uptake)) continue;
    chart.note(day, dice.chance(4) ? mammogramAbnormal : mammogramNormal);
  }
}

function attends({ dice, person }: Subject, uptake: number): boolean {
  return (dice.chance(70) ? person.reluctance : dice.below(100)) < uptake;
}
