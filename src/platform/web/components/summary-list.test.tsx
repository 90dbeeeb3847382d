import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Card } from './card.tsx';
import { actionsOf, type CardOptions, cardFrom, isCareCard } from './fixture-card.tsx';
import { childrenFrom, compareWithFixtures, type TextOption, textFrom } from './fixture-oracle.tsx';
import { SummaryList } from './summary-list.tsx';

interface Row {
  readonly key: TextOption & { readonly width?: string };
  readonly value: TextOption;
  readonly border?: boolean;
  readonly actions?: NonNullable<CardOptions['actions']>;
}

interface Options {
  readonly rows: readonly (Row | false)[];
  readonly border?: boolean;
  readonly lastRowBorder?: boolean;
  readonly card?: CardOptions;
}

const anyRow = (options: Options, is: (row: Row) => boolean) => options.rows.some((row) => row && is(row));

compareWithFixtures<Options>({
  component: 'summary-list',
  render: ({ rows, border, lastRowBorder, card }) => {
    const list = (
      <SummaryList
        {...(border !== undefined && { border })}
        {...(lastRowBorder !== undefined && { lastRowBorder })}
        rows={rows
          .filter((row) => row !== false)
          .map((row) => ({
            key: textFrom(row.key) ?? '',
            value: childrenFrom(row.value),
            actions: actionsOf(row).map(({ text, href = '#', visuallyHiddenText }) => ({
              text,
              href,
              context: [visuallyHiddenText, card && `(${cardFrom(card).heading})`].filter(Boolean).join(' '),
            })),
          }))}
      />
    );
    return card ? <Card {...cardFrom(card)}>{list}</Card> : list;
  },
  notCovered: [
    { why: 'no page of ours has care cards yet', when: ({ context }) => isCareCard(context.card ?? {}) },
    {
      why: 'acts are buttons of a form of their own',
      when: ({ context }) =>
        anyRow(context, (row) => actionsOf(row).some(({ href }) => href === undefined)) ||
        actionsOf(context.card ?? {}).some(({ href }) => href === undefined),
    },
    {
      why: 'rows of one list look alike',
      when: ({ context }) =>
        anyRow(context, ({ border, key }) => border === false || (typeof key === 'object' && !!key?.width)),
    },
  ],
});

test('what nobody recorded says so', () => {
  const html = renderToString(
    <SummaryList
      rows={[
        { key: 'Phone', value: null },
        { key: 'Usual GP', value: undefined, unknown: 'No usual GP' },
      ]}
    />,
  );
  expect(html).toContain('Not recorded');
  expect(html).toContain('No usual GP');
});
