import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { OperationTables } from './tables.ts';

// What the installation notes of its own upkeep, for those who answer for it.

export interface BackupNote {
  readonly begunAt: Date;
  readonly endedAt: Date;
  /** The folder that it was made in. */
  readonly store: string;
  readonly bytes: number;
  /** Why there is none; null where there is. */
  readonly refusal: string | null;
}

export async function noteBackup(
  db: Kysely<Tables>,
  note: { begunAt: Date; store: string; bytes: number; refusal: string | null },
): Promise<void> {
  const { begunAt, ...rest } = note;
  await db
    .withTables<OperationTables>()
    .insertInto('operation.backup')
    .values({ begun_at: begunAt, ...rest })
    .execute();
}

/** The last backup that was tried, or the last that was made; null where there was none. */
export async function readLastBackup(
  db: Kysely<Tables>,
  { made = false }: { made?: boolean } = {},
): Promise<BackupNote | null> {
  const row = await db
    .withTables<OperationTables>()
    .selectFrom('operation.backup')
    .selectAll()
    .$if(made, (query) => query.where('refusal', 'is', null))
    .orderBy('backup_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { begun_at: begunAt, ended_at: endedAt, store, bytes, refusal } = row;
  return { begunAt, endedAt, store, bytes, refusal };
}

export interface Restoration {
  readonly restoredAt: Date;
  readonly backupMadeAt: Date;
  readonly lastCommit: Date | null;
  /** When somebody said that this copy is the installation from now on. */
  readonly acceptedAt: Date | null;
}

export async function noteRestoration(
  db: Kysely<Tables>,
  note: { backupMadeAt: Date; lastCommit: Date | null; sessionsEnded: number; jobsCancelled: number },
): Promise<void> {
  await db
    .withTables<OperationTables>()
    .insertInto('operation.restoration')
    .values({
      backup_made_at: note.backupMadeAt,
      last_commit: note.lastCommit,
      sessions_ended: note.sessionsEnded,
      jobs_cancelled: note.jobsCancelled,
    })
    .execute();
}

/** What this book was restored from, last; null where it never was. */
export async function readRestoration(db: Kysely<Tables>): Promise<Restoration | null> {
  const row = await db
    .withTables<OperationTables>()
    .selectFrom('operation.restoration')
    .selectAll()
    .orderBy('restoration_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    restoredAt: row.restored_at,
    backupMadeAt: row.backup_made_at,
    lastCommit: row.last_commit,
    acceptedAt: row.accepted_at,
  };
}

/** How often this book was restored: tells a copy from its original, which otherwise look the same. */
export async function countRestorations(db: Kysely<Tables>): Promise<number> {
  const { n } = await db
    .withTables<OperationTables>()
    .selectFrom('operation.restoration')
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** From now on the copy is the installation. Returns whether it was a copy until now. */
export async function acceptRestoration(db: Kysely<Tables>, now: Date): Promise<boolean> {
  const changed = await db
    .withTables<OperationTables>()
    .updateTable('operation.restoration')
    .set({ accepted_at: now })
    .where('accepted_at', 'is', null)
    .executeTakeFirst();
  return Number(changed.numUpdatedRows) > 0;
}

export interface Verification {
  readonly verifiedAt: Date;
  readonly checks: number;
  readonly failed: readonly string[];
}

export async function noteVerification(
  db: Kysely<Tables>,
  note: { checks: number; failed: readonly string[] },
): Promise<void> {
  await db
    .withTables<OperationTables>()
    .insertInto('operation.verification')
    .values({ checks: note.checks, failed: [...note.failed] })
    .execute();
}

export async function readLastVerification(db: Kysely<Tables>): Promise<Verification | null> {
  const row = await db
    .withTables<OperationTables>()
    .selectFrom('operation.verification')
    .selectAll()
    .orderBy('verification_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { verifiedAt: row.verified_at, checks: row.checks, failed: row.failed } : null;
}
