import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
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

/** Snapshots whose files are kept, so that a page which reads an earlier one is never left without. */
const KEPT = 4;

/** Every file that a kept snapshot or a delivery's quarantine names. */
async function namedFiles(db: Kysely<Tables>): Promise<Set<string>> {
  const tables = db.withTables<RegisterTables>();
  const snapshots = await tables
    .selectFrom('register.snapshot')
    .select('manifest')
    .orderBy('snapshot_id', 'desc')
    .limit(KEPT)
    .execute();
  const quarantines = await tables
    .selectFrom('register.delivery')
    .select('quarantine')
    .where('quarantine', 'is not', null)
    .execute();
  return new Set([
    ...snapshots.flatMap(({ manifest }) => manifestPaths(manifest)),
    ...quarantines.flatMap(({ quarantine }) => (quarantine === null ? [] : [quarantine])),
  ]);
}

function manifestPaths(manifest: Manifest): string[] {
  return Object.values(manifest.files).flatMap((files) => (files ?? []).map((file) => file.path));
}

/**
 * Removes lake files that nothing names: what a killed import left, and what only forgotten snapshots used. The
 * caller holds the snapshot lock, so that no import is writing. Returns the number of files removed.
 */
export async function sweepLake(db: Kysely<Tables>, folder: string): Promise<number> {
  const named = await namedFiles(db);
  const orphans = lakeFiles(folder).filter((path) => !named.has(path));
  for (const path of orphans) rmSync(join(folder, path));
  return orphans.length;
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
