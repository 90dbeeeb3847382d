import { addMonths, type PlainDate, toEpochDay } from '../../../kernel/index.ts';

/** How far a plan has come. `review_due` is an active plan whose day has come: no clock has to run for it. */
export const planStates = [
  'draft',
  'awaiting_agreement',
  'active',
  'review_due',
  'superseded',
  'ended',
] as const;
export type PlanState = (typeof planStates)[number];

export const planActs = ['propose', 'take_back', 'agree', 'supersede', 'end'] as const;
export type PlanAct = (typeof planActs)[number];

interface Transition {
  readonly act: PlanAct;
  readonly from: readonly PlanState[];
  readonly to: PlanState;
}

/** The life of a plan (life cycle in the reference of care planning), as a table. Nothing leads on from its ends. */
export const planTransitions: readonly Transition[] = [
  { act: 'propose', from: ['draft'], to: 'awaiting_agreement' },
  { act: 'take_back', from: ['awaiting_agreement'], to: 'draft' },
  // A plan that is looked at again is agreed again, from that day on.
  { act: 'agree', from: ['awaiting_agreement', 'active', 'review_due'], to: 'active' },
  { act: 'supersede', from: ['active', 'review_due'], to: 'superseded' },
  { act: 'end', from: ['draft', 'awaiting_agreement', 'active', 'review_due'], to: 'ended' },
];

const STATE_WORDS: Record<PlanState, string> = {
  draft: 'being written',
  awaiting_agreement: 'waiting for the person to agree',
  active: 'in use',
  review_due: 'due for review',
  superseded: 'replaced by a newer plan',
  ended: 'ended',
};

const ACT_WORDS: Record<PlanAct, string> = {
  propose: 'asking the person to agree',
  take_back: 'taking it back to change it',
  agree: 'agreeing',
  supersede: 'replacing it',
  end: 'ending it',
};

export function stateInWords(state: PlanState): string {
  return STATE_WORDS[state];
}

/** Where an act leads from a state, or why it cannot be done there. Pages ask it for their buttons. */
export function planMove(
  state: PlanState,
  act: PlanAct,
): { readonly to: PlanState } | { readonly whyNot: string } {
  const row = planTransitions.find((each) => each.act === act && each.from.includes(state));
  if (row) return { to: row.to };
  const from = planTransitions.filter((each) => each.act === act).flatMap((each) => each.from);
  return {
    whyNot: `This plan is ${STATE_WORDS[state]}; ${ACT_WORDS[act]} is for one that is ${from.map((each) => STATE_WORDS[each]).join(' or ')}.`,
  };
}

/** The state on a day: an active plan is due for review from its day on. */
export function stateOn(plan: PlanClock, today: PlainDate): PlanState {
  return plan.state === 'active' && plan.reviewOn !== null && today >= plan.reviewOn
    ? 'review_due'
    : plan.state;
}

export interface PlanClock {
  readonly state: PlanState;
  readonly reviewOn: PlainDate | null;
}

/** How many days a review is late: 0 on its day and before. */
export function daysOverdue(plan: PlanClock, today: PlainDate): number {
  if (stateOn(plan, today) !== 'review_due' || plan.reviewOn === null) return 0;
  return toEpochDay(today) - toEpochDay(plan.reviewOn);
}

/**
 * When a plan that was agreed on a day is looked at again: after so many months (NCL: a year), or earlier where
 * somebody chose an earlier day.
 */
export function reviewDay(agreedOn: PlainDate, months: number, chosen: PlainDate | null): PlainDate {
  const latest = addMonths(agreedOn, months);
  return chosen !== null && chosen > agreedOn && chosen < latest ? chosen : latest;
}

/** Whether anybody can still write in it. */
export function isOpen(state: PlanState): boolean {
  return state !== 'superseded' && state !== 'ended';
}
