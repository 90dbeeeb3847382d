import { z } from 'zod';
import { parseNhsNumber } from '../../../kernel/index.ts';

/** The field of a form in which somebody writes an NHS number, with or without spaces. */
export const nhsNumberField = z.string().transform((text, context) => {
  const number = parseNhsNumber(text);
  if (number === null) context.addIssue({ code: 'custom', message: 'Write the ten digits of an NHS number' });
  return number ?? '';
});
