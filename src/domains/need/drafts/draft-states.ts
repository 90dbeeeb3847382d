import { Refusal } from '../../../kernel/index.ts';
import type { DraftAction, DraftState } from '../tables.ts';

/** What can be done to a draft: from which states, and what it is then. `reason` has to be given. */
export const draftActions: Readonly<
  Record<
    DraftAction,
    { readonly from: readonly DraftState[]; readonly to: DraftState; readonly reason: boolean }
  >
> = {
  ask: { from: ['draft'], to: 'asked', reason: false },
  withdraw: { from: ['asked'], to: 'draft', reason: false },
  send_back: { from: ['asked'], to: 'draft', reason: true },
  publish: { from: ['asked'], to: 'published', reason: true },
  retire: { from: ['published'], to: 'retired', reason: true },
  discard: { from: ['draft'], to: 'discarded', reason: false },
  resume: { from: ['discarded'], to: 'draft', reason: false },
};

/** Whether something can be done to a draft as it is. Pages ask it for their buttons. */
export function canDo(state: DraftState, action: DraftAction): boolean {
  return draftActions[action].from.includes(state);
}

export const stateWords: Readonly<Record<DraftState, string>> = {
  draft: 'Draft',
  asked: 'Waiting for a check',
  published: 'Published',
  retired: 'Retired',
  discarded: 'Laid aside',
};

/** Throws Refusal `not_now` where a draft is in another state. */
export function needAction(state: DraftState, action: DraftAction): DraftState {
  const { from, to } = draftActions[action];
  if (from.includes(state)) return to;
  throw notNow(state);
}

export function notNow(state: DraftState): Refusal {
  return new Refusal({
    code: 'not_now',
    because: `This is ${stateWords[state].toLowerCase()}, so that cannot be done to it now.`,
    remedy: 'Load the page again to see what became of it.',
  });
}
