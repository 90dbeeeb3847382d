import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import { LOCK_SPACE, locks, type Tables, type Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';
import type { Lake, Manifest } from './manifest.ts';

/** A snapshot and the lake files that make it up. */
export interface Snapshot {
  readonly id: number;
  readonly asOf: PlainDate;
  readonly madeAt: Date;
  readonly lake: Lake;
}

/** The snapshot of a number, or the current one. Null where there is none (yet, or any more). */
export async function readSnapshot(
  db: Kysely<Tables>,
  folder: string,
  id?: number,
): Promise<Snapshot | null> {
  let query = db
    .withTables<RegisterTables>()
    .selectFrom('register.snapshot')
    .selectAll()
    .orderBy('snapshot_id', 'desc')
    .limit(1);
  if (id !== undefined) query = query.where('snapshot_id', '=', id);
  const row = await query.executeTakeFirst();
  if (!row) return null;
  return {
    id: row.snapshot_id,
    asOf: row.as_of as PlainDate,
    madeAt: row.made_at,
    lake: { folder, manifest: row.manifest },
  };
}

/** Snapshots whose files are kept, so that whoever reads an earlier one is not left without in the middle. */
const KEPT = 4;
/** The same for those that pages read: the last refresh's and the one before, which a page may still be reading. */
const KEPT_FOR_PAGES = 2;

/** Says that pages read this snapshot from now on. */
export async function keepForPages(tx: Tx, id: number): Promise<void> {
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.snapshot')
    .set({ published_at: sql`now()` })
    .where('snapshot_id', '=', id)
    .execute();
}

/** Every file that a kept snapshot or a delivery's quarantine names, below the lake's folder. */
export async function namedFiles(db: Kysely<Tables>): Promise<Set<string>> {
  const tables = db.withTables<RegisterTables>();
  const snapshots = await tables
    .selectFrom('register.snapshot')
    .select('manifest')
    .orderBy('snapshot_id', 'desc')
    .limit(KEPT)
    .execute();
  const forPages = await tables
    .selectFrom('register.snapshot')
    .select('manifest')
    .where('published_at', 'is not', null)
    .orderBy('published_at', 'desc')
    .limit(KEPT_FOR_PAGES)
    .execute();
  // Rows that were put aside may come again at any time, and their history is read with them.
  const quarantines = await tables.selectFrom('register.delivery').select(['quarantine', 'mended']).execute();
  return new Set([
    ...[...snapshots, ...forPages].flatMap(({ manifest }) => manifestPaths(manifest)),
    ...quarantines.flatMap(({ quarantine, mended }) => [quarantine, mended].filter((path) => path !== null)),
  ]);
}

function manifestPaths(manifest: Manifest): string[] {
  return Object.values(manifest.files).flatMap((files) => (files ?? []).map((file) => file.path));
}

/**
 * Removes lake files that nothing names: what a killed import left, and what only forgotten snapshots used. The
 * caller holds the snapshot lock, so that no import is writing. Removes nothing while somebody copies the lake: the next
 * one does. Returns the number of files removed.
 */
export async function sweepLake(db: Kysely<Tables>, folder: string): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(${LOCK_SPACE}, ${locks.lakeFiles}) as free`.execute(tx);
    if (!rows[0]?.free) return 0;
    const named = await namedFiles(tx);
    const orphans = lakeFiles(folder).filter((path) => !named.has(path));
    for (const path of orphans) rmSync(join(folder, path));
    return orphans.length;
  });
}

function lakeFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

/** What is wrong with the files of the current snapshot: missing, or of another size than the manifest says. */
export function lakeFaults(lake: Lake): string[] {
  return Object.values(lake.manifest.files)
    .flatMap((files) => files ?? [])
    .flatMap(({ path, bytes }) => {
      try {
        return statSync(join(lake.folder, path)).size === bytes
          ? []
          : [`${path} has another size than it was written with`];
      } catch {
        return [`${path} is missing`];
      }
    });
}

/** Lake files that no kept snapshot names. */
export async function orphanFiles(db: Kysely<Tables>, folder: string): Promise<string[]> {
  const named = await namedFiles(db);
  return lakeFiles(folder).filter((path) => !named.has(path));
}
