import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Breadcrumb, type BreadcrumbItem } from './breadcrumb.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';

interface Options {
  readonly id?: string;
  readonly items: readonly BreadcrumbItem[];
  readonly variant?: string;
  readonly backLink?: unknown;
}

compareWithFixtures<Options>({
  component: 'breadcrumb',
  render: ({ items }) => <Breadcrumb items={items} />,
  notCovered: [
    { why: 'attributes are chosen by props', when: ({ context }) => context.id !== undefined },
    { why: 'our pages have no dark ground', when: ({ context }) => context.variant === 'reverse' },
    {
      why: 'on a phone the way back is always to the last step',
      when: ({ context }) => context.backLink !== undefined,
    },
  ],
});

test('a page at the top has none', () => {
  expect(renderToString(<Breadcrumb items={[]} />)).toBe('');
});
