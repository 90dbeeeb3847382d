import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The data folder: everything that a running Neighbourhold keeps on this machine. Its parts:
 * `postgres` (the embedded server's cluster), `lake` (snapshots), `deliveries` (files that arrived, and the
 * synthetic borough's), `work` (scratch space of running jobs), `outcomes` (what the last refreshes found of everybody,
 * for counts that nobody asked for in advance; a refresh makes it anew).
 */
export interface Home {
  readonly path: string;
  readonly postgres: string;
  readonly lake: string;
  readonly deliveries: string;
  readonly work: string;
  readonly outcomes: string;
}

/**
 * Finds the data folder and makes its parts.
 *
 * Without a choice it is `data` in the project. PostgreSQL will not run as root, so a root start needs a folder
 * that another user can reach; where the project is in a closed place (such as /root) the folder moves to
 * /var/lib/neighbourhold, named after the project's path so that two checkouts never share one.
 */
export function openHome(chosen: string | undefined, projectRoot: string): Home {
  const path = chosen === undefined ? defaultHome(projectRoot) : resolve(chosen);
  const home = {
    path,
    postgres: join(path, 'postgres'),
    lake: join(path, 'lake'),
    deliveries: join(path, 'deliveries'),
    work: join(path, 'work'),
    outcomes: join(path, 'outcomes'),
  };
  mkdirSync(path, { recursive: true });
  // People's records live here: nobody else on the machine reads them. The root user's server account has to
  // pass through, so the folder itself can be entered but not listed.
  for (const part of [home.lake, home.deliveries, home.work, home.outcomes])
    mkdirSync(part, { recursive: true, mode: 0o700 });
  return home;
}

/**
 * Empties the scratch space: what a killed job left there tells of people. The caller holds the lock under which jobs
 * use it, so that none is running.
 */
export function sweepWork(home: Home): void {
  for (const name of readdirSync(home.work)) rmSync(join(home.work, name), { recursive: true, force: true });
}

function defaultHome(projectRoot: string): string {
  const inProject = join(projectRoot, 'data');
  if (process.getuid?.() !== 0 || reachableByOthers(projectRoot)) return inProject;
  const mark = createHash('sha256').update(projectRoot).digest('hex').slice(0, 8);
  return join('/var/lib/neighbourhold', `${basename(projectRoot)}-${mark}`);
}

/** Whether every folder on the way can be entered by a user who owns none of them. */
export function reachableByOthers(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
