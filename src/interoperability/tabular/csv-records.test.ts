import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RecordStart, scanCsvRecords } from './csv-records.ts';

describe('the records of a CSV file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-csv-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const scan = async (content: string | Buffer, name = 'file.csv') => {
    const file = join(folder, name);
    writeFileSync(file, content);
    const starts: RecordStart[] = [];
    const count = await scanCsvRecords(file, (start) => starts.push(start));
    return { ...count, lines: starts.map((start) => start.line), bytes: starts.map((start) => start.byte) };
  };

  test.each([
    ['lines that end in newline', 'a,b\n1,2\n3,4\n', [1, 2, 3]],
    ['the last line without an end', 'a,b\n1,2\n3,4', [1, 2, 3]],
    ['Windows line ends', 'a,b\r\n1,2\r\n3,4\r\n', [1, 2, 3]],
    ['old Macintosh line ends', 'a,b\r1,2\r3,4\r', [1, 2, 3]],
    ['empty lines, which are no records', 'a,b\n\n1,2\n\n\n3,4\n\n', [1, 3, 6]],
    ['a line end inside quotes', 'a,b\n"1\n\n1",2\n3,4\n', [1, 2, 5]],
    ['doubled quotes', 'a,b\n"say ""hi""\n",2\n3,4\n', [1, 2, 4]],
    ['a quote that never closes', 'a,b\n1,2\n"3,4\n5,6\n', [1, 2, 3]],
    ['an empty file', '', []],
  ])('%s', async (_, content, lines) => {
    const found = await scan(content);
    expect(found.lines).toEqual(lines);
    expect(found.records).toBe(lines.length);
  });

  test.each([
    ['a\nb\n', false],
    ['a\r\nb\r\n', false],
    ['a\r\nb\n', true],
    ['a\r\n"b\nc"\r\n', false],
  ])('%j mixes line ends: %s', async (content, mixed) => {
    expect((await scan(content)).mixedLineEnds).toBe(mixed);
  });

  test.each<[string, string, number | null]>([
    ['quotes that all close', 'a,b\n"1","say ""hi"""\n"",2\n', null],
    ['a text that was cut within its quotes', 'a,b\n1,2\n3,"4', 3],
    ['one that spans lines', 'a,b\n1,2\n3,"4\n5,6\n', 3],
    ['a quote within a field, before fields in quotes', 'a,b\n1,5" pipe\n"3","4"\n', 2],
    ['a quote behind a byte order mark', '\ufeff"a,b\n1,2\n', 1],
  ])('a quote that never closes is found: %s', async (_, content, line) => {
    expect((await scan(content)).unclosedQuote).toBe(line);
  });

  test.each<[string, number | null]>([
    ['a,b\n1,2\n', null],
    ['a,b\n"1\n\0",2\n', 3],
  ])('a NUL in %j is found on its line', async (content, line) => {
    expect((await scan(content)).nul).toBe(line);
  });

  // A file is read in pieces of a megabyte: each of these has several.
  test.each([
    ['far apart', 'x'.repeat(900), 3000],
    ['close together', '"a","b, ""c""",""', 90_000],
    ['far apart, then close together, in turn', `${'x'.repeat(4000)},${'"a",'.repeat(300)}`, 500],
    ['across lines', '"a\r\nb",c', 200_000],
  ])('quotes and line ends that stand %s are all seen', async (_, row, rows) => {
    const found = await scan(`a,b\r\n${`${row}\r\n`.repeat(rows)}`);
    const lines = row.split('\n').length;
    const bytes = Buffer.byteLength(row) + 2;
    expect(found.records).toBe(rows + 1);
    expect(found.lines).toEqual([1, ...Array.from({ length: rows }, (_, n) => 2 + n * lines)]);
    expect(found.bytes).toEqual([0, ...Array.from({ length: rows }, (_, n) => 5 + n * bytes)]);
    expect(found).toMatchObject({ mixedLineEnds: false, unclosedQuote: null, nul: null });
  });

  test('bytes are counted in the file as it is', async () => {
    expect((await scan('é,b\r\n1,2\r\n')).bytes).toEqual([0, 6]);
  });

  test('a packed file is read as what it holds', async () => {
    expect((await scan(gzipSync('a,b\n1,2\n'), 'file.csv.gz')).records).toBe(2);
  });

  test('a packed file that is cut short is an error, not a short file', async () => {
    const whole = gzipSync('a,b\n'.repeat(5000));
    await expect(scan(whole.subarray(0, whole.length - 12), 'file.csv.gz')).rejects.toThrow();
  });
});
