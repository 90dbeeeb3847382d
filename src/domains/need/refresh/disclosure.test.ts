import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, protectCounts, readDisclosureRules } from './disclosure.ts';

const rules = readDisclosureRules('content');

describe('published counts', () => {
  const protect = (...people: number[]) => {
    const families = [{ of: 99, kind: 'neighbourhood' }];
    const cells: Cell[] = people.map((count, place) => ({ place, band: 'all', families, people: count }));
    return [...protectCounts(cells, rules).values()];
  };

  test.each<[number[], (number | null)[]]>([
    [
      [0, 100, 200],
      [0, 100, 200],
    ],
    [
      [8, 12, 13],
      [10, 10, 15],
    ],
    // One small number alone would be the parent's number less the others: a second one hides with it.
    [
      [3, 100, 200],
      [null, null, 200],
    ],
    [
      [3, 7, 200],
      [null, null, 200],
    ],
    [
      [3, 0, 0],
      [null, 0, 0],
    ],
  ])('%j are shown as %j', (people, shown) => {
    expect(protect(...people)).toEqual(shown);
  });

  test('no small number is ever shown, and no hidden one stands alone among siblings with people', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }), (people) => {
        const shown = protect(...people);
        people.forEach((count, at) => {
          if (count > 0 && count <= rules.hide_up_to) expect(shown[at]).toBeNull();
          else if (shown[at] !== null) expect((shown[at] ?? 0) % rules.round_to).toBe(0);
        });
        const hidden = shown.filter((count) => count === null).length;
        const others = people.filter((count, at) => count > 0 && shown[at] !== null).length;
        if (hidden === 1) expect(others).toBe(0);
      }),
    );
  });
});
