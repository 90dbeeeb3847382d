import { join } from 'node:path';
import { z } from 'zod';
import { addDays, londonDay, londonMidnight, type PlainDate } from '../../kernel/index.ts';
import { provenanceFields, readContent } from '../../platform/content/index.ts';
import { endOfDayClock, type WorkClock } from './work-item.ts';

const ending = z.strictObject({ id: z.string(), title: z.string() });

/** How work ends: what the table keeps, and the words for it. */
export type Ending = z.output<typeof ending>;

const workPathway = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  accept_within_days: z.int().nonnegative(),
  kinds: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        plural: z.string(),
        due_days: z.int().positive(),
        breach_after_days: z.int().nonnegative(),
        again_after_days: z.int().positive().optional(),
      }),
    )
    .min(1),
  outcomes: z.array(ending).min(1),
  stops: z.array(ending).min(1),
});

/** Clocks and endings of the kinds of work that are tasks, as the place has agreed them. */
export type WorkPathway = z.output<typeof workPathway>;

export function readWorkPathway(content: string): WorkPathway {
  return readContent(join(content, 'pathways', 'work.yaml'), workPathway);
}

/**
 * The clock of a task of a kind: due at the end of its day in London, the day that somebody gave or the one that its
 * kind gives. Throws where the content has no such kind.
 */
export function taskClock(
  pathway: WorkPathway,
  kind: string,
  when: { readonly now: Date; readonly due?: PlainDate },
): WorkClock {
  const times = pathway.kinds.find(({ id }) => id === kind);
  if (!times) throw new Error(`content/pathways/work.yaml has no kind ${kind}`);
  const due = when.due ?? addDays(londonDay(when.now), times.due_days);
  const clock = endOfDayClock(due, times.breach_after_days);
  if (times.again_after_days === undefined) return clock;
  return { ...clock, again: endOfDayClock(due, times.again_after_days).breach };
}

/** Until when a team may accept what it is offered now: the end of a day, and never later than the work's own breach. */
export function acceptBy(pathway: WorkPathway, now: Date, breach: Date): Date {
  const end = londonMidnight(addDays(londonDay(now), pathway.accept_within_days + 1));
  return end < breach || breach <= now ? end : breach;
}
