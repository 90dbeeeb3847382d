import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Position, UnreadableRow } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Duck, fileList, identifier, literal } from '../../platform/lake/index.ts';
import { type CsvHead, notText, readCsvHead } from './csv-head.ts';
import {
  cutShort,
  isPacked,
  type RecordCount,
  type RecordStart,
  scanCsvRecords,
  unpackedBytes,
} from './csv-records.ts';
import { quoteNotClosed } from './text-table.ts';

/** A CSV or Parquet file, opened: what columns it has and how to read it with DuckDB. */
export interface TabularFile {
  readonly name: string;
  /** Column names in order, with the type that the file gives them (CSV: all text). */
  readonly columns: ReadonlyMap<string, string>;
  /** What comes after FROM; reading it to its end fills `unreadable`. */
  readonly relation: string;
  /** The same rows again, leaving unreadable ones out silently. */
  readonly again: string;
  readonly rowNumber: string;
  /** SQL of the number under which a row was put aside before, in a file of such rows. */
  readonly origin?: string;
  count(): Promise<number>;
  unreadable(): Promise<UnreadableRow[]>;
  positions(rowNumbers: readonly number[]): Promise<Map<number, Position>>;
}

/**
 * The column of a file that has a name, as the file writes it: databases export the same names in capitals. One that is
 * written in just this way goes before. Null where there is none.
 */
export function columnNamed({ columns }: Pick<TabularFile, 'columns'>, wanted: string): string | null {
  if (columns.has(wanted)) return wanted;
  const plain = plainly(wanted);
  return [...columns.keys()].find((name) => plainly(name) === plain) ?? null;
}

function plainly(name: string): string {
  return name.trim().toLowerCase();
}

let opened = 0;

/**
 * Opens a file by what it holds. Throws Refusal, naming the file and the remedy, when it is empty, in an encoding
 * that is not UTF-8, or neither a table of text nor Parquet. `columns` names the columns of a file without header.
 */
export async function openTabularFile(
  duck: Duck,
  path: string,
  name = basename(path),
  columns?: readonly string[],
): Promise<TabularFile> {
  const status = statSync(path);
  if (!status.isFile()) throw notAFile(name);
  if (status.size === 0) throw emptyFile(name);
  return /\.parquet$/i.test(path) ? openParquet(duck, path, name) : openCsv(duck, path, name, columns);
}

function notAFile(name: string): Refusal {
  return new Refusal({
    code: 'not_a_file',
    because: `${name} is a folder and no file, though its name is that of a table.`,
    remedy: 'Put the file that is in it in its place, or give the folder another name.',
  });
}

function emptyFile(name: string): Refusal {
  return new Refusal({
    code: 'empty_file',
    because: `${name} is empty: it has not even a line of column names.`,
    remedy: 'Export it again. A table without rows still has its line of column names.',
  });
}

async function openParquet(duck: Duck, path: string, name: string): Promise<TabularFile> {
  const relation = `read_parquet(${literal(path)}, file_row_number = true)`;
  const described = await duck
    .rows<{ column_name: string; column_type: string }>(`describe select * from ${relation}`)
    .catch(() => {
      throw new Refusal({
        code: 'unreadable_file',
        because: `${name} is not a whole Parquet file; it may have been cut short on its way.`,
        remedy: 'Compare its size with the sender’s and send it again.',
      });
    });
  const columns = new Map(described.map(({ column_name, column_type }) => [column_name, column_type]));
  columns.delete('file_row_number');
  return {
    name,
    columns,
    relation,
    again: relation,
    rowNumber: 'file_row_number + 1',
    count: async () => (await duck.one<{ n: number }>(`select count(*) as n from ${relation}`)).n,
    unreadable: async () => [],
    positions: async (rowNumbers) => new Map(rowNumbers.map((row) => [row, { file: name, line: row }])),
  };
}

async function openCsv(
  duck: Duck,
  path: string,
  name: string,
  given: readonly string[] | undefined,
): Promise<TabularFile> {
  const head = await readCsvHead(path, name);
  const names = given ?? head.names;
  const headerRecords = given ? 0 : 1;
  const scan = await scanned(path, name);
  if (scan.records === 0) throw emptyFile(name);
  if (scan.nul !== null) throw notText(name, scan.nul);
  if (scan.unclosedQuote !== null) throw quoteNotClosed(name, scan.unclosedQuote);
  const rejects = `unreadable_${++opened}`;
  const options = [
    'auto_detect = false',
    `header = ${given ? 'false' : 'true'}`,
    `delim = ${literal(head.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    // By its name alone DuckDB would take a file that ends in .GZ for an empty one.
    `compression = '${isPacked(path) ? 'gzip' : 'none'}'`,
    // Strict reading knows one kind of line end; a file that mixes them is read in the lenient way.
    `strict_mode = ${scan.mixedLineEnds ? 'false' : 'true'}`,
    `columns = {${names.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`,
  ].join(', ');
  const reading = (table: string) =>
    `read_csv(${fileList([path])}, ${options}, store_rejects = true, rejects_limit = 0, rejects_table = '${table}', rejects_scan = '${table}_scan')`;
  return {
    name,
    columns: new Map(names.map((column) => [column, 'VARCHAR'])),
    relation: reading(rejects),
    // Not with ignore_errors: that leaves out the row after a stray quote too (DuckDB 1.5).
    again: reading(`${rejects}_again`),
    // Rows arrive in the order of the file; unreadable ones are not among them.
    rowNumber: 'row_number() over ()',
    count: async () => scan.records - headerRecords,
    unreadable: () => unreadableRows(duck, { path, name, head: headLine({ ...head, names }) }, rejects),
    positions: async (rowNumbers) => {
      const skipped = new Set((await rejectedBytes(duck, rejects)).keys());
      return readablePositions(path, name, new Set(rowNumbers), skipped, headerRecords);
    },
  };
}

async function scanned(path: string, name: string): Promise<RecordCount> {
  try {
    return await scanCsvRecords(path);
  } catch {
    throw cutShort(name);
  }
}

interface Reject {
  [column: string]: string | number | boolean | null;
  byte: number;
  field: string | null;
  kind: string;
  text: string;
}

/** The first thing wrong with each line that could not be read, by the byte at which the line begins. */
async function rejectedBytes(duck: Duck, table: string): Promise<Map<number, Reject>> {
  // After a Windows line end DuckDB takes the second byte of it for the beginning of the line.
  const rows = await duck.rows<Reject>(
    `with reject as (select *, ltrim(csv_line, chr(10) || chr(13)) as written from ${identifier(table)})
     select line_byte_position - 1 + length(csv_line) - length(written) as byte,
            first(column_name order by column_idx) as field,
            first(error_type::varchar order by column_idx) as kind, first(written order by column_idx) as text
       from reject group by 1 order by byte`,
  );
  return new Map(rows.map((row) => [row.byte, row]));
}

async function unreadableRows(
  duck: Duck,
  { path, name, head }: { readonly path: string; readonly name: string; readonly head: string },
  table: string,
): Promise<UnreadableRow[]> {
  const rejected = await rejectedBytes(duck, table);
  if (rejected.size === 0) return [];
  const lines = new Map<number, number>();
  const ends = new Map<number, number>();
  let before: number | null = null;
  await scanCsvRecords(path, ({ byte, line }) => {
    if (before !== null) ends.set(before, byte);
    before = rejected.has(byte) ? byte : null;
    if (before !== null) lines.set(byte, line);
  });
  const foreign = [...rejected.values()].filter(({ kind }) => kind === 'INVALID ENCODING');
  const texts = await textsAt(
    path,
    foreign.map(({ byte }) => ({ byte, end: ends.get(byte) ?? Number.POSITIVE_INFINITY })),
  );
  return [...rejected.values()].map((reject) => ({
    file: name,
    line: lines.get(reject.byte) ?? 0,
    field: reject.field,
    reason: reject.kind === 'INVALID ENCODING' ? 'wrong_encoding' : 'unreadable_row',
    // DuckDB puts a question mark for every byte of such a line that is not ASCII, and more.
    text: texts.get(reject.byte) ?? reject.text,
    head,
  }));
}

/** The column names as a line of the file has them. */
function headLine({ names, delimiter }: CsvHead): string {
  const quoted = (name: string) =>
    name.includes(delimiter) || name.includes('"') ? `"${name.replaceAll('"', '""')}"` : name;
  return names.map(quoted).join(delimiter);
}

/** What stands between bytes of a file, which are in order, read as Windows-1252: what is not UTF-8 nearly always is. */
async function textsAt(
  path: string,
  wanted: readonly { readonly byte: number; readonly end: number }[],
): Promise<Map<number, string>> {
  const found = new Map<number, Buffer[]>(wanted.map(({ byte }) => [byte, []]));
  let at = 0;
  let next = 0;
  if (wanted.length > 0) {
    for await (const chunk of unpackedBytes(path)) {
      for (let each = wanted[next]; each && each.byte < at + chunk.length; each = wanted[next]) {
        const from = Math.max(0, each.byte - at);
        found.get(each.byte)?.push(chunk.subarray(from, Math.min(chunk.length, each.end - at)));
        // The rest of it is in the chunk that follows.
        if (each.end > at + chunk.length) break;
        next++;
      }
      at += chunk.length;
    }
  }
  const decoder = new TextDecoder('windows-1252');
  return new Map(
    [...found].map(([byte, parts]) => [byte, decoder.decode(Buffer.concat(parts)).replace(/[\r\n]+$/, '')]),
  );
}

async function readablePositions(
  path: string,
  name: string,
  wanted: ReadonlySet<number>,
  skipped: ReadonlySet<number>,
  headerRecords: number,
): Promise<Map<number, Position>> {
  const positions = new Map<number, Position>();
  let row = -headerRecords;
  await scanCsvRecords(path, (start: RecordStart) => {
    if (skipped.has(start.byte)) return;
    row++;
    if (wanted.has(row)) positions.set(row, { file: name, line: start.line });
  });
  return positions;
}
