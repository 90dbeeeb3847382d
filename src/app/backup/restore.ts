import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { closeEveryRun, namedFiles } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { endEverySession } from '../../platform/auth/index.ts';
import { readConfig } from '../../platform/config/index.ts';
import { copyFile, type RecoveryTarget, recoverCluster } from '../../platform/database/index.ts';
import { openHome } from '../../platform/home/index.ts';
import { cancelEveryJob } from '../../platform/jobs/index.ts';
import { noteRestoration } from '../../platform/operation/index.ts';
import { openProduct, type Product, projectRoot } from '../product.ts';
import { type Check, runChecks } from '../verify.ts';
import { lakeFileIn, storedLake } from './lake-store.ts';
import {
  type Backup,
  bookOf,
  isBackup,
  isStore,
  lakeOf,
  listBackups,
  readBackup,
  type StoredFile,
  syncFolder,
  walOf,
} from './store.ts';

export interface RestoreRequest {
  /** A store of backups, or one of its backups. */
  readonly from: string;
  /** The new data folder: there must be none. */
  readonly home: string;
  /** The moment to bring it back to; unsaid, everything that was kept, or of one backup its own moment. */
  readonly at?: Date;
  onProgress(what: string): void;
}

export interface RestoreResult {
  readonly backup: Backup;
  readonly home: string;
  /** The last change that is in it was committed then; null: nothing after the backup's own moment. */
  readonly lastCommit: Date | null;
  readonly lakeBytes: number;
  readonly sessionsEnded: number;
  /** Jobs that waited, by queue: they are not done, because the original does them or did them. */
  readonly jobsCancelled: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}

/**
 * Makes a new data folder from a backup, checks every byte of it and then what must always be true, and says in it that
 * it is a copy. It gets its name last, so that no half of one looks whole. Throws Refusal.
 */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  const home = resolve(request.home);
  refuseExisting(home);
  const { backup, store, target } = choose(request);
  const { databaseUrl, postgresPrograms } = readConfig(process.env);
  const ownServer = backup.manifest.book !== null;
  if (ownServer && databaseUrl !== undefined) throw forOwnServer();
  if (!ownServer && databaseUrl === undefined) throw forOtherServer();
  const draft = `${home}.restoring`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    let lastCommit: Date | null = null;
    if (ownServer) {
      await copyBook(backup, join(draft, 'postgres'), request.onProgress);
      request.onProgress('Bringing the book to its moment');
      const archive = existsSync(walOf(store)) ? walOf(store) : null;
      const opened = openHome(draft, projectRoot);
      ({ lastCommit } = await recoverCluster(opened, { programs: postgresPrograms, archive, target }));
    }
    const settled = await settleCopy(draft, store, backup, lastCommit, request.onProgress);
    renameSync(draft, home);
    syncFolder(dirname(home));
    return { backup, home, lastCommit, ...settled };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function refuseExisting(home: string): void {
  if (!existsSync(home) || readdirSync(home).length === 0) return;
  throw new Refusal({
    code: 'home_exists',
    because: `There is something in ${home} already.`,
    remedy: 'Name a folder that does not exist yet. A restore never takes the place of anything.',
  });
}

function choose({ from, at }: RestoreRequest): { backup: Backup; store: string; target: RecoveryTarget } {
  if (isBackup(from)) {
    const backup = readBackup(from);
    if (at && at < backup.manifest.madeAt) throw tooEarly(backup);
    return { backup, store: dirname(backup.path), target: at ?? 'copy' };
  }
  if (!isStore(from)) throw noBackups(from);
  const backups = listBackups(from);
  const [oldest] = backups;
  if (!oldest) throw noBackups(from);
  const backup = backups.filter(({ manifest }) => at === undefined || manifest.madeAt <= at).at(-1);
  if (!backup) throw tooEarly(oldest);
  return { backup, store: resolve(from), target: at ?? 'everything' };
}

/** Copies the book out of a backup. Throws Refusal at the first byte that is not as it was written. */
async function copyBook(
  { path, manifest }: Backup,
  into: string,
  onProgress: (what: string) => void,
): Promise<void> {
  const { files, folders } = manifest.book ?? { files: [], folders: [] };
  for (const folder of ['', ...folders]) mkdirSync(join(into, folder), { recursive: true, mode: 0o700 });
  for (const [at, file] of files.entries()) {
    onProgress(`Copying the book: file ${at + 1} of ${files.length}`);
    await copyChecked(bookOf(path), into, file.path, file);
  }
}

async function copyChecked(from: string, into: string, path: string, wanted: StoredFile): Promise<void> {
  const copied = existsSync(join(from, path)) ? await copyFile(from, into, path, wanted.path) : null;
  if (copied?.sha256 === wanted.sha256 && copied.bytes === wanted.bytes) return;
  throw new Refusal({
    code: 'damaged_backup',
    because: `${join(from, path)} ${copied ? 'is not as it was written' : 'is missing'}.`,
    remedy: 'Nothing was restored. Use another backup, or another copy of this one.',
  });
}

/** What has to be done before anybody works with a copy. */
async function settleCopy(
  draft: string,
  store: string,
  backup: Backup,
  lastCommit: Date | null,
  onProgress: (what: string) => void,
): Promise<Pick<RestoreResult, 'lakeBytes' | 'sessionsEnded' | 'jobsCancelled' | 'checks'>> {
  const product = await openProduct({ home: draft });
  try {
    if (product.purpose !== backup.manifest.purpose) throw otherBook(product);
    const lakeBytes = await copyLakeBack(product, store, onProgress);
    const db = product.book.as('owner');
    const sessionsEnded = await endEverySession(db);
    const jobsCancelled = await cancelEveryJob(product.book);
    await closeEveryRun(product.book);
    await noteRestoration(db, {
      backupMadeAt: backup.manifest.madeAt,
      lastCommit,
      sessionsEnded,
      jobsCancelled: Object.values(jobsCancelled).reduce((sum, jobs) => sum + jobs, 0),
    });
    return { lakeBytes, sessionsEnded, jobsCancelled, checks: await runChecks(product, onProgress) };
  } finally {
    await product.close();
  }
}

/** The book says which files it needs: at another moment than the backup's they may be others than the backup's. */
async function copyLakeBack(
  product: Product,
  store: string,
  onProgress: (what: string) => void,
): Promise<number> {
  const there = storedLake(store);
  const named = [...(await namedFiles(product.book.as('batch')))].sort();
  const missing = named.filter((path) => !there.has(path));
  if (missing.length > 0) throw lakeMissing(missing);
  let bytes = 0;
  for (const [at, path] of named.entries()) {
    const file = there.get(path) as StoredFile;
    onProgress(`Copying the lake: file ${at + 1} of ${named.length}`);
    const stored = lakeFileIn(store, file).slice(lakeOf(store).length + 1);
    await copyChecked(lakeOf(store), product.home.lake, stored, file);
    bytes += file.bytes;
  }
  return bytes;
}

function tooEarly(oldest: Backup): Refusal {
  return new Refusal({
    code: 'too_early',
    because: `The backup holds what was committed before ${oldest.manifest.madeAt.toISOString()}; there is none of an earlier time.`,
    remedy: 'Name that time or a later one, or an older store.',
  });
}

function noBackups(from: string): Refusal {
  return new Refusal({
    code: 'no_backup',
    because: `There is no backup in ${from}.`,
    remedy:
      'Name the folder that backup was given, or one backup in it. bin/neighbourhold backup FOLDER --list shows them.',
  });
}

function lakeMissing(missing: readonly string[]): Refusal {
  return new Refusal({
    code: 'lake_missing',
    because: `The book of that moment names ${missing.length} files of the lake that were not kept, such as ${missing[0]}.`,
    remedy: 'Nothing was restored. Name an earlier time with --at, or restore one backup by its own folder.',
  });
}

function forOwnServer(): Refusal {
  return new Refusal({
    code: 'wrong_server',
    because: 'This backup holds the files of our own PostgreSQL, and DATABASE_URL names another server.',
    remedy:
      'Unset DATABASE_URL. To move to that server, restore here first and bring the book over with pg_dump.',
  });
}

function forOtherServer(): Refusal {
  return new Refusal({
    code: 'wrong_server',
    because: 'This backup holds the lake alone: its book is on a server that is not ours.',
    remedy: 'Restore the book there with pg_restore, set DATABASE_URL to it, and call this again.',
  });
}

function otherBook({ purpose }: Product): Refusal {
  return new Refusal({
    code: 'other_book',
    because: `The database that DATABASE_URL names is a ${purpose} one, and the backup is not.`,
    remedy: 'Restore the dump that was made with this backup, and set DATABASE_URL to that.',
  });
}
