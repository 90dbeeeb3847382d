import { literal } from '../../../platform/lake/index.ts';
import { bucketedTables, type Lake, latestVersions, wholeTable } from './manifest.ts';

/**
 * SQL of whose the rows with certain ids are: `row_id, patient_id`, the patient null where a row belongs to none.
 * Deleted rows are found too. For senders who say only the id of what they delete.
 *
 * `ids` is SQL of a list of row ids. Reads the ids of every row of the sender: for deletions, not for pages.
 */
export function rowOwnersSql(lake: Lake, org: string, ids: string): string {
  const record = wholeTable(lake, 'record');
  const parts = bucketedTables.flatMap((table) => {
    const rows = latestVersions(lake, table);
    if (rows === null || record === null) return [];
    return `select row.row_id, record.patient_id
              from ${rows} as row left join ${record} as record on record.rec = row.rec
             where row.org = ${literal(org)} and row.row_id in (${ids})`;
  });
  return parts.length === 0
    ? 'select null::varchar as row_id, null::varchar as patient_id where false'
    : parts.join(' union ');
}
