import type { AddressInfo } from 'node:net';
import { closeAbandonedRuns, sweepLake } from '../domains/register/index.ts';
import { LOCK_SPACE, locks } from '../platform/database/index.ts';
import { openJobs, prepareJobs } from '../platform/jobs/index.ts';
import { openLakeReader } from '../platform/lake/index.ts';
import { createLogger } from '../platform/log/index.ts';
import type { Product } from './product.ts';
import { queues, startQueues, stopChildren } from './queues.ts';
import { buildWeb } from './web/server.ts';

/** Threads and memory for reading one person at a time: little, because pages share the machine with everything else. */
const READER = { threads: 1, memoryMegabytes: 512 };

export interface RunningServer {
  readonly address: string;
  /** Ends everything that was started here, in order: no new requests, running work to its end, then the book. */
  close(): Promise<void>;
}

/** Serves the product on the configured port. Throws Refusal when the port is taken. */
export async function serve(product: Product): Promise<RunningServer> {
  const log = createLogger(product.config.logLevel);
  await tidyUp(product);
  await prepareJobs(product.book, Object.values(queues));
  const jobs = await openJobs(product.book, log);
  const reader = openLakeReader(new URL('./lake-worker.js', import.meta.url), READER);
  const web = await buildWeb(product, { reader, jobs, log });
  await startQueues(product, jobs, log);
  await web.fastify.listen({ port: product.config.port, host: product.config.host });
  const { port } = web.fastify.server.address() as AddressInfo;
  const { publicUrl } = product.config;
  return {
    address: product.config.port === 0 ? `http://localhost:${port}` : publicUrl.href.replace(/\/$/, ''),
    async close() {
      await web.fastify.close();
      stopChildren();
      await jobs.stop();
      await reader.close();
      await product.close();
    },
  };
}

/**
 * What a killed process may have left: files that nothing names, and imports that seem to run. Only when nobody is
 * importing: then the lock is free, and whatever says that it runs does not.
 */
async function tidyUp(product: Product): Promise<void> {
  const client = await product.book.pool('batch').connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as free', [
      LOCK_SPACE,
      locks.snapshot,
    ]);
    if (!rows[0].free) return;
    await closeAbandonedRuns(product.book);
    await sweepLake(product.book.as('batch'), product.home.lake);
    await client.query('select pg_advisory_unlock($1, $2)', [LOCK_SPACE, locks.snapshot]);
  } finally {
    client.release();
  }
}
