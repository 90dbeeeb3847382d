import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { literal } from '../../../platform/lake/index.ts';
import type { LakeFile, LakeTable } from '../lake/manifest.ts';
import type { ImportInHand } from './import-in-hand.ts';

/** Small groups of rows, so that looking one person up reads little; large enough to scan fast. */
const ROWS_A_GROUP = 20_480;

/**
 * Writes one file of the lake from SQL and adds it to the manifest in hand. The bytes are on the disk when this
 * returns: a snapshot must not name a file that a power cut can take.
 */
export async function writeLakeFile(
  hand: ImportInHand,
  table: LakeTable,
  sql: string,
  about: { bucket?: number; delta?: true } = {},
): Promise<LakeFile | null> {
  const ending = about.delta
    ? '-delta'
    : about.bucket === undefined
      ? ''
      : `-${String(about.bucket).padStart(2, '0')}`;
  const path = `${table}/${hand.name}${ending}.parquet`;
  const file = join(hand.folder, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await hand.duck.run(
    `copy (${sql}) to ${literal(file)} (format parquet, compression zstd, row_group_size ${ROWS_A_GROUP})`,
  );
  const { n } = await hand.duck.one<{ n: number }>(
    `select count(*) as n from read_parquet(${literal(file)})`,
  );
  sync(file);
  const written: LakeFile = { path, rows: n, bytes: statSync(file).size, ...about };
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
