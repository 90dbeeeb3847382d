import { sql } from 'kysely';
import { InvalidInput, NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeam, readTeams } from '../../directory/index.ts';
import { letSee } from './agenda.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { MdtTables } from './mdt-tables.ts';
import { lockMeeting, refuseOver } from './meeting.ts';
import type { Cadence } from './recurrence.ts';
import { mayRunMeetings } from './who-may.ts';

interface Common {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
}

/**
 * Sets up meetings that recur for the lead's team, once however often it is sent, and plans the first. Whoever chairs belongs to them. Returns the
 * first meeting. Throws NotPermitted and InvalidInput.
 */
export async function setUpMdt(
  tx: Tx,
  request: Common & {
    readonly name: string;
    readonly cadence: Cadence;
    readonly minutes: number;
    readonly place: string;
    readonly chair: string;
    readonly chairDiscipline: string;
    readonly starts: Date;
  },
): Promise<number> {
  const { by, now, name, cadence, minutes, place, chair, starts } = request;
  const permission = mayRunMeetings(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  const chairs = (await readTeam(tx, by.team)).find(({ account }) => account === chair);
  if (!chairs) throw new InvalidInput([{ field: 'chair', message: 'Choose somebody of the team' }]);
  if (starts <= now)
    throw new InvalidInput([{ field: 'starts', message: 'The first meeting must be to come' }]);
  refuseUnknownDiscipline(request.pathway, request.chairDiscipline, 'chairDiscipline');
  const db = tx.withTables<MdtTables>();
  // Of two who send the form at once, or of one who sends it twice, the second finds what the first has set up.
  await lockSeriesOf(tx, by.team);
  const there = await sql<{ meeting: number }>`
    select meeting.meeting_id as meeting from coordination.meeting join coordination.mdt using (mdt_id)
     where mdt.team_id = ${by.team} and mdt.name = ${name} and mdt.cadence = ${cadence} and mdt.ended_at is null
       and meeting.state = 'planned' and meeting.starts_at = ${starts}`.execute(tx);
  const [same] = there.rows;
  if (same) return same.meeting;
  const { mdt_id } = await db
    .insertInto('coordination.mdt')
    .values({ team_id: by.team, name, cadence, anchor_at: starts, minutes, place, chair, ended_at: null })
    .returning('mdt_id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('coordination.mdt_member')
    .values({
      mdt_id,
      name: chairs.name,
      discipline: request.chairDiscipline,
      account: chair,
      team_id: by.team,
      left_at: null,
    })
    .execute();
  const meeting = await planMeeting(tx, mdt_id, starts);
  await writeAudit(tx, {
    action: 'mdt.set_up',
    purpose: permission.because,
    detail: { mdt: mdt_id, meeting },
  });
  return meeting;
}

/** Series of a team are set up, changed, ended and begun again one after the other. */
export async function lockSeriesOf(tx: Tx, team: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mdt'), ${team}::int)`.execute(tx);
}

/** Plans a meeting of an MDT. There is never more than one that is not closed. */
export async function planMeeting(tx: Tx, mdt: number, starts: Date): Promise<number> {
  const { meeting_id } = await tx
    .withTables<MdtTables>()
    .insertInto('coordination.meeting')
    .values({
      mdt_id: mdt,
      starts_at: starts,
      slot_at: null,
      begun_at: null,
      closed_at: null,
      closed_by: null,
      quorum_note: null,
    })
    .returning('meeting_id')
    .executeTakeFirstOrThrow();
  return meeting_id;
}

/**
 * Somebody belongs to the meetings from now on: with an account they see who is on the agenda, without one they are
 * named in the minutes. Throws NotPermitted, InvalidInput, NotFound and Refusal `meeting_closed`.
 */
export async function addMember(
  tx: Tx,
  request: Common & {
    readonly meeting: number;
    readonly name: string;
    readonly discipline: string;
    readonly account: string | null;
    readonly team: number | null;
  },
): Promise<void> {
  const { by, account, discipline, team } = request;
  const permission = mayRunMeetings(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const meeting = await lockMeeting(tx, request.meeting, by);
  refuseOver(meeting);
  refuseUnknownDiscipline(request.pathway, discipline, 'discipline');
  if (team !== null && !(await readTeams(tx)).some((each) => each.team === team))
    throw new InvalidInput([{ field: 'team', message: 'Choose a team' }]);
  if (account !== null && meeting.members.some((each) => each.account === account))
    throw new InvalidInput([{ field: 'account', message: 'They belong to these meetings already' }]);
  if (account === null && meeting.members.some((each) => isSame(each, request)))
    throw new InvalidInput([{ field: 'name', message: 'They belong to these meetings already' }]);
  const db = tx.withTables<MdtTables>();
  await db
    .insertInto('coordination.mdt_member')
    .values({ mdt_id: meeting.mdt, name: request.name, discipline, account, team_id: team, left_at: null })
    .execute();
  if (account !== null) {
    const people = await db
      .selectFrom('coordination.meeting_case')
      .select('person_no')
      .where('meeting_id', '=', meeting.meeting)
      .where('removed_at', 'is', null)
      .execute();
    for (const { person_no } of people) await letSee(tx, account, person_no, meeting.meeting);
  }
  await writeAudit(tx, {
    action: 'mdt.member_added',
    purpose: permission.because,
    detail: { mdt: meeting.mdt, account, discipline },
  });
}

/** Somebody does not belong to the meetings any more. What they saw through them ends with the follow-up of others. */
export async function removeMember(
  tx: Tx,
  request: Common & { readonly meeting: number; readonly member: number },
): Promise<void> {
  const permission = mayRunMeetings(request.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const meeting = await lockMeeting(tx, request.meeting, request.by);
  refuseOver(meeting);
  if (meeting.members.find(({ member }) => member === request.member)?.account === meeting.chair)
    throw new InvalidInput([{ field: 'member', message: 'Whoever chairs belongs to the meetings' }]);
  const db = tx.withTables<MdtTables>();
  await db
    .updateTable('coordination.mdt_member')
    .set({ left_at: request.now })
    .where('member_id', '=', request.member)
    .where('mdt_id', '=', meeting.mdt)
    .execute();
  await writeAudit(tx, {
    action: 'mdt.member_removed',
    purpose: permission.because,
    detail: { mdt: meeting.mdt, member: request.member },
  });
}

function isSame(
  member: { readonly name: string; readonly discipline: string },
  other: { readonly name: string; readonly discipline: string },
): boolean {
  return member.name.toLowerCase() === other.name.toLowerCase() && member.discipline === other.discipline;
}

export function refuseUnknownDiscipline(pathway: MdtPathway, discipline: string, field: string): void {
  if (pathway.disciplines.some(({ id }) => id === discipline)) return;
  throw new InvalidInput([{ field, message: 'Choose a discipline' }]);
}
