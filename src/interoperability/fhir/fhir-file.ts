import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import { cutShort, isPacked, unpackedBytes } from '../tabular/csv-records.ts';
import { isObject, parsed } from './json.ts';

/** How a file writes resources: one on each line, or all in one JSON document. */
export type FhirLayout = 'lines' | 'document';

const LINES = /\.(ndjson|jsonl)(\.gz)?$/i;

/**
 * Whether a file holds FHIR as JSON, and in which layout, by the beginning of its text; null when it does not look
 * like it. A name that ends in .ndjson or .jsonl is believed as far as the layout goes, so that a broken first line
 * does not make a file of lines a broken document.
 */
export function fhirLayout(file: string, beginning: string): FhirLayout | null {
  const head = beginning.trimStart();
  if (!head.includes('"resourceType"')) return null;
  const end = head.indexOf('\n');
  const first = end === -1 ? head : head.slice(0, end);
  if (LINES.test(file)) return first.trim() === '{' ? 'document' : 'lines';
  if (!head.startsWith('{')) return null;
  const more = end !== -1 && head.slice(end).trim() !== '';
  return more && isObject(parsed(first)) ? 'lines' : 'document';
}

/** A run of whole lines of a file, with the number of its first. */
interface Lines {
  readonly bytes: Buffer;
  readonly first: number;
}

/** One line of a file: its text, null when it is not UTF-8. Blank lines are left out. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
  /** The line as far as it can be shown. */
  readonly shown: () => string;
}

/**
 * The lines of a file, as they come off the disk: memory holds one piece of the file and its longest line.
 * Throws Refusal when the file cannot be unpacked to its end.
 */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  for await (const { bytes, first } of wholeLines(file)) {
    // Nearly always all of it is UTF-8, and is looked at once instead of line by line.
    if (isUtf8(bytes)) yield* textLines(bytes.toString('utf8'), first);
    else yield* byteLines(bytes, first);
  }
}

async function* wholeLines(file: string): AsyncGenerator<Lines> {
  let waiting: Buffer[] = [];
  let length = 0;
  let first = 1;
  for await (const chunk of unpacked(file)) {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      waiting.push(chunk);
      length += chunk.length;
      if (length > LARGEST_DOCUMENT) throw tooLarge(basename(file));
      continue;
    }
    const bytes = Buffer.concat([...waiting, chunk.subarray(0, end + 1)]);
    yield { bytes, first };
    first += newlines(bytes);
    waiting = [chunk.subarray(end + 1)];
    length = 0;
  }
  yield { bytes: Buffer.concat(waiting), first };
}

/** How many lines of a file are not blank, and the length of the longest in bytes. */
export interface LineCount {
  readonly lines: number;
  readonly longest: number;
}

/**
 * Counts the lines of a file without reading what they say. It is another program than the one that reads them: the two
 * counts must agree.
 */
export async function countLines(file: string): Promise<LineCount> {
  let lines = 0;
  let longest = 0;
  let length = 0;
  let isBlank = true;
  for await (const chunk of unpacked(file, isPacked(file) ? undefined : inOneBuffer(file))) {
    for (let begin = 0; begin < chunk.length; ) {
      const newline = chunk.indexOf(0x0a, begin);
      const end = newline === -1 ? chunk.length : newline;
      for (let at = begin; isBlank && at < end; at++) isBlank = BLANKS.has(chunk[at] ?? 0);
      length += end - begin;
      longest = Math.max(longest, length);
      if (newline === -1) break;
      if (!isBlank) lines++;
      isBlank = true;
      length = 0;
      begin = newline + 1;
    }
  }
  return { lines: isBlank ? lines : lines + 1, longest };
}

/** The bytes of a file, each piece only until the next is asked for: fresh memory for each costs as much as the reading. */
async function* inOneBuffer(file: string): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(1 << 21);
  const opened = await open(file);
  try {
    for (;;) {
      const { bytesRead } = await opened.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await opened.close();
  }
}

/** What JSON calls blank. */
const BLANKS = new Set(Buffer.from(' \t\r\n'));
const BLANK_LINE = /^[ \t\r]*$/;

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

function* textLines(text: string, first: number): Generator<Line> {
  let number = first;
  for (const line of text.split('\n')) {
    const said = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (!BLANK_LINE.test(said)) yield { number, text: said, shown: () => said };
    number++;
  }
}

function* byteLines(bytes: Buffer, first: number): Generator<Line> {
  let number = first;
  let begin = 0;
  while (begin <= bytes.length) {
    const newline = bytes.indexOf(0x0a, begin);
    const line = bytes.subarray(begin, newline === -1 ? bytes.length : newline);
    if (isUtf8(line)) yield* textLines(line.toString('utf8'), number);
    else yield { number, text: null, shown: () => line.toString('latin1') };
    if (newline === -1) return;
    begin = newline + 1;
    number++;
  }
}

/** A string of JavaScript cannot be longer than this by much. */
const LARGEST_DOCUMENT = 500_000_000;

/** A whole file as text. Throws Refusal when it cannot be unpacked, is too large for memory, or is not UTF-8. */
export async function documentText(file: string): Promise<string> {
  const name = basename(file);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unpacked(file)) {
    size += chunk.length;
    if (size > LARGEST_DOCUMENT) throw tooLarge(name);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw notUtf8(name, bytes);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

async function* unpacked(file: string, bytes = unpackedBytes(file)): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch {
    throw cutShort(basename(file));
  }
}

function tooLarge(name: string): Refusal {
  return new Refusal({
    code: 'too_large',
    because: `${name} has more than ${LARGEST_DOCUMENT / 1e6} MB of JSON in one piece, which cannot be read whole.`,
    remedy: 'Send the resources as NDJSON, one on each line, or in several bundles.',
  });
}

function notUtf8(name: string, bytes: Buffer): Refusal {
  let line = 1;
  let begin = 0;
  for (
    let end = bytes.indexOf(0x0a);
    end !== -1 && isUtf8(bytes.subarray(begin, end));
    end = bytes.indexOf(0x0a, begin)
  ) {
    line++;
    begin = end + 1;
  }
  return new Refusal({
    code: 'wrong_encoding',
    because: `${name} is not UTF-8 text: line ${line} holds other bytes.`,
    remedy: 'JSON is UTF-8. Export it again as UTF-8 and send it again.',
  });
}
