import { expect, test } from 'vitest';
import { compareWithFixtures } from './fixture-oracle.tsx';
import { type Neighbour, Pagination, PreviousAndNext, pagesShown } from './pagination.tsx';

interface Item {
  readonly number?: number;
  readonly current?: boolean;
  readonly href?: string;
}

interface Options {
  readonly items?: readonly (Item | false)[];
  readonly previous?: Neighbour & { readonly text?: string };
  readonly next?: Neighbour & { readonly text?: string };
  readonly previousUrl?: string;
  readonly classes?: string;
}

compareWithFixtures<Options>({
  component: 'pagination',
  render: ({ items, previous, next }) => {
    if (!items) return <PreviousAndNext previous={previous} next={next} />;
    const numbers = items.map((item) => (item === false ? 0 : (item.number ?? 0)));
    const current = items.find((item) => item !== false && item.current) || {};
    return (
      <Pagination
        page={current.number ?? 1}
        pageCount={Math.max(...numbers)}
        href={(page) => `#/section/${page}`}
      />
    );
  },
  notCovered: [
    {
      why: 'deprecated option',
      when: ({ context }) => context.previousUrl !== undefined,
    },
    {
      why: 'which pages are shown follows from the number of pages',
      when: ({ name }) => name.includes('empty items'),
    },
    { why: 'English only, so far', when: ({ name }) => name.includes('translations') },
    {
      why: 'the neighbours of a page are always named',
      when: ({ context }) => !context.items && !context.previous?.label && !context.next?.label,
    },
  ],
});

test.each([
  [1, 3, [1, 2, 3]],
  [1, 9, [1, 2, 3, -9, 9]],
  [5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [10, 40, [1, -8, 8, 9, 10, 11, 12, -40, 40]],
  [40, 40, [1, -38, 38, 39, 40]],
])('on page %i of %i these are shown: %j', (page, pageCount, shown) => {
  expect(pagesShown(page, pageCount)).toEqual(shown);
});

test('one page needs no numbers', () => {
  expect(Pagination({ page: 1, pageCount: 1, href: () => '/' })).toBeNull();
});
