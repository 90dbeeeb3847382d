import { describe, expect, test } from 'vitest';
import { NotFound } from '../../kernel/index.ts';
import { type Place, PlaceTree } from './place-tree.ts';

const place = (
  id: number,
  kind: Place['kind'],
  within: number | null,
  memberOf: number | null = null,
): Place => ({
  id,
  code: `P${id}`,
  kind,
  name: `Place ${id}`,
  within,
  memberOf,
  partOf: null,
  federatedIn: null,
  mergedInto: null,
  closed: null,
});

//  icb 1 ─ borough 2 ┬ neighbourhood 3 ┬ practice 5 ┐
//        │           │                 └ practice 6 ┴ PCN 8, across the two neighbourhoods with 7
//        │           └ neighbourhood 4 ─ practice 7
//        └ PCN 8
const tree = new PlaceTree([
  place(1, 'icb', null),
  place(2, 'borough', 1),
  place(3, 'neighbourhood', 2),
  place(4, 'neighbourhood', 2),
  place(5, 'practice', 3),
  place(6, 'practice', 3, 8),
  place(7, 'practice', 4, 8),
  place(8, 'pcn', 1),
]);

describe('the places', () => {
  const ids = (places: readonly Place[]) => places.map(({ id }) => id);

  test.each([
    ['P1', [5, 6, 7]],
    ['P2', [5, 6, 7]],
    ['P3', [5, 6]],
    ['P8', [6, 7]],
    ['P5', [5]],
  ])('%s has practices %j, each once', (code, practices) => {
    expect(ids(tree.practices(tree.named(code)))).toEqual(practices);
  });

  test('a practice lies in its neighbourhood and not in its PCN', () => {
    expect(ids(tree.path(tree.named('p6')))).toEqual([1, 2, 3, 6]);
    expect(tree.enclosing(tree.named('P6'), 'borough')?.id).toBe(2);
    expect(tree.enclosing(tree.named('P8'), 'borough')).toBeNull();
  });

  test('an unknown code is refused with a way on', () => {
    expect(() => tree.named('X')).toThrow(NotFound);
  });
});
