import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateForms, readDay, readValue, type ValueType } from './value.ts';

describe('a field', () => {
  test.each<[ValueType, string, string | number | boolean | null]>([
    ['number', '9333.5', 9333.5],
    ['number', '1,234.50', 1234.5],
    ['number', '1.0E2', 100],
    ['number', '.5', 0.5],
    ['number', '12 3', null],
    ['number', '1,23', null],
    ['number', '<5', null],
    ['number', '*', null],
    ['number', 'Infinity', null],
    ['money', '£1,243,775.20', 1243775.2],
    ['money', '-£5', -5],
    ['money', '(113.59)', -113.59],
    ['whole_number', '9.0', 9],
    ['whole_number', '9.5', null],
    ['ods_code', 'z00001', 'Z00001'],
    ['ods_code', 'NOT A CODE', null],
    ['lsoa', 'e01000001', 'E01000001'],
    ['lsoa', 'E02000001', null],
    ['date', '01JAN2021', '2021-01-01'],
    ['date', '01/04/1974', '1974-04-01'],
    ['date', '19740401', '1974-04-01'],
    ['date', '2022-08-01', '2022-08-01'],
    ['date', '2022-08-01 00:00:00', '2022-08-01'],
    ['date', '31/02/2022', null],
    ['date', '04/13/2022', null],
    ['month', '2017_09', '2017-09'],
    ['month', '201709', '2017-09'],
    ['month', '2023-08', '2023-08'],
    ['month', '01AUG2020', '2020-08'],
    ['month', 'Aug-22', '2022-08'],
    ['month', 'August 2022', '2022-08'],
    ['month', '2017_13', null],
    ['year', '2022.0', '2022'],
    ['year', '22', null],
    ['yes_no', 'Yes', true],
    ['yes_no', 'N', false],
    ['yes_no', 'Unknown', null],
  ])('as %s: %j is %j', (type, text, value) => {
    expect(readValue(text, type, dateForms)).toBe(value);
  });

  test('is no day in a form that its kind of file does not use', () => {
    expect(readDay('01/04/1974', ['yyyymmdd'])).toBe(null);
  });

  test('is the same number however it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (pence) => {
        const pounds = pence / 100;
        const written = pounds.toLocaleString('en-GB', { minimumFractionDigits: 2 });
        expect(readValue(written, 'money', dateForms)).toBe(pounds);
        expect(readValue(`£${written}`.replace('£-', '-£'), 'money', dateForms)).toBe(pounds);
        expect(readValue(String(pounds), 'number', dateForms)).toBe(pounds);
      }),
    );
  });
});
