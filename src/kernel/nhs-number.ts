import type { Brand } from './brand.ts';

/** Ten digits whose last is the modulus 11 check digit of the first nine. */
export type NhsNumber = Brand<string, 'NhsNumber'>;

/**
 * The check digit of the first nine digits, or null when no tenth digit can make them valid.
 *
 * Rule: NHS Data Dictionary, NHS NUMBER: weights 10 down to 2, eleven minus the remainder modulo eleven;
 * 11 becomes 0, and 10 means that the nine digits are never issued.
 */
export function nhsCheckDigit(nineDigits: string): number | null {
  let sum = 0;
  for (let position = 0; position < 9; position++) sum += Number(nineDigits[position]) * (10 - position);
  const digit = 11 - (sum % 11);
  if (digit === 10) return null;
  return digit === 11 ? 0 : digit;
}

/** Reads an NHS number as people write it, with or without spaces and dashes. Null when it is not one. */
export function parseNhsNumber(text: string): NhsNumber | null {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{10}$/.test(digits)) return null;
  // Ten equal digits pass the sum but are keyboard noise, not numbers that were ever issued.
  if (/^(\d)\1{9}$/.test(digits)) return null;
  return nhsCheckDigit(digits.slice(0, 9)) === Number(digits[9]) ? (digits as NhsNumber) : null;
}

/** Grouped 3 3 4, as the NHS service manual asks for on screens and paper. */
export function formatNhsNumber(number: NhsNumber | string): string {
  return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`;
}

/** The range 999 000 0000 to 999 999 9999 is kept for tests: no person ever has one of these numbers. */
export function isTestNhsNumber(number: NhsNumber): boolean {
  return number.startsWith('999');
}
