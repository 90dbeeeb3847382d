import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Card } from './card.tsx';
import { actionsOf, type CardOptions, cardFrom, contentOfCard, isCareCard } from './fixture-card.tsx';
import { compareWithFixtures } from './fixture-oracle.tsx';

compareWithFixtures<CardOptions>({
  component: 'card',
  render: (options, { html }) => <Card {...cardFrom(options)}>{contentOfCard(html)}</Card>,
  notCovered: [
    {
      why: 'our cards have no pictures and no chevrons',
      when: ({ context, html }) => !!(context.image ?? context.imgURL) || html.includes('chevron'),
    },
    {
      why: 'classes are chosen by props',
      when: ({ context: { heading } }) => typeof heading === 'object' && heading.classes !== undefined,
    },
    {
      why: 'acts are buttons of a form of their own',
      when: ({ context }) => actionsOf(context).some(({ href }) => href === undefined),
    },
    {
      why: 'what an act is for is said by the heading',
      when: ({ context }) => actionsOf(context).some(({ visuallyHiddenText }) => visuallyHiddenText),
    },
    {
      why: 'care cards tell patients how urgent a symptom is, which no page of ours does yet',
      when: ({ context }) => isCareCard(context),
    },
  ],
});

test('a description is one paragraph', () => {
  expect(renderToString(<Card heading="Care plan" description="Not started" />)).toContain(
    '<p class="nhsuk-card__description">Not started</p>',
  );
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
