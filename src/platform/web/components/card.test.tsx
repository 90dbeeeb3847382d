import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Card, type CardProps } from './card.tsx';
import { childrenFrom, compareWithFixtures, type TextOption, textFrom } from './fixture-oracle.tsx';
import type { HeadingLevel, HeadingSize } from './heading.tsx';

interface Heading {
  readonly text?: string;
  readonly html?: string;
  readonly id?: string;
  readonly level?: HeadingLevel;
  readonly size?: HeadingSize;
  readonly caption?: unknown;
  readonly classes?: string;
}

interface Options {
  readonly heading?: string | Heading;
  readonly description?: TextOption;
  readonly href?: string;
  readonly clickable?: boolean;
  readonly variant?: string;
  readonly actions?: CardProps['actions'] | { readonly items: CardProps['actions'] };
  readonly image?: unknown;
  readonly imgURL?: string;
}

const VARIANTS: readonly string[] = ['feature', 'primary', 'secondary', 'warning'];

compareWithFixtures<Options>({
  component: 'card',
  render: ({ heading, description, href, clickable, variant, actions }) => {
    const options = typeof heading === 'object' ? heading : {};
    const html = typeof description === 'object' ? description?.html : undefined;
    return (
      <Card
        heading={textFrom(heading)}
        headingId={options.id}
        headingLevel={options.level}
        headingSize={options.size}
        hiddenHeading={variant === 'warning' ? 'Important' : undefined}
        href={href}
        actions={actions && 'items' in actions ? actions.items : actions}
        clickable={clickable}
        variant={VARIANTS.includes(variant ?? '') ? (variant as CardProps['variant']) : undefined}
        description={html === undefined ? textFrom(description) : undefined}
      >
        {html && childrenFrom({ html })}
      </Card>
    );
  },
  notCovered: [
    {
      why: 'its content is in a template, not in its options',
      when: ({ context, html }) => context.description === undefined || /<(dl|table)/.test(html),
    },
    {
      why: 'our cards have no pictures and no chevrons',
      when: ({ context, html }) => !!(context.image ?? context.imgURL) || html.includes('chevron'),
    },
    {
      why: 'classes are chosen by props',
      when: ({ context: { heading } }) => typeof heading === 'object' && heading.classes !== undefined,
    },
    {
      why: 'care cards tell patients how urgent a symptom is, which no page of ours does yet',
      when: ({ context }) => ['non-urgent', 'urgent', 'emergency'].includes(context.variant ?? ''),
    },
  ],
});

test('actions are told apart by the heading', () => {
  const html = renderToString(
    <Card
      heading="Named professional"
      actions={[
        { text: 'Change', href: '/change' },
        { text: 'End', href: '/end' },
      ]}
    />,
  );
  expect(html).toContain(
    '<a class="nhsuk-link" href="/change">Change<span class="nhsuk-u-visually-hidden"> (Named professional)</span></a>',
  );
});
