import { bmiAt, heightAt, within } from './body.ts';
import { ageAt } from './calendar.ts';
import { concept, measurement } from './concepts.ts';
import type { Dice } from './dice.ts';
import type { Subject } from './subject.ts';

// What is measured together is written together: one function for each thing that a nurse or a laboratory does.

const systolic = measurement('271649006', 'Systolic blood pressure', 'mmHg');
const diastolic = measurement('271650006', 'Diastolic blood pressure', 'mmHg');
const systolicAtHome = measurement('413606001', 'Average home systolic blood pressure', 'mmHg');
const diastolicAtHome = measurement('413605002', 'Average home diastolic blood pressure', 'mmHg');
const pulse = measurement('78564009', 'Pulse rate', '/min');
const temperature = measurement('386725007', 'Body temperature', 'Cel', 1);
const saturation = measurement('431314004', 'Peripheral oxygen saturation', '%');
const breaths = measurement('86290005', 'Respiratory rate', '/min');
const peakFlow = measurement('18491006', 'Peak expiratory flow rate', 'L/min');
const weight = measurement('27113001', 'Body weight', 'kg', 1);
const height = measurement('50373000', 'Body height', 'cm');
const bodyMassIndex = measurement('60621009', 'Body mass index', 'kg/m2', 1);
const hba1c = measurement('999791000000106', 'Haemoglobin A1c level, IFCC standardised', 'mmol/mol');
const egfr = measurement(
  '1011481000000105',
  'Estimated glomerular filtration rate from creatinine, CKD-EPI, per 1.73 square metres',
  'mL/min/1.73m2',
);
const creatinine = measurement('1000731000000107', 'Serum creatinine level', 'umol/L');
const sodium = measurement('1000661000000107', 'Serum sodium level', 'mmol/L');
const potassium = measurement('1000651000000109', 'Serum potassium level', 'mmol/L', 1);
const albuminRatio = measurement('1023491000000104', 'Urine albumin to creatinine ratio', 'mg/mmol', 1);
const haemoglobin = measurement('1022431000000105', 'Haemoglobin estimation', 'g/L');
const cellVolume = measurement('1022491000000106', 'Mean corpuscular volume', 'fL');
const whiteCells = measurement('1022541000000102', 'Total white cell count', '10*9/L', 1);
const neutrophils = measurement('1022551000000104', 'Neutrophil count', '10*9/L', 1);
const platelets = measurement('1022651000000100', 'Platelet count', '10*9/L');
const ferritin = measurement('993381000000106', 'Serum ferritin level', 'ug/L');
const vitaminB12 = measurement('271216009', 'Serum vitamin B12 level', 'ng/L');
const vitaminD = measurement('1029801000000105', 'Total 25-hydroxyvitamin D level', 'nmol/L');
const calcium = measurement('935051000000108', 'Corrected serum calcium level', 'mmol/L', 2);
const alt = measurement('1018251000000107', 'Serum alanine aminotransferase level', 'U/L');
const alp = measurement('1000621000000104', 'Serum alkaline phosphatase level', 'U/L');
const bilirubin = measurement('997591000000109', 'Serum total bilirubin level', 'umol/L');
const albumin = measurement('1000821000000103', 'Serum albumin level', 'g/L');
const crp = measurement('1001371000000100', 'Serum C-reactive protein level', 'mg/L');
const tsh = measurement('1022791000000101', 'Serum thyroid stimulating hormone level', 'mU/L', 2);
const cholesterol = measurement('1005671000000105', 'Serum cholesterol level', 'mmol/L', 1);
const hdl = measurement('1005681000000107', 'Serum HDL cholesterol level', 'mmol/L', 1);
const nonHdl = measurement('1006191000000106', 'Serum non-HDL cholesterol level', 'mmol/L', 1);
const triglycerides = measurement('1005691000000109', 'Serum triglycerides level', 'mmol/L', 1);
const alcoholIntake = measurement('160573003', 'Alcohol intake', 'units/week');
const auditScore = measurement(
  '763256006',
  'Alcohol use disorders identification test, consumption, score',
  'score',
);
const bloodTaken = concept('28520004', 'Blood taken', 'Venepuncture');
const fullCount = concept('1022441000000101', 'Full blood count', 'FBC');
const liverTest = concept('26958001', 'Liver function test', 'LFT');
const kidneyTest = concept('441915005', 'Renal function test', 'U&E');
const neverSmoked = concept('266919005', 'Never smoked tobacco', 'Never smoker');
const exSmoker = concept('8517006', 'Ex-smoker');
const smoker = concept('77176002', 'Smoker', 'Current smoker');
const lightSmoker = concept('160603005', 'Light cigarette smoker');
const heavySmoker = concept('160605003', 'Heavy cigarette smoker');
const hazardousAlcohol = concept('198421000000108', 'Hazardous alcohol use');

/** A clinic reading: higher than at home in some, and rounded by some readers. */
export function bloodPressure({ chart, dice, body }: Subject, day: number): void {
  const nervous = dice.chance(18) ? dice.between(4, 18) : 0;
  chart.measure(day, systolic, rounded(dice, within(dice.bell(body.systolic, 8) + nervous, 74, 230)));
  chart.measure(
    day,
    diastolic,
    rounded(dice, within(dice.bell(body.diastolic, 5) + (nervous >> 2), 42, 130)),
  );
}

/** The average of a week at home, without the clinic's excitement. */
export function homeBloodPressure({ chart, dice, body }: Subject, day: number): void {
  chart.measure(day, systolicAtHome, within(dice.bell(body.systolic - 5, 5), 74, 210));
  chart.measure(day, diastolicAtHome, within(dice.bell(body.diastolic - 3, 4), 42, 120));
}

/** Weight and body mass index; height too in children, and now and then in adults. */
export function weighed({ chart, dice, body, person }: Subject, day: number): void {
  const age = ageAt(day, person.born);
  const centimetres = heightAt(body, age, person.sex);
  const bmi = Math.max(120, dice.bell(bmiAt(body, age), 5));
  chart.measure(day, weight, weightOf(bmi, centimetres));
  if (age < 18 || dice.chance(25)) chart.measure(day, height, centimetres);
  if (age >= 2) chart.measure(day, bodyMassIndex, bmi);
}

/** A child of up to two: weight and length. */
export function babyWeighed({ chart, dice, body, person }: Subject, day: number): void {
  const days = day - person.born;
  const length = days < 365 ? 50 + Math.floor((days * 25) / 365) : 75 + Math.floor(((days - 365) * 12) / 365);
  chart.measure(day, weight, weightOf(dice.bell(bmiAt(body, days < 200 ? 0 : 1), 4), length));
  chart.measure(day, height, length);
}

export function smokingStatus({ chart, dice, body }: Subject, day: number): void {
  if (body.smoking === 'never') chart.note(day, neverSmoked);
  else if (body.smoking === 'ex') chart.note(day, exSmoker);
  else chart.note(day, dice.chance(70) ? smoker : dice.chance(70) ? lightSmoker : heavySmoker);
}

export function drinking({ chart, dice, body }: Subject, day: number): void {
  chart.measure(day, alcoholIntake, body.alcohol);
  if (dice.chance(50)) chart.measure(day, auditScore, within((body.alcohol >> 2) + dice.below(3), 0, 12));
  if (body.alcohol > 20 && dice.chance(40)) chart.note(day, hazardousAlcohol);
}

export function pulseFelt({ chart, dice }: Subject, day: number): void {
  chart.measure(day, pulse, within(dice.bell(74, 9), 46, 128));
}

/** What is taken when somebody comes with an acute illness. */
export function vitalSigns({ chart, dice, person }: Subject, day: number): void {
  const young = ageAt(day, person.born) < 5;
  chart.measure(day, temperature, within(dice.bell(371, 6), 355, 398));
  chart.measure(day, pulse, within(dice.bell(young ? 118 : 80, 10), 46, 160));
  chart.measure(day, saturation, within(dice.bell(98, 1), 90, 100));
  chart.measure(day, breaths, young ? dice.between(24, 38) : dice.between(12, 20));
}

export function peakFlowBlown({ chart, dice, person }: Subject, day: number): void {
  const age = ageAt(day, person.born);
  if (age < 5) return;
  const usual = age < 16 ? 140 + age * 18 : person.sex === 'F' ? 400 : 540;
  chart.measure(day, peakFlow, within(dice.bell(usual - Math.max(0, age - 40) * 2, 55), 90, 760));
}

export function bloodCount({ chart, dice, body }: Subject, day: number): void {
  const white = within(dice.bell(68, 16), 32, 140);
  chart.note(day, fullCount);
  chart.measure(day, haemoglobin, body.haemoglobin + dice.between(-1, 1));
  chart.measure(day, cellVolume, within(dice.bell(body.haemoglobin < 120 ? 82 : 90, 4), 66, 108));
  chart.measure(day, whiteCells, white);
  chart.measure(day, neutrophils, Math.floor((white * dice.between(50, 66)) / 100));
  chart.measure(day, platelets, within(dice.bell(258, 55), 120, 480));
}

export function kidneyFunction({ chart, dice, body, person }: Subject, day: number): void {
  const rate = within(body.egfr + dice.between(-2, 2), 5, 130);
  chart.note(day, kidneyTest);
  chart.measure(day, egfr, rate);
  chart.measure(day, creatinine, Math.floor((person.sex === 'F' ? 6100 : 7600) / rate) + dice.below(4));
  chart.measure(day, sodium, within(dice.bell(140, 2), 130, 148));
  chart.measure(day, potassium, within(dice.bell(44, 4), 33, 58));
}

export function urineAlbumin({ chart, dice, body }: Subject, day: number): void {
  const leaks = body.egfr < 60 ? 46 : body.hba1c > 58 ? 34 : 16;
  chart.measure(day, albuminRatio, dice.chance(leaks) ? dice.between(31, 420) : dice.between(4, 29));
}

export function liverFunction({ chart, dice, body }: Subject, day: number): void {
  chart.note(day, liverTest);
  chart.measure(day, alt, within(dice.bell(body.alcohol > 28 ? 52 : 25, 9), 7, 180));
  chart.measure(day, alp, within(dice.bell(76, 18), 32, 190));
  chart.measure(day, bilirubin, within(dice.bell(9, 4), 3, 36));
  chart.measure(day, albumin, within(dice.bell(43, 3), 30, 52));
}

export function lipids({ chart, dice, body }: Subject, day: number): void {
  const total = within(dice.bell(body.cholesterol, 4), 24, 96);
  const good = within(dice.bell(14, 3), 7, Math.min(26, total - 12));
  chart.measure(day, cholesterol, total);
  chart.measure(day, hdl, good);
  chart.measure(day, nonHdl, total - good);
  chart.measure(day, triglycerides, within(dice.bell(14, 6), 5, 60));
}

/** `higher`: how far above the usual of today it was then. Who has no diabetes stays without on any day. */
export function sugar({ chart, dice, body }: Subject, day: number, higher = 0): void {
  const usual = body.hba1c;
  if (usual >= 48) chart.measure(day, hba1c, within(dice.bell(usual + higher, 4), 40, 150));
  else if (usual >= 42) chart.measure(day, hba1c, within(dice.bell(usual, 1), 42, 47));
  else chart.measure(day, hba1c, within(dice.bell(usual, 1), 25, 41));
}

export function thyroidTest({ chart, dice }: Subject, day: number): void {
  chart.measure(day, tsh, within(dice.bell(210, 70), 45, 540));
}

/** Iron, vitamins and what else is asked for when somebody is tired. */
export function tirednessTests({ chart, dice, body }: Subject, day: number): void {
  chart.measure(day, ferritin, within(dice.bell(body.haemoglobin < 120 ? 16 : 82, 26), 5, 260));
  chart.measure(day, vitaminB12, within(dice.bell(390, 90), 130, 900));
  chart.measure(day, vitaminD, within(dice.bell(46, 17), 12, 130));
  chart.measure(day, calcium, within(dice.bell(236, 7), 214, 262));
  chart.measure(day, crp, within(dice.bell(3, 3), 1, 30));
}

export function bloodDrawn({ chart }: Subject, day: number): void {
  chart.note(day, bloodTaken);
}

/** People read dials in round numbers: some to ten, many to two. */
function rounded(dice: Dice, value: number): number {
  const habit = dice.below(100);
  if (habit < 22) return Math.floor((value + 5) / 10) * 10;
  return habit < 72 ? value - (value % 2) : value;
}

/** Tenths of a kilogram, from tenths of kg/m2 and centimetres. */
function weightOf(bmi: number, centimetres: number): number {
  return Math.floor((bmi * centimetres * centimetres) / 10_000);
}
