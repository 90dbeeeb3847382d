import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../kernel/index.ts';
import type { Book } from '../../../platform/database/index.ts';
import type { Home } from '../../../platform/home/index.ts';
import { readKeepers } from './kept-rows.ts';
import { readPutAside } from './read-quarantine.ts';
import { readDeliveries } from './read-runs.ts';
import { canComeAgain, type RowsReader, writeKeptRows } from './write-kept-rows.ts';

/** Which rows are tried again: all that are open, those of an import, or those that first came with a delivery. */
export interface RowsToTry {
  readonly run?: number | undefined;
  readonly delivery?: number | undefined;
}

/**
 * Writes open rows into files in the form in which rows come again, as they are. Returns the folders. Throws Refusal
 * when no row is open.
 */
export async function writeRowsToTry(
  reader: RowsReader,
  about: { readonly book: Book; readonly home: Home; readonly to: string; readonly which: RowsToTry },
): Promise<string[]> {
  const { book, home, to, which } = about;
  const folders: string[] = [];
  for (const [delivery, format] of await deliveriesToTry(book, which)) {
    const folder = join(to, `rows-${delivery}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const keepers = await readKeepers(book.as('batch'), delivery);
    const wanted = { folder: home.lake, keepers, delivery, practices: null, asTheyAre: true };
    const written = await intoFiles(folder, (sink) => writeKeptRows(reader, wanted, format, sink));
    if (written > 0) folders.push(folder);
  }
  if (folders.length === 0) throw nothingToTry();
  return folders;
}

/** The deliveries that hold open rows, which can come again by themselves, with their formats. */
async function deliveriesToTry(book: Book, { run, delivery }: RowsToTry): Promise<Map<number, string>> {
  const open = await readPutAside(book.as('batch'), 'open');
  const firsts = run === undefined ? null : await firstsOf(book, run);
  const mine = open.filter(
    ({ first, format }) =>
      canComeAgain(format) &&
      (delivery === undefined || first === delivery) &&
      (firsts === null || firsts.has(first)),
  );
  return new Map(mine.map(({ delivery_id, format }) => [delivery_id, format]));
}

/** The deliveries with which the rows of an import first came. */
async function firstsOf(book: Book, run: number): Promise<Set<number>> {
  const deliveries = await readDeliveries(book.as('batch'), run);
  return new Set(deliveries.map(({ mends, delivery_id }) => mends ?? delivery_id));
}

async function intoFiles(
  folder: string,
  write: (sink: (file: string, text: string) => boolean) => Promise<number>,
): Promise<number> {
  const files = new Map<string, number>();
  try {
    return await write((name, text) => {
      const file = files.get(name) ?? openSync(join(folder, name), 'w', 0o600);
      files.set(name, file);
      writeSync(file, text);
      return true;
    });
  } finally {
    for (const file of files.values()) closeSync(file);
  }
}

function nothingToTry(): Refusal {
  return new Refusal({
    code: 'nothing_to_release',
    because: 'No row is open that could be tried again as it is.',
    remedy: 'Imports, Quarantine lists the rows that are open.',
  });
}
