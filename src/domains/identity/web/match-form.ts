import { z } from 'zod';

const reason = z
  .string()
  .trim()
  .min(1, 'Say why: whoever looks at this later was not there')
  .max(500, 'Keep the reason to 500 characters');

/** The last thing that was done about the pair when the page was opened; 0 for none. */
const seen = z.coerce.number().int().min(0);

/** What is to be done: `merge`, `apart`, or `ask-` and the number of a practice. */
export const decisionForm = z.object({
  verdict: z.string('Choose what to do').regex(/^(merge|apart|ask-\d{1,9})$/, 'Choose what to do'),
  reason,
  seen,
});

export const unmergeForm = z.object({ reason, seen });

export const answerForm = z.object({ answer: z.string('Choose an answer').min(1), reason, seen });

/** The practice that `ask-12` asks; null for a verdict that asks nobody. */
export function askedPractice(verdict: string): number | null {
  return verdict.startsWith('ask-') ? Number(verdict.slice('ask-'.length)) : null;
}
