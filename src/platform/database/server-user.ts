import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';
import { Refusal } from '../../kernel/index.ts';
import { reachableByOthers } from '../home/index.ts';

/** The operating system user that the server runs as; empty when it is the user that we are. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * PostgreSQL refuses to run as root, so a root start runs it as user `postgres`, made if it is missing.
 * Throws Refusal when it cannot be made.
 */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const found = findUser('postgres');
  if (found) return found;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = findUser('postgres');
  if (made) return made;
  throw new Refusal({
    code: 'no_server_user',
    because: 'PostgreSQL does not run as root, and the user postgres could not be made.',
    remedy: 'Make a system user called postgres, start as an ordinary user, or set DATABASE_URL.',
  });
}

/** Gives a file or folder to the server's user, where that is another than ours. */
export function giveTo(user: ServerUser, path: string): void {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
}

/** Lets the server's user pass through a folder of ours. The folders on the way to it are not ours to open. */
export function admitServerUser(folder: string): void {
  chmodSync(folder, statSync(folder).mode | 0o001);
  if (!reachableByOthers(folder)) throw closedPlace(folder);
}

function closedPlace(folder: string): Refusal {
  return new Refusal({
    code: 'closed_place',
    because: `PostgreSQL does not run as root but as user postgres, who cannot enter ${folder}.`,
    remedy:
      'Choose a folder that others can enter (of the data folder: with --home), start as an ordinary user, or set DATABASE_URL.',
  });
}

function findUser(name: string): Required<ServerUser> | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}
