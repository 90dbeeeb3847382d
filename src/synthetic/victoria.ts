import { type Area, areasByNeighbourhood } from './areas.ts';
import type { Practice } from './borough.ts';
import { day, EXTRACT_DAY, WINDOW_START, weekdayOf, workday } from './calendar.ts';
import type { Booking, Chart, Stay } from './chart.ts';
import { concept, measurement } from './concepts.ts';
import { breastCancer } from './diagnoses.ts';
import { ENGLISH, ethnicGroups } from './ethnicity.ts';
import * as m from './medicines.ts';
import type { Person } from './people.ts';

// Victoria of the primary care strategy: 71, type 2 diabetes, cancer and high blood pressure. She is described, not
// drawn, and the same in every borough. Nothing else that a multimorbidity score counts is on her record.

/** When each of her three conditions was first coded. */
export const VICTORIA_SINCE = {
  hypertension: day('2004-06-14'),
  diabetes: day('2011-03-21'),
  cancer: day('2023-10-09'),
} as const;

export const VICTORIA_NAME = { family: 'Larkmoor', given: 'Victoria', title: 'Mrs' } as const;
export const CARER_NAME = { family: 'Larkmoor', given: 'Marcus', title: 'Mr' } as const;

/** Where both live. */
export const VICTORIA_HOME = { address: '14 Wrenheath Gardens', postcode: 5 } as const;

export const VICTORIA_REGISTERED = day('1998-09-07');

const hypertension = concept('59621000', 'Essential hypertension');
const type2 = concept('44054006', 'Diabetes mellitus type 2');
const systolic = measurement('271649006', 'Systolic blood pressure', 'mmHg');
const diastolic = measurement('271650006', 'Diastolic blood pressure', 'mmHg');
const homeSystolic = measurement('413606001', 'Average home systolic blood pressure', 'mmHg');
const homeDiastolic = measurement('413605002', 'Average home diastolic blood pressure', 'mmHg');
const hba1c = measurement('999791000000106', 'Haemoglobin A1c level, IFCC standardised', 'mmol/mol');
const egfr = measurement(
  '1011481000000105',
  'Estimated glomerular filtration rate from creatinine, CKD-EPI, per 1.73 square metres',
  'mL/min/1.73m2',
);
const creatinine = measurement('1000731000000107', 'Serum creatinine level', 'umol/L');
const potassium = measurement('1000651000000109', 'Serum potassium level', 'mmol/L', 1);
const albuminRatio = measurement('1023491000000104', 'Urine albumin to creatinine ratio', 'mg/mmol', 1);
const cholesterol = measurement('1005671000000105', 'Serum cholesterol level', 'mmol/L', 1);
const nonHdl = measurement('1006191000000106', 'Serum non-HDL cholesterol level', 'mmol/L', 1);
const haemoglobin = measurement('1022431000000105', 'Haemoglobin estimation', 'g/L');
const weight = measurement('27113001', 'Body weight', 'kg', 1);
const bodyMassIndex = measurement('60621009', 'Body mass index', 'kg/m2', 1);
const alcoholIntake = measurement('160573003', 'Alcohol intake', 'units/week');
const pulse = measurement('78564009', 'Pulse rate', '/min');
const annualReview = concept('170777000', 'Diabetes annual review');
const footCheck = concept('401191002', 'Diabetic foot examination');
const eyeScreen = concept('390735007', 'Digital retinal screening');
const medicationReview = concept('314530002', 'Medication review done');
const neverSmoked = concept('266919005', 'Never smoked tobacco');
const flu = concept('822851000000102', 'Seasonal influenza vaccination');
const letter = concept('373942005', 'Discharge summary');
const telephone = concept('386472008', 'Telephone consultation');
const social = concept('871731000000106', 'Referral to social prescribing service');

/** Half-yearly HbA1c from the diagnosis on: high, brought down by metformin, up again with the cancer treatment. */
const HBA1C = [
  71, 58, 54, 52, 53, 51, 54, 55, 53, 56, 57, 55, 58, 57, 59, 58, 60, 59, 61, 60, 59, 62, 61, 60, 59, 66, 69,
  65, 63, 61, 60,
];

/** Yearly blood pressure from the diagnosis on, with home readings in the last years. */
const PRESSURES = [
  [168, 98],
  [158, 94],
  [148, 90],
  [150, 88],
  [146, 86],
  [144, 88],
  [142, 84],
  [146, 86],
  [140, 82],
  [138, 80],
  [142, 84],
  [136, 80],
  [138, 82],
  [140, 80],
  [136, 78],
  [142, 82],
  [138, 80],
  [140, 84],
  [146, 86],
  [150, 84],
  [144, 82],
  [142, 80],
  [148, 84],
] as const;

/** What she takes, since when. */
const REPEATS: readonly (readonly [m.MedicineNumber, number])[] = [
  [m.metformin, WINDOW_START + 6],
  [m.ramipril, WINDOW_START + 6],
  [m.amlodipine, WINDOW_START + 6],
  [m.atorvastatin, WINDOW_START + 6],
  [m.letrozole, WINDOW_START + 6],
];

/** Days before the extract, who, what kind, how it went. */
const VISITS: readonly (readonly [number, string, string, Booking['status']])[] = [
  [718, 'gp-2', 'General Consultation Routine', 'Attended'],
  [690, 'nurse-1', 'Planned Clinics', 'Attended'],
  [655, 'gp-2', 'General Consultation Routine', 'Attended'],
  [601, 'assistant-1', 'Planned Clinical Procedure', 'Attended'],
  [570, 'gp-4', 'General Consultation Acute', 'Attended'],
  [541, 'gp-2', 'General Consultation Routine', 'Cancelled'],
  [527, 'gp-2', 'General Consultation Routine', 'Attended'],
  [460, 'pharmacist-1', 'Structured Medication Review', 'Attended'],
  [412, 'nurse-1', 'Planned Clinics', 'Attended'],
  [377, 'gp-2', 'General Consultation Routine', 'Attended'],
  [330, 'gp-5', 'General Consultation Acute', 'Attended'],
  [289, 'assistant-1', 'Planned Clinical Procedure', 'Attended'],
  [246, 'nurse-1', 'Planned Clinics', 'Attended'],
  [201, 'gp-2', 'General Consultation Routine', 'Attended'],
  [168, 'gp-1', 'General Consultation Acute', 'DNA'],
  [155, 'gp-2', 'General Consultation Routine', 'Attended'],
  [98, 'link-worker-1', 'Social Prescribing Service', 'Attended'],
  [61, 'nurse-1', 'Planned Clinics', 'Attended'],
  [24, 'gp-2', 'General Consultation Routine', 'Attended'],
  [9, 'gp-3', 'General Consultation Acute', 'Attended'],
];

/** The operation for her cancer, five weeks after it was found. */
const SURGERY: Stay = {
  day: day('2023-11-14'),
  minute: 450,
  method: '11',
  discharge: day('2023-11-15'),
  destination: '19',
  diagnoses: 'C50.9;E11.9;I10',
  words: 'Malignant neoplasm of breast',
  specialty: 'Breast surgery',
  hospital: 0,
};

/** Victoria herself, as a person of the borough. */
export function victoria(number: number, practice: Practice): Person {
  return {
    number,
    sex: 'F',
    born: day('1955-03-09'),
    until: EXTRACT_DAY,
    died: false,
    age: 71,
    group: groupNamed('M Black Caribbean'),
    area: homeArea(practice),
    frailty: 104,
    reluctance: 12,
    bornHere: true,
    practice,
  };
}

/** Her son, who looks after her: in good health, and drawn like everybody otherwise. */
export function carerOf(person: Person): Person {
  const { practice } = person;
  const group = groupNamed('M Black Caribbean');
  return {
    ...person,
    sex: 'M',
    born: day('1981-07-22'),
    age: 45,
    group,
    area: homeArea(practice),
    frailty: 10,
    bornHere: true,
  };
}

/** Writes all that is on record about Victoria. */
export function writeVictoria(chart: Chart, person: Person): void {
  chart.note(VICTORIA_REGISTERED + 4, person.group.concept);
  chart.note(VICTORIA_REGISTERED + 4, ENGLISH);
  chart.note(VICTORIA_REGISTERED + 4, neverSmoked);
  writeDiagnoses(chart);
  PRESSURES.forEach(([high, low], year) => {
    writePressure(chart, VICTORIA_SINCE.hypertension + year * 356, high, low);
  });
  HBA1C.forEach((value, half) => {
    writeDiabetesVisit(chart, VICTORIA_SINCE.diabetes + half * 183, value, half);
  });
  writeCancerCare(chart);
  for (let season = 2012; season <= 2026; season++) {
    chart.note(workday(day(`${season}-10-08`) + ((season * 5) % 17)), flu);
  }
  writeOtherPrevention(chart);
  for (const [medicine, since] of REPEATS) {
    for (let issue = since; issue < EXTRACT_DAY; issue += 28) chart.prescribe(workday(issue), medicine, 1);
  }
  for (const visit of VISITS) chart.book(bookingOf(visit));
  chart.stays.push(SURGERY);
}

function writeDiagnoses(chart: Chart): void {
  chart.note(VICTORIA_SINCE.hypertension, hypertension);
  chart.note(VICTORIA_SINCE.diabetes, type2);
  chart.note(VICTORIA_SINCE.cancer, breastCancer);
  chart.note(VICTORIA_SINCE.cancer + 380, breastCancer);
}

function writePressure(chart: Chart, at: number, high: number, low: number): void {
  const on = workday(at);
  chart.measure(on, systolic, high);
  chart.measure(on, diastolic, low);
  chart.measure(on, pulse, 70 + ((high + low) % 9));
  if (on < day('2020-01-01')) return;
  chart.measure(on + 7, homeSystolic, high - 6);
  chart.measure(on + 7, homeDiastolic, low - 4);
}

function writeDiabetesVisit(chart: Chart, at: number, value: number, half: number): void {
  const on = workday(at);
  chart.measure(on, hba1c, value);
  if (half % 2 === 1) return;
  const rate = 84 - Math.floor(half / 2);
  chart.measure(on, egfr, rate);
  chart.measure(on, creatinine, Math.floor(6100 / rate));
  chart.measure(on, potassium, 43 + (half % 5));
  chart.measure(on, albuminRatio, 12 + ((half * 7) % 11));
  chart.measure(on, cholesterol, 47 - (half % 6));
  chart.measure(on, nonHdl, 31 - (half % 6));
  chart.measure(on, weight, 786 - half * 2);
  chart.measure(on, bodyMassIndex, 296 - Math.floor(half / 2));
  for (const note of [annualReview, footCheck, eyeScreen, medicationReview]) chart.note(on, note);
  if (half % 4 === 0) chart.note(on, neverSmoked);
  if (half % 6 === 0) chart.measure(on, alcoholIntake, 4);
}

function writeCancerCare(chart: Chart): void {
  const found = VICTORIA_SINCE.cancer;
  for (const after of [12, 41, 96, 150, 210, 390, 570, 760, 940]) chart.note(workday(found + after), letter);
  for (const after of [20, 75, 160, 330]) chart.note(workday(found + after), telephone);
  for (const after of [18, 88, 200, 420, 790])
    chart.measure(workday(found + after), haemoglobin, 128 - (after % 5));
  chart.note(EXTRACT_DAY - 98, social);
}

function writeOtherPrevention(chart: Chart): void {
  chart.note(day('2020-11-03'), concept('12866006', 'Pneumococcal vaccination'));
  chart.note(day('2025-06-17'), concept('722215002', 'Shingles vaccination'));
  chart.note(day('2021-02-02'), concept('1324681000000101', 'First dose of SARS-CoV-2 vaccine'));
  chart.note(day('2021-04-20'), concept('1324691000000104', 'Second dose of SARS-CoV-2 vaccine'));
  chart.note(day('2021-10-26'), concept('1362591000000103', 'Booster dose of SARS-CoV-2 vaccine'));
  for (const round of ['2019-05-14', '2021-05-25', '2023-06-06', '2025-06-10']) {
    chart.note(
      day(round),
      concept('1101361000000103', 'Bowel cancer screening, faecal immunochemical test normal'),
    );
  }
}

function bookingOf([before, practitioner, category, status]: (typeof VISITS)[number]): Booking {
  const start =
    weekdayOf(EXTRACT_DAY - before) % 6 === 0 ? workday(EXTRACT_DAY - before) : EXTRACT_DAY - before;
  const acute = category === 'General Consultation Acute';
  const minute = 540 + (before % 24) * 10;
  return {
    start,
    minute,
    minutes: acute ? 10 : 20,
    status,
    category,
    mode: before % 3 === 0 ? 'Telephone/Audio' : 'Face to Face (Surgery)',
    bookedDay: acute ? start : start - 14,
    bookedMinute: acute ? 485 : 610,
    practitioner,
  };
}

function groupNamed(term: 'M Black Caribbean'): Person['group'] {
  const number = concept('107691000000105', term);
  const group = ethnicGroups.find((one) => one.concept === number);
  if (group === undefined) throw new Error(`no ethnic group ${term}`);
  return group;
}

function homeArea(practice: Practice): Area {
  const areas = areasByNeighbourhood[practice.neighbourhood] ?? [];
  const area = areas[areas.length >> 1];
  if (area === undefined) throw new Error('a neighbourhood without areas');
  return area;
}
