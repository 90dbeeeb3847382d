// The form in which rows that were put aside go out to be mended, and come back. What a file is, its content says, so
// that it may be renamed on the way: the first column name, or the first line, names the delivery and the table.

/** `rows` have the sender's own columns; `lines` could not be read as rows, and stand in one column as they came. */
export type MendedLayout = 'rows' | 'lines';

export interface MendedMark {
  readonly layout: MendedLayout;
  readonly delivery: number;
  readonly table: string;
}

/** The name of the first column. It holds the numbers of the rows. */
export function mendedHeading({ layout, delivery, table }: MendedMark): string {
  return `neighbourhold ${layout} ${delivery} ${table}`;
}

/** What the name of a first column says; null when it is not of such a file. */
export function readMendedHeading(heading: string): MendedMark | null {
  const [, layout, delivery, table] = /^neighbourhold (rows|lines) (\d{1,9}) (.+)$/.exec(heading) ?? [];
  if (!layout || !delivery || !table) return null;
  return { layout: layout as MendedLayout, delivery: Number(delivery), table };
}

/** Text that a spreadsheet leaves as it is: words. Anything else it may take for a number, a day or a formula. */
const WORDS = /^[a-z][^0-9\t\r\n]*$/i;
const NOT_WORDS = /^(true|false)$/i;

/**
 * A cell as a spreadsheet neither runs nor changes it: an apostrophe stands before everything that is not plain words.
 * A formula would be run (OWASP, CSV injection); a code of sixteen digits would lose the last of them, and 007 its
 * noughts. `cellAsItWas` takes the apostrophe off again, so that every value comes back as it went.
 */
export function guardedCell(value: string | null): string {
  if (value === null || value === '') return '';
  const safe = WORDS.test(value) && !NOT_WORDS.test(value) ? value : `'${value}`;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A column name likewise: only what a spreadsheet would run is guarded. */
export function guardedHeading(name: string): string {
  const safe = /^['=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Begins the name of the column of lines. Its comma keeps the column names behind it in quotes, whatever parts them. */
const UNDER = 'the line, under: ';

/** The name of the column of lines: the line of column names under which they stood. */
export function linesHeading(head: string): string {
  return `${UNDER}${head}`;
}

/** The line of column names in the name of a column of lines. */
export function headOfLines(heading: string): string {
  return heading.startsWith(UNDER) ? heading.slice(UNDER.length) : heading;
}

/** A guarded column name as it was. */
export function headingAsItWas(name: string): string {
  return name.startsWith("'") ? name.slice(1) : name;
}

/** SQL of a guarded cell as it was. What somebody typed without an apostrophe is taken as it is. */
export function cellAsItWas(column: string): string {
  return `case when starts_with(${column}, '''') then substr(${column}, 2) else ${column} end`;
}

/** What a line before a resource says: which row it is, and for whoever mends it what is wrong. */
export interface MarkLine {
  readonly delivery: number;
  readonly row: number;
}

export function markLine(mark: MarkLine & { readonly because: string; readonly remedy: string }): string {
  return JSON.stringify({ neighbourhold: mark });
}

/** What a JSON value says as such a line; null when it is none. */
export function readMarkLine(value: unknown): MarkLine | null {
  const mark = (value as { neighbourhold?: Partial<MarkLine> } | null | undefined)?.neighbourhold;
  if (typeof mark?.delivery !== 'number' || typeof mark.row !== 'number') return null;
  return { delivery: mark.delivery, row: mark.row };
}
