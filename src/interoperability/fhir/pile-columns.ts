/** The columns of each pile, beside `n`: where the resource stands. All are text; the register parses. */
const KEY = ['row_id', 'patient_id', 'version', 'deleted'];
const CODE = ['code', 'system', 'display', 'source_term'];

export const pileColumns = {
  patient: [
    ...['patient_id', 'version', 'deleted', 'nhs_number', 'title', 'family_name', 'given_names', 'sex'],
    ...[
      'birth_date',
      'birth_year',
      'birth_month',
      'death_date',
      'death_year',
      'death_month',
      'address',
      'postcode',
    ],
    ...['practice_code', 'practice_ref', 'sensitive'],
  ],
  event: [...KEY, ...CODE, 'date', 'precision', 'value', 'unit', 'text', 'confidential'],
  medication: [
    ...KEY,
    ...CODE,
    'date',
    'bnf',
    'dose',
    'quantity',
    'unit',
    'duration_days',
    'confidential',
    'medicine',
  ],
  visit: [
    ...[...KEY, 'provider', 'provider_name', 'start', 'method', 'discharge', 'destination'],
    ...['term', 'complaint', 'diagnoses', 'confidential'],
  ],
  kept: [...KEY, 'record'],
  key: KEY,
  again: ['row'],
  deletions: ['type', 'id', 'version', 'patient_id'],
  identifiers: ['patient_id', 'system', 'value'],
  organisations: ['id', 'code'],
  medicines: ['id', ...CODE, 'bnf'],
} as const satisfies Record<string, readonly string[]>;

export type PileShape = keyof typeof pileColumns;
