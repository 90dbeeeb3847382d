import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { Refusal } from '../../kernel/index.ts';
import type { Config } from '../config/index.ts';
import type { Home } from '../home/index.ts';
import { EMBEDDED, joinEmbeddedServer } from './embedded-server.ts';
import { OftenAsked, prepareStatements } from './prepare-statements.ts';
import { watchQueries } from './watch-queries.ts';

/**
 * Every table has its room, and a room types its own with `withTables`; nobody types the whole.
 * An empty record, not `unknown`: a query on a room's table does not compile before the room is named.
 */
// biome-ignore lint/complexity/noBannedTypes: see above
export type Tables = {};

/** An open transaction. Commands and queries take one; only `platform` and `app` open them. */
export type Tx = Transaction<Tables>;

/** The three logins. The owner migrates; the app serves people; batch imports, refreshes and runs jobs. */
export type Login = 'owner' | 'app' | 'batch';

const ROLE_OF = {
  owner: null,
  app: 'neighbourhold_app',
  batch: 'neighbourhold_batch',
} as const satisfies Record<Login, string | null>;

const POOL_SIZE = { owner: 2, app: 20, batch: 6 } as const satisfies Record<Login, number>;

/**
 * How long a statement may take, and a transaction may do nothing, in milliseconds: a page must not hold the book for ever. The
 * web server waits for its solver and its counting thread within a transaction, so that it may be idle for longer. Batch work
 * has no limit: it knows how large it is, and nobody waits for it.
 */
const LIMITS = { owner: null, app: { statement: 60_000, idle: 300_000 }, batch: null } as const;

/** One statement that was sent to the server, and how long its answer took. What values it had is not told. */
export interface WatchedQuery {
  readonly login: Login;
  readonly statement: string;
  readonly ms: number;
}

/** The open book: pools are made when they are first asked for. */
export interface Book {
  readonly kind: 'embedded' | 'external';
  /** Typed queries under one of the three logins. */
  as(login: Login): Kysely<Tables>;
  /** The pool itself, where a driver's own feature is needed (COPY, session locks). */
  pool(login: Login): pg.Pool;
  /** Calls a listener after each statement from now on. */
  watch(listener: (query: WatchedQuery) => void): void;
  /** How many connections of each open pool there are, and how many callers wait for one. */
  connections(): { login: Login; total: number; idle: number; waiting: number }[];
  /** Lets work that is going on come to its end, and closes. */
  close(): Promise<void>;
  /** For who is asked to end now: stops our own server if nobody else uses it. It undoes what was not committed. */
  leave(): Promise<void>;
}

// int8 arrives as text by default. Our counts and ids stay far below 2^53, so they are numbers; one that does not
// fit is an error rather than a silent rounding. Dates stay the text they are: a day has no time zone.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`An integer too large for a number: ${text}`);
  return number;
});
types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/**
 * Opens the book that the settings name: DATABASE_URL, or the embedded server of this data folder.
 * Throws Refusal when the server is too old or is not the one that this data folder belongs to.
 */
export async function openBook(config: Config, home: Home): Promise<Book> {
  const server =
    config.databaseUrl === undefined ? await joinEmbeddedServer(home, config.postgresPrograms) : null;
  const pools = new Map<Login, pg.Pool>();
  const listeners: ((query: WatchedQuery) => void)[] = [];
  const often = new OftenAsked();
  const typed = new Map<Login, Kysely<Tables>>();
  const optionsFor = (login: Login) =>
    server ? embeddedLogin(server.socket, login) : externalLogin(config, login);

  const pool = (login: Login): pg.Pool => {
    const open = pools.get(login);
    if (open) return open;
    const made = new pg.Pool({
      ...optionsFor(login),
      types,
      max: POOL_SIZE[login],
      application_name: `neighbourhold ${login}`,
      ...limitsOf(login),
    });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    made.on('error', () => {});
    // The same for one that is in use between two queries: the next query says that it broke.
    made.on('connect', (client) => {
      client.on('error', () => {});
      if (login === 'app') prepareStatements(client, often);
      watchQueries(client, (statement, ms) => {
        for (const listener of listeners) listener({ login, statement, ms });
      });
    });
    pools.set(login, made);
    return made;
  };

  try {
    if (server) await prepareEmbedded(server.socket, home);
    await checkVersion(pool('owner'));
  } catch (error) {
    for (const open of pools.values()) await open.end();
    await server?.release();
    throw error;
  }

  return {
    kind: server ? 'embedded' : 'external',
    as: (login) => {
      const made =
        typed.get(login) ?? new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool(login) }) });
      typed.set(login, made);
      return made;
    },
    pool,
    watch: (listener) => void listeners.push(listener),
    connections: () =>
      [...pools].map(([login, { totalCount, idleCount, waitingCount }]) => ({
        login,
        total: totalCount,
        idle: idleCount,
        waiting: waitingCount,
      })),
    async close() {
      for (const open of pools.values()) await open.end();
      await server?.release();
    },
    leave: async () => await server?.release(),
  };
}

function limitsOf(login: Login): pg.PoolConfig {
  const limits = LIMITS[login];
  return limits === null
    ? {}
    : { statement_timeout: limits.statement, idle_in_transaction_session_timeout: limits.idle };
}

function embeddedLogin(socket: string, login: Login): pg.PoolConfig {
  return { host: socket, user: ROLE_OF[login] ?? 'neighbourhold_owner', database: EMBEDDED.database };
}

function externalLogin(config: Config, login: Login): pg.PoolConfig {
  const own = { owner: undefined, app: config.databaseAppUrl, batch: config.databaseBatchUrl }[login];
  if (own !== undefined) return { connectionString: own };
  const role = ROLE_OF[login];
  // One login for all: each connection steps down to the role before its first query.
  return { connectionString: config.databaseUrl, ...(role === null ? {} : { options: `-c role=${role}` }) };
}

/** Makes the roles and the database of a new cluster, and refuses a cluster that is not this folder's own. */
async function prepareEmbedded(socket: string, home: Home): Promise<void> {
  const admin = new pg.Client({ host: socket, user: EMBEDDED.admin, database: 'postgres' });
  await admin.connect();
  try {
    const folder = (await admin.query('show data_directory')).rows[0]?.data_directory;
    if (folder !== home.postgres) {
      throw new Refusal({
        code: 'not_our_server',
        because: `The PostgreSQL server on this socket keeps its data in ${folder}, not in ${home.postgres}.`,
        remedy: 'Stop that server, or choose another data folder with --home.',
      });
    }
    await admin.query('select pg_advisory_lock(hashtext($1))', ['neighbourhold prepare']);
    const exists = await admin.query('select 1 from pg_database where datname = $1', [EMBEDDED.database]);
    if (exists.rowCount) return;
    for (const role of ['neighbourhold_owner', 'neighbourhold_app', 'neighbourhold_batch']) {
      const known = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
      if (!known.rowCount) await admin.query(`create role ${role} login`);
    }
    await admin.query('grant neighbourhold_app, neighbourhold_batch to neighbourhold_owner');
    await admin.query(`create database ${EMBEDDED.database} owner neighbourhold_owner`);
  } finally {
    await admin.end();
  }
}

const OLDEST_VERSION = 150_000;

async function checkVersion(pool: pg.Pool): Promise<void> {
  const answer = await pool.query("select current_setting('server_version_num')::int as number");
  if (answer.rows[0].number >= OLDEST_VERSION) return;
  throw new Refusal({
    code: 'old_server',
    because: 'The PostgreSQL server is older than version 15.',
    remedy: 'Point DATABASE_URL at PostgreSQL 15 or later.',
  });
}
