import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { FilterBar } from './filter-bar.tsx';
import { TextInput } from './text-input.tsx';

const draw = (inUse: { text: string; removeHref: string }[]) =>
  renderToString(
    <FilterBar action="/work" inUse={inUse} clearHref="/work" keep={{ sort: 'due' }}>
      <TextInput name="q" label="Name" />
    </FilterBar>,
  );

test('filters become the address of the list, and keep its order', () => {
  const html = draw([]);
  expect(html).toContain('method="get" action="/work"');
  expect(html).toContain('<input type="hidden" name="sort" value="due"/>');
  expect(html).toContain('type="submit"');
});

test('filters in use are named, counted and can be taken off one by one', () => {
  const html = draw([{ text: 'Owner: me', removeHref: '/work?sort=due' }]);
  expect(html).toContain('Filters (1 in use)');
  expect(html).toContain(
    '<a class="nhsuk-link" href="/work?sort=due">Remove<span class="nhsuk-u-visually-hidden"> filter Owner: me</span></a>',
  );
  expect(html).toContain('Clear all');
});

test('without filters there is nothing to take off', () => {
  expect(draw([])).not.toMatch(/in use|Clear all/);
});
