import { sql } from 'kysely';
import { InvalidInput, londonDay, NotPermitted, type PlainDate, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { readDesk, readMembers } from './desk.ts';
import { endSight } from './sight.ts';
import { mayDo, type TaskAction } from './who-may.ts';
import { actOnWork, lockedItem, type WorkAct, type WorkItem } from './work-item.ts';
import type { WorkKinds } from './work-kind.ts';
import { taskClock } from './work-pathway.ts';

/** Something done to a task: who, when, and the last change of it that they saw (`WorkAct.seen`). */
export interface OfTask {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: WorkKinds;
  readonly item: number;
  readonly seen?: number | undefined;
}

/** Takes a task: from now on it is this person's. Its clock runs on. */
export async function takeWork(tx: Tx, request: OfTask): Promise<void> {
  await change(tx, request, 'take', (item) => ({
    owner: { team: item.owner_team, account: request.by.account },
  }));
}

/** Puts a task back for anybody of the team. */
export async function putBackWork(tx: Tx, request: OfTask & { readonly note: string | null }): Promise<void> {
  await change(tx, request, 'put_back', (item) => ({
    owner: { team: item.owner_team, account: null },
    ...noted(request.note),
  }));
}

/** Hands a task to somebody of the team that owns it. Throws InvalidInput where they are not of it. */
export async function handOverWork(
  tx: Tx,
  request: OfTask & { readonly to: string; readonly note: string | null },
): Promise<void> {
  await change(tx, request, 'hand_over', async (item) => {
    const members = await readMembers(tx, item.owner_team, request.now);
    if (!members.some(({ account }) => account === request.to))
      throw new InvalidInput([{ field: 'to', message: 'Choose somebody of the team' }]);
    return { owner: { team: item.owner_team, account: request.to }, ...noted(request.note) };
  });
}

/** Puts a task off to a later day, with the reason. It is in time again until then. */
export async function deferWork(
  tx: Tx,
  request: OfTask & { readonly due: PlainDate; readonly reason: string },
): Promise<void> {
  if (request.due <= londonDay(request.now))
    throw new InvalidInput([{ field: 'due', message: 'Choose a day after today' }]);
  await change(tx, request, 'defer', (item) => ({
    owner: { team: item.owner_team, account: item.owner_account ?? request.by.account },
    clock: taskClock(request.kinds.pathway, item.kind, request),
    note: request.reason,
  }));
}

/** Ends a task with what came of it, in the words of its kind. Throws InvalidInput where its kind has no such outcome. */
export async function finishWork(
  tx: Tx,
  request: OfTask & { readonly outcome: string; readonly note: string | null },
): Promise<void> {
  const { before } = await change(tx, request, 'finish', ({ kind }) => {
    if (!request.kinds.outcomes(kind).some(({ id }) => id === request.outcome))
      throw new InvalidInput([{ field: 'outcome', message: 'Choose what came of it' }]);
    return { outcome: request.outcome, ...noted(request.note) };
  });
  await endSight(tx, before, before.owner_team, 'done');
}

/** Ends a task that will not be done, with the reason. */
export async function stopWork(
  tx: Tx,
  request: OfTask & { readonly outcome: string; readonly reason: string },
): Promise<void> {
  if (!request.kinds.pathway.stops.some(({ id }) => id === request.outcome))
    throw new InvalidInput([{ field: 'outcome', message: 'Choose why it will not be done' }]);
  const { before } = await change(tx, request, 'stop', () => ({
    outcome: request.outcome,
    note: request.reason,
  }));
  await endSight(tx, before, before.owner_team, 'stopped');
}

type Brought = Partial<WorkAct>;

/**
 * Does one thing to a task, with permission, in the order in which every act on one goes: lock, permit, decide, write,
 * audit. Returns it as it is after. Throws NotFound, NotPermitted, InvalidInput and what `actOnWork` refuses.
 */
export async function change(
  tx: Tx,
  request: OfTask,
  action: TaskAction,
  bring: (item: WorkItem) => Brought | Promise<Brought>,
): Promise<{ before: WorkItem; after: WorkItem }> {
  const before = await lockedItem(tx, request.item);
  const { states } = request.kinds.task(before.kind);
  const permission = mayDo(await readDesk(tx, request.by, request.now), action, before);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask the lead of the team.');
  if (ENDS.has(action)) await refuseOutOfSight(tx, before);
  const after = await actOnWork(tx, {
    table: states,
    item: before.item_id,
    action,
    by: request.by,
    at: request.now,
    seen: request.seen,
    ...(await bring(before)),
  });
  await writeAudit(tx, {
    action: `work.${action}`,
    subject: { kind: before.subject_kind, id: before.subject_id },
    purpose: permission.because,
    detail: { item: before.item_id, kind: before.kind },
  });
  return { before, after };
}

const ENDS: ReadonlySet<TaskAction> = new Set(['finish', 'stop']);

/** Who can no longer see somebody cannot say that what was to be done for them is done. */
async function refuseOutOfSight(tx: Tx, item: WorkItem): Promise<void> {
  const seen = await sql<{ seen: boolean }>`
    select work.subject_in_scope(${item.subject_kind}, ${item.subject_id}) as seen`.execute(tx);
  if (seen.rows[0]?.seen) return;
  throw new Refusal({
    code: 'out_of_sight',
    because: 'There is no care relationship any more through which you may see whom this is about.',
    remedy: 'Offer it to their practice, or to the team that cares for them now.',
  });
}

function noted(note: string | null): { note?: string } {
  return note === null ? {} : { note };
}
