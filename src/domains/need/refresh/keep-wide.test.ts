import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf } from '../../../../test/support/attacker/bounds.ts';
import { readDisclosureRules } from './disclosure.ts';
import { keepWide, knownOf, type Sum } from './keep-wide.ts';

const rules = readDisclosureRules('content');

/** Parts and what they add up to, at the end. `-` before a number: it is hidden. */
function kept(numbers: readonly number[], sums: readonly Sum[], noughtHides = false): (number | null)[] {
  const people = numbers.map(Math.abs);
  const hidden = Uint8Array.from(numbers.map((number) => Number(number < 0 || Object.is(number, -0))));
  keepWide(
    {
      people,
      hidden,
      known: (at) => knownOf({ people: people[at] ?? 0, hidden: hidden[at] === 1, noughtHides }, rules),
      sums,
    },
    rules.protected_up_to,
  );
  return people.map((count, at) => (hidden[at] === 1 ? null : count));
}

const line = (size: number): Sum[] => [
  { parts: Array.from({ length: size - 1 }, (_, at) => at), whole: size - 1, all: true },
];

describe('what is hidden', () => {
  test.each<[string, number[], (number | null)[]]>([
    ['may be anything beside a large one', [-3, -40, 100, 143], [null, null, 100, 143]],
    [
      'one of each under a total that is shown: the total goes',
      [-1, -1, -1, -1, -1, -1, -1, -1, 8],
      Array(9).fill(null),
    ],
    [
      'few together beside a large number: the smallest shown goes with them',
      [-1, -1, 30, 50, 82],
      [null, null, null, 50, 82],
    ],
    ['nobody is protected by hiding nought', [-1, -2, 0, 8, 11], [null, null, 0, null, 11]],
    ['where the whole is hidden nothing is told', [-1, -2, 30, -33], [null, null, 30, null]],
  ])('%s', (_, numbers, shown) => {
    expect(kept(numbers, line(numbers.length))).toEqual(shown);
  });

  test('is told by a number that was published before, and that cannot be helped', () => {
    const people = [1, 2, 8];
    const hidden = Uint8Array.from([1, 1, 0]);
    const known = (at: number) =>
      at === 2 ? { least: 0, most: 5 } : { least: 1, most: Number.POSITIVE_INFINITY };
    expect(keepWide({ people, hidden, fixed: Uint8Array.from([0, 0, 1]), known, sums: line(3) }, 7)).toBe(0);
  });

  test('cannot be told to be small by linear programming, over rows, columns and both totals', async () => {
    const table = fc.array(fc.array(fc.oneof(fc.nat(12), fc.nat(60)), { minLength: 3, maxLength: 3 }), {
      minLength: 3,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const height = rows.length;
        const width = 3;
        const cell = (row: number, column: number) => row * (width + 1) + column;
        const whole = [
          ...rows,
          [0, 1, 2].map((column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0)),
        ];
        const people = whole.flatMap((row) => [...row, row.reduce((sum, count) => sum + count, 0)]);
        const sums: Sum[] = [];
        for (let row = 0; row <= height; row++)
          sums.push({
            parts: [0, 1, 2].map((column) => cell(row, column)),
            whole: cell(row, width),
            all: true,
          });
        for (let column = 0; column <= width; column++)
          sums.push({
            parts: rows.map((_, row) => cell(row, column)),
            whole: cell(height, column),
            all: true,
          });
        const numbers = people.map((count) => (count > 0 && count <= rules.hide_up_to ? -count : count));
        const shown = kept(numbers, sums);
        const known = people.map((count, at) =>
          knownOf({ people: count, hidden: shown[at] === null, noughtHides: false }, rules),
        );
        const hidden = shown.flatMap((count, at) => (count === null ? [at] : []));
        const bounds = await boundsOf(
          {
            least: known.map(({ least }) => least),
            most: known.map(({ most }) => Math.min(most, 1_000_000)),
            sums: sums.map(({ parts, whole: of }) => ({ parts, whole: of, exactly: true })),
          },
          hidden,
        );
        // Where all that could be hidden is, nothing more can be done: nobody else lives there.
        const isAll = people.every((count, at) => count === 0 || shown[at] === null);
        for (const at of hidden)
          if (!isAll) expect([at, (bounds.get(at)?.most ?? 0) > rules.protected_up_to]).toEqual([at, true]);
      }),
      { numRuns: 100 },
    );
  });
});
