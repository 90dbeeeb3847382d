import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { literal } from '../../../platform/lake/index.ts';
import type { LakeFile, LakeTable } from '../lake/manifest.ts';
import type { ImportInHand } from './import-in-hand.ts';

/** Small groups of rows, so that looking one person up reads little; large enough to scan fast. */
export const ROWS_A_GROUP = 20_480;

/**
 * The second version of pages and the first level of zstd take a tenth less time than what DuckDB does unasked, and less
 * room. Ids and the like, hardly any of which comes twice, are soon found to need no dictionary.
 */
export const LAKE_FORM = `format parquet, parquet_version v2, compression zstd, compression_level 1, dictionary_size_limit 2000, row_group_size ${ROWS_A_GROUP}`;

/**
 * Writes one file of the lake from SQL and adds it to the manifest in hand. The bytes are on the disk when this
 * returns: a snapshot must not name a file that a power cut can take. `part` ends its name, where a bucket has several.
 */
export async function writeLakeFile(
  hand: ImportInHand,
  table: LakeTable,
  sql: string,
  about: { bucket?: number; delta?: true } = {},
  part = '',
): Promise<LakeFile> {
  const { path, file } = nameOf(hand, table, about, part);
  const { Count: n } = await hand.duck.one<{ Count: number }>(
    `copy (${sql}) to ${literal(file)} (${LAKE_FORM})`,
  );
  return keep(hand, table, { path, rows: n, ...about });
}

/** The same for a file in the form of the lake that was written in scratch space: it is moved. */
export function adoptLakeFile(
  hand: ImportInHand,
  table: LakeTable,
  from: string,
  { bucket, rows }: { readonly bucket: number; readonly rows: number },
  part: string,
): void {
  const { path, file } = nameOf(hand, table, { bucket }, part);
  try {
    renameSync(from, file);
  } catch {
    // Scratch space may be on another disk.
    copyFileSync(from, file);
  }
  keep(hand, table, { path, rows, bucket });
}

function nameOf(
  { name, folder }: ImportInHand,
  table: LakeTable,
  about: { bucket?: number; delta?: true },
  part: string,
): { path: string; file: string } {
  const ending = about.delta
    ? '-delta'
    : about.bucket === undefined
      ? ''
      : `-${String(about.bucket).padStart(2, '0')}`;
  const path = `${table}/${name}${ending}${part}.parquet`;
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return { path, file };
}

function keep(hand: ImportInHand, table: LakeTable, about: Omit<LakeFile, 'bytes'>): LakeFile {
  const file = join(hand.folder, about.path);
  sync(file);
  const written: LakeFile = { ...about, bytes: statSync(file).size };
  hand.files.set(table, [...(hand.files.get(table) ?? []), written]);
  return written;
}

function sync(file: string): void {
  for (const path of [file, dirname(file)]) {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}
