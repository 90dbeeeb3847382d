import { emptyRelation, lakeColumns, versionColumns } from '../lake/lake-columns.ts';
import { type BucketedTable, latestVersions } from '../lake/manifest.ts';
import { lateRowsSql, noteCompleteTables } from './complete-tables.ts';
import { withCodes } from './dictionary.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { mergeVersions } from './merge-versions.ts';
import { isCoded, ORDER } from './numbered-rows.ts';
import { partsFollow } from './parts-follow.ts';
import { addRemovals } from './removals.ts';
import { type Staged, stagedIn, usable } from './stage-rows.ts';
import { settle } from './take-records.ts';
import { writeLakeFile } from './write-lake.ts';

const PLACE_IN_IMPORT = { delivery: 'INTEGER', table_no: 'INTEGER' };

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
  const tables = staged.flatMap((each) => each.tables);
  await noteCompleteTables(hand, tables);
  const late = await lateRowsSql(hand, tables);
  const buckets = touchedBuckets(hand, staged, begun);
  for (const bucket of buckets) {
    hand.progress(`Merging ${WORDS[lakeTable]}, part ${bucket + 1} of ${hand.buckets}`);
    const present = hand.base === null ? null : latestVersions(hand.base, lakeTable, bucket);
    const { arriving, keys } = await openBucket(hand, lakeTable, staged, bucket, present !== null);
    const merged = await mergeVersions(duck, { arriving, keys, present, content, late });
    for (const [table, verdict] of merged.verdicts) settle(hand, table, verdict);
    const accepted = await partsFollow(duck, { accepted: merged.accepted, arriving, present, tables });
    await addRemovals(hand, { present, arriving, tables, late });
    if (begun) await keepNews(hand, bucket, accepted);
    else
      await writeLakeFile(
        hand,
        lakeTable,
        `select * exclude (delivery, table_no, sent) from ${accepted} as accepted order by ${ORDER}`,
        { bucket },
      );
  }
  // Rows that all have a fault touch no bucket.
  if (begun && buckets.length > 0) await writeNews(hand, lakeTable);
}

/** The buckets that rows arrive in; all of them when a full delivery may delete by silence. */
function touchedBuckets(hand: ImportInHand, staged: readonly Staged[], begun: boolean): number[] {
  const full =
    begun && staged.some(({ tables }) => tables.some(({ delivery }) => hand.deliveries[delivery]?.full));
  if (full) return Array.from({ length: hand.buckets }, (_, bucket) => bucket);
  return [...new Set(staged.flatMap(usable))].sort((a, b) => a - b);
}

/**
 * SQL of the rows that arrive in a bucket, and of their keys. Rows that are compared with others are read often, and
 * held for it. Where there are none to compare them with, they go from scratch space to the lake as they are read.
 */
async function openBucket(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  staged: readonly Staged[],
  bucket: number,
  held: boolean,
): Promise<{ arriving: string; keys: string }> {
  const here = staged.filter(({ buckets }) => buckets.includes(bucket));
  if (here.length === 0) {
    const nothing = emptyRelation({ ...versionColumns, ...lakeColumns[lakeTable], ...PLACE_IN_IMPORT });
    return { arriving: nothing, keys: nothing };
  }
  const rows = stagedIn(here, bucket);
  const arriving = arrivingRows(lakeTable, rows);
  if (!held) return { arriving: `(${arriving})`, keys: rows };
  await hand.duck.run(`create or replace temp table bucket_rows as ${arriving}`);
  return { arriving: 'bucket_rows', keys: 'bucket_rows' };
}

/** Staged rows as the merge wants them. Coded rows have the dictionary's number for their concept. */
function arrivingRows(lakeTable: BucketedTable, staged: string): string {
  const rows = `select * exclude (fault, patient_id) from ${staged}`;
  return isCoded(lakeTable) ? withCodes(rows) : rows;
}

const WORDS: Record<BucketedTable, string> = {
  event: 'coded entries',
  medication: 'medicines',
  appointment: 'appointments',
  admission: 'hospital admissions',
  attendance: 'emergency attendances',
  source_record: 'source records',
};

async function keepNews(hand: ImportInHand, bucket: number, accepted: string): Promise<void> {
  const known = await hand.duck.one<{ n: number }>(
    "select count(*) as n from duckdb_tables() where table_name = 'news'",
  );
  const rows = `select ${bucket}::integer as bucket, accepted.* exclude (delivery, table_no, sent) from ${accepted} as accepted`;
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
    await writeLakeFile(hand, lakeTable, `select * from news order by bucket, ${ORDER}`, {
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
      `select * from (select * exclude (bucket) from news where bucket = ${bucket} ${kept}) order by ${ORDER}`,
      { bucket },
    );
  }
}
