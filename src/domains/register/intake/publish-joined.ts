import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';

/**
 * Notes whose records are all with another person since this import, and forgets it of those who have records again.
 * Before the index is emptied of them: reads `arriving_person`, and the records that everybody had.
 */
export async function noteJoined(tx: Tx): Promise<void> {
  await sql`delete from register.joined
             where person_no in (select person_no from arriving_person)`.execute(tx);
  await sql`
    insert into register.joined (person_no, joined_to, now_no)
    select before.person_no, min(now_with.person_no), min(now_with.person_no)
      from (select person_no, unnest(records) as rec from register.person
             where cardinality(records) > 0 and not exists (
               select 1 from arriving_person arriving where arriving.person_no = person.person_no)) before
      join (select person_no, unnest(records) as rec from arriving_person) now_with using (rec)
     group by before.person_no
    having count(distinct now_with.person_no) = 1`.execute(tx);
  // Whoever took the records over may have been joined in turn.
  await sql`
    with recursive way as (
      select person_no, joined_to as stop from register.joined
      union all
      select way.person_no, next.joined_to from way join register.joined next on next.person_no = way.stop)
    update register.joined set now_no = way.stop
      from way
     where way.person_no = joined.person_no and way.stop <> joined.now_no
       and not exists (select 1 from register.joined further where further.person_no = way.stop)`.execute(tx);
}
