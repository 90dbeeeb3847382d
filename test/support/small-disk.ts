import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own for a data folder, that can be filled and emptied. */
export interface SmallDisk {
  /** Leaves so many bytes free. */
  fill(leave: number): void;
  empty(): void;
  unmount(): void;
}

/** Puts a file system of so many megabytes in memory at a folder; null where we may not: only root may. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | null {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  const ballast = join(folder, 'ballast');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    fill(leave) {
      const file = openSync(ballast, 'w');
      ftruncateSync(file, 0);
      const piece = Buffer.alloc(64 * 1024, 1);
      try {
        while (free() > leave) writeSync(file, piece);
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['-l', folder]),
  };
}
