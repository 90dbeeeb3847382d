import { sql } from 'kysely';
import { addDays, InvalidInput, londonDay, NotFound, NotPermitted } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { actOnWork, endOfDayClock, openWork, type StateTable } from '../../work/index.ts';
import { takePlanBack } from './agree-plan.ts';
import { auditPlan, noteEvent, openForChange, type PlanChange } from './change-plan.ts';
import { mayDecide, mayWorkOnPlans, voiceOf } from './who-may.ts';

/** A person asks for something in their plan to be changed: the team answers, and the answer ends it. */
export const planRequestStates: StateTable = {
  kind: 'plan_request',
  initial: 'open',
  escalated: 'escalated',
  actions: [{ name: 'answer', from: ['open', 'escalated'], to: 'answered', ends: true }],
};

const LONGEST = 2000;

/**
 * The person says what should be different. It becomes a piece of work of the team that sees to the plan, due after as
 * many days as a late step is suffered; a plan that waits for their agreement goes back to be written.
 *
 * Throws NotFound, NotPermitted, InvalidInput.
 */
export async function askForChange(tx: Tx, change: PlanChange & { readonly words: string }): Promise<number> {
  const permission = mayDecide(change.by);
  if (!permission.allowed || voiceOf(change.by) !== 'person')
    throw new NotPermitted(
      'Only the person asks for a change here.',
      'Write in the plan what you would change.',
    );
  const words = change.words.trim();
  if (words === '' || words.length > LONGEST) {
    const message = words === '' ? 'Say what should be different' : `Keep this to ${LONGEST} characters`;
    throw new InvalidInput([{ field: 'words', message }]);
  }
  const head = await openForChange(tx, change);
  const days = change.content.step_breach_after_days;
  const item = await openWork(tx, {
    table: planRequestStates,
    subject: { kind: 'person', id: head.personNo },
    team: head.ownerTeam,
    owner: null,
    clock: endOfDayClock(addDays(londonDay(change.now), days), days),
    note: words,
    by: change.by,
    at: change.now,
  });
  await noteEvent(tx, change, head, { act: 'ask_change', to: head.state, detail: { words, item } });
  await auditPlan(tx, head, { action: 'plan.change_asked', purpose: permission.because, detail: { item } });
  if (head.state === 'awaiting_agreement') await takePlanBack(tx, { ...change, reason: words });
  return item;
}

/** The team says what came of it. The person reads the answer on their page. */
export async function answerRequest(
  tx: Tx,
  change: PlanChange & { readonly item: number; readonly answer: string },
): Promise<void> {
  const permission = mayWorkOnPlans(change.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const answer = change.answer.trim();
  if (answer === '') throw new InvalidInput([{ field: 'answer', message: 'Say what you did about it' }]);
  const head = await openForChange(tx, change);
  const asked = (await readRequests(tx, head.id)).find(({ item }) => item === change.item);
  if (!asked) throw new NotFound('The person did not ask for this in this plan.', 'Load the page again.');
  const { by, now } = change;
  await actOnWork(tx, {
    table: planRequestStates,
    item: change.item,
    action: 'answer',
    outcome: 'answered',
    by,
    at: now,
    note: answer,
  });
  await auditPlan(tx, head, { action: 'plan.change_answered', purpose: permission.because });
}

/** What a person asked for, and what came of it; the latest first. */
export interface PlanRequest {
  readonly item: number;
  readonly words: string;
  readonly askedAt: Date;
  readonly answer: string | null;
  readonly answeredBy: string | null;
}

export async function readRequests(tx: Tx, plan: number): Promise<PlanRequest[]> {
  const { rows } = await sql<PlanRequest>`
    select (e.detail ->> 'item')::int as item, e.detail ->> 'words' as words, e.at as "askedAt",
           case when i.closed_at is not null then t.note end as answer,
           case when i.closed_at is not null then a.name end as "answeredBy"
      from coordination.plan_event e
      left join work.item i on i.item_id = (e.detail ->> 'item')::int
      left join lateral (
        select note, account from work.transition t where t.item_id = i.item_id order by transition_id desc limit 1) t on true
      left join auth.account a on a.account = t.account
     where e.plan_id = ${plan} and e.act = 'ask_change' order by e.event_id desc`.execute(tx);
  return rows;
}
