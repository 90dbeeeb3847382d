import { sql } from 'kysely';
import { NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { codelistHash } from '../language/codelist.ts';
import type { CodelistTable, ReadList, RefusedRow, UnusableFile } from './codelist-file.ts';
import type { CodelistTables, SaidOfLoad } from './codelist-tables.ts';
import { mayProposeCodelists } from './who-may.ts';
import { asCodelist } from './with-codelists.ts';

/** A list of a file that was loaded: a new version of it, or one that was known. */
export interface LoadedVersion {
  readonly id: string;
  readonly number: number;
  readonly hash: string;
  readonly codes: number;
  readonly isNew: boolean;
}

/** What became of the rows of a table: read = loaded + refused + duplicate. */
export interface TableLoaded {
  readonly name: string;
  readonly read: number;
  readonly loaded: number;
  readonly refused: number;
  readonly duplicate: number;
  readonly lists: readonly LoadedVersion[];
  readonly rows: readonly RefusedRow[];
  readonly notes: readonly string[];
}

export interface LoadResult {
  readonly load: number;
  readonly tables: readonly TableLoaded[];
  readonly unusable: readonly UnusableFile[];
}

/** Begins a load: who brings it, and what they say of it. Throws NotPermitted. Returns its number. */
export async function beginLoad(
  tx: Tx,
  { by, said = {} }: { readonly by: Actor; readonly said?: SaidOfLoad },
): Promise<number> {
  const permission = mayProposeCodelists(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const { load_id } = await tx
    .withTables<CodelistTables>()
    .insertInto('need.codelist_load')
    .values({ said: JSON.stringify(said), begun_by: by.account, ended_at: null })
    .returning('load_id')
    .executeTakeFirstOrThrow();
  const detail = { load: load_id };
  await writeAudit(tx, { action: 'codelist.load_begun', purpose: permission.because, detail });
  return load_id;
}

/**
 * Writes down what was read of the files of a load: each list with other codes than all its versions so far becomes a
 * version of its own, waiting to be published. Meant for batch work, in one transaction: all of it, or nothing.
 */
export async function recordLoad(
  tx: Tx,
  load: number,
  read: { readonly tables: readonly CodelistTable[]; readonly unusable: readonly UnusableFile[] },
  now: Date,
): Promise<LoadResult> {
  // Numbers of versions are given one after the other.
  await sql`select pg_advisory_xact_lock(hashtext('need.codelist_version'))`.execute(tx);
  const db = tx.withTables<CodelistTables>();
  const { begun_by } = await db
    .selectFrom('need.codelist_load')
    .select('begun_by')
    .where('load_id', '=', load)
    .executeTakeFirstOrThrow();
  const tables: TableLoaded[] = [];
  for (const table of read.tables) tables.push(await recordTable(tx, load, table, begun_by, now));
  for (const { name, hash, refusal } of read.unusable)
    await db
      .insertInto('need.codelist_file')
      .values({ ...EMPTY, load_id: load, name, hash, refusal: JSON.stringify(refusal) })
      .execute();
  await db
    .updateTable('need.codelist_load')
    .set({ state: 'loaded', ended_at: now })
    .where('load_id', '=', load)
    .execute();
  return { load, tables, unusable: read.unusable };
}

/** Says that a load came to nothing: the program broke off. */
export async function failLoad(tx: Tx, load: number, now: Date): Promise<void> {
  await tx
    .withTables<CodelistTables>()
    .updateTable('need.codelist_load')
    .set({ state: 'failed', ended_at: now })
    .where('load_id', '=', load)
    .where('state', '=', 'waiting')
    .execute();
}

const EMPTY = {
  source: null,
  released: null,
  read: 0,
  loaded: 0,
  refused: 0,
  duplicate: 0,
  notes: '[]',
  refusal: null,
};

async function recordTable(
  tx: Tx,
  load: number,
  table: CodelistTable,
  loadedBy: string,
  now: Date,
): Promise<TableLoaded> {
  const db = tx.withTables<CodelistTables>();
  const known = await knownVersions(tx, table.lists);
  const isNew = (list: ReadList) => !known.has(`${list.id} ${hashOf(list)}`);
  const filled = table.lists.filter(({ codes }) => codes.length > 0);
  const loaded = filled.filter(isNew).reduce((sum, { codes }) => sum + codes.length, 0);
  const repeated = filled.reduce((sum, { codes }) => sum + codes.length, 0) - loaded;
  const account = {
    read: table.read,
    loaded,
    refused: table.refused.length,
    duplicate: table.duplicates + repeated,
  };
  const { file_no } = await db
    .insertInto('need.codelist_file')
    .values({
      ...EMPTY,
      ...account,
      load_id: load,
      name: table.name,
      hash: table.hash,
      source: table.source,
      released: table.released,
      notes: JSON.stringify(table.notes),
    })
    .returning('file_no')
    .executeTakeFirstOrThrow();
  await inParts(table.refused, (rows) =>
    db
      .insertInto('need.codelist_refused_row')
      .values(
        rows.map(({ line, column, said, reason }) => ({ file_no, line, column_name: column, said, reason })),
      )
      .execute(),
  );
  const lists: LoadedVersion[] = [];
  for (const list of filled) {
    const version =
      known.get(`${list.id} ${hashOf(list)}`) ?? (await addVersion(tx, list, file_no, loadedBy, now));
    await db
      .insertInto('need.codelist_file_version')
      .values({ file_no, version_no: version.version_no, is_new: isNew(list) })
      .execute();
    const { number, hash } = version;
    lists.push({ id: list.id, number, hash, codes: list.codes.length, isNew: isNew(list) });
  }
  return { name: table.name, ...account, lists, rows: table.refused, notes: table.notes };
}

interface KnownVersion {
  readonly version_no: number;
  readonly number: number;
  readonly hash: string;
}

async function knownVersions(tx: Tx, lists: readonly ReadList[]): Promise<Map<string, KnownVersion>> {
  if (lists.length === 0) return new Map();
  const rows = await tx
    .withTables<CodelistTables>()
    .selectFrom('need.codelist_version')
    .select(['version_no', 'codelist_id', 'number', 'hash'])
    .where('codelist_id', 'in', [...new Set(lists.map(({ id }) => id))])
    .execute();
  return new Map(rows.map((row) => [`${row.codelist_id} ${row.hash}`, row]));
}

const hashes = new WeakMap<ReadList, string>();

/** The hash of a list as it stands, without what content may know of it. */
function hashOf(list: ReadList): string {
  const about = { versionNo: 0, number: 0, hash: '', source: '', file: '', released: null };
  const hash = hashes.get(list) ?? codelistHash(asCodelist({ ...about, ...list }, undefined));
  hashes.set(list, hash);
  return hash;
}

async function addVersion(
  tx: Tx,
  list: ReadList,
  file: number,
  loadedBy: string,
  now: Date,
): Promise<KnownVersion> {
  const db = tx.withTables<CodelistTables>();
  const { latest } = await db
    .selectFrom('need.codelist_version')
    .select((select) => select.fn.max('number').as('latest'))
    .where('codelist_id', '=', list.id)
    .executeTakeFirstOrThrow();
  const version = await db
    .insertInto('need.codelist_version')
    .values({
      codelist_id: list.id,
      number: (latest ?? 0) + 1,
      kind: list.kind,
      hash: hashOf(list),
      title: list.title,
      codes: list.codes.length,
      file_no: file,
      loaded_by: loadedBy,
      loaded_at: now,
    })
    .returning(['version_no', 'number', 'hash'])
    .executeTakeFirstOrThrow();
  await inParts(list.codes, (codes) =>
    db
      .insertInto('need.codelist_code')
      .values(codes.map((code) => ({ version_no: version.version_no, ...code })))
      .execute(),
  );
  return version;
}

const ROWS_A_STATEMENT = 5000;

async function inParts<Row>(rows: readonly Row[], write: (part: Row[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT)
    await write(rows.slice(at, at + ROWS_A_STATEMENT));
}
