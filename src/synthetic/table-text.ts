import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { TableLayout } from './tables.ts';

/** Characters gathered before they are hashed and written. */
const BATCH = 1 << 20;

/**
 * The rows of one table of one practice as plain text, before any file format: hashed as they are written, in the
 * order in which they were drawn. The hash is what "the same borough" means; Parquet bytes may differ.
 */
export class TableText {
  rows = 0;
  private gathered = '';
  private readonly file: number;
  private readonly hash = createHash('sha256');

  constructor(
    readonly layout: TableLayout,
    readonly path: string,
  ) {
    this.file = openSync(path, 'w');
    this.hash.update(`${layout.name}: ${layout.columns.map(([name]) => name).join(',')}\n`);
  }

  /** One row, its values with commas between them. Everything here is ASCII. */
  add(values: string): void {
    this.rows += 1;
    this.gathered += values;
    this.gathered += '\n';
    if (this.gathered.length > BATCH) this.flush();
  }

  /** Ends the table; its hash over all rows. */
  close(): string {
    this.flush();
    closeSync(this.file);
    return this.hash.digest('hex');
  }

  private flush(): void {
    this.hash.update(this.gathered, 'latin1');
    writeSync(this.file, this.gathered, null, 'latin1');
    this.gathered = '';
  }
}

/** A text that may have commas or quotation marks, as one value of a row. */
export function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
