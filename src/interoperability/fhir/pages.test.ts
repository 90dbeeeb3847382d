import { describe, expect, test } from 'vitest';
import { missingPages, pageOf } from './pages.ts';

describe('a search in pages', () => {
  const link = (relation: string, page: number) => ({
    relation,
    url: `https://example.org/Condition?page=${page}`,
  });
  const page = (at: number, next: number | null) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    total: 3,
    link: [link('self', at), ...(next === null ? [] : [link('next', next)])],
  });

  test('of which a page is missing is told', () => {
    expect(missingPages([pageOf('1.json', page(1, 2)), pageOf('2.json', page(2, 3))])).toEqual([
      '2.json is a page of a search of 3 results, and the page after it is not here: what stands on it is not taken in until it is sent',
    ]);
  });

  test('is whole with its last page, and other bundles are no pages', () => {
    const other = { resourceType: 'Bundle', type: 'collection' };
    expect(missingPages([page(2, null), page(1, 2), other].map((each) => pageOf('x', each)))).toEqual([]);
  });

  test.each<unknown>([
    { link: 'x' },
    { link: [{}, null, { relation: 'next' }] },
    { link: [{ relation: 'next', url: 7 }] },
  ])('may say anything: %j', (bundle) => {
    expect(() => missingPages([pageOf('x', bundle as never)])).not.toThrow();
  });
});
