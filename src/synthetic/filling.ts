import { ageAt, workday } from './calendar.ts';
import { concept } from './concepts.ts';
import {
  babyWeighed,
  bloodCount,
  bloodDrawn,
  bloodPressure,
  drinking,
  kidneyFunction,
  lipids,
  liverFunction,
  pulseFelt,
  smokingStatus,
  sugar,
  thyroidTest,
  tirednessTests,
  vitalSigns,
  weighed,
} from './measures.ts';
import type { Subject } from './subject.ts';

// The everyday of a record: colds, letters, a new patient check, bloods because somebody was tired. It fills up what
// the conditions of a person have not filled, so that quiet people have a record too.

/** Coded rows that everybody registered has at least. */
export const LEAST_ROWS = 40;

/** Years back that the everyday of an adult reaches. */
const YEARS = 14;

const coughs = [
  concept('49727002', 'Cough'),
  concept('54150009', 'Upper respiratory tract infection', 'URTI'),
];
const problems = [
  ...coughs,
  concept('25064002', 'Headache'),
  concept('271807003', 'Rash'),
  concept('21522001', 'Abdominal pain'),
  concept('267031002', 'Tiredness', 'TATT - Tired all the time'),
  concept('68566005', 'Urinary tract infection', 'UTI'),
];
const contacts = [
  concept('386472008', 'Telephone consultation'),
  concept('185317003', 'Telephone encounter'),
  concept('308335008', 'Patient encounter'),
  concept('390906007', 'Follow-up encounter'),
];
const office = [
  concept('279991000000102', 'Text message sent to patient', 'SMS sent'),
  concept('37331000000100', 'Comment note'),
  concept('37351000000107', 'Administration note', 'Admin note'),
  concept('182888003', 'Medication requested'),
  concept('3457005', 'Patient referral'),
  concept('373942005', 'Discharge summary'),
];
const absences = [
  concept('281399006', 'Did not attend', 'DNA'),
  concept('924331000000103', 'Did not attend appointment with general practitioner'),
  concept('920741000000101', 'Did not attend appointment with nurse'),
];
const advice = [
  concept('443288003', 'Lifestyle education about diet'),
  concept('313204009', 'Lifestyle education'),
  concept('892281000000101', 'Referral to healthy lifestyle programme'),
];
const linkWorker = concept('871731000000106', 'Referral to social prescribing service');

interface Occasion {
  readonly weight: number;
  readonly from: number;
  readonly to: number;
  readonly write: (subject: Subject, day: number) => void;
}

/** What happens, from which age to which, and how often beside the others. Invented. */
const occasions: readonly Occasion[] = [
  { weight: 60, from: 0, to: 1, write: babyWeighed },
  { weight: 40, from: 0, to: 15, write: childIll },
  { weight: 16, from: 2, to: 15, write: weighed },
  { weight: 34, from: 0, to: 120, write: desk },
  { weight: 20, from: 16, to: 120, write: ill },
  { weight: 13, from: 16, to: 120, write: checked },
  { weight: 5, from: 16, to: 120, write: bloods },
  { weight: 4, from: 30, to: 120, write: heartRisk },
  { weight: 3, from: 18, to: 120, write: tired },
  { weight: 5, from: 16, to: 120, write: advised },
];

/** Adds ordinary entries until the chart has `rows` observations. `dice` has begun the filling stream. */
export function fillUp(subject: Subject, rows: number): void {
  const { chart, dice, person } = subject;
  const span = Math.max(1, Math.min(YEARS * 365, person.until - person.born - 3));
  // Everybody's chart covers the last two weeks at least, so that this ends; the bound is for the day it does not.
  for (let tries = 0; chart.observations < rows && tries < 1000; tries++) {
    const back = Math.min(dice.below(span), dice.below(span));
    const day = Math.max(person.born, workday(person.until - 2 - back));
    occasionAt(subject, ageAt(day, person.born)).write(subject, day);
  }
}

/** As fillUp, with what a front desk writes only: no reading that could decide anything. */
export function fillQuietly(subject: Pick<Subject, 'chart' | 'dice' | 'person'>, rows: number): void {
  const { chart, dice, person } = subject;
  const span = Math.max(1, Math.min(YEARS * 365, person.until - person.born - 3));
  while (chart.observations < rows)
    desk(subject, Math.max(person.born, workday(person.until - 2 - dice.below(span))));
}

function occasionAt({ dice }: Subject, age: number): Occasion {
  const fitting = fittingAt[Math.min(age, 120)] ?? occasions;
  let left = dice.below(fitting.reduce((sum, { weight }) => sum + weight, 0));
  for (const occasion of fitting) {
    left -= occasion.weight;
    if (left < 0) return occasion;
  }
  throw new Error('no occasion for this age');
}

const fittingAt = Array.from({ length: 121 }, (_, age) =>
  occasions.filter(({ from, to }) => age >= from && age <= to),
);

function childIll(subject: Subject, day: number): void {
  const { chart, dice } = subject;
  chart.note(day, dice.one(contacts));
  chart.note(day, dice.one(dice.chance(70) ? coughs : problems.slice(0, 5)));
  if (dice.chance(50)) vitalSigns(subject, day);
}

function ill(subject: Subject, day: number): void {
  const { chart, dice } = subject;
  chart.note(day, dice.one(contacts));
  chart.note(day, dice.one(problems));
  if (dice.chance(22)) vitalSigns(subject, day);
}

function desk({ chart, dice }: Pick<Subject, 'chart' | 'dice'>, day: number): void {
  chart.note(day, dice.one(dice.chance(9) ? absences : office));
}

/** A new patient check or an opportunity taken. */
function checked(subject: Subject, day: number): void {
  bloodPressure(subject, day);
  smokingStatus(subject, day);
  if (subject.dice.chance(60)) weighed(subject, day);
  if (subject.dice.chance(40)) drinking(subject, day);
  if (subject.dice.chance(30)) pulseFelt(subject, day);
}

function bloods(subject: Subject, day: number): void {
  bloodDrawn(subject, day);
  bloodCount(subject, day);
  if (subject.dice.chance(50)) kidneyFunction(subject, day);
  if (subject.dice.chance(35)) liverFunction(subject, day);
}

function heartRisk(subject: Subject, day: number): void {
  bloodPressure(subject, day);
  lipids(subject, day);
  sugar(subject, day);
}

function tired(subject: Subject, day: number): void {
  bloodDrawn(subject, day);
  tirednessTests(subject, day);
  if (subject.dice.chance(60)) thyroidTest(subject, day);
}

function advised({ chart, dice }: Subject, day: number): void {
  chart.note(day, dice.chance(12) ? linkWorker : dice.one(advice));
}
