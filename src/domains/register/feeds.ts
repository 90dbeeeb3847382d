import { join } from 'node:path';
import { z } from 'zod';
import { addDays, type PlainDate } from '../../kernel/index.ts';
import { provenanceFields, readContent } from '../../platform/content/index.ts';

const feedFile = z.strictObject({
  version: z.string(),
  ...provenanceFields,
  feeds: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        /** The tables of deliveries, by the name that accounts have them under, that bring it. */
        tables: z.array(z.string()).min(1),
        late_after_days: z.int().positive(),
        stale_after_days: z.int().positive(),
      }),
    )
    .min(1),
});

/** One feed: how it comes, and from how many days on it is late (a defect) and stale (said on charts). */
export type FeedRule = z.output<typeof feedFile>['feeds'][number];

/** The feeds of `content/quality/feeds.yaml`. Throws ContentError. */
export function readFeedRules(content: string): FeedRule[] {
  return readContent(join(content, 'quality', 'feeds.yaml'), feedFile).feeds;
}

/**
 * Whether figures of a day are too old on another to be shown without saying so: older than the strictest of the
 * feeds lets them be. Figures of no day are not old, they are missing.
 */
export function isStale(rules: readonly FeedRule[], date: PlainDate | null, today: PlainDate): boolean {
  if (date === null) return false;
  return rules.some(({ stale_after_days }) => addDays(date, stale_after_days) < today);
}
