import { z } from 'zod';
import { rowNumber } from '../../../../platform/web/index.ts';
import { type PeopleFilter, peopleFilterSchema } from '../../../need/index.ts';
import { withDays } from '../../../work/index.ts';

const text = z.string().trim().optional();
const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `Keep this to ${most} characters`)
    .optional()
    .transform((typed) => (typed ? typed : null));
const reason = z.string().trim().min(1, 'Say why').max(500, 'Keep the reason to 500 characters');

/** The most people who can be named in one form. */
const MOST_NAMED = 50;

/** Whom to choose from, and who has to be on the list. The filter is the one of lists of people. */
export const proposeForm = z
  .object({
    place: text,
    condition: text,
    and: text,
    frailty: text,
    top: text,
    from: text,
    to: text,
    must: text,
    mustBecause: optionalText(500),
  })
  .transform((typed, context) => {
    const { condition, and, must, mustBecause, ...rest } = typed;
    const parsed = peopleFilterSchema.safeParse({ ...rest, condition: [condition ?? '', and ?? ''] });
    for (const { path, message } of parsed.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [String(path[0])], message });
    const filter: PeopleFilter = parsed.data ?? peopleFilterSchema.parse({});
    if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to)
      context.addIssue({
        code: 'custom',
        path: ['from'],
        message: 'The youngest age is above the oldest: change one of them',
      });
    const lines = (must ?? '').split(/\r?\n/).flatMap((line) => line.trim() || []);
    if (lines.length > MOST_NAMED)
      context.addIssue({
        code: 'custom',
        path: ['must'],
        message: `Name up to ${MOST_NAMED} people who have to be on the list`,
      });
    return { filter, must: lines, mustBecause };
  });

export const seenForm = z.object({ seen: rowNumber });

export const moveForm = z.object({
  way: z.enum(['in', 'out'], 'Choose whether they come in or go out'),
  reason,
  seen: rowNumber,
});

export const addForm = z.object({
  nhsNumber: z
    .string()
    .trim()
    .min(1, 'Write their NHS number')
    .max(20, 'Write the ten digits of an NHS number'),
  reason,
  seen: rowNumber,
});

const HOURS = 'Write hours a week as a number from 0 to 60, such as 12 or 7.5';
const hours = z
  .string({ error: HOURS })
  .trim()
  .regex(/^\d{1,2}([.,]\d{1,2})?$/, HOURS)
  .transform((typed) => Math.round(Number(typed.replace(',', '.')) * 60))
  .refine((minutes) => minutes <= 3600, HOURS);

export const addMemberForm = z.object({
  account: z
    .union([z.uuid(), z.literal('')], 'Choose somebody of the team')
    .optional()
    .transform((typed) => (typed ? typed : null)),
  name: optionalText(120),
  discipline: z.string().min(1, 'Choose a discipline'),
  hours,
});

export const hoursForm = z.object({
  // Left empty: they are not counted any more.
  hours: z.union([z.literal('').transform(() => null), hours], HOURS),
  because: optionalText(500),
  seen: rowNumber,
});

const HOW_MANY = 'Write how many people as a whole number';
const share = z
  .string(HOW_MANY)
  .trim()
  .regex(/^\d{0,3}$/, HOW_MANY);

const firstStep = withDays(
  {
    nextStep: z
      .string()
      .trim()
      .min(1, 'Say what happens first')
      .max(500, 'Keep the first step to 500 characters'),
    override: optionalText(500),
    seen: rowNumber,
  },
  { due: 'Say from which day on' },
);

/** How the people of a list are shared out (`share-ACCOUNT` is how many that lead takes), and what happens first. */
export const acceptForm = z.record(z.string(), z.unknown()).transform((sent, context) => {
  const parsed = firstStep.safeParse(sent);
  for (const { path, message } of parsed.error?.issues ?? [])
    context.addIssue({ code: 'custom', path: [...path], message });
  const shares = Object.entries(sent).flatMap(([name, typed]) => {
    if (!name.startsWith('share-')) return [];
    const people = share.safeParse(typed);
    if (!people.success) context.addIssue({ code: 'custom', path: [name], message: HOW_MANY });
    return [{ account: name.slice('share-'.length), people: Number(people.data || 0) }];
  });
  return { ...(parsed.data ?? ({} as z.output<typeof firstStep>)), shares };
});
