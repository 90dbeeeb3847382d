import { sql } from 'kysely';
import { addMonths, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type Duck, literal } from '../../../platform/lake/index.ts';
import { hasStatusSql, type Library } from '../../need/index.ts';
import { type Lake, liveRows, wholeTable } from '../../register/index.ts';
import type { ContinuityContent } from './continuity.ts';

export interface ReadingContacts {
  readonly content: ContinuityContent;
  readonly library: Library;
  readonly duck: Pick<Duck, 'run' | 'rows'>;
  readonly lake: Lake;
  readonly asOf: PlainDate;
}

/** How many rows one statement takes. */
const AT_ONCE = 20_000;

/**
 * Works out which GPs people saw, and how often: appointments that they came to at the practice where they are registered,
 * with a GP whom the directory knows by the id that the appointment names. What somebody had at a practice before is not the
 * doing of this one. Written anew each time; of whom there are too few nothing is written. Returns how many people have
 * enough. As batch work.
 */
export async function keepContacts(tx: Tx, reading: ReadingContacts): Promise<number> {
  const { rows: gps } = await sql<{ org: string; gp: number; practice: number; practitioner: string }>`
    select place.code as org, gp.gp_id as gp, gp.practice_id as practice, unnest(gp.practitioners) as practitioner
      from directory.gp gp join directory.place place on place.place_id = gp.practice_id`.execute(tx);
  await sql`delete from coordination.gp_contact`.execute(tx);
  const contacts = await readContacts(reading, gps);
  for (let at = 0; at < contacts.length; at += AT_ONCE) {
    const some = contacts.slice(at, at + AT_ONCE);
    await sql`
      insert into coordination.gp_contact (person_no, practice_id, contacts, gps, seen, as_of)
      select met.person_no, p.practice_id, met.contacts, met.gps::int[], met.seen::int[], ${reading.asOf}::date
        from unnest(${some.map((row) => row.person)}::int[], ${some.map((row) => row.contacts)}::int[],
                    ${some.map((row) => row.gps)}::text[], ${some.map((row) => row.seen)}::text[])
               as met (person_no, contacts, gps, seen)
        join register.person p using (person_no)
       where p.registered`.execute(tx);
  }
  return contacts.length;
}

/** Of each person how many contacts there were, and arrays as PostgreSQL writes them: whom they saw most, or last, first. */
interface Contacts extends Record<string, string | number> {
  readonly person: number;
  readonly contacts: number;
  readonly gps: string;
  readonly seen: string;
}

async function readContacts(
  { content, library, duck, lake, asOf }: ReadingContacts,
  gps: readonly { org: string; gp: number; practitioner: string }[],
): Promise<Contacts[]> {
  const people = wholeTable(lake, 'person');
  const appointments = liveRows(lake, 'appointment');
  const words = library.codelists.get(content.attended);
  if (!words)
    throw new Error(
      `content/pathways/continuity.yaml names the list ${content.attended}, which there is not`,
    );
  if (people === null || appointments === null || gps.length === 0) return [];
  const known = gps.map(({ org, gp, practitioner }) => `(${literal(org)}, ${literal(practitioner)}, ${gp})`);
  return await duck.rows<Contacts>(
    `with gp as (select * from (values ${known.join(', ')}) known(org, practitioner, gp)),
          whose as (select person, practice, unnest(records) as rec from ${people} where registered),
          met as (
            select person, gp, count(*) as n, max(day) as latest
              from ${appointments} as appointment
              join gp using (org, practitioner)
              join whose on whose.rec = appointment.rec and whose.practice = appointment.org
             where day > ${toEpochDay(addMonths(asOf, -content.months))} and day <= ${toEpochDay(asOf)}
               and ${hasStatusSql([words])}
             group by person, gp)
     select person, sum(n)::integer as contacts,
            '{' || string_agg(gp::varchar, ',' order by n desc, latest desc, gp) || '}' as gps,
            '{' || string_agg(n::varchar, ',' order by n desc, latest desc, gp) || '}' as seen
       from met group by person having sum(n) >= ${content.least_contacts} order by person`,
  );
}
