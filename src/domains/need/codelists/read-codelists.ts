import { type Kysely, sql } from 'kysely';
import type { AuthTables } from '../../../platform/auth/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { ListedCode, LoadableKind, RefusedRow, UnusableFile } from './codelist-file.ts';
import type { CodelistTables, SaidOfLoad } from './codelist-tables.ts';

/** A version of a list, without its codes. */
export interface CodelistVersion {
  readonly id: string;
  readonly versionNo: number;
  readonly number: number;
  readonly kind: LoadableKind;
  readonly hash: string;
  readonly title: string;
  readonly codes: number;
  readonly source: string;
  readonly file: string;
  readonly released: string | null;
  /** The load that brought it first. */
  readonly load: number;
  readonly loadedBy: { readonly account: string; readonly name: string };
  readonly loadedAt: Date;
}

function versions(db: Kysely<Tables>) {
  return db
    .withTables<CodelistTables & AuthTables>()
    .selectFrom('need.codelist_version as version')
    .innerJoin('need.codelist_file as file', 'file.file_no', 'version.file_no')
    .innerJoin('auth.account as loader', 'loader.account', 'version.loaded_by')
    .select([
      'version.codelist_id as id',
      'version.version_no as versionNo',
      'version.number',
      'version.kind',
      'version.hash',
      'version.title',
      'version.codes',
      'file.source',
      'file.name as file',
      'file.released',
      'file.load_id as load',
      'version.loaded_by',
      'version.loaded_at as loadedAt',
      'loader.name',
    ]);
}

type VersionRow = Awaited<ReturnType<ReturnType<typeof versions>['execute']>>[number];

function asVersion({ loaded_by, name, source, ...row }: VersionRow): CodelistVersion {
  return { ...row, source: source ?? '', loadedBy: { account: loaded_by, name } };
}

/** Every version of a list, the latest first. */
export async function readVersions(db: Kysely<Tables>, list: string): Promise<CodelistVersion[]> {
  const rows = await versions(db)
    .where('version.codelist_id', '=', list)
    .orderBy('version.number', 'desc')
    .execute();
  return rows.map(asVersion);
}

/** The latest version of every loaded list, in the order of their ids. */
export async function readLatestVersions(db: Kysely<Tables>): Promise<CodelistVersion[]> {
  const rows = await versions(db)
    .distinctOn('version.codelist_id')
    .orderBy('version.codelist_id')
    .orderBy('version.number', 'desc')
    .execute();
  return rows.map(asVersion);
}

/** Of which list a version is, and which of its versions; undefined where there is none. */
export async function readVersionNumber(
  db: Kysely<Tables>,
  versionNo: number,
): Promise<{ id: string; number: number } | undefined> {
  return await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_version')
    .select(['codelist_id as id', 'number'])
    .where('version_no', '=', versionNo)
    .executeTakeFirst();
}

/** Every version that was ever published, taken back since or not. */
export async function readPublishedVersions(db: Kysely<Tables>): Promise<Set<number>> {
  const rows = await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_decision')
    .select('version_no')
    .distinct()
    .execute();
  return new Set(rows.flatMap(({ version_no }) => version_no ?? []));
}

/** The codes of a version, in their order. */
export async function readCodes(db: Kysely<Tables>, versionNo: number): Promise<ListedCode[]> {
  return await db
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_code')
    .select(['code', 'term', 'category'])
    .where('version_no', '=', versionNo)
    .orderBy('code')
    .execute();
}

/** What was decided about a list, by whom and why. */
export interface DecisionRow {
  readonly id: number;
  readonly versionNo: number | null;
  /** The number of the version that was published, or whose publication was taken back. */
  readonly number: number | null;
  readonly undoes: number | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Everything that was decided about a list, in order. */
export async function readDecisions(db: Kysely<Tables>, list: string): Promise<DecisionRow[]> {
  const { rows } = await sql<DecisionRow>`
    select d.decision_id as id, d.version_no as "versionNo", v.number, d.undoes, d.reason, a.name as by, d.decided_at as at
      from need.codelist_decision d
      join auth.account a on a.account = d.decided_by
      left join need.codelist_decision u on u.decision_id = d.undoes
      left join need.codelist_version v on v.version_no = coalesce(d.version_no, u.version_no)
     where d.codelist_id = ${list} order by d.decision_id`.execute(db);
  return rows;
}

/** One time that somebody brought files, and what became of them. */
export interface LoadRow {
  readonly id: number;
  readonly state: 'waiting' | 'loaded' | 'failed';
  readonly said: SaidOfLoad;
  readonly by: string;
  readonly begunAt: Date;
  readonly endedAt: Date | null;
}

export interface LoadedFile {
  readonly fileNo: number;
  readonly name: string;
  readonly read: number;
  readonly loaded: number;
  readonly refused: number;
  readonly duplicate: number;
  readonly notes: readonly string[];
  readonly refusal: UnusableFile['refusal'] | null;
  readonly lists: readonly {
    readonly id: string;
    readonly number: number;
    readonly codes: number;
    readonly isNew: boolean;
  }[];
  /** The first rows that were not taken. */
  readonly rows: readonly RefusedRow[];
}

const LOADS = 20;

/** The last times that somebody brought files. */
export async function readLoads(db: Kysely<Tables>, load?: number): Promise<LoadRow[]> {
  const all = db
    .withTables<CodelistTables & AuthTables>()
    .selectFrom('need.codelist_load as load')
    .innerJoin('auth.account as account', 'account.account', 'load.begun_by')
    .select(['load.load_id as id', 'load.state', 'load.said', 'account.name as by'])
    .select(['load.begun_at as begunAt', 'load.ended_at as endedAt'])
    .orderBy('load.load_id', 'desc')
    .limit(LOADS);
  return await (load === undefined ? all : all.where('load.load_id', '=', load)).execute();
}

/** What became of the files of a load; of each, the first rows that were not taken. */
export async function readLoadedFiles(
  db: Kysely<Tables>,
  load: number,
  mostRows: number,
): Promise<LoadedFile[]> {
  const tables = db.withTables<CodelistTables>();
  const files = await tables
    .selectFrom('need.codelist_file')
    .selectAll()
    .where('load_id', '=', load)
    .orderBy('file_no')
    .execute();
  const lists = await tables
    .selectFrom('need.codelist_file_version as of')
    .innerJoin('need.codelist_version as version', 'version.version_no', 'of.version_no')
    .innerJoin('need.codelist_file as file', 'file.file_no', 'of.file_no')
    .select([
      'of.file_no',
      'version.codelist_id as id',
      'version.number',
      'version.codes',
      'of.is_new as isNew',
    ])
    .where('file.load_id', '=', load)
    .orderBy('version.codelist_id')
    .execute();
  const { rows } = await sql<RefusedRow & { file_no: number }>`
    select file_no, line, column_name as column, said, reason
      from (select r.*, row_number() over (partition by file_no order by line) as at
              from need.codelist_refused_row r join need.codelist_file f using (file_no) where f.load_id = ${load}) as row
     where at <= ${mostRows} order by file_no, line`.execute(db);
  return files.map((file) => ({
    fileNo: file.file_no,
    name: file.name,
    read: file.read,
    loaded: file.loaded,
    refused: file.refused,
    duplicate: file.duplicate,
    notes: file.notes,
    refusal: file.refusal,
    lists: lists.filter(({ file_no }) => file_no === file.file_no),
    rows: rows.filter(({ file_no }) => file_no === file.file_no),
  }));
}
