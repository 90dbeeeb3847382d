import { z } from 'zod';
import { type PlainDate, parsePlainDate } from '../../../kernel/index.ts';
import { rowNumber } from '../../../platform/web/index.ts';

const lead = z.uuid('Choose who will lead this person’s care');
const nextStep = z
  .string()
  .trim()
  .min(1, 'Say what happens next')
  .max(500, 'Keep the next step to 500 characters');
/** The last change that the form was written against. */
const seen = rowNumber.optional();
const optionalText = z
  .string()
  .trim()
  .max(500, 'Keep this to 500 characters')
  .optional()
  .transform((text) => (text ? text : null));

/** A day typed in three boxes. The first box that is wrong is named, so that the error leads to it. */
function dayFields<Name extends string>(name: Name) {
  const box = z.string().trim().optional();
  return { [`${name}-day`]: box, [`${name}-month`]: box, [`${name}-year`]: box } as Record<
    `${Name}-${'day' | 'month' | 'year'}`,
    typeof box
  >;
}

/** The day that three boxes say, null when they say none. */
export function typedDay(fields: Record<string, string | undefined>, name: string): PlainDate | null {
  const [day, month, year] = ['day', 'month', 'year'].map((part) => fields[`${name}-${part}`] ?? '');
  return parsePlainDate(`${year?.padStart(4, '0')}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`);
}

function withDue<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({ ...shape, ...dayFields('due') }).transform((fields, context) => {
    const due = typedDay(fields as Record<string, string | undefined>, 'due');
    if (due === null)
      context.addIssue({
        code: 'custom',
        path: ['due'],
        message: 'Write the day as, for example, 9 11 2026',
      });
    return { ...fields, due: due ?? ('' as PlainDate) };
  });
}

export const takeOnForm = withDue({
  lead,
  reason: z
    .string()
    .trim()
    .min(1, 'Say why this person needs coordinated care')
    .max(500, 'Keep the reason to 500 characters'),
  nextStep,
  override: optionalText,
  /** The decision of the team that stood when the form was opened; 0: none. */
  seen: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
});

export const nextStepForm = withDue({ nextStep, seen });

export const handOverForm = withDue({ lead, nextStep, override: optionalText, seen });

export const dischargeForm = z.object({
  outcome: z.string().min(1, 'Choose how this ended'),
  note: optionalText,
  seen,
});
