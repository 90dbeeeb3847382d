import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideMore } from './hide-more.ts';

describe('hiding more', () => {
  /** Rows and columns of a drawn table; `null` is hidden to begin with. */
  const shown = (table: readonly (readonly (number | null)[])[], people: readonly (readonly number[])[]) => {
    const width = table[0]?.length ?? 0;
    const hidden = new Uint8Array(table.flat().map((cell) => (cell === null ? 1 : 0)));
    const row = table.map((cells, at) => cells.map((_, column) => at * width + column));
    const column = Array.from({ length: width }, (_, at) => table.map((_, line) => line * width + at));
    hideMore(people.flat(), hidden, [...row, ...column]);
    return people.map((cells, at) =>
      cells.map((count, place) => (hidden[at * width + place] ? null : count)),
    );
  };

  test('a single one in a row and a column takes a smallest of each with it, and those another', () => {
    const people = [
      [3, 40, 90],
      [50, 20, 70],
      [60, 80, 30],
    ];
    const hidden = people.map((row) => row.map((count) => (count <= 7 ? null : count)));
    expect(shown(hidden, people)).toEqual([
      [null, null, 90],
      [null, null, 70],
      [60, 80, 30],
    ]);
  });

  test('nothing hidden hides nothing; nobody to hide beside stays alone', () => {
    expect(shown([[10, 20]], [[10, 20]])).toEqual([[10, 20]]);
    expect(shown([[null, 0]], [[3, 0]])).toEqual([[null, 0]]);
    expect(shown([[null, 20]], [[0, 20]])).toEqual([[null, 20]]);
  });

  test('leaves no line with one hidden number and others with people', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(30), { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 6 }),
        (people) => {
          const table = shown(
            people.map((row) => row.map((count) => (count > 0 && count <= 7 ? null : count))),
            people,
          );
          const lines = [
            ...table.map((row, at) => row.map((cell, column) => [cell, people[at]?.[column] ?? 0] as const)),
            ...[0, 1, 2, 3].map((column) =>
              table.map((row, at) => [row[column] ?? null, people[at]?.[column] ?? 0] as const),
            ),
          ];
          for (const line of lines) {
            const hidden = line.filter(([cell, count]) => cell === null && count > 0);
            const others = line.filter(([cell]) => cell !== null && cell > 0);
            if (hidden.length === 1) expect(others).toEqual([]);
          }
        },
      ),
    );
  });
});
