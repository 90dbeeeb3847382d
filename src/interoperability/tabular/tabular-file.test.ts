import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../platform/lake/index.ts';
import { openTabularFile } from './tabular-file.ts';

describe('a row that cannot be read is found on its line, and so are those that can', () => {
  let folder: string;
  let duck: Duck;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-tabular-'));
    duck = await openDuck({ threads: 1 });
  });
  afterEach(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each<[string, string | Buffer, number[], number[], string[]]>([
    ['line ends of one byte', 'a,b,c\n1,2,3\n4\n5,6,7\n', [3], [2, 4], ['4']],
    ['Windows line ends', 'a,b,c\r\n1,2,3\r\n4\r\n5,6,7\r\n', [3], [2, 4], ['4']],
    ['Windows line ends and too much', 'a,b,c\r\n1,2,3,4\r\n5,6,7', [2], [3], ['1,2,3,4']],
    ['Windows line ends and empty lines', 'a,b,c\r\n\r\n1,2,3\r\n\r\n4\r\n5,6,7\r\n', [5], [3, 6], ['4']],
    ['Windows line ends within quotes', 'a,b,c\r\n1,"2\r\n",3\r\n4\r\n5,6,7\r\n', [4], [2, 5], ['4']],
    [
      'Windows line ends and bytes of another encoding',
      Buffer.from('a,b,c\r\n1,2,3\r\n4,\xff,6\r\n5,6,7\r\n', 'latin1'),
      [3],
      [2, 4],
      ['4,ÿ,6'],
    ],
  ])('with %s', async (_, content, unreadable, readable, texts) => {
    const file = join(folder, 'rows.csv');
    writeFileSync(file, content);
    const table = await openTabularFile(duck, file);
    const rows = await duck.rows(`select * from ${table.relation}`);
    const left = await table.unreadable();
    const positions = await table.positions(rows.map((_row, at) => at + 1));
    expect(left.map(({ line }) => line)).toEqual(unreadable);
    expect(left.map(({ text }) => text)).toEqual(texts);
    expect([...positions.values()].map(({ line }) => line)).toEqual(readable);
  });
});
