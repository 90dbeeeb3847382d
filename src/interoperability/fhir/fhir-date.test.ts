import { describe, expect, test } from 'vitest';
import { dayOf, firstDay } from './fhir-date.ts';

describe('the day of a FHIR date', () => {
  test.each([
    ['2020-02-29', '2020-02-29', null],
    ['2020', '2020-07-01', 'year'],
    ['2020-02', '2020-02-15', 'month'],
    ['2011-04-15T09:13:12+00:00', '2011-04-15', null],
    ['2020-06-30T23:30:00Z', '2020-07-01', null],
    ['2020-12-31T23:30:00Z', '2020-12-31', null],
    ['2020-07-01T00:30:00+01:00', '2020-07-01', null],
    ['2020-01-01T00:30:00+05:00', '2019-12-31', null],
    ['2020-01-01T22:00:00-05:00', '2020-01-02', null],
    ['1965-07-01T23:30:00Z', '1965-07-02', null],
    ['2020-01-01T09:00:00', '2020-01-01', null],
  ])('%s is %s (%s)', (said, date, precision) => {
    expect(dayOf(said)).toEqual({ date, precision });
  });

  test('what is no date is handed on, to be put aside with its field', () => {
    expect(dayOf('last spring')).toEqual({ date: 'last spring', precision: null });
    expect(dayOf('2020-13-01')?.date).toBe('2020-13-01');
  });

  test('nothing is nothing', () => {
    expect(dayOf(undefined)).toBeNull();
    expect(dayOf('')).toBeNull();
    expect(dayOf({})).toBeNull();
  });

  test('of several elements the first that is filled counts, of a period its beginning', () => {
    expect(firstDay(undefined, { start: '2020-01-02', end: '2020-01-03' }, '2019')?.date).toBe('2020-01-02');
    expect(firstDay({ end: '2020-01-03' })?.date).toBe('2020-01-03');
    expect(firstDay({}, '2019')?.precision).toBe('year');
    expect(firstDay(undefined)).toBeNull();
  });
});
