import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  readMendedHeading,
  type SourceDelivery,
  type SourceTable,
  type StagedColumn,
} from '../../domains/register/index.ts';
import { type PlainDate, parseOdsCode, Refusal } from '../../kernel/index.ts';
import { type Duck, identifier, literal } from '../../platform/lake/index.ts';
import { type BringingIn, bringTableIn } from '../arriving/bring-in.ts';
import { openTabularFile, type TabularFile } from '../tabular/tabular-file.ts';
import { type DeliveryNote, readDeliveryNote } from './delivery-note.ts';
import type { PracticeExtractFormat } from './format.ts';

const TABLE_FILE = /\.(csv|csv\.gz|parquet)$/;

/** Whether a file could be a table of a practice extract, by its name. */
export function isTableFile(name: string): boolean {
  return TABLE_FILE.test(name);
}

/** Whether a folder holds a practice extract: a table of the layout under one of its names, `others` left aside. */
export function isPracticeExtract(
  folder: string,
  format: PracticeExtractFormat,
  others: ReadonlySet<string> = new Set(),
): boolean {
  return tableFiles(folder).some(({ file, table }) => table in format.tables && !others.has(file));
}

/**
 * Opens a folder as one delivery in the layout of practice extracts. Nothing is loaded: the register reads the
 * tables when it is ready for them.
 *
 * Throws Refusal when the delivery as a whole cannot be used: a needed table or column is missing, a file is cut
 * short or in a wrong encoding, or the row counts of delivery.json do not fit.
 */
export async function readPracticeExtract(
  duck: Duck,
  folder: string,
  format: PracticeExtractFormat,
  way: BringingIn,
): Promise<SourceDelivery> {
  const note = readDeliveryNote(folder);
  const files = tableFiles(folder);
  refuseMissingTables(files, note, format);
  const tables: SourceTable[] = [];
  for (const { file, table } of files) {
    const path = await bringTableIn(join(folder, file), note.encoding, way);
    const opened = await openTabularFile(duck, path, file);
    refuseMended(opened);
    await refuseWrongCount(opened, note.tables[table]?.rows);
    tables.push(extractTable(table, opened, format));
  }
  return {
    name: basename(folder),
    format: format.id,
    publisher: note.publisher ?? parseOdsCode(basename(folder)),
    extractedAt: note.extracted_at === undefined ? null : new Date(note.extracted_at),
    full: note.full,
    covers: new Map(Object.entries(note.covers).map(([table, { from }]) => [table, from as PlainDate])),
    tables,
  };
}

interface TableFile {
  readonly file: string;
  readonly table: string;
}

function tableFiles(folder: string): TableFile[] {
  return readdirSync(folder)
    .filter((file) => TABLE_FILE.test(file))
    .sort()
    .map((file) => ({ file, table: file.replace(TABLE_FILE, '').toLowerCase() }));
}

function refuseMissingTables(
  files: readonly TableFile[],
  note: DeliveryNote,
  format: PracticeExtractFormat,
): void {
  const there = new Set(files.map(({ table }) => table));
  const promised = Object.keys(note.tables);
  const needed = Object.entries(format.tables).flatMap(([name, { needed }]) =>
    needed && note.full ? [name] : [],
  );
  const missing = [...promised, ...needed].filter((table) => !there.has(table));
  if (missing.length === 0) return;
  throw new Refusal({
    code: 'missing_table',
    because: `The delivery has no file for ${[...new Set(missing)].join(', ')}.`,
    remedy: 'Send the whole delivery again, or correct delivery.json.',
  });
}

function refuseMended({ name, columns }: TabularFile): void {
  if (![...columns.keys()].some((column) => readMendedHeading(column))) return;
  throw new Refusal({
    code: 'mended_among_tables',
    because: `${name} has rows that were put aside and come again, and stands among the tables of a delivery.`,
    remedy: 'Send mended rows in a folder of their own, or by themselves.',
  });
}

async function refuseWrongCount(file: TabularFile, promised: number | undefined): Promise<void> {
  if (promised === undefined) return;
  const rows = await file.count();
  if (rows === promised) return;
  throw new Refusal({
    code: 'wrong_row_count',
    because: `${file.name} has ${rows} rows, and delivery.json says ${promised}: it may have been cut short.`,
    remedy: 'Send the delivery again.',
  });
}

/** A file as a table of the layout, or as rows that are kept whole where the layout has none of its name. */
export function extractTable(name: string, file: TabularFile, format: PracticeExtractFormat): SourceTable {
  return name in format.tables ? layoutTable(name, file, format) : sourceRecords(name, file);
}

function layoutTable(name: string, file: TabularFile, format: PracticeExtractFormat): SourceTable {
  const table = format.tables[name];
  if (!table) throw new Error(`No such table: ${name}`);
  const columns = new Map<string, StagedColumn>();
  for (const [staged, column] of Object.entries({ ...table.columns, ...format.versioning })) {
    const present = column.from.filter((candidate) => file.columns.has(candidate));
    if (present.length === 0) {
      if (column.required) throw missingColumn(file, column.from);
      continue;
    }
    columns.set(staged, stagedColumn(file, present, column, format.null_words));
  }
  return {
    name,
    stage: table.stage,
    ...(table.kind === undefined ? {} : { eventKind: table.kind }),
    columns,
    atLeastOne: table.at_least_one,
    ...readingOf(file),
  };
}

function readingOf(file: TabularFile) {
  const { name, relation, again, origin, rowNumber, readsColumnsAlone, count, unreadable, positions } = file;
  const record = recordOf(file);
  const common = { file: name, relation, again, rowNumber, readsColumnsAlone, record, count, unreadable };
  return { ...common, positions, ...(origin === undefined ? {} : { origin }) };
}

/** SQL of a row with all its columns under the sender's names, as JSON. */
function recordOf({ columns }: TabularFile): string {
  const named = [...columns.keys()].map((column) => `${identifier(column)} := ${identifier(column)}`);
  return `to_json(struct_pack(${named.join(', ')}))::varchar`;
}

function missingColumn(file: TabularFile, wanted: readonly string[]): Refusal {
  return new Refusal({
    code: 'missing_column',
    because: `${file.name} has no column ${wanted.join(' or ')}. Its columns are: ${[...file.columns.keys()].join(', ')}.`,
    remedy: 'Add the column, or rename the one that holds it; docs/practice-extract.md lists all names.',
  });
}

/** Parquet types that need no parsing for a staged type. */
const NATIVE: Partial<Record<StagedColumn['type'], RegExp>> = {
  date: /^DATE$/,
  timestamp: /^TIMESTAMP WITH TIME ZONE$/,
  local_time: /^TIMESTAMP WITH TIME ZONE$/,
  number: /^(DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\))$/,
  boolean: /^BOOLEAN$/,
};

function stagedColumn(
  file: TabularFile,
  present: readonly string[],
  column: { type: StagedColumn['type']; required: boolean },
  nullWords: readonly string[],
): StagedColumn {
  const native = NATIVE[column.type];
  const allNative =
    native !== undefined && present.every((name) => native.test(file.columns.get(name) ?? ''));
  const values = present.map((name) =>
    allNative
      ? nativeValue(identifier(name), column.type)
      : filledText(identifier(name), file.columns.get(name) ?? '', nullWords),
  );
  return {
    sql: values.length === 1 ? (values[0] ?? 'null') : `coalesce(${values.join(', ')})`,
    native: allNative,
    type: column.type,
    required: column.required,
    called: present.join(' or '),
  };
}

function nativeValue(name: string, type: StagedColumn['type']): string {
  if (type === 'number') return `${name}::double`;
  return type === 'local_time' ? `(${name} at time zone 'Europe/London')` : name;
}

/** SQL of a column as trimmed text, null where it is blank or a word for nothing. */
function filledText(name: string, type: string, nullWords: readonly string[]): string {
  if (type !== 'VARCHAR') return `${name}::varchar`;
  const words = nullWords.filter((word) => word !== '').map(literal);
  const text = `nullif(trim(${name}), '')`;
  return words.length === 0 ? text : `case when ${text} not in (${words.join(', ')}) then ${text} end`;
}

/** A table that no room reads: every row is kept as it came, as JSON. */
function sourceRecords(name: string, file: TabularFile): SourceTable {
  const record = recordOf(file);
  const text = (column: string) =>
    file.columns.has(column) ? `nullif(trim(${identifier(column)}::varchar), '')` : 'null';
  const column = (sql: string, called: string): StagedColumn => ({
    sql,
    native: false,
    type: 'text',
    required: false,
    called,
  });
  const typed = (type: StagedColumn['type'], called: string): StagedColumn => ({
    sql: text(called),
    native: false,
    type,
    required: false,
    called,
  });
  return {
    name,
    stage: 'source_record',
    idsBegin: `${name}:`,
    columns: new Map([
      ['row_id', column(`${literal(`${name}:`)} || coalesce(${text('id')}, md5(${record}))`, 'id')],
      ['patient_id', column(text('patient_id'), 'patient_id')],
      ['record', column(record, 'the row')],
      ['version', typed('timestamp', 'lds_start_date_time')],
      ['deleted', typed('boolean', 'lds_is_deleted')],
      ['owner', column(text('record_owner_organisation_code'), 'record_owner_organisation_code')],
    ]),
    atLeastOne: [],
    ...readingOf(file),
  };
}
