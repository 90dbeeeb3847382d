import { z } from 'zod';

/** The largest number that a row's `int` key can be: a larger one is an error of the database, not an unknown row. */
const LARGEST = 2_147_483_647;

/** The number of a row in an address or a form, as digits: 1 and above. What is no such number is no row's. */
export const rowNumber = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(LARGEST));
