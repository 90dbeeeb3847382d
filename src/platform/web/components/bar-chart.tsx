import { scaleLinear } from 'd3-scale';
import type { ComponentChildren } from 'preact';
import type { PlainDate } from '../../../kernel/index.ts';
import { BarMark } from './bar-mark.tsx';
import { classNames } from './class-names.ts';
import { type Closed, counted } from './counted.tsx';
import { DataDate } from './data-date.tsx';
import { Details } from './details.tsx';
import { Heading, type HeadingLevel } from './heading.tsx';
import { safeHref } from './html.ts';
import { Table } from './table.tsx';

export type Bar = {
  readonly label: string;
  /** A number of nought or more; or that it is too small to show; or that nobody knows it. */
  readonly value: number | 'suppressed' | 'unknown';
  /** How far the value may be off, in its own unit. Say in the summary what it is. */
  readonly interval?: { readonly lower: number; readonly upper: number } | undefined;
  /** How many rows its link opens, where its length is something else: a share. */
  readonly count?: number | undefined;
  /** Where it is written what this bar counts, where the bars of a chart count different things. */
  readonly definitionHref?: string | undefined;
} & (
  | {
      /** The people or places behind the number: exactly those. */
      readonly href: string;
    }
  | {
      /** Why it opens nothing. A bar has to say one of the two, so that no chart is a dead end by oversight. */
      readonly closed: Closed;
    }
);

export interface BarChartProps {
  /** Must be the only one of its name on the page. */
  readonly id: string;
  readonly title: string;
  readonly titleLevel?: HeadingLevel;
  /** What the chart shows, in a sentence, for those who will not read the bars. */
  readonly summary?: ComponentChildren;
  readonly bars: readonly Bar[];
  /** What a bar is: "Practice". Heads the first column of the table. */
  readonly labelHeading: string;
  /** What its length is: "People without a review". */
  readonly valueHeading: string;
  readonly format?: (value: number) => string;
  readonly suppressedText?: string;
  readonly unknownText?: string;
  /** The length of the whole line, so that charts side by side can be compared. Else the longest bar. */
  readonly max?: number | undefined;
  /** A fuller table than the bars', in place of it. */
  readonly table?: ComponentChildren;
  readonly dataDate: PlainDate | null;
  readonly stale: boolean;
  /** Where it is written what exactly is counted. */
  readonly definitionHref: string;
  readonly csvHref: string;
}

const GROUPED = new Intl.NumberFormat('en-GB');

/**
 * Numbers as horizontal bars, each a link to what is behind it, and the same numbers as a table.
 *
 * The bars are a list whose names and values are text; only the lengths are drawings. So the names wrap on a
 * phone, a screen reader reads "Ash Grove Surgery 1,204", and nothing shrinks with the window.
 */
export function BarChart(props: BarChartProps) {
  const { id, title, titleLevel = 2, summary, dataDate, stale, definitionHref, csvHref } = props;
  const rows = props.bars.map((bar) => rowOf(bar, props));
  return (
    <section class="app-chart" aria-labelledby={`${id}-title`}>
      <Heading level={titleLevel} class="nhsuk-heading-s" id={`${id}-title`}>
        {title}
      </Heading>
      {summary && <p class="app-chart__summary">{summary}</p>}
      <a class="app-chart__skip" href={`#${id}-numbers`}>
        Skip the chart “{title}”
      </a>
      <Bars {...props} rows={rows} />
      <NumbersTable {...props} rows={rows} />
      <div class="app-chart__foot">
        <DataDate date={dataDate} stale={stale} />
        <a href={safeHref(definitionHref)}>What is counted</a>
        <a href={safeHref(csvHref)}>Download as CSV</a>
      </div>
    </section>
  );
}

type Row = Bar & { readonly text: string };

interface RowsProps extends BarChartProps {
  readonly rows: readonly Row[];
}

function Bars({ id, rows, max }: RowsProps) {
  const ends = rows.map(({ value, interval }) =>
    typeof value === 'number' ? (interval?.upper ?? value) : 0,
  );
  const longest = max ?? Math.max(...ends, 0);
  const width = scaleLinear([0, longest || 1], [0, 100]).clamp(true);
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets that a list without bullets is one
    <ul class="app-bars" role="list" aria-labelledby={`${id}-title`}>
      {rows.map((row) => (
        <li key={row.label} class="app-bars__item">
          <BarRow bar={row}>
            <span class="app-bars__label">{row.label}</span> <span class={valueClass(row)}>{row.text}</span>
            <BarMark value={row.value} interval={row.interval} percent={width} />
          </BarRow>
        </li>
      ))}
    </ul>
  );
}

function BarRow({ bar, children }: { readonly bar: Bar; children: ComponentChildren }) {
  const count = bar.count ?? (typeof bar.value === 'number' ? bar.value : undefined);
  if (!('href' in bar))
    return (
      <div class="app-bars__row" {...counted(count, bar.closed)}>
        {children}
      </div>
    );
  return (
    <a class="app-bars__row" href={safeHref(bar.href)} {...counted(count)}>
      {children}
    </a>
  );
}

function NumbersTable({ id, title, labelHeading, valueHeading, table, rows }: RowsProps) {
  return (
    <Details summary="Show these numbers as a table" id={`${id}-numbers`}>
      {table ?? (
        <Table
          caption={title}
          hideCaption
          compact
          columns={[
            { heading: labelHeading, rowHeader: true, cell: labelOf },
            { heading: valueHeading, numeric: true, cell: ({ text }: Row) => text },
          ]}
          rows={rows}
        />
      )}
    </Details>
  );
}

/** In the table a name leads to what is counted; the bar itself leads to whom. */
function labelOf({ label, definitionHref }: Row): ComponentChildren {
  return definitionHref === undefined ? label : <a href={safeHref(definitionHref)}>{label}</a>;
}

function valueClass({ value }: Row): string {
  return classNames('app-bars__value', typeof value === 'string' && `app-bars__value--${value}`);
}

function rowOf(bar: Bar, props: BarChartProps): Row {
  const { format = GROUPED.format, suppressedText = 'fewer than 8', unknownText = 'not known' } = props;
  if (bar.value === 'suppressed') return { ...bar, text: suppressedText };
  // A share of nobody is not a number.
  if (bar.value === 'unknown' || !Number.isFinite(bar.value)) {
    return { ...bar, value: 'unknown', text: unknownText };
  }
  return { ...bar, text: format(bar.value) };
}
