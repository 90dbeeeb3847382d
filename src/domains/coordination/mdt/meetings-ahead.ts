import { sql } from 'kysely';
import { londonDay, londonMidnight } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';

/** A meeting of a team that has not been closed, with whom of those asked about it has on its agenda. */
export interface MeetingAhead {
  readonly meeting: number;
  readonly name: string;
  readonly startsAt: Date;
  readonly on: readonly number[];
  /** Whom somebody took off it, and for whom nobody has asked since. */
  readonly off: readonly number[];
}

/**
 * Meetings of a team that are to come, one of each of its series, in the order in which they come. One whose day is over
 * comes after those that still will be.
 */
export async function readMeetingsAhead(
  tx: Tx,
  { team, people, now }: { readonly team: number; readonly people: readonly number[]; readonly now: Date },
): Promise<MeetingAhead[]> {
  const cases = sql`coordination.meeting_case c where c.meeting_id = m.meeting_id and c.person_no = any (${people}::int[])`;
  const found = await sql<MeetingAhead>`
    select m.meeting_id as meeting, mdt.name, m.starts_at as "startsAt", 
           array(select c.person_no from ${cases} and c.removed_at is null) as on,
           array(select c.person_no from ${cases} and c.removed_at is not null and not exists (
                   select from work.item asked
                    where asked.kind = 'mdt_referral' and asked.subject_kind = 'person' and asked.subject_id = c.person_no
                      and asked.closed_at is null and asked.opened_at > c.removed_at)) as off
      from coordination.meeting m join coordination.mdt mdt using (mdt_id)
     where mdt.team_id = ${team} and mdt.ended_at is null and m.state <> 'closed'
     order by m.starts_at < ${londonMidnight(londonDay(now))}, m.starts_at, m.meeting_id`.execute(tx);
  return found.rows;
}

/**
 * On which of a team's meetings somebody stands whom a rule finds: where they stand already, or else on the one that comes
 * first, of those that nobody took them off. So somebody is talked about once, however many series the team has.
 */
export function meetingFor(ahead: readonly MeetingAhead[], person: number): MeetingAhead | null {
  return (
    ahead.find(({ on }) => on.includes(person)) ?? ahead.find(({ off }) => !off.includes(person)) ?? null
  );
}
