import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCsv } from '../../../test/support/extracts.ts';
import { writeFile } from '../../../test/support/fhir.ts';
import { firstRecords, openTextTable } from '../tabular/text-table.ts';
import { readFileDescriptions } from './description.ts';
import { readRows } from './read-rows.ts';
import { recogniseTable } from './recognise.ts';

const kinds = readFileDescriptions('content');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-rows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string, name = 'file.csv') {
  const recognised = recogniseTable(firstRecords(text), kinds);
  if (!recognised) throw new Error('of no kind');
  return readRows(await openTextTable(writeFile(folder, name, text)), recognised, name);
}

const HEADER = 'EXTRACT_DATE,TYPE,CODE,SEX,AGE,NUMBER_OF_PATIENTS';

describe('the rows of a national file', () => {
  test('are typed by the description', async () => {
    const { taken } = await read(`${HEADER}\n01JAN2021,GP,Z00001,ALL,ALL,"5,903"\n`);
    expect(taken).toEqual([
      {
        line: 2,
        key: '["2021-01-01","GP","Z00001","ALL","ALL"]',
        values: {
          extracted: '2021-01-01',
          organisation_kind: 'GP',
          code: 'Z00001',
          sex: 'ALL',
          age: 'ALL',
          patients: 5903,
        },
        suppressed: [],
      },
    ]);
  });

  test.each([
    ['*', ['patients']],
    ['-', ['patients']],
    ['', []],
    ['NULL', []],
  ])('that say %j do not know, and that is not zero', async (said, suppressed) => {
    const { taken } = await read(`${HEADER}\n01JAN2021,GP,Z00001,ALL,ALL,${said}\n`);
    expect(taken).toMatchObject([{ values: { patients: null }, suppressed }]);
  });

  test('that say nought say nought', async () => {
    const { taken } = await read(`${HEADER}\n01JAN2021,GP,Z00001,ALL,ALL,0\n`);
    expect(taken).toMatchObject([{ values: { patients: 0 } }]);
  });

  test('are all accounted for, each that is put aside with its line, field and reason', async () => {
    const rows = await read(
      [
        'List sizes,,,,,',
        HEADER,
        '01JAN2021,GP,Z00001,ALL,ALL,10',
        '01JAN2021,GP,Z00001,ALL,ALL,10',
        '01JAN2021,GP,Z00002,ALL,ALL,10',
        '01JAN2021,GP,Z00002,ALL,ALL,11',
        '31FEB2021,GP,Z00003,ALL,ALL,10',
        '01JAN2021,GP,,ALL,ALL,10',
        '01JAN2021,GP,Z00004,ALL,ALL,ten',
        '01JAN2021,GP,"Z0000',
        '5",ALL,ALL,1',
        'Source: drawn',
      ].join('\r\n'),
    );
    expect(rows.putAside.map(({ line, reason, field }) => [line, reason, field])).toEqual([
      [5, 'conflicting_version', 'key'],
      [6, 'conflicting_version', 'key'],
      [7, 'not_a_date', 'EXTRACT_DATE'],
      [8, 'required', 'CODE'],
      [9, 'not_a_number', 'NUMBER_OF_PATIENTS'],
      [12, 'unreadable_row', null],
    ]);
    expect([rows.read, rows.taken.length, rows.repeats]).toEqual([9, 2, 1]);
  });

  test('without a number of their own are all kept, and are the same ones each time', async () => {
    const header =
      'Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,STAFF_GROUP,STAFF_ROLE,FTE,UNIQUE_IDENTIFIER';
    const row = 'NWRS contracted services,2022,3,U00001,Direct,Pharmacists,0.2,NULL';
    const rows = await read(`${header}\n${row}\n${row}\n${row}\n`);
    expect([rows.read, rows.repeats, new Set(rows.taken.map(({ key }) => key)).size]).toEqual([3, 0, 3]);
    const again = await read(`${header}\n${row}\n${row}\n${row}\n`);
    expect(again.taken).toEqual(rows.taken);
  });

  test('carry the period that only the name of the file says', async () => {
    const text =
      'PRACTICE_CODE,GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PRACTICE_LIST_SIZE\nZ00001,AF,158,TOTAL,9160\n';
    const { taken, period } = await read(text, 'PREVALENCE_2223.csv');
    expect([period, taken[0]?.values.period, taken[0]?.key]).toEqual([
      '2022-23',
      '2022-23',
      '["2022-23","Z00001","AF"]',
    ]);
  });

  test('add up, whatever is in them', async () => {
    const cell = fc.constantFrom(
      '',
      '*',
      '-',
      '0',
      '7',
      '1.5',
      'x',
      '01JAN2021',
      'Z00001',
      'ALL',
      '"',
      'a,b',
      '£9',
    );
    const row = fc.record({
      EXTRACT_DATE: fc.oneof(fc.constant('01JAN2021'), cell),
      TYPE: cell,
      CODE: cell,
      SEX: cell,
      AGE: cell,
      NUMBER_OF_PATIENTS: cell,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const found = await read(toCsv(rows));
        expect(found.taken.length + found.putAside.length + found.repeats).toBe(found.read);
        const blank = rows.filter((drawn) => Object.values(drawn).every((value) => value === '')).length;
        expect(found.read).toBe(rows.length);
        expect(blank).toBeLessThanOrEqual(found.putAside.length);
        const keys = found.taken.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { values } of found.taken) {
          const drawn = values.patients;
          expect(drawn === null || Number.isInteger(drawn)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
