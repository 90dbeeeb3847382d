/** One table of the extract: the columns that each row has of its own, in the order in which they are written. */
export interface TableLayout {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
  /** Carries the supplier's columns for versions, deletion and ownership as well. */
  readonly versioned: boolean;
}

type ColumnType = 'VARCHAR' | 'DATE' | 'TIMESTAMPTZ' | 'DOUBLE' | 'INTEGER' | 'BOOLEAN';

/** The layout that the delivery says it has; its columns are in content/formats/practice-extract.yaml. */
export const LAYOUT = 'practice-extract';

export const patientTable = table('patient', {
  id: 'VARCHAR',
  nhs_number: 'VARCHAR',
  sk_patient_id: 'VARCHAR',
  title: 'VARCHAR',
  family_name: 'VARCHAR',
  given_names: 'VARCHAR',
  gender_code: 'VARCHAR',
  birth_date: 'DATE',
  birth_year: 'INTEGER',
  birth_month: 'INTEGER',
  death_year: 'INTEGER',
  death_month: 'INTEGER',
  address: 'VARCHAR',
  postcode: 'VARCHAR',
  registered_practice_id: 'VARCHAR',
  is_spine_sensitive: 'BOOLEAN',
  is_confidential: 'BOOLEAN',
  is_dummy_patient: 'BOOLEAN',
});

export const patientPersonTable = table('patient_person', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  person_id: 'VARCHAR',
});

export const episodeTable = table('episode_of_care', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  episode_type_source_code: 'VARCHAR',
  episode_status_source_code: 'VARCHAR',
  episode_of_care_start_date: 'DATE',
  episode_of_care_end_date: 'DATE',
  organisation_code_publisher: 'VARCHAR',
});

export const addressTable = table('patient_address', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  postcode_hash: 'VARCHAR',
  start_date: 'DATE',
  end_date: 'DATE',
});

export const postcodeTable = table(
  'postcode_hash',
  { postcode_hash: 'VARCHAR', yr2021_lsoa: 'VARCHAR' },
  false,
);

export const organisationTable = table('organisation', {
  id: 'VARCHAR',
  organisation_code: 'VARCHAR',
  name: 'VARCHAR',
  postcode: 'VARCHAR',
});

export const conceptTable = table(
  'concept',
  { system: 'VARCHAR', code: 'VARCHAR', display: 'VARCHAR' },
  false,
);

export const observationTable = table('observation', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  clinical_effective_date: 'DATE',
  mapped_concept_code: 'VARCHAR',
  source_display: 'VARCHAR',
  result_value: 'DOUBLE',
  result_unit_code: 'VARCHAR',
});

export const medicationTable = table('medication_order', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  clinical_effective_date: 'DATE',
  bnf_code: 'VARCHAR',
  medication_name: 'VARCHAR',
  dose: 'VARCHAR',
  quantity_value: 'DOUBLE',
  quantity_unit: 'VARCHAR',
  duration_days: 'INTEGER',
});

export const appointmentTable = table('appointment', {
  id: 'VARCHAR',
  patient_id: 'VARCHAR',
  start_date: 'TIMESTAMPTZ',
  planned_duration: 'INTEGER',
  appointment_status_display: 'VARCHAR',
  national_slot_category_name: 'VARCHAR',
  contact_mode_display: 'VARCHAR',
  date_time_booked: 'TIMESTAMPTZ',
  practitioner_in_role_id: 'VARCHAR',
});

export const admissionTable = table('admission', {
  id: 'VARCHAR',
  nhs_number: 'VARCHAR',
  sk_patient_id: 'VARCHAR',
  provider_code: 'VARCHAR',
  provider_name: 'VARCHAR',
  admission_date_time: 'TIMESTAMPTZ',
  admission_method: 'VARCHAR',
  discharge_date: 'DATE',
  discharge_destination: 'VARCHAR',
  diagnoses: 'VARCHAR',
  primary_diagnosis_display: 'VARCHAR',
  specialty: 'VARCHAR',
});

export const attendanceTable = table('attendance', {
  id: 'VARCHAR',
  nhs_number: 'VARCHAR',
  sk_patient_id: 'VARCHAR',
  provider_code: 'VARCHAR',
  provider_name: 'VARCHAR',
  arrival_date_time: 'TIMESTAMPTZ',
  department_type: 'INTEGER',
  conveyed_by_ambulance: 'BOOLEAN',
  outcome_code: 'VARCHAR',
  chief_complaint_display: 'VARCHAR',
  diagnoses: 'VARCHAR',
});

/** What hospitals send; its columns are in content/formats/hospital-activity.yaml. */
export const hospitalTables: readonly TableLayout[] = [admissionTable, attendanceTable];

/** Every table of an extract, in the order in which it is hashed and named in delivery.json. */
export const tables: readonly TableLayout[] = [
  patientTable,
  patientPersonTable,
  episodeTable,
  addressTable,
  postcodeTable,
  organisationTable,
  conceptTable,
  observationTable,
  medicationTable,
  appointmentTable,
];

function table(name: string, columns: Record<string, ColumnType>, versioned = true): TableLayout {
  return { name, columns: Object.entries(columns), versioned };
}
