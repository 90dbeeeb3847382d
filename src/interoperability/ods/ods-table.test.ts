import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accountOf, type LeftOutRow, partRows, readOdsTable, toBeMended } from './ods-table.ts';

describe('the records of a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-ods-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are read with their lines, whatever their ends, quotes and encoding', async () => {
    const file = join(folder, 'file.csv');
    const cp1252 = Buffer.from('"Ren\xe9",x\r\n', 'latin1');
    writeFileSync(
      file,
      Buffer.concat([
        Buffer.from('\ufeff"A1","a, b"\r\n\n"A2","say ""x"""\n"A\n3",é\r\n'),
        cp1252,
        Buffer.from(' A4 ,'),
      ]),
    );
    const records = await readOdsTable(file);
    expect(records.map(({ text: _, ...record }) => record)).toEqual([
      { line: 1, fields: ['A1', 'a, b'] },
      { line: 3, fields: ['A2', 'say "x"'] },
      { line: 4, fields: ['A\n3', 'é'] },
      { line: 6, fields: null },
      { line: 7, fields: ['A4', ''] },
    ]);
    expect(records.map(({ text }) => text).slice(2)).toEqual(['"A\n3",é', '"Ren\xe9",x', ' A4 ,']);
  });
});

describe('rows', () => {
  const from = (line: number) => ({ line, text: `line ${line}`, fields: [] });
  const row = (line: number, code: string, says = 'x') => ({ from: from(line), code, says });
  const out: LeftOutRow = { from: from(9), reason: 'outside_area', field: null };

  test('are taken once for each code, unless they say different things of it', () => {
    const rows = [row(1, 'A'), row(2, 'B'), row(3, 'A'), row(4, 'C', 'x'), row(5, 'C', 'y'), out];
    const { taken, leftOut, repeats } = partRows(rows);
    expect(taken).toEqual([row(1, 'A'), row(2, 'B')]);
    expect(repeats).toBe(1);
    expect(leftOut.map(({ from, reason }) => [from.line, reason])).toEqual([
      [9, 'outside_area'],
      [4, 'conflicting_version'],
      [5, 'conflicting_version'],
    ]);
    // What was left out on purpose is nobody's to mend.
    expect(toBeMended('file.csv', leftOut).map(({ line, text }) => [line, text])).toEqual([
      [4, 'line 4'],
      [5, 'line 5'],
    ]);
  });

  test('are accounted for', () => {
    expect(accountOf('practice', { loaded: 2, duplicate: 1 }, [out, out])).toEqual({
      table: 'practice',
      read: 5,
      loaded: 2,
      quarantined: 2,
      duplicate: 1,
      removed: 0,
      reasons: { outside_area: 2 },
    });
  });
});
