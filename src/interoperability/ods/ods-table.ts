import { isUtf8 } from 'node:buffer';
import type { Reason, TableAccount, UnreadableRow } from '../../domains/register/index.ts';
import type { RecognisedTable } from '../national/recognise.ts';
import { TableEnd } from '../national/table-end.ts';
import { splitLine } from '../tabular/csv-head.ts';
import { scanCsvRecords } from '../tabular/csv-records.ts';
import { delimiterOf, readWhole } from '../tabular/text-table.ts';

/** One record of a text table: its line, the line as it was written, and its fields, trimmed; null when not UTF-8. */
export interface OdsRecord {
  readonly line: number;
  readonly text: string;
  readonly fields: readonly string[] | null;
}

/**
 * Reads a table of text whole. The files of the Organisation Data Service have some ten thousand rows, lines
 * that end in more than one way, and no column names, so that they are read without ceremony. Throws Refusal when the
 * file cannot be unpacked to its end, or is larger than any of them.
 */
export async function readOdsTable(file: string): Promise<OdsRecord[]> {
  const bytes = await readWhole(file);
  const starts: { byte: number; line: number }[] = [];
  await scanCsvRecords(file, (start) => starts.push(start));
  const record = (at: number) => bytes.subarray(starts[at]?.byte, starts[at + 1]?.byte);
  const first = Array.from({ length: Math.min(starts.length, 40) }, (_, at) => record(at).toString('latin1'));
  const delimiter = delimiterOf(first);
  return starts.map(({ line }, at) => ({ line, ...recordOf(record(at), delimiter) }));
}

/** A row of a table that the directory reads, asked by the names that the description gives to columns. */
export interface OdsRow {
  readonly from: OdsRecord;
  /** Why it cannot be read as a row at all. */
  readonly unreadable: Reason | null;
  said(column: string): string;
  /** As the file calls the column. */
  called(column: string): string;
}

/** Reads the rows of a recognised table; what stands above and below them is left aside. */
export async function readOdsRows(
  file: string,
  { above, width, columns }: RecognisedTable,
): Promise<OdsRow[]> {
  const ending = new TableEnd<OdsRecord>(width);
  const found = new Map(columns.map((column) => [column.name, column]));
  const records = (await readOdsTable(file)).slice(above).flatMap((record) => ending.pass(record));
  return records.map((from) => ({
    from,
    unreadable:
      from.fields === null ? 'wrong_encoding' : from.fields.length === width ? null : 'unreadable_row',
    said: (column) => from.fields?.[found.get(column)?.at ?? -1] ?? '',
    called: (column) => found.get(column)?.called ?? column,
  }));
}

function recordOf(record: Buffer, delimiter: string): Omit<OdsRecord, 'line'> {
  const written = (encoding: 'utf8' | 'latin1') => record.toString(encoding).replace(/[\r\n]+$/, '');
  if (!isUtf8(record)) return { text: written('latin1'), fields: null };
  const text = written('utf8').replace(/^\uFEFF/, '');
  return { text, fields: splitLine(text, delimiter).map((field) => field.trim()) };
}

/** A row that is not taken in, and why. */
export interface LeftOutRow {
  readonly from: OdsRecord;
  readonly reason: Reason;
  readonly field: string | null;
}

function isLeftOut(row: object): row is LeftOutRow {
  return 'reason' in row;
}

/**
 * Parts the rows of a file into those to be taken, each code once, and those to be left out. A row that says the same
 * again is a repeat; of rows that say different things of one code none is taken.
 */
export function partRows<Row extends { readonly from: OdsRecord; readonly code: string }>(
  rows: readonly (Row | LeftOutRow)[],
): { taken: Row[]; leftOut: LeftOutRow[]; repeats: number } {
  const leftOut = rows.filter(isLeftOut);
  const byCode = new Map<string, Row[]>();
  for (const row of rows) {
    if (!isLeftOut(row)) byCode.set(row.code, [...(byCode.get(row.code) ?? []), row]);
  }
  const taken: Row[] = [];
  let repeats = 0;
  for (const same of byCode.values()) {
    const [first] = same;
    if (first && new Set(same.map(({ from: _, ...says }) => JSON.stringify(says))).size === 1) {
      taken.push(first);
      repeats += same.length - 1;
    } else
      leftOut.push(
        ...same.map(({ from }) => ({ from, reason: 'conflicting_version', field: 'code' }) as const),
      );
  }
  return { taken, leftOut, repeats };
}

/** Reasons that a row is left out for on purpose: nobody has to mend it. */
const ON_PURPOSE: readonly Reason[] = ['outside_area', 'not_a_gp_practice', 'not_in_use'];

/** The rows that somebody has to mend, for the quarantine. */
export function toBeMended(file: string, leftOut: readonly LeftOutRow[]): UnreadableRow[] {
  return leftOut
    .filter(({ reason }) => !ON_PURPOSE.includes(reason))
    .map(({ from, reason, field }) => ({ file, line: from.line, field, reason, text: from.text }));
}

/** What became of the rows that could be read. */
export interface TakenRows {
  readonly loaded: number;
  readonly duplicate: number;
  /** News that somebody has to decide on first. */
  readonly waiting?: number;
  /** Rows about a past that the directory knows otherwise. */
  readonly contradicting?: number;
}

/** The account of a table of a directory file: rows that were news, that said nothing new, and that were left out. */
export function accountOf(
  table: string,
  { loaded, duplicate, waiting = 0, contradicting = 0 }: TakenRows,
  leftOut: readonly LeftOutRow[] = [],
): TableAccount {
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { reason } of leftOut) reasons[reason] = (reasons[reason] ?? 0) + 1;
  if (waiting > 0) reasons.awaits_decision = waiting;
  if (contradicting > 0) reasons.contradicts_history = contradicting;
  const quarantined = leftOut.length + waiting + contradicting;
  return {
    table,
    read: loaded + duplicate + quarantined,
    loaded,
    quarantined,
    duplicate,
    removed: 0,
    reasons,
  };
}
