import type { AddressInfo } from 'node:net';
import { closeAbandonedRuns, sweepLake } from '../domains/register/index.ts';
import { Refusal } from '../kernel/index.ts';
import type { Config } from '../platform/config/index.ts';
import { LOCK_SPACE, locks } from '../platform/database/index.ts';
import { sweepWork } from '../platform/home/index.ts';
import { type Jobs, openJobs, prepareJobs } from '../platform/jobs/index.ts';
import { openLakeReader } from '../platform/lake/index.ts';
import { createLogger, type Logger } from '../platform/log/index.ts';
import { openPdfMaker } from '../platform/pdf/index.ts';
import { openSolver } from '../platform/solver/index.ts';
import type { Web } from '../platform/web/index.ts';
import type { Product } from './product.ts';
import { forgetUnsentUploads, queues, startQueues, stopChildren } from './queues.ts';
import { buildWeb } from './web/server.ts';

/** Threads and memory for reading one person at a time: little, because pages share the machine with everything else. */
const READER = { threads: 1, memoryMegabytes: 512 };
/** The same for counts that nobody asked for in advance: everybody at once, while somebody waits for it. */
const COUNTER = { threads: 2, memoryMegabytes: 1200 };

export interface RunningServer {
  readonly address: string;
  /** Ends everything that was started here, in order: no new requests, running work to its end, then the book. */
  close(): Promise<void>;
}

/**
 * Serves the product on the configured port. Throws Refusal when the port is taken; then everything, the product too,
 * is closed.
 */
export async function serve(product: Product): Promise<RunningServer> {
  const log = createLogger(product.config.logLevel);
  // What has been started, to be ended in the opposite order.
  const started: (() => Promise<void>)[] = [() => product.close()];
  const close = async () => {
    for (const end of started.reverse()) await end();
  };
  try {
    const nobodyImports = await tidyUp(product);
    await prepareJobs(product.book, Object.values(queues));
    const worker = new URL('./lake-worker.js', import.meta.url);
    const reader = openLakeReader(worker, READER);
    started.push(() => reader.close());
    const counter = openLakeReader(worker, COUNTER);
    started.push(() => counter.close());
    const pdf = openPdfMaker(new URL('./pdf-worker.js', import.meta.url));
    started.push(() => pdf.close());
    const solver = openSolver(new URL('./solver-worker.js', import.meta.url));
    started.push(() => solver.close());
    const jobs = await openJobs(product.book, log);
    started.push(() => jobs.stop());
    if (nobodyImports) await jobs.takeUpAgain(queues.importFiles);
    else started.push(takeUpLater(product, jobs, log));
    await forgetUnsentUploads(product, jobs, new Date());
    const web = await buildWeb(product, { reader, counter, jobs, pdf, solver, log });
    started.push(() => web.fastify.close());
    // Before work is taken up: a server that cannot be reached would do it beside the one that can.
    const address = await listen(web, product.config);
    started.push(async () => stopChildren());
    await startQueues(product, jobs, log);
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen({ fastify }: Web, { host, port, publicUrl }: Config): Promise<string> {
  try {
    await fastify.listen({ port, host });
  } catch (error) {
    throw cannotListen(error, host, port);
  }
  const bound = fastify.server.address() as AddressInfo;
  return port === 0 ? `http://localhost:${bound.port}` : publicUrl.href.replace(/\/$/, '');
}

function cannotListen(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new Refusal({
        code: 'port_taken',
        because: `Port ${port} of ${host} is taken; perhaps Neighbourhold runs already.`,
        remedy: `End what uses it, or choose another port: PORT=${port + 1} bin/start.`,
      });
    case 'EACCES':
      return new Refusal({
        code: 'port_forbidden',
        because: `This user may not serve on port ${port}.`,
        remedy: 'Choose a port from 1024 on, for example PORT=3000.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Refusal({
        code: 'no_such_host',
        because: `This machine has no address ${host} to serve on.`,
        remedy: 'Set HOST to an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for everybody.',
      });
    default:
      return error;
  }
}

/** How often is asked whether an import that outlived its server has come to its end. */
const ASK_AGAIN_MS = 3000;

/**
 * An import may outlive the server that began it, and then end half done: what it was doing is taken up as soon as it has
 * ended, and not when the time of its job has run out. Returns how to stop waiting.
 */
function takeUpLater(product: Product, jobs: Jobs, log: Logger): () => Promise<void> {
  let asking = Promise.resolve();
  const timer = setInterval(() => {
    asking = asking
      .then(async () => {
        if (!(await tidyUp(product))) return;
        clearInterval(timer);
        await jobs.takeUpAgain(queues.importFiles);
      })
      .catch((error: unknown) => log.error({ err: error }, 'what a killed server was doing'));
  }, ASK_AGAIN_MS);
  return async () => {
    clearInterval(timer);
    await asking;
  };
}

/**
 * What a killed process may have left: files that nothing names, and imports that seem to run. Only when nobody is
 * importing: then the lock is free, and whatever says that it runs does not. Returns whether that is so.
 */
export async function tidyUp(product: Product): Promise<boolean> {
  const client = await product.book.pool('batch').connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as free', [
      LOCK_SPACE,
      locks.snapshot,
    ]);
    if (!rows[0].free) return false;
    await closeAbandonedRuns(product.book);
    await sweepLake(product.book.as('batch'), product.home.lake);
    sweepWork(product.home);
    await client.query('select pg_advisory_unlock($1, $2)', [LOCK_SPACE, locks.snapshot]);
    return true;
  } finally {
    client.release();
  }
}
