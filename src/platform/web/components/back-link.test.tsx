import { BackLink } from './back-link.tsx';
import { childrenFrom, compareWithFixtures } from './fixture-oracle.tsx';

interface Options {
  readonly text?: string;
  readonly html?: string;
  readonly href?: string;
  readonly variant?: string;
  readonly visuallyHiddenText?: string;
}

compareWithFixtures<Options>({
  component: 'back-link',
  render: ({ href = '#', visuallyHiddenText, ...content }) => (
    <BackLink href={href} hiddenText={visuallyHiddenText}>
      {childrenFrom(content)}
    </BackLink>
  ),
  notCovered: [
    { why: 'ours always leads somewhere', when: ({ context }) => context.href === undefined },
    { why: 'our pages have no dark ground', when: ({ context }) => context.variant === 'reverse' },
  ],
});
