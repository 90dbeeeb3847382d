import type { PlainDate } from '../../../kernel/index.ts';
import { fileList } from '../../../platform/lake/index.ts';

// The lake keeps every accepted row in immutable Parquet files. A manifest names the files of one snapshot; it
// stands in the book, so that making a snapshot current is one row in one transaction. A reader who holds a
// manifest sees one consistent state, whatever arrives meanwhile.

/** Tables whose rows belong to a patient record, have versions, and are too large for one file. */
export const bucketedTables = [
  'event',
  'medication',
  'appointment',
  'admission',
  'attendance',
  'source_record',
] as const;
/** Tables whose rows belong to a patient record and have versions, small enough to be written anew. */
export const recordTables = ['patient', 'person_link', 'registration', 'residence'] as const;
/** Tables that are derived or looked up, without versions, written anew each time they change. */
export const referenceTables = [
  'record',
  'hospital_record',
  'person_key',
  'person',
  'code',
  'coverage',
  'postcode_area',
  'organisation',
  'concept',
  'complete_table',
] as const;

export type BucketedTable = (typeof bucketedTables)[number];
export type RecordTable = (typeof recordTables)[number];
export type ReferenceTable = (typeof referenceTables)[number];
export type LakeTable = BucketedTable | RecordTable | ReferenceTable;

/** One file. A delta holds newer versions for any bucket; where both have a row, the later file's counts. */
export interface LakeFile {
  /** Below the lake's folder. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** The bucket of a base file of a bucketed table. */
  readonly bucket?: number;
  readonly delta?: true;
}

export interface Manifest {
  readonly layout: 1;
  /** The day that counts as today for everything computed from this snapshot. */
  readonly asOf: PlainDate;
  readonly buckets: number;
  readonly files: { readonly [Table in LakeTable]?: readonly LakeFile[] };
}

/**
 * People are spread over this many buckets, so that one person's rows, from whichever practice, stand together, and
 * those of one practice in few places (a merge of two people may leave rows in two buckets: the record table says which).
 * Fixed when a lake is begun; results never depend on it, and a test says so.
 */
export const BUCKETS = 32;

export const SNAPSHOT_LAYOUT = 1;

/** Where the lake's files are: the folder, and the files of one snapshot. */
export interface Lake {
  readonly folder: string;
  readonly manifest: Manifest;
}

function paths(lake: Lake, files: readonly LakeFile[]): string {
  return fileList(files.map((file) => `${lake.folder}/${file.path}`));
}

/** SQL of a reference or record table as it stands; an empty relation of no columns where there is none. */
export function wholeTable(lake: Lake, table: RecordTable | ReferenceTable): string | null {
  const files = lake.manifest.files[table] ?? [];
  return files.length === 0 ? null : `read_parquet(${paths(lake, files)})`;
}

/**
 * SQL of the latest version of every row of a bucketed table, deletions included, in one bucket, some or all.
 * Null where the table has no files. Its columns are the table's and `rec, row_id, version, deleted`.
 */
export function latestVersions(
  lake: Lake,
  table: BucketedTable,
  buckets?: number | readonly number[],
): string | null {
  const asked = typeof buckets === 'number' ? [buckets] : buckets;
  const files = lake.manifest.files[table] ?? [];
  const base = files.filter(
    (file) =>
      !file.delta && (asked === undefined || (file.bucket !== undefined && asked.includes(file.bucket))),
  );
  const deltas = files.filter((file) => file.delta);
  const inBucket = asked === undefined ? '' : `where bucket in (${asked.join(', ') || 'null'})`;
  const baseSql = base.length === 0 ? null : `select * from read_parquet(${paths(lake, base)})`;
  if (deltas.length === 0) return baseSql === null ? null : `(${baseSql})`;
  // Files are named in the order of their snapshots, so that the greatest name among a row's deltas is its latest.
  const latestDelta = `
    select * exclude (filename, bucket, latest) from (
      select *, row_number() over (partition by rec, row_id order by filename desc) as latest
        from read_parquet(${paths(lake, deltas)}, filename = true) ${inBucket}) where latest = 1`;
  if (baseSql === null) return `(${latestDelta})`;
  return `(select * from (${baseSql}) as base
             anti join (select rec, row_id from read_parquet(${paths(lake, deltas)}) ${inBucket}) as newer using (rec, row_id)
           union all by name ${latestDelta})`;
}

/** SQL of the live rows of a bucketed table: latest versions that are not deletions. */
export function liveRows(
  lake: Lake,
  table: BucketedTable,
  buckets?: number | readonly number[],
): string | null {
  const latest = latestVersions(lake, table, buckets);
  return latest === null ? null : `(select * from ${latest} where not deleted)`;
}
