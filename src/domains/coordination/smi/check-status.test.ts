import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, fromEpochDay, plainDate } from '../../../kernel/index.ts';
import { checkStatus, countsUntil, isWithin } from './check-status.ts';

const asOf = plainDate('2026-11-01');
const status = (last: string | null, isBlind = false) =>
  checkStatus({ last: last === null ? null : plainDate(last), months: 12, asOf, dueBeforeDays: 60, isBlind });

describe('where a check stands', () => {
  test.each`
    what                                      | last            | is
    ${'today'}                                | ${'2026-11-01'} | ${'done'}
    ${'its year ends in 61 days'}             | ${'2026-01-02'} | ${'done'}
    ${'its year ends in 60 days'}             | ${'2026-01-01'} | ${'due'}
    ${'the first day of the year to today'}   | ${'2025-11-02'} | ${'due'}
    ${'a day earlier, as in the definitions'} | ${'2025-11-01'} | ${'overdue'}
    ${'never'}                                | ${null}         | ${'overdue'}
  `('$what', ({ last, is }) => expect(status(last)).toBe(is));

  test('not known where nothing is recorded and it is not known whether it would be', () => {
    expect(status(null, true)).toBe('unknown');
    expect(status('2019-01-01', true)).toBe('unknown');
    expect(status('2026-10-01', true), 'what is recorded is known').toBe('done');
  });
});

test('until when it counts is the last day of the window of definitions, whatever the month', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 18_000, max: 24_000 }).map(fromEpochDay),
      fc.integer({ min: 1, max: 36 }),
      (last, months) => {
        const until = countsUntil(last, months);
        expect(isWithin(last, until, months)).toBe(true);
        expect(isWithin(last, addDays(until, 1), months)).toBe(false);
      },
    ),
  );
});
