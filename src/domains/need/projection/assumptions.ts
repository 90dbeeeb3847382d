import { join } from 'node:path';
import { z } from 'zod';
import { provenanceFields, readContent } from '../../../platform/content/index.ts';

const described = { title: z.string(), version: z.string(), ...provenanceFields };
const rate = z.number().nonnegative();

/** Ages go by fives from 0; the last band is open. */
function byFives<Age extends { readonly from: number }>(ages: readonly Age[]): boolean {
  return ages.length > 2 && ages.every(({ from }, at) => from === at * 5);
}

const BY_FIVES = 'ages go by fives, from 0 up, without a gap';

const assumptions = z.strictObject({
  ...described,
  boys_for_100_girls: z.number().positive(),
  ages: z
    .array(
      z.strictObject({
        from: z.int(),
        births: rate,
        deaths_female: rate,
        deaths_male: rate,
        moves: z.number(),
      }),
    )
    .refine(byFives, BY_FIVES),
  variants: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        births_percent: rate,
        deaths_percent: rate,
        moves_more: z.number(),
      }),
    )
    .min(1),
  figures: z.array(z.string()),
});

const residents = z.strictObject({
  ...described,
  year: z.int(),
  expected_more: z.int(),
  list: z.int().positive(),
  residents: z
    .array(z.strictObject({ from: z.int(), female: z.int(), male: z.int() }))
    .refine(byFives, BY_FIVES),
});

/** What is assumed of births, deaths and moves: content, owned by analytics. */
export type Assumptions = z.output<typeof assumptions>;
export type Variant = Assumptions['variants'][number];

/** The residents whom the assumptions are held against, and whose shape by age splits wider bands. */
export type Residents = z.output<typeof residents>;

export interface ProjectionContent {
  readonly assumptions: Assumptions;
  readonly residents: Residents;
}

/** Throws Error where the two do not speak of the same ages. */
export function readProjectionContent(content: string): ProjectionContent {
  const folder = join(content, 'projection');
  const found = {
    assumptions: readContent(join(folder, 'assumptions.yaml'), assumptions),
    residents: readContent(join(folder, 'residents-2016.yaml'), residents),
  };
  if (found.assumptions.ages.length !== found.residents.residents.length)
    throw new Error('content/projection: assumptions and residents have different ages');
  return found;
}
