import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { namedFiles } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Book, copyFile } from '../../platform/database/index.ts';
import type { Home } from '../../platform/home/index.ts';
import { lakeOf, type StoredFile, syncFolder } from './store.ts';

// The lake's files never change and are named once, so that a store keeps each once, under its name and its hash.

/** What a store has of the lake, by the path in the lake. */
export function storedLake(store: string): Map<string, StoredFile> {
  const folder = lakeOf(store);
  if (!existsSync(folder)) return new Map();
  const found = new Map<string, StoredFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [, path, sha256] = /^(.+)\.([0-9a-f]{64})$/.exec(name) ?? [];
    if (path && sha256) found.set(path, { path, sha256, bytes: statSync(join(folder, name)).size });
  }
  return found;
}

/** The file of a store that holds a file of the lake. */
export function lakeFileIn(store: string, { path, sha256 }: StoredFile): string {
  return join(lakeOf(store), `${path}.${sha256}`);
}

/**
 * Copies what the book names of the lake and the store does not have. The caller holds the lock `lakeFiles`, shared, so
 * that nothing is removed meanwhile. Returns everything that the book names. Throws Refusal when the lake lacks some.
 */
export async function copyLake(
  { book, home }: { readonly book: Book; readonly home: Home },
  store: string,
  onProgress: (what: string) => void,
): Promise<{ files: StoredFile[]; copied: number }> {
  const there = storedLake(store);
  const files: StoredFile[] = [];
  let copied = 0;
  const named = [...(await namedFiles(book.as('batch')))].sort();
  for (const path of named) {
    const known = there.get(path);
    if (known && known.bytes === sizeOf(home.lake, path)) files.push(known);
    else {
      onProgress(`Copying the lake: file ${files.length + 1} of ${named.length}`);
      files.push(await keepFile(home.lake, store, path));
      copied += 1;
    }
  }
  return { files, copied };
}

async function keepFile(lake: string, store: string, path: string): Promise<StoredFile> {
  const draft = join(lakeOf(store), `${path}.${process.pid}.part`);
  mkdirSync(dirname(draft), { recursive: true, mode: 0o700 });
  rmSync(draft, { force: true });
  const kept = { ...(await copyFile(lake, lakeOf(store), path, `${path}.${process.pid}.part`)), path };
  renameSync(draft, lakeFileIn(store, kept));
  syncFolder(dirname(draft));
  return kept;
}

function sizeOf(lake: string, path: string): number {
  const found = statSync(join(lake, path), { throwIfNoEntry: false });
  if (found) return found.size;
  throw new Refusal({
    code: 'lake_incomplete',
    because: `The lake lacks a file that the book names: ${path}.`,
    remedy:
      'Run bin/neighbourhold verify, and restore an earlier backup if it says so too. No backup was made.',
  });
}
