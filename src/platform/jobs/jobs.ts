import PgBoss from 'pg-boss';
import type { Book } from '../database/index.ts';
import type { Logger } from '../log/index.ts';

/** Background work: a queue that survives restarts, kept in the book by pg-boss. */
export interface Jobs {
  /** Puts a job into its queue. */
  send(queue: string, data: object): Promise<void>;
  /** Does jobs of a queue, one at a time; a job that throws is tried again, then kept as failed. */
  work<Data extends object>(queue: string, handle: (data: Data) => Promise<void>): Promise<void>;
  /** Puts a job into its queue by the clock (cron, in London time); missed times are not made up. */
  schedule(queue: string, cron: string): Promise<void>;
  /**
   * Puts jobs back that a killed process was doing, to be tried again now and not when their time has run out. Only
   * for who knows that nobody is doing them.
   */
  takeUpAgain(queue: string): Promise<void>;
  /** Lets running jobs finish, up to a few seconds, and stops. */
  stop(): Promise<void>;
}

const SCHEMA = 'jobs';

/** Makes the queues, as the owner: they are tables. Safe to run at every start. */
export async function prepareJobs(book: Book, queues: readonly string[]): Promise<void> {
  const owner = new PgBoss({
    db: connection(book, 'owner'),
    schema: SCHEMA,
    supervise: false,
    // Starting with its clock makes the queue that the clock uses; the batch login could not make it.
    schedule: true,
  });
  await owner.start();
  for (const queue of queues) {
    if ((await owner.getQueue(queue)) === null)
      await owner.createQueue(queue, { name: queue, retryLimit: 2, retryDelay: 5 });
  }
  await owner.stop({ graceful: false });
  await book.pool('owner').query(
    `grant usage on schema ${SCHEMA} to neighbourhold_batch;
     grant select, insert, update, delete on all tables in schema ${SCHEMA} to neighbourhold_batch;
     grant execute on all functions in schema ${SCHEMA} to neighbourhold_batch`,
  );
}

/** Opens the queues for work, as the batch login. */
export async function openJobs(book: Book, log: Logger): Promise<Jobs> {
  const boss = new PgBoss({ db: connection(book, 'batch'), schema: SCHEMA, migrate: false });
  // Trouble with the queue is not trouble with the pages: it is said and tried again.
  boss.on('error', (error) => log.error({ err: error }, 'job queue'));
  await boss.start();
  return {
    async send(queue, data) {
      await boss.send(queue, data);
    },
    async work<Data extends object>(queue: string, handle: (data: Data) => Promise<void>) {
      await boss.work<Data>(queue, { pollingIntervalSeconds: 1 }, async ([job]) => {
        if (job) await handle(job.data);
      });
    },
    async schedule(queue, cron) {
      await boss.schedule(queue, cron, {}, { tz: 'Europe/London' });
    },
    async takeUpAgain(queue) {
      const { rows } = await book
        .pool('batch')
        .query(`select id from ${SCHEMA}.job where name = $1 and state = 'active'`, [queue]);
      for (const { id } of rows) await boss.fail(queue, id, { message: 'The process was killed.' });
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 5000, wait: true });
    },
  };
}

/** What the jobs of a queue are about that wait, are tried again later or are being done. None where no queue was made yet. */
export async function unfinishedJobs<Data extends object>(book: Book, queue: string): Promise<Data[]> {
  const made = await book
    .pool('owner')
    .query('select to_regclass($1) is not null as made', [`${SCHEMA}.job`]);
  if (!made.rows[0].made) return [];
  const { rows } = await book
    .pool('owner')
    .query(`select data from ${SCHEMA}.job where name = $1 and state in ('created', 'retry', 'active')`, [
      queue,
    ]);
  return rows.map(({ data }) => data as Data);
}

function connection(book: Book, login: 'owner' | 'batch'): PgBoss.Db {
  return { executeSql: (text, values) => book.pool(login).query(text, values) };
}
