import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSnapshot } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { installationId } from '../../platform/auth/index.ts';
import {
  keepWalIn,
  stopKeepingWal,
  takeBaseBackup,
  walKeptIn,
  withSessionLock,
} from '../../platform/database/index.ts';
import { countRestorations, noteBackup } from '../../platform/operation/index.ts';
import type { Product } from '../product.ts';
import { copyLake } from './lake-store.ts';
import { removeOld } from './retention.ts';
import {
  type Backup,
  bookOf,
  bytesOf,
  claimStore,
  DRAFT,
  finishBackup,
  type Manifest,
  makeFolder,
  walOf,
} from './store.ts';

export interface BackupRequest {
  readonly to: string;
  /** Keeps WAL in the store from now on, or no longer; unsaid, it stays as it is. */
  readonly archive?: boolean;
  /** So many backups stay; unsaid, all. */
  readonly keep?: number;
  onProgress(what: string): void;
}

export interface BackupResult {
  readonly store: string;
  readonly backup: Backup;
  readonly bookBytes: number;
  readonly lakeBytes: number;
  /** Files of the lake that the store did not have yet. */
  readonly lakeCopied: number;
  readonly archive: boolean;
  readonly removed: readonly string[];
}

/**
 * Makes a backup beside whatever else goes on, and notes it in the book. It is there whole or not at all. Where the
 * server is not ours it holds the lake alone. Throws Refusal.
 */
export async function backUp(product: Product, request: BackupRequest): Promise<BackupResult> {
  const begunAt = new Date();
  const note = (bytes: number, refusal: string | null) =>
    noteBackup(product.book.as('batch'), { begunAt, store: resolve(request.to), bytes, refusal });
  try {
    const result = await withSessionLock(product.book, 'batch', 'backup', () => makeBackup(product, request));
    await note(result.bookBytes + result.lakeBytes, null);
    return result;
  } catch (error) {
    const said = error instanceof Refusal ? error.message : 'It failed. The log of the backup says why.';
    // The book itself may be what fails.
    await note(0, said).catch(() => {});
    throw error;
  }
}

async function makeBackup(product: Product, request: BackupRequest): Promise<BackupResult> {
  const { book, home } = product;
  const db = book.as('batch');
  const owner = {
    installation: await installationId(db),
    restorations: await countRestorations(db),
  };
  const store = claimStore(request.to, owner);
  for (const name of readdirSync(store).filter((name) => name.startsWith(DRAFT)))
    rmSync(join(store, name), { recursive: true });
  switchArchive(product, store, request.archive);
  const draft = join(store, `${DRAFT}${process.pid}`);
  const made = await withSessionLock(
    book,
    'batch',
    'lakeFiles',
    () => copyEverything(product, store, draft, request),
    { shared: true },
  ).catch((error: unknown) => {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  });
  const snapshot = await readSnapshot(db, home.lake);
  const { lakeCopied, ...about } = made;
  const backup = finishBackup(draft, {
    owner,
    purpose: product.purpose,
    snapshot: snapshot?.id ?? null,
    ...about,
  });
  return {
    store,
    backup,
    bookBytes: bytesOf(about.book?.files ?? []),
    lakeBytes: bytesOf(about.lake),
    lakeCopied,
    archive: walKeptIn(home) === walOf(store),
    removed: request.keep === undefined ? [] : removeOld(store, request.keep),
  };
}

type Copied = Pick<Manifest, 'book' | 'lake' | 'madeAt'> & { lakeCopied: number };

/**
 * The lake comes first, because it is large; what was published meanwhile comes just before the book's moment and just
 * after it, so that whatever the copied book names is there.
 */
async function copyEverything(
  product: Product,
  store: string,
  draft: string,
  { onProgress }: BackupRequest,
): Promise<Copied> {
  const lake = new Map<string, Manifest['lake'][number]>();
  let lakeCopied = 0;
  const copyNamed = async (keep: boolean) => {
    const { files, copied } = await copyLake(product, store, onProgress);
    lakeCopied += copied;
    if (keep) for (const file of files) lake.set(file.path, file);
  };
  await copyNamed(false);
  if (product.book.kind === 'external') {
    const madeAt = new Date();
    await copyNamed(true);
    rmSync(draft, { recursive: true, force: true });
    makeFolder(draft);
    return { book: null, lake: [...lake.values()], madeAt, lakeCopied };
  }
  makeFolder(draft);
  const { consistentAt, ...book } = await takeBaseBackup(product.home, bookOf(draft), {
    label: 'neighbourhold backup',
    between: () => copyNamed(true),
    onProgress,
  });
  await copyNamed(true);
  return {
    book: { ...book, files: [...book.files], folders: [...book.folders] },
    lake: [...lake.values()],
    madeAt: consistentAt,
    lakeCopied,
  };
}

function switchArchive({ book, home }: Product, store: string, archive: boolean | undefined): void {
  if (archive === undefined) return;
  if (book.kind === 'external') throw notOurServer();
  if (archive) keepWalIn(home, walOf(store));
  else stopKeepingWal(home);
}

function notOurServer(): Refusal {
  return new Refusal({
    code: 'not_our_server',
    because: 'DATABASE_URL names a server that is not ours, and only its administrator keeps its WAL.',
    remedy: 'Set archive_command there, or use what its provider offers. docs/operating.md says more.',
  });
}
