import { lakeColumns, versionColumns } from '../lake/lake-columns.ts';
import { type RecordTable, wholeTable } from '../lake/manifest.ts';
import { type CheckedTable, someAtOnce } from './check-table.ts';
import { lateRowsSql, noteCompleteTables } from './complete-tables.ts';
import { addFault, baseTable, beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { contentSql } from './lake-row.ts';
import { mergeVersions } from './merge-versions.ts';
import { addRemovals } from './removals.ts';
import type { Stage } from './staging.ts';
import { writeLakeFile } from './write-lake.ts';

const STAGE_OF: Record<RecordTable, Stage> = {
  patient: 'patient',
  person_link: 'patient_person',
  registration: 'registration',
  residence: 'residence',
};

/**
 * Gives every patient that arrives a record number, in the order of practice and patient id so that the numbers do
 * not depend on the order of files. Leaves the temporary table `record`, new records still without a person.
 */
export async function numberRecords(hand: ImportInHand, tables: readonly CheckedTable[]): Promise<void> {
  const { duck } = hand;
  await duck.run(`create or replace temp table record as select * from ${baseTable(hand, 'record')}`);
  const patients = tables.filter(({ source }) => source.stage === 'patient');
  if (patients.length === 0) return;
  const arriving = patients
    .map(({ checked }) => `select org, patient_id from ${checked}`)
    .join(' union all ');
  await duck.run(
    `insert into record (rec, org, patient_id)
     select (select coalesce(max(rec), 0) from record) + row_number() over (order by org, patient_id), org, patient_id
       from (select distinct org, patient_id from (${arriving})) as arriving anti join record using (org, patient_id)`,
  );
}

/**
 * Merges the tables that say who a patient is and where they are registered. Each becomes a temporary table of its
 * own name with all latest versions, deletions included, and a new file where anything changed.
 */
export async function takeRecordTable(
  hand: ImportInHand,
  name: RecordTable,
  tables: readonly CheckedTable[],
): Promise<void> {
  const { duck } = hand;
  const mine = tables.filter(({ source }) => source.stage === STAGE_OF[name]);
  const content = Object.keys(lakeColumns[name]);
  const columns = [...Object.keys(versionColumns), ...content];
  await duck.run(
    `create or replace temp table arriving_${name}
       (${Object.entries({ ...versionColumns, ...lakeColumns[name] })
         .map(([column, type]) => `${column} ${type}`)
         .join(', ')}, delivery int, table_no int)`,
  );
  for (const table of mine) beginOutcome(hand, table);
  for (const some of someAtOnce(mine)) {
    await putAsideUnknownPatients(hand, some);
    await duck.run(`insert into arriving_${name} by name ${recordRows(some, name)}`);
  }
  const present = hand.base === null ? null : wholeTable(hand.base, name);
  await noteCompleteTables(hand, mine);
  const late = await lateRowsSql(hand, mine);
  const { verdicts, accepted } = await mergeVersions(duck, {
    arriving: `arriving_${name}`,
    present,
    content,
    late,
  });
  for (const [table, verdict] of verdicts) settle(hand, table, verdict);
  await addRemovals(hand, { present, arriving: `arriving_${name}`, tables: mine, late });
  await duck.run(
    `create or replace temp table ${name} as
     select ${columns.join(', ')} from ${accepted} as accepted
     ${present === null ? '' : `union all by name select ${columns.join(', ')} from ${present} as present anti join ${accepted} as accepted using (rec, row_id)`}`,
  );
  const { n } = await duck.one<{ n: number }>(`select count(*) as n from ${accepted} as accepted`);
  if (n > 0) await writeLakeFile(hand, name, `select * from ${name} order by rec, row_id`);
}

/** Counts the rows whose patient nobody sent, and keeps their keys so that the rows can be found again. */
async function putAsideUnknownPatients(hand: ImportInHand, tables: readonly CheckedTable[]): Promise<void> {
  const { duck } = hand;
  const keys = tables.map(
    ({ table, checked }) => `select ${table} as table_no, org, patient_id from ${checked}`,
  );
  const unknown = `from (${keys.join(' union all ')}) as row anti join record using (org, patient_id)`;
  const counts = await duck.rows<{ table_no: number; n: number }>(
    `select table_no, count(*) as n ${unknown} group by table_no`,
  );
  if (counts.length === 0) return;
  const found = new Map(counts.map(({ table_no, n }) => [table_no, n]));
  for (const table of tables) addFault(table, 'unknown_patient', found.get(table.table) ?? 0);
  await duck.run(`insert into unknown_patient select distinct table_no, row.org, row.patient_id ${unknown}`);
}

/** Adds what the merge said of one table to its outcome. */
export function settle(
  hand: ImportInHand,
  table: number,
  verdict: { loaded: number; duplicate: number; conflict: number },
): void {
  const outcome = hand.inHand.get(table);
  if (!outcome) throw new Error(`No table ${table} is in hand`);
  outcome.loaded += verdict.loaded;
  outcome.duplicate += verdict.duplicate;
  addFault(outcome.table, 'conflicting_version', verdict.conflict);
}

/** SQL of the rows of some tables, numbered in one look at the records. */
function recordRows(tables: readonly CheckedTable[], name: RecordTable): string {
  const rows = tables.map((table) => {
    const content = contentSql(STAGE_OF[name], table.source);
    const values = Object.entries(content).map(([column, sql]) => `${sql} as ${column}`);
    return `
      select row.org, row.patient_id, ${name === 'patient' ? 'row.patient_id' : 'coalesce(row.row_id, row.patient_id)'} as row_id,
             row.version, row.explicit, row.deleted, ${values.join(', ')},
             ${table.delivery} as delivery, ${table.table} as table_no
        from (${withLookups(table, name)}) as row`;
  });
  return `
    select record.rec, row.* exclude (patient_id)
      from (${rows.join(' union all ')}) as row
      join record on record.org = row.org and record.patient_id = row.patient_id`;
}

/** Rows with what they only point at: the code of an organisation by its id, the area of a postcode. */
function withLookups(table: CheckedTable, name: RecordTable): string {
  if (name === 'residence') {
    return `select checked.*, area.lsoa from ${table.checked} as checked
              left join postcode_area as area on area.org = checked.org and area.postcode_hash = checked.postcode_hash`;
  }
  if (name === 'person_link') return `select * from ${table.checked}`;
  // A sender who is no practice says of each patient whose list they are on, or nothing.
  if (name === 'patient' && table.source.columns.has('practice_code'))
    return `select * from ${table.checked}`;
  const id = name === 'patient' ? 'registered_practice_id' : 'organisation_id';
  const own = name === 'patient' ? 'null' : 'checked.practice_code';
  // An extract without organisations is from the practice that sent it.
  return `select checked.* exclude (practice_code), upper(coalesce(${own}, organisation.code, checked.org)) as practice_code
            from ${table.checked} as checked
            left join organisation on organisation.org = checked.org and organisation.organisation_id = checked.${id}`;
}
