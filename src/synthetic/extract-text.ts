import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Practice } from './borough.ts';
import { dayText, monthOf, yearOf } from './calendar.ts';
import type { CareHome } from './care-homes.ts';
import { type Chart, NO_VALUE, UNDATED } from './chart.ts';
import { allConcepts, conceptAt } from './concepts.ts';
import { allMedicines, medicineAt } from './medicines.ts';
import { type Postcode, postcodeIn } from './postcodes.ts';
import type { PatientRecord } from './records.ts';
import { quoted, TableText, type WrittenText } from './table-text.ts';
import * as layout from './tables.ts';

/** Stand for a day before every other and for one after. */
export const EVER = -1_000_000;
export const NEVER = 1_000_000;

/** Records without an address, one in so many. */
const NO_ADDRESS_EVERY = 211;

/** The rows of one practice's extract, table by table, as text in a folder of their own. */
export class ExtractText {
  private readonly texts: ReadonlyMap<layout.TableLayout, TableText>;
  private readonly postcodes = new Set<Postcode>();
  private readonly organisation: string;
  private serial = 0;

  constructor(
    folder: string,
    private readonly practice: Practice,
    private readonly wordingEvery: number,
  ) {
    mkdirSync(folder, { recursive: true });
    this.texts = new Map(
      layout.tables.map((table) => [table, new TableText(table, join(folder, `${table.name}.txt`))]),
    );
    this.organisation = `ORG-${practice.code}`;
  }

  /** Begins the record of a patient; its number within the extract. Rows that belong to it are added with that. */
  addPatient(
    record: PatientRecord,
    nhsNumber: string | null,
    stay: { start: number; end: number | null },
    home: CareHome | null = null,
  ): number {
    this.serial += 1;
    const patient = this.practice.number * 1_000_000 + this.serial;
    const { person, label, kept, sensitive } = record;
    const postcode = home?.postcode ?? postcodeIn(person.area, label.postcode);
    const address = home === null ? label.address : quoted(home.address);
    const death = person.died ? `${yearOf(person.until)},${monthOf(person.until)}` : ',';
    const name = `${label.title},${label.family},${label.given}`;
    const born = `${dayText(person.born)},${yearOf(person.born)},${monthOf(person.born)}`;
    this.add(
      layout.patientTable,
      `${patient},${nhsNumber ?? ''},${pseudonym(person.number)},${name},${person.sex},${born},${death},` +
        `${address},${postcode.text},${this.organisation},${sensitive},false,${kept === 'dummy'}`,
    );
    this.add(layout.patientPersonTable, `${patient},${patient},${personKey(person.number)}`);
    this.addEpisode(patient, record, stay);
    if (person.number % NO_ADDRESS_EVERY !== 5) this.addAddress(patient, postcode, stay);
    return patient;
  }

  /** Writes the days of a chart from `from` up to, not including, `to`. */
  addChart(patient: number, chart: Chart, from: number, to: number): void {
    this.addObservations(patient, chart, from, to);
    this.addMedication(patient, chart, from, to);
    this.addAppointments(patient, chart, from, to);
  }

  /** Adds what stands in every extract, closes all tables, and says where each is and what is in it. */
  close(): WrittenText[] {
    const first = postcodeOfPractice(this.practice);
    this.add(
      layout.organisationTable,
      `${this.organisation},${this.practice.code},${this.practice.name},${first}`,
    );
    for (const { hash, lsoa } of this.postcodes) this.add(layout.postcodeTable, `${hash},${lsoa}`);
    for (const { code, term } of allConcepts()) {
      this.add(layout.conceptTable, `http://snomed.info/sct,${code},${quoted(term)}`);
    }
    for (const { bnf, name } of allMedicines()) this.add(layout.conceptTable, `BNF,${bnf},${quoted(name)}`);
    return layout.tables.map((table) => this.text(table).close());
  }

  private addEpisode(
    patient: number,
    record: PatientRecord,
    stay: { start: number; end: number | null },
  ): void {
    const kind = record.kept === 'temporary' ? 'Temporary' : 'Regular';
    const status = stay.end === null ? 'Registered' : record.person.died ? 'Deceased' : 'Left';
    const days = `${dayText(stay.start)},${stay.end === null ? '' : dayText(stay.end)}`;
    this.add(layout.episodeTable, `${patient},${patient},${kind},${status},${days},${this.practice.code}`);
  }

  private addAddress(patient: number, postcode: Postcode, stay: { start: number; end: number | null }): void {
    this.postcodes.add(postcode);
    const days = `${dayText(stay.start)},${stay.end === null ? '' : dayText(stay.end)}`;
    this.add(layout.addressTable, `${patient},${patient},${postcode.hash},${days}`);
  }

  private addObservations(patient: number, chart: Chart, from: number, to: number): void {
    const text = this.text(layout.observationTable);
    let row = 0;
    for (const place of chart.inOrder()) {
      const day = chart.day[place] ?? UNDATED;
      // What has no day stays with the earliest part of a life.
      if (day === UNDATED ? from !== EVER : day < from || day >= to) continue;
      row += 1;
      this.addObservation(text, patient, row, chart, place);
    }
  }

  private addObservation(text: TableText, patient: number, row: number, chart: Chart, place: number): void {
    const day = chart.day[place] ?? UNDATED;
    const value = chart.value[place] ?? NO_VALUE;
    const { code, unit, decimals, wording } = conceptAt(chart.concept[place] ?? 0);
    text.integer(patient).integer(row, 4).comma().integer(patient).comma();
    if (day !== UNDATED) text.text(dayText(day));
    const own = chart.wordings.size > 0 ? chart.wordings.get(place) : undefined;
    text.comma().text(code).comma();
    if (own !== undefined) text.text(quoted(own));
    else if (wording !== '' && (patient + row) % this.wordingEvery === 0) text.text(quoted(wording));
    text.comma();
    if (value !== NO_VALUE) addValue(text, value, decimals);
    text.comma();
    if (value !== NO_VALUE) text.text(unit);
    text.end();
  }

  private addMedication(patient: number, chart: Chart, from: number, to: number): void {
    const text = this.text(layout.medicationTable);
    let row = 0;
    for (let place = 0; place < chart.prescriptions; place++) {
      const day = chart.issued[place] ?? UNDATED;
      if (day < from || day >= to) continue;
      row += 1;
      const medicine = medicineAt(chart.medicine[place] ?? 0);
      const periods = chart.periods[place] ?? 1;
      text.integer(patient).integer(row, 4).comma().integer(patient).comma().text(dayText(day)).comma();
      text.text(medicine.bnf).comma().text(medicine.name).comma().text(medicine.dose).comma();
      text
        .integer(medicine.quantity * periods)
        .comma()
        .text(medicine.unit)
        .comma();
      text.integer(medicine.days * periods).end();
    }
  }

  private addAppointments(patient: number, chart: Chart, from: number, to: number): void {
    const text = this.text(layout.appointmentTable);
    let row = 0;
    for (const booking of chart.bookings) {
      if (booking.start < from || booking.start >= to) continue;
      row += 1;
      text.integer(patient).integer(row, 4).comma().integer(patient).comma();
      addTime(text, booking.start, booking.minute);
      text.comma().integer(booking.minutes).comma().text(booking.status).comma();
      text.text(booking.category).comma().text(booking.mode).comma();
      addTime(text, booking.bookedDay, booking.bookedMinute);
      text.comma().integer(this.practice.number).text('-').text(booking.practitioner).end();
    }
  }

  private add(table: layout.TableLayout, values: string): void {
    this.text(table).add(values);
  }

  private text(table: layout.TableLayout): TableText {
    const text = this.texts.get(table);
    if (text === undefined) throw new Error(`no table ${table.name}`);
    return text;
  }
}

/** London time: the reader of the text knows the zone. */
export function addTime(text: TableText, day: number, minute: number): void {
  text
    .text(dayText(day))
    .text(' ')
    .integer(Math.floor(minute / 60), 2)
    .text(':')
    .integer(minute % 60, 2)
    .text(':00');
}

/** A chart's value as people write it: 483 of a concept with one decimal is 48.3. */
function addValue(text: TableText, value: number, decimals: 0 | 1 | 2): void {
  if (value < 0) text.text('-');
  const size = Math.abs(value);
  if (decimals === 0) {
    text.integer(size);
    return;
  }
  const scale = decimals === 1 ? 10 : 100;
  const rest = size % scale;
  text
    .integer((size - rest) / scale)
    .text('.')
    .integer(rest, decimals);
}

/** How the supplier counts people across its practices. */
export function personKey(person: number): string {
  return `P${String(person).padStart(7, '0')}`;
}

/** Stands for a person where the NHS number does not travel. Distinct: a step that never meets itself below 2^31. */
export function pseudonym(person: number): number {
  return (person * 48_271 + 11) % 2_147_483_647;
}

function postcodeOfPractice(practice: Practice): string {
  return `ZZ${practice.neighbourhood + 1} ${practice.number % 10}XX`;
}
