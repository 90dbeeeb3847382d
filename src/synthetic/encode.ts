import { type Duck, fileList, literal } from '../platform/lake/index.ts';
import type { TableLayout } from './tables.ts';

export type Format = 'parquet' | 'csv';

/** When the made-up supplier read the practice's system. */
export const EXTRACTED_AT = '2026-11-01T03:00:00Z';

/**
 * Turns the text of a table, which may be several files, into a file of the extract, with the columns that are the same in every row. The text has
 * no types; the layout does.
 */
export async function encodeTable(
  duck: Duck,
  from: { layout: TableLayout; paths: readonly string[] },
  to: { path: string; format: Format; owner: string },
): Promise<void> {
  const { layout } = from;
  const types = layout.columns.map(([name, type]) => `${name}: ${literal(type)}`).join(', ');
  const versions = layout.versioned
    ? `, timestamptz ${literal(EXTRACTED_AT)} as lds_start_date_time, false as lds_is_deleted,
       ${literal(to.owner)} as record_owner_organisation_code`
    : '';
  const written = to.format === 'parquet' ? 'format parquet, compression zstd' : 'format csv, header true';
  await duck.run(
    `copy (
       select *${versions}
         from read_csv(${fileList(from.paths)}, columns = {${types}}, header = false, delim = ',', quote = '"',
                       escape = '"', auto_detect = false, parallel = false)
     ) to ${literal(to.path)} (${written})`,
  );
}
