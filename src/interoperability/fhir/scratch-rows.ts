import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A row on its way; what is undefined is left out. */
export type ScratchRow = Readonly<Record<string, string | number | null | undefined>>;

/** Where rows of one kind were written: one JSON object on each line. */
export interface ScratchFile {
  readonly file: string;
  readonly rows: number;
  /** The length of the longest line, in bytes or a little over. */
  readonly longest: number;
}

interface Open {
  readonly file: string;
  rows: number;
  longest: number;
  waiting: string[];
}

/** So much text waits in memory before it is written out, whatever the size of the delivery. */
const BATCH = 16_000_000;

/** Writes rows to scratch files, one for each name, for DuckDB to read. Nothing outside sees the names. */
export class ScratchRows {
  private readonly folder: string;
  private readonly open = new Map<string, Open>();
  private waiting = 0;

  /** Makes the folder. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  write(name: string, row: ScratchRow): void {
    const line = wellFormed(JSON.stringify(row));
    const open = this.open.get(name) ?? this.begin(name);
    open.rows++;
    // A character is at most three bytes of UTF-8 for each unit of its length.
    open.longest = Math.max(open.longest, line.length * 3);
    open.waiting.push(line);
    this.waiting += line.length;
    if (this.waiting > BATCH) this.flush();
  }

  /** Writes out what waits, and says what was written under a name; null when nothing was. */
  written(name: string): ScratchFile | null {
    this.flush();
    return this.open.get(name) ?? null;
  }

  /** The names under which rows were written. */
  names(): string[] {
    return [...this.open.keys()];
  }

  private begin(name: string): Open {
    const open = { file: join(this.folder, `${this.open.size}.ndjson`), rows: 0, longest: 0, waiting: [] };
    this.open.set(name, open);
    return open;
  }

  private flush(): void {
    for (const open of this.open.values()) {
      if (open.waiting.length > 0) appendFileSync(open.file, `${open.waiting.join('\n')}\n`, { mode: 0o600 });
      open.waiting = [];
    }
    this.waiting = 0;
  }
}

const NO_TEXT = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** Half a character or a null character is no text to a database; it is replaced by the sign for that. */
function wellFormed(line: string): string {
  if (!NO_TEXT.test(line)) return line;
  return line.replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '$1\\ufffd');
}
