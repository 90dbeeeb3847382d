import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

/** The fields that are compared, in the order in which a person reads them, and the levels that each can come to. */
export const fieldLevels = {
  family_name: ['same', 'nearly_same', 'part_same', 'sounds_alike', 'different'],
  given_name: ['same', 'short_form', 'nearly_same', 'middle_name', 'initial', 'different'],
  birth_date: ['same', 'day_and_month_swapped', 'same_month_day_unknown', 'two_parts_same', 'different'],
  postcode: ['same', 'same_district', 'different'],
  sex: ['same', 'different'],
} as const;

export type MatchField = keyof typeof fieldLevels;
export const matchFields = Object.keys(fieldLevels) as MatchField[];

/** What records are gathered by before they are compared. */
export const blockKeys = [
  'birth',
  'birth_year',
  'family_sound',
  'given_sound',
  'postcode',
] as const satisfies readonly string[];

const share = z.number().gt(0).lt(1);
const field = z.enum(matchFields as [MatchField, ...MatchField[]]);

/** One level of one field: how often records of one person (m), and of two people (u), come to it. */
const level = z.strictObject({ level: z.string(), m: share, u: share });

const matchingMethod = z
  .strictObject({
    title: z.string(),
    version: z.string(),
    ...provenanceFields,
    propose_at: z.number(),
    strong_at: z.number(),
    nearly_the_same: share,
    blocks: z.array(z.array(z.enum(blockKeys)).min(2)).min(1),
    largest_block: z.int().positive(),
    needed: z.array(field),
    never: z.array(z.strictObject({ field, level: z.string(), because: z.string() })),
    fields: z.record(field, z.array(level)),
    short_forms: z.array(z.array(z.string().regex(/^[a-z]+$/)).min(2)),
  })
  .superRefine((method, context) => {
    for (const name of matchFields) checkLevels(method.fields[name], name, context);
    for (const [at, { field: name, level: is }] of method.never.entries())
      if (!(fieldLevels[name] as readonly string[]).includes(is))
        context.addIssue({ code: 'custom', path: ['never', at], message: `${name} has no level ${is}` });
  });

/** How patient records are compared: content, not code (`content/identity/matching.yaml`). */
export type MatchingMethod = z.output<typeof matchingMethod>;

/** Reads the method. Throws ContentError with the lines that are wrong. */
export function readMatchingMethod(content: string): MatchingMethod {
  return readContent(join(content, 'identity', 'matching.yaml'), matchingMethod);
}

/**
 * What a level weighs, in bits: log2(m / u). Rounded to hundredths, so that a sum does not depend on its order.
 * Source: Fellegi and Sunter 1969, section 2.
 */
export function levelWeight({ m, u }: { readonly m: number; readonly u: number }): number {
  return Math.round(Math.log2(m / u) * 100) / 100;
}

function checkLevels(
  levels: readonly z.output<typeof level>[],
  name: MatchField,
  context: z.RefinementCtx,
): void {
  const expected = fieldLevels[name].join(', ');
  if (levels.map(({ level: is }) => is).join(', ') !== expected)
    context.addIssue({ code: 'custom', path: ['fields', name], message: `its levels are ${expected}` });
  for (const column of ['m', 'u'] as const) {
    const sum = levels.reduce((total, each) => total + each[column], 0);
    if (Math.abs(sum - 1) > 1e-6)
      context.addIssue({ code: 'custom', path: ['fields', name], message: `${column} adds up to ${sum}` });
  }
}
