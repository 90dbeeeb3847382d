import { z } from 'zod';

/** Columns that a list can be sorted by. Need: the greatest first; names and ages as a reader expects. */
export const sortings = ['need', 'name', 'age', 'practice'] as const;
export type Sorting = (typeof sortings)[number];

const blank = (value: unknown) => (value === '' ? undefined : value);
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(blank, schema.optional());

/**
 * What a list of people is asked for, as it stands in an address: every filter can be linked to, sent to a colleague
 * and bookmarked, and none of it says who anybody is.
 */
export const peopleFilterSchema = z.object({
  place: optional(z.string().max(40)),
  /** Ids of registers; a person has to be on all of them. */
  condition: z.preprocess(
    (value) => (value === undefined || value === '' ? [] : [value].flat().filter((each) => each !== '')),
    z.array(z.string().max(60)).max(6),
  ),
  frailty: optional(z.string().max(20)),
  need: optional(z.string().max(20)),
  /** The top so many percent of need in the borough. */
  top: optional(z.coerce.number().positive().max(100)),
  from: optional(z.coerce.number().int().min(0).max(130)),
  to: optional(z.coerce.number().int().min(0).max(130)),
  sort: z.preprocess(blank, z.enum(sortings).default('need')),
  page: z.preprocess(blank, z.coerce.number().int().min(1).max(100_000).default(1)),
});

export type PeopleFilter = z.output<typeof peopleFilterSchema>;

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
