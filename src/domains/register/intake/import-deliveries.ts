import { mkdirSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { type Book, withSessionLock } from '../../../platform/database/index.ts';
import type { Home } from '../../../platform/home/index.ts';
import { type Duck, type DuckSettings, openDuck } from '../../../platform/lake/index.ts';
import type { Lake } from '../lake/manifest.ts';
import { readSnapshot, sweepLake } from '../lake/snapshots.ts';
import type { RegisterTables } from '../tables.ts';
import type { DeliveryAccount, DirectoryFile } from './publish.ts';
import type { SourceDelivery } from './staging.ts';
import { type RefusedDelivery, takeIn } from './take-in.ts';

/** What a reader found in the paths that were given: deliveries that can be read, and those that cannot. */
export interface OpenedDeliveries {
  readonly deliveries: readonly SourceDelivery[];
  readonly refused: readonly RefusedDelivery[];
  readonly directory: readonly DirectoryFile[];
}

/** What a reader may use while it opens deliveries. */
export interface Opening {
  /** A folder for what it has to write down on the way; it is removed when the import ends. */
  readonly scratch: string;
  /** What is there already; null before the first import. */
  readonly base: Lake | null;
  progress(what: string): void;
}

export interface ImportRequest {
  readonly book: Book;
  readonly home: Home;
  readonly by: Actor;
  readonly now: Date;
  readonly settings: DuckSettings;
  /** A run that was begun elsewhere (an upload that waited its turn); without one a run is begun here. */
  readonly runId?: number;
  /** Opens the deliveries in the DuckDB of this import. */
  open(duck: Duck, opening: Opening): Promise<OpenedDeliveries>;
  onProgress?(what: string): void;
}

export interface ImportResult {
  readonly runId: number;
  readonly snapshot: number | null;
  readonly deliveries: readonly DeliveryAccount[];
}

/** Notes that somebody wants to import, before it is their turn. Returns the run's number. */
export async function beginImportRun(book: Book, by: Actor): Promise<number> {
  const run = await book
    .as('batch')
    .withTables<RegisterTables>()
    .insertInto('register.import_run')
    .values({ account: by.account, finished_at: null, message: null })
    .returning('run_id')
    .executeTakeFirstOrThrow();
  return run.run_id;
}

/**
 * Imports deliveries, one import at a time. Every outcome is kept: what was loaded, put aside and known already, what
 * was refused and why; a failure leaves the snapshot before it live and says so on the run.
 */
export async function importDeliveries(request: ImportRequest): Promise<ImportResult> {
  const runId = request.runId ?? (await beginImportRun(request.book, request.by));
  try {
    const result = await withSessionLock(request.book, 'batch', 'snapshot', () =>
      importInTurn(request, runId),
    );
    const state =
      result.deliveries.length > 0 && result.deliveries.every((delivery) => delivery.refusal)
        ? 'refused'
        : 'done';
    await finish(request.book, runId, state, null);
    return result;
  } catch (error) {
    const said =
      error instanceof Refusal
        ? `${error.message} ${error.remedy}`
        : 'The import failed. Nothing was changed.';
    await finish(request.book, runId, error instanceof Refusal ? 'refused' : 'failed', said);
    throw error;
  }
}

async function importInTurn(request: ImportRequest, runId: number): Promise<ImportResult> {
  const { book, home } = request;
  await sweepLake(book.as('batch'), home.lake);
  const base = await readSnapshot(book.as('batch'), home.lake);
  const scratch = `${home.work}/import-duck-${runId}`;
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const duck = await openDuck({ ...request.settings, scratch });
  const progress = progressWriter(request, runId);
  try {
    progress('Opening the deliveries');
    const opened = await request.open(duck, { scratch, base: base?.lake ?? null, progress });
    if (opened.deliveries.length + opened.refused.length + opened.directory.length === 0)
      throw nothingToImport();
    const result = await takeIn({
      ...opened,
      book,
      home,
      duck,
      base: base?.lake ?? null,
      runId,
      now: request.now,
      progress,
    });
    return { runId, ...result };
  } finally {
    duck.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function nothingToImport(): Refusal {
  return new Refusal({
    code: 'nothing_to_import',
    because: 'There is no delivery of a known kind in what was given.',
    remedy:
      'Give a folder with patient.csv and the other tables of a practice extract, FHIR bundles or NDJSON, an epraccur or GPAD mapping file, or a place pack. docs/imports.md describes each.',
  });
}

/** Progress is shown at once to who waits here, and kept in the book, at most twice a second, for who looks later. */
function progressWriter(request: ImportRequest, runId: number): (what: string) => void {
  let written = 0;
  return (what) => {
    request.onProgress?.(what);
    if (Date.now() - written < 500) return;
    written = Date.now();
    request.book
      .as('batch')
      .withTables<RegisterTables>()
      .updateTable('register.import_run')
      .set({ progress: what })
      .where('run_id', '=', runId)
      .execute()
      // Progress is a courtesy: an import does not fail for want of it.
      .catch(() => {});
  };
}

async function finish(
  book: Book,
  runId: number,
  state: 'done' | 'refused' | 'failed',
  message: string | null,
): Promise<void> {
  await book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({ state, message, finished_at: sql`now()`, progress: 'Finished' })
    .where('run_id', '=', runId)
    .where('state', '=', 'running')
    .execute();
}

/**
 * Closes runs that a killed process left open. The caller holds the snapshot lock, so none of them is running.
 */
export async function closeAbandonedRuns(book: Book): Promise<void> {
  await book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({
      state: 'failed',
      finished_at: sql`now()`,
      progress: 'Finished',
      message: 'The import was interrupted. Nothing of it was kept; send the files again.',
    })
    .where('state', '=', 'running')
    .execute();
}
