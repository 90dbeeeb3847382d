import { z } from 'zod';
import { addDays, londonDay } from '../../kernel/index.ts';
import { provenanceFields, readContent } from '../../platform/content/index.ts';
import { endOfDayClock, type WorkClock } from './work-item.ts';

/** What a file of content/pathways about a review says; kinds with more to say extend it. */
export const reviewPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  due_days: z.int().positive(),
  breach_after_days: z.int().nonnegative(),
});

/** How soon something that waits for somebody's decision is decided. */
export type ReviewPathway = z.output<typeof reviewPathway>;

/** Reads a file of content/pathways that has a clock and nothing else. Throws ContentError. */
export function readReviewPathway(file: string): ReviewPathway {
  return readContent(file, reviewPathway);
}

/** What waits from now on is due by the end of its day in London. */
export function reviewClock(
  now: Date,
  pathway: Pick<ReviewPathway, 'due_days' | 'breach_after_days'>,
): WorkClock {
  return endOfDayClock(addDays(londonDay(now), pathway.due_days), pathway.breach_after_days);
}
