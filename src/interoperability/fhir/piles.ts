import { literal } from '../../platform/lake/index.ts';
import type { ScratchFile } from './scratch-rows.ts';

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
  kept: [...KEY, 'record'],
  key: KEY,
  again: ['row'],
  deletions: ['type', 'id', 'version', 'patient_id'],
  identifiers: ['patient_id', 'system', 'value'],
  organisations: ['id', 'code'],
  medicines: ['id', ...CODE, 'bnf'],
} as const satisfies Record<string, readonly string[]>;

export type PileShape = keyof typeof pileColumns;

/** SQL of a pile's rows; of no rows where nothing was put on it. */
export function pileSql(file: ScratchFile | null, shape: PileShape): string {
  const columns = pileColumns[shape];
  if (file === null) {
    return `(select 0::bigint as n, ${columns.map((name) => `null::varchar as "${name}"`).join(', ')} where false)`;
  }
  const types = ['n: BIGINT', ...columns.map((name) => `"${name}": VARCHAR`)].join(', ');
  // DuckDB keeps room for the longest row; it is told how long that is, because its own guess refuses scanned letters.
  const longest = Math.max(16_777_216, file.longest + 1);
  return `read_json(${literal(file.file)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${longest})`;
}
