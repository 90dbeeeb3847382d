import { isUtf8 } from 'node:buffer';
import { unpackedBytes } from '../tabular/csv-records.ts';
import type { LineCount } from './fhir-file.ts';
import { isObject, type JsonObject, parsed } from './json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** After these a blank says nothing; after anything else it parts two words. */
const ENDS_A_WORD = new Uint8Array(256);
for (const byte of Buffer.from('{}[],:"')) ENDS_A_WORD[byte] = 1;

/** What may end a text, and what is more than a part of a word or a number. */
const COUNTS_IN_TEXT = new Uint8Array(256);
for (const byte of [QUOTE, BACKSLASH, NEWLINE]) COUNTS_IN_TEXT[byte] = 1;
const COUNTS = new Uint8Array(256).fill(1, 0, SPACE + 1);
for (const byte of Buffer.from('{}[]"')) COUNTS[byte] = 1;

/** So long may an entry be, or what stands around the entries, before the document is read whole instead. */
const LONGEST = 64_000_000;

export interface Entries {
  readonly count: number;
  /** The bundle, with a nought for each entry. */
  readonly around: JsonObject;
}

/** What is done with entries as they are cut out. */
export interface Cut {
  /** Takes whole lines, and how many they are. What is handed over is only lent. */
  lines?(bytes: Uint8Array, counted: LineCount): void;
  /** Told of each entry: its place, and the line of the document on which it begins, as an editor counts. */
  entry?(place: number, line: number): void;
}

/**
 * Cuts the entries of a bundle apart, whatever its size, without reading what they say: each becomes a line
 * `{"place":n,"entry":...}` without line ends and blanks. `first` is the place of the first.
 *
 * Null when the document is no whole bundle, or not one that can be cut; what was cut until then is worth nothing.
 * Entries may still turn out to be no JSON: what stands around them is looked at here, they are not.
 */
export async function cutEntries(file: string, first: number, cut: Cut): Promise<Entries | null> {
  const cutter = new EntryCutter(first, cut);
  for await (const chunk of unpackedBytes(file)) if (!cutter.take(chunk)) return null;
  return cutter.end();
}

/** A buffer that grows. */
class Bytes {
  bytes = Buffer.allocUnsafe(1 << 20);
  length = 0;

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  add(text: string): void {
    this.reserve(text.length);
    this.length += this.bytes.write(text, this.length, 'latin1');
  }

  addByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** The last byte; a comma when there is none. */
  last(): number {
    return this.length === 0 ? COMMA : (this.bytes[this.length - 1] ?? 0);
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

class EntryCutter {
  private readonly cut: Cut;
  private place: number;
  private count = 0;
  /** Of the lines that were not handed on yet. */
  private lines = 0;
  private longest = 0;
  private line = 1;
  private depth = 0;
  private quoted = false;
  private escaped = false;
  /** Inside of the list of entries, and of one of them; and whether there was such a list already. */
  private inEntries = false;
  private inEntry = false;
  private hadEntries = false;
  /** The document with a nought for each entry, and the lines of entries. */
  private readonly around = new Bytes();
  private readonly entries = new Bytes();
  private entryBegan = 0;
  private isFirstChunk = true;

  constructor(first: number, cut: Cut) {
    this.place = first;
    this.cut = cut;
  }

  /** Takes the next bytes. False when they cannot be cut. */
  take(chunk: Buffer): boolean {
    const begin = this.isFirstChunk && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
    this.isFirstChunk = false;
    for (let at = begin; at < chunk.length; ) {
      if (this.inEntry) at = this.takeInside(chunk, at);
      else at = this.takeAround(chunk[at] ?? 0) ? at + 1 : -1;
      if (at === -1) return false;
    }
    return this.around.length < LONGEST && this.entries.length - this.entryBegan < LONGEST;
  }

  /** What was cut, when the document has been taken to its end. */
  end(): Entries | null {
    const around = this.around.written();
    if (!isUtf8(around)) return null;
    const bundle = parsed(around.toString('utf8'));
    const isBundle = isObject(bundle) && bundle.resourceType === 'Bundle';
    if (!isBundle || (bundle.entry !== undefined && !this.hadEntries)) return null;
    this.flush();
    return { count: this.count, around: bundle };
  }

  private flush(): void {
    const { lines, longest } = this;
    this.cut.lines?.(this.entries.written(), { lines, longest });
    this.entries.length = 0;
    this.entryBegan = 0;
    this.lines = 0;
    this.longest = 0;
  }

  /**
   * Takes bytes of an entry, to its end if that is among them: nearly all of a document goes through here. Returns where
   * to go on; -1 when a line ends within a text.
   */
  private takeInside(chunk: Buffer, begin: number): number {
    const { entries } = this;
    entries.reserve(chunk.length - begin);
    const { bytes } = entries;
    let { depth, quoted, escaped } = this;
    let { length } = entries;
    let at = begin;
    // What stands from here on was not copied yet.
    let from = begin;
    while (at < chunk.length && depth > 2) {
      if (quoted) {
        if (!escaped) at = next(chunk, at, COUNTS_IN_TEXT);
        if (at === chunk.length) break;
        const byte = chunk[at++];
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) quoted = false;
        else if (byte === NEWLINE) return -1;
        continue;
      }
      at = next(chunk, at, COUNTS);
      if (at === chunk.length) break;
      const byte = chunk[at++] ?? 0;
      if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
      else if (isBlank(byte)) {
        length = copy(chunk, from, at - 1, bytes, length);
        if (byte === NEWLINE) this.line++;
        while (chunk[at] === SPACE) at++;
        if (!ENDS_A_WORD[bytes[length - 1] ?? 0]) bytes[length++] = SPACE;
        from = at;
      } else return -1;
    }
    length = copy(chunk, from, at, bytes, length);
    entries.length = length;
    this.depth = depth;
    this.quoted = quoted;
    this.escaped = escaped;
    if (depth === 2) this.endEntry();
    return at;
  }

  /** Takes a byte that is not inside of an object among the entries. False when it cannot be there. */
  private takeAround(byte: number): boolean {
    if (this.quoted) {
      this.around.addByte(byte);
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.quoted = false;
      return byte !== NEWLINE;
    }
    if (isBlank(byte)) {
      if (byte === NEWLINE) this.line++;
      if (!ENDS_A_WORD[this.around.last()]) this.around.addByte(SPACE);
      return true;
    }
    if (this.inEntries && this.depth === 2 && byte === OPEN_BRACE) {
      this.beginEntry();
      return true;
    }
    this.around.addByte(byte);
    if (byte === QUOTE) this.quoted = true;
    else if (byte === OPEN_BRACE) this.depth++;
    else if (byte === OPEN_BRACKET) return this.openList();
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      this.depth--;
      if (this.depth < 2) this.inEntries = false;
    }
    // What is no object among the entries is not cut: the document is read whole.
    return (
      this.depth >= 0 && !(this.inEntries && this.depth === 2 && byte !== COMMA && byte !== OPEN_BRACKET)
    );
  }

  /** Whether the list that opens can be: the entries are one list of the outermost object. */
  private openList(): boolean {
    if (this.inEntries && this.depth === 2) return false;
    this.depth++;
    if (this.depth !== 2 || !this.around.written().subarray(-ENTRIES.length).equals(ENTRIES)) return true;
    if (this.hadEntries) return false;
    this.hadEntries = true;
    this.inEntries = true;
    return true;
  }

  private beginEntry(): void {
    this.cut.entry?.(this.place, this.line);
    this.around.add('0');
    this.inEntry = true;
    this.depth++;
    this.entryBegan = this.entries.length;
    this.entries.add(`{"place":${this.place},"entry":{`);
    this.place++;
    this.count++;
  }

  private endEntry(): void {
    this.entries.add('}\n');
    this.lines++;
    this.longest = Math.max(this.longest, this.entries.length - this.entryBegan);
    this.inEntry = false;
    this.entryBegan = this.entries.length;
    if (this.entries.length > FULL) this.flush();
  }
}

const ENTRIES = Buffer.from('"entry":[');
/** So much is handed on at a time. */
const FULL = 1 << 20;

/** Where the next byte stands that counts; the end where there is none. */
function next(chunk: Buffer, from: number, counts: Uint8Array): number {
  let at = from;
  while (at < chunk.length && counts[chunk[at] as number] === 0) at++;
  return at;
}

/** Copies bytes, and returns where they end. A few are copied faster one by one. */
function copy(chunk: Buffer, from: number, to: number, into: Buffer, at: number): number {
  if (to - from > 100) chunk.copy(into, at, from, to);
  else for (let n = from; n < to; n++) into[at + n - from] = chunk[n] as number;
  return at + to - from;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}
