import { sql } from 'kysely';
import { formatInstant, InvalidInput, NotFound, NotPermitted, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor, AuthTables } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type Desk, readDesk, readMembers } from './desk.ts';
import type { WorkTables } from './tables.ts';
import { mayAssignMany } from './who-may.ts';
import { actOnWork, lockedItem, writeTransition } from './work-item.ts';
import type { WorkKinds } from './work-kind.ts';

/** What became of work that was assigned, or given back, together. */
export interface Bulk {
  /** Undoes it, once. Null where nothing was assigned. */
  readonly token: string | null;
  readonly done: number;
  /** What could not be done, and why. */
  readonly not: readonly { readonly item: number; readonly whyNot: string }[];
}

interface Assignment {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: WorkKinds;
  /** The work, each with the last change of it that was on the page. */
  readonly items: readonly { readonly item: number; readonly seen: number }[];
  /** Null: back to the team. */
  readonly to: string | null;
}

/** More than a page lets anybody tick, and few enough to lock at once. */
const MOST_AT_ONCE = 500;

/**
 * Gives many tasks of a team to one person, or back to the team. What cannot be given, because it changed since the
 * page was made or is of a kind with rules of its own, is left and said. One token undoes it all.
 *
 * Throws NotPermitted and InvalidInput.
 */
export async function assignMany(tx: Tx, request: Assignment): Promise<Bulk> {
  const { by, now, to } = request;
  const permission = mayAssignMany(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const desk = await readDesk(tx, by, now);
  if (request.items.length === 0 || request.items.length > MOST_AT_ONCE)
    throw new InvalidInput([{ field: 'item', message: `Tick 1 to ${MOST_AT_ONCE} pieces of work` }]);
  await refuseStranger(tx, desk, to, now);
  const db = tx.withTables<WorkTables>();
  const bulk = await db
    .insertInto('work.bulk')
    .values({ account: by.account, at: now, to_account: to, undone_at: null })
    .returning(['bulk_id', 'token'])
    .executeTakeFirstOrThrow();
  const not: { item: number; whyNot: string }[] = [];
  // In one order for everybody: two who assign the same work at once wait for each other, and never for ever.
  for (const { item, seen } of [...request.items].sort((one, other) => one.item - other.item)) {
    const assigned = await assignOne(tx, request, desk, item, seen);
    if ('whyNot' in assigned) not.push({ item, whyNot: assigned.whyNot });
    await db
      .insertInto('work.bulk_item')
      .values({
        bulk_id: bulk.bulk_id,
        item_id: item,
        why_not: null,
        ...nothingBefore,
        ...assignedFields(assigned),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const done = request.items.length - not.length;
  await writeAudit(tx, {
    action: 'work.assigned_many',
    purpose: permission.because,
    detail: { bulk: bulk.bulk_id, done, not: not.length, to },
  });
  return { token: done > 0 ? bulk.token : null, done, not };
}

const nothingBefore = { state_before: null, account_before: null, transition_id: null };

type Assigned =
  | { readonly state: string; readonly account: string | null; readonly transition: number }
  | { readonly whyNot: string };

function assignedFields(assigned: Assigned) {
  if ('whyNot' in assigned) return { why_not: assigned.whyNot };
  return {
    state_before: assigned.state,
    account_before: assigned.account,
    transition_id: assigned.transition,
  };
}

async function assignOne(
  tx: Tx,
  { by, now, kinds, to }: Assignment,
  desk: Desk,
  item: number,
  seen: number,
): Promise<Assigned> {
  try {
    const before = await lockedItem(tx, item);
    if (!desk.teams.some(({ team }) => team === before.owner_team))
      return { whyNot: 'It is another team’s.' };
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
    return { state: before.state, account: before.owner_account, transition: await lastChange(tx, item) };
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

/**
 * Undoes what was assigned together, once, by whoever did it. Only what is still as that left it goes back to where it
 * was; what somebody has changed since stays, and is said.
 *
 * Throws NotFound, and Refusal `undone_already`.
 */
export async function undoAssignment(
  tx: Tx,
  request: { readonly by: Actor; readonly now: Date; readonly token: string },
): Promise<Bulk> {
  const { by, now } = request;
  const db = tx.withTables<WorkTables>();
  const bulk = await db
    .selectFrom('work.bulk')
    .selectAll()
    .where('token', '=', request.token)
    .where('account', '=', by.account)
    .forUpdate()
    .executeTakeFirst();
  if (!bulk) throw new NotFound('There is nothing of yours to undo here.');
  if (bulk.undone_at !== null) {
    throw new Refusal({
      code: 'undone_already',
      because: `This was undone on ${formatInstant(bulk.undone_at)}.`,
      remedy: 'Look at the inbox to see how things are now.',
    });
  }
  const items = await db
    .selectFrom('work.bulk_item')
    .selectAll()
    .where('bulk_id', '=', bulk.bulk_id)
    .where('transition_id', 'is not', null)
    .orderBy('item_id')
    .execute();
  const not: { item: number; whyNot: string }[] = [];
  for (const each of items) {
    const whyNot = await undoOne(tx, by, now, each);
    if (whyNot !== null) not.push({ item: each.item_id, whyNot });
    else
      await db
        .updateTable('work.bulk_item')
        .set({ undone: true })
        .where('bulk_id', '=', bulk.bulk_id)
        .where('item_id', '=', each.item_id)
        .execute();
  }
  await db.updateTable('work.bulk').set({ undone_at: now }).where('bulk_id', '=', bulk.bulk_id).execute();
  const done = items.length - not.length;
  await writeAudit(tx, {
    action: 'work.assignment_undone',
    purpose: 'undoes what they assigned',
    detail: { bulk: bulk.bulk_id, done, not: not.length },
  });
  return { token: null, done, not };
}

async function undoOne(
  tx: Tx,
  by: Actor,
  now: Date,
  each: {
    item_id: number;
    state_before: string | null;
    account_before: string | null;
    transition_id: number | null;
  },
): Promise<string | null> {
  const item = await lockedItem(tx, each.item_id);
  const last = await tx
    .withTables<WorkTables & AuthTables>()
    .selectFrom('work.transition as step')
    .innerJoin('auth.account as who', 'who.account', 'step.account')
    .where('step.item_id', '=', each.item_id)
    .orderBy('step.transition_id', 'desc')
    .select(['step.transition_id', 'step.at', 'who.name'])
    .executeTakeFirstOrThrow();
  if (last.transition_id !== each.transition_id)
    return `${last.name} changed it on ${formatInstant(last.at)}, after it was assigned.`;
  await tx
    .withTables<WorkTables>()
    .updateTable('work.item')
    .set({ owner_account: each.account_before, state: each.state_before ?? item.state })
    .where('item_id', '=', item.item_id)
    .execute();
  await writeTransition(tx, {
    item_id: item.item_id,
    action: 'undo',
    from: item.state,
    to: each.state_before ?? item.state,
    team: item.owner_team,
    owner: each.account_before,
    by,
    at: now,
    note: null,
  });
  return null;
}

/**
 * What became of work that this actor assigned together: its token while it can be undone. After it was undone, how
 * many went back and which did not. Null where it is nobody's, or somebody else's.
 */
export async function readBulk(tx: Tx, by: Actor, token: string): Promise<Bulk | null> {
  const db = tx.withTables<WorkTables>();
  const bulk = await db
    .selectFrom('work.bulk')
    .selectAll()
    .where('token', '=', token)
    .where('account', '=', by.account)
    .executeTakeFirst();
  if (!bulk) return null;
  const items = await db
    .selectFrom('work.bulk_item')
    .selectAll()
    .where('bulk_id', '=', bulk.bulk_id)
    .orderBy('item_id')
    .execute();
  if (bulk.undone_at === null) {
    const not = items.flatMap(({ item_id, why_not }) =>
      why_not === null ? [] : [{ item: item_id, whyNot: why_not }],
    );
    return { token, done: items.length - not.length, not };
  }
  const assigned = items.filter(({ transition_id }) => transition_id !== null);
  const not = assigned
    .filter(({ undone }) => !undone)
    .map(({ item_id }) => ({
      item: item_id,
      whyNot: 'Somebody changed it after it was assigned. It stays as it is.',
    }));
  return { token: null, done: assigned.length - not.length, not };
}

async function lastChange(tx: Tx, item: number): Promise<number> {
  const found = await sql<{ last: number }>`
    select max(transition_id) as last from work.transition where item_id = ${item}`.execute(tx);
  return found.rows[0]?.last ?? 0;
}
