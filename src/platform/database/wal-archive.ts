import { chmodSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type pg from 'pg';
import type { Home } from '../home/index.ts';
import { admitServerUser, giveTo, serverUser } from './server-user.ts';

// What the embedded server writes ahead of every change (WAL) can be kept, segment by segment, so that the book can be
// brought back to any moment after a backup. Whether it is kept is a link in the data folder, because the processes that
// share the server have environments of their own: whoever starts it must not decide it.

/** The link in the data folder: there while WAL is kept, and it leads to where. */
function link(home: Home): string {
  return join(home.path, 'wal-archive');
}

/**
 * The server's archive_command. Where nothing is kept it succeeds at once. A segment that is there already is the same
 * one, brought again after a crash, or an error. It is written beside, brought to the disk and moved.
 */
export function archiveCommand(home: Home): string {
  const at = shellText(link(home));
  const kept = `${at}/%f.gz`;
  const draft = `${at}/.%f.part`;
  const write = `gzip -c "%p" > ${draft} && sync ${draft} && mv ${draft} ${kept}`;
  return `test ! -L ${at} || { if test -e ${kept}; then gzip -dc ${kept} | cmp -s - "%p"; else ${write}; fi; }`;
}

/** The command that fetches a kept segment for a server that is being restored. */
export function restoreCommand(archive: string): string {
  return `gzip -dc ${shellText(archive)}/%f.gz > "%p"`;
}

/** A text for the shell, inside a setting where % begins a place holder. */
function shellText(text: string): string {
  return `'${text.replaceAll('%', '%%').replaceAll("'", "'\\''")}'`;
}

/** Keeps WAL in a folder from now on. The folder is made; the server's user can reach and write it. */
export function keepWalIn(home: Home, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const user = serverUser();
  giveTo(user, folder);
  chmodSync(folder, 0o700);
  if (user.uid !== undefined) admitServerUser(dirname(folder));
  const draft = `${link(home)}.${process.pid}`;
  rmSync(draft, { force: true });
  symlinkSync(resolve(folder), draft);
  renameSync(draft, link(home));
}

/** Keeps WAL no longer. What was kept stays. */
export function stopKeepingWal(home: Home): void {
  rmSync(link(home), { force: true });
}

/** The folder in which WAL is kept; null where it is not. */
export function walKeptIn(home: Home): string | null {
  return lstatSync(link(home), { throwIfNoEntry: false }) ? readlinkSync(link(home)) : null;
}

export interface WalArchiveStatus {
  /** Where WAL is kept; null where it is not. */
  readonly folder: string | null;
  readonly lastKept: Date | null;
  /** Keeping fails at the moment: since when nothing was kept. Nothing is lost; WAL waits in the data folder. */
  readonly failing: boolean;
}

/** How keeping WAL goes, as the server says. */
export async function archiveStatus(pool: pg.Pool, home: Home): Promise<WalArchiveStatus> {
  const { rows } = await pool.query(
    'select last_archived_time, coalesce(last_failed_time > last_archived_time, last_failed_time is not null) as failing from pg_stat_archiver',
  );
  const folder = walKeptIn(home);
  return {
    folder,
    lastKept: folder === null ? null : rows[0].last_archived_time,
    failing: folder !== null && rows[0].failing === true,
  };
}
