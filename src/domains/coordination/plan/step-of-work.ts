import { formatDay, InvalidInput, londonDay, NotFound, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlanContent } from './plan-content.ts';
import type { Content } from './plan-document.ts';
import type { PlanTables } from './plan-tables.ts';
import { readEntries } from './read-plan.ts';
import { savePart } from './save-part.ts';

/** The step of a plan that a piece of work is. */
export interface StepOfWork {
  /** The public id of the plan, and the version of it that was read. */
  readonly plan: string;
  readonly version: number;
  readonly entry: string;
  readonly content: Content;
}

/** The step behind a piece of work; null where the plan is not shared with whoever asks, or the step is not in it. */
export async function readStepOfWork(tx: Tx, item: number): Promise<StepOfWork | null> {
  const found = await tx
    .withTables<PlanTables>()
    .selectFrom('coordination.plan_step as step')
    .innerJoin('coordination.care_plan as plan', 'plan.plan_id', 'step.plan_id')
    .where('step.item_id', '=', item)
    .select(['plan.plan_id as id', 'plan.public_id as plan', 'plan.version', 'step.entry'])
    .executeTakeFirst();
  if (!found) return null;
  const entry = (await readEntries(tx, found.id)).find((each) => each.entry === found.entry);
  return entry ? { ...found, content: entry.content } : null;
}

/** The public id of the plan in which a person asked for something by a piece of work; null where it is not shared. */
export async function readPlanOfRequest(tx: Tx, item: number): Promise<string | null> {
  const found = await tx
    .withTables<PlanTables>()
    .selectFrom('coordination.plan_event as event')
    .innerJoin('coordination.care_plan as plan', 'plan.plan_id', 'event.plan_id')
    .where('event.act', '=', 'ask_change')
    .where((where) => where(where.ref('event.detail', '->>').key('item'), '=', String(item)))
    .select('plan.public_id as plan')
    .executeTakeFirst();
  return found?.plan ?? null;
}

interface OfStep {
  readonly by: Actor;
  readonly now: Date;
  readonly content: PlanContent;
  readonly item: number;
  /** The version of the plan that was on the page. */
  readonly seen: number;
}

/** Ends a step from the list of work, in the plan, with what came of it. Throws what `savePart` throws. */
export async function endStep(
  tx: Tx,
  request: OfStep & { readonly status: 'done' | 'not_needed'; readonly outcome: string },
): Promise<void> {
  const { status, outcome } = request;
  if (outcome === '')
    throw new InvalidInput([
      { field: 'outcome', message: status === 'done' ? 'Say what came of it' : 'Say why it is not needed' },
    ]);
  await writeStep(tx, request, { status, outcome });
}

/** Puts a step off to a later day. Why stands in the plan, where the person reads it. */
export async function putStepOff(
  tx: Tx,
  request: OfStep & { readonly due: PlainDate; readonly reason: string },
): Promise<void> {
  const { due, reason, now } = request;
  if (due <= londonDay(now)) throw new InvalidInput([{ field: 'due', message: 'Choose a day after today' }]);
  await writeStep(tx, request, { due, outcome: `Put off until ${formatDay(due)}: ${reason}` });
}

async function writeStep(tx: Tx, request: OfStep, said: Content): Promise<void> {
  const { by, now, content, item, seen } = request;
  const step = await readStepOfWork(tx, item);
  if (step === null)
    throw new NotFound(
      'This step is not in a plan that is shared with you.',
      'The person decides who sees their plan. Speak to them, or to whoever coordinates their care.',
    );
  const { plan, entry } = step;
  const typed = { ...step.content, ...said };
  await savePart(tx, { by, now, content, plan, section: 'action', entry, seen, typed });
}
