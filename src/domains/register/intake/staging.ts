import type { PlainDate } from '../../../kernel/index.ts';
import type { Reason } from './reasons.ts';

// The one form that everything delivered takes before the register accounts for it. Readers (practice extracts,
// FHIR, whatever comes) know files; the register knows rows. A reader hands over SQL that gives the columns below
// as text, and the register checks, counts, resolves and publishes, the same way for every source.

/** The types that a staged column can have, with what a value must look like to be one. */
export const columnTypes = {
  text: 'text',
  date: 'a date, as 2026-11-02 or 02/11/2026',
  timestamp: 'a date and time, as 2026-11-02T14:05:00Z',
  local_time: 'a date and time, as 2026-11-02T14:05:00Z; kept as the time that it was in London',
  number: 'a number, as 48.5',
  whole_number: 'a number below 2,000,000,000, as 28; of one with a fraction the nearest whole one',
  boolean: 'true or false',
  year: 'a year of four digits',
  month: 'a month from 1 to 12',
  sex: 'male, female, indeterminate or unknown, in words or as an NHS or SNOMED CT code',
  nhs_number: 'a valid NHS number',
  admission_method:
    'emergency, elective, maternity or other, or an admission method code of the NHS Data Dictionary',
  diagnoses: 'ICD-10 codes, the primary one first, separated by ;',
} as const;

export type ColumnType = keyof typeof columnTypes;

/** The columns of each stage and their types. `owner` is the code of the practice that recorded the row. */
export const stages = {
  patient: {
    patient_id: 'text',
    nhs_number: 'nhs_number',
    pseudonym: 'text',
    title: 'text',
    family_name: 'text',
    given_names: 'text',
    sex: 'sex',
    birth_date: 'date',
    birth_year: 'year',
    birth_month: 'month',
    death_date: 'date',
    death_year: 'year',
    death_month: 'month',
    address: 'text',
    postcode: 'text',
    registered_practice_id: 'text',
    /** The code of the practice whose list the patient is on, from senders who are no practice themselves. */
    practice_code: 'text',
    sensitive: 'boolean',
    confidential: 'boolean',
    dummy: 'boolean',
  },
  patient_person: { row_id: 'text', patient_id: 'text', person_key: 'text' },
  registration: {
    row_id: 'text',
    patient_id: 'text',
    kind: 'text',
    status: 'text',
    start_date: 'date',
    end_date: 'date',
    practice_code: 'text',
    organisation_id: 'text',
  },
  residence: {
    row_id: 'text',
    patient_id: 'text',
    postcode_hash: 'text',
    start_date: 'date',
    end_date: 'date',
  },
  postcode_area: { postcode_hash: 'text', lsoa: 'text' },
  organisation: { organisation_id: 'text', code: 'text', name: 'text', postcode: 'text' },
  concept: { system: 'text', code: 'text', display: 'text' },
  event: {
    row_id: 'text',
    patient_id: 'text',
    date: 'date',
    precision: 'text',
    code: 'text',
    display: 'text',
    mapped_code: 'text',
    system: 'text',
    source_system: 'text',
    source_term: 'text',
    value: 'number',
    unit: 'text',
    text: 'text',
    confidential: 'boolean',
  },
  medication: {
    row_id: 'text',
    patient_id: 'text',
    date: 'date',
    code: 'text',
    display: 'text',
    mapped_code: 'text',
    system: 'text',
    source_system: 'text',
    source_term: 'text',
    bnf: 'text',
    dose: 'text',
    quantity: 'number',
    unit: 'text',
    duration_days: 'whole_number',
    confidential: 'boolean',
  },
  appointment: {
    row_id: 'text',
    patient_id: 'text',
    start: 'local_time',
    minutes: 'whole_number',
    status: 'text',
    category: 'text',
    mode: 'text',
    booked: 'local_time',
    practitioner: 'text',
  },
  /** Hospital stays. Their sender is no practice: a row names a person, and `patient_id` is what it names them by. */
  admission: {
    row_id: 'text',
    patient_id: 'text',
    nhs_number: 'nhs_number',
    provider: 'text',
    provider_name: 'text',
    start: 'local_time',
    method: 'admission_method',
    discharge: 'local_time',
    destination: 'text',
    diagnoses: 'diagnoses',
    term: 'text',
    specialty: 'text',
    confidential: 'boolean',
  },
  /** Attendances of emergency departments, named as admissions are. */
  attendance: {
    row_id: 'text',
    patient_id: 'text',
    nhs_number: 'nhs_number',
    provider: 'text',
    provider_name: 'text',
    start: 'local_time',
    department: 'whole_number',
    ambulance: 'boolean',
    outcome: 'text',
    complaint: 'text',
    diagnoses: 'diagnoses',
    term: 'text',
    confidential: 'boolean',
  },
  /** Rows that no room reads yet, kept whole so that a later room can. */
  source_record: { row_id: 'text', patient_id: 'text', record: 'text' },
} as const satisfies Record<string, Record<string, ColumnType>>;

export type Stage = keyof typeof stages;

/** The stages whose senders have no patients of their own: their rows belong to whoever has the number that they name. */
export const namingStages: ReadonlySet<Stage> = new Set(['admission', 'attendance']);

/** SQL of what a row names a person by: the NHS number if it has one, else the pseudonym. */
export function namedBySql(nhsNumber: string, pseudonym: string): string {
  return `coalesce('n:' || regexp_replace(${nhsNumber}, '[\\s-]', '', 'g'), 'p:' || ${pseudonym})`;
}

/** What orders versions of a row, marks its deletion and says whose it is; every stage may carry them. */
export const versioningColumns = {
  version: 'timestamp',
  deleted: 'boolean',
  owner: 'text',
} as const satisfies Record<string, ColumnType>;

/** How a coded entry came to be written: kept beside it as a small number. */
export const eventKinds = [
  'observation',
  'condition',
  'procedure',
  'immunisation',
  'allergy',
  'encounter',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** One staged column: the SQL that reads it from the source, and what the source calls it, for messages. */
export interface StagedColumn {
  readonly sql: string;
  /** Whether the SQL already has the column's own type (Parquet), so that no text has to be parsed. */
  readonly native: boolean;
  readonly type: ColumnType;
  readonly required: boolean;
  /** The names of the source's columns or fields. */
  readonly called: string;
}

/** A row that the reader could not make a row of: a quote that never closes, a wrong encoding, JSON cut short. */
export interface UnreadableRow {
  readonly file: string;
  readonly line: number;
  readonly field: string | null;
  readonly reason: Reason;
  /** What stands there, as it came. */
  readonly text: string;
  /** The line of column names of its table, as far as that is needed to read the line. */
  readonly head?: string;
  /** Where it comes again: the number under which it was put aside. */
  readonly origin?: number;
}

/** Where a row stands: the file as the sender named it, and its line there (Parquet: its row). */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** One table of a delivery, as a reader hands it to the register. */
export interface SourceTable {
  /** As the sender calls it; accounting is by this name, and tables of one name have one account. */
  readonly name: string;
  /** The file that it stands in, where that is one file, for messages. */
  readonly file?: string;
  readonly stage: Stage;
  /** For events: what kind of entry this table holds. */
  readonly eventKind?: EventKind;
  /**
   * Set when its rows only come along with rows of the delivery's other tables: they are taken in like any row, but
   * counted with the row that they belong to. `parts`: `x#1`, `x#2` and so on come and go with row `x`.
   * `withdrawals`: deletions of rows that are now kept in another table. `also`: what a row says beside itself.
   */
  readonly rider?: 'parts' | 'withdrawals' | 'also';
  /** What the ids of its rows begin with, where the lake keeps the rows of several tables in one. */
  readonly idsBegin?: string;
  /** The feed that it brings, null for none. Without a word here the stage says. */
  readonly feed?: string | null;
  /** What comes after FROM. Its columns are the source's own. */
  readonly relation: string;
  /** The same rows again, for a second look at some of them. */
  readonly again: string;
  readonly columns: ReadonlyMap<string, StagedColumn>;
  /** SQL of a row as the sender wrote it, as a JSON object. It is kept when the row is put aside. */
  readonly record: string;
  /** The same for rows that can only be found in their file, by their numbers: it takes the place of `record`. */
  asSent?(rowNumbers: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** SQL of the number under which a row was put aside, in a delivery that brings such rows again. */
  readonly origin?: string;
  /** Groups of columns of which one must be there, such as a birth date or a birth year. */
  readonly atLeastOne: readonly (readonly string[])[];
  /** Pairs of times of which the second is on no earlier day than the first. */
  readonly inOrder?: readonly (readonly [string, string])[];
  /** How many rows there are, counted by other means than by reading them; null when there are no other means. */
  count(): Promise<number | null>;
  /** The rows that could not be read, known once the relation has been read to its end. */
  unreadable(): Promise<readonly UnreadableRow[]>;
  /** SQL for a number per row of the relation by which `position` can find it again. */
  readonly rowNumber: string;
  positions(rowNumbers: readonly number[]): Promise<ReadonlyMap<number, Position>>;
}

/** Why a row is put aside that is of nobody. */
export function whoseFault({ stage }: Pick<SourceTable, 'stage'>): 'unknown_patient' | 'unknown_person' {
  return namingStages.has(stage) ? 'unknown_person' : 'unknown_patient';
}

/** One delivery: what one sender sent at one time. */
export interface SourceDelivery {
  /** The folder or file name that the user gave, without its path. */
  readonly name: string;
  readonly format: string;
  /** The organisation whose rows these are, where rows do not say so themselves. Null: rows must. */
  readonly publisher: string | null;
  readonly extractedAt: Date | null;
  /** Whether absence from this delivery means deletion. */
  readonly full: boolean;
  /** From which day each feed is covered; a feed that is absent here covers everything. */
  readonly covers: ReadonlyMap<string, PlainDate>;
  readonly tables: readonly SourceTable[];
  /** The delivery whose rows it brings again: mended, or as they are. */
  readonly mends?: KeptDelivery;
}

/** A delivery of which rows were put aside, as far as it takes to read those again. */
export interface KeptDelivery {
  readonly id: number;
  readonly name: string;
  readonly format: string;
  readonly publisher: string | null;
  readonly extractedAt: Date | null;
  /** When it was imported. Stands for its time of extraction where nobody said that. */
  readonly importedAt: Date;
}

/**
 * The version of rows that do not say theirs, in milliseconds since 1970; 0 where nobody said when the delivery was
 * extracted. A row that comes again is as old as its first delivery, so that it does not take the place of newer ones.
 */
export function versionOfDelivery({ extractedAt, mends }: SourceDelivery): Date | null {
  return extractedAt ?? mends?.importedAt ?? null;
}
