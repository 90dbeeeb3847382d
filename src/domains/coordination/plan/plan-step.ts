import { addDays, londonDay, plainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { actOnWork, endOfDayClock, openWork, type StateTable, type WorkClock } from '../../work/index.ts';
import type { PlanChange } from './change-plan.ts';
import type { Content, PlanEntry } from './plan-document.ts';
import type { PlanTables } from './plan-tables.ts';
import type { PlanHead } from './read-plan.ts';

/** How a step of a plan moves that the team took on. The plan's page and the inbox do the same acts. */
export const planStepStates: StateTable = {
  kind: 'plan_step',
  initial: 'open',
  escalated: 'escalated',
  actions: [
    { name: 'reschedule', from: ['open', 'escalated'], to: 'open', clock: true },
    { name: 'hand_over', from: ['open', 'escalated'], to: 'open', owner: true, clock: true },
    { name: 'complete', from: ['open', 'escalated'], to: 'closed', ends: true },
  ],
};

type StepChange = Pick<PlanChange, 'by' | 'now' | 'content'>;

/** Steps that are the person's own or their carer's are nobody's work item. */
function isOurs(content: Content): boolean {
  return Boolean(content.owner) && content.owner !== 'person' && content.owner !== 'carer';
}

function isToDo(content: Content): boolean {
  return content.status !== 'done' && content.status !== 'not_needed';
}

/** Somebody of the team, or null: the team itself sees to it that somebody else does it. */
function ownerOf(content: Content): string | null {
  return content.owner === 'other' ? null : (content.owner ?? null);
}

/**
 * Brings the piece of work of a step to what the step says now: opened when the team takes a step on, moved when its
 * day or its owner changes, ended with the step. Work that somebody ended in the inbox stays ended.
 */
export async function followStep(
  tx: Tx,
  change: PlanChange,
  head: PlanHead,
  step: { readonly entry: string; readonly was: PlanEntry | null; readonly is: Content | null },
): Promise<void> {
  const { entry, was, is } = step;
  const open = was?.work && was.work.outcome === null ? was.work.item : null;
  const wanted = is !== null && isOurs(is) && isToDo(is) ? is : null;
  if (open === null) {
    const begins = wanted !== null && !(was?.work && was && sameWork(was.content, wanted));
    if (begins) await beginWork(tx, change, head, entry, wanted);
    return;
  }
  const act = { table: planStepStates, item: open, by: change.by, at: change.now };
  if (wanted === null) {
    const outcome = is?.status === 'done' ? 'done' : 'not_needed';
    await actOnWork(tx, {
      ...act,
      action: 'complete',
      outcome,
      ...(is?.outcome ? { note: is.outcome } : {}),
    });
    return;
  }
  if (!was || sameWork(was.content, wanted)) return;
  const clock = stepClock(wanted, change);
  const sameOwner = ownerOf(was.content) === ownerOf(wanted);
  await (sameOwner
    ? actOnWork(tx, { ...act, action: 'reschedule', clock, note: wanted.what ?? '' })
    : actOnWork(tx, {
        ...act,
        action: 'hand_over',
        clock,
        owner: { team: head.ownerTeam, account: ownerOf(wanted) },
        note: wanted.what ?? '',
      }));
}

function sameWork(was: Content, is: Content): boolean {
  return (['what', 'owner', 'who', 'due', 'status'] as const).every((field) => was[field] === is[field]);
}

/** Makes work of a step. */
export async function beginWork(
  tx: Tx,
  change: StepChange,
  head: Pick<PlanHead, 'id' | 'personNo' | 'ownerTeam'>,
  entry: string,
  content: Content,
): Promise<void> {
  const item = await openWork(tx, {
    table: planStepStates,
    subject: { kind: 'person', id: head.personNo },
    team: head.ownerTeam,
    owner: ownerOf(content),
    clock: stepClock(content, change),
    note: [content.what, content.who].filter((part) => part).join(' – '),
    by: change.by,
    at: change.now,
  });
  await tx
    .withTables<PlanTables>()
    .insertInto('coordination.plan_step')
    .values({ plan_id: head.id, entry, item_id: item })
    .execute();
}

/** A step without a day has a clock all the same: what nobody dated is not what nobody does. */
function stepClock({ due }: Content, { content: rules, now }: StepChange): WorkClock {
  const day = due ? plainDate(due) : addDays(londonDay(now), rules.step_due_days);
  return endOfDayClock(day, rules.step_breach_after_days);
}

/** Ends what is still open of a plan's steps, when the plan itself ends. */
export async function endSteps(
  tx: Tx,
  change: PlanChange,
  entries: readonly PlanEntry[],
  note: string,
): Promise<void> {
  for (const { work } of entries) {
    if (!work || work.outcome !== null) continue;
    await actOnWork(tx, {
      table: planStepStates,
      item: work.item,
      action: 'complete',
      outcome: 'not_needed',
      by: change.by,
      at: change.now,
      note,
    });
  }
}
