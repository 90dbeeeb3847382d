import { sql } from 'kysely';
import {
  formatInstant,
  InvalidInput,
  londonDay,
  londonMidnight,
  NotPermitted,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { buildAgenda } from './agenda.ts';
import { changeable } from './change-agenda.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { MdtTables, MoveKind } from './mdt-tables.ts';
import type { Meeting } from './meeting.ts';
import { type Cadence, nextAfter } from './recurrence.ts';
import { mayMoveMeeting } from './who-may.ts';

// A meeting that does not come about keeps its agenda, with everything that was written: it is the same meeting at
// another time, and when it was to be is kept beside it, with why it was not.

interface Moving {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
  readonly meeting: number;
  /** When it was to be, as whoever asks has read it: of two who send this at once the second is told. */
  readonly was: Date;
  readonly reason: string;
}

/** Whether the day of a meeting is over, so that one that was not begun was not held on it. */
export function isDayOver({ startsAt }: Pick<Meeting, 'startsAt'>, now: Date): boolean {
  return londonDay(startsAt) < londonDay(now);
}

/**
 * Moves a meeting that has not begun to another time. Those after it come when they would have come. Who said whether
 * they will be there is asked again.
 *
 * Throws NotFound, NotPermitted, InvalidInput, and Refusal `begun`, `meeting_closed` or `moved_meanwhile`.
 */
export async function moveMeeting(tx: Tx, request: Moving & { readonly starts: Date }): Promise<void> {
  const meeting = await movable(tx, request);
  if (request.starts <= request.now)
    throw new InvalidInput([{ field: 'starts', message: 'The meeting must be to come' }]);
  await changeTime(tx, meeting, {
    ...request,
    kind: 'moved',
    because: request.reason,
    slot: meeting.slotAt ?? meeting.startsAt,
  });
  await buildAgenda(tx, request);
}

/**
 * A meeting was not held, or will not be, and why. Its agenda, with all that was written, is that of the next time of the
 * series. Returns when that is. Throws as `moveMeeting`.
 */
export async function noteNotHeld(tx: Tx, request: Moving): Promise<Date> {
  const meeting = await movable(tx, request);
  const starts = nextAfter(meeting, request.now);
  await changeTime(tx, meeting, {
    ...request,
    kind: 'not_held',
    because: request.reason,
    starts,
    slot: null,
  });
  await buildAgenda(tx, request);
  return starts;
}

/** A meeting that is begun after its day is held on the day on which it is: its minutes say so. */
export async function holdLate(
  tx: Tx,
  meeting: Meeting,
  { by, now }: { by: Actor; now: Date },
): Promise<void> {
  if (!isDayOver(meeting, now)) return;
  await changeTime(tx, meeting, {
    by,
    now,
    kind: 'held_late',
    because: 'Held later than planned',
    starts: now,
    slot: meeting.slotAt ?? meeting.startsAt,
  });
}

/**
 * Meetings that nobody began, and of which nobody said why, until the next of their series was due: they were not held,
 * and their agenda is that of the next. Returns how many. Run by the clock, as the operator.
 */
export async function passOverUnbegun(tx: Tx, { by, now }: { by: Actor; now: Date }): Promise<number> {
  const today = londonDay(now);
  const { rows } = await sql<{
    meeting: number;
    cadence: Cadence;
    anchor: Date;
    startsAt: Date;
    slotAt: Date | null;
  }>`
    select m.meeting_id as meeting, mdt.cadence, mdt.anchor_at as anchor, m.starts_at as "startsAt", m.slot_at as "slotAt"
      from coordination.meeting m join coordination.mdt mdt using (mdt_id)
     where m.state = 'planned' and mdt.ended_at is null and m.starts_at < ${londonMidnight(today)}
     order by m.meeting_id for update of m for share of mdt`.execute(tx);
  let passed = 0;
  for (const meeting of rows) {
    if (londonDay(nextAfter(meeting)) > today) continue;
    await changeTime(tx, meeting, {
      by,
      now,
      kind: 'not_held',
      because: 'Nobody began it or said why before the next was due',
      starts: nextAfter(meeting, new Date(londonMidnight(today).getTime() - 1)),
      slot: null,
    });
    passed += 1;
  }
  return passed;
}

/** A time at which a meeting was to be and was not. */
export interface MeetingMove {
  readonly wasAt: Date;
  readonly kind: MoveKind;
  readonly because: string;
  readonly who: string;
  readonly at: Date;
}

/** When a meeting was to be before, the latest first. */
export async function readMoves(tx: Tx, meeting: number): Promise<MeetingMove[]> {
  const found = await sql<MeetingMove>`
    select moved.was_at as "wasAt", moved.kind, moved.because, who.name as who, moved.at
      from coordination.meeting_moved moved join auth.account who using (account)
     where moved.meeting_id = ${meeting} order by moved.at desc, moved.was_at desc`.execute(tx);
  return found.rows;
}

/** A time at which a meeting was to be, and why it was not, as a sentence. */
export function moveSentence({ wasAt, kind, because, who }: MeetingMove): string {
  const was = formatInstant(wasAt);
  if (kind === 'held_late') return `Was to be on ${was}, and was held late.`;
  return `${kind === 'moved' ? `Moved from ${was}` : `Not held on ${was}`}: ${because} (${who})`;
}

async function movable(tx: Tx, request: Moving): Promise<Meeting> {
  const meeting = await changeable(tx, request);
  const permission = mayMoveMeeting(request.by, meeting);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if (meeting.state === 'open')
    throw new Refusal({
      code: 'begun',
      because: 'This meeting has begun.',
      remedy: 'Put whom you do not reach on the next agenda, and close it.',
    });
  if (meeting.startsAt.getTime() !== request.was.getTime())
    throw new Refusal({
      code: 'moved_meanwhile',
      because: 'This meeting has another time now: somebody has moved it, or said that it was not held.',
      remedy: 'Look when it is now, and change that if it is not right.',
    });
  return meeting;
}

/** Gives a meeting another time, and keeps beside it when it was to be and why it was not. */
export async function changeTime(
  tx: Tx,
  meeting: Pick<Meeting, 'meeting' | 'startsAt'>,
  move: {
    readonly by: Actor;
    readonly now: Date;
    readonly kind: MoveKind;
    readonly because: string;
    readonly starts: Date;
    readonly slot: Date | null;
  },
): Promise<void> {
  const { by, now, kind, because, starts, slot } = move;
  const db = tx.withTables<MdtTables>();
  await db
    .insertInto('coordination.meeting_moved')
    .values({
      meeting_id: meeting.meeting,
      was_at: meeting.startsAt,
      kind,
      because,
      account: by.account,
      at: now,
    })
    .execute();
  await db
    .updateTable('coordination.meeting')
    .set({ starts_at: starts, slot_at: slot })
    .where('meeting_id', '=', meeting.meeting)
    .execute();
  // Who can come on one day says nothing of another.
  if (kind !== 'held_late')
    await db
      .deleteFrom('coordination.meeting_attendance')
      .where('meeting_id', '=', meeting.meeting)
      .execute();
  await writeAudit(tx, {
    action: `mdt.${kind}`,
    purpose: because,
    detail: { meeting: meeting.meeting, was: meeting.startsAt, starts },
  });
}
