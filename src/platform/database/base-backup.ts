import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { Refusal } from '../../kernel/index.ts';
import type { Home } from '../home/index.ts';
import { withAdmin } from './embedded-server.ts';

// A copy of the embedded server's data folder while it works. What is copied changes under our hands; the WAL written
// meanwhile, which is copied too, mends it when the copy is started. Source: PostgreSQL documentation, "Making a Base
// Backup Using the Low Level API".

/** One file of a backup, below its folder. */
export interface BookFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BaseBackup {
  readonly serverVersion: number;
  /** The copy holds everything that was committed before this. */
  readonly consistentAt: Date;
  /** The first WAL segment that the copy needs; an archive from there on leads to any later moment. */
  readonly firstWal: string;
  readonly files: readonly BookFile[];
  /** Every folder, also those without files: the server misses them. */
  readonly folders: readonly string[];
}

/** Folders that are left out but for themselves: what they hold is of the running server, or is WAL. */
const EMPTY = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label.*|tablespace_map.*|backup_manifest|current_logfiles.*|postgresql\.auto\.conf\.tmp|pg_internal\.init.*|pgsql_tmp.*)$/;

/**
 * Copies the cluster of this data folder into an empty folder, with the WAL that it needs, and every byte of it on the
 * disk. `between` runs after the copy and just before its moment: what it does is in the copy. Throws Refusal where the
 * cluster lies in several places.
 */
export async function takeBaseBackup(
  home: Home,
  into: string,
  options: { label: string; between(): Promise<void>; onProgress(what: string): void },
): Promise<BaseBackup> {
  return await withAdmin(home, async (admin) => {
    await refuseTablespaces(admin);
    const server = await admin.query(
      "select current_setting('server_version_num')::int as version, pg_size_bytes(current_setting('wal_segment_size'))::int as segment",
    );
    const { version, segment } = server.rows[0];
    // Holds back the removal of WAL until this session ends, however it ends.
    await admin.query('select pg_create_physical_replication_slot($1, true, true)', [
      `backup_${process.pid}`,
    ]);
    const begun = await admin.query(
      'select lsn, pg_walfile_name(lsn) as wal from (select pg_backup_start($1, true) as lsn) as begun',
      [options.label],
    );
    const { files, folders } = await copyCluster(home.postgres, into, options.onProgress);
    await options.between();
    const ended = await admin.query(
      `select labelfile, clock_timestamp() as at, pg_walfile_name(lsn - 1) as wal from pg_backup_stop(false)`,
    );
    const { labelfile, at, wal } = ended.rows[0];
    files.push(await writeWhole(into, 'backup_label', labelfile));
    for (const name of segmentsBetween(begun.rows[0].wal, wal, segment))
      files.push(await copyFile(home.postgres, into, `pg_wal/${name}`));
    return { serverVersion: version, consistentAt: at, firstWal: begun.rows[0].wal, files, folders };
  });
}

async function refuseTablespaces(admin: pg.Client): Promise<void> {
  const found = await admin.query(
    "select 1 from pg_tablespace where spcname not in ('pg_default', 'pg_global')",
  );
  if (!found.rowCount) return;
  throw new Refusal({
    code: 'tablespaces',
    because: 'Somebody has put parts of the database into tablespaces of its own, outside the data folder.',
    remedy: 'Move them back, or run a PostgreSQL server of your own and back it up with pg_basebackup.',
  });
}

async function copyCluster(
  from: string,
  into: string,
  onProgress: (what: string) => void,
): Promise<{ files: BookFile[]; folders: string[] }> {
  const files: BookFile[] = [];
  const folders: string[] = [];
  let bytes = 0;
  const walk = async (folder: string): Promise<void> => {
    await mkdir(join(into, folder), { mode: 0o700, recursive: true });
    for (const entry of await readdir(join(from, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (LEFT_OUT.test(entry.name)) continue;
      if (entry.isDirectory()) {
        folders.push(path);
        if (EMPTY.has(path)) await mkdir(join(into, path), { mode: 0o700 });
        else await walk(path);
      } else if (entry.isFile()) {
        const copied = await copyIfThere(from, into, path);
        if (copied) files.push(copied);
        bytes += copied?.bytes ?? 0;
        onProgress(`Copying the book: ${files.length} files, ${Math.round(bytes / 1e6)} MB`);
      }
    }
  };
  await walk('');
  return { files, folders };
}

/** A table that is dropped while we copy takes its file with it; the WAL knows. */
async function copyIfThere(from: string, into: string, path: string): Promise<BookFile | null> {
  try {
    return await copyFile(from, into, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const PIECE = 1 << 20;

/** Copies a file, hashing what is written, onto the disk. */
export async function copyFile(from: string, into: string, path: string, to = path): Promise<BookFile> {
  const source = await open(join(from, path), 'r');
  try {
    await mkdir(dirname(join(into, to)), { recursive: true, mode: 0o700 });
    const target = await open(join(into, to), 'wx', 0o600);
    try {
      const copied = await pour(source, target);
      await target.sync();
      return { path: to, ...copied };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function pour(source: FileHandle, target: FileHandle): Promise<Omit<BookFile, 'path'>> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(piece, 0, PIECE, bytes);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const part = piece.subarray(0, bytesRead);
    hash.update(part);
    await target.writeFile(part);
    bytes += bytesRead;
  }
}

async function writeWhole(into: string, path: string, text: string): Promise<BookFile> {
  const file = await open(join(into, path), 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

/** The names of WAL segments from one to another, both included. */
export function segmentsBetween(first: string, last: string, segmentBytes: number): string[] {
  const perLog = BigInt(0x1_0000_0000 / segmentBytes);
  const timeline = first.slice(0, 8);
  const numberOf = (name: string) =>
    BigInt(`0x${name.slice(8, 16)}`) * perLog + BigInt(`0x${name.slice(16)}`);
  const hex = (number: bigint) => number.toString(16).toUpperCase().padStart(8, '0');
  const names: string[] = [];
  for (let at = numberOf(first); at <= numberOf(last); at++)
    names.push(`${timeline}${hex(at / perLog)}${hex(at % perLog)}`);
  return names;
}
