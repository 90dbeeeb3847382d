import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const continuityContent = z.strictObject({
  title: z.string(),
  version: z.string(),
  ...provenanceFields,
  months: z.int().positive(),
  least_contacts: z.int().min(2),
  attended: z.string(),
  seen_most_above: z.number().min(0).lt(1),
});

/** Which appointments count towards continuity, and of whom it is said. */
export type ContinuityContent = z.output<typeof continuityContent>;

export function readContinuityContent(content: string): ContinuityContent {
  return readContent(join(content, 'pathways', 'continuity.yaml'), continuityContent);
}

/**
 * Usual provider of care: the share of contacts that were with whom somebody saw most, 0 to 1 (Breslau and Reeb, 1975).
 * `seen` is how many contacts there were with each GP, in any order. Null where there were none.
 */
export function usualProvider(seen: readonly number[]): number | null {
  const all = sum(seen);
  return all === 0 ? null : Math.max(...seen) / all;
}

/**
 * The Bice-Boxerman index of continuity of care, 0 (never the same GP twice) to 1 (always the same): (Σn² − N) / (N(N − 1))
 * of N contacts, n with each GP (Bice and Boxerman, 1977). Null of fewer than two contacts, which have no continuity.
 */
export function biceBoxerman(seen: readonly number[]): number | null {
  const all = sum(seen);
  if (all < 2) return null;
  return (sum(seen.map((n) => n * n)) - all) / (all * (all - 1));
}

/**
 * The share of contacts that were with somebody's own named GP, 0 to 1 (SLICC, St Leonard's index). `withOwn` of the
 * contacts in `seen` were. Null where there were none.
 */
export function withOwnGp(withOwn: number, seen: readonly number[]): number | null {
  const all = sum(seen);
  return all === 0 ? null : withOwn / all;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, n) => all + n, 0);
}
