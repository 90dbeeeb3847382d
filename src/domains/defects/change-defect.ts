import { NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { actOnWork, type WorkTables } from '../work/index.ts';
import type { DefectKind, DefectKinds } from './defect-kinds.ts';
import { defectClock, defectStates } from './defect-states.ts';
import { type DefectRow, readDefect } from './read-board.ts';
import type { DefectsTables } from './tables.ts';
import { mayMend } from './who-may.ts';

interface OfDefect {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: DefectKinds;
  readonly defect: number;
  /** The last transition that the person saw who acts. */
  readonly seen?: number | undefined;
}

/** Takes a defect on: from now on it is this person's, with the time that its kind gives. Its team stays. */
export async function takeDefect(tx: Tx, request: OfDefect): Promise<void> {
  const { row, item, kind } = await changeable(tx, request);
  await actOnWork(tx, {
    ...acting(request, item, 'take'),
    owner: { team: await teamOf(tx, item), account: request.by.account },
    clock: defectClock(kind, request.now),
  });
  await audit(tx, 'quality.taken', row, 'mends the data');
}

/** Gives a defect back to its team. */
export async function giveBackDefect(tx: Tx, request: OfDefect): Promise<void> {
  const { row, item } = await changeable(tx, request);
  const owner = { team: await teamOf(tx, item), account: null };
  await actOnWork(tx, { ...acting(request, item, 'give_back'), owner });
  await audit(tx, 'quality.given_back', row, 'mends the data');
}

/** Writes down what was found out or done about a defect that somebody has taken. */
export async function noteOnDefect(tx: Tx, request: OfDefect & { readonly note: string }): Promise<void> {
  const { row, item } = await changeable(tx, request);
  await actOnWork(tx, { ...acting(request, item, 'note'), note: request.note });
  await audit(tx, 'quality.noted', row, 'mends the data');
}

/**
 * Closes a defect as right as it is, with the reason. It is not raised again while the facts that it rests on stay
 * the same; a list that jumped is measured from its new length on.
 */
export async function closeAsRight(tx: Tx, request: OfDefect & { readonly reason: string }): Promise<void> {
  const { row, item } = await changeable(tx, request);
  await actOnWork(tx, {
    ...acting(request, item, 'close_as_right'),
    note: request.reason,
    outcome: 'right_as_it_is',
  });
  const db = tx.withTables<DefectsTables>();
  await db
    .updateTable('defects.defect')
    .set((set) => ({ accepted_facts: set.ref('facts') }))
    .where('defect_id', '=', row.id)
    .execute();
  if (row.kind === 'list-size-jump') {
    await db
      .updateTable('defects.list_size')
      .set((set) => ({ accepted: set.ref('people') }))
      .where('practice_id', '=', row.practiceId)
      .execute();
  }
  await audit(tx, 'quality.closed_as_right', row, request.reason);
}

async function changeable(
  tx: Tx,
  { by, kinds, defect }: OfDefect,
): Promise<{ row: DefectRow; item: number; kind: DefectKind }> {
  const row = await readDefect(tx, by, defect);
  if (!row || row.item === null) throw new NotFound('There is no such defect, or it is not yours to see.');
  const kind = kinds.kind(row.kind);
  const permission = mayMend(by, kind);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  return { row, item: row.item, kind };
}

function acting({ by, now, seen }: OfDefect, item: number, action: string) {
  return { table: defectStates, item, action, by, at: now, seen };
}

async function teamOf(tx: Tx, item: number): Promise<number> {
  const { owner_team } = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .select('owner_team')
    .where('item_id', '=', item)
    .executeTakeFirstOrThrow();
  return owner_team;
}

async function audit(tx: Tx, action: string, row: DefectRow, purpose: string): Promise<void> {
  const detail = { kind: row.kind, practice: row.practiceCode };
  await writeAudit(tx, { action, subject: { kind: 'defect', id: row.id }, purpose, detail });
}
