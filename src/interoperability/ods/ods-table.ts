import { isUtf8 } from 'node:buffer';
import type { Reason, TableAccount } from '../../domains/register/index.ts';
import { splitLine } from '../tabular/csv-head.ts';
import { scanCsvRecords, unpackedBytes } from '../tabular/csv-records.ts';

/** One record of a text table: its line, and its fields, trimmed; null when it is not UTF-8. */
export interface OdsRecord {
  readonly line: number;
  readonly fields: readonly string[] | null;
}

/**
 * Reads a comma-separated table whole. The files of the Organisation Data Service have some ten thousand rows, lines
 * that end in more than one way, and no column names, so that they are read without ceremony.
 */
export async function readOdsTable(file: string): Promise<OdsRecord[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of unpackedBytes(file)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const starts: { byte: number; line: number }[] = [];
  await scanCsvRecords(file, (start) => starts.push(start));
  return starts.map(({ byte, line }, at) => ({ line, fields: fieldsOf(bytes.subarray(byte, starts[at + 1]?.byte)) }));
}

function fieldsOf(record: Buffer): string[] | null {
  if (!isUtf8(record)) return null;
  const text = record.toString('utf8').replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
  return splitLine(text, ',').map((field) => field.trim());
}

/** A row that is not taken in: where it stands and why. */
export interface LeftOutRow {
  readonly line: number;
  readonly reason: Reason;
  readonly field: string | null;
}

export function isLeftOut(row: object): row is LeftOutRow {
  return 'reason' in row;
}

/**
 * Parts the rows of a file into those to be taken, each code once, and those to be left out. A row that says the same
 * again is a repeat; of rows that say different things of one code none is taken.
 */
export function partRows<Row extends { readonly line: number; readonly code: string }>(
  rows: readonly (Row | LeftOutRow)[],
  says: (row: Row) => string,
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
    if (first && new Set(same.map(says)).size === 1) {
      taken.push(first);
      repeats += same.length - 1;
    } else leftOut.push(...same.map(({ line }) => ({ line, reason: 'conflicting_version', field: 'code' }) as const));
  }
  return { taken, leftOut, repeats };
}

/** The account of a table of a directory file: rows that were news, that said nothing new, and that were left out. */
export function accountOf(
  table: string,
  { loaded, duplicate }: { loaded: number; duplicate: number },
  leftOut: readonly LeftOutRow[] = [],
): TableAccount {
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { reason } of leftOut) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const quarantined = leftOut.length;
  return { table, read: loaded + duplicate + quarantined, loaded, quarantined, duplicate, removed: 0, reasons };
}
