import { z } from 'zod';
import { type PlainDate, parsePlainDate } from '../../../kernel/index.ts';
import { nhsNumberField } from '../../register/index.ts';

const box = z.string().trim().max(10).optional();

/** The form that opens a record in an emergency. The day of birth is typed in three boxes. */
export const breakGlassForm = z
  .object({
    nhs_number: nhsNumberField,
    'born-day': box,
    'born-month': box,
    'born-year': box,
    reason: z
      .string('Choose why you need to see this record now')
      .min(1, 'Choose why you need to see this record now'),
    said: z
      .string()
      .trim()
      .min(10, 'Say in a sentence what you need the record for')
      .max(1000, 'Keep this to 1,000 characters'),
  })
  .transform((fields, context) => {
    const [day = '', month = '', year = ''] = [fields['born-day'], fields['born-month'], fields['born-year']];
    const born = parsePlainDate(`${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
    if (born === null)
      context.addIssue({
        code: 'custom',
        path: ['born'],
        message: 'Write the day of birth as, for example, 31 3 1955',
      });
    return { ...fields, born: born ?? ('' as PlainDate) };
  });

export const reviewForm = z.object({
  outcome: z.string('Choose what it was').min(1, 'Choose what it was'),
  note: z.string().trim().min(1, 'Say what you found').max(1000, 'Keep this to 1,000 characters'),
});
