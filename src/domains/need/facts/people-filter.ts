import { z } from 'zod';
import type { FieldError } from '../../../kernel/index.ts';

/** Columns that a list can be sorted by. Need and values: the greatest first; names and ages as a reader expects. */
export const sortings = ['need', 'name', 'age', 'practice', 'value'] as const;
export type Sorting = (typeof sortings)[number];

const blank = (value: unknown) => (value === '' ? undefined : value);
const PERCENT = 'Write a percentage from above 0 to 100, such as 9';
const AGE = 'Write an age in whole years, from 0 to 130';
const PAGE = 'There is no such page of the list';
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(blank, schema.optional());

/**
 * What a list of people is asked for, as it stands in an address: every filter can be linked to, sent to a colleague
 * and bookmarked, and none of it says who anybody is.
 */
export const peopleFilterSchema = z.object({
  place: optional(z.string().max(40, 'Choose a place of the list')),
  /** Ids of registers and of bands, as `segments/frailty`; a person has to be in all of them. */
  condition: z.preprocess(
    (value) => (value === undefined || value === '' ? [] : [value].flat().filter((each) => each !== '')),
    z.array(z.string().max(120, 'Choose a condition of the list')).max(6, 'Choose up to 6 conditions'),
  ),
  frailty: optional(z.string().max(20, 'Choose a band of frailty')),
  need: optional(z.string().max(20, 'Choose a band of need')),
  /** The top so many percent of need in the borough. */
  top: optional(z.coerce.number(PERCENT).positive(PERCENT).max(100, PERCENT)),
  /** Where they stand with the reader's team, as the room above says (`PeopleStanding`). */
  care: optional(z.string().max(20, 'Choose where people stand')),
  from: optional(z.coerce.number(AGE).int(AGE).min(0, AGE).max(130, AGE)),
  to: optional(z.coerce.number(AGE).int(AGE).min(0, AGE).max(130, AGE)),
  sort: z.preprocess(blank, z.enum(sortings, 'Choose how to sort').default('need')),
  page: z.preprocess(blank, z.coerce.number(PAGE).int(PAGE).min(1, PAGE).max(100_000, PAGE).default(1)),
});

export type PeopleFilter = z.output<typeof peopleFilterSchema>;

/** What somebody asked for in an address or a form, which may be wrong. */
export interface AskedFilter {
  /** The parts that can be used. */
  readonly filter: PeopleFilter;
  /** What is wrong, field by field in the order of the form. With any, no list is shown. */
  readonly errors: readonly FieldError[];
  /** What stood in the fields that are wrong, to be mended where it stands. */
  readonly typed: Readonly<Record<string, string>>;
}

/** Reads a query as a filter. Never refuses: a slip of the keyboard gets the same form back, with what is wrong. */
export const askedFilterSchema = z.record(z.string(), z.unknown()).transform((query): AskedFilter => {
  const parsed = peopleFilterSchema.safeParse(query);
  if (parsed.success) {
    const { from, to } = parsed.data;
    if (from === undefined || to === undefined || from <= to)
      return { filter: parsed.data, errors: [], typed: {} };
    const errors = [{ field: 'from', message: 'The youngest age is above the oldest: change one of them' }];
    return { filter: parsed.data, errors, typed: {} };
  }
  const messages = new Map<string, string>();
  for (const { path, message } of parsed.error.issues) {
    const field = String(path[0]);
    if (!messages.has(field)) messages.set(field, message);
  }
  const usable = Object.entries(query).filter(([name]) => !messages.has(name));
  const typed = Object.entries(query).filter(
    ([name, value]) => messages.has(name) && typeof value === 'string',
  );
  return {
    filter: peopleFilterSchema.parse(Object.fromEntries(usable)),
    errors: [...messages].map(([field, message]) => ({ field, message })),
    typed: Object.fromEntries(typed) as Record<string, string>,
  };
});

/** The address of a list. Filters that say nothing are left out. */
export function peopleHref(filter: Partial<PeopleFilter>, file = ''): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined || (name === 'page' && value === 1) || (name === 'sort' && value === 'need'))
      continue;
    for (const each of [value].flat()) words.append(name, String(each));
  }
  const query = words.toString();
  return `/people${file}${query === '' ? '' : `?${query}`}`;
}
