import { type CheckContext, checkedRows } from './check-table.ts';
import { baseTable, type ImportInHand } from './import-in-hand.ts';
import { namingStages, type SourceTable } from './staging.ts';
import { whileReading } from './unusable-delivery.ts';
import { writeLakeFile } from './write-lake.ts';

// A hospital sends no patients. What it sends of somebody hangs on a patient record all the same, whose id is the number
// that its rows name the person by, so that versions, deletions, merging and parting work as they do for practices. But
// such a record says nothing of who somebody is: it follows the number, to whoever practices say has it now.

/** Opens the records of hospitals that are known, as the temporary table `hospital_record`. */
export async function openHospitalRecords(hand: ImportInHand): Promise<void> {
  await hand.duck.run(
    `create or replace temp table hospital_record as select * from ${baseTable(hand, 'hospital_record')}`,
  );
}

/**
 * Gives every hospital's record to whoever has its number now, and a record to everybody whom these tables name for the
 * first time, in the order of sender and number. A number that nobody has gets none: rows that name it are put aside.
 * A record that is there already stays, also while nobody has its number.
 *
 * Reads the temporary tables of `identifyPeople`, and the tables' rows a first time.
 */
export async function followNumbers(
  hand: ImportInHand,
  tables: readonly { readonly source: SourceTable; readonly context: CheckContext }[],
): Promise<void> {
  const { duck } = hand;
  const naming = tables.filter(({ source }) => namingStages.has(source.stage));
  const known = await duck.one<{ n: number }>('select count(*) as n from hospital_record');
  if (naming.length === 0 && known.n === 0) return;
  await duck.run(`create or replace temp table holder as ${HOLDER}`);
  await duck.run(
    `update record set person = (select holder.person from holder where holder.named_by = record.patient_id)
      where rec in (select rec from hospital_record)`,
  );
  for (const { source, context } of naming) await numberNewRecords(hand, source, context);
}

async function numberNewRecords(
  hand: ImportInHand,
  source: SourceTable,
  context: CheckContext,
): Promise<void> {
  const { duck } = hand;
  hand.progress(`Finding whose rows ${hand.deliveries[context.delivery]?.name ?? ''} ${source.name} has`);
  const rows = checkedRows({ ...source, relation: source.again }, context);
  await whileReading(duck, source, context, () =>
    duck.run(
      `create or replace temp table named as
       select distinct org, patient_id from (${rows}) where fault is null and patient_id is not null`,
    ),
  );
  await duck.run(
    `insert into record (rec, org, patient_id, person, bucket)
     select (select coalesce(max(rec), 0) from record) + row_number() over (order by org, patient_id),
            org, patient_id, holder.person, coalesce(home.bucket, holder.person % ${hand.buckets})
       from named join holder on holder.named_by = named.patient_id
       -- Beside the person's other records: whoever has rows in several buckets costs a look at all of them.
       left join (select person, min(bucket) as bucket from record group by person) as home using (person)
       anti join record using (org, patient_id)`,
  );
  await duck.run(
    `insert into hospital_record
     select rec from record join named using (org, patient_id) anti join hospital_record using (rec)`,
  );
}

/** Who has a number: an NHS number, or a pseudonym that practices gave to one person alone. */
const HOLDER = `
  select key as named_by, min(person) as person
    from keyed join person_key using (key) where key like 'n:%' group by key
  union all
  select 'p:' || pseudonym, min(person)
    from patient join record using (rec)
   where not patient.deleted and pseudonym is not null group by pseudonym having count(distinct person) = 1`;

export async function writeHospitalRecords(hand: ImportInHand): Promise<void> {
  await writeLakeFile(hand, 'hospital_record', 'select * from hospital_record order by rec');
}
