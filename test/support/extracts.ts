import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A table of a drawn delivery: rows as objects; the columns are all keys that occur. */
export type DrawnTable = readonly Record<string, string | number | boolean | null>[];

/** Writes a practice extract as CSV, one file per table. Returns its folder. */
export function writeExtract(
  parent: string,
  name: string,
  tables: Record<string, DrawnTable | string>,
  note?: Record<string, unknown>,
): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const [table, rows] of Object.entries(tables)) {
    writeFileSync(join(folder, `${table}.csv`), typeof rows === 'string' ? rows : toCsv(rows));
  }
  if (note) writeFileSync(join(folder, 'delivery.json'), JSON.stringify(note));
  return folder;
}

export function toCsv(rows: DrawnTable): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => field(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

function field(value: string | number | boolean | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A patient row with what every patient has; `id` tells them apart. */
export function patient(id: string, more: Record<string, string | number | boolean | null> = {}) {
  return {
    id,
    nhs_number: '',
    family_name: `Family${id}`,
    given_names: `Given${id}`,
    gender_code: 'female',
    birth_date: '1955-03-04',
    address: '1 Test Row',
    postcode: 'ZZ1 1AA',
    ...more,
  };
}

/** An ordinary registration that is open. */
export function registration(patientId: string, more: Record<string, string | number | boolean | null> = {}) {
  return {
    id: `reg-${patientId}`,
    patient_id: patientId,
    episode_type_code: 'Regular',
    episode_of_care_start_date: '2010-01-01',
    episode_of_care_end_date: '',
    ...more,
  };
}

export function observation(
  id: string,
  patientId: string,
  more: Record<string, string | number | boolean | null> = {},
) {
  return {
    id,
    patient_id: patientId,
    clinical_effective_date: '2020-05-06',
    mapped_concept_code: '44054006',
    mapped_concept_display: 'Type 2 diabetes mellitus',
    result_value: '',
    result_unit_code: '',
    ...more,
  };
}

/** A hospital stay of somebody with an NHS number: an emergency that is over. */
export function admission(
  id: string,
  nhsNumber: string,
  more: Record<string, string | number | boolean | null> = {},
) {
  return {
    id,
    nhs_number: nhsNumber,
    provider_code: 'ZH901',
    provider_name: 'Drawn Hospital',
    admission_date_time: '2026-03-01T14:05:00Z',
    admission_method: '21',
    discharge_date_time: '2026-03-06T11:00:00Z',
    discharge_destination: '19',
    diagnoses: 'I50.0;E11.9',
    primary_diagnosis_display: 'Congestive heart failure',
    specialty: 'Geriatric medicine',
    ...more,
  };
}

/** An attendance of an emergency department by somebody with an NHS number, who went home. */
export function attendance(
  id: string,
  nhsNumber: string,
  more: Record<string, string | number | boolean | null> = {},
) {
  return {
    id,
    nhs_number: nhsNumber,
    provider_code: 'ZH901',
    provider_name: 'Drawn Hospital',
    arrival_date_time: '2026-02-01T09:30:00Z',
    department_type: '01',
    conveyed_by_ambulance: 'y',
    outcome: '02',
    chief_complaint_code: '29857009',
    chief_complaint_display: 'Chest pain',
    ...more,
  };
}
