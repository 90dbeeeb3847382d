import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOSPITALS } from './borough.ts';
import { dayText } from './calendar.ts';
import type { Chart } from './chart.ts';
import { addTime, pseudonym } from './extract-text.ts';
import { quoted, TableText, type WrittenText } from './table-text.ts';
import * as layout from './tables.ts';

/** What hospitals tell of the people of one practice, table by table, as text in a folder of their own. */
export class HospitalText {
  private readonly stays: TableText;
  private readonly attendances: TableText;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const open = (table: layout.TableLayout) => new TableText(table, join(folder, `${table.name}.txt`));
    this.stays = open(layout.admissionTable);
    this.attendances = open(layout.attendanceTable);
  }

  /** Writes the stays and attendances of a chart, in the order in which they were drawn. */
  add(person: number, nhsNumber: string | null, chart: Chart): void {
    chart.stays.forEach((stay, at) => {
      const text = this.begin(this.stays, person, at, nhsNumber, stay.hospital);
      addTime(text, stay.day, stay.minute);
      text.comma().text(stay.method).comma();
      if (stay.discharge !== null) text.text(dayText(stay.discharge));
      text.comma().text(stay.destination).comma().text(stay.diagnoses).comma();
      text.text(quoted(stay.words)).comma().text(quoted(stay.specialty)).end();
    });
    chart.attendances.forEach((one, at) => {
      const text = this.begin(this.attendances, person, at, nhsNumber, one.hospital);
      addTime(text, one.day, one.minute);
      text.comma().integer(one.department).comma().text(String(one.ambulance)).comma();
      text.text(one.outcome).comma().text(quoted(one.words)).comma().text(one.diagnosis).end();
    });
  }

  /** Closes both tables and says where each is and what is in it. */
  close(): WrittenText[] {
    return [this.stays, this.attendances].map((text) => text.close());
  }

  private begin(
    text: TableText,
    person: number,
    row: number,
    nhsNumber: string | null,
    hospital: number,
  ): TableText {
    const { code, name } = HOSPITALS[hospital] ?? HOSPITALS[0];
    text
      .integer(person)
      .text('-')
      .integer(row + 1)
      .comma()
      .text(nhsNumber ?? '')
      .comma();
    return text.integer(pseudonym(person)).comma().text(code).comma().text(name).comma();
  }
}
