import { closeSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { cutEntries, type Entries } from './cut-entries.ts';
import type { LineCount } from './fhir-file.ts';

/** A file of lines that were cut out of bundles: whole bundles, or some lines of a large one. */
interface Piece extends LineCount {
  readonly path: string;
  readonly file: number;
  readonly size: number;
}

/** So many bytes are a piece: work enough for all processors, and little to wait for before the first is read. */
const FULL = 128_000_000;

/**
 * The entries of bundles as lines in scratch space, in pieces: while one is read, the next is cut. What turns out to be no
 * bundle leaves nothing behind. `Read` is what a piece is when it was read.
 */
export class EntryPieces<Read> {
  private readonly folder: string;
  private readonly read: (path: string, counted: LineCount) => Promise<Read>;
  private readonly full: number;
  private begun = 0;
  private open: Piece | null = null;
  private readonly readings: Promise<Read>[] = [];
  private last: Promise<unknown> = Promise.resolve();

  /** `read` reads a file of so many lines, one at a time. */
  constructor(folder: string, read: (path: string, counted: LineCount) => Promise<Read>, full = FULL) {
    this.folder = folder;
    this.read = read;
    this.full = full;
  }

  /** Cuts a document; null when it is no bundle that can be cut. `first` is the place of its first entry. */
  async cut(document: string, first: number): Promise<Entries | null> {
    // A large one has pieces of its own, so that they are read before its end, and forgotten should it have none.
    const isLarge = statSync(document).size > this.full;
    if (isLarge) this.handOver();
    const before = { readings: this.readings.length, piece: isLarge ? null : this.open };
    const entries = await cutEntries(document, first, {
      lines: (bytes, counted) => {
        const { size } = this.write(bytes, counted);
        if (isLarge && size > this.full) this.handOver();
      },
    });
    if (entries === null) {
      this.readings.length = before.readings;
      this.takeBack(before.piece);
    } else if (isLarge || (this.open?.size ?? 0) > this.full) this.handOver();
    return entries;
  }

  /** All pieces in their order, when they have been read. Throws what a reading threw. */
  async end(): Promise<Read[]> {
    this.handOver();
    return await Promise.all(this.readings);
  }

  /** Waits until nothing is read any more. */
  async close(): Promise<void> {
    if (this.open !== null) closeSync(this.open.file);
    this.open = null;
    await this.last;
  }

  private write(bytes: Uint8Array, { lines, longest }: LineCount): Piece {
    const piece = this.open ?? this.begin();
    const written = writeSync(piece.file, bytes, 0, bytes.length, piece.size);
    this.open = {
      ...piece,
      size: piece.size + written,
      lines: piece.lines + lines,
      longest: Math.max(piece.longest, longest),
    };
    return this.open;
  }

  private begin(): Piece {
    const path = join(this.folder, `entries-${this.begun++}.ndjson`);
    return { path, file: openSync(path, 'w', 0o600), size: 0, lines: 0, longest: 0 };
  }

  /** Makes the piece that is written what it was before. */
  private takeBack(before: Piece | null): void {
    if (before !== null) ftruncateSync(before.file, before.size);
    else if (this.open !== null) closeSync(this.open.file);
    this.open = before;
  }

  private handOver(): void {
    const { open } = this;
    if (open === null) return;
    closeSync(open.file);
    this.open = null;
    if (open.lines === 0) return;
    const reading = this.last.then(() => this.read(open.path, { lines: open.lines, longest: open.longest }));
    // What one of them throws is thrown when all are asked for, unless it was forgotten until then.
    this.last = reading.catch(() => {});
    this.readings.push(reading);
  }
}
