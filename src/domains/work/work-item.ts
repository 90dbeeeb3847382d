import {
  addDays,
  formatInstant,
  londonMidnight,
  NotFound,
  type PlainDate,
  Refusal,
} from '../../kernel/index.ts';
import type { Actor, AuthTables } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { move, type StateTable } from './state-table.ts';
import type { WorkTables } from './tables.ts';

/** When work is due, and when being late is everybody's business. */
export interface WorkClock {
  readonly due: Date;
  readonly breach: Date;
}

/** Work that is due by the end of a day in London, and breaches at the end of the day so many days later. */
export function endOfDayClock(due: PlainDate, breachAfterDays: number): WorkClock {
  const endOf = (day: PlainDate) => londonMidnight(addDays(day, 1));
  return { due: endOf(due), breach: endOf(addDays(due, breachAfterDays)) };
}

export interface WorkItem {
  readonly item_id: number;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: number;
  readonly owner_team: number;
  readonly owner_account: string | null;
  readonly state: string;
  readonly opened_at: Date;
  readonly due_at: Date;
  readonly breach_at: Date;
  readonly escalated_at: Date | null;
  readonly closed_at: Date | null;
  readonly outcome: string | null;
}

/**
 * Opens a piece of work. It has a team from the first moment: the type, the command and a constraint of the table
 * say so. Returns its number. A second open caseload item for one person breaks a unique index (error code 23505).
 */
export async function openWork(
  tx: Tx,
  work: {
    readonly table: StateTable;
    readonly subject: { readonly kind: string; readonly id: number };
    readonly team: number;
    readonly owner: string | null;
    readonly clock: WorkClock;
    readonly note: string;
    readonly by: Actor;
    readonly at: Date;
  },
): Promise<number> {
  const db = tx.withTables<WorkTables>();
  const { item_id } = await db
    .insertInto('work.item')
    .values({
      kind: work.table.kind,
      subject_kind: work.subject.kind,
      subject_id: work.subject.id,
      owner_team: work.team,
      owner_account: work.owner,
      state: work.table.initial,
      opened_at: work.at,
      due_at: work.clock.due,
      breach_at: work.clock.breach,
      escalated_at: null,
      closed_at: null,
      outcome: null,
    })
    .returning('item_id')
    .executeTakeFirstOrThrow();
  await writeTransition(tx, {
    item_id,
    action: 'open',
    from: null,
    to: work.table.initial,
    team: work.team,
    owner: work.owner,
    by: work.by,
    at: work.at,
    note: work.note,
  });
  return item_id;
}

/** What an action brings with it, as its row of the state table asks. */
export interface WorkAct {
  readonly table: StateTable;
  readonly item: number;
  readonly action: string;
  readonly by: Actor;
  readonly at: Date;
  readonly note?: string;
  readonly clock?: WorkClock;
  readonly owner?: { readonly team: number; readonly account: string | null };
  readonly outcome?: string;
  /**
   * The last transition that the person saw who acts. When there has been another since, the act is refused: a form
   * that stood open in one tab must not undo what was decided in another.
   */
  readonly seen?: number | undefined;
}

/**
 * Does something to a piece of work, if its state table lets it, and writes the transition beside. The item is locked
 * while it is decided, so that of two who act at once the second sees what the first did.
 *
 * Throws NotFound, and Refusal: `not_in_this_state` with the table's own "why not", `changed_meanwhile`.
 */
export async function actOnWork(tx: Tx, act: WorkAct): Promise<WorkItem> {
  const item = await lockedItem(tx, act.item);
  const decided = move(act.table, item.state, act.action);
  if ('whyNot' in decided) {
    throw new Refusal({
      code: 'not_in_this_state',
      because: decided.whyNot,
      remedy: 'Load the page again: somebody may have changed it since.',
    });
  }
  if (act.seen !== undefined) await refuseUnseenChange(tx, item.item_id, act.seen);
  const { action, to } = decided;
  if (action.ends && !act.outcome) throw new Error(`${action.name} needs an outcome`);
  if (action.clock && !act.clock) throw new Error(`${action.name} needs a clock`);
  if (action.owner && !act.owner) throw new Error(`${action.name} needs an owner`);
  const after = {
    state: to,
    ...(act.owner && action.owner ? { owner_team: act.owner.team, owner_account: act.owner.account } : {}),
    // A new clock begins a new chance to be on time.
    ...(act.clock && action.clock
      ? { due_at: act.clock.due, breach_at: act.clock.breach, escalated_at: null }
      : {}),
    ...(action.ends && act.outcome ? { closed_at: act.at, outcome: act.outcome } : {}),
  };
  await tx
    .withTables<WorkTables>()
    .updateTable('work.item')
    .set(after)
    .where('item_id', '=', item.item_id)
    .execute();
  const changed = { ...item, ...after };
  await writeTransition(tx, {
    item_id: item.item_id,
    action: action.name,
    from: item.state,
    to,
    team: changed.owner_team,
    owner: changed.owner_account,
    by: act.by,
    at: act.at,
    note: act.note ?? null,
  });
  return changed;
}

async function refuseUnseenChange(tx: Tx, item: number, seen: number): Promise<void> {
  const last = await tx
    .withTables<WorkTables & AuthTables>()
    .selectFrom('work.transition as step')
    .innerJoin('auth.account as who', 'who.account', 'step.account')
    .where('step.item_id', '=', item)
    .orderBy('step.transition_id', 'desc')
    .select(['step.transition_id', 'step.at', 'step.note', 'who.name'])
    .executeTakeFirstOrThrow();
  if (last.transition_id === seen) return;
  const note = last.note === null ? '' : `: “${last.note}”`;
  throw new Refusal({
    code: 'changed_meanwhile',
    because: `${last.name} changed this on ${formatInstant(last.at)}, after you opened the page${note}.`,
    remedy: 'Nothing of yours has been saved. Check that it is still right, and send it again.',
  });
}

async function lockedItem(tx: Tx, id: number): Promise<WorkItem> {
  const item = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .selectAll()
    .where('item_id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!item) throw new NotFound('There is no such piece of work, or it is not yours to see.');
  return item;
}

/**
 * Escalates all open work of a kind whose breach has passed: it changes state, keeps its owner, and is marked, so
 * that the team's lead sees it first. Returns how many there were. Run by the clock, as the operator.
 */
export async function escalateBreaches(tx: Tx, table: StateTable, by: Actor, now: Date): Promise<number> {
  const db = tx.withTables<WorkTables>();
  const breached = await db
    .selectFrom('work.item')
    .selectAll()
    .where('kind', '=', table.kind)
    .where('closed_at', 'is', null)
    .where('escalated_at', 'is', null)
    .where('breach_at', '<=', now)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const item of breached) {
    await db
      .updateTable('work.item')
      .set({ state: table.escalated, escalated_at: now })
      .where('item_id', '=', item.item_id)
      .execute();
    await writeTransition(tx, {
      item_id: item.item_id,
      action: 'escalate',
      from: item.state,
      to: table.escalated,
      team: item.owner_team,
      owner: item.owner_account,
      by,
      at: now,
      note: null,
    });
  }
  return breached.length;
}

interface TransitionToWrite {
  readonly item_id: number;
  readonly action: string;
  readonly from: string | null;
  readonly to: string;
  readonly team: number;
  readonly owner: string | null;
  readonly by: Actor;
  readonly at: Date;
  readonly note: string | null;
}

async function writeTransition(tx: Tx, transition: TransitionToWrite): Promise<void> {
  await tx
    .withTables<WorkTables>()
    .insertInto('work.transition')
    .values({
      item_id: transition.item_id,
      at: transition.at,
      action: transition.action,
      from_state: transition.from,
      to_state: transition.to,
      account: transition.by.account,
      owner_team: transition.team,
      owner_account: transition.owner,
      note: transition.note,
    })
    .execute();
}
