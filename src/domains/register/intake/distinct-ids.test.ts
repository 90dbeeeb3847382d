import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Duck, literal, openDuck } from '../../../platform/lake/index.ts';
import { haveRisingIds } from './distinct-ids.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await openDuck({ threads: 2 });
});
afterAll(() => duck.close());

type Given = readonly (readonly [rec: number, id: string | null])[];

async function rising(rows: Given): Promise<boolean> {
  await duck.run('create or replace temp table given (rec integer, row_id varchar)');
  if (rows.length > 0)
    await duck.run(
      `insert into given values ${rows.map(([rec, id]) => `(${rec}, ${id === null ? 'null' : literal(id)})`).join(', ')}`,
    );
  return await haveRisingIds(duck, 'given');
}

const a: Given = [
  [1, 'a1'],
  [1, 'a2'],
  [2, 'b1'],
];
const b: Given = [
  [900, 'p1'],
  [901, 'q1'],
];
const c: Given = [
  [300, 'f1'],
  [300, 'f2'],
];

describe('whether rows show by their order that no id comes twice', () => {
  test.each<[string, Given, boolean]>([
    ['no rows', [], true],
    ['one row', [[1, 'a']], true],
    ['ids that rise', a, true],
    ['two threads by turns', [...a, ...b, ...c], true],
    ['another order of turns', [...c, ...b, ...a], true],
    ['an id twice in a row', [...a, [2, 'b1']], false],
    ['an id twice, far apart', [...a, ...b, ...c, [1, 'a2']], false],
    ['an id again after many', [[1, 'a'], ...b, [1, 'a']], false],
    [
      'a piece within another',
      [
        [1, 'a'],
        [2, 'c'],
        [900, 'b'],
      ],
      false,
    ],
    ['an id that is missing', [...a, [3, null]], false],
    ['an id that is missing at first', [[1, null], ...a], false],
  ])('%s', async (_, rows, expected) => {
    expect(await rising(rows)).toBe(expected);
  });

  test('ids in no order at all', async () => {
    const rows: Given = Array.from({ length: 5000 }, (_, at) => [
      at,
      String((at * 7919) % 5003).padStart(4, '0'),
    ]);
    expect(await rising(rows)).toBe(false);
  });

  test('it never says so where an id comes twice', async () => {
    const row = fc.tuple(
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom('a', 'b', 'c', 'é', '😀', 'z', '\uffff'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), async (rows) => {
        const repeats = new Set(rows.map(([, id]) => id)).size < rows.length;
        if (repeats) expect(await rising(rows)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
