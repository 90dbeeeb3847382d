import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  londonTimeSql,
  namedBySql,
  readMendedHeading,
  type SourceDelivery,
  type SourceTable,
  type StagedColumn,
} from '../../domains/register/index.ts';
import { type PlainDate, parseOdsCode, Refusal } from '../../kernel/index.ts';
import { type Duck, identifier, literal } from '../../platform/lake/index.ts';
import { type BringingIn, bringTableIn } from '../arriving/bring-in.ts';
import { columnNamed, openTabularFile, type TabularFile } from '../tabular/tabular-file.ts';
import { type DeliveryNote, readDeliveryNote } from './delivery-note.ts';
import type { ExtractFormat } from './format.ts';

const TABLE_FILE = /\.(csv|csv\.gz|parquet)$/i;

/** Whether a file could be a table of a practice extract, by its name. */
export function isTableFile(name: string): boolean {
  return TABLE_FILE.test(name);
}

/** Whether a folder holds a delivery of a layout: a table of it under its name, `others` left aside. */
export function isExtract(
  folder: string,
  format: ExtractFormat,
  others: ReadonlySet<string> = new Set(),
): boolean {
  return tableFiles(folder).some(({ file, table }) => table in format.tables && !others.has(file));
}

/**
 * Opens a folder as one delivery in a layout: a practice extract, or hospital activity. Nothing is loaded: the register reads the
 * tables when it is ready for them.
 *
 * Throws Refusal when the delivery as a whole cannot be used: a needed table or column is missing, a file is cut
 * short or in a wrong encoding, or the row counts of delivery.json do not fit.
 */
export async function readExtract(
  duck: Duck,
  folder: string,
  format: ExtractFormat,
  way: BringingIn,
): Promise<SourceDelivery> {
  const note = readDeliveryNote(folder, way.say);
  const publisher = note.publisher ?? parseOdsCode(basename(folder));
  const files = tableFiles(folder);
  refuseMissingTables(files, note, format);
  const tables: SourceTable[] = [];
  for (const { file, table } of files) {
    const path = await bringTableIn(join(folder, file), note.encoding, way);
    const opened = await openTabularFile(duck, path, file);
    refuseMended(opened);
    await refuseWrongCount(opened, note.tables[table]?.rows);
    tables.push(extractTable(table, opened, format, { covers: note.covers, publisher }));
  }
  return {
    name: basename(folder),
    format: format.id,
    publisher,
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

function refuseMissingTables(files: readonly TableFile[], note: DeliveryNote, format: ExtractFormat): void {
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

/** What a delivery says of all its tables. */
export interface SaidOfDelivery extends Pick<DeliveryNote, 'covers'> {
  readonly publisher: string | null;
}

/** A file as a table of the layout, or as rows that are kept whole where the layout has none of its name. */
export function extractTable(
  name: string,
  file: TabularFile,
  format: ExtractFormat,
  said: SaidOfDelivery,
): SourceTable {
  return name in format.tables ? layoutTable(name, file, format, said) : sourceRecords(name, file);
}

function layoutTable(
  name: string,
  file: TabularFile,
  format: ExtractFormat,
  said: SaidOfDelivery,
): SourceTable {
  const table = format.tables[name];
  if (!table) throw new Error(`No such table: ${name}`);
  const columns = new Map<string, StagedColumn>();
  for (const [staged, column] of Object.entries({ ...table.columns, ...format.versioning })) {
    const present = columnsNamed(file, column.from);
    if (present.length === 0) {
      if (column.required) throw missingColumn(file, column.from, format);
      continue;
    }
    const usual = staged === 'owner' ? said.publisher : null;
    columns.set(staged, stagedColumn(file, present, column, { nullWords: format.null_words, usual }));
  }
  if (format.named_by) columns.set('patient_id', namedBy(file, format.named_by, format));
  const silent = table.covers === 'said' && said.covers[name] === undefined;
  return {
    name,
    stage: table.stage,
    ...(table.kind === undefined ? {} : { eventKind: table.kind }),
    columns,
    atLeastOne: table.at_least_one,
    inOrder: table.in_order,
    ...(silent ? { feed: null } : {}),
    ...readingOf(file),
  };
}

/** Those columns of a file that have one of some names, each once, in the order of the names. */
function columnsNamed(file: TabularFile, names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => columnNamed(file, name) ?? []))];
}

/** What a row names its person by, where its sender has no patients of its own. */
function namedBy(
  file: TabularFile,
  { nhs_number, pseudonym }: NonNullable<ExtractFormat['named_by']>,
  format: ExtractFormat,
): StagedColumn {
  const present = columnsNamed(file, [...nhs_number, ...pseudonym]);
  if (present.length === 0) throw missingColumn(file, [...nhs_number, ...pseudonym], format);
  const first = (names: readonly string[]) => {
    const values = columnsNamed(file, names).map((name) =>
      filledText(identifier(name), file.columns.get(name) ?? '', format.null_words),
    );
    return `coalesce(${['null::varchar', ...values].join(', ')})`;
  };
  return {
    sql: namedBySql(first(nhs_number), first(pseudonym)),
    native: false,
    type: 'text',
    required: true,
    called: present.join(' or '),
  };
}

function readingOf(file: TabularFile) {
  const { name, relation, again, origin, rowNumber, count, unreadable, positions } = file;
  const common = { file: name, relation, again, rowNumber, record: recordOf(file), count, unreadable };
  return { ...common, positions, ...(origin === undefined ? {} : { origin }) };
}

/** SQL of a row with all its columns under the sender's names, as JSON. */
function recordOf({ columns }: TabularFile): string {
  const named = [...columns.keys()].map((column) => `${identifier(column)} := ${identifier(column)}`);
  return `to_json(struct_pack(${named.join(', ')}))::varchar`;
}

function missingColumn(file: TabularFile, wanted: readonly string[], format: ExtractFormat): Refusal {
  return new Refusal({
    code: 'missing_column',
    because: `${file.name} has no column ${wanted.join(' or ')}. Its columns are: ${[...file.columns.keys()].join(', ')}.`,
    remedy: `Add the column, or rename the one that holds it; docs/${format.id}.md lists all names.`,
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
  { nullWords, usual }: { nullWords: readonly string[]; usual: string | null },
): StagedColumn {
  const native = NATIVE[column.type];
  const allNative =
    native !== undefined && present.every((name) => native.test(file.columns.get(name) ?? ''));
  const values = present.map((name) =>
    allNative
      ? nativeValue(identifier(name), column.type)
      : usually(
          nullWords.includes(usual ?? '') ? null : usual,
          file,
          name,
          filledText(identifier(name), file.columns.get(name) ?? '', nullWords),
        ),
  );
  return {
    sql: values.length === 1 ? (values[0] ?? 'null') : `coalesce(${values.join(', ')})`,
    native: allNative,
    type: column.type,
    required: column.required,
    called: present.join(' or '),
  };
}

/**
 * SQL of a filled text of which nearly every row says the same: where it is spelt just so, nothing else is looked at. `said` is
 * itself such a text.
 */
function usually(said: string | null, { columns }: TabularFile, name: string, otherwise: string): string {
  if (said === null || columns.get(name) !== 'VARCHAR') return otherwise;
  return `case when ${identifier(name)} = ${literal(said)} then ${literal(said)} else ${otherwise} end`;
}

function nativeValue(name: string, type: StagedColumn['type']): string {
  if (type === 'number') return `${name}::double`;
  return type === 'local_time' ? londonTimeSql(name) : name;
}

/** SQL of a column as trimmed text, null where it is blank or a word for nothing. */
function filledText(name: string, type: string, nullWords: readonly string[]): string {
  if (type !== 'VARCHAR') return `${name}::varchar`;
  const words = ['', ...nullWords.filter((word) => word !== '')];
  const nothing = (text: string) => `list_contains([${words.map(literal).join(', ')}], ${text})`;
  const longest = Math.max(...words.map((word) => Buffer.byteLength(word)));
  // Trimming knows every space of Unicode, and is slow for it. ASCII that neither begins nor ends with its one space is
  // trimmed already, and that is nearly every value there is; longer than every word for nothing, it is something. What is
  // greater than the first mark of ASCII does not begin with a space.
  const trimmed = `${name} > '!' and not suffix(${name}, ' ') and strlen(${name}) = length(${name})`;
  return `case when ${name} is null then null
               when strlen(${name}) > ${longest} and ${trimmed} then ${name}
               when ${nothing(name)} then null
               when ${trimmed} then ${name}
               when ${nothing(`trim(${name})`)} then null
               else trim(${name}) end`;
}

/** A table that no room reads: every row is kept as it came, as JSON. */
function sourceRecords(name: string, file: TabularFile): SourceTable {
  const record = recordOf(file);
  const text = (wanted: string) => {
    const column = columnNamed(file, wanted);
    return column === null ? 'null' : `nullif(trim(${identifier(column)}::varchar), '')`;
  };
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
