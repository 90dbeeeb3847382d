import { z } from 'zod';
import { bornBoxes, nhsNumberField, withBorn } from '../../register/index.ts';

/** The form that opens a record in an emergency. The day of birth is typed in three boxes. */
export const breakGlassForm = z
  .object({
    nhs_number: nhsNumberField,
    ...bornBoxes,
    reason: z
      .string('Choose why you need to see this record now')
      .min(1, 'Choose why you need to see this record now'),
    said: z
      .string()
      .trim()
      .min(10, 'Say in a sentence what you need the record for')
      .max(1000, 'Keep this to 1,000 characters'),
  })
  .transform(withBorn);

export const reviewForm = z.object({
  outcome: z.string('Choose what it was').min(1, 'Choose what it was'),
  note: z.string().trim().min(1, 'Say what you found').max(1000, 'Keep this to 1,000 characters'),
});
