import { InvalidInput, londonDay, NotPermitted, parsePlainDate, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { auditPlan, noteEvent, openForChange, type PlanChange } from './change-plan.ts';
import { only } from './plan-document.ts';
import { type PlanAct, planMove, reviewDay, stateOn } from './plan-states.ts';
import { endSteps, followStep } from './plan-step.ts';
import type { PlanTables } from './plan-tables.ts';
import { type PlanHead, readEntries, readPlansOfPerson } from './read-plan.ts';
import { endSeeingTo } from './see-to-plan.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { mayDecide, mayWorkOnPlans, voiceOf } from './who-may.ts';

/** How somebody agreed: themselves, or another for them, who says what the person could decide and by which right. */
export interface Agreement {
  readonly method: string;
  /** For `on_behalf`: how it was found that the person could not decide this, and who decides for them by what right. */
  readonly capacity: string | null;
  readonly authority: string | null;
}

/**
 * Asks the person to agree to the plan as it stands. Throws Refusal `not_whole` that says what it lacks,
 * `not_in_this_state`.
 */
export async function proposePlan(tx: Tx, change: PlanChange): Promise<void> {
  const head = await openForChange(tx, change);
  permit(mayWorkOnPlans(change.by));
  allowAct(head, 'propose', change);
  await refuseUnlessWhole(tx, head);
  await setHead(tx, head, { state: 'awaiting_agreement', asked_version: head.version });
  await noteEvent(tx, change, head, { act: 'propose', to: 'awaiting_agreement' });
  await auditPlan(tx, head, { action: 'plan.proposed', purpose: 'asks the person to agree' });
}

/** Takes a plan back that waits for agreement, to write in it; or the person asks for something to be changed. */
export async function takePlanBack(
  tx: Tx,
  change: PlanChange & { readonly reason: string | null },
): Promise<void> {
  const head = await openForChange(tx, change);
  permit(mayDecide(change.by));
  allowAct(head, 'take_back', change);
  await setHead(tx, head, { state: 'draft', asked_version: null });
  await noteEvent(tx, change, head, { act: 'take_back', to: 'draft', detail: { reason: change.reason } });
  await auditPlan(tx, head, { action: 'plan.taken_back', purpose: 'has it changed before it is agreed' });
}

/**
 * The person agrees to the version that they were shown, or somebody with the right to decides for them. From that day
 * the plan holds for as long as content says, and replaces the plan that was in use. A plan in use is agreed again at
 * its review.
 *
 * Throws InvalidInput, NotPermitted, and Refusal `not_whole`, `changed_meanwhile`, `not_in_this_state`.
 */
export async function agreePlan(
  tx: Tx,
  change: PlanChange & { readonly seen: number; readonly agreement: Agreement },
): Promise<void> {
  const head = await openForChange(tx, change);
  permit(mayDecide(change.by));
  allowAct(head, 'agree', change);
  checkAgreement(change.by, change.agreement, change);
  if (change.seen !== head.version) throw changedSince();
  await refuseUnlessWhole(tx, head);
  const entries = await readEntries(tx, head.id);
  const agreedOn = londonDay(change.now);
  const chosen = parsePlainDate(only({ entries }, 'review').next ?? '');
  const review_on = reviewDay(agreedOn, change.content.review_after_months, chosen);
  const replaced = await supersedeOthers(tx, change, head);
  await setHead(tx, head, {
    state: 'active',
    asked_version: null,
    agreed_version: head.version,
    agreed_on: agreedOn,
    review_on,
  });
  // Steps that came over from the plan before: its work has ended, and theirs begins.
  if (replaced) {
    for (const { section, entry, content, work } of entries)
      if (section === 'action' && !work)
        await followStep(tx, change, head, { entry, was: null, is: content });
  }
  await noteEvent(tx, change, head, {
    act: 'agree',
    to: 'active',
    detail: { ...change.agreement, agreedOn, reviewOn: review_on },
  });
  await endSeeingTo(tx, change, head.personNo, 'The plan was agreed.');
  await auditPlan(tx, head, {
    action: 'plan.agreed',
    purpose: voiceOf(change.by) === 'person' ? 'is the person' : 'notes that the person agreed',
    detail: { version: head.version, method: change.agreement.method },
  });
}

/** Ends a plan for a reason that content names; what was still to be done for it ends too. */
export async function endPlan(tx: Tx, change: PlanChange & { readonly reason: string }): Promise<void> {
  const head = await openForChange(tx, change);
  const byPerson = voiceOf(change.by) === 'person';
  permit(byPerson && change.reason === 'declined' ? mayDecide(change.by) : mayWorkOnPlans(change.by));
  if (!change.content.endings.some(({ id }) => id === change.reason))
    throw new InvalidInput([{ field: 'reason', message: 'Choose why the plan ends' }]);
  allowAct(head, 'end', change);
  await auditPlan(tx, head, {
    action: 'plan.ended',
    purpose: change.reason,
    detail: { version: head.version },
  });
  await endSteps(tx, change, await readEntries(tx, head.id), 'The plan ended.');
  await endSeeingTo(tx, change, head.personNo, 'The plan ended.');
  await noteEvent(tx, change, head, { act: 'end', to: 'ended', detail: { reason: change.reason } });
  await setHead(tx, head, { state: 'ended', asked_version: null, ended_because: change.reason });
}

async function supersedeOthers(tx: Tx, change: PlanChange, head: PlanHead): Promise<boolean> {
  const others = (await readPlansOfPerson(tx, head.personNo)).filter(
    ({ id, state }) => id !== head.id && state === 'active',
  );
  for (const other of others) {
    const old = { ...change, plan: other.publicId };
    await endSteps(tx, old, await readEntries(tx, other.id), 'A newer plan replaced this one.');
    await noteEvent(tx, old, other, { act: 'supersede', to: 'superseded', detail: { by: head.publicId } });
    await setHead(tx, other, { state: 'superseded' });
  }
  return others.length > 0;
}

type HeadColumns = Partial<{
  state: string;
  asked_version: number | null;
  agreed_version: number;
  agreed_on: string;
  review_on: string;
  ended_because: string;
}>;

async function setHead(tx: Tx, { id }: PlanHead, columns: HeadColumns): Promise<void> {
  await tx
    .withTables<PlanTables>()
    .updateTable('coordination.care_plan')
    .set(columns)
    .where('plan_id', '=', id)
    .execute();
}

function permit(permission: { readonly allowed: boolean; readonly because: string }): void {
  if (!permission.allowed) throw new NotPermitted(permission.because);
}

function allowAct(head: PlanHead, act: PlanAct, { now }: PlanChange): void {
  const decided = planMove(stateOn(head, londonDay(now)), act);
  if ('to' in decided) return;
  throw new Refusal({
    code: 'not_in_this_state',
    because: decided.whyNot,
    remedy: 'Load the page again: somebody may have changed it since.',
  });
}

async function refuseUnlessWhole(tx: Tx, head: PlanHead): Promise<void> {
  const missing = whatIsMissing({ entries: await readEntries(tx, head.id) });
  if (missing.length === 0) return;
  throw new Refusal({
    code: 'not_whole',
    because: `The plan is not whole yet. It lacks: ${missing.map(({ message }) => message).join('; ')}.`,
    remedy: 'Write what is missing, and ask again.',
  });
}

function checkAgreement(by: Actor, agreement: Agreement, { content }: PlanChange): void {
  const known = content.agreement_methods.some(({ id }) => id === agreement.method);
  if (!known) throw new InvalidInput([{ field: 'method', message: 'Choose how the person agreed' }]);
  if (agreement.method !== 'on_behalf') return;
  if (voiceOf(by) === 'person')
    throw new InvalidInput([{ field: 'method', message: 'You agree for yourself' }]);
  const errors = [
    ...(agreement.capacity
      ? []
      : [{ field: 'capacity', message: 'Say how it was found that the person could not decide this' }]),
    ...(agreement.authority
      ? []
      : [{ field: 'authority', message: 'Say who decided for them, and what gives them the right' }]),
  ];
  if (errors.length > 0) throw new InvalidInput(errors);
}

function changedSince(): Refusal {
  return new Refusal({
    code: 'changed_meanwhile',
    because: 'The plan was changed after this page was opened.',
    remedy: 'Read what it says now. If it is still right, agree again.',
  });
}
