import { z } from 'zod';
import { withParameters } from './parameters.ts';

// What can be asked of one person: the words of the language. docs/definitions.md has an example of each.

export const codes = z
  .union([z.string(), z.array(z.string()).min(1)], {
    error: 'expected the id of a codelist, or several in [ ]',
  })
  .transform((ids) => [ids].flat());

/** No issue lasts longer than this, whatever it says, in days. */
export const LONGEST_COURSE = 366;

const MONTH_AND_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const lookBack = {
  days: z.int().positive().optional(),
  months: z.int().positive().optional(),
  years: z.int().positive().optional(),
  /** From the last such day of a year on: `09-01` begins the vaccination season, `04-01` the financial year. */
  since_last: z
    .string()
    .regex(MONTH_AND_DAY, 'expected a month and a day, as 09-01')
    .refine((day) => day !== '02-29', 'the 29th of February is not in every year')
    .optional(),
};

type LookBackShape = typeof lookBack;

/** The body of a condition that looks back: at most one of days, months, years, since_last; none is all of the record. */
export function lookingBack<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...lookBack, ...shape }).refine((body) => {
    const window = body as { [Unit in keyof LookBackShape]?: unknown };
    return (
      Object.keys(lookBack).filter((unit) => window[unit as keyof LookBackShape] !== undefined).length <= 1
    );
  }, 'give one of days, months, years, since_last');
}

function hasWindow(body: { [Unit in keyof LookBackShape]?: unknown }): boolean {
  return Object.keys(lookBack).some((unit) => body[unit as keyof LookBackShape] !== undefined);
}

const comparison = {
  below: z.number().optional(),
  at_most: z.number().optional(),
  at_least: z.number().optional(),
  above: z.number().optional(),
};

function comparesWithSomething(body: { [Bound in keyof typeof comparison]?: number | undefined }): boolean {
  return [body.below, body.at_most, body.at_least, body.above].some((bound) => bound !== undefined);
}

const COMPARE = 'compare with below, at_most, at_least or above';

function range(bound: z.ZodType<number>) {
  return z
    .strictObject({ from: bound.optional(), to: bound.optional() })
    .refine(({ from, to }) => from !== undefined || to !== undefined, 'say from, to, or both');
}

const dates = { from: z.iso.date().optional(), to: z.iso.date().optional() };

function saysADate({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean {
  return from !== undefined || to !== undefined;
}

/** How long an issue of a medicine lasts where it does not say, and for how long after its end somebody still has it. */
const course = {
  usual_days: z.int().min(1).max(LONGEST_COURSE),
  grace_days: z.int().min(0).max(LONGEST_COURSE),
};

/** Among whom somebody is ranked by a value: everybody registered in the same place, or those of them in a definition. */
const comparedWith = {
  of: z.string(),
  over: z.enum(['practice', 'neighbourhood', 'borough']),
  among: z.string().optional(),
};

/** A value by which people are ranked, and among whom. */
export interface Comparison {
  /** A score or a calculation. */
  readonly of: string;
  readonly over: 'practice' | 'neighbourhood' | 'borough';
  /** Only those who are in this definition, or in this band of it. */
  readonly among?: string | undefined;
}

/** The highest percentile: that of the hundredth who come first. */
export const TOP_PERCENTILE = 99;

function standing(least: number, most: number) {
  const bound = z.int().min(least).max(most).optional();
  return z
    .strictObject({ ...comparedWith, at_least: bound, at_most: bound })
    .refine(
      ({ at_least, at_most }) => at_least !== undefined || at_most !== undefined,
      'compare with at_least, at_most, or both',
    );
}

/** How many results a condition can look at, the latest first. */
export const MOST_RESULTS = 8;

/** The words that a condition can begin with, and what belongs to each. docs/definitions.md has an example of each. */
const words = {
  age: z
    .strictObject({
      from: z.int().nonnegative().optional(),
      to: z.int().nonnegative().optional(),
      unit: z.enum(['years', 'months', 'days']).default('years'),
    })
    .refine((age) => age.from !== undefined || age.to !== undefined, 'say from, to, or both'),
  born: z.strictObject(dates).refine(saysADate, 'say from, to, or both'),
  sex: z.enum(['female', 'male']),
  /** The tenth of deprivation of where somebody lives; 1 is the most deprived. */
  deprivation: range(z.int().min(1).max(10)),
  /** Where somebody lives, by lists of small areas (LSOA). */
  lives_in: codes,
  /** On the list of one of these practices. */
  registered_with: codes,
  /** On the list of the practice for at least so long. */
  registered_for: z
    .strictObject({ days: lookBack.days, months: lookBack.months, years: lookBack.years })
    .refine(
      (body) => Object.values(body).filter((unit) => unit !== undefined).length === 1,
      'give one of days, months, years',
    ),
  /** A code at any time up to the reference date, dated or not. */
  ever: codes,
  /** A code in the window that ends on the reference date. */
  within: lookingBack({ codes }),
  /** A code on or after a fixed day. */
  since: z.strictObject({ codes, date: z.iso.date() }),
  /** A code between fixed days, both included. */
  between: z.strictObject({ codes, ...dates }).refine(saysADate, 'say from, to, or both'),
  /** The first dated code of all falls inside the window: newly diagnosed. */
  first_within: lookingBack({ codes }),
  /** The nth dated code of all, the earliest being the first, falls inside the window: somebody's second episode. */
  nth_within: lookingBack({ codes, nth: z.int().min(1).max(100) }),
  /** Completed years on the day of the first dated code, or of the latest. */
  age_at: z
    .strictObject({
      codes,
      entry: z.enum(['first', 'latest']).default('first'),
      from: z.int().nonnegative().optional(),
      to: z.int().nonnegative().optional(),
    })
    .refine((age) => age.from !== undefined || age.to !== undefined, 'say from, to, or both'),
  /** Diagnosed, and not resolved on or after the latest diagnosis. */
  active: z.strictObject({ codes, resolved: codes }),
  /** The latest of both lists together is one of the first. `if_none` is for what everybody has, recorded or not. */
  latest_is: lookingBack({ codes, of: codes, if_none: z.literal('unknown').optional() }),
  /** On or after the latest of the one there is one of the other. */
  followed: z.strictObject({ codes, by: codes }),
  /** An entry in the window, so many days after one of `to`; days below nought are before it. */
  near: lookingBack({
    codes,
    to: codes,
    from_days: z.int().min(-3660).max(3660),
    to_days: z.int().min(-3660).max(3660),
  }).refine(({ from_days, to_days }) => from_days <= to_days, 'from_days is not above to_days'),
  /** At least so many entries in the window, or so many days with one. */
  count: lookingBack({ codes, at_least: z.int().positive(), on_different_days: z.boolean().default(false) }),
  /** A medicine that somebody should be taking now: an issue whose course, and the grace after it, covers the day. */
  current: z.strictObject({ codes, ...course }),
  /** Medicines from at least so many different BNF paragraphs in the window, or of those that are current. */
  distinct_paragraphs: lookingBack({
    codes,
    at_least: z.int().positive(),
    current: z.strictObject(course).optional(),
  }).refine(
    (body) => body.current === undefined || !hasWindow(body),
    'current medicines have no window: give one or the other',
  ),
  /** The latest value, or the highest, lowest or mean of the latest few, or of those of different days, compared. */
  measured: lookingBack({
    codes,
    take: z.enum(['latest', 'highest_of_last', 'lowest_of_last', 'mean_of_last']).default('latest'),
    last: z.int().min(1).max(MOST_RESULTS).default(1),
    on_different_days: z.boolean().default(false),
    ...comparison,
  }).refine(comparesWithSomething, COMPARE),
  /** The latest values all compare so, and go back at least so many days: a finding that lasts. */
  sustained: lookingBack({ codes, for_days: z.int().positive(), ...comparison }).refine(
    comparesWithSomething,
    COMPARE,
  ),
  /** At least so many appointments in the window, of those whose status is on a list of words. */
  appointments: lookingBack({ status: codes, at_least: z.int().positive().default(1) }),
  /** At least so many stays in hospital that began in the window. */
  admitted: lookingBack({
    method: z.enum(['emergency', 'elective', 'maternity', 'other']).optional(),
    diagnoses: codes.optional(),
    at_least: z.int().positive().default(1),
  }),
  /** At least so many attendances of an emergency department in the window. */
  attended: lookingBack({ at_least: z.int().positive().default(1) }),
  /** The value of a score or a calculation, compared. */
  scored: z.strictObject({ definition: z.string(), ...comparison }).refine(comparesWithSomething, COMPARE),
  /** How many of a hundred rank behind, by the value of a score or a calculation, the highest first: 91 or more is the top 9%. */
  percentile: standing(0, TOP_PERCENTILE),
  /** The place in the same order; 1 is the first. */
  rank: standing(1, 1_000_000_000),
  /** The outcome of another definition, or of one band of it, as `segments/frailty`. */
  definition: z.string(),
} as const satisfies Record<string, z.ZodType>;

type Word = keyof typeof words;

/** What stands behind a word. */
export type BodyOf<W extends Word> = z.output<(typeof words)[W]>;

type Leaf = { [W in Word]: { [Key in W]: BodyOf<W> } }[Word];

/** A condition on one person, true, false or unknown. */
export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition };

const bodies: Record<string, z.ZodType> = {
  ...words,
  all: z.lazy(() => z.array(conditionSchema).min(1)),
  any: z.lazy(() => z.array(conditionSchema).min(1)),
  not: z.lazy(() => conditionSchema),
};

/** One word and what belongs to it. What is wrong inside is said of the place where it stands. */
export const conditionSchema: z.ZodType<Condition> = z.unknown().transform((value, context) => {
  const [word, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const body = word === undefined ? undefined : bodies[word];
  if (word === undefined || body === undefined || others.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `not a condition: expected one of ${['all', 'any', 'not', ...Object.keys(words)].join(', ')}, with its own words inside`,
    });
    return z.NEVER;
  }
  const parsed = body.safeParse((value as Record<string, unknown>)[word]);
  if (parsed.success) return { [word]: parsed.data } as unknown as Condition;
  for (const issue of parsed.error.issues)
    context.addIssue({ ...issue, path: [word, ...issue.path] } as Parameters<typeof context.addIssue>[0]);
  return z.NEVER;
});

/** A condition as it stands in a file with these parameters, checked; null where it is none. */
export function parseCondition(raw: unknown, parameters?: unknown): Condition | null {
  const { value } = withParameters({ parameters, raw });
  const parsed = conditionSchema.safeParse((value as { raw: unknown }).raw);
  return parsed.success ? parsed.data : null;
}

/** The words that put conditions together. */
export const joiningWords = ['all', 'any', 'not'] as const;
