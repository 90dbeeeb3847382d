import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { TableLayout } from './tables.ts';

/** Bytes gathered before they are hashed and written, and room for one row beyond them. */
const BATCH = 1 << 18;
const LONGEST_ROW = 4_096;

const COMMA = 44;
const NEW_LINE = 10;
const ZERO = 48;

/** A table that was written as text: its rows, and the hash over them. */
export interface WrittenText {
  readonly layout: TableLayout;
  readonly path: string;
  readonly rows: number;
  readonly hash: string;
}

/**
 * The rows of one table of one practice as plain text, before any file format: hashed as they are written, in the
 * order in which they were drawn. The hash is what "the same borough" means; Parquet bytes may differ.
 *
 * A borough has over twenty million rows. They are put together as bytes, value by value: as strings the whole took
 * 105 seconds of processor time and 860 MB, mostly for the garbage collector; as bytes it takes half of each.
 */
export class TableText {
  rows = 0;
  private readonly bytes = Buffer.allocUnsafe(BATCH + LONGEST_ROW);
  private length = 0;
  private readonly file: number;
  private readonly hash = createHash('sha256');

  constructor(
    readonly layout: TableLayout,
    readonly path: string,
  ) {
    this.file = openSync(path, 'w');
    this.hash.update(`${layout.name}: ${layout.columns.map(([name]) => name).join(',')}\n`);
  }

  /** Adds a text to the row in hand. Everything here is ASCII. */
  text(text: string): this {
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text.charCodeAt(at);
    return this;
  }

  /** Adds a whole number, from 0, with at least so many digits. */
  integer(value: number, digits = 1): this {
    let room = digits;
    for (let limit = 10 ** digits; limit <= value; limit *= 10) room += 1;
    let left = value;
    for (let at = this.length + room - 1; at >= this.length; at--) {
      const rest = Math.floor(left / 10);
      this.bytes[at] = ZERO + left - rest * 10;
      left = rest;
    }
    this.length += room;
    return this;
  }

  /** Ends a value of the row in hand. */
  comma(): this {
    this.bytes[this.length++] = COMMA;
    return this;
  }

  /** Ends the row in hand. */
  end(): void {
    this.bytes[this.length++] = NEW_LINE;
    this.rows += 1;
    if (this.length > BATCH) this.flush();
  }

  /** A whole row at once, its values with commas between them. */
  add(values: string): void {
    this.text(values).end();
  }

  /** Ends the table, and says where it is and what is in it. */
  close(): WrittenText {
    this.flush();
    closeSync(this.file);
    return { layout: this.layout, path: this.path, rows: this.rows, hash: this.hash.digest('hex') };
  }

  private flush(): void {
    const gathered = this.bytes.subarray(0, this.length);
    this.hash.update(gathered);
    writeSync(this.file, gathered);
    this.length = 0;
  }
}

/** A text that may have commas or quotation marks, as one value of a row. */
export function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
