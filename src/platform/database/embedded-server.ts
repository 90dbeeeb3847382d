import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
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
import { type Home, reachableByOthers } from '../home/index.ts';
import { LOCK_SPACE, locks } from './locks.ts';
import { findServerBinaries } from './server-binaries.ts';
import { giveTo, type ServerUser, serverUser } from './server-user.ts';
import { withStartLock } from './start-lock.ts';

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

const START_TIMEOUT_MS = 120_000;

/**
 * Joins the server of this data folder, starting it (and making its cluster) when it is not running. `programs` is a
 * folder of PostgreSQL programs to use instead of the installed package's.
 */
export async function joinEmbeddedServer(home: Home, programs?: string): Promise<EmbeddedServer> {
  const user = serverUser();
  if (user.uid !== undefined) admit(home);
  const socket = socketFolder(home);
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const claim = await tryClaim(socket);
    if (claim) return { socket, release: () => releaseClaim(claim, home) };
    await withStartLock(`${home.path}/postgres.starting`, async () => {
      // Another process may have started it while we waited for the lock.
      if (await canConnect(socket)) return;
      if (!existsSync(join(home.postgres, 'PG_VERSION'))) await makeCluster(home, user, programs);
      await startServer({ home, socket, user, deadline, programs });
    });
    if (Date.now() > deadline) throw new Error(`PostgreSQL did not start; see ${logFile(home)}`);
  }
}

/** Lets the server's user pass through the data folder. The folders on the way to it are not ours to open. */
function admit(home: Home): void {
  chmodSync(home.path, statSync(home.path).mode | 0o001);
  if (!reachableByOthers(home.path)) throw closedPlace(home);
}

function closedPlace(home: Home): Refusal {
  return new Refusal({
    code: 'closed_place',
    because: `PostgreSQL does not run as root but as user postgres, who cannot enter ${home.path}.`,
    remedy:
      'Choose a data folder that others can enter with --home, start as an ordinary user, or set DATABASE_URL.',
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
  writeFileSync(join(draft, 'pg_hba.conf'), 'local all all peer map=neighbourhold\n');
  const osUser = userInfo().username;
  writeFileSync(
    join(draft, 'pg_ident.conf'),
    EMBEDDED.roles.map((role) => `neighbourhold "${osUser}" ${role}\n`).join(''),
  );
  renameSync(draft, home.postgres);
}

async function startServer(start: {
  home: Home;
  socket: string;
  user: ServerUser;
  deadline: number;
  programs: string | undefined;
}): Promise<void> {
  const { home, socket, user, deadline } = start;
  const { postgres } = await findServerBinaries(start.programs, home, user.uid !== undefined);
  const log = openSync(logFile(home), 'a', 0o600);
  const server = spawn(postgres, ['-D', home.postgres, ...settings(socket)], {
    ...user,
    cwd: '/',
    // A session of its own, so that Ctrl-C in our terminal reaches us and not the server: we stop it, in order.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  await ready(server, socket, home, deadline);
}

function settings(socket: string): string[] {
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
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function ready(server: ChildProcess, socket: string, home: Home, deadline: number): Promise<void> {
  let ended: number | null = null;
  server.on('exit', (code) => {
    ended = code ?? 1;
  });
  while (Date.now() < deadline) {
    if (await canConnect(socket)) return;
    // After a kill -9 the old server's children may hold its memory for a moment: the caller tries again.
    if (ended !== null) return pause(200);
    await pause(50);
  }
  throw new Error(`PostgreSQL did not become ready; see ${logFile(home)}`);
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

function logFile(home: Home): string {
  return join(home.path, 'postgres.log');
}
