import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import {
  cellAsItWas,
  guardedCell,
  guardedHeading,
  headingAsItWas,
  headOfLines,
  linesHeading,
  markLine,
  mendedHeading,
  readMarkLine,
  readMendedHeading,
} from './mended-form.ts';

describe('a cell that goes out to be mended', () => {
  test.each<[string | null, string]>([
    [null, ''],
    ['plain words', 'plain words'],
    ['words, parted', '"words, parted"'],
    ['=1+1', "'=1+1"],
    ['+44', "'+44"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ["'quoted", "''quoted"],
    ['1003671000000109', "'1003671000000109"],
    ['007', "'007"],
    ['2026-11-02', "'2026-11-02"],
    ['Mar-20', "'Mar-20"],
    ['TRUE', "'TRUE"],
    ['say "hi"\nthere', '"\'say ""hi""\nthere"'],
  ])('%j is written %j', (value, written) => {
    expect(guardedCell(value)).toBe(written);
  });

  let duck: Duck;
  const file = join(tmpdir(), `nh-cells-${process.pid}.csv`);
  beforeAll(async () => {
    duck = await openDuck();
  });
  afterAll(() => {
    duck.close();
    rmSync(file, { force: true });
  });

  test('comes back as it went, whatever it says, and no cell begins like a formula', async () => {
    const said = fc.string({
      unit: fc.constantFrom(...`ab 019=+-@'",;\n\r\t£é`),
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 20 }), async (cells) => {
        const written = cells.map(guardedCell);
        for (const cell of written) expect(cell).not.toMatch(/^"?[=+\-@\t\r]/);
        writeFileSync(file, `n,cell\r\n${written.map((cell, n) => `${n},${cell}\r\n`).join('')}`);
        const rows = await duck.rows<{ cell: string }>(
          `select ${cellAsItWas('cell')} as cell from read_csv('${file}', auto_detect = false, header = true, delim = ',',
             quote = '"', escape = '"', columns = {'n': 'VARCHAR', 'cell': 'VARCHAR'})`,
        );
        expect(rows.map(({ cell }) => cell)).toEqual(cells);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a file says what it is', () => {
  test.each(['observation', 'my table', 'Déjà vu'])('of %s', (table) => {
    const mark = { layout: 'rows', delivery: 12, table } as const;
    expect(readMendedHeading(mendedHeading(mark))).toEqual(mark);
  });
  test.each([
    'id',
    'neighbourhold',
    'neighbourhold rows x observation',
    'neighbourhold tables 1 observation',
  ])('and %s is none', (heading) => {
    expect(readMendedHeading(heading)).toBeNull();
  });
  test.each(['id', '=cmd', "'x", '-1'])('a column called %s keeps its name', (name) => {
    expect(guardedHeading(name)).not.toMatch(/^[=+\-@]/);
    expect(headingAsItWas(guardedHeading(name))).toBe(name);
  });
  test('lines name the columns under which they stood', () => {
    expect(headOfLines(linesHeading('id;patient_id'))).toBe('id;patient_id');
  });
  test('a line before a resource names its row', () => {
    const mark = { delivery: 3, row: 17, because: 'It is not.', remedy: 'Mend it.' };
    expect(readMarkLine(JSON.parse(markLine(mark)))).toEqual({ delivery: 3, row: 17 });
    expect(
      [null, undefined, 1, {}, { neighbourhold: 1 }, { resourceType: 'Patient' }].map(readMarkLine),
    ).toEqual(Array(6).fill(null));
  });
});
