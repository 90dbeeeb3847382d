import { sql } from 'kysely';
import { formatDay, londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openMany, taskClock, type WorkKinds } from '../../work/index.ts';
import { standingReviews } from './series.ts';

interface Left {
  readonly person: number;
  readonly team: number;
  readonly name: string;
  /** The day of the review; null: they stood on the agenda, or were not reached in the last meeting. */
  readonly review: PlainDate | null;
}

/**
 * Whom a series that was ended was to talk about is referred to the meetings of its team: who stands on its agenda and on no
 * other, whom it did not reach, and from the day on whose review is due. So they come on the next agenda of the team, or wait
 * with it as work until it meets. Once: of whom the team has an open referral, had one since, or has talked since, nothing is
 * opened.
 * Whoever has died is not reviewed any more.
 *
 * By the clock, as batch work; or within the scope of who ends a series. Returns how many were referred.
 */
export async function referWhoWaits(
  tx: Tx,
  { by, now, kinds }: { readonly by: Actor; readonly now: Date; readonly kinds: WorkKinds },
): Promise<number> {
  // One at a time: whom one refers, another would refer twice.
  await sql`select pg_advisory_xact_lock(hashtext('coordination.refer_who_waits'))`.execute(tx);
  const { states: table } = kinds.task('mdt_referral');
  const clock = taskClock(kinds.pathway, 'mdt_referral', { now });
  const works = (await readLeft(tx, londonDay(now))).map(({ person, team, name, review }) => ({
    person,
    team,
    clock,
    title:
      review === null
        ? `“${name}” was to talk about them, and has been ended`
        : `“${name}”, which has been ended, was to look at them again on ${formatDay(review)}`,
  }));
  const note = 'The meetings that were to talk about them have been ended';
  return (await openMany(tx, { table, by, at: now, note, works })).size;
}

/** Each person once for each team: the agenda comes before a review. */
async function readLeft(tx: Tx, today: PlainDate): Promise<Left[]> {
  const { rows } = await sql<Left>`
    with due as (
      select mdt.team_id, mdt.name, coalesce(joined.now_no, c.person_no) as person_no, null::date as review,
             mdt.ended_at as since
        from coordination.mdt
        join coordination.meeting m using (mdt_id)
        join coordination.meeting_case c using (meeting_id)
        left join register.joined joined on joined.person_no = c.person_no
       where mdt.ended_at is not null and m.state = 'planned' and c.removed_at is null
      union all
      select team_id, name, person_no, case when carried_because is null then next_review end,
             greatest(ended_at, case when carried_because is null
                                     then next_review::timestamp at time zone 'Europe/London' end)
        from (${standingReviews(sql`mdt.ended_at is not null`)}) standing
       where (carried_because is not null or next_review <= ${today})
         and exists (select from register.person p where p.person_no = standing.person_no and p.death_date is null)),
    same as (
      select due.*, array(select due.person_no union
                          select person_no from register.joined where now_no = due.person_no) as numbers from due)
    select distinct on (team_id, person_no) person_no as person, team_id as team, name, review
      from same
     where not exists (
             select from coordination.meeting_case c
               join coordination.meeting m using (meeting_id)
               join coordination.mdt ahead using (mdt_id)
              where c.person_no = any (numbers) and c.removed_at is null and ahead.team_id = same.team_id
                and case when m.state = 'closed' then m.starts_at > since and c.carried_because is null
                         else ahead.ended_at is null end)
       and not exists (
             select from work.item
              where kind = 'mdt_referral' and subject_kind = 'person' and subject_id = any (numbers)
                and coalesce(offered_team, owner_team) = same.team_id and (closed_at is null or opened_at >= since))
     order by team_id, person_no, review nulls first`.execute(tx);
  return rows;
}
