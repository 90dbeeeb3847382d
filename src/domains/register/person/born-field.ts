import { z } from 'zod';
import { type PlainDate, parsePlainDate } from '../../../kernel/index.ts';

const box = z.string().trim().max(10).optional();

/** The three boxes of a form in which a day of birth is typed. */
export const bornBoxes = { 'born-day': box, 'born-month': box, 'born-year': box };

/** Puts the three boxes together as `born`; what is no day is refused under that name. */
export function withBorn<Fields extends z.output<z.ZodObject<typeof bornBoxes>>>(
  fields: Fields,
  context: z.RefinementCtx,
): Fields & { born: PlainDate } {
  const [day = '', month = '', year = ''] = [fields['born-day'], fields['born-month'], fields['born-year']];
  const born = parsePlainDate(`${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (born === null)
    context.addIssue({
      code: 'custom',
      path: ['born'],
      message: 'Write the day of birth as, for example, 31 3 1955',
    });
  return { ...fields, born: born ?? ('' as PlainDate) };
}
