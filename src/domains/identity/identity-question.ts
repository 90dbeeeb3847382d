import { join } from 'node:path';
import { z } from 'zod';
import { readContent } from '../../platform/content/index.ts';
import { reviewPathway, reviewStates } from '../work/index.ts';

const identityPathway = reviewPathway.extend({
  answers: z.array(z.strictObject({ id: z.string(), title: z.string() })).min(1),
});

/** The clock and the answers of a question to a practice. */
export type IdentityPathway = z.output<typeof identityPathway>;

export function readIdentityPathway(content: string): IdentityPathway {
  return readContent(join(content, 'pathways', 'identity-question.yaml'), identityPathway);
}

/** How a question moves: it ends with an answer, or because somebody decided without one. */
export const identityQuestionStates = reviewStates('identity_question', 'asked', [
  { name: 'answer', to: 'answered' },
  { name: 'withdraw', to: 'withdrawn' },
]);
