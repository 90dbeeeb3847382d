import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../platform/content/index.ts';

const PATTERNS = ['own_name', 'own_household', 'colleague', 'volume'] as const;

export type LookPattern = (typeof PATTERNS)[number];

const lookPatterns = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  days: z.int().positive().max(3660),
  volume: z.strictObject({ at_least: z.int().positive(), times_usual: z.number().min(1) }),
  patterns: z
    .array(z.strictObject({ id: z.enum(PATTERNS), title: z.string(), why: z.string() }))
    .length(PATTERNS.length),
  verdicts: z.array(z.strictObject({ id: z.string(), title: z.string() })).min(1),
});

/** Which looks are worth asking about, and what can become of the question. */
export type LookPatterns = z.output<typeof lookPatterns>;

export function readLookPatterns(content: string): LookPatterns {
  return readContent(join(content, 'governance', 'patterns.yaml'), lookPatterns);
}
