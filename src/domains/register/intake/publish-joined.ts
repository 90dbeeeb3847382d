import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';

/**
 * Notes whose records are all with another person since this import, and forgets it of those who have records again.
 * Before the index is emptied of them: reads `arriving_person`, and the records that everybody had.
 */
export async function noteJoined(tx: Tx): Promise<void> {
  await sql`delete from register.joined
             where person_no in (select person_no from arriving_person)`.execute(tx);
  // Records that were withdrawn, or went to several people, say nothing of who somebody is now.
  await sql`
    insert into register.joined as known (person_no, now_no, records)
    select person_no, min(now_with), min(records)
      from (select before.person_no, before.records, now_with.person_no as now_with
              from (select person_no, records, unnest(records) as rec
                      from (select person_no, records from register.person where cardinality(records) > 0
                             union all select person_no, records from register.joined) known
                     where not exists (
                       select 1 from arriving_person arriving where arriving.person_no = known.person_no)) before
              join (select person_no, unnest(records) as rec from arriving_person) now_with using (rec)) moved
     group by person_no
    having count(distinct now_with) = 1
        on conflict (person_no) do update set now_no = excluded.now_no where known.now_no <> excluded.now_no`.execute(
    tx,
  );
}
