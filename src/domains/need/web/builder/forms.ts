import { z } from 'zod';

/** Which draft, in an address. */
export const draftParams = z.object({ draft: z.coerce.number().int().positive().max(2_147_483_647) });

/** The version that was on the page. */
export const seenField = z.coerce.number('Load the page again').int().positive();

/** A line of text that has to be there. */
export function line(message: string, longest = 200) {
  return z.string(message).trim().min(1, message).max(longest, `Write at most ${longest} characters`);
}
