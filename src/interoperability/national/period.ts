import { monthNumber } from './value.ts';

/**
 * The period that a text speaks of, by patterns with the groups `year`, `month`, `to` (a second year): `2022-10`,
 * `2022-23` or `2022`. Null when no pattern fits. National files often say only in their name of when they are.
 */
export function periodIn(text: string, patterns: readonly RegExp[]): string | null {
  for (const pattern of patterns) {
    const { year, month, to } = pattern.exec(text)?.groups ?? {};
    if (year === undefined) continue;
    const whole = year.length === 2 ? `20${year}` : year;
    if (to !== undefined) return `${whole}-${to.slice(-2)}`;
    if (month === undefined) return whole;
    const number = monthNumber(month);
    if (number !== null) return `${whole}-${number}`;
  }
  return null;
}
