import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readDefectKinds } from '../domains/defects/index.ts';
import { closeAbandonedRun, readSnapshot } from '../domains/register/index.ts';
import { escalateBreaches, returnUnaccepted, returnWorkOfLeavers } from '../domains/work/index.ts';
import { sealAudit } from '../platform/audit/index.ts';
import { act } from '../platform/auth/index.ts';
import type { Book, Tx } from '../platform/database/index.ts';
import { type Jobs, unfinishedJobs } from '../platform/jobs/index.ts';
import type { Logger } from '../platform/log/index.ts';
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
} as const;

/** Files that somebody uploaded, or the rows of a delivery that somebody wants tried again, waiting to be imported. */
export type ImportJob =
  | { readonly runId: number; readonly folder: string }
  | { readonly runId: number; readonly release: number };

/**
 * Starts doing background work: uploads when they come, the clock of work and the sealing of the audit every minute,
 * what is past its time each night, and in live use a search for defects each morning.
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
  // Feeds get late by the calendar. A demonstration's day is that of its data, and nothing changes overnight.
  if (product.purpose === 'live') await jobs.schedule(queues.quality, '0 6 * * *');
  await jobs.schedule(queues.escalate, '* * * * *');
  await jobs.schedule(queues.seal, '* * * * *');
  await jobs.schedule(queues.retain, '30 2 * * *');
}

/**
 * Imports in a process of its own and refreshes in another: they take the memory and the threads that they are given,
 * and the web server keeps its own. Ends with us: a killed parent must not leave work running that nobody awaits.
 */
async function importAndRefresh(product: Product, job: ImportJob, log: Logger): Promise<void> {
  const home = ['--home', product.home.path];
  const words = 'folder' in job ? ['import', job.folder] : ['release', '--delivery', String(job.release)];
  const imported = await runVerb([...words, '--as-run', String(job.runId), ...home]);
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

/** Folders of uploads whose import waits or is under way. */
export async function uploadsInUse(book: Book): Promise<string[]> {
  const waiting = await unfinishedJobs<ImportJob>(book, queues.importFiles);
  return waiting.flatMap((job) => ('folder' in job ? [job.folder] : []));
}

/** Uploaded files identify people, and nobody reads them again: rows that were put aside are kept with the import. */
function forget(job: ImportJob): void {
  if ('folder' in job) rmSync(job.folder, { recursive: true, force: true });
}

const children = new Set<ReturnType<typeof spawn>>();

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
  for (const child of children) child.kill('SIGTERM');
}
