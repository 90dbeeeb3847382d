import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDuck } from '../platform/lake/index.ts';
import { HOSPITAL_SENDER } from './borough.ts';
import { dayText } from './calendar.ts';
import { EXTRACTED_AT, encodeTable, type Format } from './encode.ts';
import { HOSPITAL_START } from './hospital.ts';
import type { WrittenText } from './table-text.ts';
import { hospitalTables } from './tables.ts';

/** Where the text of hospitals waits for the last practice to be written; what begins with a point is no delivery. */
export const HOSPITAL_TEXT = '.hospital';

/** Puts the text of one practice's people aside until all have theirs. */
export function keepHospitalText(out: string, code: string, text: string): void {
  mkdirSync(join(out, HOSPITAL_TEXT), { recursive: true });
  renameSync(text, join(out, HOSPITAL_TEXT, code));
}

/** A practice whose people's text was put aside, and what was written of each table. */
interface PutAside {
  readonly code: string;
  readonly hospital: readonly Pick<WrittenText, 'rows'>[];
}

/** Writes what hospitals did as one delivery for all practices, in the layout `hospital-activity`. */
export async function writeHospital(
  out: string,
  format: Format,
  practices: readonly PutAside[],
): Promise<void> {
  const growing = join(out, HOSPITAL_TEXT, 'delivery');
  mkdirSync(growing);
  const duck = await openDuck({ threads: 1 });
  try {
    for (const layout of hospitalTables) {
      const paths = practices.map(({ code }) => join(out, HOSPITAL_TEXT, code, `${layout.name}.txt`));
      const path = join(growing, `${layout.name}.${format}`);
      await encodeTable(duck, { layout, paths }, { path, format, owner: HOSPITAL_SENDER });
    }
  } finally {
    duck.close();
  }
  writeFileSync(join(growing, 'delivery.json'), note(practices));
  renameSync(growing, join(out, HOSPITAL_SENDER));
  rmSync(join(out, HOSPITAL_TEXT), { recursive: true });
}

function note(practices: readonly PutAside[]): string {
  const tables = Object.fromEntries(
    hospitalTables.map(({ name }, at) => [
      name,
      { rows: practices.reduce((sum, { hospital }) => sum + (hospital[at]?.rows ?? 0), 0) },
    ]),
  );
  const from = dayText(HOSPITAL_START);
  const about = {
    layout: 'hospital-activity',
    publisher: HOSPITAL_SENDER,
    extracted_at: EXTRACTED_AT,
    full: true,
    synthetic: true,
    tables,
    covers: { admission: { from }, attendance: { from } },
  };
  return `${JSON.stringify(about, null, 2)}\n`;
}
