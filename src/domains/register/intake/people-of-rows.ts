import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import type { LakeAccess } from '../lake/lake-access.ts';
import { wholeTable } from '../lake/manifest.ts';
import { readSnapshot } from '../lake/snapshots.ts';

/** SQL of the id of the patient whose row it is, as far as the row says it. */
const PATIENT = `coalesce(
  json_extract_string(record, '/patient_id'),
  case when lower(table_name) = 'patient' then json_extract_string(record, '/id') end,
  nullif(regexp_extract(coalesce(json_extract_string(record, '/subject/reference'),
                                 json_extract_string(record, '/patient/reference')), 'Patient/([^/]+)$', 1), ''))`;

/**
 * The people, of those whom the transaction may see, whom rows that were put aside are about: for the audit of who
 * looked. `rows` is SQL of such rows. Somebody who is not known here has no number to be named by.
 */
export async function peopleOfRows(
  tx: Tx,
  access: LakeAccess,
  folder: string,
  rows: string,
  publisher: string | null,
): Promise<number[]> {
  const snapshot = await readSnapshot(tx, folder);
  const record = snapshot && wholeTable(snapshot.lake, 'record');
  if (!record) return [];
  const owner = `upper(coalesce(practice, ${publisher === null ? 'null' : literal(publisher)}))`;
  const found = await access.read<{ rec: number }>(
    `with whose as (
       select distinct ${owner} as org, ${PATIENT} as patient_id from ${rows} where json_type(record) = 'OBJECT')
     select record.rec from ${record} as record join whose on whose.org = record.org and whose.patient_id = record.patient_id`,
  );
  if (found.length === 0) return [];
  const people = await sql<{ person_no: number }>`
    select person_no from register.person where records && ${found.map(({ rec }) => rec)}::int[] order by person_no`.execute(
    tx,
  );
  return people.rows.map(({ person_no }) => person_no);
}
