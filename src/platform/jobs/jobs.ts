import PgBoss from 'pg-boss';
import type { Book } from '../database/index.ts';
import { type Logger, safeError } from '../log/index.ts';
import { patientSql } from './patient-sql.ts';

/** Background work: a queue that survives restarts, kept in the book by pg-boss. */
export interface Jobs {
  /** Puts a job into its queue. */
  send(queue: string, data: object): Promise<void>;
  /** Does jobs of a queue, one at a time; a job that throws is tried again, then kept as failed. */
  work<Data extends object>(queue: string, handle: (data: Data) => Promise<void>): Promise<void>;
  /** Puts a job into its queue by the clock (cron, in London time); missed times are not made up. */
  schedule(queue: string, cron: string): Promise<void>;
  /**
   * Puts jobs back that a killed process was doing when these jobs were opened, to be tried again now and not when their
   * time has run out. Only for who knows that nobody is doing them.
   */
  takeUpAgain(queue: string): Promise<void>;
  /** Puts nothing into its queue by the clock any more. */
  unschedule(queue: string): Promise<void>;
  /** How each queue stands. */
  overview(): Promise<QueueState[]>;
  /** The last jobs that were given up, the latest first. */
  failures(limit: number): Promise<FailedJob[]>;
  /** Has a job that was given up tried once more. Returns its queue; null when there is no such job. */
  retry(id: string): Promise<string | null>;
  /** What the jobs of a queue that wait, or are being done, were sent with. */
  waiting(queue: string): Promise<object[]>;
  /** Lets running jobs finish, up to a few seconds, and stops. */
  stop(): Promise<void>;
}

export interface QueueState {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  /** Given up within the last seven days. */
  readonly failed: number;
  /** Since when the first of those that could begin waits. */
  readonly waitingSince: Date | null;
  readonly lastDone: Date | null;
}

export interface FailedJob {
  readonly id: string;
  readonly queue: string;
  readonly failedAt: Date;
  /** What went wrong, without anything that a person could be known by. */
  readonly because: string;
}

const SCHEMA = 'jobs';
/** A job whose process was killed as often as this is given up. */
const MOST_TRIES = 20;

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
  const once = connection(book, 'batch');
  let stopped = false;
  const patient = { executeSql: patientSql(once.executeSql, () => stopped) };
  const boss = new PgBoss({ db: patient, schema: SCHEMA, migrate: false });
  // Trouble with the queue is not trouble with the pages: it is said and tried again.
  boss.on('error', (error) => log.error({ err: error }, 'job queue'));
  await boss.start();
  // By the book's clock, which says when a job was begun.
  const { rows: clock } = await book.pool('batch').query('select now() as opened');
  const { opened } = clock[0];
  return {
    async send(queue, data) {
      // Sent twice, it would be done twice: who sends it is told that it was not.
      await boss.send(queue, data, { db: once });
    },
    async work<Data extends object>(queue: string, handle: (data: Data) => Promise<void>) {
      await boss.work<Data>(queue, { pollingIntervalSeconds: 1 }, async ([job]) => {
        if (job) await handle(job.data).catch(throwSafely);
      });
    },
    async schedule(queue, cron) {
      await boss.schedule(queue, cron, {}, { tz: 'Europe/London' });
    },
    async takeUpAgain(queue) {
      // Being killed is no failure of the job: it may fail as often as before. A job that kills its process each time ends.
      await book.pool('batch').query(
        `update ${SCHEMA}.job set state = 'retry', start_after = now(), retry_limit = retry_limit + 1
          where name = $1 and state = 'active' and started_on < $2 and retry_limit < $3`,
        [queue, opened, MOST_TRIES],
      );
      const { rows } = await book
        .pool('batch')
        .query(`select id from ${SCHEMA}.job where name = $1 and state = 'active' and started_on < $2`, [
          queue,
          opened,
        ]);
      for (const { id } of rows) await boss.fail(queue, id, { message: 'The process was killed.' });
    },
    async unschedule(queue) {
      await boss.unschedule(queue);
    },
    overview: () => readOverview(book),
    failures: (limit) => readFailures(book, limit),
    async retry(id) {
      const { rows } = await book
        .pool('batch')
        .query(`select name from ${SCHEMA}.job where id = $1 and state = 'failed'`, [id]);
      const queue: string | undefined = rows[0]?.name;
      if (queue === undefined) return null;
      await boss.retry(queue, id);
      return queue;
    },
    waiting: (queue) => unfinishedJobs(book, queue),
    async stop() {
      stopped = true;
      await boss.stop({ graceful: true, timeout: 5000, wait: true });
    },
  };
}

/**
 * What the jobs of a queue that wait, or are being done, were sent with. None in a book of which no server has made the
 * queues yet.
 */
export async function unfinishedJobs<Data extends object>(book: Book, queue: string): Promise<Data[]> {
  const pool = book.pool('batch');
  const made = await pool.query(
    `select exists (select from pg_tables where schemaname = $1 and tablename = 'job') as made`,
    [SCHEMA],
  );
  if (!made.rows[0].made) return [];
  const { rows } = await pool.query(
    `select data from ${SCHEMA}.job where name = $1 and state in ('created', 'retry', 'active')`,
    [queue],
  );
  return rows.map(({ data }) => data as Data);
}

/** A failure is kept with its job, and shown: a database's words may tell of people. */
function throwSafely(error: unknown): never {
  const { type, message, code } = safeError(error);
  throw new Error([type, code, message].filter((part) => typeof part === 'string').join(': '));
}

async function readOverview(book: Book): Promise<QueueState[]> {
  const { rows } = await book.pool('batch').query(
    `select q.name as queue,
            count(*) filter (where j.state in ('created', 'retry') and j.start_after <= now())::int as waiting,
            count(*) filter (where j.state = 'active')::int as active,
            count(*) filter (where j.state = 'failed' and j.completed_on > now() - interval '7 days')::int as failed,
            min(j.start_after) filter (where j.state in ('created', 'retry') and j.start_after <= now()) as "waitingSince",
            max(j.completed_on) filter (where j.state = 'completed') as "lastDone"
       from ${SCHEMA}.queue q left join ${SCHEMA}.job j on j.name = q.name
      where q.name not like '\\_\\_%' group by q.name order by q.name`,
  );
  return rows;
}

async function readFailures(book: Book, limit: number): Promise<FailedJob[]> {
  const { rows } = await book.pool('batch').query(
    `select id, name as queue, completed_on as "failedAt", coalesce(output ->> 'message', 'no reason was kept') as because
       from ${SCHEMA}.job
      where state = 'failed' and name not like '\\_\\_%' order by completed_on desc limit $1`,
    [limit],
  );
  return rows;
}

/**
 * Cancels whatever waits or is being done, of a book in which nobody does it: a restored copy must not do again what
 * the original does. Jobs by the clock go on by the clock. Returns how many there were, by queue.
 */
export async function cancelEveryJob(book: Book): Promise<Record<string, number>> {
  const { rows } = await book
    .pool('owner')
    .query('select to_regclass($1) is not null as made', [`${SCHEMA}.job`]);
  if (!rows[0].made) return {};
  const cancelled = await book.pool('owner').query(
    `with cancelled as (
       update ${SCHEMA}.job set state = 'cancelled', completed_on = now()
        where state in ('created', 'retry', 'active') and name not like '__pgboss__%' returning name)
     select name, count(*)::int as jobs from cancelled group by name`,
  );
  return Object.fromEntries(cancelled.rows.map(({ name, jobs }) => [name, jobs]));
}

function connection(book: Book, login: 'owner' | 'batch'): PgBoss.Db {
  return { executeSql: (text, values) => book.pool(login).query(text, values) };
}
