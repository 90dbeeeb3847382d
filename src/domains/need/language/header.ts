import { z } from 'zod';
import { provenanceFields } from '../../../platform/content/index.ts';

// What every definition and every risk model says about itself.

export const header = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id is small letters, digits and -'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version is three numbers, as 1.0.0'),
  title: z.string(),
  /** The name where space is short: a column, a filter, a bar. */
  short: z.string().optional(),
  /** What it is about: where it is shown, and among what. */
  group: z
    .enum(['condition', 'case-finding', 'priority', 'prevention', 'population', 'equity', 'record'])
    .default('condition'),
  why: z.string().min(1),
  /** What a reader must know before acting on the result. */
  cautions: z.array(z.string()).default([]),
  ...provenanceFields,
};

export const decimalText = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, "write a weight as text, as '0.08', so that sums stay exact");

/** The bands of a score, from low to high; each begins at `from`. */
export const scoreBands = z
  .array(z.strictObject({ id: z.string(), title: z.string(), from: decimalText }))
  .default([]);
