import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileList, literal } from '../../../platform/lake/index.ts';
import { emptyRelation, lakeColumns, versionColumns } from '../lake/lake-columns.ts';
import { type BucketedTable, latestVersions } from '../lake/manifest.ts';
import type { TableInHand } from './check-table.ts';
import { addCodes, conceptSql } from './dictionary.ts';
import { beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { contentSql } from './lake-row.ts';
import { mergeVersions } from './merge-versions.ts';
import { addRemovals } from './removals.ts';
import { findWhose } from './take-lookups.ts';
import { settle } from './take-records.ts';
import { writeLakeFile } from './write-lake.ts';

/** How rows within a bucket are sorted: a person's rows together, in the order of a timeline. */
const ORDER: Record<BucketedTable, string> = {
  event: 'rec, day, code, row_id',
  medication: 'rec, day, code, row_id',
  appointment: 'rec, day, start_minute, row_id',
  source_record: 'rec, row_id',
};

/** A table that arrived, staged by bucket in scratch space and waiting to be merged. */
interface Staged {
  readonly table: TableInHand;
  /** Holds a folder for each bucket that rows arrived in. */
  readonly folder: string;
}

/**
 * Brings one checked table into the shape of the lake, numbered and parted by bucket, and lets go of the checked rows: an import holds one table in memory at a time, whatever the number of deliveries.
 */
export async function stageRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  table: TableInHand,
): Promise<Staged> {
  const { duck } = hand;
  beginOutcome(hand, table);
  await findWhose(hand, table);
  if (isCoded(lakeTable)) await addCodes(hand, table);
  const folder = join(hand.scratch, `${lakeTable}-${table.table}`);
  await duck.run(
    `copy (${lakeRows(lakeTable, table)}) to ${literal(folder)} (format parquet, compression lz4, partition_by (bucket))`,
  );
  await duck.run(`drop table ${table.checked}`);
  return { table, folder };
}

/** Merges everything that was staged for one lake table, bucket by bucket, and writes what is new. */
export async function mergeRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  staged: readonly Staged[],
): Promise<void> {
  const { duck } = hand;
  if (staged.length === 0) return;
  const content = Object.keys(lakeColumns[lakeTable]);
  const begun = hand.base !== null && (hand.base.manifest.files[lakeTable] ?? []).length > 0;
  if (begun) await duck.run('drop table if exists news');
  for (const bucket of touchedBuckets(hand, staged, begun)) {
    hand.progress(`Merging ${WORDS[lakeTable]}, part ${bucket + 1} of ${hand.buckets}`);
    const arriving = arrivingRows(lakeTable, staged, bucket);
    const present = hand.base === null ? null : latestVersions(hand.base, lakeTable, bucket);
    const { verdicts, accepted } = await mergeVersions(duck, { arriving, present, content });
    for (const [table, verdict] of verdicts) settle(hand, table, verdict);
    const tables = staged.map(({ table }) => table);
    await addRemovals(hand, { present, arriving, tables, byKind: lakeTable === 'event' });
    if (begun) await keepNews(hand, bucket, accepted);
    else
      await writeLakeFile(hand, lakeTable, `select * from ${accepted} as accepted order by ${ORDER[lakeTable]}`, { bucket });
  }
  if (begun) await writeNews(hand, lakeTable);
}

/** The buckets that rows arrive in; all of them when a full delivery may delete by silence. */
function touchedBuckets(hand: ImportInHand, staged: readonly Staged[], begun: boolean): number[] {
  const all = Array.from({ length: hand.buckets }, (_, bucket) => bucket);
  const full = begun && staged.some(({ table }) => hand.deliveries[table.delivery]?.full);
  return full ? all : all.filter((bucket) => staged.some((each) => bucketFiles(each, bucket).length > 0));
}

function bucketFiles({ folder }: Staged, bucket: number): string[] {
  const part = join(folder, `bucket=${bucket}`);
  return existsSync(part) ? readdirSync(part).map((file) => join(part, file)) : [];
}

function arrivingRows(lakeTable: BucketedTable, staged: readonly Staged[], bucket: number): string {
  const files = staged.flatMap((each) => bucketFiles(each, bucket));
  if (files.length > 0) return `(select * from read_parquet(${fileList(files)}, hive_partitioning = false))`;
  return emptyRelation({ ...versionColumns, ...lakeColumns[lakeTable], delivery: 'INTEGER', table_no: 'INTEGER' });
}

const WORDS: Record<BucketedTable, string> = {
  event: 'coded entries',
  medication: 'medicines',
  appointment: 'appointments',
  source_record: 'source records',
};

async function keepNews(hand: ImportInHand, bucket: number, accepted: string): Promise<void> {
  const known = await hand.duck.one<{ n: number }>(
    "select count(*) as n from duckdb_tables() where table_name = 'news'",
  );
  const rows = `select ${bucket}::integer as bucket, accepted.* from ${accepted} as accepted`;
  await hand.duck.run(known.n > 0 ? `insert into news by name ${rows}` : `create temp table news as ${rows}`);
}

/**
 * Where the lake already has rows, news goes into a small file beside them. When such files add up to a fifth of
 * the rows, or are many, every bucket is written anew: reading stays fast and writing stays proportionate.
 */
async function writeNews(hand: ImportInHand, lakeTable: BucketedTable): Promise<void> {
  const { duck, base } = hand;
  if (base === null) return;
  const files = base.manifest.files[lakeTable] ?? [];
  const { n } = await duck.one<{ n: number }>('select count(*) as n from news');
  if (n === 0) return;
  const deltas = files.filter((file) => file.delta);
  const rows = (which: typeof files) => which.reduce((sum, file) => sum + file.rows, 0);
  const tooMuch = n + rows(deltas) > 0.2 * rows(files.filter((file) => !file.delta));
  if (!tooMuch && deltas.length < 8) {
    hand.files.set(lakeTable, [...files]);
    await writeLakeFile(hand, lakeTable, `select * from news order by bucket, ${ORDER[lakeTable]}`, {
      delta: true,
    });
    return;
  }
  for (let bucket = 0; bucket < hand.buckets; bucket++) {
    hand.progress(`Writing ${WORDS[lakeTable]} anew, part ${bucket + 1} of ${hand.buckets}`);
    const present = latestVersions(base, lakeTable, bucket);
    const kept =
      present === null
        ? ''
        : `union all by name select * from ${present} as present anti join news on news.rec = present.rec and news.row_id = present.row_id`;
    await writeLakeFile(
      hand,
      lakeTable,
      `select * from (select * exclude (bucket) from news where bucket = ${bucket} ${kept}) order by ${ORDER[lakeTable]}`,
      { bucket },
    );
  }
}

function isCoded(lakeTable: BucketedTable): boolean {
  return lakeTable === 'event' || lakeTable === 'medication';
}

function lakeRows(lakeTable: BucketedTable, table: TableInHand): string {
  const types: Record<string, string> = { ...versionColumns, ...lakeColumns[lakeTable] };
  const content = Object.entries(contentSql(lakeTable, table.source)).map(
    ([column, sql]) => `(${sql})::${types[column]} as ${column}`,
  );
  const { system, bnf } = conceptSql(table);
  const dictionary = `
    left join code as dictionary
      on dictionary.concept = row.code and dictionary.system = ${system} and dictionary.bnf is not distinct from ${bnf}`;
  // Records that belong to no patient (a practitioner, a room) stand under record 0 in the first bucket.
  const joinWhose = lakeTable === 'source_record' ? 'left join' : 'join';
  const nobody = lakeTable === 'source_record' ? 'where row.patient_id is null or whose.rec is not null' : '';
  return `
    select coalesce(whose.bucket, 0) as bucket, coalesce(whose.rec, 0) as rec, row.org, row.row_id, row.version,
           row.explicit, row.deleted, ${content.join(', ')},
           ${table.delivery} as delivery, ${table.table} as table_no
      from ${table.checked} as row
      ${joinWhose} whose on whose.org = row.org and whose.patient_id = row.patient_id
      ${isCoded(lakeTable) ? dictionary : ''}
      ${nobody}`;
}
