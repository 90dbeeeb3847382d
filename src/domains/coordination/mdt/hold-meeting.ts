import { sql } from 'kysely';
import { InvalidInput, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endRelationshipNumbered, listName } from '../../register/index.ts';
import { acceptWork, finishWork, type WorkKinds } from '../../work/index.ts';
import { buildAgenda } from './agenda.ts';
import { changeable } from './change-agenda.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { MdtTables } from './mdt-tables.ts';
import { holdLate } from './pass-over.ts';
import { isQuorate, neededDisciplines } from './quorum.ts';
import { isSettled, readCases, readGroups } from './read-case.ts';
import { nextAfter } from './recurrence.ts';
import { planMeeting } from './run-mdt.ts';

interface OfMeeting {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
  readonly meeting: number;
}

/**
 * Begins a meeting: its agenda is brought up to date once more. One that is begun after its day is of the day on which it
 * is begun. A meeting that has begun stays so.
 */
export async function beginMeeting(tx: Tx, request: OfMeeting): Promise<void> {
  const meeting = await changeable(tx, request);
  if (meeting.state === 'open') return;
  await holdLate(tx, meeting, request);
  await buildAgenda(tx, request);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting')
    .set({ state: 'open', begun_at: request.now })
    .where('meeting_id', '=', meeting.meeting)
    .execute();
  await writeAudit(tx, {
    action: 'mdt.begun',
    purpose: 'takes part in the meeting',
    detail: { meeting: meeting.meeting },
  });
}

/** Who is there, who sent apologies. Those of whom nothing is said stay as they are. */
export async function noteAttendance(
  tx: Tx,
  request: OfMeeting & { readonly attended: ReadonlyMap<number, 'present' | 'apologies' | 'absent'> },
): Promise<void> {
  const meeting = await changeable(tx, request);
  for (const { member } of meeting.members) {
    const attended = request.attended.get(member);
    if (attended === undefined) continue;
    await tx
      .withTables<MdtTables>()
      .insertInto('coordination.meeting_attendance')
      .values({ meeting_id: meeting.meeting, member_id: member, attended })
      .onConflict((conflict) => conflict.columns(['meeting_id', 'member_id']).doUpdateSet({ attended }))
      .execute();
  }
  await writeAudit(tx, {
    action: 'mdt.attendance_noted',
    purpose: 'takes part in the meeting',
    detail: { meeting: meeting.meeting },
  });
}

/**
 * Closes a meeting: from now on its minutes stand. Everybody on the agenda has at least one action, a reason why
 * nothing changes, or is on the next agenda. Referrals end, and the next meeting is planned. Returns its number.
 *
 * Throws Refusal `undecided`, `not_rated`, and InvalidInput where a discipline that was needed was not there and
 * nobody said why it was held all the same.
 */
export async function closeMeeting(
  tx: Tx,
  request: OfMeeting & { readonly kinds: WorkKinds; readonly quorumNote: string | null },
): Promise<number> {
  const { by, now, pathway } = request;
  const meeting = await changeable(tx, request);
  if (meeting.state !== 'open')
    throw new Refusal({
      code: 'not_begun',
      because: 'This meeting has not begun.',
      remedy: 'Begin it first.',
    });
  const cases = (await readCases(tx, meeting.meeting)).filter(
    ({ removedBecause }) => removedBecause === null,
  );
  refuseAny(
    cases.filter((each) => !isSettled(each)),
    {
      code: 'undecided',
      because: 'Nothing has been decided for',
      remedy: 'Give each an action, say why nothing changes, or put them on the next agenda.',
    },
  );
  const discussed = cases.filter(({ carriedBecause }) => carriedBecause === null);
  refuseAny(
    discussed.filter(({ nextReview }) => nextReview === null),
    {
      code: 'not_rated',
      because: 'It is not said how complex and how stable things are for',
      remedy: 'Say it: the day of the next review follows from it.',
    },
  );
  const present = meeting.members.map(({ discipline, attended }) => ({
    discipline,
    present: attended === 'present',
  }));
  const needed = neededDisciplines(pathway, await readGroups(tx, discussed), present);
  if (!isQuorate(needed) && request.quorumNote === null)
    throw new InvalidInput([
      {
        field: 'quorumNote',
        message: 'Say why the meeting was held without every discipline that it needed',
      },
    ]);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting')
    .set({
      state: 'closed',
      closed_at: now,
      closed_by: by.account,
      quorum_note: isQuorate(needed) ? null : request.quorumNote,
    })
    .where('meeting_id', '=', meeting.meeting)
    .execute();
  for (const { personNo } of discussed) await endReferrals(tx, request, meeting.team, personNo);
  await writeAudit(tx, {
    action: 'mdt.closed',
    purpose: 'takes part in the meeting',
    detail: { meeting: meeting.meeting, people: cases.map(({ personNo }) => personNo) },
  });
  return await planMeeting(tx, meeting.mdt, nextAfter(meeting, now));
}

function refuseAny(
  cases: readonly { familyName: string | null; givenNames: string | null }[],
  refusal: { code: string; because: string; remedy: string },
): void {
  if (cases.length === 0) return;
  throw new Refusal({ ...refusal, because: `${refusal.because} ${cases.map(listName).join('; ')}.` });
}

async function endReferrals(
  tx: Tx,
  { by, now, kinds }: OfMeeting & { kinds: WorkKinds },
  team: number,
  person: number,
): Promise<void> {
  if (by.team !== team) return;
  const open = await sql<{ item_id: number; offered: boolean }>`
    select item_id, offered_team is not null as offered
      from work.item where kind = 'mdt_referral' and closed_at is null
       and subject_kind = 'person' and subject_id = ${person}
       and (offered_team = ${team}
            or (owner_team = ${team} and offered_team is null
                and (owner_account is null or owner_account = ${by.account})))`.execute(tx);
  for (const { item_id: item, offered } of open.rows) {
    // Whom another team referred they have discussed: with that they have accepted.
    if (offered) await acceptWork(tx, { by, now, kinds, item });
    await finishWork(tx, { by, now, kinds, item, outcome: 'done', note: 'Discussed in the meeting' });
  }
}

/**
 * Ends what members see through meetings of people whose follow-up is done: on no agenda that is to come, that of
 * a series that was ended among them, and no action open. Returns how many ended. Run by the clock, as the operator.
 */
export async function endFinishedSight(tx: Tx): Promise<number> {
  const over = await sql<{ relationship_id: number }>`
    select r.relationship_id from register.care_relationship r
     where r.kind = 'mdt' and (r.ends is null or r.ends > now())
       and not exists (
         select 1 from coordination.meeting_case c
           join coordination.meeting m using (meeting_id)
           join coordination.mdt using (mdt_id)
           join coordination.mdt_member member on member.mdt_id = m.mdt_id and member.account = r.account
                                               and member.left_at is null
          where c.person_no = r.person_no and c.removed_at is null
            and ((m.state <> 'closed' and mdt.ended_at is null)
                 or exists (select 1 from coordination.meeting_action action join work.item item using (item_id)
                             where action.case_id = c.case_id and item.closed_at is null)))`.execute(tx);
  for (const { relationship_id } of over.rows)
    await endRelationshipNumbered(tx, relationship_id, 'the follow-up of the meeting is done');
  return over.rows.length;
}
