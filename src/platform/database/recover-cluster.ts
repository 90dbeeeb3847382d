import { chownSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import type { Home } from '../home/index.ts';
import { withServerAlone, writeAccess } from './embedded-server.ts';
import { serverUser } from './server-user.ts';
import { restoreCommand } from './wal-archive.ts';

/** How far a copy is brought: to its own moment, to a later one, or as far as the archive leads. */
export type RecoveryTarget = 'copy' | 'everything' | Date;

export interface Recovered {
  /** The last thing that is in it was committed then; null where nothing was written after the copy. */
  readonly lastCommit: Date | null;
}

/**
 * Brings the copied cluster of a data folder to a moment, and leaves it stopped, whole and ready to be started.
 * `archive` is the folder of kept WAL. Throws Refusal when the archive ends before the moment that was asked for.
 */
export async function recoverCluster(
  home: Home,
  options: { programs: string | undefined; archive: string | null; target: RecoveryTarget },
): Promise<Recovered> {
  const { programs, archive, target } = options;
  writeAccess(home.postgres);
  writeFileSync(join(home.postgres, 'recovery.signal'), '');
  giveAllTo(home.postgres);
  try {
    return await withServerAlone(home, programs, recoverySettings(archive, target), async (admin) => {
      // Until it has come to its end the server lets nobody in.
      const { rows } = await admin.query('select pg_last_xact_replay_timestamp() as last');
      await admin.query('checkpoint');
      return { lastCommit: rows[0].last };
    });
  } catch (error) {
    if (target instanceof Date && String(error).includes('before configured recovery target'))
      throw beyondArchive(target);
    throw error;
  }
}

function recoverySettings(archive: string | null, target: RecoveryTarget): Record<string, string> {
  return {
    hot_standby: 'off',
    archive_mode: 'off',
    restore_command: archive === null || target === 'copy' ? 'false' : restoreCommand(archive),
    recovery_target_action: 'promote',
    ...(target === 'copy' ? { recovery_target: 'immediate' } : {}),
    ...(target instanceof Date
      ? { recovery_target_time: pgMoment(target), recovery_target_inclusive: 'on' }
      : {}),
  };
}

function giveAllTo(folder: string): void {
  const { uid, gid } = serverUser();
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), uid, gid);
}

function beyondArchive(at: Date): Refusal {
  return new Refusal({
    code: 'beyond_archive',
    because: `What was kept does not lead as far as ${at.toISOString()}.`,
    remedy: 'Leave --at out to bring back everything that was kept, or name an earlier time.',
  });
}

/** A setting that is read before the server knows the names of time zones, Z among them. */
function pgMoment(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', '+00');
}
