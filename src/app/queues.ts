import { spawn } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  endFinishedSight,
  openDueReviews,
  openDueVisits,
  passOverUnbegun,
  readInReachPathway,
  referWhoWaits,
} from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { keepLookReview, readLookPatterns, readLookReview } from '../domains/governance/index.ts';
import { failLoad } from '../domains/need/index.ts';
import { closeAbandonedRun, closeUnsentRuns, readSnapshot } from '../domains/register/index.ts';
import { escalateBreaches, returnUnaccepted, returnWorkOfLeavers } from '../domains/work/index.ts';
import { sealAudit } from '../platform/audit/index.ts';
import { act } from '../platform/auth/index.ts';
import type { Book, Tx } from '../platform/database/index.ts';
import { type Jobs, unfinishedJobs } from '../platform/jobs/index.ts';
import type { Logger } from '../platform/log/index.ts';
import { keepLake } from './backup/keep-lake.ts';
import type { Product } from './product.ts';
import { retain } from './retain.ts';
import { workKinds } from './work-kinds.ts';

export const queues = {
  importFiles: 'import-files',
  identify: 'identify-people',
  refresh: 'refresh',
  escalate: 'escalate-work',
  seal: 'seal-audit',
  quality: 'search-for-defects',
  retain: 'remove-what-is-past-its-time',
  loadCodelists: 'load-codelists',
  movers: 'work-out-movers',
  backup: 'backup',
  keepLake: 'keep-lake',
  looks: 'look-at-patterns-of-looking',
} as const;

/** Files that somebody uploaded, or the rows of a delivery that somebody wants tried again, waiting to be imported. */
export type ImportJob =
  | { readonly runId: number; readonly folder: string }
  | { readonly runId: number; readonly release: number };

/** Files of lists of codes that somebody uploaded. */
export interface LoadJob {
  readonly load: number;
  readonly folder: string;
}

/** A version of a list of which somebody wants to know whom it would move. */
export interface MoversJob {
  readonly check: number;
}

/**
 * Starts doing background work: uploads when they come, the clock of work and the sealing of the audit every minute,
 * what is past its time and patterns of looking each night, and in live use a search for defects each morning.
 */
export async function startQueues(product: Product, jobs: Jobs, log: Logger): Promise<void> {
  await jobs.work<ImportJob>(queues.importFiles, (job) => importAndRefresh(product, job, log));
  await jobs.work(queues.identify, () => identifyAndRefresh(product));
  await jobs.work(queues.refresh, () => refreshFacts(product));
  await jobs.work(queues.escalate, async () => {
    const { book, operator: by } = product;
    const origin = { requestId: queues.escalate, from: 'job' };
    const kinds = workKinds(product.content, readDefectKinds(product.content));
    const asBatch = <Result>(work: (tx: Tx) => Promise<Result>) =>
      act(book, { by, origin, login: 'batch' }, work);
    const returned = await asBatch((tx) => returnUnaccepted(tx, kinds, by, new Date()));
    if (returned > 0) log.info({ returned }, 'work not accepted in time');
    const tables = kinds.all.map(({ states }) => states);
    const left = await asBatch((tx) => returnWorkOfLeavers(tx, tables, by, new Date()));
    if (left > 0) log.info({ returned: left }, 'work of people who left');
    const ended = await asBatch(endFinishedSight);
    if (ended > 0) log.info({ ended }, 'follow-up of meetings done');
    const passed = await asBatch((tx) => passOverUnbegun(tx, { by, now: new Date() }));
    if (passed > 0) log.info({ passed }, 'meetings that nobody held');
    const referred = await asBatch((tx) => referWhoWaits(tx, { by, now: new Date(), kinds }));
    if (referred > 0) log.info({ referred }, 'people whom ended meetings were to talk about');
    const pathway = readInReachPathway(product.content);
    const visits = await asBatch((tx) => openDueVisits(tx, { by, now: new Date(), pathway }));
    if (visits > 0) log.info({ visits }, 'visits whose day has come');
    const reviews = await asBatch((tx) => openDueReviews(tx, { by, now: new Date(), kinds }));
    if (reviews > 0) log.info({ reviews }, 'reviews of care plans whose day has come');
    for (const states of tables) {
      const escalated = await asBatch((tx) => escalateBreaches(tx, states, by, new Date()));
      if (escalated > 0) log.info({ escalated, kind: states.kind }, 'work escalated');
    }
  });
  await jobs.work(queues.seal, async () => {
    await sealAudit(product.book.as('batch'));
  });
  await jobs.work(queues.quality, async () => {
    const ended = await runVerb(['quality', '--home', product.home.path]);
    if (ended > 2) throw new Error(`quality ended with ${ended}`);
  });
  await jobs.work(queues.retain, async () => {
    const origin = { requestId: queues.retain, from: 'job' };
    const inUse = await uploadsInUse(product.book);
    const rules = await retain(product, { now: new Date(), origin, dryRun: false, inUse });
    for (const { id, removed } of rules) if (removed > 0) log.info({ rule: id, removed }, 'past its time');
  });
  await jobs.work<LoadJob>(queues.loadCodelists, (job) => loadLists(product, job));
  await jobs.work<MoversJob>(queues.movers, async ({ check }) => {
    const words = ['codelists', 'carry-out-check', String(check)];
    const ended = await runVerb([...words, '--home', product.home.path]);
    // What went wrong is kept with the question. A process that died could not keep it: try again.
    if (ended > 2) throw new Error(`working out movers ended with ${ended}`);
  });
  await jobs.work(queues.looks, async () => {
    const { book, content, operator: by } = product;
    const origin = { requestId: queues.looks, from: 'job' };
    const rules = readLookPatterns(content);
    const pathway = readLookReview(content);
    await act(book, { by, origin, login: 'batch' }, (tx) =>
      keepLookReview(tx, { by, now: new Date(), rules, pathway }),
    );
  });
  // Feeds get late by the calendar. A demonstration's day is that of its data, and nothing changes overnight.
  if (product.purpose === 'live') await jobs.schedule(queues.quality, '0 6 * * *');
  await startBackups(product, jobs);
  await jobs.schedule(queues.escalate, '* * * * *');
  await jobs.schedule(queues.seal, '* * * * *');
  await jobs.schedule(queues.retain, '30 2 * * *');
  await jobs.schedule(queues.looks, '15 5 * * *');
}

/**
 * A backup each night at two, where a folder for them is set; and each minute whatever is new in the lake, where WAL is
 * kept: the book at any moment names files of the lake, which have to be there too.
 */
async function startBackups(product: Product, jobs: Jobs): Promise<void> {
  const { backupTo, backupKeep } = product.config;
  const archive = product.book.kind === 'embedded' ? ['--archive', 'on'] : [];
  await jobs.work(queues.backup, async () => {
    if (backupTo === undefined) return;
    const words = ['backup', backupTo, '--keep', String(backupKeep), ...archive];
    const ended = await runVerb([...words, '--home', product.home.path]);
    if (ended !== 0) throw new Error(`backup ended with ${ended}`);
  });
  await jobs.work(queues.keepLake, () => keepLake(product));
  if (backupTo === undefined) await jobs.unschedule(queues.backup);
  else await jobs.schedule(queues.backup, '0 2 * * *');
  await jobs.schedule(queues.keepLake, '* * * * *');
}

/**
 * Imports in a process of its own and refreshes in another: they take the memory and the threads that they are given,
 * and the web server keeps its own. Ends with us: a killed parent must not leave work running that nobody awaits.
 */
async function importAndRefresh(product: Product, job: ImportJob, log: Logger): Promise<void> {
  const home = ['--home', product.home.path];
  const words = 'folder' in job ? ['import', job.folder] : ['release', '--delivery', String(job.release)];
  const importOnce = () => runVerb([...words, '--as-run', String(job.runId), ...home]);
  let imported = await importOnce();
  // It died, or its database did: what was sent is still here, and half of it is nowhere.
  if (imported > 2 && !stopping) imported = await importOnce();
  if (imported > 1) {
    log.warn({ run: job.runId, code: imported }, 'import not taken in');
    // The process may have died before it could say so itself.
    if (imported !== 2) await closeAbandonedRun(product.book, job.runId);
    forget(job);
    return;
  }
  await refreshFacts(product);
  forget(job);
}

/** Works everything out anew and publishes it. Refused where nobody has been imported yet: then nothing is to be done. */
async function refreshFacts(product: Product): Promise<void> {
  const refreshed = await runVerb(['refresh', '--home', product.home.path]);
  if (refreshed !== 0 && refreshed !== 2) throw new Error(`refresh ended with ${refreshed}`);
}

/**
 * Carries out what was decided of people. One call carries out all decisions that there are, so that the next has
 * nothing to do, and does not refresh for it.
 */
async function identifyAndRefresh(product: Product): Promise<void> {
  const current = async () => (await readSnapshot(product.book.as('batch'), product.home.lake))?.id;
  const home = ['--home', product.home.path];
  const before = await current();
  const identified = await runVerb(['identify', ...home]);
  if (identified !== 0) throw new Error(`identify ended with ${identified}`);
  if ((await current()) !== before) await refreshFacts(product);
}

/** Folders of uploads that wait to be read, or are being read. */
export async function uploadsInUse(book: Book): Promise<string[]> {
  const imports = await unfinishedJobs<ImportJob>(book, queues.importFiles);
  const loads = await unfinishedJobs<LoadJob>(book, queues.loadCodelists);
  return [...imports, ...loads].flatMap((job) => ('folder' in job ? [job.folder] : []));
}

/** Reads uploaded lists in a process of its own: a release has half a million rows. */
async function loadLists(product: Product, { load, folder }: LoadJob): Promise<void> {
  await runVerb(['codelists', 'load', folder, '--as-run', String(load), '--home', product.home.path]);
  // The process may have died before it could say so itself.
  await product.book
    .as('batch')
    .transaction()
    .execute((tx) => failLoad(tx, load, new Date()));
  rmSync(folder, { recursive: true, force: true });
}

/** An upload that is still coming in has no job yet: what is younger than this may be one. */
const COMING_IN_MS = 60 * 60_000;

/**
 * Closes uploads that seem to wait and that no job will do, because the server was killed between one and the other, and
 * removes their files. Nobody was told that they had arrived.
 */
export async function forgetUnsentUploads(product: Product, jobs: Jobs, now: Date): Promise<void> {
  const waiting = (await jobs.waiting(queues.importFiles)) as ImportJob[];
  const before = new Date(now.getTime() - COMING_IN_MS);
  await closeUnsentRuns(
    product.book,
    waiting.map(({ runId }) => runId),
    before,
  );
  const folders = new Set(waiting.flatMap((job) => ('folder' in job ? [job.folder] : [])));
  for (const name of readdirSync(product.home.deliveries).filter((each) => each.startsWith('upload-'))) {
    const folder = join(product.home.deliveries, name);
    if (!folders.has(folder) && statSync(folder).mtime < before)
      rmSync(folder, { recursive: true, force: true });
  }
}

/** Uploaded files identify people, and nobody reads them again: rows that were put aside are kept with the import. */
function forget(job: ImportJob): void {
  if ('folder' in job) rmSync(job.folder, { recursive: true, force: true });
}

const children = new Set<ReturnType<typeof spawn>>();
let stopping = false;

async function runVerb(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.add(child);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 3) : 3));
    });
  } finally {
    children.delete(child);
  }
}

/** Ends the processes that background work started. */
export function stopChildren(): void {
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
}
