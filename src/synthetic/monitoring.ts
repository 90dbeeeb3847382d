import { workday } from './calendar.ts';
import { type ConceptNumber, concept, measurement } from './concepts.ts';
import type { Condition } from './conditions.ts';
import {
  bloodCount,
  bloodDrawn,
  bloodPressure,
  drinking,
  homeBloodPressure,
  kidneyFunction,
  lipids,
  liverFunction,
  peakFlowBlown,
  pulseFelt,
  smokingStatus,
  sugar,
  thyroidTest,
  urineAlbumin,
  weighed,
} from './measures.ts';
import type { Subject } from './subject.ts';

type Act = (subject: Subject, day: number) => void;

/** What a practice does once a year for somebody with a condition. */
interface YearlyCare {
  readonly condition: Condition;
  /** In every year on record. */
  readonly always: readonly Act[];
  /** In the last two years only, so that records stay of believable length. */
  readonly lately?: readonly Act[];
  /** Entered with the review. */
  readonly notes?: readonly ConceptNumber[];
  /** Half a year after each review. */
  readonly between?: readonly Act[];
}

const phq9 = measurement('720433000', 'Patient health questionnaire nine item score', 'score');
const gad7 = measurement('445455005', 'Generalised anxiety disorder seven item score', 'score');

/** Follows the indicators of the quality framework and NICE's reviews; frequencies are invented. */
const yearly: readonly YearlyCare[] = [
  {
    condition: 'type2Diabetes',
    always: [sugar, bloodPressure],
    lately: [kidneyFunction, urineAlbumin, lipids, weighed, smokingStatus],
    notes: [
      concept('170777000', 'Diabetes annual review'),
      concept('401191002', 'Diabetic foot examination', 'Diabetic foot check'),
      concept('390735007', 'Digital retinal screening'),
    ],
    between: [sugar, bloodPressure],
  },
  {
    condition: 'type1Diabetes',
    always: [sugar, bloodPressure],
    lately: [kidneyFunction, urineAlbumin, lipids, weighed, smokingStatus],
    notes: [
      concept('170777000', 'Diabetes annual review'),
      concept('401191002', 'Diabetic foot examination'),
    ],
    between: [sugar],
  },
  {
    condition: 'hypertension',
    always: [bloodPressure],
    lately: [kidneyFunction, lipids, weighed, smokingStatus, pulseFelt],
    between: [bloodPressure],
  },
  {
    condition: 'coronaryDisease',
    always: [bloodPressure],
    lately: [lipids, smokingStatus, pulseFelt, weighed],
  },
  { condition: 'stroke', always: [bloodPressure], lately: [lipids, smokingStatus] },
  { condition: 'arterialDisease', always: [bloodPressure], lately: [lipids, smokingStatus] },
  {
    condition: 'atrialFibrillation',
    always: [bloodPressure, pulseFelt],
    lately: [kidneyFunction, bloodCount],
  },
  {
    condition: 'heartFailure',
    always: [bloodPressure, weighed],
    lately: [kidneyFunction, pulseFelt],
    between: [kidneyFunction],
  },
  { condition: 'kidneyDisease', always: [kidneyFunction], lately: [bloodPressure, urineAlbumin, bloodCount] },
  { condition: 'prediabetes', always: [sugar], lately: [weighed, bloodPressure] },
  {
    condition: 'asthma',
    always: [],
    lately: [peakFlowBlown, smokingStatus],
    notes: [concept('394700004', 'Asthma annual review')],
  },
  {
    condition: 'copd',
    always: [smokingStatus],
    lately: [peakFlowBlown, weighed],
    notes: [concept('394703002', 'COPD annual review')],
  },
  {
    condition: 'depression',
    always: [],
    lately: [({ chart, dice }, day) => chart.measure(day, phq9, dice.between(2, 21))],
    notes: [concept('413972000', 'Depression annual review')],
  },
  {
    condition: 'anxiety',
    always: [],
    lately: [({ chart, dice }, day) => chart.measure(day, gad7, dice.between(2, 19))],
  },
  {
    condition: 'psychosis',
    always: [],
    lately: [bloodPressure, weighed, lipids, sugar, smokingStatus, drinking],
  },
  { condition: 'thyroid', always: [thyroidTest] },
  { condition: 'rheumatoidArthritis', always: [bloodCount], lately: [liverFunction, kidneyFunction] },
  {
    condition: 'dementia',
    always: [],
    lately: [weighed, bloodPressure],
    notes: [concept('956841000000106', 'Dementia care plan agreed')],
  },
  { condition: 'learningDisability', always: [], lately: [bloodPressure, weighed, smokingStatus] },
  { condition: 'anaemia', always: [], lately: [bloodCount] },
  { condition: 'alcoholProblem', always: [], lately: [drinking, liverFunction] },
];

/** Years of reviews that a record goes back. */
const YEARS = 5;

/** The latest of them, in which everything is measured. */
const LATELY = 2;

/** Of a hundred people with high blood pressure in a year. */
const HOME_READINGS = 24;

/** Writes the reviews and measurements that follow from a person's conditions. */
export function noteMonitoring(subject: Subject): void {
  const due = yearly.filter(({ condition }) => subject.health.known(condition));
  for (let year = 0; due.length > 0 && year < YEARS; year++) noteYear(subject, due, year);
  noteWhatNobodyCoded(subject);
}

/** One round of reviews, if the person was called and came. Year 0 is the last before the extract. */
function noteYear(subject: Subject, due: readonly YearlyCare[], year: number): void {
  const { chart, dice, person, health, style } = subject;
  const day = workday(person.until - 12 - dice.below(340) - year * 365);
  const seen = dice.chance(style.recall);
  const here = due.filter(({ condition }) => health.onset(condition) <= day);
  if (!seen || here.length === 0) return;
  for (const care of here) {
    for (const note of care.notes ?? []) if (year < 3 && dice.chance(86)) chart.note(day, note);
  }
  for (const act of actsOf(here, year)) act(subject, day);
  if (year < LATELY) noteHalfYear(subject, here, day);
}

/** Everything that any of the conditions asks for, once. */
function actsOf(here: readonly YearlyCare[], year: number): Set<Act> {
  const acts = new Set<Act>();
  for (const care of here) {
    for (const act of care.always) acts.add(act);
    if (year < LATELY) for (const act of care.lately ?? []) acts.add(act);
  }
  return acts;
}

function noteHalfYear(subject: Subject, here: readonly YearlyCare[], review: number): void {
  const { dice, health } = subject;
  const between = here.find((care) => care.between !== undefined)?.between ?? [];
  for (const act of between) act(subject, workday(review - dice.between(150, 200)));
  if (health.active('hypertension') && dice.chance(HOME_READINGS)) homeBloodPressure(subject, review - 3);
}

/** Results that show a condition that is not on any list: the cases that case finding is for. */
function noteWhatNobodyCoded(subject: Subject): void {
  const { dice, person, health } = subject;
  const lately = () => workday(person.until - dice.between(15, 340));
  if (health.active('kidneyDisease')) {
    // Two results, more than ninety days apart, in everybody who has it: coded or not.
    const second = lately();
    kidneyFunction(subject, second);
    kidneyFunction(subject, workday(second - dice.between(100, 420)));
  }
  if (health.has('type2Diabetes') && health.code('type2Diabetes') === null) sugar(subject, lately());
  if (health.has('prediabetes') && health.code('prediabetes') === null) sugar(subject, lately());
  if (health.has('hypertension') && health.code('hypertension') === null) {
    bloodPressure(subject, lately());
    if (dice.chance(60)) bloodPressure(subject, lately());
  }
  if (health.has('anaemia') && health.code('anaemia') !== null) {
    const found = health.onset('anaemia');
    bloodDrawn(subject, found);
    bloodCount(subject, found);
  }
}
