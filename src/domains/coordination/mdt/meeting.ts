import { sql } from 'kysely';
import { NotFound, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Cadence } from './recurrence.ts';

export interface Member {
  readonly member: number;
  readonly name: string;
  readonly discipline: string;
  readonly account: string | null;
  /** The team that does what they take on. */
  readonly team: number | null;
  readonly teamName: string | null;
  readonly attended: 'present' | 'apologies' | 'absent' | null;
}

/** A meeting, with who belongs to it. */
export interface Meeting {
  readonly meeting: number;
  readonly mdt: number;
  readonly name: string;
  readonly team: number;
  readonly teamName: string;
  readonly cadence: Cadence;
  readonly anchor: Date;
  readonly minutes: number;
  readonly place: string;
  readonly chair: string;
  readonly chairName: string;
  /** When the series was ended. One of its meetings that was not begun is not held then. */
  readonly endedAt: Date | null;
  readonly startsAt: Date;
  /** When it would be in its series, where it was moved to another time. */
  readonly slotAt: Date | null;
  readonly state: 'planned' | 'open' | 'closed';
  readonly closedAt: Date | null;
  readonly quorumNote: string | null;
  readonly members: readonly Member[];
  /** Whether whoever asks is a member. */
  readonly isMember: boolean;
}

const MEETING = sql`
  select meeting.meeting_id as meeting, mdt.mdt_id as mdt, mdt.name, mdt.team_id as team, team.name as "teamName",
         mdt.cadence, mdt.anchor_at as anchor, mdt.minutes, mdt.place, mdt.chair, chair.name as "chairName",
         mdt.ended_at as "endedAt", meeting.starts_at as "startsAt",
         meeting.slot_at as "slotAt", meeting.state, meeting.closed_at as "closedAt", meeting.quorum_note as "quorumNote"
    from coordination.meeting meeting
    join coordination.mdt mdt using (mdt_id)
    join directory.team team on team.team_id = mdt.team_id
    join auth.account chair on chair.account = mdt.chair`;

/** One meeting with its members. Throws NotFound where there is none, or it is not theirs to see. */
export async function readMeeting(tx: Tx, id: number, by: Actor): Promise<Meeting> {
  const found = await sql<
    Omit<Meeting, 'members' | 'isMember'>
  >`${MEETING} where meeting.meeting_id = ${id}`.execute(tx);
  const [meeting] = found.rows;
  const members = meeting ? await readMembers(tx, meeting.mdt, id) : [];
  const isMember = members.some(({ account }) => account === by.account);
  if (!meeting || (meeting.team !== by.team && !isMember))
    throw new NotFound('There is no such meeting, or you do not belong to it.', 'Go back to meetings.');
  return { ...meeting, members, isMember };
}

/**
 * The same, locked, so that of two who change the meeting at once the second sees what the first did; and its series held,
 * so that nobody changes or ends that meanwhile. Always in this order.
 */
export async function lockMeeting(tx: Tx, id: number, by: Actor): Promise<Meeting> {
  await sql`
    select 1 from coordination.mdt
     where mdt_id = (select mdt_id from coordination.meeting where meeting_id = ${id}) for share`.execute(tx);
  await sql`select 1 from coordination.meeting where meeting_id = ${id} for update`.execute(tx);
  return await readMeeting(tx, id, by);
}

/** Whether a meeting will not be held, because its series was ended before it was begun. */
export function isCalledOff({ state, endedAt }: Pick<Meeting, 'state' | 'endedAt'>): boolean {
  return state === 'planned' && endedAt !== null;
}

/**
 * Throws Refusal `meeting_closed` and `series_ended`. What was decided in a meeting is not rewritten after it, and nothing
 * is written into one that will not be held.
 */
export function refuseOver(meeting: Meeting): void {
  if (isCalledOff(meeting))
    throw new Refusal({
      code: 'series_ended',
      because: 'These meetings have been ended: this one will not be held.',
      remedy: 'Whom it was to talk about stands on the page of the meetings, where they can be begun again.',
    });
  if (meeting.state !== 'closed') return;
  throw new Refusal({
    code: 'meeting_closed',
    because: 'This meeting has been closed: its minutes stand.',
    remedy: 'Write it into the next meeting. What was decided can be changed where its work is.',
  });
}

export async function readMembers(tx: Tx, mdt: number, meeting: number | null): Promise<Member[]> {
  const found = await sql<Member>`
    select member.member_id as member, member.name, member.discipline, member.account, member.team_id as team,
           team.name as "teamName", attendance.attended
      from coordination.mdt_member member
      left join directory.team team on team.team_id = member.team_id
      left join coordination.meeting_attendance attendance
        on attendance.member_id = member.member_id and attendance.meeting_id = ${meeting}
     where member.mdt_id = ${mdt} and (member.left_at is null or attendance.attended is not null)
     order by member.name`.execute(tx);
  return found.rows;
}

/** The series, named `mdt` in a statement, that somebody may see: their team's, and those that they belong to. */
export function belongsTo(by: Actor) {
  return sql`(mdt.team_id = ${by.team} or exists (
    select 1 from coordination.mdt_member m
     where m.mdt_id = mdt.mdt_id and m.account = ${by.account} and m.left_at is null))`;
}

/** A line of the list of meetings. */
export interface ListedMeeting {
  readonly meeting: number;
  readonly name: string;
  readonly teamName: string;
  readonly cadence: Cadence;
  readonly place: string;
  readonly chairName: string;
  readonly startsAt: Date;
  readonly endedAt: Date | null;
  readonly state: Meeting['state'];
  readonly people: number;
  /** How often it was to be and was not held since the one before, and on which day last. */
  readonly notHeld: number;
  readonly lastNotHeld: Date | null;
}

/**
 * Meetings of the actor's team, and those that they belong to, of series that have not ended: what is to come first, then
 * the latest.
 */
export async function readMeetings(tx: Tx, by: Actor, most: number): Promise<ListedMeeting[]> {
  const found = await sql<ListedMeeting>`
    select listed.*, (select count(*) from coordination.meeting_case c
                       where c.meeting_id = listed.meeting and c.removed_at is null) as people,
           passed.n as "notHeld", passed.last as "lastNotHeld"
      from (${MEETING}
             where mdt.ended_at is null and ${belongsTo(by)}) listed
      cross join lateral (select count(*) as n, max(moved.was_at) as last from coordination.meeting_moved moved
                           where moved.meeting_id = listed.meeting and moved.kind = 'not_held') passed
     order by (listed.state = 'closed'), case when listed.state <> 'closed' then listed."startsAt" end,
              listed."startsAt" desc
     limit ${most}`.execute(tx);
  return found.rows;
}
