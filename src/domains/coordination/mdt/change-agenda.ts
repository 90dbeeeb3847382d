import { sql } from 'kysely';
import { InvalidInput, NotFound, NotPermitted, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { insertCase, putBackCase } from './agenda.ts';
import type { MdtTables } from './mdt-tables.ts';
import { lockMeeting, type Meeting, refuseOver } from './meeting.ts';
import { mayTakePart } from './who-may.ts';

interface Common {
  readonly by: Actor;
  readonly now: Date;
  readonly meeting: number;
}

/** Puts somebody on the agenda by hand, with the reason. Throws Refusal `on_the_agenda`. */
export async function addToAgenda(
  tx: Tx,
  request: Common & { readonly person: number; readonly reason: string },
): Promise<number> {
  const meeting = await changeable(tx, request);
  await refuseTwice(tx, meeting, request.person);
  const last = await sql<{ last: number | null }>`
    select max(position) as last from coordination.meeting_case where meeting_id = ${meeting.meeting}`.execute(
    tx,
  );
  const item = await insertCase(tx, meeting, {
    person: request.person,
    reasons: [{ rule: 'by_hand', why: request.reason }],
    position: (last.rows[0]?.last ?? 0) + 1,
    by: request.by.account,
  });
  await audit(tx, 'mdt.added', request.person, request.reason, { meeting: meeting.meeting });
  return item;
}

/** Takes somebody off the agenda, with the reason. It stays in the minutes that they were on it. */
export async function removeFromAgenda(
  tx: Tx,
  request: Common & { readonly case: number; readonly reason: string },
): Promise<void> {
  const meeting = await changeable(tx, request);
  const row = await caseOf(tx, meeting, request.case);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting_case')
    .set({ removed_at: request.now, removed_by: request.by.account, removed_because: request.reason })
    .where('case_id', '=', row.case_id)
    .execute();
  await audit(tx, 'mdt.removed', row.person_no, request.reason, { meeting: meeting.meeting });
}

/** Puts somebody back who was taken off the agenda. Throws NotFound, and Refusal `on_the_agenda`. */
export async function putBack(tx: Tx, request: Common & { readonly case: number }): Promise<void> {
  const meeting = await changeable(tx, request);
  const row = await cases(tx, meeting).where('case_id', '=', request.case).forUpdate().executeTakeFirst();
  if (!row) throw notOnAgenda();
  await refuseTwice(tx, meeting, row.person_no);
  await putBackCase(tx, row.case_id);
  await audit(tx, 'mdt.put_back', row.person_no, 'takes part in the meeting', { meeting: meeting.meeting });
}

/** Moves somebody to a place on the agenda, with the reason. From then on the rule does not order it any more. */
export async function moveOnAgenda(
  tx: Tx,
  request: Common & { readonly case: number; readonly to: number; readonly reason: string },
): Promise<void> {
  const meeting = await changeable(tx, request);
  const row = await caseOf(tx, meeting, request.case);
  const others = await cases(tx, meeting)
    .where('removed_at', 'is', null)
    .where('case_id', '!=', row.case_id)
    .orderBy('position')
    .orderBy('case_id')
    .execute();
  if (request.to < 1 || request.to > others.length + 1)
    throw new InvalidInput([{ field: 'to', message: `Choose a place from 1 to ${others.length + 1}` }]);
  const ordered = others.map(({ case_id }) => case_id);
  ordered.splice(request.to - 1, 0, row.case_id);
  await sql`
    update coordination.meeting_case set position = array_position(${ordered}::int[], case_id)
     where case_id = any (${ordered}::int[])`.execute(tx);
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting_case')
    .set({ moved_because: request.reason })
    .where('case_id', '=', row.case_id)
    .execute();
  await audit(tx, 'mdt.moved', row.person_no, request.reason, { meeting: meeting.meeting, to: request.to });
}

async function refuseTwice(tx: Tx, meeting: Meeting, person: number): Promise<void> {
  const there = await cases(tx, meeting)
    .where('person_no', '=', person)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (there)
    throw new Refusal({
      code: 'on_the_agenda',
      because: 'This person is on the agenda already.',
      remedy: 'Open the meeting and add to what is written there.',
    });
}

function cases(tx: Tx, meeting: Meeting) {
  return tx
    .withTables<MdtTables>()
    .selectFrom('coordination.meeting_case')
    .select(['case_id', 'person_no', 'position', 'carried_because'])
    .where('meeting_id', '=', meeting.meeting);
}

/** A case of a meeting that may be changed. Throws NotFound. */
export async function caseOf(tx: Tx, meeting: Meeting, id: number) {
  const row = await cases(tx, meeting)
    .where('case_id', '=', id)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (row) return row;
  throw notOnAgenda();
}

function notOnAgenda(): NotFound {
  return new NotFound('This person is not on the agenda of this meeting.', 'Open the meeting again.');
}

/** A meeting that may be changed by somebody, locked. Throws NotFound, NotPermitted and what `refuseOver` does. */
export async function changeable(
  tx: Tx,
  { by, meeting: id }: { by: Actor; meeting: number },
): Promise<Meeting> {
  const meeting = await lockMeeting(tx, id, by);
  const permission = mayTakePart(by, meeting);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  refuseOver(meeting);
  return meeting;
}

export async function audit(
  tx: Tx,
  action: string,
  person: number,
  purpose: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await writeAudit(tx, { action, subject: { kind: 'person', id: person }, purpose, detail });
}
