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

/** When more rows than this wait in memory, they are put into scratch space. */
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
  const codes: KnownCodes = { familiar: new Set(), surprising: new Set() };
  await emptyWaiting(hand, lakeTable);
  const beside = await workBeside(hand);
  try {
    for (const its of byDelivery(tables)) {
      const large = await largeBuckets(hand, its);
      const taken =
        large.length > 0
          ? await partDelivery(hand, lakeTable, { tables: its, large, codes }, say)
          : await stageDelivery(hand, lakeTable, its, say);
      if (taken === null) {
        await beside.done();
        await forget(hand, lakeTable, tables, staged);
        return null;
      }
      staged.push(...taken.staged);
      parted.push(...taken.parted.map(({ table }) => table));
      if (taken.parted.length > 0)
        await beside.next((other) => finishDelivery(other, lakeTable, taken.parted));
      if ((await countWaiting(hand)) > MOST_WAITING) {
        await beside.done();
        staged.push(await stageWaiting(hand, lakeTable, staged.length));
      }
    }
    await beside.done();
    // Rows of buckets in which a key stands twice have come to those of the last delivery since.
    if ((await countWaiting(hand)) > MOST_WAITING)
      staged.push(await stageWaiting(hand, lakeTable, staged.length));
  } finally {
    await beside.close();
  }
  if (parted.length === 0) return staged;
  // Rows that have to be merged with others are in scratch space by then.
  if (staged.length === 0) await writeWaiting(hand, lakeTable);
  return [...staged, { ...(await stageWaiting(hand, lakeTable, staged.length)), tables: parted }];
}

/** Work on what has been read, while the next is read: one piece at a time, in the order in which it is given. */
interface Beside {
  /** Begins a piece of work, when the one before is done. */
  next(work: (hand: ImportInHand) => Promise<void>): Promise<void>;
  /** Waits for the last piece. Throws what it threw. */
  done(): Promise<void>;
  close(): Promise<void>;
}

async function workBeside(hand: ImportInHand): Promise<Beside> {
  const duck = await hand.duck.another();
  let last: Promise<void> = Promise.resolve();
  return {
    next: async (work) => {
      await last;
      last = work({ ...hand, duck });
      // Whoever waits for it is told; until then nobody may be.
      last.catch(() => {});
    },
    done: () => last,
    close: async () => {
      await last.catch(() => {});
      duck.close();
    },
  };
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
  readonly parted: readonly Parted[];
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
  if (staged.every(({ own }) => own)) return { staged, parted: [] };
  leave(staged);
  return null;
}

/** Lets go of what was put into scratch space. */
function leave(staged: readonly Staged[]): void {
  for (const { folder } of staged) rmSync(folder, { recursive: true, force: true });
}

/** What is known before a table is read. */
interface Known {
  /** The buckets of which it has rows enough for a file. */
  readonly large: readonly number[];
  readonly codes: KnownCodes;
}

/** What is known of the codes of tables, by name, from those that were read before. */
interface KnownCodes {
  /** Nearly all codes of the last one stood in the dictionary: the next one is not asked beforehand. */
  readonly familiar: Set<string>;
  /** Once that was wrong, and the table had to be read again: from then on all are asked. */
  readonly surprising: Set<string>;
}

/** A table's rows, written: those of large buckets as the lake will have them. The rest is in the table `waiting`. */
interface Parted {
  readonly table: TableInHand;
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
  { tables: arriving, ...known }: Known & { readonly tables: readonly NumberedTable[] },
  say: (table: NumberedTable) => void,
): Promise<Taken | null> {
  const parted: Parted[] = [];
  for (const numbered of arriving) {
    say(numbered);
    const { source, context } = numbered;
    const files = await partRows(hand, lakeTable, numbered, known);
    const { rows, faulty } = await countParted(hand, context.table, files);
    if (await hasOthersRows(hand, faulty, source, context)) return null;
    const table = await accountForRows(hand.duck, source, context, { rows, faulty });
    beginOutcome(hand, table);
    if (faulty !== null) await noteUnknownPatients(hand, table, faulty);
    parted.push({ table, files });
  }
  return { staged: [], parted };
}

/** Makes the files of a delivery the lake's, but for those of buckets in which a key stands twice: their rows wait. */
async function finishDelivery(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  parted: readonly Parted[],
): Promise<void> {
  const repeated = await repeatedBuckets(hand, parted);
  for (const { table, files } of parted) {
    const whole = files.filter(({ bucket }) => !repeated.has(bucket));
    const scattered = await scatteredFiles(hand, whole);
    for (const [at, file] of whole.entries()) {
      const part = `-${table.table}${nameEnding(whole, at)}`;
      await intoTheLake(hand, lakeTable, { file, part, sort: scattered.has(file.path) });
    }
    settle(hand, table.table, { loaded: countRows(whole), duplicate: 0, conflict: 0 });
  }
  await letWait(hand, lakeTable, parted, repeated);
}

/** A bucket that was written in several files has them told apart. */
function nameEnding(files: readonly PartFile[], at: number): string {
  const before = files.slice(0, at).filter(({ bucket }) => bucket === files[at]?.bucket).length;
  return before === 0 ? '' : `-${before}`;
}

/**
 * Reads a table, and writes its rows as they are read, for each large bucket and for the rest. Once is enough, unless it
 * turns out that the dictionary lacks many of its codes.
 */
async function partRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  { source, context }: NumberedTable,
  { large, codes: { familiar, surprising } }: Known,
): Promise<PartFile[]> {
  const coded = isCoded(lakeTable);
  const folder = partsFolder(hand.scratch, lakeTable, context.table);
  const write = (before?: (rows: string) => Promise<void>) =>
    readNumbered(hand, lakeTable, { source, context, own: true }, async (rows) => {
      await before?.(rows);
      return await writeParts(hand, placedRows(lakeTable, rows, context, large), folder);
    });
  let news = false;
  let files = await write(async (rows) => {
    if (coded && !familiar.has(source.name)) news = await addMissingCodes(hand, rows);
  });
  if (coded && (await addCodesOfMany(hand, lakeTable, files, context))) {
    surprising.add(source.name);
    rmSync(folder, { recursive: true });
    files = await write();
  }
  if (files.some(isRest)) {
    await hand.duck.run(`insert into waiting by name ${restRows(lakeTable, files, context)}`);
    if (coded) await addCodes(hand, lackingCodes('waiting', `table_no = ${context.table}`));
  }
  if (news || surprising.has(source.name)) familiar.delete(source.name);
  else familiar.add(source.name);
  return files.filter((file) => !isRest(file));
}

function isRest({ bucket }: PartFile): boolean {
  return bucket === NOWHERE;
}

function countRows(files: readonly PartFile[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * SQL of rows by the `part` where they are put: usable ones of large buckets as the lake has them, with nothing more, so
 * that their files can be the lake's. A row of the rest (of no patient, with a fault or with a code that the dictionary
 * does not have) has the same columns, and says the others in place of its id; a usable one of a small bucket says its
 * bucket before its id, which it has, as a row without one has a fault.
 */
function placedRows(
  lakeTable: BucketedTable,
  rows: string,
  { publisher }: NumberedTable['context'],
  large: readonly number[],
): string {
  const content = Object.keys(lakeColumns[lakeTable]);
  const aside = saidAside(lakeTable).map((name) => `${name}::varchar`);
  const isUsable = `rec > 0 and bucket >= 0 ${isCoded(lakeTable) ? 'and (code is not null or concept is null)' : ''}`;
  const isWhole = `bucket in (${large.join(', ')}) and ${isUsable}`;
  // Whoever has a patient of the publisher is one of the publisher's rows. As the only word of a type it is not looked
  // up for every row.
  const own = literal((publisher ?? '').toUpperCase());
  return `select case when ${isWhole} then bucket else ${NOWHERE} end as part,
                 rec, ${own}::enum(${own}) as org,
                 case when ${isWhole} then row_id
                      when ${isUsable} then bucket || ' ' || row_id
                      else to_json([${aside.join(', ')}])::varchar end as row_id,
                 version, explicit, deleted, ${content.join(', ')} from (${rows})`;
}

/** What a row of the rest that is not usable as it is says in place of its id, in this order. */
const ASIDE = ['row_id', 'org', 'bucket', 'fault', 'patient_id'];
const ASIDE_OF_A_CODE = ['code_system', 'concept', 'concept_bnf', 'display'];

function saidAside(lakeTable: BucketedTable): string[] {
  return [...ASIDE, ...(isCoded(lakeTable) ? ASIDE_OF_A_CODE : [])];
}

/** SQL of the rest of a table's rows in the form of `readNumbered`. */
function restRows(
  lakeTable: BucketedTable,
  files: readonly PartFile[],
  { delivery, table, publisher }: NumberedTable['context'],
): string {
  // Of a usable row of a small bucket: whose it is, the id behind the bucket, and of the others nothing.
  const usable: Record<string, string> = {
    org: literal((publisher ?? '').toUpperCase()),
    bucket: "split_part(said, ' ', 1)",
    row_id: "substr(said, strpos(said, ' ') + 1)",
  };
  const said = saidAside(lakeTable).map(
    (name, at) =>
      `(case when aside is null then ${usable[name] ?? 'null'} else aside[${at + 1}] end)${name === 'bucket' ? '::integer' : ''} as ${name}`,
  );
  const columns = ownColumns(lakeTable).join(', ');
  return `select ${columns}, ${said.join(', ')}, ${delivery} as delivery, ${table} as table_no
            from (select ${columns}, row_id as said, case when starts_with(row_id, '[') then from_json(row_id, '["VARCHAR"]') end as aside
                    from read_parquet(${fileList(files.filter(isRest).map(({ path }) => path))}, hive_partitioning = false))`;
}

/** The columns of a lake table that every row has for itself, wherever it was put. */
function ownColumns(lakeTable: BucketedTable): string[] {
  const { org, row_id, ...types } = { ...versionColumns, ...lakeColumns[lakeTable] };
  return Object.keys(types);
}

/** So many rows show whether the dictionary lacks codes that a delivery uses. */
const SAMPLE = 20_000;

/**
 * Where no greater share of rows has codes that the dictionary lacks, they go the way of the rest: it is longer for each of
 * them than the way of the others, and shorter than to read all rows beforehand.
 */
const MOST_UNKNOWN = 0.01;

/**
 * Adds the codes of a delivery, where some of its rows show that the dictionary lacks many: a file of the lake has numbers
 * alone. Returns whether it did.
 */
async function addMissingCodes(hand: ImportInHand, rows: string): Promise<boolean> {
  const { share } = await hand.duck.one<{ share: number | null }>(
    `select avg((code is null and concept is not null)::integer) as share from (select * from (${rows}) limit ${SAMPLE})`,
  );
  if ((share ?? 0) <= MOST_UNKNOWN) return false;
  // Of all rows, so that numbers and words do not depend on which came first.
  await addCodes(hand, lackingCodes(`(${rows})`, 'code is null'));
  return true;
}

/** Adds the codes of the rest, where that is large for want of them. Returns whether it did. */
async function addCodesOfMany(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  files: readonly PartFile[],
  context: NumberedTable['context'],
): Promise<boolean> {
  const most = MOST_UNKNOWN * countRows(files);
  if (countRows(files.filter(isRest)) <= most) return false;
  const lacking = lackingCodes(`(${restRows(lakeTable, files, context)})`, 'true');
  const { n } = await hand.duck.one<{ n: number }>(`select count(*) as n from ${lacking}`);
  if (n <= most) return false;
  await addCodes(hand, lacking);
  return true;
}

/** SQL of the rows that can be used and have a code to be added, as far as its own is missing. */
function lackingCodes(rows: string, missing: string): string {
  return `(select code_system, concept, concept_bnf, display from ${rows}
            where ${missing} and concept is not null and bucket <> ${NOWHERE})`;
}

async function countParted(
  { duck }: ImportInHand,
  table: number,
  files: readonly PartFile[],
): Promise<{ rows: number; faulty: string | null }> {
  const counted = await duck.one<{ rows: number; faults: number }>(
    `select count(*) as rows, count(*) filter (where bucket = ${NOWHERE}) as faults from waiting where table_no = ${table}`,
  );
  const faulty = `(select * from waiting where table_no = ${table} and bucket = ${NOWHERE})`;
  const rows = counted.rows + countRows(files);
  return { rows, faulty: counted.faults === 0 ? null : faulty };
}

/**
 * The buckets with a file in which a key stands more than once, or again among the rest. Hashes may collide: then a
 * bucket goes the long way for nothing.
 */
async function repeatedBuckets({ duck }: ImportInHand, parted: readonly Parted[]): Promise<Set<number>> {
  const repeated = new Set<number>();
  const files = parted.flatMap((each) => each.files);
  const tables = parted.map(({ table }) => table.table).join(', ');
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

/**
 * A file is in order enough when, at the records with which its groups of rows begin, so few groups lie over each other on
 * average: that many are read to have one person’s rows.
 */
const MOST_GROUPS = 2.5;

/** The files that are to be sorted: those whose rows do not come person by person. */
async function scatteredFiles({ duck }: ImportInHand, files: readonly PartFile[]): Promise<Set<string>> {
  if (files.length === 0) return new Set();
  // A group of one record alone lies over nobody else's.
  const found = await duck.rows<{ path: string }>(
    `with of_rows as materialized (
       select file_name as path, row_group_id as nth, stats_min_value::bigint as least, stats_max_value::bigint as most
         from parquet_metadata(${fileList(files.map(({ path }) => path))}) where path_in_schema = 'rec')
     select one.path from of_rows as one
       left join of_rows as other on other.path = one.path and other.least <= one.least and one.least < other.most
      group by one.path having count(other.nth) > ${MOST_GROUPS} * count(distinct one.nth)`,
  );
  return new Set(found.map(({ path }) => path));
}

/** Makes a file that was parted one of the lake: as it is, or sorted. */
async function intoTheLake(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  { file: { bucket, path, rows }, part, sort }: { file: PartFile; part: string; sort: boolean },
): Promise<void> {
  if (!sort) return adoptLakeFile(hand, lakeTable, path, { bucket, rows }, part);
  const written = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  await writeLakeFile(hand, lakeTable, `select * from ${written} order by ${ORDER}`, { bucket }, part);
}

/** Adds the rows of files that cannot be the lake's to those that wait; the ones with a fault are accounted for by now. */
async function letWait(
  { duck, scratch }: ImportInHand,
  lakeTable: BucketedTable,
  parted: readonly Parted[],
  repeated: ReadonlySet<number>,
): Promise<void> {
  // The next delivery is being read meanwhile, and its rows wait there too.
  const tables = parted.map(({ table }) => table.table).join(', ');
  await duck.run(`delete from waiting where bucket = ${NOWHERE} and table_no in (${tables})`);
  for (const {
    table: { delivery, table },
    files,
  } of parted) {
    for (const { path, bucket } of files.filter((file) => repeated.has(file.bucket)))
      await duck.run(
        `insert into waiting by name select *, ${bucket} as bucket, ${delivery} as delivery, ${table} as table_no
           from read_parquet(${literal(path)}, hive_partitioning = false)`,
      );
    rmSync(partsFolder(scratch, lakeTable, table), { recursive: true, force: true });
  }
}

/** Made anew, the table lets go of the room that its rows took. Not a temporary one: two connections work with it. */
async function emptyWaiting({ duck }: ImportInHand, lakeTable: BucketedTable): Promise<void> {
  const said = Object.fromEntries(saidAside(lakeTable).map((name) => [name, 'VARCHAR']));
  const types = { ...versionColumns, ...lakeColumns[lakeTable], ...said };
  await duck.run(
    `create or replace table waiting as ${emptyRelation({ ...types, bucket: 'INTEGER', delivery: 'INTEGER', table_no: 'INTEGER' })}`,
  );
}

/** How many rows wait. Those with a fault do not: they go when they have been accounted for. */
async function countWaiting({ duck }: ImportInHand): Promise<number> {
  return (await duck.one<{ n: number }>(`select count(*) as n from waiting where bucket <> ${NOWHERE}`)).n;
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
  const scattered = await scatteredFiles(hand, files);
  for (const [at, file] of files.entries())
    await intoTheLake(hand, lakeTable, { file, part: nameEnding(files, at), sort: scattered.has(file.path) });
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
  leave(staged);
  for (const { context } of tables) {
    rmSync(partsFolder(hand.scratch, lakeTable, context.table), { recursive: true, force: true });
    hand.inHand.delete(context.table);
    await hand.duck.run(`delete from unknown_patient where table_no = ${context.table}`);
  }
}
