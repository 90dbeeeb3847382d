import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { workbook, zip } from '../../../test/support/zip.ts';
import { Refusal } from '../../kernel/index.ts';
import { unpackedBytes } from '../tabular/csv-records.ts';
import { readWorkbook } from './workbook.ts';
import { unpackZip } from './zip-archive.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-damaged-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BOOK = workbook({
  Data: [
    ['Code', 'Size'],
    ['Z00001', 5],
    [null, { day: 46113 }, 'a & <b>'],
  ],
});
const FILES = { 'a.csv': 'a,b\n1,2\n'.repeat(50), 'in/b.csv': 'c\n' };

/** What was done to an archive on its way: bytes changed at places of it, or an end that is missing. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(9999), fc.nat(255)), { maxLength: 6 }),
  keeps: fc.oneof(fc.constant(10_000), fc.nat(10_000)),
});

function damaged(bytes: Buffer, { changes, keeps }: { changes: [number, number][]; keeps: number }): Buffer {
  const copy = Buffer.from(bytes.subarray(0, Math.ceil((bytes.length * keeps) / 10_000)));
  for (const [place, value] of changes) if (copy.length > 0) copy[place % copy.length] = value;
  return copy;
}

/** Does something to a damaged file; a refusal is an answer, anything else that is thrown is a fault of ours. */
async function orRefusal<Result>(work: () => Result | Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

test('a workbook that is whole says what it said', () => {
  const [sheet] = readWorkbook(writeFile(folder, 'whole.xlsx', BOOK), 'whole.xlsx');
  expect(sheet?.rows.map(({ cells }) => cells)).toEqual([
    ['Code', 'Size'],
    ['Z00001', '5'],
    ['', '2026-04-01', 'a & <b>'],
  ]);
});

test('a workbook that is damaged is read or refused, and stops nothing', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async (done) => {
      const file = writeFile(folder, 'damaged.xlsx', damaged(BOOK, done));
      await orRefusal(() => readWorkbook(file, 'damaged.xlsx'));
    }),
    { numRuns: 300 },
  );
});

test('an archive that is damaged gives whole files or none', async () => {
  const whole = new Set(Object.values(FILES));
  const bytes = zip(FILES);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(damage, async (done) => {
      const file = writeFile(folder, 'damaged.zip', damaged(bytes, done));
      const into = join(folder, `round-${++round}`);
      const files = await orRefusal(() => unpackZip(file, 'damaged.zip', into));
      for (const each of files ?? []) {
        expect(each.startsWith(`${into}/`)).toBe(true);
        expect(whole).toContain(readFileSync(each, 'utf8'));
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['a NUL', 'a\u0000.csv'],
  ['more letters than a name can have', `${'a'.repeat(300)}.csv`],
  ['a file for a folder', 'a.csv/b.csv'],
])('an archive with a name that has %s is refused', async (_, name) => {
  const archive = writeFile(folder, 'named.zip', zip({ 'a.csv': 'a,b\n', [name]: 'a,b\n' }));
  await expect(unpackZip(archive, 'named.zip', mkdtempSync(join(folder, 'out-')))).rejects.toBeInstanceOf(
    Refusal,
  );
});

describe('a file that was made to fill the machine', () => {
  const sheetOf = (xml: string) =>
    zip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${xml}</sheetData></worksheet>`,
    });

  test.each([
    ['a cell in a column that no sheet has', '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'],
    ['a row that no sheet has', '<row r="999999999"><c r="A1"><v>1</v></c></row>'],
    ['a row without a number', '<row r="x"><c r="A1"><v>1</v></c></row>'],
    [
      'two cells that are corners of a sheet too large to read',
      '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    ],
  ])('a workbook with %s is refused', (_, xml) => {
    const file = writeFile(folder, 'wide.xlsx', sheetOf(xml));
    expect(() => readWorkbook(file, 'wide.xlsx')).toThrow(/larger than can be read/);
  });

  test('a workbook with its last column and a row far down is read', () => {
    const xml = '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="900"><c r="A900"><v>2</v></c></row>';
    const [sheet] = readWorkbook(writeFile(folder, 'far.xlsx', sheetOf(xml)), 'far.xlsx');
    expect(sheet?.rows.map(({ line, cells }) => [line, cells.length])).toEqual([
      [1, 16_384],
      [900, 1],
    ]);
  });

  test('an archive that unpacks to more than it says is refused before it is written out', async () => {
    const bytes = zip({ 'a.csv': 'a,b\n1,2\n'.repeat(5000) });
    // The size that it says it has, in its directory (APPNOTE.TXT, 4.3.12): less than it has.
    bytes.writeUInt32LE(10, bytes.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24);
    const archive = writeFile(folder, 'liar.zip', bytes);
    const into = mkdtempSync(join(folder, 'out-'));
    await expect(unpackZip(archive, 'liar.zip', into)).rejects.toBeInstanceOf(Refusal);
    expect(statSync(join(into, 'a.csv')).size).toBeLessThan(100);
  });

  test('an archive that says it holds more than 8 GB is refused, whatever it holds', async () => {
    const bytes = zip({ 'a.csv': 'a\n', 'b.csv': 'b\n', 'c.csv': 'c\n' });
    for (let at = bytes.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')); at >= 0; ) {
      bytes.writeUInt32LE(3_000_000_000, at + 24);
      at = bytes.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'), at + 4);
    }
    const archive = writeFile(folder, 'bomb.zip', bytes);
    await expect(unpackZip(archive, 'bomb.zip', mkdtempSync(join(folder, 'out-')))).rejects.toThrow(
      /more than 8 GB/,
    );
  });

  test('a packed table that unpacks to five hundred times its size is not read to its end', async () => {
    const read = async (path: string) => {
      let size = 0;
      for await (const chunk of unpackedBytes(path, 100_000)) size += chunk.length;
      return size;
    };
    const zeros = writeFile(folder, 'zeros.csv.gz', gzipSync(Buffer.alloc(20_000_000, 48)));
    await expect(read(zeros)).rejects.toThrow(/far more than a table/);
    const rows = Array.from({ length: 20_000 }, (_, n) => `${n},Z${(n * 7919) % 99_991},2026-01-01\n`).join(
      '',
    );
    expect(await read(writeFile(folder, 'rows.csv.gz', gzipSync(rows)))).toBe(rows.length);
  });
});
