import { basename } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import { notText, splitLine } from './csv-head.ts';
import { cutShort, scanCsvRecords, unpackedBytes } from './csv-records.ts';

/** One record of a table of text: its line, the line as it was written, and its fields, trimmed. */
export interface TextRecord {
  readonly line: number;
  readonly text: string;
  readonly fields: readonly string[];
}

/** A table that is read whole: national files have thousands of rows, and rarely a million. */
export interface TextTable {
  /** How many records there are, counted by line ends and quotes alone. */
  readonly count: number;
  records(): Generator<TextRecord>;
}

const LARGEST = 1_000_000_000;
const DELIMITERS = [',', '\t', ';', '|', '$'] as const;

/**
 * Opens a table of UTF-8 text. Throws Refusal when the file cannot be unpacked, is larger than 1 GB, is no text, or
 * has a quote that never closes.
 */
export async function openTextTable(file: string): Promise<TextTable> {
  const name = basename(file);
  const bytes = await readWhole(file);
  const starts: number[] = [];
  const lines: number[] = [];
  const count = await scanCsvRecords(file, ({ byte, line }) => {
    starts.push(byte);
    lines.push(line);
  });
  if (count.nul !== null) throw notText(name, count.nul);
  if (count.unclosedQuote !== null) throw quoteNotClosed(name, count.unclosedQuote);
  const textOf = (at: number) =>
    bytes
      .subarray(starts[at], starts[at + 1])
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .replace(/[\r\n]+$/, '');
  const delimiter = delimiterOf(Array.from({ length: Math.min(starts.length, 40) }, (_, at) => textOf(at)));
  return {
    count: count.records,
    *records() {
      for (let at = 0; at < starts.length; at++) {
        const text = textOf(at);
        yield { line: lines[at] ?? 0, text, fields: fieldsOf(text, delimiter) };
      }
    },
  };
}

function fieldsOf(text: string, delimiter: string): string[] {
  return splitLine(text, delimiter).map((field) => field.trim());
}

/** What separates the fields of some lines of text: the sign that parts them most often outside quotes. */
export function delimiterOf(lines: readonly string[]): string {
  const parts = DELIMITERS.map((delimiter) =>
    lines.reduce((sum, line) => sum + splitLine(line, delimiter).length, 0),
  );
  return DELIMITERS[parts.indexOf(Math.max(...parts))] ?? ',';
}

/** The first records of a text of which only the beginning is at hand. */
export function firstRecords(head: string, most = 40): string[][] {
  const texts: string[] = [];
  let quoted = false;
  let begin = 0;
  for (let at = 0; at < head.length && texts.length < most; at++) {
    const char = head[at];
    if (char === '"') quoted = !quoted;
    if (quoted || (char !== '\n' && char !== '\r')) continue;
    if (at > begin) texts.push(head.slice(begin, at));
    begin = at + 1;
  }
  if (texts.length < most && begin < head.length) texts.push(head.slice(begin));
  const delimiter = delimiterOf(texts);
  return texts.map((text) => fieldsOf(text, delimiter));
}

/** The bytes of a file, unpacked. Throws Refusal when it cannot be unpacked to its end, or is larger than 1 GB. */
export async function readWhole(file: string): Promise<Buffer> {
  const name = basename(file);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpackedBytes(file)) {
      size += chunk.length;
      if (size > LARGEST) throw tooLarge(name);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw cutShort(name);
  }
  return Buffer.concat(chunks);
}

function tooLarge(name: string): Refusal {
  return new Refusal({
    code: 'too_large',
    because: `${name} holds more than 1 GB of text.`,
    remedy: 'Send the rows of your own area, or the file in parts, each with its line of column names.',
  });
}

/** A quote that never closes: nobody can tell rows apart after it. */
export function quoteNotClosed(name: string, line: number): Refusal {
  return new Refusal({
    code: 'quote_not_closed',
    because: `${name}, line ${line}: a quote opens and never closes, so that nobody can tell where the rows after it end.`,
    remedy:
      'Compare the size of the file with the sender’s: it may have been cut short. A quote inside a text is written twice, and the text stands in quotes.',
  });
}
