import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNhsNumber, isTestNhsNumber, nhsCheckDigit, parseNhsNumber } from './nhs-number.ts';

describe('an NHS number', () => {
  test.each([
    ['943 476 5919', '9434765919'],
    ['9434765919', '9434765919'],
    ['943-476-5919', '9434765919'],
    ['999 000 0018', '9990000018'],
  ])('%s is read as %s', (written, read) => {
    expect(parseNhsNumber(written)).toBe(read);
  });

  test.each([
    ['9434765918', 'the check digit is wrong'],
    ['943476591', 'nine digits'],
    ['94347659190', 'eleven digits'],
    ['943476591A', 'a letter'],
    ['0000000000', 'ten equal digits'],
    ['', 'nothing'],
  ])('%s is refused: %s', (written) => {
    expect(parseNhsNumber(written)).toBeNull();
  });

  test('is written in groups of three, three and four', () => {
    expect(formatNhsNumber('9434765919')).toBe('943 476 5919');
  });

  test('any single wrong digit is noticed', () => {
    const nineDigits = fc.stringMatching(/^\d{9}$/).filter((digits) => nhsCheckDigit(digits) !== null);
    fc.assert(
      fc.property(nineDigits, fc.nat(9), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
        const number = digits + nhsCheckDigit(digits);
        const wrong = number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1);
        expect(parseNhsNumber(wrong)).toBeNull();
      }),
    );
  });

  test('there are 909,091 numbers in the test range, as the decisions page says', () => {
    let valid = 0;
    for (let tail = 0; tail < 1_000_000; tail++) {
      if (nhsCheckDigit(`999${String(tail).padStart(6, '0')}`) !== null) valid++;
    }
    expect(valid).toBe(909_091);
    const first = parseNhsNumber('9990000018');
    expect(first !== null && isTestNhsNumber(first)).toBe(true);
  });
});
