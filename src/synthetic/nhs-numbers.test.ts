import { describe, expect, test } from 'vitest';
import { isTestNhsNumber, type NhsNumber, parseNhsNumber } from '../kernel/index.ts';
import { CARER_NHS_NUMBER, NhsNumbers, VICTORIA_NHS_NUMBER } from './nhs-numbers.ts';

describe('the NHS numbers of the borough', () => {
  test('are distinct, and nobody has those that are kept', () => {
    const numbers = new NhsNumbers(1, 351_200);
    const seen = new Set<string | null>([VICTORIA_NHS_NUMBER, CARER_NHS_NUMBER]);
    for (let person = 0; person < 400_000; person++) seen.add(numbers.of(person));
    expect(seen.size).toBe(400_002);
  });

  test('are valid, and nobody else can have them', () => {
    const numbers = new NhsNumbers(3, 351_200);
    const some = Array.from({ length: 5_000 }, (_, at) => numbers.of(at * 70));
    for (const number of [...some, VICTORIA_NHS_NUMBER, CARER_NHS_NUMBER]) {
      expect(parseNhsNumber(number ?? '')).toBe(number);
      expect(isTestNhsNumber(number as NhsNumber)).toBe(true);
    }
  });

  test('are left out of a population that the range cannot hold', () => {
    expect(new NhsNumbers(1, 1_000_000).of(5)).toBeNull();
  });
});
