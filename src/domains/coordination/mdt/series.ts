import { type RawBuilder, sql } from 'kysely';
import { NotFound, NotPermitted, type PlainDate, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Presence } from '../../register/index.ts';
import type { SeriesChangeKind, SeriesDifference } from './mdt-tables.ts';
import { belongsTo, type Meeting, type Member, readMembers } from './meeting.ts';
import { readMeetingsAhead } from './meetings-ahead.ts';
import { type MeetingCase, readCases } from './read-case.ts';
import type { Cadence } from './recurrence.ts';
import { lockSeriesOf } from './run-mdt.ts';
import { mayRunMeetings } from './who-may.ts';

// A series: meetings of a team that recur. Who set it up may change and end it, and begin it again. Its planned meeting
// stays when it is ended, with whoever waits on its agenda: begun again, that meeting is held at another time.

/** A series of meetings, with the one that has not been closed. */
export interface Series {
  readonly series: number;
  readonly name: string;
  readonly team: number;
  readonly teamName: string;
  readonly cadence: Cadence;
  readonly anchor: Date;
  readonly minutes: number;
  readonly place: string;
  readonly chair: string;
  readonly chairName: string;
  readonly endedAt: Date | null;
  readonly ahead: Pick<Meeting, 'meeting' | 'startsAt' | 'slotAt' | 'state'> | null;
  readonly members: readonly Member[];
}

/** One series. Throws NotFound where there is none, or whoever asks does not belong to it. */
export async function readSeries(tx: Tx, id: number, by: Actor): Promise<Series> {
  const { rows } = await sql<Omit<Series, 'ahead' | 'members'>>`
    select mdt.mdt_id as series, mdt.name, mdt.team_id as team, team.name as "teamName", mdt.cadence,
           mdt.anchor_at as anchor, mdt.minutes, mdt.place, mdt.chair, chair.name as "chairName", mdt.ended_at as "endedAt"
      from coordination.mdt mdt
      join directory.team team on team.team_id = mdt.team_id
      join auth.account chair on chair.account = mdt.chair
     where mdt.mdt_id = ${id} and ${belongsTo(by)}`.execute(tx);
  const [series] = rows;
  if (!series)
    throw new NotFound('There are no such meetings, or you do not belong to them.', 'Go back to meetings.');
  const ahead = await sql<NonNullable<Series['ahead']>>`
    select meeting_id as meeting, starts_at as "startsAt", slot_at as "slotAt", state
      from coordination.meeting where mdt_id = ${id} and state <> 'closed'`.execute(tx);
  const members = await readMembers(tx, id, null);
  return { ...series, ahead: ahead.rows[0] ?? null, members };
}

/** The same for whoever may change it. Throws NotFound and NotPermitted. */
export async function readOwnSeries(tx: Tx, id: number, by: Actor): Promise<Series> {
  const permission = mayRunMeetings(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const series = await readSeries(tx, id, by);
  if (series.team === by.team) return series;
  throw new NotPermitted('The lead of the team that meets changes its meetings.');
}

/**
 * The same, held until the end of the transaction: nobody else changes it, or writes into its
 * meetings. Throws NotFound and NotPermitted.
 */
export async function lockSeries(tx: Tx, id: number, by: Actor): Promise<Series> {
  const { team } = await readOwnSeries(tx, id, by);
  await lockSeriesOf(tx, team);
  await sql`select 1 from coordination.mdt where mdt_id = ${id} for update`.execute(tx);
  return await readSeries(tx, id, by);
}

/** What became of a series at one time. */
export interface SeriesChange {
  readonly kind: SeriesChangeKind;
  readonly what: readonly SeriesDifference[];
  readonly because: string | null;
  readonly outcome: string | null;
  readonly account: string;
  readonly who: string;
  readonly at: Date;
}

/** Everything that became of a series, the latest first. */
export async function readSeriesChanges(tx: Tx, series: number): Promise<SeriesChange[]> {
  const { rows } = await sql<SeriesChange>`
    select change.kind, change.what, change.because, change.outcome, change.account, who.name as who, change.at
      from coordination.mdt_change change join auth.account who using (account)
     where change.mdt_id = ${series} order by change.change_id desc`.execute(tx);
  return rows;
}

/** Of a series that was ended: by whom, when and why. */
export function lastEnd(changes: readonly SeriesChange[]): SeriesChange | null {
  return changes.find(({ kind }) => kind === 'ended') ?? null;
}

/** Throws Refusal `series_ended`, with who did it and why: of two at once the second is told. */
export function refuseEnded({ endedAt }: Series, changes: readonly SeriesChange[]): void {
  if (endedAt === null) return;
  const ended = lastEnd(changes);
  throw new Refusal({
    code: 'series_ended',
    because:
      ended === null
        ? 'These meetings have been ended.'
        : `${ended.who} has ended these meetings: ${ended.because}`,
    remedy: 'They can be begun again on their page.',
  });
}

/** A series that was ended, in the list of them. */
export interface EndedSeries {
  readonly series: number;
  readonly name: string;
  readonly teamName: string;
  readonly endedAt: Date;
  readonly because: string | null;
  readonly who: string | null;
}

/** The series that were ended of the actor's team, and of those that they belong to, the latest first. */
export async function readEndedSeries(tx: Tx, by: Actor): Promise<EndedSeries[]> {
  const { rows } = await sql<EndedSeries>`
    select mdt.mdt_id as series, mdt.name, team.name as "teamName", mdt.ended_at as "endedAt", ended.because, ended.who
      from coordination.mdt mdt
      join directory.team team on team.team_id = mdt.team_id
      left join lateral (
        select change.because, who.name as who
          from coordination.mdt_change change join auth.account who using (account)
         where change.mdt_id = mdt.mdt_id and change.kind = 'ended' order by change.change_id desc limit 1) ended on true
     where mdt.ended_at is not null and ${belongsTo(by)}
     order by mdt.ended_at desc, mdt.mdt_id`.execute(tx);
  return rows;
}

/** Somebody on the agenda of a meeting that will not be held, and what is done about them instead. */
export interface Waiting extends MeetingCase {
  /** Another meeting of the team on whose agenda they stand. */
  readonly elsewhere: { readonly meeting: number; readonly name: string } | null;
  /** The referral that the team has about them. */
  readonly referral: { readonly item: number; readonly open: boolean } | null;
}

/** Who still stands on the agenda of a series that was ended: they came on no other one. */
export async function readWaiting(tx: Tx, { series, team, ahead }: Series, now: Date): Promise<Waiting[]> {
  if (ahead === null) return [];
  const cases = (await readCases(tx, ahead.meeting)).filter(({ removedBecause }) => removedBecause === null);
  const people = cases.map(({ personNo }) => personNo);
  const others = await readMeetingsAhead(tx, { team, people, now });
  const referrals = await sql<{ person: number; item: number; open: boolean }>`
    select distinct on (item.subject_id) item.subject_id as person, item.item_id as item, item.closed_at is null as open
      from work.item item join coordination.mdt on mdt.mdt_id = ${series}
     where item.kind = 'mdt_referral' and item.subject_kind = 'person' and item.subject_id = any (${people}::int[])
       and item.owner_team = mdt.team_id and (item.closed_at is null or item.opened_at >= mdt.ended_at)
     order by item.subject_id, item.closed_at is not null, item.item_id desc`.execute(tx);
  return cases.map((each) => ({
    ...each,
    elsewhere: others.find(({ on }) => on.includes(each.personNo)) ?? null,
    referral: referrals.rows.find(({ person }) => person === each.personNo) ?? null,
  }));
}

/** Somebody whom a series that was ended was to look at again on a day. */
export interface ReviewAhead extends Presence {
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly reviewOn: PlainDate;
}

/** Reviews of a series whose day is still to come, the first first. Who was talked about since in another one has its own. */
export async function readReviewsAhead(tx: Tx, series: number, today: PlainDate): Promise<ReviewAhead[]> {
  const { rows } = await sql<ReviewAhead>`
    select person.person_no as "personNo", person.public_id as "publicId", person.family_name as "familyName",
           person.given_names as "givenNames", person.death_date as "deathDate", person.registered, due.next_review as "reviewOn"
      from (${standingReviews(sql`mdt.mdt_id = ${series}`)}) due
      cross join lateral (
        select p.* from register.person p where p.person_no = due.person_no limit 1) person
     where due.carried_because is null and due.next_review > ${today}
     order by due.next_review, person.person_no`.execute(tx);
  return rows;
}

/**
 * What the last meeting of a series that had somebody on its agenda says of when they are looked at again (`next_review`), or
 * that they were not reached (`carried_because`). Not of whom another series of the team has talked about since. `person_no`
 * is who they are now. `which` says of the table `mdt` which series.
 */
export function standingReviews(which: RawBuilder<unknown>) {
  return sql`
  select last.* from (
    select distinct on (mdt.mdt_id, coalesce(joined.now_no, c.person_no))
           mdt.mdt_id, mdt.team_id, mdt.name, mdt.ended_at, coalesce(joined.now_no, c.person_no) as person_no,
           c.next_review, c.carried_because, m.starts_at
      from coordination.mdt
      join coordination.meeting m using (mdt_id)
      join coordination.meeting_case c using (meeting_id)
      left join register.joined joined on joined.person_no = c.person_no
     where ${which} and m.state = 'closed' and c.removed_at is null
     order by mdt.mdt_id, coalesce(joined.now_no, c.person_no), m.starts_at desc) last
   where not exists (
     select from coordination.meeting_case other
       join coordination.meeting m on m.meeting_id = other.meeting_id
       join coordination.mdt on mdt.mdt_id = m.mdt_id
      where other.person_no = any (array(
              select last.person_no union select joined.person_no from register.joined where joined.now_no = last.person_no))
        and mdt.team_id = last.team_id and mdt.mdt_id <> last.mdt_id and m.state = 'closed'
        and m.starts_at > last.starts_at and other.removed_at is null and other.carried_because is null)`;
}

/** A meeting of a series that was held. */
export interface HeldMeeting {
  readonly meeting: number;
  readonly startsAt: Date;
}

/** The meetings of a series that were held, the latest first. */
export async function readHeld(tx: Tx, series: number, most: number): Promise<HeldMeeting[]> {
  const { rows } = await sql<HeldMeeting>`
    select meeting_id as meeting, starts_at as "startsAt" from coordination.meeting
     where mdt_id = ${series} and state = 'closed' order by starts_at desc limit ${most}`.execute(tx);
  return rows;
}
