import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDisclosureRules } from '../refresh/disclosure.ts';
import { referenceRates } from './reference-rates.ts';

const rules = readDisclosureRules('content');

describe('reference rates', () => {
  /** Ages of one sex. */
  const rates = (counted: number[], people: number[]) => referenceRates(counted, people, 1, rules);

  test.each<[string, number[], number[], (number | null)[] | null]>([
    ['large numbers are rounded to five', [12, 48], [101, 202], [0.1, 0.25]],
    ['a small one is put together with the age below it', [20, 4], [100, 20], [25 / 120, 25 / 120]],
    ['the first with the one above', [3, 20], [20, 100], [25 / 120, 25 / 120]],
    ['all but a few is small too', [20, 98], [100, 100], [120 / 200, 120 / 200]],
    ['nobody and everybody are no small numbers', [0, 100], [50, 100], [0, 1]],
    ['all but a few of everybody is all', [100, 98], [102, 101], [1, 1]],
    ['all together too few say nothing', [3, 2], [20, 30], null],
  ])('%s', (_, counted, people, expected) => expect(rates(counted, people)).toEqual(expected));

  test('sexes are never put together', () => {
    expect(referenceRates([20, 3, 30, 10], [100, 100, 100, 100], 2, rules)).toEqual([
      0.2,
      15 / 200,
      0.3,
      15 / 200,
    ]);
  });

  test('never tell of a small number: each is a rate of a block without one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(60)), { minLength: 1, maxLength: 10 }), (ages) => {
        const counted = ages.map(([some]) => some);
        const people = ages.map(([some, others]) => some + others);
        const found = rates(counted, people);
        if (found === null) return;
        for (const rate of new Set(found)) {
          const block = counted.filter((_, at) => found[at] === rate);
          const sum = block.reduce((total, count) => total + count, 0);
          expect(sum === 0 || sum > rules.hide_up_to || rate === 0).toBe(true);
        }
      }),
    );
  });
});
