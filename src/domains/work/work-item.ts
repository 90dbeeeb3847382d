import type { Selectable } from 'kysely';
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
import type { ReturnReason, WorkTables } from './tables.ts';

/** When work is due, and when being late is everybody's business. */
export interface WorkClock {
  readonly due: Date;
  readonly breach: Date;
  /** When it escalates a second time. */
  readonly again?: Date;
}

/** Work that is due by the end of a day in London, and breaches at the end of the day so many days later. */
export function endOfDayClock(due: PlainDate, breachAfterDays: number): WorkClock {
  const endOf = (day: PlainDate) => londonMidnight(addDays(day, 1));
  return { due: endOf(due), breach: endOf(addDays(due, breachAfterDays)) };
}

export type WorkItem = Selectable<WorkTables['work.item']>;

/** Whom work is offered to, and until when they may accept it. */
export interface Offer {
  readonly team: number;
  readonly account: string | null;
  readonly acceptBy: Date;
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
    /** What is to be done, for kinds that have no page of their own to say it. */
    readonly title?: string;
    /** The work that it came from. */
    readonly from?: number;
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
      again_at: work.clock.again ?? null,
      title: work.title ?? null,
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
  if (work.from !== undefined) {
    await db.insertInto('work.link').values({ from_item: work.from, to_item: item_id }).execute();
  }
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
  readonly offer?: Offer;
  /** Who asked for it, once it is another team's. */
  readonly sender?: { readonly team: number; readonly account: string | null };
  /** It is back on a desk that it had left. What nobody answered comes back louder. */
  readonly returned?: ReturnReason;
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
  if (action.offer && !act.offer) throw new Error(`${action.name} needs an offer`);
  if (action.reason && !act.note) throw new Error(`${action.name} needs a reason`);
  const changed = await tx
    .withTables<WorkTables>()
    .updateTable('work.item')
    .set({
      state: to,
      ...offered(action.offer ? act.offer : undefined),
      ...(act.owner && action.owner ? ownedBy(act.owner) : {}),
      ...(act.clock && action.clock ? runningTo(act.clock) : {}),
      ...(act.returned ? cameBack(act.returned, item, act.at) : {}),
      ...(action.ends && act.outcome ? { closed_at: act.at, outcome: act.outcome } : {}),
    })
    .where('item_id', '=', item.item_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (act.sender) {
    await tx
      .withTables<WorkTables>()
      .insertInto('work.sent')
      .values({ item_id: item.item_id, at: act.at, ...act.sender })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
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

/** Whatever is done to work ends the offer of it, except offering it. */
function offered(offer: Offer | undefined) {
  return {
    offered_team: offer?.team ?? null,
    offered_account: offer?.account ?? null,
    accept_by: offer?.acceptBy ?? null,
  };
}

function ownedBy(owner: { readonly team: number; readonly account: string | null }) {
  return {
    owner_team: owner.team,
    owner_account: owner.account,
    // Somebody has it again: it is no longer marked as having come back.
    ...(owner.account === null ? {} : { returned_at: null, returned_because: null }),
  };
}

/** A new clock begins a new chance to be on time. */
function runningTo(clock: WorkClock) {
  return {
    due_at: clock.due,
    breach_at: clock.breach,
    again_at: clock.again ?? null,
    escalated_at: null,
    level: 0,
  };
}

/** Marks work as come back. What nobody answered is as loud as what is late. */
function cameBack(because: ReturnReason, item: WorkItem, at: Date) {
  const mark = { returned_at: at, returned_because: because };
  if (because !== 'not_accepted') return mark;
  return { ...mark, level: Math.max(1, item.level) };
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

export async function lockedItem(tx: Tx, id: number): Promise<WorkItem> {
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

export interface TransitionToWrite {
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

/** Writes a change beside it. Returns its number. */
export async function writeTransition(tx: Tx, transition: TransitionToWrite): Promise<number> {
  const { transition_id } = await tx
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
    .returning('transition_id')
    .executeTakeFirstOrThrow();
  return transition_id;
}
