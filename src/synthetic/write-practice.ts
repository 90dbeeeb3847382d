import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duck } from '../platform/lake/index.ts';
import { dayText } from './calendar.ts';
import { careHomeOf } from './care-homes.ts';
import { type Cause, type Chart, UNDATED } from './chart.ts';
import { Dice } from './dice.ts';
import { EXTRACTED_AT, encodeTable, type Format } from './encode.ts';
import { EVER, ExtractText, NEVER, personKey } from './extract-text.ts';
import { LEAST_ROWS } from './filling.ts';
import { HospitalText } from './hospital-text.ts';
import { LifeDrawer } from './life.ts';
import { CARER_NHS_NUMBER, type NhsNumbers, VICTORIA_NHS_NUMBER } from './nhs-numbers.ts';
import { plantedPractice } from './outliers.ts';
import type { BoroughPlan, PracticePlan } from './plan.ts';
import { styleOf } from './practice-style.ts';
import { type PatientRecord, recordsOf } from './records.ts';
import { quoted, type WrittenText } from './table-text.ts';
import { LAYOUT } from './tables.ts';
import { keepHospitalText, type WrittenHospital } from './write-hospital.ts';

/** The folder, while a practice is written, of what hospitals tell of its people. */
const HOSPITAL = 'hospital';

/** What was written for one practice. */
export interface WrittenPractice extends WrittenHospital {
  readonly rows: Readonly<Record<string, number>>;
  /** Of each table's rows as text, in the order of the tables. */
  readonly hashes: readonly string[];
  /** Lines for the files beside the records: deaths as they were registered, and what is there on purpose. */
  readonly deaths: readonly string[];
  readonly truth: readonly string[];
}

export interface PracticeTools {
  readonly duck: Duck;
  readonly numbers: NhsNumbers;
  readonly out: string;
  readonly format: Format;
}

/**
 * Draws everybody with a record at a practice and writes its extract. It grows out of sight and is moved into place
 * when it is complete: a crash leaves nothing that could be taken for a delivery.
 */
export async function writePractice(
  plan: BoroughPlan,
  at: PracticePlan,
  tools: PracticeTools,
): Promise<WrittenPractice> {
  const { code } = at.practice;
  const folder = join(tools.out, code);
  const scratch = join(tools.out, `.${code}.part`);
  const growing = join(scratch, 'delivery');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(growing, { recursive: true });
  try {
    const { texts, hospital, deaths, truth } = drawPractice(plan, at, tools.numbers, scratch);
    for (const text of texts) {
      const path = join(growing, `${text.layout.name}.${tools.format}`);
      const from = { layout: text.layout, paths: [text.path] };
      await encodeTable(tools.duck, from, { path, format: tools.format, owner: code });
      rmSync(text.path);
    }
    const rows = Object.fromEntries(texts.map((text) => [text.layout.name, text.rows]));
    writeFileSync(join(growing, 'delivery.json'), delivery(code, rows));
    keepHospitalText(tools.out, code, join(scratch, HOSPITAL));
    renameSync(growing, folder);
    return { code, rows, hashes: texts.map((text) => text.hash), hospital, deaths, truth };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Draws the lives and writes their rows as text; nothing of it is a delivery yet. */
export function drawPractice(
  plan: BoroughPlan,
  at: PracticePlan,
  numbers: NhsNumbers,
  folder: string,
): { texts: WrittenText[]; hospital: WrittenText[]; deaths: string[]; truth: string[] } {
  const drawer = new LifeDrawer(plan);
  const text = new ExtractText(join(folder, 'text'), at.practice, styleOf(at.practice, plan).wordingEvery);
  const hospital = new HospitalText(join(folder, HOSPITAL));
  const { code } = at.practice;
  const deaths: string[] = [];
  const outlier = plantedPractice(code, plan.plants);
  const truth = outlier === null ? [] : [`${outlier.what},${code},,,,${quoted(outlier.detail)}`];
  for (const record of recordsOf(plan, at, new Dice())) {
    const hasNumber = record.kept !== 'dummy' && record.copy?.kind !== 'duplicate';
    const nhsNumber = hasNumber ? numberOf(plan, numbers, record.person.number) : null;
    if (record.kept === 'dummy') {
      text.addPatient(record, nhsNumber, record);
      continue;
    }
    const chart = drawer.draw(record.person, record.start, record.kept);
    const { from, to, stay } = partOf(record, chart);
    const home = chart.inCareHome && record.copy === undefined ? careHomeOf(plan, record.person) : null;
    const patient = text.addPatient(record, nhsNumber, stay, home);
    text.addChart(patient, chart, from, to);
    // Of a life that two practices share it is told once; a second record of somebody is no second person.
    if (record.part !== 'earlier' && record.copy === undefined)
      hospital.add(record.person.number, nhsNumber, chart);
    if (chart.cause !== null) deaths.push(deathLine(record, chart.cause));
    const who = `${code},${patient},${nhsNumber ?? ''},${personKey(record.person.number)}`;
    if (record.copy !== undefined) truth.push(`${record.copy.kind},${who},of ${personKey(record.copy.of)}`);
    if (record.part !== 'earlier')
      for (const { what, detail } of chart.planted) truth.push(`${what},${who},${quoted(detail)}`);
  }
  return { texts: text.close(), hospital: hospital.close(), deaths, truth };
}

/** As the register of deaths has it: who, where registered, the month, age, sex, the underlying cause. */
function deathLine({ person }: PatientRecord, { icd10, group }: Cause): string {
  const month = dayText(person.until).slice(0, 7);
  return `${personKey(person.number)},${person.practice.code},${month},${person.age},${person.sex},${icd10},${group}`;
}

function numberOf(plan: BoroughPlan, numbers: NhsNumbers, person: number): string | null {
  if (person === plan.victoria) return VICTORIA_NHS_NUMBER;
  return person === plan.carer ? CARER_NHS_NUMBER : numbers.of(person);
}

/** Which days of a life stand in this record, and from when to when the person was registered here. */
function partOf(
  record: PatientRecord,
  chart: Chart,
): { from: number; to: number; stay: { start: number; end: number | null } } {
  if (record.part === 'whole') return { from: EVER, to: NEVER, stay: record };
  const moved = dayOfMove(chart, record.person.born);
  if (record.part === 'later') return { from: moved, to: NEVER, stay: { start: moved, end: null } };
  const start = Math.max(record.person.born, Math.min(record.start, moved - 120));
  return { from: EVER, to: moved, stay: { start, end: moved } };
}

/** The move is set so that the later part alone has the rows that everybody registered has. */
function dayOfMove(chart: Chart, born: number): number {
  const order = chart.inOrder();
  const place = order[order.length - LEAST_ROWS - 1];
  const day = place === undefined ? UNDATED : (chart.day[place] ?? UNDATED);
  return Math.max(day, born + 1);
}

function delivery(publisher: string, rows: Readonly<Record<string, number>>): string {
  const tables = Object.fromEntries(Object.entries(rows).map(([name, count]) => [name, { rows: count }]));
  const covers = { appointment: { from: '2024-11-01' } };
  return `${JSON.stringify(
    { layout: LAYOUT, publisher, extracted_at: EXTRACTED_AT, full: true, synthetic: true, tables, covers },
    null,
    2,
  )}\n`;
}
