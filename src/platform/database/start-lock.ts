import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { processMark } from './process-mark.ts';

/**
 * Decides which of several processes starts the server. A file that exists is a held lock; it names its holder,
 * so that one left behind by a killed process is taken over. Waits until it has the lock.
 */
export async function withStartLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const mine = processMark(process.pid) ?? `${process.pid}`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    // Linking a finished file makes "is held" and "by whom" true in one step: no reader sees an empty lock.
    while (!tryLink(draft, file)) {
      removeIfAbandoned(file);
      await pause(50);
    }
    try {
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfAbandoned(file: string): void {
  let holder: string;
  try {
    holder = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  if (processMark(Number(holder.split(' ', 1)[0])) !== holder) rmSync(file, { force: true });
}
