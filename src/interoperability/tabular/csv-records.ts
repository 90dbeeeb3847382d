import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../kernel/index.ts';

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Line ends, every delimiter that is known, and the last byte of a byte order mark. */
const BEFORE_A_FIELD = [NEWLINE, RETURN, ...Buffer.from(',\t;|$'), 0xbf];

/** Where a record of a CSV file begins: its byte in the (unpacked) file and its line, both as an editor counts. */
export interface RecordStart {
  readonly byte: number;
  readonly line: number;
}

export interface RecordCount {
  readonly records: number;
  /** Whether lines end in more than one way, as in files that were put together by hand. */
  readonly mixedLineEnds: boolean;
  /** The line of a quote that never closes: the first one inside a field, else the one that opened last. */
  readonly unclosedQuote: number | null;
  /** The line of the first NUL, which no text has. */
  readonly nul: number | null;
}

/**
 * Counts the records of a CSV file, header included, without reading what they say. It is deliberately another
 * program than the one that reads the values (DuckDB): the two counts must agree, which is what makes
 * `read = loaded + quarantined + duplicate` a finding and not a definition.
 *
 * A record ends at a line end outside quotes (RFC 4180); an empty line is no record. `onRecord` is called with the
 * start of each record, in order, the header being the first.
 */
export async function scanCsvRecords(
  file: string,
  onRecord?: (start: RecordStart) => void,
): Promise<RecordCount> {
  const scan = new RecordScan(onRecord);
  for await (const chunk of unpackedBytes(file)) scan.take(chunk);
  return scan.end();
}

/** What is packed tighter than this is no table: text of records packs to a tenth, and hardly ever to a hundredth. */
const TIGHTEST = 500;
/** So many bytes are taken at once. Unpacked in the 16 kB that zlib gives unasked, a file takes twice as long. */
const A_CHUNK = 1 << 20;
/** Until so much has been unpacked nobody minds how tightly it was packed. */
const UNMINDED = 1 << 30;

/** Whether a file is packed, by its name. */
export function isPacked(file: string): boolean {
  return /\.gz$/i.test(file);
}

/**
 * The bytes of a file, unpacked when its name ends in .gz. Throws when it was cut short, or unpacks to so much that it was
 * made to fill the machine: more than `unminded` bytes, and 500 times what it is.
 */
export function unpackedBytes(file: string, unminded = UNMINDED): AsyncIterable<Buffer> {
  const raw = createReadStream(file, { highWaterMark: A_CHUNK });
  if (!isPacked(file)) return raw;
  const unpacked = createGunzip({ chunkSize: A_CHUNK });
  // A pipe does not hand errors on: without this a missing file would end as an empty one.
  raw.on('error', (error) => unpacked.destroy(error));
  return withinReason(raw.pipe(unpacked), Math.max(unminded, statSync(file).size * TIGHTEST));
}

async function* withinReason(unpacked: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of unpacked) {
    size += chunk.length;
    if (size > most) throw new Error('unpacks to far more than a table');
    yield chunk;
  }
}

/** What is said when `unpackedBytes` breaks off. */
export function cutShort(name: string): Refusal {
  return new Refusal({
    code: 'unreadable_file',
    because: `${name} cannot be unpacked to its end; it was cut short on its way, or it unpacks to far more than a table.`,
    remedy: 'Compare its size with the sender’s and send it again.',
  });
}

/** The bytes within a record that count: line ends, quotes, and what no text has. */
const COUNT = [NEWLINE, RETURN, QUOTE, 0];
/** Where one byte of so many counts, each is found sooner by looking at every byte. */
const DENSE = 28;
/** Before so many bytes have been looked at, nobody knows how dense they are. */
const TELLING = 1024;

/**
 * Finds the bytes of a chunk that count. Each kind of them is looked for by itself, which the machine does many bytes at a
 * time; where they stand as close as in files that put every field in quotes, byte by byte.
 */
class BytesThatCount {
  private readonly chunk: Buffer;
  /** The next byte of each kind; the chunk's length where there is none. */
  private readonly next = COUNT.map(() => -1);
  private found = 0;

  constructor(chunk: Buffer) {
    this.chunk = chunk;
  }

  /** Where the first one is from a byte on; the chunk's length where there is none. Asked in order. */
  from(at: number): number {
    this.found++;
    if (this.found * DENSE > at + TELLING) return this.oneByOne(at);
    let first = this.chunk.length;
    for (let kind = 0; kind < COUNT.length; kind++) {
      let next = this.next[kind] as number;
      if (next < at) {
        const found = this.chunk.indexOf(COUNT[kind] as number, at);
        next = found === -1 ? this.chunk.length : found;
        this.next[kind] = next;
      }
      if (next < first) first = next;
    }
    return first;
  }

  private oneByOne(from: number): number {
    const { chunk } = this;
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at] as number;
      if (byte <= QUOTE && (byte === QUOTE || byte === NEWLINE || byte === RETURN || byte === 0)) break;
      at++;
    }
    return at;
  }
}

class RecordScan {
  private readonly onRecord: ((start: RecordStart) => void) | undefined;
  private records = 0;
  private byte = 0;
  private line = 1;
  private quoted = false;
  private previous = NEWLINE;
  /** The line of the quote that is open, and of the first one that opened inside a field. */
  private opened = 0;
  private strayed: number | null = null;
  private nul: number | null = null;
  /** Whether the record that is open has anything in it yet. */
  private open = false;
  /** A lone return ends a line too (old Macintosh files); one before a newline belongs to it. */
  private afterReturn = false;
  private readonly ends = { newline: 0, return: 0, both: 0 };

  constructor(onRecord: ((start: RecordStart) => void) | undefined) {
    this.onRecord = onRecord;
  }

  take(chunk: Buffer): void {
    const counting = new BytesThatCount(chunk);
    for (let at = 0; at < chunk.length; at++) {
      if (this.open) {
        const next = counting.from(at);
        if (next > at) this.afterReturn = false;
        if (next === chunk.length) break;
        at = next;
      }
      const byte = chunk[at] ?? 0;
      if (at > 0) this.previous = chunk[at - 1] ?? 0;
      this.takeByte(byte, this.byte + at);
    }
    this.previous = chunk.at(-1) ?? this.previous;
    this.byte += chunk.length;
  }

  end(): RecordCount {
    const kinds = Object.values(this.ends).filter((count) => count > 0).length;
    const unclosedQuote = this.quoted ? (this.strayed ?? this.opened) : null;
    return { records: this.records, mixedLineEnds: kinds > 1, unclosedQuote, nul: this.nul };
  }

  private takeByte(byte: number, at: number): void {
    if (byte === NEWLINE && this.afterReturn) {
      this.afterReturn = false;
      if (!this.quoted) {
        this.ends.return--;
        this.ends.both++;
      }
      return;
    }
    this.afterReturn = byte === RETURN;
    if (byte === NEWLINE || byte === RETURN) {
      this.endLine(byte);
      return;
    }
    if (!this.open) this.begin(at);
    if (byte === QUOTE) this.takeQuote();
    else if (byte === 0) this.nul ??= this.line;
  }

  private takeQuote(): void {
    this.quoted = !this.quoted;
    if (!this.quoted) return;
    // A quote right after another one is a doubled quote, and the field goes on.
    if (this.previous === QUOTE) return;
    this.opened = this.line;
    if (!BEFORE_A_FIELD.includes(this.previous)) this.strayed ??= this.line;
  }

  private endLine(byte: number): void {
    this.line++;
    if (this.quoted) return;
    this.open = false;
    this.ends[byte === NEWLINE ? 'newline' : 'return']++;
  }

  private begin(at: number): void {
    this.open = true;
    this.records++;
    this.onRecord?.({ byte: at, line: this.line });
  }
}
