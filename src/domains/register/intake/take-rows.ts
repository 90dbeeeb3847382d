import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileList, literal } from '../../../platform/lake/index.ts';
import { emptyRelation, lakeColumns, versionColumns } from '../lake/lake-columns.ts';
import { type BucketedTable, latestVersions } from '../lake/manifest.ts';
import {
  accountForRows,
  type CheckContext,
  type CheckedTable,
  checkedRows,
  type TableInHand,
} from './check-table.ts';
import { lateRowsSql, noteCompleteTables } from './complete-tables.ts';
import { addCodes, CODE_OF_ROW, codeColumns, withCodes, withConcepts } from './dictionary.ts';
import { beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { contentSql } from './lake-row.ts';
import { mergeVersions } from './merge-versions.ts';
import { partsFollow } from './parts-follow.ts';
import { addRemovals } from './removals.ts';
import { type SourceTable, whoseFault } from './staging.ts';
import { settle } from './take-records.ts';
import { whileReading } from './unusable-delivery.ts';
import { writeLakeFile } from './write-lake.ts';

/** How rows within a bucket are sorted: a person's rows together, in the order of a timeline. */
const ORDER: Record<BucketedTable, string> = {
  event: 'rec, day, code',
  medication: 'rec, day, code',
  appointment: 'rec, day, start_minute',
  admission: 'rec, day, start_minute',
  attendance: 'rec, day, start_minute',
  source_record: 'rec',
};

/** A table that arrived: numbered, in scratch space, waiting to be merged. */
interface Staged extends StagedFiles {
  readonly table: TableInHand;
}

/** Rows in scratch space: a folder with a folder of Parquet files for each bucket that has any. */
interface StagedFiles {
  readonly folder: string;
  readonly buckets: readonly number[];
}

const PLACE_IN_IMPORT = { delivery: 'INTEGER', table_no: 'INTEGER' };

/** The bucket of rows that cannot be used; they are counted, and fetched from their source at the end. */
const NOWHERE = -1;

/**
 * Reads one table into the shape of the lake in a single pass from its source to scratch space: checked, numbered, and
 * parted by bucket, so that a bucket can be read without the others. Rows are sorted when they are merged, and only
 * then: memory holds what is being written, whatever the size of the delivery.
 */
export async function stageRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  source: SourceTable,
  context: CheckContext,
): Promise<Staged> {
  const { duck } = hand;
  const own = context.publisher !== null && !(await hasOthersPatients(hand, context));
  let parted = await partRows(hand, lakeTable, source, context, own);
  if (own && (await hasOthersRows(hand, parted, source, context))) {
    rmSync(parted.folder, { recursive: true });
    parted = await partRows(hand, lakeTable, source, context, false);
  }
  const { rows, faulty, ...staged } = parted;
  const table = await accountForRows(duck, source, context, { rows, faulty });
  beginOutcome(hand, table);
  const nobody = whoseFault(source);
  if (table.faults.has(nobody)) {
    await duck.run(
      `insert into unknown_patient select distinct ${context.table}, org, patient_id from ${faulty}
        where starts_with(fault, '${nobody}|')`,
    );
  }
  if (isCoded(lakeTable) && usable(staged).length > 0) await addCodes(hand, stagedIn([staged]));
  return { ...staged, table };
}

interface PartedRows extends StagedFiles {
  readonly rows: number;
  /** SQL of the rows that cannot be used; null when there are none. */
  readonly faulty: string | null;
}

/** `own`: looks for the patients of the publisher alone. */
async function partRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  source: SourceTable,
  context: CheckContext,
  own: boolean,
): Promise<PartedRows> {
  const { duck } = hand;
  const org = `upper(${literal(context.publisher ?? '')})`;
  // A practice's own patients are a small part of all, and are found by one column instead of two.
  await duck.run(
    `create or replace temp table whose as select rec, org, patient_id, bucket from record ${own ? `where org = ${org}` : ''}`,
  );
  const theirs = own
    ? `whose.patient_id = case when row.org = ${org} then row.patient_id end`
    : 'whose.org = row.org and whose.patient_id = row.patient_id';
  const folder = join(hand.scratch, `${lakeTable}-${context.table}`);
  mkdirSync(folder);
  const { Count: rows } = await whileReading(duck, source, context, () =>
    duck.one<{ Count: number }>(
      `copy (${stagedRows(lakeTable, source, context, theirs)})
         to ${literal(folder)} (format parquet, compression lz4, partition_by (bucket))`,
    ),
  );
  const buckets = readdirSync(folder).map((name) => Number(name.replace('bucket=', '')));
  const staged = { folder, buckets };
  return { ...staged, rows, faulty: buckets.includes(NOWHERE) ? stagedIn([staged], NOWHERE) : null };
}

/** Whether a delivery brings patients of others than its publisher: then its other rows may be theirs. */
async function hasOthersPatients(
  hand: ImportInHand,
  { delivery, publisher }: CheckContext,
): Promise<boolean> {
  for (const { table } of hand.inHand.values()) {
    if (table.delivery !== delivery || table.source.stage !== 'patient') continue;
    const { checked } = table as CheckedTable;
    const others = await hand.duck.rows(
      `select 1 as other from ${checked} where org <> upper(${literal(publisher ?? '')}) limit 1`,
    );
    if (others.length > 0) return true;
  }
  return false;
}

/** Whether a patient was not found because the row is not the publisher's. */
async function hasOthersRows(
  hand: ImportInHand,
  { faulty }: PartedRows,
  source: SourceTable,
  { publisher }: CheckContext,
): Promise<boolean> {
  if (faulty === null) return false;
  const others = await hand.duck.rows(
    `select 1 as other from ${faulty}
      where starts_with(fault, '${whoseFault(source)}|') and org <> upper(${literal(publisher ?? '')}) limit 1`,
  );
  return others.length > 0;
}

/** The buckets of the rows that can be used. */
function usable({ buckets }: StagedFiles): number[] {
  return buckets.filter((bucket) => bucket !== NOWHERE);
}

/** SQL of the rows of one bucket in scratch space, or of all that can be used. There must be some. */
function stagedIn(staged: readonly StagedFiles[], only?: number): string {
  const files = staged.flatMap((each) =>
    (only === undefined ? usable(each) : each.buckets.filter((bucket) => bucket === only)).map(
      (bucket) => `${each.folder}/bucket=${bucket}/*.parquet`,
    ),
  );
  return `read_parquet(${fileList(files)}, hive_partitioning = false)`;
}

/** `theirs`: SQL of whether a row of `whose` is the patient of a `row`. */
function stagedRows(
  lakeTable: BucketedTable,
  source: SourceTable,
  context: CheckContext,
  theirs: string,
): string {
  const types: Record<string, string> = { ...lakeColumns[lakeTable] };
  const content = Object.entries(contentSql(lakeTable, source)).map(
    ([column, sql]) => `(${sql})::${types[column]} as ${column}`,
  );
  const field = (source.columns.get('patient_id')?.called ?? 'patient_id').replaceAll("'", "''");
  const coded = isCoded(lakeTable);
  // Records that belong to no patient (a practitioner, a room) stand under record 0 in the first bucket.
  return `
    select case when row.fault is not null then ${NOWHERE}
                when row.patient_id is not null and whose.rec is null then ${NOWHERE}
                else coalesce(whose.bucket, 0) end as bucket,
           coalesce(whose.rec, 0) as rec, row.org, row.row_id, row.version, row.explicit, row.deleted,
           ${[...content, ...(coded ? codeColumns() : [])].join(', ')}, ${context.delivery} as delivery, ${context.table} as table_no,
           coalesce(row.fault, case when row.patient_id is not null and whose.rec is null
                                    then '${whoseFault(source)}|${field}' end) as fault,
           case when whose.rec is null then row.patient_id end as patient_id
      from (${coded ? withConcepts(source, checkedRows(source, context)) : checkedRows(source, context)}) as row
      left join whose on ${theirs}
      ${coded ? CODE_OF_ROW : ''}`;
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
  const tables = staged.map(({ table }) => table);
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
        `select * exclude (delivery, table_no, sent) from ${accepted} as accepted order by ${ORDER[lakeTable]}`,
        { bucket },
      );
  }
  // Rows that all have a fault touch no bucket.
  if (begun && buckets.length > 0) await writeNews(hand, lakeTable);
}

/** The buckets that rows arrive in; all of them when a full delivery may delete by silence. */
function touchedBuckets(hand: ImportInHand, staged: readonly Staged[], begun: boolean): number[] {
  const full = begun && staged.some(({ table }) => hand.deliveries[table.delivery]?.full);
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
