import { addDays, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { PlanContent } from './plan-content.ts';
import { stateOn } from './plan-states.ts';
import { type ListedPlan, readEntriesOfPlans, readOpenPlans } from './read-plan.ts';
import { whatIsMissing } from './what-is-missing.ts';

/** What a plan waits for, one of six, so that the six add up to every plan that is open. */
export const planColumns = [
  { id: 'overdue', title: 'Review due or late' },
  { id: 'soon', title: 'Review due in four weeks' },
  { id: 'agreement', title: 'Waiting for the person to agree' },
  { id: 'whole', title: 'Being written, nothing missing' },
  { id: 'incomplete', title: 'Being written, something missing' },
  { id: 'in_use', title: 'In use' },
] as const;
export type PlanColumn = (typeof planColumns)[number]['id'];

/** A plan, and what it waits for. */
export interface BoardPlan extends ListedPlan {
  readonly column: PlanColumn;
}

/** More than a team's caseloads hold, and few enough to be read together. */
const MOST = 5000;

/**
 * Every open plan that may be seen, the review that is due first at the top. Numbers and lists of plans are both made of
 * this one reading.
 */
export async function readPlanBoard(tx: Tx, rules: PlanContent, today: PlainDate): Promise<BoardPlan[]> {
  const plans = await readOpenPlans(tx, MOST);
  const drafts = plans.filter(({ state }) => state === 'draft').map(({ id }) => id);
  const entries = await readEntriesOfPlans(tx, drafts);
  const soon = addDays(today, rules.review_soon_days);
  return plans.map((plan) => ({ ...plan, column: columnOf(plan) }));

  function columnOf(plan: ListedPlan): PlanColumn {
    const state = stateOn(plan, today);
    if (state === 'review_due') return 'overdue';
    if (state === 'awaiting_agreement') return 'agreement';
    if (state === 'draft')
      return whatIsMissing({ entries: entries.get(plan.id) ?? [] }).length === 0 ? 'whole' : 'incomplete';
    return plan.reviewOn !== null && plan.reviewOn <= soon ? 'soon' : 'in_use';
  }
}

/** Of those, the ones in one column alone that needs none of what plans say: reviews that are due or late. */
export async function readPlansDue(tx: Tx, today: PlainDate): Promise<BoardPlan[]> {
  const plans = await readOpenPlans(tx, MOST, { reviewBy: today });
  return plans
    .filter((plan) => stateOn(plan, today) === 'review_due')
    .map((plan) => ({ ...plan, column: 'overdue' }));
}

/** The address of the plans that wait for one thing. */
export function plansHref(column: PlanColumn | undefined, page = 1, path = '/plans'): string {
  const words = new URLSearchParams();
  if (column !== undefined) words.set('waits', column);
  if (page > 1) words.set('page', String(page));
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}
