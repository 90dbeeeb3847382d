import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The space of the disk that a folder is on, as an ordinary user may use it. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Below this an import, or the database itself, may stop at any moment. */
export const LEAST_FREE_BYTES = 500e6;

/**
 * Makes sure that there is room to begin work that writes much. A database whose disk is full to the last block stops
 * for everybody, so what can wait does not begin. Throws an error that says so as the operating system would.
 */
export async function requireRoom(folder: string): Promise<void> {
  const { freeBytes } = await diskSpace(folder);
  if (freeBytes >= LEAST_FREE_BYTES) return;
  const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
  throw Object.assign(
    new Error(
      `${megabytes(freeBytes)} MB are free, and ${megabytes(LEAST_FREE_BYTES)} MB are kept for the database`,
    ),
    { code: 'ENOSPC' },
  );
}

/** How large the files below a folder are together. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  let bytes = 0;
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}
