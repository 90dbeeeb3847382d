import { z } from 'zod';
import { provenanceFields } from '../../../platform/content/index.ts';

// The language in which clinicians and analysts say who is meant. Declarative, three-valued, no SQL.
// docs/definitions.md explains every word with an example; two evaluators read it and must agree.

const codes = z.union([z.string(), z.array(z.string()).min(1)]).transform((ids) => [ids].flat());

const lookBack = {
  days: z.int().positive().optional(),
  months: z.int().positive().optional(),
  years: z.int().positive().optional(),
};

/** At most one of days, months and years; without any the window is all of the record. */
function oneUnit(window: { days?: unknown; months?: unknown; years?: unknown }): boolean {
  return [window.days, window.months, window.years].filter((unit) => unit !== undefined).length <= 1;
}

const comparison = {
  below: z.number().optional(),
  at_most: z.number().optional(),
  at_least: z.number().optional(),
  above: z.number().optional(),
};

const ageRange = z
  .strictObject({ from: z.int().nonnegative().optional(), to: z.int().nonnegative().optional() })
  .refine((age) => age.from !== undefined || age.to !== undefined, 'say from, to, or both');

const leaf = [
  z.strictObject({ age: ageRange }),
  z.strictObject({ sex: z.enum(['female', 'male']) }),
  /** A code at any time up to the reference date, dated or not. */
  z.strictObject({ ever: codes }),
  /** A code in the window that ends on the reference date. */
  z.strictObject({
    within: z.strictObject({ codes, ...lookBack }).refine(oneUnit, 'give one of days, months, years'),
  }),
  /** A code on or after a fixed day. */
  z.strictObject({ since: z.strictObject({ codes, date: z.iso.date() }) }),
  /** The first dated code of all falls inside the window: newly diagnosed. */
  z.strictObject({
    first_within: z.strictObject({ codes, ...lookBack }).refine(oneUnit, 'give one of days, months, years'),
  }),
  /** Diagnosed, and not resolved on or after the latest diagnosis. */
  z.strictObject({ active: z.strictObject({ codes, resolved: codes }) }),
  /** At least so many entries in the window. */
  z.strictObject({
    count: z
      .strictObject({ codes, ...lookBack, at_least: z.int().positive() })
      .refine(oneUnit, 'give one of days, months, years'),
  }),
  /** Medicines from at least so many different BNF paragraphs in the window. */
  z.strictObject({
    distinct_paragraphs: z
      .strictObject({ codes, ...lookBack, at_least: z.int().positive() })
      .refine(oneUnit, 'give one of days, months, years'),
  }),
  /** The latest value, or the highest or lowest of the latest few, compared with a threshold. */
  z.strictObject({
    measured: z
      .strictObject({
        codes,
        ...lookBack,
        take: z.enum(['latest', 'highest_of_last', 'lowest_of_last']).default('latest'),
        last: z.int().min(1).max(5).default(1),
        ...comparison,
      })
      .refine(oneUnit, 'give one of days, months, years')
      .refine(
        (measured) =>
          [measured.below, measured.at_most, measured.at_least, measured.above].some(
            (bound) => bound !== undefined,
          ),
        'compare with below, at_most, at_least or above',
      ),
  }),
  /** The outcome of another register. */
  z.strictObject({ definition: z.string() }),
] as const;

type Leaf = z.output<(typeof leaf)[number]>;

/** A condition on one person, true, false or unknown. */
export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition };

const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ all: z.array(conditionSchema).min(1) }),
      z.strictObject({ any: z.array(conditionSchema).min(1) }),
      z.strictObject({ not: conditionSchema }),
      ...leaf,
    ],
    {
      error: () =>
        'not a condition: expected one of all, any, not, age, sex, ever, within, since, first_within, active, ' +
        'count, distinct_paragraphs, measured, definition, with its own words inside',
    },
  ),
);

export const header = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id is small letters, digits and -'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'a version is three numbers, as 1.0.0'),
  title: z.string(),
  /** The name where space is short: a column, a filter, a bar. */
  short: z.string().optional(),
  why: z.string().min(1),
  /** What a reader must know before acting on the result. */
  cautions: z.array(z.string()).default([]),
  ...provenanceFields,
};

const register = z.strictObject({ kind: z.literal('register'), ...header, rule: conditionSchema });

export const decimalText = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, "write a weight as text, as '0.08', so that sums stay exact");

const score = z.strictObject({
  kind: z.literal('score'),
  ...header,
  /** Who can have this score; everybody else is out. */
  applies_to: conditionSchema,
  terms: z
    .array(z.strictObject({ id: z.string(), title: z.string(), weight: decimalText, when: conditionSchema }))
    .min(1),
  /** Shown as the sum divided by this (eFI: 36). The sum itself is what is stored and compared. */
  divide_by: z.int().positive().optional(),
  /** From low to high; each begins at `from`, a sum of weights. */
  bands: z.array(z.strictObject({ id: z.string(), title: z.string(), from: decimalText })).default([]),
});

const ranking = z.strictObject({
  kind: z.literal('ranking'),
  ...header,
  /** The score that is ranked, highest first. Ties: older first, then the lower person number. */
  of: z.string(),
  bands: z.array(z.strictObject({ id: z.string(), title: z.string(), up_to_percent: z.number().positive() })),
});

/** One file of content/definitions, checked. */
export const definitionSchema = z.discriminatedUnion('kind', [register, score, ranking]);

export type Definition = z.output<typeof definitionSchema>;
export type Register = z.output<typeof register>;
export type Score = z.output<typeof score>;
export type Ranking = z.output<typeof ranking>;

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
        medicines: z.array(z.strictObject({ bnf: z.string(), date: z.iso.date().nullable() })).default([]),
        /** A feed that this person's practice has not sent, or sends only from a day on. */
        feeds: z
          .strictObject({
            events: z.union([z.literal('missing'), z.iso.date()]).optional(),
            medicines: z.union([z.literal('missing'), z.iso.date()]).optional(),
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
