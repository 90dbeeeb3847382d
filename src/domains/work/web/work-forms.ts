import { z } from 'zod';
import { type PlainDate, parsePlainDate } from '../../../kernel/index.ts';
import { rowNumber } from '../../../platform/web/index.ts';

/** The last change that a form was written against. */
const seen = rowNumber.optional();
const note = z
  .string()
  .trim()
  .max(1000, 'Keep this to 1,000 characters')
  .optional()
  .transform((text) => (text ? text : null));
const reason = z
  .string({ error: 'Say why' })
  .trim()
  .min(1, 'Say why')
  .max(1000, 'Keep this to 1,000 characters');
/**
 * A form with days, each typed in three boxes named `due-day`, `due-month` and `due-year`. A day that is wrong is an
 * error of the whole day; one that is not typed is an error only where it is asked for with a message.
 */
export function withDays<Shape extends z.ZodRawShape, Name extends string>(
  shape: Shape,
  days: Readonly<Record<Name, string | null>>,
) {
  const boxes = Object.fromEntries(
    Object.keys(days).flatMap((name) =>
      ['day', 'month', 'year'].map((part) => [`${name}-${part}`, z.string().trim().optional()]),
    ),
  );
  return z.object({ ...shape, ...boxes }).transform((fields, context) => {
    const typed: Partial<Record<Name, PlainDate>> = {};
    for (const name of Object.keys(days) as Name[]) {
      const parts = ['year', 'month', 'day'].map(
        (part) => (fields as Record<string, string | undefined>)[`${name}-${part}`] ?? '',
      );
      const [year = '', month = '', day = ''] = parts;
      const found = parsePlainDate(
        `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
      );
      if (found !== null) typed[name] = found;
      else if (parts.some((part) => part !== '') || days[name] !== null)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: parts.some((part) => part !== '')
            ? 'Write the day as, for example, 9 11 2026'
            : (days[name] ?? ''),
        });
    }
    return { ...(fields as z.output<z.ZodObject<Shape>>), ...typed } as z.output<z.ZodObject<Shape>> &
      Partial<Record<Name, PlainDate>>;
  });
}

/** A team, or one person in it: `12`, or `12:` and their account. */
const whom = z
  .string({ error: 'Choose for whom this is' })
  .regex(/^\d{1,9}(:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/, 'Choose for whom this is')
  .transform((text) => {
    const [team = '', account] = text.split(':');
    return { team: Number(team), account: account ?? null };
  });

/** What each act on a task asks for. */
export const actForms = {
  'put-back': z.object({ seen, note }),
  'hand-over': z.object({ seen, note, to: z.uuid('Choose somebody of the team') }),
  offer: z.object({ seen, note, to: whom }),
  decline: z.object({ seen, reason }),
  withdraw: z.object({ seen, reason }),
  defer: withDays({ seen, reason }, { due: 'Say until when' }),
  finish: z.object({ seen, note, outcome: z.string({ error: 'Choose what came of it' }) }),
  stop: z.object({ seen, reason, outcome: z.string({ error: 'Choose why it will not be done' }) }),
} as const;

export type FormAct = keyof typeof actForms;
export const formActs = Object.keys(actForms) as FormAct[];

export const askForm = withDays(
  {
    title: z.string().trim().min(1, 'Say what is to be done').max(300, 'Keep this to 300 characters'),
    note: z.string().trim().max(1000, 'Keep this to 1,000 characters').optional(),
    for: whom,
  },
  { due: null },
);

const ticked = z
  .string()
  .regex(/^\d{1,9}:\d{1,9}$/)
  .transform((text) => {
    const [item = 0, lastSeen = 0] = text.split(':').map(Number);
    return { item, seen: lastSeen };
  });

const item = z.union([ticked.transform((one) => [one]), z.array(ticked)], {
  error: 'Tick the work that you mean',
});

/** What each act on many pieces of work asks for, beside the ticks. */
export const manyForms = {
  assign: z.object({
    item,
    to: z
      .union([z.uuid(), z.literal('team')], { error: 'Choose who gets it' })
      .transform((to) => (to === 'team' ? null : to)),
  }),
  defer: withDays({ item, reason }, { due: 'Say until when' }),
  stop: z.object({ item, reason, outcome: z.string().min(1, 'Choose why it will not be done') }),
} as const;

/** One form with a button for each act; which was pressed says what else must be there. */
export const manyForm = z.looseObject({
  do: z.enum(['assign', 'defer', 'stop']).default('assign'),
  item: z.unknown().optional(),
});

export const awayForm = withDays(
  { account: z.uuid('Choose who is away'), coveredBy: z.uuid('Choose who covers') },
  { from: 'Say the first day away', until: 'Say the last day away' },
);
