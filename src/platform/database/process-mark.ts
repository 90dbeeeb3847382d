import { readFileSync } from 'node:fs';

/**
 * A mark that tells one life of a process from another with the same number: numbers are used again, so a lock
 * file left by a killed process must not look alive because somebody else got its number.
 */
export function processMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in field two may hold spaces and brackets; the start time is field 22, the 20th after it.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (afterName[0] === 'Z') return null;
    return `${pid} ${afterName[19]}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return existsWithoutProc(pid) ? `${pid}` : null;
  }
}

/** Systems without /proc: the number alone has to do. */
function existsWithoutProc(pid: number): boolean {
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
