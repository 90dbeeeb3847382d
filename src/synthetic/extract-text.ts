import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Practice } from './borough.ts';
import { dayText, monthOf, yearOf } from './calendar.ts';
import { type Chart, NO_VALUE, UNDATED, valueText } from './chart.ts';
import { allConcepts, conceptAt } from './concepts.ts';
import { allMedicines, medicineAt } from './medicines.ts';
import { type Postcode, postcodeIn } from './postcodes.ts';
import type { PatientRecord } from './records.ts';
import { quoted, TableText } from './table-text.ts';
import * as layout from './tables.ts';

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
    this.texts = new Map(layout.tables.map((table) => [table, new TableText(table, join(folder, `${table.name}.txt`))]));
    this.organisation = `ORG-${practice.code}`;
  }

  /** Begins the record of a patient; its number within the extract. Rows that belong to it are added with that. */
  addPatient(record: PatientRecord, nhsNumber: string | null, stay: { start: number; end: number | null }): number {
    this.serial += 1;
    const patient = this.practice.number * 1_000_000 + this.serial;
    const { person, label, kept, sensitive } = record;
    const postcode = postcodeIn(person.area, person.number * 7);
    const death = person.died ? `${yearOf(person.until)},${monthOf(person.until)}` : ',';
    const name = `${label.title},${label.family},${label.given}`;
    const born = `${dayText(person.born)},${yearOf(person.born)},${monthOf(person.born)}`;
    this.add(
      layout.patientTable,
      `${patient},${nhsNumber ?? ''},${pseudonym(person.number)},${name},${person.sex},${born},${death},` +
        `${label.address},${postcode.text},${this.organisation},${sensitive},false,${kept === 'dummy'}`,
    );
    this.add(layout.patientPersonTable, `${patient},${patient},P${String(person.number).padStart(7, '0')}`);
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
  close(): { layout: layout.TableLayout; path: string; rows: number; hash: string }[] {
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
    return layout.tables.map((table) => {
      const text = this.text(table);
      return { layout: table, path: text.path, rows: text.rows, hash: text.close() };
    });
  }

  private addEpisode(patient: number, record: PatientRecord, stay: { start: number; end: number | null }): void {
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
      // What has no day stays with the earlier part of a life.
      if (day >= to || (day < from && (day !== UNDATED || from > 0))) continue;
      row += 1;
      const number = chart.concept[place] ?? 0;
      const value = chart.value[place] ?? NO_VALUE;
      const { code, unit, wording } = conceptAt(number);
      const said = wording !== '' && (patient + row) % this.wordingEvery === 0 ? wording : '';
      const when = day === UNDATED ? '' : dayText(day);
      text.add(
        value === NO_VALUE
          ? `${patient * 10_000 + row},${patient},${when},${code},${said},,`
          : `${patient * 10_000 + row},${patient},${when},${code},${said},${valueText(number, value)},${unit}`,
      );
    }
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
      text.add(
        `${patient * 10_000 + row},${patient},${dayText(day)},${medicine.bnf},${medicine.name},${medicine.dose},` +
          `${medicine.quantity * periods},${medicine.unit},${medicine.days * periods}`,
      );
    }
  }

  private addAppointments(patient: number, chart: Chart, from: number, to: number): void {
    const text = this.text(layout.appointmentTable);
    let row = 0;
    for (const booking of chart.bookings) {
      if (booking.start < from || booking.start >= to) continue;
      row += 1;
      text.add(
        `${patient * 10_000 + row},${patient},${dayText(booking.start)} ${clock(booking.minute)},${booking.minutes},` +
          `${booking.status},${booking.category},${booking.mode},` +
          `${dayText(booking.bookedDay)} ${clock(booking.bookedMinute)},${this.practice.number}-${booking.practitioner}`,
      );
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

const clocks = Array.from({ length: 1440 }, (_, minute) => {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`;
});

function clock(minute: number): string {
  return clocks[minute] ?? '00:00:00';
}

/** Stands for a person where the NHS number does not travel. Distinct: a step that never meets itself below 2^31. */
function pseudonym(person: number): number {
  return (person * 48_271 + 11) % 2_147_483_647;
}

function postcodeOfPractice(practice: Practice): string {
  return `ZZ${practice.neighbourhood + 1} ${practice.number % 10}XX`;
}
