import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cell, type Duck, literal } from '../../../platform/lake/index.ts';
import type { BucketedTable } from '../lake/manifest.ts';
import { accountForRows, type NumberedTable, type TableInHand } from './check-table.ts';
import { lateRowsSql } from './complete-tables.ts';
import { addCodes, withCodes } from './dictionary.ts';
import { haveRisingIds } from './distinct-ids.ts';
import { heldForm } from './held-rows.ts';
import { beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { isCoded, NOWHERE, ORDER, readNumbered } from './numbered-rows.ts';
import { hasOthersPatients, hasOthersRows } from './own-rows.ts';
import { noteUnknownPatients, partByBucket, type Staged, stageRows } from './stage-rows.ts';
import { settle } from './take-records.ts';
import { ROWS_A_GROUP, writeLakeFile } from './write-lake.ts';

// The first delivery of a practice is most of all that it ever sends. Where a table of the lake is still empty and each
// practice sends its own rows once, a practice's rows meet no others: they need not wait in scratch space for those, but
// go to the lake as they come. Only a bucket of which a practice has few rows, such as those of people who moved
// away, waits for the rows of others, so that the lake has few files.

/** More rows than this of one delivery are not held at once: with their texts they would not fit in memory. */
const MOST_HELD = 5_000_000;

/** So many rows of a bucket are worth a file of their own. */
const FEWEST = ROWS_A_GROUP;

/**
 * Takes the rows of one lake table in, delivery by delivery, and writes what it can to the lake. Returns the rest, to be
 * merged; null, with nothing done, when rows of one delivery may meet those of another, or what is there.
 */
export async function holdDeliveries(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  say: (table: NumberedTable) => void,
): Promise<Staged[] | null> {
  if (!(await mayBeHeld(hand, lakeTable, tables))) return null;
  const staged: Staged[] = [];
  for (const its of byDelivery(tables)) {
    const more = (await isWorthHolding(hand, its))
      ? await holdDelivery(hand, lakeTable, its, say)
      : await stageDelivery(hand, lakeTable, its, say);
    staged.push(...more.staged);
    if (more.own) continue;
    await forget(hand, lakeTable, tables, staged);
    return null;
  }
  return staged;
}

/** Whether the lake has nothing of a table, and every delivery brings rows of patients that no other one has. */
async function mayBeHeld(
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

/** Whether the rows of a delivery fit in memory, and some bucket will have enough of them for a file. */
async function isWorthHolding({ duck }: ImportInHand, tables: readonly NumberedTable[]): Promise<boolean> {
  let rows = 0;
  // Where nobody knows how many rows there are before they are read, they may be too many.
  for (const { source } of tables) rows += (await source.count()) ?? Number.POSITIVE_INFINITY;
  if (rows > MOST_HELD) return false;
  const { publisher } = (tables[0] as NumberedTable).context;
  const [most] = await duck.rows<{ share: number }>(
    `select count(*) / sum(count(*)) over () as share from record where org = upper($1)
      group by bucket order by share desc limit 1`,
    [publisher],
  );
  return rows * (most?.share ?? 0) >= FEWEST;
}

interface Taken {
  /** What of it waits in scratch space. */
  readonly staged: readonly Staged[];
  /** Whether all of its rows are of its publisher. */
  readonly own: boolean;
}

async function stageDelivery(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  say: (table: NumberedTable) => void,
): Promise<Taken> {
  const staged: (Staged & { own: boolean })[] = [];
  for (const table of tables) {
    say(table);
    staged.push(await stageRows(hand, lakeTable, table));
  }
  return { staged, own: staged.every(({ own }) => own) };
}

/** Rows of one delivery, all of them, as the temporary table `held`. */
async function holdDelivery(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  arriving: readonly NumberedTable[],
  say: (table: NumberedTable) => void,
): Promise<Taken> {
  const tables: TableInHand[] = [];
  const publisher = arriving[0]?.context.publisher ?? '';
  const form = await heldForm(hand.duck, lakeTable, arriving, publisher);
  for (const [at, numbered] of arriving.entries()) {
    say(numbered);
    const into = at === 0 ? 'create or replace temp table held_rows as' : 'insert into held_rows';
    await readNumbered(hand, lakeTable, { ...numbered, own: true }, (rows) =>
      hand.duck.run(`${into} ${form.narrow(rows)}`),
    );
    if (at === 0) await hand.duck.run(form.view);
    const { source, context } = numbered;
    const { rows, faulty } = await countHeld(hand, context.table);
    if (await hasOthersRows(hand, faulty, source, context)) return { staged: [], own: false };
    const table = await accountForRows(hand.duck, source, context, { rows, faulty });
    beginOutcome(hand, table);
    if (faulty !== null) await noteUnknownPatients(hand, table, faulty);
    tables.push(table);
  }
  const unknown = isCoded(lakeTable) && (await hasUnknownCodes(hand));
  if (unknown) await addCodes(hand, `(select * from held where bucket <> ${NOWHERE})`);
  const arrangement = await arrangementOf(hand);
  const written = await writeWhatIsWhole(hand, lakeTable, { tables, arrangement, unknown });
  const left = arrangement.buckets.filter(({ bucket }) => !written.includes(bucket));
  const rest = await stageTheRest(hand, lakeTable, tables, left);
  await hand.duck.run('drop view held');
  await hand.duck.run('drop table held_rows');
  return { staged: [rest], own: true };
}

async function countHeld(
  { duck }: ImportInHand,
  table: number,
): Promise<{ rows: number; faulty: string | null }> {
  const { rows, faults } = await duck.one<{ rows: number; faults: number }>(
    `select count(*) as rows, count(*) filter (where bucket = ${NOWHERE}) as faults from held where table_no = ${table}`,
  );
  const faulty = `(select * from held where table_no = ${table} and bucket = ${NOWHERE})`;
  return { rows, faulty: faults === 0 ? null : faulty };
}

async function hasUnknownCodes({ duck }: ImportInHand): Promise<boolean> {
  return (await duck.rows('select 1 as unknown from held where concept is not null limit 1')).length > 0;
}

/** Writes the buckets that have enough rows and no key twice; counts those rows as loaded. Returns the buckets. */
async function writeWhatIsWhole(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  of: { tables: readonly TableInHand[]; arrangement: Arrangement; unknown: boolean },
): Promise<number[]> {
  const { duck } = hand;
  const { tables, arrangement } = of;
  const large = arrangement.buckets.filter(({ is_large }) => is_large);
  const repeated = large.length === 0 ? new Set() : await repeatedBuckets(hand);
  const whole = large.filter(({ bucket }) => !repeated.has(bucket));
  const own = publisherSql(hand, tables);
  await personByPerson(duck, arrangement.pieces <= MOST_PIECES, async (order) => {
    for (const { bucket, lowest, highest } of whole) {
      // Whoever has a patient of the publisher is one of the publisher's rows. As the only word of a type it is not
      // looked up for every row.
      const rows = `select * exclude (bucket, delivery, table_no, fault, patient_id) replace (${own}::enum(${own}) as org)
                      from held where bucket = ${bucket} and rec between ${lowest} and ${highest}`;
      const coded = of.unknown
        ? withCodes(rows)
        : `select * exclude (code, code_system, concept, concept_bnf, display), code from (${rows})`;
      const sql = `select * from (${isCoded(lakeTable) ? coded : rows}) ${order}`;
      await writeLakeFile(hand, lakeTable, sql, { bucket }, `-${tables[0]?.table}`);
    }
  });
  const written = whole.map(({ bucket }) => bucket);
  if (whole.length > 0) {
    const counts = await duck.rows<{ table_no: number; n: number }>(
      `select table_no, count(*) as n from held where bucket in (${written.join(', ')}) group by table_no`,
    );
    for (const { table_no, n } of counts) settle(hand, table_no, { loaded: n, duplicate: 0, conflict: 0 });
  }
  return written;
}

/**
 * Writes rows person by person; `write` is given the ORDER BY that it takes. Rows that come so need none: each thread
 * writes groups of rows that follow each other, and has not to wait for its turn.
 */
async function personByPerson(
  duck: Duck,
  comeInOrder: boolean,
  write: (order: string) => Promise<void>,
): Promise<void> {
  if (!comeInOrder) return await write(`order by ${ORDER}`);
  await duck.run('set preserve_insertion_order = false');
  try {
    await write('');
  } finally {
    await duck.run('set preserve_insertion_order = true');
  }
}

/** SQL of the code of the practice whose rows are held. */
function publisherSql({ deliveries }: ImportInHand, tables: readonly TableInHand[]): string {
  return literal((deliveries[tables[0]?.delivery ?? 0]?.publisher ?? '').toUpperCase());
}

/** Rows in so few pieces, each in the order of people, need not be sorted: each person is read from as few places. */
const MOST_PIECES = 4;

/** How the rows that can be used are held. */
interface Arrangement {
  readonly buckets: readonly {
    readonly bucket: number;
    /** Whether it has rows enough for a file. */
    readonly is_large: boolean;
    /** The least and the greatest number of a record: those of one bucket mostly follow each other. */
    readonly lowest: number;
    readonly highest: number;
  }[];
  /** Of so many pieces each is in the order of people. */
  readonly pieces: number;
}

async function arrangementOf({ duck }: ImportInHand): Promise<Arrangement> {
  const buckets = await duck.rows<Arrangement['buckets'][number] & { falls: number; [column: string]: Cell }>(
    `select bucket, count(*) >= ${FEWEST} and min(rec) > 0 as is_large, min(rec) as lowest, max(rec) as highest,
            count(*) filter (rec < before) as falls
       from (select bucket, rec, lag(rec) over () as before from held where bucket <> ${NOWHERE})
      group by bucket order by bucket`,
  );
  return { buckets, pieces: buckets.reduce((sum, { falls }) => sum + falls, 1) };
}

/** The buckets in which a key stands more than once. Hashes may collide: then a bucket goes the long way for nothing. */
async function repeatedBuckets({ duck }: ImportInHand): Promise<Set<number>> {
  if (await haveRisingIds(duck, `(select rec, row_id from held where bucket <> ${NOWHERE})`))
    return new Set();
  const repeats = 'select hash(rec, row_id) from held group by 1 having count(*) > 1';
  // To remember whose key it was takes longer, and hardly any delivery has one twice.
  if ((await duck.rows(`select 1 as repeated from (${repeats}) limit 1`)).length === 0) return new Set();
  const repeated = await duck.rows<{ bucket: number }>(
    `select distinct bucket from held where hash(rec, row_id) in (${repeats})`,
  );
  return new Set(repeated.map(({ bucket }) => bucket));
}

async function stageTheRest(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  tables: readonly TableInHand[],
  left: Arrangement['buckets'],
): Promise<Staged> {
  const folder = join(hand.scratch, `${lakeTable}-${tables[0]?.table}`);
  const numbers = left.map(({ bucket }) => bucket);
  if (numbers.length === 0) return { tables, folder, buckets: [] };
  // Named one by one they are looked for in one column, before any other is read.
  const rest = `select * from held where bucket in (${numbers.join(', ')})`;
  const { buckets } = await partByBucket(hand, rest, folder);
  return { tables, folder, buckets };
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
    hand.inHand.delete(context.table);
    await hand.duck.run(`delete from unknown_patient where table_no = ${context.table}`);
  }
}
