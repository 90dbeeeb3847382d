import { z } from 'zod';
import { statusSchema } from '../../../platform/content/index.ts';
import { decimalText, header } from '../language/header.ts';

// How a risk model is written down: what it takes, its published numbers, its arithmetic, and what its bands ask for.
// docs/models.md explains every word. A model is run by `scoreOf`, and shown with its notice wherever it is shown.

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is small letters, digits and _, and begins with a letter');

const formulaText = z.union([z.string(), z.number()]).transform(String);

const columns = z.array(z.string()).default([]);

const anyInput = {
  id: name,
  title: z.string(),
  /** What else a file may call the column, when it means and codes the same. */
  also: columns,
  /** Whether the score can do without it: another input or the model's own rule then stands in. */
  required: z.boolean().default(true),
  /** The value that is taken when it is missing, as a file would say it. Shown as assumed. */
  if_missing: z.string().optional(),
  /** What the reader of the column list must know. */
  hint: z.string().optional(),
};

const input = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    ...anyInput,
    unit: z.string(),
    /** What can be meant; beyond it is a slip of the pen or of the unit. */
    from: z.number(),
    to: z.number(),
    /** A value with more places than the chart has is for its author to round. */
    decimals: z.int().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('yes_no'), ...anyInput }),
  z.strictObject({
    kind: z.literal('choice'),
    ...anyInput,
    choices: z.array(z.strictObject({ code: z.string(), title: z.string(), also: columns })).min(2),
  }),
  /** A list of ICD-10 codes in one cell. */
  z.strictObject({ kind: z.literal('icd10'), ...anyInput }),
]);

/** A file of a known source: some of its columns have codes of their own. Holds only where all of them are there. */
const layout = z.strictObject({
  title: z.string(),
  columns: z.record(
    z.string(),
    z.strictObject({ input: name, codes: z.record(z.string(), z.string()).optional() }),
  ),
});

const split = { by: name.optional(), columns: z.array(z.string()).optional() };

/** One number, or one for each of the columns. */
const decimals = z.union([decimalText, z.array(decimalText).min(2)]).transform((values) => [values].flat());

const coefficients = z.strictObject({ ...split, rows: z.record(name, decimals) });

const table = z.strictObject({
  id: name,
  of: name,
  ...split,
  rows: z
    .array(
      z.strictObject({
        /** A choice, or the beginning of an ICD-10 code. */
        is: z.string().optional(),
        from: decimalText.optional(),
        below: decimalText.optional(),
        value: decimals,
      }),
    )
    .min(1),
});

const term = z.union([
  z.strictObject({ id: name, title: z.string(), add: formulaText }),
  /** One contribution for each different code that the table has. */
  z.strictObject({ each: name }),
]);

const band = z.strictObject({
  id: z.string(),
  title: z.string(),
  from: decimalText,
  /** A condition besides; the last band that begins at or below the value and whose condition holds is the one. */
  when: z.string().optional(),
  action: z.string().optional(),
  status: statusSchema.optional(),
  source: z.string().optional(),
});

const value = z.strictObject({
  formula: formulaText,
  decimals: z.int().min(0).max(6),
  unit: z.string().optional(),
});

/** What is worked out of inputs. */
export const arithmetic = {
  coefficients: coefficients.optional(),
  tables: z.array(table).default([]),
  steps: z.record(name, formulaText).default({}),
  terms: z.array(term).default([]),
  /** The terms are decimals of so many places, and are added as whole numbers of the smallest step. */
  sum_places: z.int().nonnegative().optional(),
};

export { value as valueSchema };

/** One file of content/models that brings its own arithmetic. */
export const formulaModel = z.strictObject({
  kind: z.literal('formulas'),
  ...header,
  /** A text that stands with every score, and where the original of it is. */
  notice: z.strictObject({ text: z.string(), link: z.url() }).optional(),
  inputs: z.array(input).min(1),
  layouts: z.array(layout).default([]),
  applies_to: z
    .array(
      z.strictObject({
        must: z.string(),
        /** Why somebody has no score for whom it does not hold. */
        else: z.string(),
        /** What is assumed where it is not known. Without it the score is unknown then. */
        assume: z.string().optional(),
      }),
    )
    .default([]),
  ...arithmetic,
  value,
  /** From low to high. */
  bands: z.array(band).default([]),
});

/** One file of content/models that runs a definition on answers instead of on a record. */
export const definitionModel = z.strictObject({
  kind: z.literal('definition'),
  id: header.id,
  definition: z.string(),
  /** What a file may call the column of a term beside the term's own id. */
  also: z.record(z.string(), z.array(z.string())).default({}),
});

export const modelFile = z.discriminatedUnion('kind', [formulaModel, definitionModel]);

export type ModelContent = z.output<typeof formulaModel>;
export type DefinitionModel = z.output<typeof definitionModel>;
export type ModelInput = ModelContent['inputs'][number];
export type ModelTable = ModelContent['tables'][number];
export type ModelTerm = ModelContent['terms'][number];
export type ModelBand = ModelContent['bands'][number];

const cell = z.union([z.string(), z.number()]).transform(String);

/** Worked examples of a model, given as the cells of a file would give them. */
export const modelCasesSchema = z.strictObject({
  model: z.string(),
  /** Cells that all cases share unless they say otherwise. */
  base: z.record(z.string(), cell).default({}),
  cases: z
    .array(
      z.strictObject({
        name: z.string(),
        /** Where the expected number comes from, if not from the source of the model. */
        source: z.string().optional(),
        given: z.record(z.string(), cell).default({}),
        expect: z.strictObject({
          outcome: z.enum(['in', 'out', 'unknown']),
          /** Compared at as many places as are written. */
          value: decimalText.optional(),
          sum: decimalText.optional(),
          band: z.string().optional(),
          missing: z.array(z.string()).optional(),
          contributions: z.record(z.string(), decimalText).optional(),
        }),
      }),
    )
    .min(1),
});

export type ModelCases = z.output<typeof modelCasesSchema>;
