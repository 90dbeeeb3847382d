import { join } from 'node:path';
import { fileList, literal } from '../../../platform/lake/index.ts';
import { lakeColumns } from '../lake/lake-columns.ts';
import { type BucketedTable, latestVersions } from '../lake/manifest.ts';
import { accountForRows, type CheckContext, checkedRows, type TableInHand } from './check-table.ts';
import { lateRowsSql, noteCompleteTables } from './complete-tables.ts';
import { addCodes, conceptColumns } from './dictionary.ts';
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

/** A table that arrived: numbered, sorted by bucket, in scratch space, waiting to be merged. */
interface Staged {
  readonly table: TableInHand;
  readonly file: string;
}

/** The bucket of rows that cannot be used; they are counted, and fetched from their source at the end. */
const NOWHERE = -1;

/**
 * Reads one table into the shape of the lake in a single pass from its source to a file in scratch space: checked,
 * numbered, and sorted by bucket with small row groups, so that a bucket can be read from many staged files without
 * their other rows. Memory holds what sorting needs, whatever the size of the delivery.
 */
export async function stageRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  source: SourceTable,
  context: CheckContext,
): Promise<Staged> {
  const { duck } = hand;
  await findWhose(hand, source, context);
  const file = join(hand.scratch, `${lakeTable}-${context.table}.parquet`);
  await whileReading(duck, source, context, () =>
    duck.run(
      `copy (${stagedRows(lakeTable, source, context)} order by bucket, rec)
         to ${literal(file)} (format parquet, compression lz4, row_group_size 8192)`,
    ),
  );
  const rows = `read_parquet(${literal(file)})`;
  const table = await accountForRows(duck, source, context, rows);
  beginOutcome(hand, table);
  const nobody = whoseFault(source);
  if (table.faults.has(nobody)) {
    await duck.run(
      `insert into unknown_patient select distinct ${context.table}, org, patient_id from ${rows}
        where bucket = ${NOWHERE} and starts_with(fault, '${nobody}|')`,
    );
  }
  if (isCoded(lakeTable)) await addCodes(hand, rows);
  return { table, file };
}

/**
 * The patient records that a table's rows can belong to, as the temporary table `whose`: those of its publisher, a
 * small part of all, or all where rows name their owners themselves.
 */
async function findWhose(
  hand: ImportInHand,
  source: SourceTable,
  { publisher }: CheckContext,
): Promise<void> {
  const one = publisher !== null && (await isAllFrom(hand, source, publisher));
  await hand.duck.run(
    `create or replace temp table whose as select rec, org, patient_id, bucket from record
      ${one ? `where org = upper(${literal(publisher)})` : ''}`,
  );
}

/** Whether every row is the publisher's own. Asked only of files whose columns can be read alone. */
async function isAllFrom(hand: ImportInHand, source: SourceTable, publisher: string): Promise<boolean> {
  const owner = source.columns.get('owner');
  if (!owner) return true;
  if (!source.readsColumnsAlone) return false;
  const others = await hand.duck.rows(
    `select 1 as other from ${source.again} where upper(${owner.sql}) <> upper(${literal(publisher)}) limit 1`,
  );
  return others.length === 0;
}

function stagedRows(lakeTable: BucketedTable, source: SourceTable, context: CheckContext): string {
  const types: Record<string, string> = { ...lakeColumns[lakeTable] };
  const content = Object.entries(contentSql(lakeTable, source)).map(
    ([column, sql]) => `(${sql})::${types[column]} as ${column}`,
  );
  const coded = isCoded(lakeTable)
    ? [...Object.entries(conceptColumns(source)).map(([name, sql]) => `${sql} as ${name}`), 'row.display']
    : [];
  const field = (source.columns.get('patient_id')?.called ?? 'patient_id').replaceAll("'", "''");
  // Records that belong to no patient (a practitioner, a room) stand under record 0 in the first bucket.
  return `
    select case when row.fault is not null then ${NOWHERE}
                when row.patient_id is not null and whose.rec is null then ${NOWHERE}
                else coalesce(whose.bucket, 0) end as bucket,
           coalesce(whose.rec, 0) as rec, row.org, row.row_id, row.version, row.explicit, row.deleted,
           ${[...content, ...coded].join(', ')}, ${context.delivery} as delivery, ${context.table} as table_no,
           coalesce(row.fault, case when row.patient_id is not null and whose.rec is null
                                    then '${whoseFault(source)}|${field}' end) as fault,
           case when whose.rec is null then row.patient_id end as patient_id
      from (${checkedRows(source, context)}) as row
      left join whose on whose.org = row.org and whose.patient_id = row.patient_id`;
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
  const buckets = await touchedBuckets(hand, staged, begun);
  for (const bucket of buckets) {
    hand.progress(`Merging ${WORDS[lakeTable]}, part ${bucket + 1} of ${hand.buckets}`);
    const arriving = 'bucket_rows';
    await duck.run(`create or replace temp table ${arriving} as ${arrivingRows(lakeTable, staged, bucket)}`);
    const present = hand.base === null ? null : latestVersions(hand.base, lakeTable, bucket);
    const merged = await mergeVersions(duck, { arriving, present, content, late });
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
async function touchedBuckets(
  hand: ImportInHand,
  staged: readonly Staged[],
  begun: boolean,
): Promise<number[]> {
  const full = begun && staged.some(({ table }) => hand.deliveries[table.delivery]?.full);
  if (full) return Array.from({ length: hand.buckets }, (_, bucket) => bucket);
  const rows = await hand.duck.rows<{ bucket: number }>(
    `select distinct bucket from ${stagedFiles(staged)} where bucket <> ${NOWHERE} order by bucket`,
  );
  return rows.map(({ bucket }) => bucket);
}

function stagedFiles(staged: readonly Staged[]): string {
  return `read_parquet(${fileList(staged.map(({ file }) => file))})`;
}

/** One bucket's rows of everything that was staged. Coded rows get the dictionary's number for their concept. */
function arrivingRows(lakeTable: BucketedTable, staged: readonly Staged[], bucket: number): string {
  const rows = `select * exclude (bucket, fault, patient_id) from ${stagedFiles(staged)} where bucket = ${bucket}`;
  if (!isCoded(lakeTable)) return rows;
  return `
    select row.* exclude (code_system, concept, bnf, display)
             replace (case when term is distinct from code.display then term end as term),
           code.code
      from (${rows}) as row
      left join code on code.concept = row.concept and code.system = row.code_system
                    and code.bnf is not distinct from row.bnf`;
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
