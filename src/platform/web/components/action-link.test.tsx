import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { ActionLink, ActionList } from './action-link.tsx';
import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly href?: string;
  readonly variant?: string;
  readonly openInNewWindow?: boolean;
}

compareWithFixtures<Options>({
  component: 'action-link',
  render: ({ href = '#', ...content }) => <ActionLink href={href}>{childrenFrom(content)}</ActionLink>,
  notCovered: [
    { why: 'a link leads somewhere; acts are buttons', when: ({ context }) => context.href === undefined },
    { why: 'our pages have no dark ground', when: ({ context }) => context.variant === 'reverse' },
  ],
});

test('a list without actions is not there', () => {
  expect(renderToString(<ActionList items={[]} />)).toBe('');
});
