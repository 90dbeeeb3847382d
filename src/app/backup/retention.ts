import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lakeFileIn, storedLake } from './lake-store.ts';
import { type Backup, listBackups, walOf } from './store.ts';

/**
 * Removes all but the newest backups of a store, and then what only they needed: WAL from before the oldest that stays,
 * and files of the lake that were kept before it and that none of those that stay names. Returns the names of the
 * backups that are gone.
 */
export function removeOld(store: string, keep: number): string[] {
  const backups = listBackups(store);
  const kept = backups.slice(-Math.max(1, keep));
  const gone = backups.slice(0, backups.length - kept.length);
  for (const { path } of gone) {
    // Without its manifest it is no backup any more, however much of it is left.
    rmSync(join(path, 'backup.json'));
    rmSync(path, { recursive: true });
  }
  const [oldest] = kept;
  if (gone.length > 0 && oldest) {
    removeWal(store, oldest);
    removeLakeFiles(store, kept, oldest);
  }
  return gone.map(({ name }) => name);
}

function removeWal(store: string, { manifest }: Backup): void {
  const first = manifest.book?.firstWal;
  if (first === undefined || !existsSync(walOf(store))) return;
  // Segments and what belongs to them; histories of timelines stay, they are small and always needed.
  for (const name of readdirSync(walOf(store)))
    if (/^[0-9A-F]{24}/.test(name) && name.slice(0, 24) < first) rmSync(join(walOf(store), name));
}

/** What came after the oldest backup may be named by the book at some moment between two of them. */
function removeLakeFiles(store: string, kept: readonly Backup[], oldest: Backup): void {
  const named = new Set(kept.flatMap(({ manifest }) => manifest.lake.map(({ path }) => path)));
  for (const file of storedLake(store).values()) {
    const at = lakeFileIn(store, file);
    if (!named.has(file.path) && statSync(at).mtime < oldest.manifest.madeAt) rmSync(at);
  }
}
