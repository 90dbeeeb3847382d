import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../kernel/index.ts';
import type { Home } from '../home/index.ts';
import { LOCK_SPACE, locks } from './locks.ts';
import { findServerBinaries } from './server-binaries.ts';
import { admitServerUser, giveTo, type ServerUser, serverUser } from './server-user.ts';
import { withStartLock } from './start-lock.ts';
import { archiveCommand } from './wal-archive.ts';

/**
 * The product's own PostgreSQL, for development, demonstrations and one machine. It listens on a socket in the
 * data folder and nowhere else. Any number of our processes share it: the first starts it, the last stops it.
 *
 * Who is using it is known to the server itself, by a shared advisory lock on a connection that each user holds:
 * a killed process loses its connection and with it its claim, so nothing stale can be left behind.
 */
export interface EmbeddedServer {
  /** The folder of the socket, to be used as `host`. */
  readonly socket: string;
  /** Gives up our claim, and stops the server if nobody else has one. */
  release(): Promise<void>;
}

export const EMBEDDED = {
  admin: 'neighbourhold_admin',
  database: 'neighbourhold',
  roles: ['neighbourhold_admin', 'neighbourhold_owner', 'neighbourhold_app', 'neighbourhold_batch'],
} as const;

/** A server that takes up what was left undone may need so long. */
const START_TIMEOUT_MS = 120_000;
/** One that ends by itself again and again is not given as long: what was killed is gone in a moment. */
const ENDING_TIMEOUT_MS = 20_000;
const REJOIN_PAUSE_MS = 2000;

/**
 * Joins the server of this data folder, starting it (and making its cluster) when it is not running. `programs` is a
 * folder of PostgreSQL programs to use instead of the installed package's.
 */
export async function joinEmbeddedServer(home: Home, programs?: string): Promise<EmbeddedServer> {
  const user = serverUser();
  if (user.uid !== undefined) admitServerUser(home.path);
  const socket = socketFolder(home);
  let released = false;
  let claim = await joinOrStart(home, socket, user, programs);
  // A server that was killed is started again by whoever still uses it: nobody has to come and do it.
  const rejoin = async () => {
    while (!released) {
      try {
        claim = await joinOrStart(home, socket, user, programs, () => released);
        watch();
        if (released) await releaseClaim(claim, home);
        return;
      } catch {
        // A full disk, for example: what it says is in its own log, and who waits for it is told so.
        await pause(REJOIN_PAUSE_MS);
      }
    }
  };
  const watch = () =>
    claim.once('end', () => {
      if (!released) void rejoin();
    });
  watch();
  return {
    socket,
    release: async () => {
      released = true;
      await releaseClaim(claim, home);
    },
  };
}

async function joinOrStart(
  home: Home,
  socket: string,
  user: ServerUser,
  programs: string | undefined,
  givenUp: () => boolean = () => false,
): Promise<pg.Client> {
  const began = Date.now();
  const deadline = began + START_TIMEOUT_MS;
  const logged = existsSync(logFile(home)) ? statSync(logFile(home)).size : 0;
  for (;;) {
    const claim = await tryClaim(socket);
    if (claim) return claim;
    const started = await withStartLock(`${home.path}/postgres.starting`, async () => {
      // Another process may have started it while we waited for the lock.
      if (await canConnect(socket)) return true;
      if (!existsSync(join(home.postgres, 'PG_VERSION'))) await makeCluster(home, user, programs);
      return await startServer({ home, socket, user, deadline, programs });
    });
    const patience = started ? START_TIMEOUT_MS : ENDING_TIMEOUT_MS;
    if (Date.now() > began + patience || givenUp()) throw didNotStart(home, logged);
  }
}

/** `logged`: how many bytes its log had before it was started. */
function didNotStart(home: Home, logged: number): Refusal {
  const said = lastLines(logFile(home), logged);
  return new Refusal({
    code: 'database_did_not_start',
    because: `The database of the data folder did not start. ${said === '' ? 'It says nothing of why.' : `It says: ${said}`}`,
    remedy: `Where it says that it is starting up, it needs longer: try again. Otherwise mend what it says; all of it is in ${logFile(home)}.`,
  });
}

/** A socket's address has room for about a hundred bytes, fewer than some project paths. */
function socketFolder(home: Home): string {
  const inHome = join(home.path, 'socket');
  const folder =
    Buffer.byteLength(inHome) < 80
      ? inHome
      : join(tmpdir(), `neighbourhold-${createHash('sha256').update(home.path).digest('hex').slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveTo(serverUser(), folder);
  return folder;
}

async function makeCluster(home: Home, user: ServerUser, programs: string | undefined): Promise<void> {
  const { initdb } = await findServerBinaries(programs, home, user.uid !== undefined);
  // A cluster that was being made when the power went is not a cluster: it is made beside and moved in.
  const draft = `${home.postgres}.new`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(home.postgres, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(user, draft);
  const made = spawnSync(
    initdb,
    ['-D', draft, '-U', EMBEDDED.admin, '--auth=peer', '--encoding=UTF8', '--locale=C', '--data-checksums'],
    { ...user, encoding: 'utf8', cwd: '/' },
  );
  if (made.status !== 0) throw new Error(`PostgreSQL could not make its cluster: ${made.stderr}`);
  // The operating system says who connects, so that no password has to be kept on disk.
  writeAccess(draft);
  renameSync(draft, home.postgres);
}

/** Says who may connect to a cluster: whoever we are. A restored cluster may have been somebody else's. */
export function writeAccess(cluster: string): void {
  writeFileSync(join(cluster, 'pg_hba.conf'), 'local all all peer map=neighbourhold\n');
  const osUser = userInfo().username;
  writeFileSync(
    join(cluster, 'pg_ident.conf'),
    EMBEDDED.roles.map((role) => `neighbourhold "${osUser}" ${role}\n`).join(''),
  );
}

interface Start {
  readonly home: Home;
  readonly socket: string;
  readonly user: ServerUser;
  readonly deadline: number;
  readonly programs: string | undefined;
  /** Settings beside the usual ones. */
  readonly more?: Record<string, string>;
}

/** Starts the server and waits until it can be asked. Returns false when it ended by itself before. */
async function startServer(start: Start): Promise<boolean> {
  const server = await spawnServer(start);
  return await ready(server, start.socket, start.deadline);
}

async function spawnServer({ home, socket, user, programs, more }: Start): Promise<ChildProcess> {
  const { postgres } = await findServerBinaries(programs, home, user.uid !== undefined);
  const log = openSync(logFile(home), 'a', 0o600);
  const server = spawn(postgres, ['-D', home.postgres, ...settings(socket, home, more)], {
    ...user,
    cwd: '/',
    // A session of its own, so that Ctrl-C in our terminal reaches us and not the server: we stop it, in order.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  return server;
}

/**
 * Starts the server of a data folder that nobody else uses yet with settings of its own, does something as its
 * administrator, and stops it. Waits as long as it takes; throws what the log says when the server gives up.
 */
export async function withServerAlone<Result>(
  home: Home,
  programs: string | undefined,
  more: Record<string, string>,
  work: (admin: pg.Client) => Promise<Result>,
): Promise<Result> {
  const user = serverUser();
  if (user.uid !== undefined) admitServerUser(home.path);
  const socket = socketFolder(home);
  const server = await spawnServer({ home, socket, user, programs, more, deadline: 0 });
  let ended = false;
  server.on('exit', () => {
    ended = true;
  });
  while (!(await canConnect(socket))) {
    if (ended) throw new Error(`PostgreSQL gave up: ${lastLines(logFile(home))}`);
    await pause(100);
  }
  const admin = adminClient(socket);
  admin.on('error', () => {});
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.end().catch(() => {});
    await stopServer(home);
  }
}

/** The last lines of a file, from a byte on. */
function lastLines(file: string, from = 0): string {
  if (!existsSync(file)) return '';
  return readFileSync(file).subarray(from).toString('utf8').trimEnd().split('\n').slice(-5).join(' | ');
}

/** A session of the server's administrator, for what no other login may do, such as a backup. */
export async function withAdmin<Result>(
  home: Home,
  work: (admin: pg.Client) => Promise<Result>,
): Promise<Result> {
  const admin = adminClient(socketFolder(home));
  admin.on('error', () => {});
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end().catch(() => {});
  }
}

function settings(socket: string, home: Home, more: Record<string, string> = {}): string[] {
  const sharedMegabytes = Math.min(512, Math.max(128, Math.floor(totalmem() / 16 / 1024 / 1024)));
  const values = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: '80',
    shared_buffers: `${sharedMegabytes}MB`,
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    timezone: 'UTC',
    log_min_messages: 'warning',
    // A statement may carry what somebody typed about a person: its text stays out of the server's log.
    log_min_error_statement: 'panic',
    archive_mode: 'on',
    archive_command: archiveCommand(home),
    archive_timeout: '5min',
    ...more,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function ready(server: ChildProcess, socket: string, deadline: number): Promise<boolean> {
  let ended = false;
  server.on('exit', () => {
    ended = true;
  });
  while (Date.now() < deadline) {
    if (await canConnect(socket)) return true;
    if (ended) {
      // After a kill -9 the old server's children may hold its memory for a moment: the caller tries again.
      await pause(200);
      return false;
    }
    await pause(50);
  }
  return true;
}

async function canConnect(socket: string): Promise<boolean> {
  const client = adminClient(socket);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function tryClaim(socket: string): Promise<pg.Client | null> {
  const client = adminClient(socket);
  // The server may go away under an idle claim (an administrator stopped it): the pools report that, not this.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_SPACE, locks.serverUsers]);
    return client;
  } catch {
    await client.end().catch(() => {});
    return null;
  }
}

async function releaseClaim(claim: pg.Client, home: Home): Promise<void> {
  try {
    await claim.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_SPACE, locks.serverUsers]);
    // Held until the server is gone: whoever arrives now waits, is disconnected, and starts a server of its own.
    const alone = await claim.query('select pg_try_advisory_lock($1, $2) as alone', [
      LOCK_SPACE,
      locks.serverUsers,
    ]);
    if (alone.rows[0]?.alone === true) await stopServer(home);
  } catch {
    // The server is already gone, which is what was wanted.
  } finally {
    await claim.end().catch(() => {});
  }
}

async function stopServer(home: Home): Promise<void> {
  const pidFile = join(home.postgres, 'postmaster.pid');
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);
  // SIGINT is PostgreSQL's fast shutdown: sessions end, everything acknowledged is safe.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 60_000;
  while (existsSync(pidFile) && Date.now() < deadline) await pause(25);
}

function adminClient(socket: string): pg.Client {
  return new pg.Client({
    host: socket,
    user: EMBEDDED.admin,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
}

export function logFile(home: Home): string {
  return join(home.path, 'postgres.log');
}
