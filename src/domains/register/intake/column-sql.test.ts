import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nhsCheckDigit, parseNhsNumber } from '../../../kernel/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { parsedRows } from './check-table.ts';
import { londonTimeSql, parsedSql } from './column-sql.ts';
import type { ColumnType } from './staging.ts';

describe('the columns of a delivery', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck();
  });
  afterAll(() => duck.close());

  const parse = async (type: ColumnType, text: string) => {
    const column = { sql: 'text', native: false, type, required: false, called: 'x' };
    const rows = parsedRows({ columns: new Map([['x', column]]) }, '(select ?::varchar as text)');
    const row = await duck.one(`select parsed_x::varchar as parsed from (${rows})`, [text]);
    return row.parsed;
  };

  test('the time in London is that of the calendar, in every hour from 1960 to 2060', async () => {
    const { different, hours } = await duck.one<{ different: number; hours: number }>(
      `select count(*) filter (where ${londonTimeSql('instant')} is distinct from instant at time zone 'Europe/London') as different,
              count(*) as hours
         from range(timestamptz '1960-01-01 00:30:00+00', timestamptz '2060-01-01 00:00:00+00', interval 1 hour) as hour(instant)`,
    );
    expect(hours).toBeGreaterThan(870_000);
    expect(different).toBe(0);
    expect(await duck.one(`select ${londonTimeSql('null::timestamptz')} as none`)).toEqual({ none: null });
  });

  test.each<[ColumnType, string, string | null]>([
    ['date', '2026-11-02', '2026-11-02'],
    ['date', '02/11/2026', '2026-11-02'],
    ['date', '01JAN2021', '2021-01-01'],
    ['date', '2026-11-02T10:00:00Z', '2026-11-02'],
    ['date', '2026-13-02', null],
    ['date', '31/02/2026', null],
    ['date', 'yesterday', null],
    ['date', '9999-12-30', '9999-12-30'],
    ['date', 'infinity', null],
    ['date', '-infinity', null],
    ['date', '5881580-07-10', null],
    ['date', '0044-03-15 (BC)', null],
    ['timestamp', 'infinity', null],
    ['local_time', '-infinity', null],
    ['whole_number', '28', '28'],
    ['whole_number', '27.6', '28'],
    ['whole_number', '99999999999', null],
    ['whole_number', 'inf', null],
    ['whole_number', 'a week', null],
    ['timestamp', '2026-07-02T14:05:00Z', '2026-07-02 15:05:00+01'],
    ['timestamp', '2026-07-02 14:05:00', '2026-07-02 14:05:00+01'],
    ['timestamp', '02/07/2026 14:05', '2026-07-02 14:05:00+01'],
    ['timestamp', 'noon', null],
    ['local_time', '2026-07-02T14:05:00Z', '2026-07-02 15:05:00'],
    ['local_time', '2026-12-02 14:05', '2026-12-02 14:05:00'],
    ['number', '48.5', '48.5'],
    ['number', '-3', '-3.0'],
    ['number', '<5', null],
    ['number', 'NaN', null],
    ['number', 'inf', null],
    ['boolean', 'TRUE', 'true'],
    ['boolean', '0', 'false'],
    ['boolean', 'perhaps', null],
    ['year', '1955', '1955'],
    ['year', '55', null],
    ['month', '13', null],
    ['sex', 'Female', 'female'],
    ['sex', '248153007', 'male'],
    ['sex', '9', 'other'],
    ['sex', 'cat', null],
    ['admission_method', 'Emergency', 'emergency'],
    ['admission_method', '2A', 'emergency'],
    ['admission_method', '12', 'elective'],
    ['admission_method', '31', 'maternity'],
    ['admission_method', '81', 'other'],
    ['admission_method', '7', null],
    ['diagnoses', 'I50.0; e11.9 ;', 'I500;E119'],
    ['diagnoses', 'I10X;G63.2*;E10.4†', 'I10;G632;E104'],
    ['diagnoses', 'I50.0;failure', null],
    ['diagnoses', ';', null],
    ['nhs_number', '943 476 5919', '9434765919'],
    ['nhs_number', '9434765918', null],
    ['nhs_number', '1111111111', null],
  ])('%s: %s is read as %s', async (type, text, expected) => {
    expect(await parse(type, text)).toBe(expected);
  });

  test('the database and the kernel agree on what an NHS number is', async () => {
    const numbers = Array.from({ length: 3000 }, (_, n) => {
      const nine = String((n * 333_667 + 400_000_000) % 1_000_000_000).padStart(9, '0');
      return nine + (n % 3 === 0 ? (nhsCheckDigit(nine) ?? 0) : n % 10);
    });
    const column = { sql: 'raw', native: false, type: 'nhs_number', required: false, called: 'x' } as const;
    const rows = await duck.rows<{ raw: string; parsed: string | null }>(
      `select raw, ${parsedSql(column, 'raw')} as parsed from (select unnest([${numbers.map((number) => `'${number}'`).join(',')}]) as raw)`,
    );
    expect(rows).toHaveLength(numbers.length);
    for (const { raw, parsed } of rows) expect(parsed, raw).toBe(parseNhsNumber(raw));
  });
});
