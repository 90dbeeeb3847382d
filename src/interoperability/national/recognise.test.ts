import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstRecords } from '../tabular/text-table.ts';
import { readFileDescriptions } from './description.ts';
import { describeNearest } from './nearest.ts';
import { periodIn } from './period.ts';
import { recogniseTable } from './recognise.ts';

const kinds = readFileDescriptions('content');
const kindOf = (head: string, of = kinds) => recogniseTable(firstRecords(head), of);

const LIST = 'PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS';
const IMD =
  'LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),Index of Multiple Deprivation (IMD) Rank,Index of Multiple Deprivation (IMD) Decile';

// A practice that there is not, as epraccur says it: 27 columns, without names.
const PRACTICE = [
  ...[
    'Z00001',
    'A SURGERY',
    'Y56',
    'QKK',
    '1 HIGH STREET',
    '',
    '',
    'ZTOWN',
    '',
    'ZZ1 1AA',
    '20010401',
    '',
    'A',
  ],
  ...['B', '72Q', '20130401', '', '', '', '', '', '0', '', 'Z1Z', '', '4', ''],
];
const csv = (...rows: (readonly string[])[]) => rows.map((row) => row.join(',')).join('\n');
const PRACTICE_NAMES = PRACTICE.map((_, at) => {
  const columns = kinds.find(({ id }) => id === 'epraccur')?.columns ?? {};
  return Object.values(columns).find((column) => column.at === at + 1)?.from[0] ?? 'Null';
});

describe('a table is recognised', () => {
  test.each<[string, string, string]>([
    ['list size', LIST, 'list-size'],
    [
      'list size of an early vintage',
      LIST.replace(',TYPE', ',ORG_TYPE').replace(',CODE', ',ORG_CODE'),
      'list-size',
    ],
    ['names in another case, with spaces', LIST.toLowerCase().replaceAll('_', ' '), 'list-size'],
    ['quoted names', LIST.replaceAll(',', '","').replace(/^|$/g, '"'), 'list-size'],
    ['separated by tabs', LIST.replaceAll(',', '\t'), 'list-size'],
    ['titles above', `Patients registered,,\n\n"as at 1 April, 2026"\n${LIST}`, 'list-size'],
    ['IMD as published', IMD, 'imd-2019'],
    ['epcmem, which has no names', '"Z00001","08A","W","20130401","","0"\n', 'epcmem'],
    ['epraccur, which has no names', csv(PRACTICE), 'epraccur'],
    ['with empty columns after its own', csv([...PRACTICE, '', '']), 'epraccur'],
    ['with names that somebody put above', csv(PRACTICE_NAMES, PRACTICE), 'epraccur'],
    ['with names, in another order', csv([...PRACTICE_NAMES].reverse(), [...PRACTICE].reverse()), 'epraccur'],
    ['sub-ICB months beside practice months', 'SUB_ICB_CODE,Month,Appointments', 'gpad-sub-icb-month'],
    ['practice months', 'GP_CODE,SUB_ICB_CODE,Month,Appointments', 'gpad-practice-month'],
  ])('%s', (_, head, kind) => {
    expect(kindOf(head)?.description.id).toBe(kind);
  });

  test.each([
    ['no needed column', LIST.replace(',AGE', '')],
    ['a row where a code should be', '"Z 1","08A","W","20130401","","0"\n'],
    ['a column more that says something', csv([...PRACTICE, 'x'])],
    ['columns that stand elsewhere', csv(['x', ...PRACTICE.slice(0, 26)])],
    ['nothing', ''],
  ])('not when it has %s', (_, head) => {
    expect(kindOf(head)).toBe(null);
  });

  test('with columns of its own, which are kept under their names', () => {
    const found = kindOf(`${LIST},Care Homes,care_homes,`);
    expect(found?.columns.slice(-3).map(({ name, called }) => [name, called])).toEqual([
      ['care_homes', 'Care Homes'],
      ['care_homes_2', 'care_homes'],
      ['column_13', ''],
    ]);
  });

  test('says how many records stand above the first row', () => {
    expect(kindOf(`A title\n\n${LIST}\nrow`)).toMatchObject({ above: 2, width: 10, titles: ['A title'] });
  });
});

describe('a new vintage with renamed columns', () => {
  let content: string;
  beforeEach(() => {
    content = mkdtempSync(join(tmpdir(), 'nh-content-'));
    cpSync('content/formats', join(content, 'formats'), { recursive: true });
  });
  afterEach(() => rmSync(content, { recursive: true, force: true }));

  const RENAMED = LIST.replace('NUMBER_OF_PATIENTS', 'PATIENT_COUNT');

  test('is told how it differs and where to write the new name', () => {
    const { what, remedy } = describeNearest(firstRecords(RENAMED), kinds);
    expect(what[0]).toContain('lacks NUMBER_OF_PATIENTS');
    expect(remedy).toBe(null);
    const near = describeNearest(firstRecords(LIST.replace('NUMBER_OF_PATIENTS', 'NUM_OF_PATIENTS')), kinds);
    expect(near.what[0]).toContain('NUM_OF_PATIENTS may be NUMBER_OF_PATIENTS');
    expect(near.remedy).toContain('content/formats/national/list-size.yaml');
  });

  test('is a change of content and of nothing else', () => {
    expect(kindOf(RENAMED)).toBe(null);
    const file = join(content, 'formats/national/list-size.yaml');
    const said = readFileSync(file, 'utf8');
    writeFileSync(file, said.replace('[NUMBER_OF_PATIENTS]', '[NUMBER_OF_PATIENTS, PATIENT_COUNT]'));
    expect(kindOf(RENAMED, readFileDescriptions(content))?.description.id).toBe('list-size');
  });

  test.each([
    ['key: [extracted,', 'key: [nowhere,', 'there is no column nowhere'],
    ['type: date', 'type: dat', 'columns.extracted.type'],
    ['needed: true', 'neded: true', 'neded'],
  ])('a description with a mistake names its line: %s', (from, to, because) => {
    const file = join(content, 'formats/national/list-size.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    expect(() => readFileDescriptions(content)).toThrow(because);
    expect(() => readFileDescriptions(content)).toThrow(/list-size\.yaml[\s\S]*line \d+/);
  });
});

describe('a file of no kind', () => {
  test.each<[string, readonly string[], string, RegExp]>([
    ['a column more', [...PRACTICE, 'x'], '', /has 27 columns and this has 28; its first row fits wherever/],
    [
      'columns that stand elsewhere, by its name',
      [...PRACTICE.slice(0, 3), 'x', ...PRACTICE.slice(3)],
      'epraccur-2031.csv',
      /has 27 columns and this has 28; its first row does not fit at opened \(column 11\), status \(column 13, which is blank\), joined \(column 16\)/,
    ],
    ['columns less, by its name', PRACTICE.slice(0, 24), 'ePraccur.csv', /has 27 columns and this has 24/],
  ])('of a kind that is known by position: %s', (_, row, name, says) => {
    const { what, remedy } = describeNearest([row], kinds, name);
    expect(what[0]).toMatch(says);
    expect(remedy).toMatch(/“at”.*“width”, in content\/formats\/national\/epraccur\.yaml/);
  });

  test('is compared with no kind that it shares little with', () => {
    expect(describeNearest([['a', 'b']], kinds)).toEqual({ what: [], remedy: null });
  });

  test('is compared with the nearest kinds, and extra columns are named', () => {
    const [first] = describeNearest(firstRecords('GP_CODE,Month,Colour'), kinds).what;
    expect(first).toBe(
      'as gpad-practice-month (GP appointments by practice and month) it lacks Total_Appointments; does not know Colour',
    );
  });
});

describe('a period is told from a name', () => {
  const patterns = (kind: string) => kinds.find(({ id }) => id === kind)?.period ?? [];
  test.each<[string, string, string | null]>([
    ['gp-payments', 'payments-2022-23-london.csv', '2022-23'],
    ['gp-payments', 'nhspaymentsgp-23-24-prac-csv.csv', '2023-24'],
    ['gp-payments', 'NHS Payments 2022/2023', '2022-23'],
    ['gp-payments', 'payments.csv', null],
    ['qof-prevalence', 'PREVALENCE_2021_v2.csv', '2020-21'],
    ['qof-prevalence', 'PREVALENCE_2324.csv', '2023-24'],
    ['qof-prevalence', 'PREVALENCE 2019-20.csv', '2019-20'],
    ['gp-workforce-practice', '1 General Practice – March 2022 Practice Level.csv', '2022-03'],
    ['gp-workforce-practice', 'gp-workforce-practice-2023-london.csv', '2023'],
  ])('%s: %s is %s', (kind, name, period) => {
    expect(periodIn(name, patterns(kind))).toBe(period);
  });
});
