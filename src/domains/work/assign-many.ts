import { sql } from 'kysely';
import { InvalidInput, NotPermitted, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type Desk, readDesk, readMembers } from './desk.ts';
import type { WorkTables } from './tables.ts';
import { mayAssignMany } from './who-may.ts';
import { actOnWork, lockedItem, type WorkItem } from './work-item.ts';
import type { WorkKinds } from './work-kind.ts';

/** What became of work to which one thing was done together, or undone. */
export interface Bulk {
  /** Undoes it, once. Null where nothing was done. */
  readonly token: string | null;
  readonly done: number;
  /** What was done, where it is read again: a banner says it. */
  readonly what?: 'assigned' | 'put off' | 'stopped';
  /** What could not be done, and why. */
  readonly not: readonly { readonly item: number; readonly whyNot: string }[];
}

/** Many pieces of work, and who does one thing to them. */
export interface OfMany {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: WorkKinds;
  /** The work, each with the last change of it that was on the page. */
  readonly items: readonly { readonly item: number; readonly seen: number }[];
}

/** More than a page lets anybody tick, and few enough to lock at once. */
const MOST_AT_ONCE = 500;

/**
 * Gives many tasks of a team to one person, or back to the team. What cannot be given, because it changed since the
 * page was made or is of a kind with rules of its own, is left and said. One token undoes it all.
 *
 * Throws NotPermitted and InvalidInput.
 */
export async function assignMany(
  tx: Tx,
  request: OfMany & {
    /** Null: back to the team. */
    readonly to: string | null;
  },
): Promise<Bulk> {
  const { by, now, kinds, to } = request;
  if (mayAssignMany(by).allowed) await refuseStranger(tx, await readDesk(tx, by, now), to, now);
  return await doMany(tx, request, { action: 'work.assigned_many', to }, async (item, seen, before) => {
    const { states } = kinds.task(before.kind);
    await actOnWork(tx, {
      table: states,
      item,
      action: to === null ? 'put_back' : 'hand_over',
      by,
      at: now,
      seen,
      owner: { team: before.owner_team, account: to },
    });
  });
}

/**
 * Does one thing to many tasks of the own team. What the rules refuse is left and said; one token undoes the rest. For
 * the lead of the team. Throws NotPermitted, and InvalidInput for too few or too many.
 */
export async function doMany(
  tx: Tx,
  request: OfMany,
  what: { readonly action: string; readonly to: string | null },
  act: (item: number, seen: number, before: WorkItem) => Promise<void>,
): Promise<Bulk> {
  const { by, now } = request;
  const permission = mayAssignMany(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if (request.items.length === 0 || request.items.length > MOST_AT_ONCE)
    throw new InvalidInput([{ field: 'item', message: `Tick 1 to ${MOST_AT_ONCE} pieces of work` }]);
  const desk = await readDesk(tx, by, now);
  const db = tx.withTables<WorkTables>();
  const bulk = await db
    .insertInto('work.bulk')
    .values({ account: by.account, at: now, to_account: what.to, undone_at: null })
    .returning(['bulk_id', 'token'])
    .executeTakeFirstOrThrow();
  const not: { item: number; whyNot: string }[] = [];
  // In one order for everybody: two who act on the same work at once wait for each other, and never for ever.
  for (const { item, seen } of [...request.items].sort((one, other) => one.item - other.item)) {
    const done = await doOne(tx, desk, item, (before) => act(item, seen, before));
    if ('whyNot' in done) not.push({ item, whyNot: done.whyNot });
    await db
      .insertInto('work.bulk_item')
      .values({
        bulk_id: bulk.bulk_id,
        item_id: item,
        why_not: 'whyNot' in done ? done.whyNot : null,
        before: 'whyNot' in done ? null : JSON.stringify(done.before),
        transition_id: 'whyNot' in done ? null : done.transition,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const done = request.items.length - not.length;
  await writeAudit(tx, {
    action: what.action,
    purpose: permission.because,
    detail: { bulk: bulk.bulk_id, done, not: not.length, to: what.to },
  });
  return { token: done > 0 ? bulk.token : null, done, not };
}

type Done = { readonly before: WorkItem; readonly transition: number } | { readonly whyNot: string };

async function doOne(
  tx: Tx,
  desk: Desk,
  item: number,
  act: (before: WorkItem) => Promise<void>,
): Promise<Done> {
  try {
    const before = await lockedItem(tx, item);
    if (!desk.teams.some(({ team }) => team === before.owner_team))
      return { whyNot: 'It is another team’s.' };
    await act(before);
    return { before, transition: await lastChange(tx, item) };
  } catch (error) {
    // What the rules refuse is refused before anything is written: the others go on.
    if (error instanceof Refusal) return { whyNot: error.message };
    throw error;
  }
}

async function refuseStranger(tx: Tx, desk: Desk, to: string | null, now: Date): Promise<void> {
  if (to === null) return;
  for (const { team } of desk.teams)
    if ((await readMembers(tx, team, now)).some(({ account }) => account === to)) return;
  throw new InvalidInput([{ field: 'to', message: 'Choose somebody of the team' }]);
}

async function lastChange(tx: Tx, item: number): Promise<number> {
  const found = await sql<{ last: number }>`
    select max(transition_id) as last from work.transition where item_id = ${item}`.execute(tx);
  return found.rows[0]?.last ?? 0;
}
