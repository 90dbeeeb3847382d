import { z } from 'zod';
import { parseForm, rowNumber } from '../../../platform/web/index.ts';
import { takeReview } from '../take-review.ts';
import type { KindAct, WorkKind } from '../work-kind.ts';

const form = z.object({ seen: rowNumber });

/** What is done in its row with what waits for a decision on a page of its own: taken on, and given back. */
export function reviewActs(kind: Pick<WorkKind, 'states' | 'may'>): KindAct[] {
  const act = (
    give: 'to_me' | 'back',
    words: Pick<KindAct, 'act' | 'text' | 'heading' | 'submit'>,
  ): KindAct => ({
    ...words,
    may: ({ by }, { owner }) =>
      (give === 'to_me') === (owner !== by.account) && kind.may?.(by).allowed !== false,
    fields: async (_, { lastChange }) => <input type="hidden" name="seen" value={String(lastChange)} />,
    do: async ({ tx, by, now }, { item }, typed) => {
      await takeReview(tx, { by, now, kind, item, give, ...parseForm(form, typed) });
    },
  });
  return [
    act('to_me', { act: 'take-on', text: 'Take it on', heading: 'Take it on', submit: 'Take it on' }),
    act('back', {
      act: 'give-back',
      text: 'Give it back',
      heading: 'Give it back to the team',
      submit: 'Give it back',
    }),
  ];
}
