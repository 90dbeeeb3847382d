import { expect, test } from 'vitest';
import { migrations } from './migrations.ts';

const numberOf = (name: string) => name.slice(0, 5);

test('each migration has a number of its own: two rooms that were built side by side do not share one', () => {
  const numbers = migrations.map(({ name }) => numberOf(name)).sort();
  expect(numbers.every((number) => /^\d{4} $/.test(number))).toBe(true);
  expect(numbers).toEqual([...new Set(numbers)]);
});
