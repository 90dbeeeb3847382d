import { sql } from 'kysely';
import { formatInstant, NotFound, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor, AuthTables } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Bulk } from './assign-many.ts';
import type { WorkTables } from './tables.ts';
import { lockedItem, type WorkItem, writeTransition } from './work-item.ts';

/**
 * Undoes what was done together, once, by whoever did it. Only what is still as that left it goes back to where it
 * was; what somebody has changed since stays, and is said.
 *
 * Throws NotFound, and Refusal `undone_already`.
 */
export async function undoMany(
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
    action: 'work.many_undone',
    purpose: 'undoes what they did together',
    detail: { bulk: bulk.bulk_id, done, not: not.length },
  });
  return { token: null, done, not };
}

/** One piece of work as it was before, unless somebody changed it since. Returns why not, or null. */
async function undoOne(
  tx: Tx,
  by: Actor,
  now: Date,
  each: { readonly item_id: number; readonly before: unknown; readonly transition_id: number | null },
): Promise<string | null> {
  const item = await lockedOrGone(tx, each.item_id);
  if (item === null) return 'You may not see whom it is about any more.';
  const last = await tx
    .withTables<WorkTables & AuthTables>()
    .selectFrom('work.transition as step')
    .innerJoin('auth.account as who', 'who.account', 'step.account')
    .where('step.item_id', '=', each.item_id)
    .orderBy('step.transition_id', 'desc')
    .select(['step.transition_id', 'step.at', 'who.name'])
    .executeTakeFirstOrThrow();
  if (last.transition_id !== each.transition_id)
    return `${last.name} changed it on ${formatInstant(last.at)}, afterwards.`;
  const before = each.before as WorkItem;
  if (item.closed_at !== null && (await isBegunAnew(tx, item)))
    return 'The same has been begun again since, by somebody else or by a rule.';
  await tx
    .withTables<WorkTables>()
    .updateTable('work.item')
    .set({
      owner_account: before.owner_account,
      state: before.state,
      due_at: before.due_at,
      breach_at: before.breach_at,
      again_at: before.again_at,
      escalated_at: before.escalated_at,
      level: before.level,
      returned_at: before.returned_at,
      returned_because: before.returned_because,
      closed_at: null,
      outcome: null,
    })
    .where('item_id', '=', item.item_id)
    .execute();
  await writeTransition(tx, {
    item_id: item.item_id,
    action: 'undo',
    from: item.state,
    to: before.state,
    team: item.owner_team,
    owner: before.owner_account,
    by,
    at: now,
    note: null,
  });
  return null;
}

async function lockedOrGone(tx: Tx, item: number): Promise<WorkItem | null> {
  try {
    return await lockedItem(tx, item);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** Of these kinds there is one open piece of work about a person: the unique indexes of this room's migrations. */
const ONE_ALONE: ReadonlySet<string> = new Set(['smi_chase', 'plan_review', 'outreach']);

/** Whether somebody has begun the same again since, of which there may be one alone. */
async function isBegunAnew(tx: Tx, item: WorkItem): Promise<boolean> {
  if (!ONE_ALONE.has(item.kind)) return false;
  const { rows } = await sql<{ begun: boolean }>`
    select exists (select 1 from work.item other
      where other.kind = ${item.kind} and other.subject_kind = ${item.subject_kind}
        and other.subject_id = ${item.subject_id} and other.closed_at is null) as begun`.execute(tx);
  return rows[0]?.begun ?? false;
}

/**
 * What became of work that this actor acted on together: its token while it can be undone. After it was undone, how
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
  const what = await whatWasDone(tx, items.find((each) => each.transition_id)?.transition_id ?? null);
  if (bulk.undone_at === null) {
    const not = items.flatMap(({ item_id, why_not }) =>
      why_not === null ? [] : [{ item: item_id, whyNot: why_not }],
    );
    return { token, done: items.length - not.length, not, what };
  }
  const assigned = items.filter(({ transition_id }) => transition_id !== null);
  const not = assigned
    .filter(({ undone }) => !undone)
    .map(({ item_id }) => ({
      item: item_id,
      whyNot: `Somebody changed it after it was ${what}. It stays as it is.`,
    }));
  return { token: null, done: assigned.length - not.length, not, what };
}

const WHAT = { defer: 'put off', stop: 'stopped' } as const;

async function whatWasDone(tx: Tx, transition: number | null): Promise<NonNullable<Bulk['what']>> {
  if (transition === null) return 'assigned';
  const step = await tx
    .withTables<WorkTables>()
    .selectFrom('work.transition')
    .select('action')
    .where('transition_id', '=', transition)
    .executeTakeFirst();
  return step?.action === 'defer' || step?.action === 'stop' ? WHAT[step.action] : 'assigned';
}
