import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeStaff } from '../domains/directory/index.ts';
import { type Actor, changeAccount, settleInstallation } from '../platform/auth/index.ts';
import { type Interruptions, interruptions } from '../platform/cli/index.ts';
import { type Config, readConfig } from '../platform/config/index.ts';
import { type Book, migrate, openBook } from '../platform/database/index.ts';
import { type Home, openHome } from '../platform/home/index.ts';
import type { DuckSettings } from '../platform/lake/index.ts';
import { keepLake } from './backup/keep-lake.ts';
import { migrations } from './migrations.ts';

/** A Neighbourhold that is open for work: its settings, data folder and book. */
export interface Product {
  readonly config: Config;
  readonly home: Home;
  readonly book: Book;
  /** The folder of content files. */
  readonly content: string;
  /** Who does what no person does: verbs of the command line, and jobs. */
  readonly operator: Actor;
  readonly purpose: 'demo' | 'live';
  /** Being asked to end: until somebody awaits it, it ends the process and with it everything that was started. */
  readonly interrupted: Interruptions;
  close(): Promise<void>;
}

/** The project's folder, found from here: the built program stands in `dist`, and tests run its sources. */
export const projectRoot = folderAbove(dirname(fileURLToPath(import.meta.url)), 'package.json');

/** The version that package.json says. */
export const productVersion: string = JSON.parse(
  readFileSync(join(projectRoot, 'package.json'), 'utf8'),
).version;

function folderAbove(folder: string, holds: string): string {
  if (existsSync(join(folder, holds))) return folder;
  if (folder === dirname(folder)) throw new Error(`No folder above this program holds ${holds}`);
  return folderAbove(dirname(folder), holds);
}

/** How much of the machine batch work may take. */
export const batchSettings: DuckSettings = { threads: 2, memoryMegabytes: 2000 };

/**
 * Opens the product: settings, data folder, book, schema. `home` is the --home option. A book that is made now gets
 * its purpose now and keeps it: `demo` where the server is our own, else `live`, unless the caller says demo.
 * `settings` are put in the place of the environment's.
 */
export async function openProduct(
  options: { home?: string | undefined; demo?: boolean; settings?: Partial<Config> } = {},
): Promise<Product> {
  const config = { ...readConfig(process.env), ...options.settings };
  const home = openHome(options.home ?? config.home, projectRoot);
  const opening = openBook(config, home);
  // Also while it opens: its server outlives this process unless it is told.
  const interrupted = interruptions(async () => (await opening).leave());
  const book = await opening.catch((error: unknown) => {
    interrupted.ignore();
    throw error;
  });
  let closing: Promise<void> | null = null;
  const close = () => {
    // The server keeps it up each minute; a verb that works alone leaves nothing for it to do.
    closing ??= keepLake({ book, home })
      .catch(() => {})
      .then(() => book.close())
      .finally(() => interrupted.ignore());
    return closing;
  };
  try {
    await migrate(book, migrations);
    const demo = options.demo ?? book.kind === 'embedded';
    const purpose = await settleInstallation(book.as('owner'), demo ? 'demo' : 'live');
    const operator = await settleOperator(book);
    return { config, home, book, content: contentFolder(), operator, purpose, interrupted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export function contentFolder(): string {
  return join(projectRoot, 'content');
}

async function settleOperator(book: Book): Promise<Actor> {
  const name = 'Operator';
  const account = await book
    .as('batch')
    .transaction()
    .execute(async (tx) => {
      const made = await changeAccount(tx, { name, issuer: 'system', subject: 'operator' });
      await changeStaff(tx, {
        account: made,
        role: 'operator',
        organisation: null,
        teamId: null,
        capacity: null,
      });
      return made;
    });
  return {
    account,
    name,
    role: 'operator',
    organisation: null,
    organisationKind: null,
    team: null,
    teamKind: null,
  };
}
