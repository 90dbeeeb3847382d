import {
  type BucketedTable,
  type Lake,
  type RecordTable,
  type ReferenceTable,
  wholeTable,
} from './manifest.ts';

/** The columns of each lake table beside those that every versioned row has. Days are epoch days. */
export const lakeColumns = {
  patient: {
    nhs_number: 'VARCHAR',
    pseudonym: 'VARCHAR',
    title: 'VARCHAR',
    family_name: 'VARCHAR',
    given_names: 'VARCHAR',
    sex: 'VARCHAR',
    birth_day: 'INTEGER',
    birth_approximate: 'BOOLEAN',
    death_day: 'INTEGER',
    address: 'VARCHAR',
    postcode: 'VARCHAR',
    practice: 'VARCHAR',
    sensitive: 'BOOLEAN',
    confidential: 'BOOLEAN',
    dummy: 'BOOLEAN',
  },
  person_link: { person_key: 'VARCHAR' },
  registration: {
    kind: 'VARCHAR',
    status: 'VARCHAR',
    start_day: 'INTEGER',
    end_day: 'INTEGER',
    practice: 'VARCHAR',
  },
  residence: { lsoa: 'VARCHAR', start_day: 'INTEGER', end_day: 'INTEGER' },
  event: {
    day: 'INTEGER',
    precision: 'VARCHAR',
    code: 'INTEGER',
    value: 'DOUBLE',
    unit: 'VARCHAR',
    kind: 'UTINYINT',
    term: 'VARCHAR',
    note: 'VARCHAR',
    confidential: 'BOOLEAN',
  },
  medication: {
    day: 'INTEGER',
    code: 'INTEGER',
    term: 'VARCHAR',
    dose: 'VARCHAR',
    quantity: 'DOUBLE',
    unit: 'VARCHAR',
    duration_days: 'INTEGER',
    confidential: 'BOOLEAN',
  },
  appointment: {
    day: 'INTEGER',
    start_minute: 'INTEGER',
    minutes: 'INTEGER',
    status: 'VARCHAR',
    category: 'VARCHAR',
    mode: 'VARCHAR',
    booked_day: 'INTEGER',
    practitioner: 'VARCHAR',
  },
  admission: {
    day: 'INTEGER',
    start_minute: 'INTEGER',
    /** Null: still in hospital. */
    discharge_day: 'INTEGER',
    /** emergency, elective, maternity or other. */
    method: 'VARCHAR',
    destination: 'VARCHAR',
    /** ICD-10 without dots, the primary diagnosis first, separated by a semicolon. */
    diagnoses: 'VARCHAR',
    /** The hospital's words for the primary diagnosis. */
    term: 'VARCHAR',
    specialty: 'VARCHAR',
    /** Where it was, which need not be who sent it. */
    provider: 'VARCHAR',
    provider_name: 'VARCHAR',
    confidential: 'BOOLEAN',
  },
  attendance: {
    day: 'INTEGER',
    start_minute: 'INTEGER',
    /** 1 is an emergency department with consultants, 2 of one specialty, 3 another, 4 a walk-in centre, 5 same day emergency care. */
    department: 'INTEGER',
    ambulance: 'BOOLEAN',
    outcome: 'VARCHAR',
    /** The chief complaint: a SNOMED CT concept. */
    complaint: 'VARCHAR',
    diagnoses: 'VARCHAR',
    /** The hospital's words for the complaint. */
    term: 'VARCHAR',
    provider: 'VARCHAR',
    provider_name: 'VARCHAR',
    confidential: 'BOOLEAN',
  },
  source_record: { record: 'VARCHAR' },
} as const satisfies Record<BucketedTable | RecordTable, Record<string, string>>;

/** The columns that order a row's versions and say whose it is. */
export const versionColumns = {
  rec: 'INTEGER',
  org: 'VARCHAR',
  row_id: 'VARCHAR',
  version: 'BIGINT',
  explicit: 'BOOLEAN',
  deleted: 'BOOLEAN',
} as const;

export const referenceColumns = {
  /** A patient record: what one practice calls one patient, which person that is, and where its rows are. */
  record: { rec: 'INTEGER', org: 'VARCHAR', patient_id: 'VARCHAR', person: 'INTEGER', bucket: 'INTEGER' },
  /**
   * The patient records of hospitals, whose patient id is what their rows name the person by: `n:` an NHS number, `p:` a
   * pseudonym. They say nothing of who somebody is, and are of whoever has that number now.
   */
  hospital_record: { rec: 'INTEGER' },
  /** What a person is known by: `n:` an NHS number, `k:` a supplier's key, `r:` a record of its own. */
  person_key: { key: 'VARCHAR', person: 'INTEGER' },
  /** Each person as their best record has them on the snapshot's day. */
  person: {
    person: 'INTEGER',
    rec: 'INTEGER',
    nhs_number: 'VARCHAR',
    title: 'VARCHAR',
    family_name: 'VARCHAR',
    given_names: 'VARCHAR',
    sex: 'VARCHAR',
    birth_day: 'INTEGER',
    birth_approximate: 'BOOLEAN',
    death_day: 'INTEGER',
    address: 'VARCHAR',
    postcode: 'VARCHAR',
    lsoa: 'VARCHAR',
    practice: 'VARCHAR',
    registered: 'BOOLEAN',
    registered_from: 'INTEGER',
    open_registrations: 'INTEGER',
    sensitive: 'BOOLEAN',
    confidential: 'BOOLEAN',
    records: 'INTEGER[]',
    /** The buckets that those records' rows are in; nearly always one. */
    buckets: 'INTEGER[]',
  },
  /** The dictionary. A code keeps its number for ever; entries are only added. */
  code: { code: 'INTEGER', system: 'VARCHAR', concept: 'VARCHAR', bnf: 'VARCHAR', display: 'VARCHAR' },
  /** Which feeds each practice sends, and from which day they are complete; null: from the beginning. */
  coverage: { org: 'VARCHAR', feed: 'VARCHAR', from_day: 'INTEGER' },
  postcode_area: { org: 'VARCHAR', postcode_hash: 'VARCHAR', lsoa: 'VARCHAR' },
  organisation: {
    org: 'VARCHAR',
    organisation_id: 'VARCHAR',
    code: 'VARCHAR',
    name: 'VARCHAR',
    postcode: 'VARCHAR',
  },
  /** Words for codes, as the first delivery that had one said it; also for codes that no row has used yet. */
  concept: { code: 'VARCHAR', display: 'VARCHAR' },
  /** Tables that a practice sent in full, and when that was so, in milliseconds since 1970. */
  complete_table: { org: 'VARCHAR', table_name: 'VARCHAR', complete_at: 'BIGINT' },
} as const satisfies Record<ReferenceTable, Record<string, string>>;

/** SQL of a reference table as it stands; without rows where nothing was ever written to it. */
export function referenceTable(lake: Lake, table: ReferenceTable): string {
  return wholeTable(lake, table) ?? emptyRelation(referenceColumns[table]);
}

/** SQL of a relation with these columns and no rows. */
export function emptyRelation(columns: Record<string, string>): string {
  const nulls = Object.entries(columns).map(([name, type]) => `null::${type} as ${name}`);
  return `(select ${nulls.join(', ')} where false)`;
}
