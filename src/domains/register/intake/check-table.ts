import { type Duck, identifier, literal } from '../../../platform/lake/index.ts';
import { duckTypes, faultBranches, firstSql, parsedSql } from './column-sql.ts';
import type { Reason } from './reasons.ts';
import { type ColumnType, type SourceTable, stages, type UnreadableRow } from './staging.ts';
import { unaccountable, whileReading } from './unusable-delivery.ts';

/** One table of one delivery while it is being taken in. */
export interface TableInHand {
  /** Number of the delivery within the import, and of the table within the import. */
  readonly delivery: number;
  readonly table: number;
  readonly source: SourceTable;
  readonly read: number;
  readonly unreadable: readonly UnreadableRow[];
  /** Rows put aside so far, by reason; the rows themselves are fetched at the end. */
  readonly faults: Map<Reason, number>;
}

/** A small table, checked and held: its rows are a temporary table of every column of the stage and of `rowColumns`. */
export interface CheckedTable extends TableInHand {
  readonly checked: string;
}

export interface CheckContext {
  readonly delivery: number;
  readonly table: number;
  readonly publisher: string | null;
  readonly extractedAt: Date | null;
}

/** A table with its place in the import, so that a row can say where it came from in one integer. */
export interface NumberedTable {
  readonly source: SourceTable;
  readonly context: CheckContext;
}

/** DuckDB holds a piece of each column of every table that a statement reads: of hundreds of tables it would be all memory. */
const MOST_AT_ONCE = 20;

/** Tables in groups, each of which one statement may read. */
export function someAtOnce(tables: readonly CheckedTable[]): CheckedTable[][] {
  const groups = Array.from(
    { length: Math.ceil(tables.length / MOST_AT_ONCE) },
    (_, at) => at * MOST_AT_ONCE,
  );
  return groups.map((from) => tables.slice(from, from + MOST_AT_ONCE));
}

/** Reads one table into a temporary table of typed, complete rows; rows with a fault are counted and left out. */
export async function checkTable(
  duck: Duck,
  source: SourceTable,
  context: CheckContext,
): Promise<CheckedTable> {
  const checked = `checked_${context.table}`;
  await whileReading(duck, source, context, () =>
    duck.run(`create or replace temp table ${checked} as ${checkedRows(source, context)}`),
  );
  const { n: rows } = await duck.one<{ n: number }>(`select count(*) as n from ${checked}`);
  const table = await accountForRows(duck, source, context, { rows, faulty: checked });
  if (table.faults.size > 0) await duck.run(`delete from ${checked} where fault is not null`);
  return { ...table, checked };
}

/**
 * Begins the account of a table of which so many rows have been read. `faulty` is a relation of at least those with a
 * fault, with the column `fault`; null when none has one.
 *
 * Throws UnusableDelivery when the rows read and the rows counted by other means differ: then something was lost, and
 * nothing of the delivery may be used.
 */
export async function accountForRows(
  duck: Duck,
  source: SourceTable,
  context: CheckContext,
  { rows, faulty }: { readonly rows: number; readonly faulty: string | null },
): Promise<TableInHand> {
  const found =
    faulty === null
      ? []
      : await duck.rows<{ reason: string; n: number }>(
          `select split_part(fault, '|', 1) as reason, count(*) as n from ${faulty} where fault is not null group by all`,
        );
  const unreadable = await source.unreadable();
  const read = rows + unreadable.length;
  const counted = await source.count();
  if (counted !== null && counted !== read) {
    throw unaccountable(context.delivery, source, { counted, read });
  }
  const faults = new Map(found.map(({ reason, n }) => [reason as Reason, n]));
  for (const { reason } of unreadable) faults.set(reason, (faults.get(reason) ?? 0) + 1);
  return { delivery: context.delivery, table: context.table, source, read, unreadable, faults };
}

/** SQL of a table's rows with every column typed, whose they are, their version, and `fault`, null or `reason|field`. */
export function checkedRows(source: SourceTable, context: CheckContext): string {
  const columns: Record<string, ColumnType> = stages[source.stage];
  const publisher = context.publisher === null ? 'null::varchar' : literal(context.publisher);
  const extracted = String(context.extractedAt?.getTime() ?? 0);
  const parsed = Object.entries(columns).map(([name, type]) => {
    const value = source.columns.has(name) ? `parsed_${name}` : 'null';
    return `${value}::${duckTypes[type]} as ${identifier(name)}`;
  });
  return `
    select ${parsed.join(', ')},
           ${orgSql(source, publisher)} as org,
           ${versionSql(source, extracted)},
           ${source.columns.has('deleted') ? 'coalesce(parsed_deleted, false)' : 'false'} as deleted,
           ${faultSql(source, context.publisher)} as fault
      from (${parsedRows(source, source.relation)})`;
}

/** SQL of whose row it is. Nearly all are the publisher's, in the publisher's spelling. */
function orgSql({ columns }: SourceTable, publisher: string): string {
  return columns.has('owner')
    ? `case when parsed_owner = upper(${publisher}) then parsed_owner else upper(coalesce(parsed_owner, ${publisher})) end`
    : `upper(${publisher})`;
}

/** SQL of the source's rows with `raw_x` and `parsed_x` for each staged column x. */
export function parsedRows(source: Pick<SourceTable, 'columns'>, relation: string, extra = ''): string {
  const columns = [...source.columns];
  const raw = columns.map(([name, column]) => `${column.sql} as raw_${name}`);
  // What a value is made of is read once, however often the value names it.
  const first = columns.flatMap(([name, column]) => {
    const sql = firstSql(column, `raw_${name}`);
    return sql === null ? [] : [{ name, sql }];
  });
  const isFirst = new Set(first.map(({ name }) => name));
  const parsed = columns.map(
    ([name, column]) =>
      `${parsedSql(column, `${isFirst.has(name) ? 'first' : 'raw'}_${name}`)} as parsed_${name}`,
  );
  const layer = ['*', ...first.map(({ name, sql }) => `${sql} as first_${name}`)];
  return `select *, ${parsed.join(', ')} from (
            select ${layer.join(', ')} from (select ${extra}${raw.join(', ')} from ${relation} as source))`;
}

/** SQL of the first fault of a row of `parsedRows`, null when it has none. */
export function faultSql(source: SourceTable, publisher: string | null): string {
  const nobody = publisher === null ? [ownerBranch(source)] : [];
  const all = cases([
    ...columnBranches(source, () => true),
    ...oneOfBranches(source),
    ...orderBranches(source),
    ...nobody,
  ]);
  if (!source.columns.has('deleted')) return all;
  // A row that only says "deleted" needs no more than the key of what it deletes, and when.
  const key = cases([
    ...columnBranches(source, (name) => ['row_id', 'patient_id', 'version'].includes(name)),
    ...nobody,
  ]);
  return `case when parsed_deleted then ${key} else ${all} end`;
}

function cases(branches: readonly string[]): string {
  return branches.length === 0 ? 'null::varchar' : `case ${branches.join('\n')} end`;
}

function columnBranches(source: SourceTable, which: (name: string) => boolean): string[] {
  return [...source.columns]
    .filter(([name]) => which(name))
    .flatMap(([name, column]) => faultBranches(column, `raw_${name}`, `parsed_${name}`));
}

function oneOfBranches(source: SourceTable): string[] {
  return source.atLeastOne.map((group) => {
    const present = group.filter((name) => source.columns.has(name)).map((name) => `raw_${name}::varchar`);
    const called = group.map((name) => source.columns.get(name)?.called ?? name).join(', ');
    const filled = present.length === 0 ? 'null' : `coalesce(${present.join(', ')})`;
    return `when ${filled} is null then 'one_of_required|${called.replaceAll("'", "''")}'`;
  });
}

function orderBranches({ inOrder = [], columns }: SourceTable): string[] {
  return inOrder
    .filter((pair) => pair.every((name) => columns.has(name)))
    .map(([first, then]) => {
      const called = columns.get(then)?.called.replaceAll("'", "''");
      return `when parsed_${then}::date < parsed_${first}::date then 'ends_before_start|${called}'`;
    });
}

function ownerBranch(source: SourceTable): string {
  const owner = source.columns.has('owner') ? 'parsed_owner' : 'null';
  const called = source.columns.get('owner')?.called ?? 'record_owner_organisation_code';
  return `when ${owner} is null then 'unknown_practice|${called}'`;
}

/**
 * What orders versions: the row's own time where it has one (`explicit`), else the time of the delivery. In
 * milliseconds since 1970.
 */
function versionSql(source: SourceTable, extracted: string): string {
  if (!source.columns.has('version')) return `${extracted}::bigint as version, false as explicit`;
  return `coalesce(epoch_ms(parsed_version), ${extracted})::bigint as version, parsed_version is not null as explicit`;
}
