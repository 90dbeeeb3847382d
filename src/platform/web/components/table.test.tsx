import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { Card } from './card.tsx';
import { ContextLink } from './context-link.tsx';
import { type CardOptions, cardFrom } from './fixture-card.tsx';
import { childrenFrom, compareWithFixtures, textFrom } from './fixture-oracle.tsx';
import type { HeadingSize } from './heading.tsx';
import { type Column, Table } from './table.tsx';

interface Cell {
  readonly text?: string;
  readonly html?: string;
  readonly href?: string;
  readonly visuallyHiddenText?: string;
  readonly format?: string;
  readonly sort?: true | 'ascending' | 'descending';
}
type CellOption = string | Cell | false;

interface CaptionOptions {
  readonly text: string;
  readonly size?: HeadingSize;
  readonly id?: string;
  readonly classes?: string;
}

interface Options {
  readonly caption?: string | CaptionOptions;
  readonly head: readonly CellOption[];
  readonly rows: readonly (readonly CellOption[] | false)[];
  readonly firstCellIsHeader?: boolean;
  readonly responsive?: boolean;
  readonly compact?: boolean;
  readonly striped?: boolean;
  readonly scroll?: boolean;
  readonly border?: boolean;
  readonly lastRowBorder?: boolean;
  readonly variant?: string;
  readonly card?: CardOptions;
  readonly panel?: unknown;
}

const NO_DATA = 'No data';
const cellOf = (option: CellOption | undefined): Cell =>
  typeof option === 'string' ? { text: option } : option || {};

function contentOf({ text, html, href, visuallyHiddenText }: Cell): ComponentChildren {
  if (href !== undefined) return <ContextLink text={text ?? ''} href={href} context={visuallyHiddenText} />;
  return text === NO_DATA
    ? null
    : childrenFrom({ ...(text && { text: text.trim() }), ...(html && { html }) });
}

function columnsFrom({ head, firstCellIsHeader }: Options): Column<readonly CellOption[]>[] {
  return head
    .filter((option) => option !== false)
    .map((option, position) => {
      const { text, visuallyHiddenText, format, href, sort } = cellOf(option);
      return {
        heading: text ?? visuallyHiddenText ?? '',
        hideHeading: text === undefined,
        numeric: format === 'numeric',
        rowHeader: firstCellIsHeader && position === 0,
        unknown: NO_DATA,
        sort: sort && { href: href ?? '#', direction: sort === true ? undefined : sort },
        cell: (row) => contentOf(cellOf(row[position])),
      };
    });
}

const everyCell = ({ head, rows }: Options): Cell[] =>
  [...head, ...rows.flatMap((row) => row || [])].map(cellOf);

compareWithFixtures<Options>({
  component: 'tables',
  render: (options) => {
    const { caption, rows, responsive, compact, striped, scroll, lastRowBorder, card } = options;
    const { size, id, classes } = typeof caption === 'object' ? caption : ({} as Partial<CaptionOptions>);
    const table = (
      <Table
        caption={textFrom(caption)}
        captionSize={size}
        hideCaption={classes === 'nhsuk-u-visually-hidden'}
        columns={columnsFrom(options)}
        rows={rows.filter((row) => row !== false)}
        responsive={responsive}
        compact={compact}
        striped={striped}
        scrollId={scroll ? id : undefined}
        lastRowBorder={lastRowBorder}
      />
    );
    return card ? <Card {...cardFrom(card)}>{table}</Card> : table;
  },
  // Widths and breaks are left to the browser, and numbers alone are on the right.
  adjust: (html) =>
    html.replaceAll(
      / nhsuk-u-(width-[\w-]+|nowrap|text-break-word|text-align-(left|right)(?! nhsuk-u-secondary))(?=[ "])/g,
      '',
    ),
  notCovered: [
    {
      why: 'sorting is done by the server, which has all rows, not only the page',
      when: ({ name }) => name.includes('sortable') && !name.includes('server-side'),
    },
    { why: 'deprecated option', when: ({ context }) => context.panel !== undefined },
    { why: 'our pages have no dark ground', when: ({ context }) => context.variant === 'reverse' },
    { why: 'a table always has a caption', when: ({ context }) => context.caption === undefined },
    {
      why: 'a row always has a cell in each column',
      when: ({ context: { head, rows } }) => rows.some((row) => row && row.length < head.length),
    },
    { why: 'rows without lines cannot be followed', when: ({ context }) => context.border === false },
    {
      why: 'on a phone ours puts everything but text in a box of its own, not only HTML',
      when: ({ context }) =>
        !!context.responsive && everyCell(context).some(({ html, href }) => !!(html ?? href)),
    },
  ],
});

interface Person {
  readonly name: string;
  readonly seen: string | null;
  readonly score: number | null;
}

const COLUMNS: readonly Column<Person>[] = [
  {
    heading: 'Name',
    rowHeader: true,
    cell: ({ name }) => name,
    sort: { href: '?sort=name', direction: 'ascending' },
  },
  { heading: 'Last seen', cell: ({ seen }) => seen, unknown: 'Never', nowrap: true },
  { heading: 'Score', numeric: true, cell: ({ score }) => score },
];

const draw = (rows: readonly Person[], responsive = false) =>
  renderToString(<Table caption="People" columns={COLUMNS} rows={rows} responsive={responsive} />);

describe('a cell', () => {
  test('without a value says so, in the words of its column', () => {
    const html = draw([{ name: 'Mei', seen: null, score: null }]);
    expect(html).toContain(
      '<td class="nhsuk-table__cell nhsuk-u-secondary-text-colour app-nowrap">Never</td>',
    );
    expect(html).toContain('>Not recorded</td>');
  });

  test('that holds a number writes thousands, and nought is a number', () => {
    const html = draw([
      { name: 'Mei', seen: 'today', score: 12345.5 },
      { name: 'Tom', seen: 'today', score: 0 },
    ]);
    expect(html).toContain('>12,345.5</td>');
    expect(html).toContain('>0</td>');
  });

  test('that cannot be computed is not a number to print', () => {
    expect(draw([{ name: 'Mei', seen: 'today', score: Number.NaN }])).not.toContain('NaN');
  });

  test('repeats its heading for phones, out of the way of screen readers', () => {
    const html = draw([{ name: 'Mei', seen: 'today', score: 1 }], true);
    expect(html).toContain(
      '<span class="nhsuk-table__heading" aria-hidden="true">Last seen </span>today</td>',
    );
  });
});

test('a heading that sorts is a link and says which way', () => {
  expect(draw([])).toContain(
    '<th class="nhsuk-table__header" scope="col" data-sort aria-sort="ascending"><a class="nhsuk-link" href="?sort=name">Name</a></th>',
  );
});
