import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileList, literal } from '../../../platform/lake/index.ts';
import { emptyRelation, lakeColumns, versionColumns } from '../lake/lake-columns.ts';
import type { BucketedTable } from '../lake/manifest.ts';
import { accountForRows, type NumberedTable, type TableInHand } from './check-table.ts';
import { lateRowsSql } from './complete-tables.ts';
import { addCodes, withCodes } from './dictionary.ts';
import { beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { isCoded, NOWHERE, ORDER, readNumbered } from './numbered-rows.ts';
import { hasOthersPatients, hasOthersRows } from './own-rows.ts';
import { noteUnknownPatients, partByBucket, type Staged, stageRows } from './stage-rows.ts';
import { settle } from './take-records.ts';
import { adoptLakeFile, LAKE_FORM, ROWS_A_GROUP, writeLakeFile } from './write-lake.ts';

// The first delivery of a practice is most of all that it ever sends. Where a table of the lake is still empty and each
// practice sends its own rows once, a practice's rows meet no others: they need not wait in scratch space for those.
// They are read once, and written as they are read, in the form of the lake and parted by bucket; a file is the lake's
// as soon as it is known that no key stands in it twice. Only a bucket of which a practice has few rows, such as those
// of people who moved away, waits for the rows of others, so that the lake has few files.

/** More rows than this of one delivery are not parted at once: what waits to be written would not fit in memory. */
const MOST_ROWS = 5_000_000;

/** So many rows of a bucket are worth a file of their own. */
const FEWEST = ROWS_A_GROUP;

/** More rows than this do not wait in memory. */
const MOST_WAITING = 1_000_000;

/**
 * Takes the rows of one lake table in, delivery by delivery, and writes what it can to the lake. Returns the rest, to be
 * merged; null, with nothing done, when rows of one delivery may meet those of another, or what is there.
 */
export async function takeOwnRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  say: (table: NumberedTable) => void,
): Promise<Staged[] | null> {
  if (!(await meetNoOthers(hand, lakeTable, tables))) return null;
  const staged: Staged[] = [];
  const parted: TableInHand[] = [];
  await emptyWaiting(hand, lakeTable);
  for (const its of byDelivery(tables)) {
    const large = await largeBuckets(hand, its);
    const taken =
      large.length > 0
        ? await partDelivery(hand, lakeTable, { tables: its, large }, say)
        : await stageDelivery(hand, lakeTable, its, say);
    if (taken === null) {
      await forget(hand, lakeTable, tables, staged);
      return null;
    }
    staged.push(...taken.staged);
    parted.push(...taken.parted);
    if ((await countWaiting(hand)) > MOST_WAITING)
      staged.push(await stageWaiting(hand, lakeTable, staged.length));
  }
  if (parted.length === 0) return staged;
  // Rows that have to be merged with others are in scratch space by then.
  if (staged.length === 0) await writeWaiting(hand, lakeTable);
  return [...staged, { ...(await stageWaiting(hand, lakeTable, staged.length)), tables: parted }];
}

/** Whether the lake has nothing of a table, and every delivery brings rows of patients that no other one has. */
async function meetNoOthers(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
): Promise<boolean> {
  // Records of no patient are of no practice either.
  if (lakeTable === 'source_record' || (hand.base?.manifest.files[lakeTable] ?? []).length > 0) return false;
  const senders = new Set<string>();
  for (const its of byDelivery(tables)) {
    const { publisher, delivery } = (its[0] as NumberedTable).context;
    const again = hand.deliveries[delivery]?.mends !== undefined;
    if (publisher === null || again || senders.has(publisher.toUpperCase())) return false;
    senders.add(publisher.toUpperCase());
    if (its.some(({ source }) => source.rider !== undefined)) return false;
    if (await hasOthersPatients(hand, (its[0] as NumberedTable).context)) return false;
    const numbered = its.map(({ source, context }) => ({ ...context, source }));
    if ((await lateRowsSql(hand, numbered)) !== null) return false;
  }
  return true;
}

function byDelivery(tables: readonly NumberedTable[]): NumberedTable[][] {
  const groups = new Map<number, NumberedTable[]>();
  for (const table of tables) {
    const { delivery } = table.context;
    groups.set(delivery, [...(groups.get(delivery) ?? []), table]);
  }
  return [...groups.values()];
}

/**
 * The buckets of which a delivery is likely to have rows enough for a file, as its patients are spread. None where its
 * rows are too many to be parted at once.
 */
async function largeBuckets({ duck }: ImportInHand, tables: readonly NumberedTable[]): Promise<number[]> {
  let rows = 0;
  // Where nobody knows how many rows there are before they are read, they may be too many.
  for (const { source } of tables) rows += (await source.count()) ?? Number.POSITIVE_INFINITY;
  if (rows > MOST_ROWS) return [];
  const { publisher } = (tables[0] as NumberedTable).context;
  const shares = await duck.rows<{ bucket: number; share: number }>(
    `select bucket, count(*) / sum(count(*)) over () as share from record where org = upper($1) group by bucket order by bucket`,
    [publisher],
  );
  return shares.filter(({ share }) => rows * share >= FEWEST).map(({ bucket }) => bucket);
}

interface Taken {
  /** What waits in scratch space. */
  readonly staged: readonly Staged[];
  /** The tables of which large buckets were written, and the rest waits in the table `waiting`. */
  readonly parted: readonly TableInHand[];
}

/** Null when rows are of others than the publisher. */
async function stageDelivery(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  say: (table: NumberedTable) => void,
): Promise<Taken | null> {
  const staged: (Staged & { own: boolean })[] = [];
  for (const table of tables) {
    say(table);
    staged.push(await stageRows(hand, lakeTable, table));
  }
  return staged.every(({ own }) => own) ? { staged, parted: [] } : null;
}

/** A table's rows, written: those of large buckets as the lake will have them. The rest is in the table `waiting`. */
interface Parted {
  readonly numbered: NumberedTable;
  readonly files: readonly PartFile[];
}

interface PartFile {
  readonly bucket: number;
  readonly path: string;
  readonly rows: number;
}

/** Null when rows are of others than the publisher. */
async function partDelivery(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  { tables: arriving, large }: { tables: readonly NumberedTable[]; large: readonly number[] },
  say: (table: NumberedTable) => void,
): Promise<Taken | null> {
  const parted: Parted[] = [];
  const tables: TableInHand[] = [];
  for (const numbered of arriving) {
    say(numbered);
    const part = await partRows(hand, lakeTable, numbered, large);
    parted.push(part);
    const { source, context } = numbered;
    const { rows, faulty } = await countParted(hand, part);
    if (await hasOthersRows(hand, faulty, source, context)) return null;
    const table = await accountForRows(hand.duck, source, context, { rows, faulty });
    beginOutcome(hand, table);
    if (faulty !== null) await noteUnknownPatients(hand, table, faulty);
    tables.push(table);
  }
  const repeated = await repeatedBuckets(hand, parted);
  for (const { numbered, files } of parted) {
    const whole = files.filter(({ bucket }) => !repeated.has(bucket));
    for (const [at, file] of whole.entries())
      await intoTheLake(hand, lakeTable, file, `-${numbered.context.table}${nameEnding(whole, at)}`);
    const loaded = whole.reduce((sum, { rows }) => sum + rows, 0);
    settle(hand, numbered.context.table, { loaded, duplicate: 0, conflict: 0 });
  }
  await letWait(hand, lakeTable, parted, repeated);
  return { staged: [], parted: tables };
}

/** A bucket that was written in several files has them told apart. */
function nameEnding(files: readonly PartFile[], at: number): string {
  const before = files.slice(0, at).filter(({ bucket }) => bucket === files[at]?.bucket).length;
  return before === 0 ? '' : `-${before}`;
}

/**
 * Reads a table once, and writes its rows as they are read: usable ones of large buckets as the lake has them, with
 * nothing more, so that their files can be the lake's. A row of the rest (of a small bucket, of no patient, with a fault
 * or with a code that the dictionary does not have) has the same columns, and says the others in place of its id.
 */
async function partRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  { source, context }: NumberedTable,
  large: readonly number[],
): Promise<Parted> {
  const { duck } = hand;
  const coded = isCoded(lakeTable);
  const content = Object.keys(lakeColumns[lakeTable]);
  const aside = saidAside(lakeTable);
  const isWhole = [
    `bucket in (${large.join(', ')})`,
    'rec > 0',
    ...(coded ? ['(code is not null or concept is null)'] : []),
  ].join(' and ');
  // Whoever has a patient of the publisher is one of the publisher's rows. As the only word of a type it is not looked
  // up for every row.
  const own = literal((context.publisher ?? '').toUpperCase());
  const folder = partsFolder(hand.scratch, lakeTable, context.table);
  const written = await readNumbered(hand, lakeTable, { source, context, own: true }, async (rows) => {
    if (coded) await addMissingCodes(hand, rows);
    const placed = `select case when ${isWhole} then bucket else ${NOWHERE} end as part,
                           rec, ${own}::enum(${own}) as org,
                           case when ${isWhole} then row_id else to_json([${aside.map((name) => `${name}::varchar`).join(', ')}])::varchar end as row_id,
                           version, explicit, deleted, ${content.join(', ')} from (${rows})`;
    return await writeParts(hand, placed, folder);
  });
  const isRest = ({ bucket }: PartFile) => bucket === NOWHERE;
  if (written.some(isRest)) {
    await duck.run(`insert into waiting by name ${restRows(lakeTable, written.filter(isRest), context)}`);
    if (coded) await addCodesOfRest(hand, context.table);
  }
  return { numbered: { source, context }, files: written.filter((file) => !isRest(file)) };
}

/** What a row of the rest says in place of its id, in this order. */
const ASIDE = ['row_id', 'org', 'bucket', 'fault', 'patient_id'];
const ASIDE_OF_A_CODE = ['code_system', 'concept', 'concept_bnf', 'display'];

function saidAside(lakeTable: BucketedTable): string[] {
  return [...ASIDE, ...(isCoded(lakeTable) ? ASIDE_OF_A_CODE : [])];
}

/** SQL of the rest of a table in the form of `readNumbered`; of none without files. */
function restRows(
  lakeTable: BucketedTable,
  files: readonly PartFile[],
  { delivery, table }: { readonly delivery: number; readonly table: number } = { delivery: 0, table: 0 },
): string {
  const said = saidAside(lakeTable).map(
    (name, at) => `aside[${at + 1}]${name === 'bucket' ? '::integer' : ''} as ${name}`,
  );
  const { org, row_id, ...types } = { ...versionColumns, ...lakeColumns[lakeTable] };
  const columns = Object.keys(types);
  const rows =
    files.length === 0
      ? emptyRelation({ ...types, aside: 'VARCHAR[]' })
      : `(select ${columns.join(', ')}, from_json(row_id, '["VARCHAR"]') as aside
            from read_parquet(${fileList(files.map(({ path }) => path))}, hive_partitioning = false))`;
  return `select ${columns.join(', ')}, ${said.join(', ')}, ${delivery} as delivery, ${table} as table_no from ${rows}`;
}

/** So many rows show whether a delivery uses codes that the dictionary does not have. */
const SAMPLE = 20_000;

/** Adds the codes of a delivery, where its first rows show that the dictionary lacks some: a file of the lake has numbers alone. */
async function addMissingCodes(hand: ImportInHand, rows: string): Promise<void> {
  const missing = `select code_system, concept, concept_bnf, display from (${rows})
                    where code is null and concept is not null`;
  const found = await hand.duck.rows(
    `select 1 as missing from (select * from (${rows}) limit ${SAMPLE}) where code is null and concept is not null limit 1`,
  );
  if (found.length > 0) await addCodes(hand, `(${missing} and bucket <> ${NOWHERE})`);
}

/** Adds the codes of the rest of a table, which its first rows need not show. */
async function addCodesOfRest(hand: ImportInHand, table: number): Promise<void> {
  const used = `(select * from waiting where table_no = ${table} and concept is not null and bucket <> ${NOWHERE})`;
  if ((await hand.duck.rows(`select 1 as missing from ${used} limit 1`)).length > 0)
    await addCodes(hand, used);
}

async function countParted(
  { duck }: ImportInHand,
  { numbered, files }: Parted,
): Promise<{ rows: number; faulty: string | null }> {
  const { table } = numbered.context;
  const counted = await duck.one<{ rows: number; faults: number }>(
    `select count(*) as rows, count(*) filter (where bucket = ${NOWHERE}) as faults from waiting where table_no = ${table}`,
  );
  const faulty = `(select * from waiting where table_no = ${table} and bucket = ${NOWHERE})`;
  const rows = files.reduce((sum, file) => sum + file.rows, counted.rows);
  return { rows, faulty: counted.faults === 0 ? null : faulty };
}

/**
 * The buckets with a file in which a key stands more than once, or again among the rest. Hashes may collide: then a
 * bucket goes the long way for nothing.
 */
async function repeatedBuckets({ duck }: ImportInHand, parted: readonly Parted[]): Promise<Set<number>> {
  const repeated = new Set<number>();
  const files = parted.flatMap((each) => each.files);
  const tables = parted.map(({ numbered }) => numbered.context.table).join(', ');
  // Bucket by bucket, as so few keys are compared where the processor has them at hand.
  for (const bucket of new Set(files.map((file) => file.bucket))) {
    const its = files.filter((file) => file.bucket === bucket).map(({ path }) => path);
    const { different, all } = await duck.one<{ different: number; all: number }>(
      `with key as (select hash(rec, row_id) as key from read_parquet(${fileList(its)}, hive_partitioning = false)
                    union all select hash(rec, row_id) from waiting where bucket = ${bucket} and table_no in (${tables}))
       select (select count(*) from (select distinct key from key)) as different, (select count(*) from key) as "all"`,
    );
    if (different < all) repeated.add(bucket);
  }
  return repeated;
}

/** Rows in so few pieces, each in the order of people, need not be sorted: each person is read from as few places. */
const MOST_PIECES = 16;

/** Makes a file that was parted one of the lake: as it is where its rows come person by person, else sorted. */
async function intoTheLake(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  { bucket, path, rows }: PartFile,
  part: string,
): Promise<void> {
  // What is read at once is in order enough.
  if (rows <= ROWS_A_GROUP) return adoptLakeFile(hand, lakeTable, path, { bucket, rows }, part);
  const written = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const { falls } = await hand.duck.one<{ falls: number }>(
    `select count(*) filter (rec < before) as falls from (select rec, lag(rec) over () as before from ${written})`,
  );
  if (falls < MOST_PIECES) return adoptLakeFile(hand, lakeTable, path, { bucket, rows }, part);
  await writeLakeFile(hand, lakeTable, `select * from ${written} order by ${ORDER}`, { bucket }, part);
}

/** Adds the rows of files that cannot be the lake's to those that wait; the ones with a fault are accounted for by now. */
async function letWait(
  { duck, scratch }: ImportInHand,
  lakeTable: BucketedTable,
  parted: readonly Parted[],
  repeated: ReadonlySet<number>,
): Promise<void> {
  await duck.run(`delete from waiting where bucket = ${NOWHERE}`);
  for (const { numbered, files } of parted) {
    const { delivery, table } = numbered.context;
    for (const { path, bucket } of files.filter((file) => repeated.has(file.bucket)))
      await duck.run(
        `insert into waiting by name select *, ${bucket} as bucket, ${delivery} as delivery, ${table} as table_no
           from read_parquet(${literal(path)}, hive_partitioning = false)`,
      );
    rmSync(partsFolder(scratch, lakeTable, table), { recursive: true, force: true });
  }
}

/** Made anew, the table lets go of the room that its rows took. */
async function emptyWaiting({ duck }: ImportInHand, lakeTable: BucketedTable): Promise<void> {
  await duck.run(`create or replace temp table waiting as ${restRows(lakeTable, [])}`);
}

async function countWaiting({ duck }: ImportInHand): Promise<number> {
  return (await duck.one<{ n: number }>('select count(*) as n from waiting')).n;
}

/** Puts what waits into scratch space, to be merged. */
async function stageWaiting(hand: ImportInHand, lakeTable: BucketedTable, nth: number): Promise<Staged> {
  const folder = join(hand.scratch, `${lakeTable}-waiting-${nth}`);
  const { buckets } = await partByBucket(hand, 'select * from waiting', folder);
  await emptyWaiting(hand, lakeTable);
  return { tables: [], folder, buckets };
}

/** Writes what waits to the lake, all buckets at once, but for those in which a key stands twice: they are left. */
async function writeWaiting(hand: ImportInHand, lakeTable: BucketedTable): Promise<void> {
  const { duck } = hand;
  const repeated = await duck.rows<{ bucket: number }>(
    'select distinct bucket from (select bucket from waiting group by bucket, hash(rec, row_id) having count(*) > 1)',
  );
  const left = repeated.map(({ bucket }) => bucket).join(', ') || 'null';
  const columns = Object.keys({ ...versionColumns, ...lakeColumns[lakeTable] });
  const rows = `select * exclude (fault, patient_id) from waiting where bucket in (${left}) is not true`;
  const counts = await duck.rows<{ table_no: number; n: number }>(
    `select table_no, count(*) as n from (${rows}) group by table_no`,
  );
  const folder = partsFolder(hand.scratch, lakeTable, 'waiting');
  const files = await writeParts(
    hand,
    `select bucket as part, ${columns.join(', ')} from (${isCoded(lakeTable) ? withCodes(rows) : rows})`,
    folder,
  );
  for (const [at, file] of files.entries()) await intoTheLake(hand, lakeTable, file, nameEnding(files, at));
  for (const { table_no, n } of counts) settle(hand, table_no, { loaded: n, duplicate: 0, conflict: 0 });
  await duck.run(`delete from waiting where bucket in (${left}) is not true`);
  rmSync(folder, { recursive: true, force: true });
}

/** Writes rows as the lake has them to scratch space, a file for each `part`. */
async function writeParts({ duck }: ImportInHand, rows: string, folder: string): Promise<PartFile[]> {
  const files = await duck.rows<{ filename: string; count: number }>(
    `copy (${rows}) to ${literal(folder)} (${LAKE_FORM}, partition_by (part), return_stats)`,
  );
  return files.map(({ filename, count }) => ({
    bucket: Number(/part=(-?\d+)/.exec(filename)?.[1]),
    path: filename,
    rows: count,
  }));
}

function partsFolder(scratch: string, lakeTable: BucketedTable, of: number | 'waiting'): string {
  return join(scratch, `${lakeTable}-${of}-parts`);
}

/** Undoes what was done, so that the tables can be taken in another way. Files of the lake without a manifest are swept. */
async function forget(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  staged: readonly Staged[],
): Promise<void> {
  hand.files.delete(lakeTable);
  for (const { folder } of staged) rmSync(folder, { recursive: true, force: true });
  for (const { context } of tables) {
    rmSync(partsFolder(hand.scratch, lakeTable, context.table), { recursive: true, force: true });
    hand.inHand.delete(context.table);
    await hand.duck.run(`delete from unknown_patient where table_no = ${context.table}`);
  }
}
