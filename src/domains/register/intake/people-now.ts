import { type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { writeLakeFile } from './write-lake.ts';

/**
 * Words with which suppliers say that a registration is the ordinary, permanent kind. Temporary, emergency, private
 * and dummy registrations are none, and do not put a person on a list.
 */
const REGULAR = `(kind is null or lower(kind) like 'regular%' or lower(kind) in ('r', 'gms', 'gms/regular', 'permanent'))`;

/**
 * Writes each person as they are on the snapshot's day: who they are, where they live, and the practice whose list
 * they are on. Registered means an open, regular registration and alive; of several open ones the latest start
 * counts, and the number of open ones is kept so that the defect can be shown.
 */
export async function writePeopleNow(hand: ImportInHand, asOf: PlainDate): Promise<void> {
  await hand.duck.run(`create or replace temp table person as ${peopleSql(toEpochDay(asOf))}`);
  await writeLakeFile(hand, 'person', 'select * from person order by person');
}

function peopleSql(today: number): string {
  return `
    with alive_records as (
      select record.rec, record.org, record.person, record.bucket, patient.* exclude (rec, org, row_id, version, explicit, deleted, nhs_number),
             -- A person has the number that they are known by. A record that somebody joined to them, and that came with
             -- another number since, does not give it to them.
             max(case when keyed.key = 'n:' || nhs_number then nhs_number end) over (partition by record.person) as nhs_number
        from record join patient on patient.rec = record.rec and not patient.deleted
        join keyed on keyed.rec = record.rec),
    registrations as (
      select rec, practice, start_day, start_day <= ${today} and coalesce(end_day > ${today}, true) as open
        from registration where not deleted and ${REGULAR}
      union all
      -- A practice that sends no registrations says whom it has by sending them.
      select rec, practice, null as start_day, true as open from alive_records
       where practice is not null and rec not in (select rec from registration)
         and org not in (select org from coverage where feed = 'registrations')),
    person_death as (select person, max(death_day) as death_day from alive_records group by person),
    placed as (
      select alive_records.*, registrations.practice as list_practice, registrations.start_day,
             coalesce(registrations.open and not dummy, false) as open,
             row_number() over (partition by person order by
               coalesce(registrations.open and not dummy, false) desc, registrations.start_day desc nulls last,
               alive_records.rec desc) as place,
             count(*) filter (where registrations.open and not dummy) over (partition by person) as open_registrations
        from alive_records left join registrations using (rec)),
    home as (
      select record.person, arg_max(lsoa, coalesce(start_day, 0)) as lsoa
        from residence join record using (rec)
       where not residence.deleted and lsoa is not null and coalesce(end_day > ${today}, true) group by record.person),
    records as (
      select person, list(rec order by rec) as records, list(distinct bucket order by bucket) as buckets
        from (select person, rec, bucket from alive_records
               union all select person, rec, bucket from record semi join hospital_record using (rec)) group by person)
    select placed.person, rec, nhs_number, title, family_name, given_names, sex, birth_day, birth_approximate,
           person_death.death_day, address, postcode, home.lsoa,
           case when open and person_death.death_day is null then list_practice end as practice,
           open and person_death.death_day is null as registered,
           case when open then start_day end as registered_from,
           open_registrations::integer as open_registrations, sensitive, confidential, records.records, records.buckets
      from placed
      join person_death using (person)
      join records using (person)
      left join home using (person)
     where place = 1`;
}

/**
 * A person's deaths in the future are mistakes; they are not believed. But where only the month is known, the 15th
 * stands for it, and July for a year: who died this month is dead, whether or not that day has come.
 */
export async function forgetFutureDeaths(hand: ImportInHand, asOf: PlainDate): Promise<void> {
  const today = toEpochDay(asOf);
  await hand.duck.run(
    `update patient set death_day = case when begins <= date '${asOf}' then ${today} end
       from (select rec as of_rec, date '1970-01-01' + death_day as died,
                    date_trunc(case when month(died) = 7 then 'year' else 'month' end, died)::date as first_day,
                    case when day(died) = 15 then first_day else died end as begins
               from patient where death_day > ${today}) as future
      where rec = of_rec`,
  );
}
