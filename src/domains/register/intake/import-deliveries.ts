import { mkdirSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { DISK_FULL, isDiskFull, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { type Book, type Tx, withSessionLock } from '../../../platform/database/index.ts';
import { type Home, sweepWork } from '../../../platform/home/index.ts';
import { type Duck, type DuckSettings, openDuck } from '../../../platform/lake/index.ts';
import { requireRoom } from '../../../platform/operation/index.ts';
import type { Lake } from '../lake/manifest.ts';
import { readSnapshot, sweepLake } from '../lake/snapshots.ts';
import type { MatchingMethod } from '../matching/matching-method.ts';
import type { RegisterTables } from '../tables.ts';
import { readKeptDelivery } from './kept-rows.ts';
import { type DeliveryAccount, type DirectoryFile, finishRun } from './publish.ts';
import { SaidOfFiles } from './said-of-files.ts';
import type { KeptDelivery, SourceDelivery } from './staging.ts';
import { type Intake, type IntakeResult, type RefusedDelivery, takeIn } from './take-in.ts';
import { UnusableDelivery } from './unusable-delivery.ts';

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
  /** A delivery of which rows were put aside; null when there is none of that number. */
  keptDelivery(id: number): Promise<KeptDelivery | null>;
  /** What is being done now: it may be shown, and is forgotten. */
  progress(what: string): void;
  /** What somebody should know of a file as a whole, in a sentence: it is kept with the import and shown on its page. */
  say(what: string): void;
}

export interface ImportRequest {
  readonly book: Book;
  readonly home: Home;
  readonly by: Actor;
  readonly now: Date;
  readonly settings: DuckSettings;
  /** A run that was begun elsewhere (an upload that waited its turn); without one a run is begun here. */
  readonly runId?: number;
  /** How people who may be one are found. Without it nobody is proposed, and the review queue stays as it is. */
  readonly matching?: MatchingMethod;
  /** Whether it tries rows that were put aside once more, as they are. */
  readonly isRelease?: boolean;
  /** Opens the deliveries in the DuckDB of this import. */
  open(duck: Duck, opening: Opening): Promise<OpenedDeliveries>;
  onProgress?(what: string): void;
}

export interface ImportResult {
  readonly runId: number;
  readonly snapshot: number | null;
  readonly deliveries: readonly DeliveryAccount[];
  /** What the readers said of the files. */
  readonly said: readonly string[];
}

/**
 * Carries out what was decided of people since the last import: an import that brings nothing, and makes a snapshot if
 * somebody is somebody else now.
 */
export async function applyIdentityDecisions(request: Omit<ImportRequest, 'open'>): Promise<ImportResult> {
  const open = async () => ({ deliveries: [], refused: [], directory: [] });
  return await importInto({ ...request, open }, true);
}

/** What an upload's run says until a job takes it up. The job outlives a restart, and so does the run. */
const WAITING = 'Waiting to begin';

/**
 * Notes that somebody wants to import, before it is their turn. `mends` is the delivery whose rows they bring again.
 * Returns the run's number.
 */
export async function beginImportRun(
  book: Book,
  by: Actor,
  { progress = WAITING, mends = null }: { progress?: string; mends?: number | null } = {},
): Promise<number> {
  return await book
    .as('batch')
    .transaction()
    .execute((tx) => insertImportRun(tx, by, { progress, mends }));
}

/** The same within the transaction of an act, so that nothing waits for an import whose audit could not be written. */
export async function insertImportRun(
  tx: Tx,
  by: Actor,
  { progress = WAITING, mends = null }: { progress?: string; mends?: number | null } = {},
): Promise<number> {
  const run = await tx
    .withTables<RegisterTables>()
    .insertInto('register.import_run')
    .values((values) => ({
      account: by.account,
      finished_at: null,
      message: null,
      progress,
      mends: values.selectFrom('register.delivery').select('delivery_id').where('delivery_id', '=', mends),
    }))
    .returning('run_id')
    .executeTakeFirstOrThrow();
  return run.run_id;
}

/**
 * Imports deliveries, one import at a time. Every outcome is kept: what was loaded, put aside and known already, what
 * was refused and why; a failure leaves the snapshot before it live and says so on the run.
 */
export async function importDeliveries(request: ImportRequest): Promise<ImportResult> {
  return await importInto(request, false);
}

async function importInto(request: ImportRequest, identifyAnyway: boolean): Promise<ImportResult> {
  if (request.runId === undefined) await requireRoom(request.home.path);
  const runId =
    request.runId ?? (await beginImportRun(request.book, request.by, { progress: 'Waiting for its turn' }));
  try {
    await requireRoom(request.home.path);
    return await withSessionLock(request.book, 'batch', 'snapshot', () =>
      importInTurn(request, runId, identifyAnyway),
    );
  } catch (error) {
    const said =
      error instanceof Refusal
        ? `${error.message} ${error.remedy}`
        : isDiskFull(error)
          ? `${DISK_FULL.because} ${DISK_FULL.remedy}`
          : 'The import failed. Nothing was changed.';
    const state = error instanceof Refusal ? 'refused' : 'failed';
    // Where that cannot be written either, the next import closes the run; what went wrong first is what counts.
    await finishRun(request.book.as('batch'), runId, state, said).catch(() => {});
    throw error;
  }
}

async function importInTurn(
  request: ImportRequest,
  runId: number,
  identifyAnyway: boolean,
): Promise<ImportResult> {
  const { book, home } = request;
  await closeAbandonedRuns(book);
  await reopenRun(book, runId);
  sweepWork(home);
  await sweepLake(book.as('batch'), home.lake);
  const base = await readSnapshot(book.as('batch'), home.lake);
  const scratch = `${home.work}/import-duck-${runId}`;
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const duck = await openDuck({ ...request.settings, scratch });
  const progress = progressWriter(request, runId);
  try {
    progress('Opening the deliveries');
    const keptDelivery = (id: number) => readKeptDelivery(book.as('batch'), id);
    const said = new SaidOfFiles(progress);
    const opened = await request.open(duck, {
      scratch,
      base: base?.lake ?? null,
      keptDelivery,
      progress,
      say: (what) => said.say(what),
    });
    await noteSaid(book, runId, said.sentences());
    const none = opened.deliveries.length + opened.refused.length + opened.directory.length === 0;
    if (none && (!identifyAnyway || base === null)) throw nothingToImport();
    const result = await takeInWhatCanBeUsed({
      ...opened,
      book,
      home,
      duck,
      base: base?.lake ?? null,
      runId,
      attempt: 1,
      now: request.now,
      matching: request.matching ?? null,
      isRelease: request.isRelease ?? false,
      identifyAnyway,
      progress,
    });
    return { runId, ...result, said: said.sentences() };
  } finally {
    duck.close();
    rmSync(scratch, { recursive: true, force: true });
    // What was written in vain, or belongs to a snapshot that is forgotten now. The import is over: what cannot be
    // removed now is removed by the next one.
    await sweepLake(book.as('batch'), home.lake).catch(() => {});
  }
}

/** Takes deliveries in; those that turn out to be unusable on the way are refused, and the others begin again. */
async function takeInWhatCanBeUsed(intake: Intake): Promise<IntakeResult> {
  try {
    return await takeIn(intake);
  } catch (error) {
    const unusable = error instanceof UnusableDelivery ? intake.deliveries[error.delivery] : undefined;
    if (!(error instanceof UnusableDelivery) || !unusable) throw error;
    const { name, format } = unusable;
    intake.progress(`Beginning again without ${name}, which cannot be used`);
    await sweepLake(intake.book.as('batch'), intake.home.lake);
    return await takeInWhatCanBeUsed({
      ...intake,
      attempt: intake.attempt + 1,
      deliveries: intake.deliveries.filter((delivery) => delivery !== unusable),
      refused: [...intake.refused, { name, format, refusal: error.refusal }],
    });
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
      .where('state', '=', 'running')
      .execute()
      // Progress is a courtesy: an import does not fail for want of it.
      .catch(() => {});
  };
}

async function noteSaid(book: Book, runId: number, said: readonly string[]): Promise<void> {
  if (said.length === 0) return;
  await book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({ said: [...said] })
    .where('run_id', '=', runId)
    .execute();
}

/** The run begins: also one that was given up for lost, because its process died, and is carried out after all. */
async function reopenRun(book: Book, runId: number): Promise<void> {
  await book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({ state: 'running', finished_at: null, message: null, said: [], progress: 'Opening the deliveries' })
    .where('run_id', '=', runId)
    .execute();
}

/**
 * Closes the runs that a killed process left open. The caller holds the snapshot lock, so none of them is running;
 * those that wait for their turn still have it. Comes before any file is swept away: a publication whose process was
 * killed after it had sent the commit still holds its run's row, and this waits until it is visible.
 */
export async function closeAbandonedRuns(book: Book): Promise<void> {
  await abandonedRuns(book).where('progress', '!=', WAITING).execute();
}

/** Closes one run whose process ended before it could say so itself. */
export async function closeAbandonedRun(book: Book, runId: number): Promise<void> {
  await abandonedRuns(book).where('run_id', '=', runId).execute();
}

/** Closes runs that wait, begun before a moment, but for those that somebody will carry out. */
export async function closeUnsentRuns(book: Book, expected: readonly number[], before: Date): Promise<void> {
  await abandonedRuns(book)
    .where('progress', '=', WAITING)
    .where('started_at', '<', before)
    .where((where) => where.not(where('run_id', '=', where.fn.any(where.val([...expected])))))
    .execute();
}

/** Closes every run, also those that wait: in a restored copy nobody will do them. */
export async function closeEveryRun(book: Book): Promise<void> {
  await abandonedRuns(book).execute();
}

function abandonedRuns(book: Book) {
  return book
    .as('batch')
    .withTables<RegisterTables>()
    .updateTable('register.import_run')
    .set({
      state: 'failed',
      finished_at: sql`now()`,
      progress: 'Finished',
      message: 'The import was interrupted. Nothing of it was kept; send the files again.',
    })
    .where('state', '=', 'running');
}
