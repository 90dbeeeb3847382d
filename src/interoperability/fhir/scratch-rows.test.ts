import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDuck } from '../../platform/lake/index.ts';
import { pileSql } from './piles.ts';
import { ScratchRows } from './scratch-rows.ts';

describe('rows on their way to DuckDB', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-scratch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('arrive as they were written, whatever characters they hold', async () => {
    const scratch = new ScratchRows(folder);
    const half = '\ud83d';
    const texts = [
      'plain',
      'quote " and \\ and \n',
      'é 🙂',
      `half ${half}`,
      'null \u0000',
      '\\u0000 written out',
      '\\ud83d',
      '',
    ];
    texts.forEach((text, n) => {
      scratch.write('rows', { n, row_id: String(n), record: text, patient_id: null, version: undefined });
    });
    const file = scratch.written('rows');
    expect(file?.rows).toBe(texts.length);
    const duck = await openDuck({ threads: 1 });
    const rows = await duck.rows(
      `select n, row_id, record, patient_id, version from ${pileSql(file, 'kept')} order by n`,
    );
    duck.close();
    const expected = texts.with(3, 'half \ufffd').with(4, 'null \ufffd');
    expect(rows).toEqual(
      expected.map((record, n) => ({ n, row_id: String(n), record, patient_id: null, version: null })),
    );
  });

  test('may be longer than DuckDB expects of a row', async () => {
    const scratch = new ScratchRows(folder);
    scratch.write('rows', { n: 1, record: 'x'.repeat(20_000_000) });
    const duck = await openDuck({ threads: 1 });
    const rows = await duck.rows(
      `select length(record) as length from ${pileSql(scratch.written('rows'), 'kept')}`,
    );
    duck.close();
    expect(rows).toEqual([{ length: 20_000_000 }]);
  });

  test('go to one file for each name, and to none before there are any', async () => {
    const scratch = new ScratchRows(folder);
    expect(scratch.written('../a')).toBeNull();
    scratch.write('../a', { n: 1 });
    scratch.write('b', { n: 2 });
    scratch.write('../a', { n: 3 });
    expect(readFileSync(scratch.written('../a')?.file ?? '', 'utf8')).toBe('{"n":1}\n{"n":3}\n');
    expect(scratch.names()).toEqual(['../a', 'b']);
    expect(scratch.written('b')?.file.startsWith(folder)).toBe(true);
    const duck = await openDuck({ threads: 1 });
    expect(await duck.rows(`select * from ${pileSql(null, 'kept')}`)).toEqual([]);
    duck.close();
  });
});
