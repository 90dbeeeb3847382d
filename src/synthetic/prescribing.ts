import { WINDOW_START, workday } from './calendar.ts';
import { concept } from './concepts.ts';
import type { Condition } from './conditions.ts';
import { breastCancer, prostateCancer } from './diagnoses.ts';
import type { Dice } from './dice.ts';
import * as m from './medicines.ts';
import type { Subject } from './subject.ts';

/** One choice for people with a condition: so many of a hundred take one of these medicines. */
interface Choice {
  readonly percent: number;
  readonly oneOf: readonly m.MedicineNumber[];
  readonly weights: readonly number[];
}

/** First-line treatment by condition. Shares are invented, in the shape of national prescribing. */
const regimens: Partial<Record<Condition, readonly Choice[]>> = {
  hypertension: [
    choice(
      46,
      [m.ramipril, 34],
      [m.ramiprilLow, 20],
      [m.lisinopril, 12],
      [m.losartan, 24],
      [m.candesartan, 10],
    ),
    choice(48, [m.amlodipine, 70], [m.amlodipineHigh, 30]),
    choice(13, [m.indapamide, 66], [m.bendroflumethiazide, 34]),
    choice(6, [m.doxazosin, 60], [m.bisoprolol, 40]),
    choice(16, [m.atorvastatin, 74], [m.simvastatin, 18], [m.rosuvastatin, 8]),
  ],
  type2Diabetes: [
    choice(64, [m.metformin, 100]),
    choice(19, [m.gliclazide, 100]),
    choice(15, [m.sitagliptin, 58], [m.linagliptin, 42]),
    choice(17, [m.empagliflozin, 54], [m.dapagliflozin, 46]),
    choice(8, [m.insulin, 100]),
    choice(38, [m.atorvastatin, 82], [m.simvastatin, 12], [m.rosuvastatin, 6]),
  ],
  type1Diabetes: [choice(97, [m.insulin, 100])],
  coronaryDisease: [
    choice(72, [m.aspirin, 76], [m.clopidogrel, 24]),
    choice(58, [m.bisoprolol, 100]),
    choice(66, [m.atorvastatinHigh, 82], [m.rosuvastatin, 18]),
    choice(24, [m.nitrate, 100]),
  ],
  stroke: [
    choice(66, [m.clopidogrel, 78], [m.aspirin, 22]),
    choice(56, [m.atorvastatinHigh, 70], [m.atorvastatin, 30]),
  ],
  arterialDisease: [choice(55, [m.clopidogrel, 100])],
  atrialFibrillation: [
    choice(80, [m.apixaban, 60], [m.edoxaban, 26], [m.warfarin, 14]),
    choice(54, [m.bisoprolol, 86], [m.digoxin, 14]),
  ],
  heartFailure: [
    choice(64, [m.furosemide, 100]),
    choice(60, [m.bisoprolol, 100]),
    choice(56, [m.ramiprilLow, 70], [m.candesartan, 30]),
    choice(30, [m.dapagliflozin, 100]),
  ],
  kidneyDisease: [choice(18, [m.ramiprilLow, 100])],
  asthma: [
    choice(58, [m.salbutamol, 100]),
    choice(50, [m.beclometasone, 48], [m.fostair, 52]),
    choice(6, [m.montelukast, 100]),
  ],
  copd: [choice(76, [m.salbutamol, 100]), choice(56, [m.tiotropium, 100]), choice(44, [m.fostair, 100])],
  depression: [
    choice(
      70,
      [m.sertraline, 40],
      [m.citalopram, 22],
      [m.fluoxetine, 16],
      [m.mirtazapine, 15],
      [m.venlafaxine, 7],
    ),
  ],
  anxiety: [
    choice(42, [m.sertraline, 62], [m.citalopram, 18], [m.propranolol, 20]),
    choice(4, [m.diazepam, 100]),
  ],
  psychosis: [
    choice(72, [m.olanzapine, 34], [m.quetiapine, 32], [m.risperidone, 34]),
    choice(10, [m.lithium, 100]),
  ],
  epilepsy: [choice(84, [m.levetiracetam, 46], [m.lamotrigine, 32], [m.carbamazepine, 22])],
  dementia: [choice(46, [m.donepezil, 64], [m.memantine, 36])],
  rheumatoidArthritis: [
    choice(52, [m.methotrexate, 66], [m.hydroxychloroquine, 18], [m.sulfasalazine, 16]),
    choice(30, [m.folicAcid, 100]),
  ],
  connectiveTissue: [choice(46, [m.prednisoloneLow, 66], [m.hydroxychloroquine, 34])],
  osteoporosis: [choice(50, [m.alendronicAcid, 100]), choice(48, [m.calcium, 100])],
  thyroid: [choice(74, [m.levothyroxine, 100])],
  pain: [
    choice(
      84,
      [m.coCodamol, 46],
      [m.codeine, 17],
      [m.tramadol, 14],
      [m.buprenorphine, 7],
      [m.gabapentin, 8],
      [m.pregabalin, 8],
    ),
    choice(15, [m.amitriptyline, 100]),
    choice(9, [m.naproxen, 100]),
    choice(20, [m.omeprazole, 52], [m.lansoprazole, 48]),
  ],
  constipation: [choice(90, [m.macrogol, 48], [m.senna, 22], [m.lactulose, 22], [m.docusate, 8])],
  irritableBowel: [choice(16, [m.mebeverine, 72], [m.hyoscine, 28])],
  alcoholProblem: [choice(18, [m.thiamine, 100])],
  anaemia: [choice(26, [m.ferrousFumarate, 100])],
  urinary: [choice(26, [m.tamsulosin, 100])],
  incontinence: [choice(22, [m.solifenacin, 100])],
  parkinsonism: [choice(32, [m.coCareldopa, 100])],
  pepticUlcer: [choice(52, [m.lansoprazole, 56], [m.omeprazole, 44])],
  dizziness: [choice(7, [m.betahistine, 100])],
  sleep: [choice(7, [m.zopiclone, 100])],
};

const treated = Object.entries(regimens) as [Condition, readonly Choice[]][];

/** Short courses: of 1,000 people a year, from an age. Invented. */
const courses: readonly (readonly [m.MedicineNumber, yearly: number, from: number])[] = [
  [m.amoxicillin, 130, 1],
  [m.nitrofurantoin, 38, 16],
  [m.trimethoprim, 14, 16],
  [m.ibuprofen, 42, 16],
  [m.naproxen, 34, 18],
  [m.paracetamol, 70, 1],
  [m.cetirizine, 46, 4],
  [m.prednisolone, 16, 18],
  [m.omeprazole, 60, 18],
  [m.sumatriptan, 14, 16],
];

const reviewed = concept('314530002', 'Medication review done');
const reviewedByPharmacist = concept('719329004', 'Medication review done by pharmacist');
const structuredReview = concept('1239511000000100', 'Structured medication review', 'SMR');

/** Of a hundred people on repeats, how many get two months at a time. */
const TWO_MONTHLY = 84;

/** Orders what a person's conditions call for, since they registered here and inside the window. */
export function prescribeAll(subject: Subject): void {
  const { dice, health } = subject;
  const start = Math.max(WINDOW_START, subject.since);
  const periods = dice.chance(TWO_MONTHLY) ? 2 : 1;
  const repeats = new Set<m.MedicineNumber>();
  for (const [condition, choices] of treated) {
    if (!health.active(condition)) continue;
    for (const one of choices) {
      const medicine = pick(dice, one, condition === 'type2Diabetes' ? stepUp(subject) : 100);
      if (medicine === null || repeats.has(medicine)) continue;
      repeats.add(medicine);
      repeat(subject, { medicine, since: Math.max(start, health.onset(condition)), periods });
    }
  }
  afterCancer(subject, start, periods);
  contraception(subject, start);
  shortCourses(subject, start);
  if (repeats.size > 0) noteReviews(subject, repeats.size);
}

interface Repeat {
  readonly medicine: m.MedicineNumber;
  readonly since: number;
  /** Of the medicine's usual length, given out at a time. */
  readonly periods: number;
}

/** Orders one medicine again and again, from about `since` to the person's last day. */
function repeat({ chart, dice, person }: Subject, { medicine, since, periods }: Repeat): void {
  const { days } = m.medicineAt(medicine);
  const times = days >= 50 ? 1 : periods;
  // Sleeping tablets and the like are given for a week or two, once a month.
  const interval = Math.max(28, days * times);
  // Some began the medicine, or gave it up, inside the two years that are delivered.
  const began = dice.chance(12) ? since + dice.below(500) : since + dice.below(interval);
  const gaveUp = dice.chance(10) ? began + dice.between(60, 600) : person.until;
  for (let day = began; day < gaveUp; day += interval) {
    chart.prescribe(workday(day + dice.below(3)), medicine, times);
  }
}

/** Treatment of diabetes goes up in steps with the sugar (NICE NG28): percent of the usual shares. Invented. */
function stepUp({ body }: Subject): number {
  if (body.hba1c < 48) return 55;
  if (body.hba1c < 54) return 80;
  return body.hba1c < 70 ? 108 : 150;
}

function pick(dice: Dice, { percent, oneOf, weights }: Choice, times: number): m.MedicineNumber | null {
  if (!dice.chance(Math.min(9_600, percent * times), 10_000)) return null;
  return oneOf[dice.weighted(weights)] ?? null;
}

/** Hormones for five years after a cancer of the breast or the prostate. */
function afterCancer(subject: Subject, start: number, periods: number): void {
  const { dice, person, health } = subject;
  const tumour = health.code('cancer');
  if (tumour === null || person.until - health.onset('cancer') > 5 * 365) return;
  const since = Math.max(start, health.onset('cancer') + 120);
  if (tumour === breastCancer && dice.chance(66)) {
    repeat(subject, { medicine: person.age >= 55 ? m.letrozole : m.tamoxifen, since, periods });
  }
  if (tumour === prostateCancer && dice.chance(24))
    repeat(subject, { medicine: m.bicalutamide, since, periods });
}

function contraception(subject: Subject, since: number): void {
  const { dice, person } = subject;
  if (person.sex === 'F' && person.age >= 17 && person.age < 45 && dice.chance(11)) {
    repeat(subject, { medicine: m.desogestrel, since, periods: 1 });
  }
}

function shortCourses({ chart, dice, person }: Subject, start: number): void {
  const years = (person.until - start) / 365;
  for (const [medicine, yearly, from] of courses) {
    const expected = Math.floor((yearly * years * (60 + (person.frailty >> 1))) / 100);
    if (dice.chance(Math.min(expected, 900), 1000) && person.age >= from) {
      chart.prescribe(workday(start + dice.below(Math.max(1, person.until - start))), medicine, 1);
    }
  }
}

function noteReviews({ chart, dice, person }: Subject, repeats: number): void {
  const day = workday(person.until - dice.between(10, 400));
  if (dice.chance(66)) chart.note(day, dice.chance(60) ? reviewed : reviewedByPharmacist);
  if (repeats >= 6 && dice.chance(30))
    chart.note(workday(person.until - dice.between(10, 500)), structuredReview);
}

function choice(percent: number, ...from: readonly (readonly [m.MedicineNumber, number])[]): Choice {
  return { percent, oneOf: from.map(([medicine]) => medicine), weights: from.map(([, weight]) => weight) };
}
