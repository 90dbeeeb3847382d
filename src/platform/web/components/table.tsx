import type { ComponentChildren } from 'preact';
import { classNames } from './class-names.ts';
import type { HeadingSize } from './heading.tsx';
import { safeHref } from './html.ts';
import { isMissing, NOT_RECORDED } from './value.tsx';

export type SortDirection = 'ascending' | 'descending';

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Aligned right, and numbers written with thousands: 12,345. */
  readonly numeric?: boolean | undefined;
  /** The cell that names the row, spoken before the others. On a phone it is the heading of the card. */
  readonly rowHeader?: boolean | undefined;
  /** For columns of links and buttons, whose heading says nothing to those who see them. */
  readonly hideHeading?: boolean | undefined;
  /** Left out on a phone, where a card keeps what decides what to do next. The row's own page has it. */
  readonly deskOnly?: boolean | undefined;
  /** Keeps a date or a code on one line. */
  readonly nowrap?: boolean | undefined;
  /** Makes the heading a link that sorts; with a direction when the rows are sorted by it now. */
  readonly sort?: { readonly href: string; readonly direction?: SortDirection | undefined } | undefined;
  /** The words in a cell without a value. */
  readonly unknown?: string | undefined;
}

export interface TableProps<Row> {
  /** What the table is, in words. Hide it when the heading right above says the same; never leave it out. */
  readonly caption: ComponentChildren;
  readonly captionSize?: HeadingSize | undefined;
  readonly hideCaption?: boolean | undefined;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Rows become cards on a phone, each value under its heading. For lists of people and of work. */
  readonly responsive?: boolean | undefined;
  /** Close rows and 16 px type, for staff. */
  readonly compact?: boolean | undefined;
  readonly striped?: boolean | undefined;
  /** Scrolls sideways on a phone instead: for tables of numbers. The caption's id names the region. */
  readonly scrollId?: string | undefined;
  readonly lastRowBorder?: boolean | undefined;
  /** How many rows the whole list has, over all of its pages: what a number that opens it must say. */
  readonly total?: number | undefined;
  /** What stands below one of the rows, across the whole table: a form that was opened there. */
  readonly below?: ((row: Row) => ComponentChildren) | undefined;
}

/** Rows of things of one kind. A value that nobody recorded says so: no cell is ever blank. */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, responsive = false, scrollId, total, below } = props;
  const table = (
    <table class={tableClass(props)} role={responsive ? 'table' : undefined} data-total={total}>
      <Caption {...props} />
      <thead class="nhsuk-table__head" role={responsive ? 'rowgroup' : undefined}>
        <tr class="nhsuk-table__row" role={responsive ? 'row' : undefined}>
          {columns.map((column) => (
            <HeadingCell key={column.heading} column={column} responsive={responsive} />
          ))}
        </tr>
      </thead>
      <tbody class="nhsuk-table__body">
        {rows.map((row) => (
          <>
            <tr class="nhsuk-table__row" role={responsive ? 'row' : undefined}>
              {columns.map((column) => (
                <Cell key={column.heading} column={column} row={row} responsive={responsive} />
              ))}
            </tr>
            <Below columns={columns.length} responsive={responsive}>
              {below?.(row)}
            </Below>
          </>
        ))}
      </tbody>
    </table>
  );
  return scrollId === undefined ? table : <Scroll labelledBy={scrollId}>{table}</Scroll>;
}

function Below(props: { columns: number; responsive: boolean; children: ComponentChildren }) {
  const { columns, responsive, children } = props;
  if (!children) return null;
  return (
    <tr class="nhsuk-table__row app-row-below" role={responsive ? 'row' : undefined}>
      <td class="nhsuk-table__cell" colSpan={columns} role={responsive ? 'cell' : undefined}>
        {children}
      </td>
    </tr>
  );
}

function tableClass<Row>({ columns, responsive, compact, striped, lastRowBorder }: TableProps<Row>): string {
  return classNames(
    'nhsuk-table',
    compact && 'nhsuk-table--compact',
    responsive && 'nhsuk-table--responsive',
    striped && 'nhsuk-table--striped',
    columns.some(({ sort }) => sort) && 'nhsuk-table--sortable',
    lastRowBorder === false && 'nhsuk-table--no-last-row-border',
  );
}

function Caption<Row>({ caption, captionSize, hideCaption, columns, scrollId }: TableProps<Row>) {
  const size = captionSize && `nhsuk-table__caption--${captionSize}`;
  return (
    <caption
      class={classNames('nhsuk-table__caption', size, hideCaption && 'nhsuk-u-visually-hidden')}
      id={scrollId}
    >
      {caption}
      {columns.some(({ sort }) => sort) && (
        <span class="nhsuk-u-visually-hidden"> (Column headers are sortable)</span>
      )}
    </caption>
  );
}

interface HeadingCellProps<Row> {
  readonly column: Column<Row>;
  readonly responsive: boolean;
}

function HeadingCell<Row>({ column, responsive }: HeadingCellProps<Row>) {
  const { sort, numeric, deskOnly } = column;
  return (
    <th
      class={classNames(
        'nhsuk-table__header',
        numeric && 'nhsuk-table__header--numeric',
        deskOnly && 'app-desk-only',
      )}
      scope="col"
      role={responsive ? 'columnheader' : undefined}
      data-sort={sort && ''}
      aria-sort={sort?.direction}
    >
      {sort ? (
        <a class="nhsuk-link" href={safeHref(sort.href)}>
          {column.heading}
        </a>
      ) : (
        <HeadingWords column={column} />
      )}
    </th>
  );
}

function HeadingWords<Row>({ column: { heading, hideHeading } }: { readonly column: Column<Row> }) {
  return hideHeading ? <span class="nhsuk-u-visually-hidden">{heading}</span> : heading;
}

interface CellProps<Row> extends HeadingCellProps<Row> {
  readonly row: Row;
}

function Cell<Row>({ column, row, responsive }: CellProps<Row>) {
  const { rowHeader, numeric, nowrap, deskOnly } = column;
  const value = column.cell(row);
  const missing = isMissing(value);
  const Element = rowHeader ? 'th' : 'td';
  return (
    <Element
      class={classNames(
        rowHeader ? 'nhsuk-table__header' : 'nhsuk-table__cell',
        numeric && (missing ? 'nhsuk-u-text-align-right' : 'nhsuk-table__cell--numeric'),
        missing && 'nhsuk-u-secondary-text-colour',
        nowrap && 'app-nowrap',
        deskOnly && 'app-desk-only',
      )}
      scope={rowHeader ? 'row' : undefined}
      role={responsive ? (rowHeader ? 'rowheader' : 'cell') : undefined}
    >
      {responsive && <PhoneHeading column={column} />}
      <CellContent whole={responsive}>
        {missing ? (column.unknown ?? NOT_RECORDED) : written(value, numeric)}
      </CellContent>
    </Element>
  );
}

/** The heading again, inside the cell, for phones. Hidden from screen readers, which know the column. */
function PhoneHeading<Row>({ column }: { readonly column: Column<Row> }) {
  return (
    <span class="nhsuk-table__heading" aria-hidden="true">
      <HeadingWords column={column} />{' '}
    </span>
  );
}

/** On a phone heading and content stand side by side, so that content of several parts needs a box around it. */
function CellContent({ whole, children }: { readonly whole: boolean; children: ComponentChildren }) {
  return whole && typeof children !== 'string' ? <div>{children}</div> : children;
}

const NUMBER = new Intl.NumberFormat('en-GB');

function written(value: ComponentChildren, numeric = false): ComponentChildren {
  return numeric && typeof value === 'number' ? NUMBER.format(value) : value;
}

function Scroll({ labelledBy, children }: { labelledBy: string; children: ComponentChildren }) {
  return (
    <div class="nhsuk-scroll" data-module="nhsuk-scroll">
      {/* biome-ignore lint/a11y/useSemanticElements: as nhsuk-frontend publishes it */}
      <div class="nhsuk-scroll__content" role="region" aria-labelledby={labelledBy}>
        {children}
      </div>
    </div>
  );
}
