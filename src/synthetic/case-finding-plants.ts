import { dayText } from './calendar.ts';
import type { Chart, Planted } from './chart.ts';
import { type ConceptNumber, concept, conceptAt, measurement } from './concepts.ts';
import type { Dice } from './dice.ts';
import { fillQuietly, LEAST_ROWS } from './filling.ts';
import * as m from './medicines.ts';
import type { Person } from './people.ts';
import type { BoroughPlan } from './plan.ts';

// People whom the case-finding definitions must find, and near misses whom they must not. Their whole record is written
// here: what an ordinary life holds would decide otherwise, now and then. truth.txt has the rule and the readings.

const systolic = measurement('271649006', 'Systolic blood pressure', 'mmHg');
const diastolic = measurement('271650006', 'Diastolic blood pressure', 'mmHg');
const systolicAtHome = measurement('413606001', 'Average home systolic blood pressure', 'mmHg');
const diastolicAtHome = measurement('413605002', 'Average home diastolic blood pressure', 'mmHg');
const pulse = measurement('78564009', 'Pulse rate', '/min');
const egfr = measurement(
  '1011481000000105',
  'Estimated glomerular filtration rate from creatinine, CKD-EPI, per 1.73 square metres',
  'mL/min/1.73m2',
);
const albuminRatio = measurement('1023491000000104', 'Urine albumin to creatinine ratio', 'mg/mmol', 1);
const qrisk = measurement(
  '1085871000000105',
  'QRISK3 cardiovascular disease 10 year risk calculator score',
  '%',
  1,
);
const nonHdl = measurement('1006191000000106', 'Serum non-HDL cholesterol level', 'mmol/L', 1);
const hba1c = measurement('999791000000106', 'Haemoglobin A1c level, IFCC standardised', 'mmol/mol');
const bodyMassIndex = measurement('60621009', 'Body mass index', 'kg/m2', 1);
const ntProBnp = measurement('414799001', 'N-terminal pro-brain natriuretic peptide level', 'ng/L');
const deepVeinThrombosis = concept('128053003', 'Deep venous thrombosis');
const gout = concept('90560007', 'Gout');
const statinDeclined = concept('134396000', 'Statin declined');
const diabetesInPregnancy = concept('11687002', 'Gestational diabetes mellitus');
const seenByCardiology = concept('183519002', 'Referral to cardiology service');
const asthma = concept('195967001', 'Asthma');
const viralWheeze = concept('276191000000107', 'Viral wheeze');

/** Writes a record and keeps what it wrote. Days count back from the extract. */
class Pen {
  readonly written: string[] = [];

  constructor(
    private readonly chart: Chart,
    private readonly person: Person,
    private readonly since: number,
  ) {}

  /** The ethnic category, asked when the person registered. It stands in every record; the truth has it where it decides. */
  ethnicity(): void {
    this.written.push(`${dayText(this.since)} ${conceptAt(this.person.group.concept).term}`);
  }

  measured(ago: number, what: ConceptNumber, value: number): void {
    const { term, unit, decimals } = conceptAt(what);
    this.chart.measure(this.person.until - ago, what, value);
    this.keep(ago, `${term}: ${value / 10 ** decimals} ${unit}`);
  }

  noted(ago: number, what: ConceptNumber): void {
    this.chart.note(this.person.until - ago, what);
    this.keep(ago, conceptAt(what).term);
  }

  issued(ago: number, medicine: m.MedicineNumber): void {
    this.chart.prescribe(this.person.until - ago, medicine, 1);
    this.keep(ago, m.medicineAt(medicine).name);
  }

  pressure(ago: number, upper: number, lower: number): void {
    this.measured(ago, systolic, upper);
    this.measured(ago, diastolic, lower);
  }

  pressureAtHome(ago: number, upper: number, lower: number): void {
    this.measured(ago, systolicAtHome, upper);
    this.measured(ago, diastolicAtHome, lower);
  }

  private keep(ago: number, what: string): void {
    this.written.push(`${dayText(this.person.until - ago)} ${what}`);
  }
}

interface Case {
  readonly rule: string;
  /** Whether the rule must find this person, or must not. */
  readonly found: boolean;
  readonly ages: readonly [from: number, to: number];
  readonly who?: (person: Person) => boolean;
  readonly write: (pen: Pen, person: Person) => void;
}

const ADULT = [18, 99] as const;
const OF_STATINS = [40, 83] as const;
const MIXED_BLACK_OR_ASIAN = ['92421000000102', '92431000000100', '92441000000109'];

const isWhite = ({ group }: Person) => group.heritage === 'white';
const isBlackOrSouthAsian = ({ group }: Person) =>
  group.heritage === 'black' ||
  group.heritage === 'southAsian' ||
  MIXED_BLACK_OR_ASIAN.includes(conceptAt(group.concept).code);
const isNeither = (person: Person) => !isBlackOrSouthAsian(person);

/** One whom a rule finds and one whom it does not, of the same age, and what each has on record. */
function pair(
  rule: string,
  ages: Case['ages'],
  found: Case['write'],
  missed: Case['write'],
  who?: Case['who'],
): Case[] {
  const whom = who === undefined ? {} : { who };
  return [
    { rule, found: true, ages, write: found, ...whom },
    { rule, found: false, ages, write: missed, ...whom },
  ];
}

/** A body mass index as the rules ask for it: 2.5 lower in people who are not White. */
function weighed(pen: Pen, person: Person, ofWhite: number): void {
  if (!isWhite(person)) pen.ethnicity();
  pen.measured(80, bodyMassIndex, isWhite(person) ? ofWhite : ofWhite - 25);
}

const cases: readonly Case[] = [
  ...pair(
    'af-61',
    ADULT,
    (pen) => pen.issued(20, m.apixaban),
    (pen) => {
      pen.noted(40, deepVeinThrombosis);
      pen.issued(20, m.apixaban);
    },
  ),
  ...pair(
    'af-62',
    [65, 99],
    () => {},
    (pen) => pen.measured(200, pulse, 72),
  ),
  ...pair('ckd-61', ADULT, twice(egfr, 58, 57), twice(egfr, 58, 62)),
  ...pair('ckd-62', ADULT, twice(albuminRatio, 50, 62), (pen) => {
    pen.measured(61, albuminRatio, 62);
    pen.measured(60, albuminRatio, 62);
  }),
  ...pair('ckd-63', ADULT, once(albuminRatio, 710), once(albuminRatio, 700)),
  ...pair(
    'ckd-64',
    ADULT,
    (pen) => pen.noted(900, gout),
    (pen) => {
      pen.noted(900, gout);
      pen.measured(100, egfr, 82);
    },
  ),
  ...pair('cvd-61', OF_STATINS, once(qrisk, 214), (pen) => {
    pen.measured(60, qrisk, 214);
    pen.issued(20, m.atorvastatin);
  }),
  ...pair('cvd-62', OF_STATINS, once(qrisk, 170), (pen) => {
    pen.measured(60, qrisk, 170);
    pen.noted(700, statinDeclined);
  }),
  ...pair('cvd-63', OF_STATINS, onStatin(m.atorvastatin, 31), onStatin(m.atorvastatin, 25)),
  ...pair('cvd-64', OF_STATINS, once(qrisk, 120), once(qrisk, 99)),
  ...pair('cvd-65', OF_STATINS, onStatin(m.simvastatin, 24), onStatin(m.atorvastatin, 24)),
  ...pair('cvd-66', [75, 83], () => {}, once(qrisk, 80)),
  ...pair('dm-61', ADULT, once(hba1c, 52), once(hba1c, 47)),
  ...pair(
    'dm-62',
    [20, 49],
    (pen) => pen.noted(1500, diabetesInPregnancy),
    (pen) => {
      pen.noted(1500, diabetesInPregnancy);
      pen.measured(60, hba1c, 38);
    },
    ({ sex }) => sex === 'F',
  ),
  ...pair(
    'dm-63',
    ADULT,
    (pen) => pen.measured(400, hba1c, 47),
    (pen) => pen.measured(150, hba1c, 47),
  ),
  ...pair(
    'dm-64',
    ADULT,
    (pen, person) => weighed(pen, person, 360),
    (pen, person) => weighed(pen, person, 345),
  ),
  ...pair(
    'dm-65',
    ADULT,
    (pen, person) => weighed(pen, person, 310),
    (pen, person) => weighed(pen, person, 295),
  ),
  ...pair(
    'dm-66',
    ADULT,
    (pen) => pen.measured(500, hba1c, 43),
    (pen) => pen.measured(200, hba1c, 43),
  ),
  ...pair(
    'htn-61',
    ADULT,
    (pen) => pen.pressure(20, 184, 104),
    (pen) => {
      pen.pressure(40, 184, 104);
      pen.pressureAtHome(10, 138, 82);
    },
  ),
  ...pair(
    'htn-62',
    ADULT,
    (pen) => pen.pressure(20, 164, 98),
    (pen) => pen.pressure(20, 158, 98),
  ),
  ...pair('htn-63', ADULT, raisedAndWeighed(360), raisedAndWeighed(340), isBlackOrSouthAsian),
  ...pair('htn-65', ADULT, raisedAndWeighed(360), raisedAndWeighed(340), isNeither),
  ...pair(
    'htn-66',
    [18, 79],
    (pen) => pen.pressure(20, 144, 84),
    (pen) => pen.pressure(20, 138, 88),
    isNeither,
  ),
  { rule: 'htn-66', found: false, ages: [80, 99], write: (pen) => pen.pressure(20, 146, 86) },
  ...pair('hf-61', [40, 99], once(ntProBnp, 620), (pen) => {
    pen.measured(60, ntProBnp, 620);
    pen.noted(50, seenByCardiology);
  }),
  ...pair(
    'cyp-ast-61',
    [2, 17],
    (pen) => pen.issued(40, m.salbutamol),
    (pen) => {
      pen.noted(300, asthma);
      pen.issued(40, m.salbutamol);
    },
  ),
  { rule: 'cyp-ast-61', found: false, ages: [2, 5], write: (pen) => pen.noted(40, viralWheeze) },
];

function once(what: ConceptNumber, value: number): Case['write'] {
  return (pen) => pen.measured(60, what, value);
}

function twice(what: ConceptNumber, first: number, second: number): Case['write'] {
  return (pen) => {
    pen.measured(240, what, first);
    pen.measured(60, what, second);
  };
}

function onStatin(statin: m.MedicineNumber, cholesterol: number): Case['write'] {
  return (pen) => {
    pen.measured(90, qrisk, 120);
    pen.issued(30, statin);
    pen.measured(20, nonHdl, cholesterol);
  };
}

function raisedAndWeighed(tenths: number): Case['write'] {
  return (pen, person) => {
    if (isBlackOrSouthAsian(person)) pen.ethnicity();
    pen.measured(100, bodyMassIndex, tenths);
    pen.pressureAtHome(20, 138, 82);
  };
}

/** About so many are planted, in a borough of any size. */
const PLANTED = 400;

/** Not more than one in so many, in a small one. */
const LEAST_DISTANCE = 10;

/** Whether a registered person of the borough is one of them. */
export function isCase(plan: BoroughPlan, { number }: Person): boolean {
  const every = Math.max(LEAST_DISTANCE, Math.floor(plan.people / PLANTED));
  return plan.plants.includes('case-finding') && number < plan.people && number % every === every - 1;
}

/**
 * Writes the whole record of one of them and says what it shows; null, and nothing written, where no case fits the
 * person. Cases of few ages come first, so that each is there. `dice` has begun the plants stream.
 */
export function writeCase(
  { chart, dice, person }: { chart: Chart; dice: Dice; person: Person },
  since: number,
): Planted | null {
  const fitting = cases.filter(
    ({ ages: [from, to], who }) => person.age >= from && person.age <= to && (who?.(person) ?? true),
  );
  const chosen =
    fitting[dice.weighted(fitting.map(({ ages: [from, to] }) => Math.floor(10_000 / (to - from) ** 2)))];
  if (chosen === undefined) return null;
  const pen = new Pen(chart, person, since);
  chart.note(since, person.group.concept);
  chosen.write(pen, person);
  fillQuietly({ chart, dice, person }, LEAST_ROWS + dice.below(8));
  return {
    what: `${chosen.found ? 'found-by' : 'not-found-by'}-${chosen.rule}`,
    detail: pen.written.join('; ') || 'nothing on record',
  };
}
