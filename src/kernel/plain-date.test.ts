import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  ageOn,
  formatDay,
  formatInstant,
  fromEpochDay,
  londonDay,
  londonMidnight,
  parsePlainDate,
  plainDate,
  toEpochDay,
} from './plain-date.ts';

describe('a plain date', () => {
  test.each(['2026-11-02', '2024-02-29', '1900-01-01'])('%s is a day of the calendar', (text) => {
    expect(parsePlainDate(text)).toBe(text);
  });

  test.each(['2023-02-29', '2023-13-01', '2023-00-10', '02/11/2026', '2026-11-2', ''])(
    '%s is not',
    (text) => {
      expect(parsePlainDate(text)).toBeNull();
    },
  );

  test.each([
    ['2026-03-31', -1, '2026-02-28'],
    ['2024-03-31', -1, '2024-02-29'],
    ['2026-11-02', -12, '2025-11-02'],
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-02-29', -12, '2023-02-28'],
  ])('%s moved by %i months is %s', (from, months, to) => {
    expect(addMonths(plainDate(from), months)).toBe(to);
  });

  test.each([
    ['2026-11-02', '1955-11-02', 71],
    ['2026-11-01', '1955-11-02', 70],
    ['2026-02-28', '2004-02-29', 21],
    ['2026-03-01', '2004-02-29', 22],
    ['2026-11-02', '2026-11-02', 0],
  ])('on %s a person born on %s is %i', (on, born, age) => {
    expect(ageOn(plainDate(on), plainDate(born))).toBe(age);
  });

  test('an epoch day is the same day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40_000, max: 40_000 }),
        fc.integer({ min: -400, max: 400 }),
        (day, by) => {
          expect(toEpochDay(fromEpochDay(day))).toBe(day);
          expect(toEpochDay(addDays(fromEpochDay(day), by))).toBe(day + by);
        },
      ),
    );
  });

  test('midnight in summer belongs to the London day', () => {
    expect(londonDay(new Date('2026-07-01T23:30:00Z'))).toBe('2026-07-02');
    expect(londonDay(new Date('2026-12-01T23:30:00Z'))).toBe('2026-12-01');
  });

  test.each([
    ['2026-11-10', '2026-11-10T00:00:00.000Z', 'winter'],
    ['2026-07-10', '2026-07-09T23:00:00.000Z', 'summer'],
    ['2026-03-29', '2026-03-29T00:00:00.000Z', 'the day on which the clocks go forward'],
    ['2026-03-30', '2026-03-29T23:00:00.000Z', 'the day after'],
    ['2026-10-25', '2026-10-24T23:00:00.000Z', 'the day on which they go back'],
    ['2026-10-26', '2026-10-26T00:00:00.000Z', 'the day after that'],
  ])('%s begins in London at %s: %s', (day, instant) => {
    expect(londonMidnight(plainDate(day)).toISOString()).toBe(instant);
  });

  test('is written for people', () => {
    expect(formatDay('2026-11-02')).toBe('2 November 2026');
    expect(formatInstant(new Date('2026-07-01T13:05:00Z'))).toBe('1 July 2026 at 14:05');
  });
});
