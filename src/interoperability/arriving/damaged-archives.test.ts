import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { workbook, zip } from '../../../test/support/zip.ts';
import { Refusal } from '../../kernel/index.ts';
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
