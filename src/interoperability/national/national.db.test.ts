import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { account, importPaths, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { workbook, zip } from '../../../test/support/zip.ts';
import { readPublications, readPublished } from '../../domains/national/index.ts';
import { readRuns } from '../../domains/register/index.ts';
import { openDuck } from '../../platform/lake/index.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-national-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOf = (kind: string, where: Record<string, string> = {}) =>
  readPublished(at.book.as('app'), kind, where);

/** Writes a file of a day and imports it. */
async function send(name: string, content: string | Buffer, day = '2026-04-01') {
  const file = writeFile(folder, name, content);
  utimesSync(file, new Date(`${day}T12:00:00Z`), new Date(`${day}T12:00:00Z`));
  const result = await importPaths(at, file);
  expect(unevenTables(result)).toEqual([]);
  return result;
}

const HEADER = 'EXTRACT_DATE,TYPE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS';
const listSize = (code: string, patients: string) => `01APR2026,GP,${code},ZZ1 1AA,ALL,ALL,${patients}`;
const csv = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const patientsOf = async (code: string) =>
  (await rowsOf('list-size', { code })).map(({ says }) => says.patients);

describe('a national file', () => {
  test('is kept row by row, with its source and its day, and what it does not say is unknown', async () => {
    const result = await send('first.csv', csv(listSize('Z10001', '5903'), listSize('Z10002', '*')));
    expect(result.deliveries).toMatchObject([{ source: 'first.csv', format: 'list-size', refusal: null }]);
    expect(account(result, 'list-size')).toEqual({ read: 2, loaded: 2 });
    expect(await rowsOf('list-size', { code: 'Z10001' })).toMatchObject([
      {
        says: { patients: 5903, extracted: '2026-04-01', postcode: 'ZZ1 1AA' },
        source: 'NHS England, Patients Registered at a GP Practice',
        file: 'first.csv',
        dated: '2026-04-01',
      },
    ]);
    expect(await rowsOf('list-size', { code: 'Z10002' })).toMatchObject([
      { says: { patients: null }, suppressed: ['patients'] },
    ]);
    expect(result.said.join('\n')).toContain(
      'suppressed numbers are kept as unknown, not as zero: patients 1',
    );
  });

  test('says what somebody should know of it, and the import keeps it', async () => {
    const text = `Lists\n${csv(listSize('Z15001', '*'))}\nSource: drawn\n`;
    const { runId } = await send('told.csv', text);
    const [run] = await readRuns(at.book.as('app'), 1);
    expect(run).toMatchObject({
      run_id: runId,
      said: [
        'told.csv: 1 line above the column names left aside',
        'told.csv: 1 line below the table left aside: “Source: drawn”',
        'told.csv: suppressed numbers are kept as unknown, not as zero: patients 1',
        expect.stringContaining('told.csv: it has no '),
      ],
    });
  });

  test('again loads nothing, under whatever name', async () => {
    const text = csv(listSize('Z20001', '1'), listSize('Z20002', '2'));
    await send('once.csv', text);
    const before = await rowsOf('list-size');
    const again = await send('twice.csv', text, '2026-05-01');
    expect(account(again, 'list-size')).toEqual({ read: 2, duplicate: 2 });
    expect(await rowsOf('list-size')).toEqual(before);
  });

  test('of a later day replaces rows by their key, and one of an earlier day does not', async () => {
    await send('a.csv', csv(listSize('Z30001', '10'), listSize('Z30002', '20')), '2026-04-10');
    const later = await send('b.csv', csv(listSize('Z30001', '11'), listSize('Z30003', '30')), '2026-05-10');
    expect(account(later, 'list-size')).toEqual({ read: 2, loaded: 2 });
    const earlier = await send('c.csv', csv(listSize('Z30001', '9')), '2026-03-10');
    expect(account(earlier, 'list-size')).toEqual({ read: 1, duplicate: 1 });
    expect([await patientsOf('Z30001'), await patientsOf('Z30002'), await patientsOf('Z30003')]).toEqual([
      [11],
      [20],
      [30],
    ]);
  });

  test('says where each row stands that cannot be used', async () => {
    const result = await send('bad.csv', csv(listSize('Z40001', '1'), listSize('Z40002', 'many'), 'short'));
    expect(account(result, 'list-size')).toEqual({
      read: 3,
      loaded: 1,
      quarantined: 2,
      reasons: { not_a_number: 1, unreadable_row: 1 },
    });
    expect(await quarantine(at, 'list-size')).toEqual([
      { file: 'bad.csv', line: 3, reason: 'not_a_number', field: 'NUMBER_OF_PATIENTS' },
      { file: 'bad.csv', line: 4, reason: 'unreadable_row', field: null },
    ]);
  });

  test('keeps columns of which nobody knew', async () => {
    await send('wider.csv', `${HEADER},Care Homes\n${listSize('Z50001', '1')},seven\n`);
    expect(await rowsOf('list-size', { code: 'Z50001' })).toMatchObject([{ says: { care_homes: 'seven' } }]);
  });

  test('that is damaged does not hold up another', async () => {
    const whole = writeFile(folder, 'both/whole.csv', csv(listSize('Z60001', '1')));
    writeFile(folder, 'both/broken.csv', `${HEADER}\n"${listSize('Z60002', '1')}\n`);
    const result = await importPaths(at, join(whole, '..'));
    expect(result.deliveries.map(({ source, refusal }) => [source, refusal?.code ?? null])).toEqual([
      ['broken.csv', 'quote_not_closed'],
      ['whole.csv', null],
    ]);
    expect(await patientsOf('Z60001')).toEqual([1]);
  });

  test('of no kind is described by the nearest kind and the differences', async () => {
    const result = await send(
      'new.csv',
      csv(listSize('Z1', '1')).replace('NUMBER_OF_PATIENTS', 'NUM_OF_PATIENTS'),
    );
    expect(result.deliveries).toMatchObject([
      {
        refusal: {
          code: 'unknown_file',
          because: expect.stringContaining('NUM_OF_PATIENTS may be NUMBER_OF_PATIENTS'),
          remedy: expect.stringContaining('content/formats/national/list-size.yaml'),
        },
      },
    ]);
  });
});

describe('what really arrives', () => {
  const NAME = 'Ysgol Gŵyr £5 “A”';
  const practice = (code: string, name: string) =>
    `EXTRACT_DATE,CODE,SEX,AGE,NUMBER_OF_PATIENTS,TYPE,Note\r\n01APR2026,${code},ALL,ALL,1,GP,"${name}"\r\n`;
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
  const cp1252 = (text: string) =>
    Buffer.from(text.replaceAll('“', '\u0093').replaceAll('”', '\u0094').replaceAll('ŵ', 'w'), 'latin1');

  test.each<[string, string, (text: string) => Buffer, string, string | null]>([
    ['UTF-8', 'Z70001', (text) => Buffer.from(text), NAME, null],
    ['UTF-8 with a mark', 'Z70002', (text) => Buffer.from(`\ufeff${text}`), NAME, null],
    ['UTF-16 with a mark', 'Z70003', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), NAME, 'UTF-16'],
    ['UTF-16 without', 'Z70004', (text) => Buffer.from(text, 'utf16le'), NAME, 'UTF-16'],
    ['big-endian UTF-16', 'Z70005', (text) => utf16be(`\ufeff${text}`), NAME, 'UTF-16 (big-endian)'],
    ['Windows-1252', 'Z70006', cp1252, NAME.replace('ŵ', 'w'), 'Windows-1252'],
    ['old Macintosh line ends', 'Z70007', (text) => Buffer.from(text.replaceAll('\r\n', '\r')), NAME, null],
  ])('%s', async (_, code, encode, name, said) => {
    const result = await send(`${code}.csv`, encode(practice(code, NAME)));
    expect(account(result, 'list-size')).toEqual({ read: 1, loaded: 1 });
    expect(await rowsOf('list-size', { code })).toMatchObject([{ says: { note: name } }]);
    const turned = result.said.find((line) => line.includes('turned into UTF-8')) ?? null;
    expect(turned).toEqual(said === null ? null : expect.stringContaining(`is ${said} text`));
  });

  test('a line that is broken in a file of UTF-8 is put aside, and the others stay as they are', async () => {
    const good = practice('Z71001', NAME);
    const broken = Buffer.concat([
      Buffer.from('01APR2026,Z71002,ALL,ALL,1,GP,"'),
      Buffer.from([0xe9]),
      Buffer.from('"\r\n'),
    ]);
    const result = await send('mixed.csv', Buffer.concat([Buffer.from(good), broken]));
    expect(account(result, 'list-size')).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { wrong_encoding: 1 },
    });
    expect(await rowsOf('list-size', { code: 'Z71001' })).toMatchObject([{ says: { note: NAME } }]);
  });

  test('quotes with commas and line ends in them', async () => {
    await send('quoted.csv', practice('Z72001', 'one, two\nthree ""four""'));
    expect(await rowsOf('list-size', { code: 'Z72001' })).toMatchObject([
      { says: { note: 'one, two\nthree "four"' } },
    ]);
  });

  test('gzip, zip and a folder in a zip', async () => {
    await send('packed.csv.gz', gzipSync(csv(listSize('Z73001', '1'))));
    const archive = zip({
      'List size April 2026/practices.csv': csv(listSize('Z73002', '2')),
      'List size April 2026/README.md': 'about',
      '../outside.csv': csv(listSize('Z73003', '3')),
    });
    const result = await send('list-size.zip', archive);
    expect(result.deliveries.map(({ source }) => source).sort()).toEqual(['outside.csv', 'practices.csv']);
    await send('stored.zip', zip({ 'stored.csv': csv(listSize('Z73004', '4')) }, 0));
    for (const [code, patients] of [
      ['Z73001', 1],
      ['Z73002', 2],
      ['Z73003', 3],
      ['Z73004', 4],
    ] as const)
      expect(await patientsOf(code)).toEqual([patients]);
    expect((await rowsOf('list-size', { code: 'Z73002' }))[0]?.dated).toBe('2026-04-01');
  });

  test.each<[string, (text: string) => Buffer]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('gzip of %s that is cut short is refused, and holds up nobody', async (name, encode) => {
    const rows = Array.from({ length: 5000 }, (_, at) =>
      listSize(`Z${String(at).padStart(5, '0')}`, String(at * 7919)),
    );
    const whole = gzipSync(encode(csv(...rows)));
    writeFile(folder, `cut-${name}/a.csv.gz`, whole.subarray(0, whole.length - 2000));
    const good = writeFile(folder, `cut-${name}/b.csv`, csv(listSize('Z76001', '1')));
    const result = await importPaths(at, join(good, '..'));
    expect(result.deliveries.map(({ source, refusal }) => [source, refusal?.code ?? null])).toEqual([
      ['a.csv.gz', 'unreadable_file'],
      ['b.csv', null],
    ]);
  });

  test('an archive that is cut short is refused in words', async () => {
    const whole = zip({ 'practices.csv': csv(listSize('Z73005', '1')) });
    const result = await send('short.zip', whole.subarray(0, whole.length - 30));
    expect(result.deliveries).toMatchObject([{ source: 'short.zip', refusal: { code: 'unreadable_file' } }]);
  });

  test('a workbook with titles above its table, notes in another sheet and days as numbers', async () => {
    const book = workbook({
      Contents: [['Patients registered at a GP practice'], [], ['See the next sheet']],
      Data: [
        ['Patients registered, April 2026'],
        [],
        ['Extract Date', 'Type', 'Code', 'Sex', 'Age', 'Number of Patients'],
        [{ day: 46113 }, 'GP', 'Z74001', 'ALL', 'ALL', 5903],
        [],
        [{ day: 46113 }, 'GP', 'Z74002', 'ALL', 'ALL', '*'],
        [{ day: 46113 }, 'GP', null, 'ALL', 'ALL', 1],
      ],
    });
    const result = await send('sizes.xlsx', book);
    expect(result.deliveries).toMatchObject([{ source: 'sizes.xlsx Data.csv', refusal: null }]);
    expect(account(result, 'list-size')).toMatchObject({ read: 3, loaded: 2, quarantined: 1 });
    expect(await rowsOf('list-size', { code: 'Z74001' })).toMatchObject([
      { says: { extracted: '2026-04-01', patients: 5903 } },
    ]);
    expect(await patientsOf('Z74002')).toEqual([null]);
    // The line is the number of the row in the sheet.
    expect(await quarantine(at, 'list-size')).toMatchObject([{ line: 7, reason: 'required' }]);
  });

  test('a workbook of no kind is told about by its nearest sheet', async () => {
    const book = workbook({ Notes: [['a']], Data: [['GP_CODE', 'Month', 'Appts']] });
    const result = await send('other.xlsx', book);
    expect(result.deliveries).toMatchObject([
      { refusal: { code: 'unknown_file', because: expect.stringContaining('as gpad-practice-month') } },
    ]);
  });

  test('Parquet', async () => {
    const file = join(folder, 'sizes.parquet');
    const duck = await openDuck();
    await duck.run(
      `copy (select date '2026-04-01' as extract_date, 'GP' as type, 'Z75001' as code, 'ALL' as sex, 'ALL' as age,
                    8 as number_of_patients) to '${file}' (format parquet)`,
    );
    duck.close();
    const result = await importPaths(at, file);
    expect(account(result, 'list-size')).toEqual({ read: 1, loaded: 1 });
    expect(await patientsOf('Z75001')).toEqual([8]);
  });
});

test('what has been taken in can be listed', async () => {
  const listed = await readPublications(at.book.as('app'));
  expect(listed.find(({ name }) => name === 'first.csv')).toMatchObject({ kind: 'list-size', rows: 2 });
});
