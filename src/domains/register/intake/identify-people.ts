import { applyDecisions, type Contradiction, type StandingDecision } from './apply-decisions.ts';
import { baseTable, type ImportInHand } from './import-in-hand.ts';
import { writeLakeFile } from './write-lake.ts';

/**
 * Says which person each patient record is. Records with the same valid NHS number are one person; records with
 * different valid NHS numbers never are, however alike; a record without one follows the supplier's own link when
 * that leads to one NHS number, else to the supplier's key, else it is a person of its own.
 *
 * A person keeps their number when what they are known by changes (a blank number is filled, a wrong one corrected),
 * so that work on a caseload stays with the human. What people decided of two records comes on top, and no delivery
 * undoes it; where one says otherwise, that is returned. Reads the temporary tables `record`, `patient`, `person_link`
 * and `hospital_record`, whose records it leaves alone; completes `record`, and leaves `keyed` (what each record is known
 * by) and `person_key`.
 *
 * Source of the rule: NHS number as the unique identifier, NHS England DAPB1584; no demographic matching here.
 */
export async function identifyPeople(
  hand: ImportInHand,
  decisions: readonly StandingDecision[] = [],
): Promise<readonly Contradiction[]> {
  const { duck } = hand;
  await duck.run(`create or replace temp table person_key as select * from ${baseTable(hand, 'person_key')}`);
  await duck.run(`create or replace temp table keyed as ${KEYED}`);
  const contradictions = await applyDecisions(duck, decisions);
  // A number that turned out wrong for its person is free again, also for who comes with it in the same import:
  // whoever truly has it is somebody else, and must not become the person whose work and history this is.
  await duck.run(
    `delete from person_key
      where key like 'n:%' and (key, person) not in (select (key, was) from keyed where was is not null)
        and person in (select was from keyed where key like 'n:%')`,
  );
  await duck.run(`create or replace temp table unseen as ${UNSEEN}`);
  await duck.run(`create or replace temp table numbered as ${NUMBERED}`);
  await duck.run('insert into person_key by name select key, person from numbered');
  await duck.run(`create or replace temp table found as ${FOUND}`);
  await duck.run(
    `update record set person = found.person, bucket = coalesce(record.bucket, placed.bucket)
       from found join (${placedSql(hand.buckets)}) as placed using (person)
      where found.rec = record.rec`,
  );
  const { n } = await duck.one<{ n: number }>(
    'select count(*) as n from record anti join hospital_record using (rec) where person is null',
  );
  if (n > 0) throw new Error(`${n} patient records have no person`);
  return contradictions;
}

/** Whether any record is of another person than in the base snapshot: what people decided may be the only news. */
export async function hasMovedRecords(hand: ImportInHand): Promise<boolean> {
  const { n } = await hand.duck.one<{ n: number }>(
    `select count(*) as n from record join ${baseTable(hand, 'record')} as before using (rec)
      where record.person is distinct from before.person`,
  );
  return n > 0;
}

export async function writeIdentities(hand: ImportInHand): Promise<void> {
  await writeLakeFile(hand, 'record', 'select * from record order by rec');
  await writeLakeFile(hand, 'person_key', 'select * from person_key order by key');
}

/** What each record is known by, and who it was before. */
const KEYED = `
  with link as (select rec, max(person_key) as person_key from person_link where not deleted group by rec),
  number as (select rec, nhs_number from patient where nhs_number is not null),
  number_of_link as (
    select person_key, min(nhs_number) as nhs_number from link join number using (rec)
     group by person_key having count(distinct nhs_number) = 1)
  select record.rec, record.person as was,
         case when number.nhs_number is not null then 'n:' || number.nhs_number
              when number_of_link.nhs_number is not null then 'n:' || number_of_link.nhs_number
              when link.person_key is not null then 'k:' || link.person_key
              else 'r:' || record.rec end as key
    from record
    left join number on number.rec = record.rec
    left join link on link.rec = record.rec
    left join number_of_link on number_of_link.person_key = link.person_key
   where record.rec not in (select rec from hospital_record)`;

const FOUND = 'select keyed.rec, person_key.person from keyed join person_key using (key)';

/**
 * The bucket of each person: where their records are already. New people are spread evenly, in the order of their
 * numbers, so that those of one practice stand in few buckets and its deliveries touch few; where they begin moves on
 * with the numbers, so that people who come one by one are spread too.
 */
function placedSql(buckets: number): string {
  return `
    with settled as (
      select found.person, min(record.bucket) as bucket from found join record using (rec)
       where record.bucket is not null group by found.person),
    newcomer as (select distinct person from found anti join settled using (person))
    select person, bucket from settled
    union all
    select person, (min(person) over () + (row_number() over (order by person) - 1) * ${buckets} // count(*) over ()) % ${buckets}
      from newcomer`;
}

/** Keys that nobody had before, with the person that would be left without records if the key were somebody new. */
const UNSEEN = `
  with known as (select distinct person_key.person from keyed join person_key using (key))
  select key, min(rec) as first_rec, min(case when was not in (select person from known) then was end) as heir_of
    from keyed where key not in (select key from person_key) group by key`;

/** Numbers for unseen keys: an heir takes over, everybody else is new, in the order of records. */
const NUMBERED = `
  with claimed as (
    select *, heir_of is not null and row_number() over (partition by heir_of order by first_rec) = 1 as takes_over from unseen)
  select key, heir_of as person from claimed where takes_over
  union all
  select key, (select coalesce(max(person), 0) from person_key) + row_number() over (order by first_rec) as person
    from claimed where not takes_over`;
