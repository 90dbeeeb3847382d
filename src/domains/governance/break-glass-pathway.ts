import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../platform/content/index.ts';
import { reviewClock, reviewStates, type WorkClock } from '../work/index.ts';

const choice = z.strictObject({ id: z.string(), title: z.string() });

const breakGlassPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  open_hours: z.number().positive().max(24),
  tries_an_hour: z.int().positive(),
  review_due_days: z.int().positive(),
  breach_after_days: z.int().nonnegative(),
  reasons: z.array(choice).min(1),
  outcomes: z.array(choice).min(1),
});

/** For how long a record opens in an emergency, for which reasons, and how it is reviewed. */
export type BreakGlassPathway = z.output<typeof breakGlassPathway>;

export function readBreakGlassPathway(content: string): BreakGlassPathway {
  return readContent(join(content, 'governance', 'break-glass.yaml'), breakGlassPathway);
}

/** How the review of an emergency access moves: it ends with what the information governance lead found. */
export const breakGlassStates = reviewStates('break_glass', 'to_review', [
  { name: 'review', to: 'reviewed' },
]);

/** An access that is opened now is reviewed by the end of its day in London. */
export function accessClock(now: Date, pathway: BreakGlassPathway): WorkClock {
  return reviewClock(now, { ...pathway, due_days: pathway.review_due_days });
}
