import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../../../platform/lake/index.ts';
import { faultSql, parsedRows, type TableInHand } from './check-table.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { keptColumns } from './kept-rows.ts';
import type { DirectoryFile } from './publish.ts';
import { type UnreadableRow, versionOfDelivery, whoseFault } from './staging.ts';
import { unaccountable } from './unusable-delivery.ts';

/** Begins the gathering of rows that are put aside, and of the keys by which some are found again. */
export async function openQuarantine(hand: ImportInHand): Promise<void> {
  const columns = Object.entries(keptColumns).map(([name, type]) => `${name} ${type}`);
  await hand.duck.run(`create or replace temp table quarantine (${columns.join(', ')})`);
  await hand.duck.run(
    'create or replace temp table unknown_patient (table_no int, org varchar, patient_id varchar)',
  );
  await hand.duck.run(
    'create or replace temp table conflicts (table_no int, rec int, row_id varchar, version bigint, explicit boolean)',
  );
}

/**
 * Fetches every row that was put aside, with its file and line, by reading the tables that have any a second time.
 * Finding a line is slow and rarely needed, which is why the first reading does not do it.
 *
 * Throws UnusableDelivery when it does not find exactly as many rows as were counted.
 */
export async function gatherQuarantine(hand: ImportInHand): Promise<void> {
  for (const { table } of hand.inHand.values()) {
    // What comes along with a row is put aside with that row.
    if (table.faults.size === 0 || table.source.rider) continue;
    const before = await quarantined(hand);
    await gatherUnreadable(hand, table);
    await gatherFaulty(hand, table);
    const counted = [...table.faults.values()].reduce((sum, rows) => sum + rows, 0);
    const found = (await quarantined(hand)) - before;
    if (found !== counted) throw unaccountable(table.delivery, table.source, { counted, read: found });
  }
}

/** Writes what was gathered beside the lake and returns the file's path below its folder; null when all is well. */
export async function writeQuarantine(hand: ImportInHand): Promise<string | null> {
  if ((await quarantined(hand)) === 0) return null;
  const path = `quarantine/${hand.name}.parquet`;
  mkdirSync(join(hand.folder, 'quarantine'), { recursive: true, mode: 0o700 });
  await hand.duck.run(
    `copy (select * from quarantine order by delivery, table_name, file, line)
       to ${literal(join(hand.folder, path))} (format parquet, compression zstd)`,
  );
  return path;
}

async function quarantined(hand: ImportInHand): Promise<number> {
  return (await hand.duck.one<{ n: number }>('select count(*) as n from quarantine')).n;
}

/** Adds the rows of directory files that have to be mended. `place` is that of the first file among the deliveries. */
export async function gatherFromDirectory(
  hand: ImportInHand,
  files: readonly DirectoryFile[],
  place: number,
): Promise<void> {
  for (const [at, { unusable }] of files.entries()) {
    for (const [table, rows] of unusable ?? []) await putAside(hand, { delivery: place + at, table }, rows);
  }
}

async function gatherUnreadable(hand: ImportInHand, table: TableInHand): Promise<void> {
  await putAside(hand, { delivery: table.delivery, table: table.source.name }, table.unreadable);
}

async function putAside(
  hand: ImportInHand,
  { delivery, table }: { delivery: number; table: string },
  rows: readonly UnreadableRow[],
): Promise<void> {
  const practice = hand.deliveries[delivery]?.publisher?.toUpperCase() ?? null;
  for (const row of rows) {
    await hand.duck.run('insert into quarantine values ($1, $2, $3, $4, $5, $6, to_json($7), $8, $9, $10)', [
      delivery,
      table,
      row.file,
      row.line,
      row.reason,
      row.field,
      row.text,
      row.head ?? null,
      row.origin ?? null,
      practice,
    ]);
  }
}

async function gatherFaulty(hand: ImportInHand, table: TableInHand): Promise<void> {
  const { duck } = hand;
  const rows = await duck.rows<FaultyRow>(faultyRows(hand, table));
  const numbers = rows.map(({ n }) => n);
  const positions = await table.source.positions(numbers);
  const asSent = await table.source.asSent?.(numbers);
  for (const { n, fault, record, origin, practice } of rows) {
    const at = positions.get(n);
    const [reason, field] = fault.split('|');
    await duck.run('insert into quarantine values ($1, $2, $3, $4, $5, $6, $7, null, $8, $9)', [
      table.delivery,
      table.source.name,
      at?.file ?? table.source.name,
      at?.line ?? null,
      reason ?? fault,
      field || null,
      asSent?.get(n) ?? record,
      origin,
      practice,
    ]);
  }
}

interface FaultyRow {
  [column: string]: string | number | null;
  n: number;
  fault: string;
  record: string;
  origin: number | null;
  practice: string | null;
}

/** The rows of a table that have a fault of their own, or were found wanting beside other rows. */
function faultyRows(hand: ImportInHand, table: TableInHand): string {
  const { source } = table;
  const publisher = hand.deliveries[table.delivery]?.publisher ?? null;
  const named = publisher === null ? 'null' : literal(publisher);
  const owner = `upper(${source.columns.has('owner') ? `coalesce(parsed_owner, ${named})` : named})`;
  const parsed = (name: string) => (source.columns.has(name) ? `parsed_${name}` : 'null');
  // A row that has no id of its own has its patient's. Rows of two patients may have the same one.
  const key = `coalesce(${parsed('row_id')}, ${parsed('patient_id')})`;
  const delivery = hand.deliveries[table.delivery];
  const extracted = (delivery && versionOfDelivery(delivery)?.getTime()) ?? 0;
  const version = source.columns.has('version')
    ? `coalesce(epoch_ms(parsed_version), ${extracted})::bigint`
    : `${extracted}::bigint`;
  const explicit = source.columns.has('version') ? 'parsed_version is not null' : 'false';
  const patientField = source.columns.get('patient_id')?.called ?? 'patient_id';
  return `
    select n, fault, record, origin, practice from (
      select n, record, origin::bigint as origin, ${owner} as practice, coalesce(
        ${faultSql(source, publisher)},
        case when (${owner}, ${parsed('patient_id')}) in (select (org, patient_id) from unknown_patient where table_no = ${table.table})
             then '${whoseFault(source)}|${patientField}' end,
        case when exists (
               select 1 from conflicts left join record using (rec)
                where conflicts.table_no = ${table.table} and conflicts.row_id = ${key} and conflicts.version = ${version}
                  and conflicts.explicit = (${explicit})
                  and record.patient_id is not distinct from ${parsed('patient_id')}
                  and coalesce(record.org = ${owner}, conflicts.rec = 0))
             then 'conflicting_version|id' end) as fault
        from (${parsedRows(source, source.again, `${source.rowNumber} as n, ${source.record} as record, ${source.origin ?? 'null'} as origin, `)}))
     where fault is not null order by n`;
}
