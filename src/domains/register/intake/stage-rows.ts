import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileList, literal } from '../../../platform/lake/index.ts';
import type { BucketedTable } from '../lake/manifest.ts';
import { accountForRows, type NumberedTable, type TableInHand } from './check-table.ts';
import { addCodes } from './dictionary.ts';
import { beginOutcome, type ImportInHand } from './import-in-hand.ts';
import { isCoded, NOWHERE, readNumbered } from './numbered-rows.ts';
import { hasOthersPatients, hasOthersRows } from './own-rows.ts';
import { whoseFault } from './staging.ts';

/** Tables that arrived: numbered, in scratch space, waiting to be merged. */
export interface Staged extends StagedFiles {
  readonly tables: readonly TableInHand[];
}

/** Rows in scratch space: a folder with a folder of Parquet files for each bucket that has any. */
export interface StagedFiles {
  readonly folder: string;
  readonly buckets: readonly number[];
}

/**
 * Reads one table into the shape of the lake in a single pass from its source to scratch space: checked, numbered, and
 * parted by bucket, so that a bucket can be read without the others. Rows are sorted when they are merged, and only
 * then: memory holds what is being written, whatever the size of the delivery.
 */
export async function stageRows(
  hand: ImportInHand,
  lakeTable: BucketedTable,
  numbered: NumberedTable,
): Promise<Staged & { readonly own: boolean }> {
  const { source, context } = numbered;
  let own = context.publisher !== null && !(await hasOthersPatients(hand, context));
  let parted = await partRows(hand, lakeTable, numbered, own);
  if (own && (await hasOthersRows(hand, parted.faulty, source, context))) {
    rmSync(parted.folder, { recursive: true });
    own = false;
    parted = await partRows(hand, lakeTable, numbered, own);
  }
  const { rows, faulty, ...staged } = parted;
  const table = await accountForRows(hand.duck, source, context, { rows, faulty });
  beginOutcome(hand, table);
  if (faulty !== null) await noteUnknownPatients(hand, table, faulty);
  if (isCoded(lakeTable) && usable(staged).length > 0) await addCodes(hand, stagedIn([staged]));
  return { ...staged, tables: [table], own };
}

/** Notes of whom rows are that were put aside because nobody sent their patient. */
export async function noteUnknownPatients(
  { duck }: ImportInHand,
  { table, faults, source }: TableInHand,
  faulty: string,
): Promise<void> {
  const nobody = whoseFault(source);
  if (!faults.has(nobody)) return;
  await duck.run(
    `insert into unknown_patient select distinct ${table}, org, patient_id from ${faulty}
      where starts_with(fault, '${nobody}|')`,
  );
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
  { source, context }: NumberedTable,
  own: boolean,
): Promise<PartedRows> {
  const folder = join(hand.scratch, `${lakeTable}-${context.table}`);
  const { rows, buckets } = await readNumbered(hand, lakeTable, { source, context, own }, (numbered) =>
    partByBucket(hand, numbered, folder),
  );
  const staged = { folder, buckets };
  return { ...staged, rows, faulty: buckets.includes(NOWHERE) ? stagedIn([staged], NOWHERE) : null };
}

/** Writes rows to scratch space, parted by their column `bucket`. Returns how many there are, and of which buckets. */
export async function partByBucket(
  { duck }: ImportInHand,
  rows: string,
  folder: string,
): Promise<{ rows: number; buckets: number[] }> {
  mkdirSync(folder);
  const { Count } = await duck.one<{ Count: number }>(
    `copy (${rows}) to ${literal(folder)} (format parquet, compression lz4, partition_by (bucket))`,
  );
  return { rows: Count, buckets: readdirSync(folder).map((name) => Number(name.replace('bucket=', ''))) };
}

/** The buckets of the rows that can be used. */
export function usable({ buckets }: StagedFiles): number[] {
  return buckets.filter((bucket) => bucket !== NOWHERE);
}

/** SQL of the rows of one bucket in scratch space, or of all that can be used. There must be some. */
export function stagedIn(staged: readonly StagedFiles[], only?: number): string {
  const files = staged.flatMap((each) =>
    (only === undefined ? usable(each) : each.buckets.filter((bucket) => bucket === only)).map(
      (bucket) => `${each.folder}/bucket=${bucket}/*.parquet`,
    ),
  );
  return `read_parquet(${fileList(files)}, hive_partitioning = false)`;
}
