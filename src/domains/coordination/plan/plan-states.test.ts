import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import {
  daysOverdue,
  type PlanAct,
  type PlanState,
  planActs,
  planMove,
  planStates,
  reviewDay,
  stateOn,
} from './plan-states.ts';

const no = 'no';

// Every state and every act: what is not drawn does not exist.
const table: Record<PlanState, Record<PlanAct, PlanState | 'no'>> = {
  draft: { propose: 'awaiting_agreement', take_back: no, agree: no, supersede: no, end: 'ended' },
  awaiting_agreement: { propose: no, take_back: 'draft', agree: 'active', supersede: no, end: 'ended' },
  active: { propose: no, take_back: no, agree: 'active', supersede: 'superseded', end: 'ended' },
  review_due: { propose: no, take_back: no, agree: 'active', supersede: 'superseded', end: 'ended' },
  superseded: { propose: no, take_back: no, agree: no, supersede: no, end: no },
  ended: { propose: no, take_back: no, agree: no, supersede: no, end: no },
};

describe('the life of a plan', () => {
  test.each(planStates.flatMap((state) => planActs.map((act) => [state, act] as const)))(
    '%s: %s',
    (state, act) => {
      const decided = planMove(state, act);
      if (table[state][act] === no) expect(decided).toHaveProperty('whyNot');
      else expect(decided).toEqual({ to: table[state][act] });
    },
  );

  test('says why not in a sentence', () => {
    expect(planMove('ended', 'agree')).toEqual({
      whyNot:
        'This plan is ended; agreeing is for one that is waiting for the person to agree or in use or due for review.',
    });
  });
});

describe('the review of a plan', () => {
  const plan = { state: 'active', reviewOn: plainDate('2026-03-10') } as const;

  test('is due a year after the agreement: agreed 10 March 2025, due 10 March 2026', () => {
    expect(reviewDay(plainDate('2025-03-10'), 12, null)).toBe('2026-03-10');
    expect(reviewDay(plainDate('2024-02-29'), 12, null)).toBe('2025-02-28');
  });

  test.each([
    ['2026-03-09', 'active', 0],
    ['2026-03-10', 'review_due', 0],
    ['2026-03-11', 'review_due', 1],
    ['2026-05-09', 'review_due', 60],
  ])('on %s it is %s, %i days late', (today, state, late) => {
    expect(stateOn(plan, plainDate(today))).toBe(state);
    expect(daysOverdue(plan, plainDate(today))).toBe(late);
  });

  test('may be earlier, never later and never in the past', () => {
    const agreed = plainDate('2025-03-10');
    expect(reviewDay(agreed, 12, plainDate('2025-06-10'))).toBe('2025-06-10');
    expect(reviewDay(agreed, 12, plainDate('2027-01-01'))).toBe('2026-03-10');
    expect(reviewDay(agreed, 12, plainDate('2025-03-10'))).toBe('2026-03-10');
  });

  test('of a plan that is not in use is nobody’s to be late with', () => {
    expect(daysOverdue({ state: 'draft', reviewOn: null }, plainDate('2026-03-11'))).toBe(0);
    expect(daysOverdue({ ...plan, state: 'superseded' }, plainDate('2026-03-11'))).toBe(0);
  });
});
