import { type ConceptNumber, concept } from './concepts.ts';
import { type Condition, conditions, ruleOf } from './conditions.ts';
import type { Sex } from './people.ts';
import type { Subject } from './subject.ts';

/** Diagnosis rows that a practice entered without their day, of 1,000. Invented. */
const UNDATED_OF_1000 = 3;

/** Confirmed by a clinician after the index said so, of 100 whose frailty shows. Invented. */
const FRAILTY_CONFIRMED = 45;

const mildFrailty = concept('925791000000100', 'Mild frailty');
const moderateFrailty = concept('925831000000107', 'Moderate frailty');
const severeFrailty = concept('925861000000102', 'Severe frailty');

export const breastCancer = concept('254837009', 'Malignant neoplasm of breast', 'Breast cancer');
export const prostateCancer = concept('399068003', 'Malignant tumour of prostate', 'Prostate cancer');
const bowelCancer = concept('363406005', 'Malignant neoplasm of colon', 'Bowel cancer');
const lungCancer = concept('363358000', 'Malignant tumour of lung', 'Lung cancer');
const melanoma = concept('372244006', 'Malignant melanoma');
const lymphoma = concept('118600007', 'Malignant lymphoma');
const leukaemia = concept('93143009', 'Leukaemia');
const otherCancer = concept('363346000', 'Malignant neoplastic disease');

type Weighted = readonly (readonly [ConceptNumber, number])[];

/** Invented, in the shape of national cancer registrations by sex. */
const TUMOURS: Record<Sex | 'child', Weighted> = {
  F: [
    [breastCancer, 44],
    [bowelCancer, 13],
    [lungCancer, 8],
    [melanoma, 8],
    [lymphoma, 7],
    [leukaemia, 4],
    [otherCancer, 16],
  ],
  M: [
    [prostateCancer, 40],
    [bowelCancer, 15],
    [lungCancer, 9],
    [melanoma, 8],
    [lymphoma, 8],
    [leukaemia, 5],
    [otherCancer, 15],
  ],
  child: [
    [leukaemia, 50],
    [lymphoma, 28],
    [otherCancer, 22],
  ],
};

const SIGNS_OF_FRAILTY: readonly Condition[] = [
  'mobility',
  'falls',
  'careNeed',
  'memory',
  'housebound',
  'incontinence',
  'weightLoss',
];

interface Attack {
  readonly condition: Condition;
  readonly concept: ConceptNumber;
  /** In a year, of a hundred people with the condition. Invented. */
  readonly yearly: number;
}

const attacks: readonly Attack[] = [
  { condition: 'asthma', concept: concept('281239006', 'Exacerbation of asthma'), yearly: 10 },
  {
    condition: 'copd',
    concept: concept('195951007', 'Acute exacerbation of chronic obstructive pulmonary disease'),
    yearly: 34,
  },
];

/** Gives a cancer its kind: the table of conditions leaves that to the sex and the age. */
export function nameTheCancer({ dice, person, health }: Subject): void {
  if (!health.has('cancer')) return;
  const child = health.onset('cancer') - person.born < 18 * 365;
  const tumours = TUMOURS[child ? 'child' : person.sex];
  const [tumour] = tumours[dice.weighted(tumours.map(([, weight]) => weight))] ?? [otherCancer];
  health.name('cancer', tumour);
}

/** Writes what a person was diagnosed with, how it went on, and what was resolved. */
export function noteDiagnoses(subject: Subject): void {
  for (const condition of conditions) {
    if (subject.health.has(condition)) noteOne(subject, condition);
  }
  if (subject.person.age >= 65) noteFrailty(subject);
  for (const attack of attacks) noteAttacks(subject, attack);
}

function noteOne({ chart, dice, health }: Subject, condition: Condition): void {
  const code = health.code(condition);
  if (code === null) return;
  const since = health.onset(condition);
  if (dice.chance(UNDATED_OF_1000, 1000)) chart.noteUndated(code);
  else chart.note(since, code);

  const rule = ruleOf(condition);
  const end = health.resolvedOn(condition);
  if (end !== null && rule.resolved !== undefined) chart.note(end, rule.resolved.concept);
  else if (dice.chance(rule.again ?? 0)) chart.note(since + 200 + dice.below(1500), code);
}

function noteFrailty({ chart, dice, person, health }: Subject): void {
  const count = SIGNS_OF_FRAILTY.filter((sign) => health.has(sign)).length;
  if (count === 0 || !dice.chance(FRAILTY_CONFIRMED)) return;
  const level = count >= 4 ? severeFrailty : count >= 2 ? moderateFrailty : mildFrailty;
  chart.note(person.until - dice.between(20, 900), level);
}

/** Attacks of three years. */
function noteAttacks({ chart, dice, health }: Subject, { condition, concept: attack, yearly }: Attack): void {
  if (!health.known(condition)) return;
  for (let year = 0; year < 3; year++) {
    const day = health.onset(condition) + 30 + dice.below(1095);
    if (dice.chance(yearly)) chart.note(day + year * 240, attack);
  }
}
