import { z } from 'zod';
import { decimalPlaces } from '../evaluate/exact.ts';
import { readCell } from '../models/cells.ts';
import { arithmetic, type ModelContent, type ModelInput, name, valueSchema } from '../models/model.ts';
import { type Complain, type Model, prepareModel } from '../models/prepare-model.ts';
import { type BodyOf, codes, conditionSchema, lookingBack, MOST_RESULTS } from './condition.ts';
import { header, scoreBands } from './header.ts';
import { parametersField } from './parameters.ts';

// A score by a formula: a published risk model, or arithmetic of one's own, on what the record says. Each input of the
// formula says where in the record it comes from.

/** A value of a measurement: the latest, or what the latest few have in common. */
const reading = lookingBack({
  codes,
  take: z
    .enum(['latest', 'highest_of_last', 'lowest_of_last', 'mean_of_last', 'deviation_of_last'])
    .default('latest'),
  last: z.int().min(1).max(MOST_RESULTS).default(1),
  on_different_days: z.boolean().default(false),
}).refine(
  ({ take, last }) => (take === 'latest' ? last === 1 : last > 1),
  'latest is one result; everything else says of how many with last, 2 or more',
);

const method = z.enum(['emergency', 'elective', 'maternity', 'other']);

/** How many there are of something. */
const amount = z
  .strictObject({
    entries: lookingBack({ codes }).optional(),
    appointments: lookingBack({ status: codes }).optional(),
    admitted: lookingBack({
      method: method.optional(),
      diagnoses: codes.optional(),
    }).optional(),
    attended: lookingBack({}).optional(),
  })
  .refine(
    (body) => Object.values(body).filter((each) => each !== undefined).length === 1,
    'count one of entries, appointments, admitted, attended',
  );

/** What is taken, and why, where the record does not say. Shown as assumed wherever the score is shown. */
const assumption = z.strictObject({
  is: z.union([z.string(), z.number(), z.boolean()]).transform((is) => {
    if (typeof is !== 'boolean') return String(is);
    return is ? 'yes' : 'no';
  }),
  because: z.string().min(1),
});

const beforeLast = z.strictObject({ method, days: z.int().positive() });

const sources = {
  /** Completed years. */
  age: z.literal('years'),
  sex: z.literal('recorded'),
  /** A yes or no. */
  when: conditionSchema,
  /** The first that is true; unknown as soon as one before it is unknown. */
  choose: z
    .array(
      z.strictObject({
        is: z.string(),
        when: conditionSchema,
        /** Where the record says less than this: why it is taken to be so. Shown as assumed. */
        because: z.string().optional(),
      }),
    )
    .min(1),
  /**
   * A number for each tenth of deprivation of where somebody lives, the most deprived first: what is typical of it, where the
   * number of the small area itself is not to be had. Shown as assumed.
   */
  by_tenth: z.strictObject({ typical: z.array(z.number()).length(10), because: z.string().min(1) }),
  value: reading,
  /** One value divided by another. */
  ratio: z.strictObject({ of: reading, to: reading }),
  number_of: amount,
  /** The different ICD-10 codes, of three characters, of stays in hospital that began in the window. */
  diagnoses: lookingBack({}),
  /** Whether a stay that began on the day on which the last one did was of the method. */
  last_stay: z.strictObject({ method }),
  /** How many stays of the method began before the last one, in so many days up to its day. */
  stays_before_last: beforeLast,
  /** Whether a stay of the method, begun before the last one, ended in so many days up to its day. */
  ended_before_last: beforeLast,
} as const;

/** Where an input comes from: one of these, or nothing but an assumption. */
const source = z
  .strictObject({
    age: sources.age.optional(),
    sex: sources.sex.optional(),
    when: sources.when.optional(),
    choose: sources.choose.optional(),
    by_tenth: sources.by_tenth.optional(),
    value: sources.value.optional(),
    ratio: sources.ratio.optional(),
    number_of: sources.number_of.optional(),
    diagnoses: sources.diagnoses.optional(),
    last_stay: sources.last_stay.optional(),
    stays_before_last: sources.stays_before_last.optional(),
    ended_before_last: sources.ended_before_last.optional(),
    if_missing: assumption.optional(),
    /** For arithmetic of one's own; a model has titles of its own. */
    title: z.string().optional(),
  })
  .refine(
    (body) => sourceWords(body).length <= 1 && (sourceWords(body).length === 1 || body.if_missing),
    `say where it comes from with one of ${Object.keys(sources).join(', ')}, or what is taken with if_missing`,
  );

export type InputSource = z.output<typeof source>;
export type Reading = z.output<typeof reading>;
export type Amount = z.output<typeof amount>;

type SourceWord = keyof typeof sources;

function sourceWords(body: object): SourceWord[] {
  return (Object.keys(sources) as SourceWord[]).filter((word) => word in body);
}

export const calculation = z
  .strictObject({
    kind: z.literal('calculation'),
    ...header,
    parameters: parametersField,
    /** Who can have it; everybody else is out. Without it the model alone says. */
    applies_to: conditionSchema.optional(),
    /** Which of content/models; without one the arithmetic stands here. */
    model: z.string().optional(),
    inputs: z.record(name, source),
    ...arithmetic,
    value: valueSchema.optional(),
    bands: scoreBands,
  })
  .refine(({ model, value }) => (model === undefined) !== (value === undefined), {
    message: 'name a model, or say the value as a formula; not both',
    path: ['value'],
  })
  .refine(
    ({ model, terms, tables, steps, coefficients }) =>
      model === undefined ||
      (terms.length + tables.length + Object.keys(steps).length === 0 && coefficients === undefined),
    { message: 'a model brings its own terms, tables and steps', path: ['model'] },
  );

export type Calculation = z.output<typeof calculation>;

/** The arithmetic of a calculation that names no model, as a model. */
export function ownModel(definition: Calculation, complain: Complain): Model {
  const { model: _, applies_to, inputs, kind, parameters, value, ...rest } = definition;
  const content: ModelContent = {
    ...rest,
    kind: 'formulas',
    inputs: Object.entries(inputs).map(([id, from]) => inputOf(id, from)),
    layouts: [],
    applies_to: [],
    bands: [],
    value: value ?? { formula: '0', decimals: 0 },
  };
  return prepareModel(content, complain);
}

/** Numbers of one's own have no bounds but those of what is sensible to write down. */
const ANY = 1e12;

function inputOf(id: string, from: InputSource): ModelInput {
  const any = { id, title: from.title ?? id.replaceAll('_', ' '), also: [], required: true };
  if (from.when || from.last_stay || from.ended_before_last) return { kind: 'yes_no', ...any };
  if (from.diagnoses) return { kind: 'icd10', ...any };
  if (from.sex) return { kind: 'choice', ...any, choices: ['female', 'male'].map(choiceOf) };
  if (from.choose) {
    const said = [...from.choose.map(({ is }) => is), ...(from.if_missing ? [from.if_missing.is] : [])];
    return { kind: 'choice', ...any, choices: [...new Set(said)].map(choiceOf) };
  }
  return { kind: 'number', ...any, unit: '', from: -ANY, to: ANY };
}

function choiceOf(code: string) {
  return { code, title: code, also: [] };
}

const KINDS: Record<SourceWord, ModelInput['kind']> = {
  age: 'number',
  sex: 'choice',
  when: 'yes_no',
  choose: 'choice',
  by_tenth: 'number',
  value: 'number',
  ratio: 'number',
  number_of: 'number',
  diagnoses: 'icd10',
  last_stay: 'yes_no',
  stays_before_last: 'number',
  ended_before_last: 'yes_no',
};

const IN_WORDS: Record<ModelInput['kind'], string> = {
  number: 'a number: age, by_tenth, value, ratio, number_of or stays_before_last',
  yes_no: 'yes or no: when, last_stay or ended_before_last',
  choice: 'a choice: sex or choose',
  icd10: 'ICD-10 codes: diagnoses',
};

/** What does not fit between the inputs of a calculation and those of its model, in sentences. */
export function unfit(definition: Calculation, { content }: Model): string[] {
  const known = new Map(content.inputs.map((input) => [input.id, input]));
  const given = Object.entries(definition.inputs);
  const strange = given.flatMap(([id]) =>
    known.has(id) ? [] : [`${content.id} has no input ${id}; it has ${[...known.keys()].join(', ')}`],
  );
  const absent = content.inputs.flatMap(({ id, required, if_missing }) =>
    required && if_missing === undefined && !(id in definition.inputs)
      ? [`${content.id} needs ${id}: say where it comes from`]
      : [],
  );
  const wrong = given.flatMap(([id, from]) => {
    const input = known.get(id);
    return input ? wrongSource(input, from) : [];
  });
  const places = content.value.decimals;
  const fine = definition.bands.flatMap(({ id, from }) =>
    decimalPlaces([from]) > places
      ? [`the band ${id} begins at ${from}, and the value has ${places} decimals`]
      : [],
  );
  return [...strange, ...absent, ...wrong, ...fine];
}

function wrongSource(input: ModelInput, from: InputSource): string[] {
  const { id } = input;
  const word = sourceWords(from)[0];
  const problems: string[] = [];
  if (word !== undefined && KINDS[word] !== input.kind)
    problems.push(`${id} is ${IN_WORDS[input.kind]}; ${word} is not that`);
  if (input.kind === 'choice')
    for (const { is } of from.choose ?? [])
      if (!input.choices.some(({ code }) => code === is))
        problems.push(
          `${is} is no choice of ${id}; there are ${input.choices.map(({ code }) => code).join(', ')}`,
        );
  if (from.if_missing !== undefined && readCell(input, from.if_missing.is) === null)
    problems.push(`${id}: ${from.if_missing.is} cannot be taken for it`);
  return problems;
}

/** The conditions that an input asks, outermost first. */
export function conditionsOfSource({ when, choose }: InputSource) {
  return [...(when === undefined ? [] : [when]), ...(choose ?? []).map((each) => each.when)];
}

/** The conditions that a calculation asks. */
export function conditionsIn(definition: Calculation) {
  return [
    ...(definition.applies_to === undefined ? [] : [definition.applies_to]),
    ...Object.values(definition.inputs).flatMap(conditionsOfSource),
  ];
}

/** The readings that a calculation takes. */
export function readingsIn(definition: Calculation): Reading[] {
  return Object.values(definition.inputs).flatMap(({ value, ratio }) => [
    ...(value === undefined ? [] : [value]),
    ...(ratio === undefined ? [] : [ratio.of, ratio.to]),
  ]);
}

/** A reading as the condition that asks whether there is one. */
export function asMeasured({ take: _, last: __, ...reading }: Reading): { measured: BodyOf<'measured'> } {
  return { measured: { ...reading, take: 'latest', last: 1, at_least: Number.MIN_SAFE_INTEGER } };
}

/** What a calculation counts, each as the condition that asks whether there is one of it. */
export function countedIn({ entries, appointments, admitted, attended }: Amount) {
  if (entries) return { count: { ...entries, at_least: 1, on_different_days: false } };
  if (appointments) return { appointments: { ...appointments, at_least: 1 } };
  if (admitted) return { admitted: { ...admitted, at_least: 1 } };
  return { attended: { ...attended, at_least: 1 } };
}
