import { day as dayOf, EXTRACT_DAY } from './calendar.ts';
import type { Attendance, Stay } from './chart.ts';
import type { Dice } from './dice.ts';
import { besides, emergencies, minor, ofOldAge, planned, type Reason, raised } from './hospital-reasons.ts';
import { TERM } from './maternity.ts';
import { bandOf } from './people.ts';
import type { Subject } from './subject.ts';

// Stays in hospital and attendances of emergency departments. The rates are tuned until everybody together has about 0.1
// emergency admissions and 0.35 attendances a year; how they are shared out is invented, in the shape of national figures
// by age.

/** Hospitals tell of everything from this day on. */
export const HOSPITAL_START = dayOf('2023-11-01');

const MONTHS = 36;
const SPAN = EXTRACT_DAY - HOSPITAL_START;

/** In a year and 1,000 ordinary people, by age band. */
const EMERGENCIES = [124, 44, 50, 54, 58, 66, 78, 86, 98, 114];
const GOING_HOME = [470, 225, 240, 240, 200, 185, 180, 205, 290, 420];
const PLANNED = [14, 16, 20, 34, 48, 72, 104, 150, 170, 110];

/** Months times a thousand people times a hundred percent. */
const ONE_MONTH = 12 * 1_000 * 100;

/** Who goes again and again: of 10,000 people of 18 to 79, and of those who drink or are mentally ill. */
const OFTEN = 9;
const OFTEN_IF_ILL = 120;

/** In the month after an emergency, how many times likelier the next one is. */
const AGAIN = 4;

/** Of 100 births, by caesarean section. */
const CAESAREANS = 32;

/** Of 100 who died, in hospital. */
const DIED_THERE = 46;

/** Writes down what hospitals would tell of somebody. */
export function noteHospital(subject: Subject): void {
  const { person, health, dice, chart } = subject;
  if (person.until <= HOSPITAL_START) return;
  const band = bandOf(person.age);
  const ill = raised.reduce((sum, [condition, more]) => sum + (health.has(condition) ? more : 0), 100);
  const frailty = 55 + Math.floor((person.frailty * 45) / 100);
  const risk = Math.floor((ill * frailty) / 100);
  const often = isOften(subject);
  const usual = (EMERGENCIES[band] ?? 0) * risk * (often ? 3 : 1);
  const goes = (GOING_HOME[band] ?? 0) * Math.floor((frailty + risk) / 2);
  const treats = (PLANNED[band] ?? 0) * frailty * (health.active('cancer') ? 4 : 1);
  let free = HOSPITAL_START;
  let again = 1;
  for (let month = 0; month < MONTHS; month++) {
    const day = HOSPITAL_START + Math.floor((month * SPAN + dice.below(SPAN)) / MONTHS);
    if (!chart.covers(day)) continue;
    const emergency = dice.below(ONE_MONTH) < Math.min(usual * again, ONE_MONTH / 3);
    again = 1;
    if (emergency && day >= free) {
      free = admit(subject, day);
      again = AGAIN;
    }
    if (dice.below(ONE_MONTH) < goes) attend(subject, day + 3, often);
    for (let more = often ? dice.below(4) : 0; more > 0; more--) attend(subject, day + more * 6, true);
    if (dice.below(ONE_MONTH) < treats && day + 9 >= free) free = plan(subject, day + 9);
  }
  for (const begun of subject.pregnancies) giveBirth(subject, begun + TERM);
  if (person.died && dice.chance(DIED_THERE)) dieThere(subject);
}

function isOften({ person, health, dice }: Subject): boolean {
  const ill = health.has('alcoholProblem') || health.has('psychosis');
  const drawn = dice.below(10_000);
  return person.age >= 18 && person.age < 80 && drawn < (ill ? OFTEN_IF_ILL : OFTEN);
}

/** An emergency: the day on which they are at home again. */
function admit(subject: Subject, day: number): number {
  const { person, dice, chart } = subject;
  const reason = reasonOf(subject, emergencies, day);
  const nights = nightsOf(dice, person.age);
  const arrival = dice.below(1_440);
  const ward = arrival + dice.between(90, 420);
  const byDoor = dice.chance(74);
  if (byDoor && chart.covers(day)) {
    chart.attendances.push({
      day,
      minute: arrival,
      department: 1,
      ambulance: dice.chance(person.age >= 75 ? 68 : 34),
      outcome: '01',
      diagnosis: reason.diagnosis,
      words: reason.words,
      hospital: hospitalOf(subject),
    });
  }
  const start = day + (byDoor && ward >= 1_440 ? 1 : 0);
  stay(subject, {
    day: start,
    minute: (byDoor ? ward : arrival) % 1_440,
    method: byDoor ? '21' : dice.chance(60) ? '22' : '28',
    nights,
    diagnoses: [reason.diagnosis, ...alsoWritten(subject, start, reason.diagnosis)],
    words: reason.words,
    specialty: reason.specialty,
  });
  return start + nights + 1;
}

/** Half are over by the next day; older people stay longer. */
function nightsOf(dice: Dice, age: number): number {
  const short = dice.chance(age >= 75 ? 28 : 55);
  const days = short ? dice.below(2) : 1 + dice.below(5);
  return days + (!short && dice.chance(Math.max(0, age - 40)) ? dice.below(18) : 0);
}

function plan(subject: Subject, day: number): number {
  const { dice } = subject;
  const reason = reasonOf(subject, planned, day);
  const nights = reason.nights === undefined ? 0 : reason.nights + dice.below(4);
  stay(subject, {
    day,
    minute: 450 + dice.below(20) * 15,
    method: dice.chance(70) ? '11' : '12',
    nights,
    diagnoses: [reason.diagnosis, ...alsoWritten(subject, day, reason.diagnosis)],
    words: reason.words,
    specialty: reason.specialty,
  });
  return day + nights + 1;
}

function giveBirth(subject: Subject, day: number): void {
  const { dice } = subject;
  const caesarean = dice.chance(CAESAREANS);
  stay(subject, {
    day,
    minute: dice.below(1_440),
    method: '31',
    nights: caesarean ? 2 + dice.below(2) : dice.below(3),
    diagnoses: [caesarean ? 'O82.9' : 'O80.0', 'Z37.0'],
    words: caesarean ? 'Delivery by caesarean section' : 'Single spontaneous delivery',
    specialty: 'Obstetrics',
  });
}

function dieThere(subject: Subject): void {
  const { person, dice, chart } = subject;
  const nights = dice.below(14);
  const day = person.until - 1 - nights;
  if (day < HOSPITAL_START || !chart.covers(day)) return;
  const reason = reasonOf(subject, emergencies, day);
  // Nobody is in two beds: a stay that this one would begin in is the one that they died in.
  chart.stays = chart.stays.filter((one) => one.discharge !== null && one.discharge < day);
  stay(subject, {
    day,
    minute: dice.below(1_440),
    method: '21',
    nights,
    diagnoses: [reason.diagnosis, ...alsoWritten(subject, day, reason.diagnosis)],
    words: reason.words,
    specialty: reason.specialty,
  });
}

type Begun = Omit<Stay, 'discharge' | 'destination' | 'hospital' | 'diagnoses'> & {
  readonly nights: number;
  readonly diagnoses: readonly string[];
};

function stay(subject: Subject, { nights, diagnoses, ...begun }: Begun): void {
  const { chart, person, health } = subject;
  if (!chart.covers(begun.day) || begun.day < HOSPITAL_START) return;
  const last = begun.day + nights;
  // Who is there on the day of the extract has not been discharged yet.
  const there = last >= person.until && person.until === EXTRACT_DAY;
  const died = person.died && last >= person.until - 1;
  const home = health.has('careHome') ? '54' : '19';
  chart.stays.push({
    ...begun,
    diagnoses: [...new Set(diagnoses)].join(';'),
    discharge: there ? null : Math.min(last, person.until - 1),
    destination: there ? '' : died ? '79' : home,
    hospital: hospitalOf(subject),
  });
}

function attend(subject: Subject, day: number, often: boolean): void {
  const { chart, dice, person } = subject;
  const reason = reasonOf(subject, minor, day);
  const department = [1, 3, 2][dice.weighted([60, 35, 5])] ?? 1;
  const attendance: Attendance = {
    day,
    minute: dice.chance(75) ? 480 + dice.below(840) : dice.below(1_440),
    department,
    ambulance: department === 1 && dice.chance(often ? 45 : person.age >= 75 ? 48 : 14),
    outcome: ['03', '02', '06', '12'][dice.weighted([55, 25, 12, 8])] ?? '03',
    diagnosis: reason.diagnosis,
    words: reason.words,
    hospital: department === 3 ? 2 : hospitalOf(subject),
  };
  if (chart.covers(day) && day >= HOSPITAL_START) chart.attendances.push(attendance);
}

/** Most go to the hospital that is near: the first or the second of the three. */
function hospitalOf({ person, dice }: Subject): number {
  const near = person.practice.neighbourhood % 2;
  return dice.chance(88) ? near : 1 - near;
}

function reasonOf<Kind extends Omit<Reason, 'specialty'>>(
  { person, health, dice }: Subject,
  reasons: readonly Kind[],
  day: number,
): Kind {
  const age = Math.floor((day - person.born) / 365.25);
  const weights = reasons.map(({ weight, from = 0, to = 200, by = [], times = 1, only }) => {
    if (age < from || age > to) return 0;
    const has = by.some((condition) => health.has(condition) && health.onset(condition) <= day);
    return has ? weight * times : only ? 0 : weight;
  });
  const reason = reasons[dice.weighted(weights)];
  if (reason === undefined) throw new Error('no reason to go to hospital');
  return reason;
}

/** The diagnoses beside the first: what the person has by then, and what comes with age. */
function alsoWritten({ person, health, dice }: Subject, day: number, first: string): string[] {
  const has = besides.flatMap(([condition, code]) =>
    health.has(condition) && health.onset(condition) <= day && code.slice(0, 3) !== first.slice(0, 3)
      ? [code]
      : [],
  );
  const old = person.age < 70 ? [] : ofOldAge.filter(() => dice.chance(5 + Math.floor(person.frailty / 25)));
  return [...has, ...old];
}
