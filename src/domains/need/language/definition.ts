import { z } from 'zod';
import { type Calculation, calculation, ownModel } from './calculation.ts';
import { conditionSchema } from './condition.ts';
import { decimalText, header, scoreBands } from './header.ts';
import { parametersField, withParameters } from './parameters.ts';

// The language in which clinicians and analysts say who is meant. Declarative, three-valued, no SQL.
// docs/definitions.md explains every word with an example; two evaluators read it and must agree.

export {
  type BodyOf,
  type Comparison,
  type Condition,
  joiningWords,
  LONGEST_COURSE,
  MOST_RESULTS,
  parseCondition,
  TOP_PERCENTILE,
} from './condition.ts';

const parameters = { parameters: parametersField };

const register = z.strictObject({
  kind: z.literal('register'),
  ...header,
  ...parameters,
  rule: conditionSchema,
  /** For a proposal: what a clinician is advised to do about it. */
  proposes: z.string().optional(),
});

const score = z.strictObject({
  kind: z.literal('score'),
  ...header,
  ...parameters,
  /** Who can have this score; everybody else is out. */
  applies_to: conditionSchema,
  terms: z
    .array(z.strictObject({ id: z.string(), title: z.string(), weight: decimalText, when: conditionSchema }))
    .min(1),
  /** Shown as the sum divided by this (eFI: 36). The sum itself is what is stored and compared. */
  divide_by: z.int().positive().optional(),
  /** From low to high; each begins at `from`, a sum of weights. */
  bands: scoreBands,
});

const ranking = z.strictObject({
  kind: z.literal('ranking'),
  ...header,
  ...parameters,
  /** The score that is ranked, highest first. Ties: older first, then the lower person number. */
  of: z.string(),
  bands: z.array(z.strictObject({ id: z.string(), title: z.string(), up_to_percent: z.number().positive() })),
});

const segment = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Its people in the middle of a sentence: `people in the most deprived fifth`. */
  who: z.string().optional(),
  when: conditionSchema.optional(),
});

const segmentation = z
  .strictObject({
    kind: z.literal('segmentation'),
    ...header,
    ...parameters,
    /** For groups of people: the segment that each of the others is compared with. */
    compare_with: z.string().optional(),
    /** For groups with an order, as from the most to the least deprived; the last, of who is not known, has no place in it. */
    ordered: z.boolean().default(false),
    /** Segments of people whom the others do not concern: nobody is "not vaccinated" who is not eligible. */
    does_not_apply: z.array(z.string()).default([]),
    /** From the greatest need to the least. Everybody is in the first that is true of them; the last needs no condition. */
    segments: z.array(segment).min(2),
  })
  .refine(
    ({ segments }) => segments.every(({ when }, at) => (when === undefined) === (at === segments.length - 1)),
    'every segment but the last says when; the last is for everybody else',
  )
  .refine(
    ({ segments, compare_with, does_not_apply }) =>
      [...does_not_apply, ...(compare_with === undefined ? [] : [compare_with])].every((id) =>
        segments.some((each) => each.id === id),
      ),
    'compare_with and does_not_apply name segments',
  );

const definitions = z.discriminatedUnion('kind', [register, score, calculation, ranking, segmentation]);

export type Definition = z.output<typeof definitions>;

/** One file of content/definitions, checked; its parameters are numbers where they are used. */
export const definitionSchema: z.ZodType<Definition> = z.unknown().transform((raw, context) => {
  const { value, faults } = withParameters(raw);
  for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [...path], message });
  const parsed = definitions.safeParse(value);
  if (parsed.success) {
    // Arithmetic of its own is read with the file, so that what is wrong in it is said with its line.
    if (parsed.data.kind === 'calculation' && parsed.data.model === undefined)
      ownModel(parsed.data, (path, message) =>
        context.addIssue({ code: 'custom', path: [...path], message, input: raw }),
      );
    return parsed.data;
  }
  for (const issue of parsed.error.issues)
    context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0]);
  return z.NEVER;
});
export type Register = z.output<typeof register>;
export type Score = z.output<typeof score>;
export type { Calculation };
export type Ranking = z.output<typeof ranking>;
export type Segmentation = z.output<typeof segmentation>;

const caseEvent = z.strictObject({
  code: z.string(),
  date: z.iso.date().nullable(),
  value: z.number().optional(),
  unit: z.string().optional(),
});

/** Drawn people and what a definition must say of each: the part of a definition that cannot be argued with. */
export const caseFileSchema = z.strictObject({
  definition: z.string(),
  reference_date: z.iso.date(),
  people: z
    .array(
      z.strictObject({
        name: z.string(),
        born: z.iso.date(),
        sex: z.enum(['female', 'male', 'unknown']),
        events: z.array(caseEvent).default([]),
        medicines: z
          .array(
            z.strictObject({
              bnf: z.string(),
              date: z.iso.date().nullable(),
              days: z.int().positive().optional(),
            }),
          )
          .default([]),
        appointments: z.array(z.strictObject({ status: z.string(), date: z.iso.date() })).default([]),
        admissions: z
          .array(
            z.strictObject({
              date: z.iso.date(),
              /** Left out: still there. */
              discharged: z.iso.date().optional(),
              method: z.enum(['emergency', 'elective', 'maternity', 'other']).default('emergency'),
              diagnoses: z.array(z.string()).default([]),
            }),
          )
          .default([]),
        attendances: z.array(z.strictObject({ date: z.iso.date() })).default([]),
        deprivation: z.int().min(1).max(10).optional(),
        registered_from: z.iso.date().optional(),
        lsoa: z.string().optional(),
        practice: z.string().optional(),
        /** The values of all the others with whom this person is compared, by the score or calculation that ranks them. */
        others: z.record(z.string(), z.array(decimalText)).optional(),
        /** A feed that this person's practice has not sent, or sends only from a day on. */
        feeds: z
          .strictObject({
            events: z.union([z.literal('missing'), z.iso.date()]).optional(),
            medicines: z.union([z.literal('missing'), z.iso.date()]).optional(),
            appointments: z.union([z.literal('missing'), z.iso.date()]).optional(),
            hospital: z.union([z.literal('missing'), z.iso.date()]).optional(),
          })
          .default({}),
        expect: z.strictObject({
          outcome: z.enum(['in', 'out', 'unknown']),
          /** Scores: the exact sum of weights, as text. */
          value: decimalText.optional(),
          band: z.string().optional(),
        }),
      }),
    )
    .min(1),
});

export type CaseFile = z.output<typeof caseFileSchema>;
