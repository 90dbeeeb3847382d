import { Refusal } from '../../kernel/index.ts';
import { unpackedBytes } from './csv-records.ts';

export interface CsvHead {
  readonly delimiter: string;
  /** The column names of the first line, trimmed. */
  readonly names: readonly string[];
}

const DELIMITERS = [',', '\t', ';', '|', '$'] as const;

/**
 * Reads the first line of a text table: what separates its columns and what they are called.
 * Throws Refusal when the file is not UTF-8 text, or when two columns have one name.
 */
export async function readCsvHead(path: string, name: string): Promise<CsvHead> {
  const bytes = await firstBytes(path, name);
  refuseForeignEncodings(bytes, name);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const end = text.search(/[\r\n]/);
  const line = end === -1 ? text : text.slice(0, end);
  const delimiter = mostFrequent(line);
  const names = splitLine(line, delimiter).map((column) => column.trim());
  const twice = names.find((column, at) => column !== '' && names.indexOf(column) !== at);
  if (twice !== undefined) {
    throw new Refusal({
      code: 'column_twice',
      because: `${name} has two columns called ${twice}.`,
      remedy: 'Give each column a name of its own and send the file again.',
    });
  }
  // A column without a name is kept under one, so that rows keep their number of columns.
  return { delimiter, names: names.map((column, at) => (column === '' ? `column ${at + 1}` : column)) };
}

async function firstBytes(path: string, name: string): Promise<Buffer> {
  try {
    for await (const chunk of unpackedBytes(path)) return chunk.subarray(0, 65_536);
  } catch {
    throw new Refusal({
      code: 'unreadable_file',
      because: `${name} cannot be unpacked.`,
      remedy: 'Pack it again with gzip, or send it unpacked.',
    });
  }
  return Buffer.alloc(0);
}

function refuseForeignEncodings(bytes: Buffer, name: string): void {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) {
    throw new Refusal({
      code: 'wrong_encoding',
      because: `${name} is UTF-16 text.`,
      remedy: 'Save it as “CSV UTF-8” and send it again.',
    });
  }
  if (bytes.includes(0)) throw notText(name);
}

/** A file with bytes that no text has, on a line or from its beginning on. */
export function notText(name: string, line?: number): Refusal {
  return new Refusal({
    code: 'not_a_table',
    because: `${name}${line === undefined ? '' : `, line ${line},`} is not a text table: it holds bytes that no text has.`,
    remedy: 'Send CSV as UTF-8 text, gzipped CSV with a name that ends in .csv.gz, or Parquet.',
  });
}

function mostFrequent(line: string): string {
  const counts = DELIMITERS.map((delimiter) => splitLine(line, delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Splits one line at a delimiter outside quotes. */
export function splitLine(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    if (char === '"' && quoted && line[at + 1] === '"') field += line[at++];
    else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}
