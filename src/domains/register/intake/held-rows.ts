import { type Cell, type Duck, literal } from '../../../platform/lake/index.ts';
import { lakeColumns } from '../lake/lake-columns.ts';
import type { BucketedTable } from '../lake/manifest.ts';
import type { NumberedTable } from './check-table.ts';
import { duckTypes } from './column-sql.ts';
import { contentSql } from './lake-row.ts';
import { isCoded } from './numbered-rows.ts';
import { type ColumnType, stages } from './staging.ts';

// Half of the time in which a practice's rows are read goes into putting them down, value by value. What is the same in
// every row is not put down, and what few rows have (another's code, a fault, a code that the dictionary does not have
// yet) is one list that nearly all rows lack. The view `held` has every column all the same.

/** Columns of which a row has those that it needs: of a fault the first two, of an unknown code the other four. */
const OF_A_FAULT = ['fault', 'patient_id'];
const OF_A_CODE = ['code_system', 'concept', 'concept_bnf', 'display'];

/** How rows of one publisher are held: `create` makes the table of SQL rows in the form of `readNumbered`, and `view` shows them. */
export interface HeldForm {
  narrow(rows: string): string;
  readonly view: string;
}

/** The form of the rows of some tables of one delivery. `publisher`: its code. */
export async function heldForm(
  duck: Duck,
  lakeTable: BucketedTable,
  tables: readonly NumberedTable[],
  publisher: string,
): Promise<HeldForm> {
  const [only, ...others] = tables;
  const same =
    only && others.length === 0 ? await sameInAll(duck, lakeTable, only) : new Map<string, string>();
  const own = literal(publisher.toUpperCase());
  const content = Object.keys(lakeColumns[lakeTable]).filter(
    (column) => column !== 'code' && !same.has(column),
  );
  const coded = isCoded(lakeTable);
  const kept = [
    'bucket',
    'rec',
    'row_id',
    'version',
    'explicit',
    'deleted',
    ...content,
    ...(coded ? ['code'] : []),
  ];
  const places = ['delivery', 'table_no'].filter((column) => !same.has(column));
  const aside = `case when fault is not null then [${OF_A_FAULT.join(', ')}]
    ${coded ? `when code is null and concept is not null then [${OF_A_CODE.join(', ')}]` : ''} end as aside`;
  const shown = Object.keys(lakeColumns[lakeTable]).map((column) =>
    same.has(column) ? `${same.get(column)} as ${column}` : column,
  );
  const of = (columns: readonly string[], length: number) =>
    columns.map((column, at) => `case when len(aside) = ${length} then aside[${at + 1}] end as ${column}`);
  return {
    narrow: (rows) =>
      `select ${[...kept, ...places].join(', ')}, nullif(org, ${own}) as others, ${aside} from (${rows})`,
    view: `create or replace temp view held as
      select bucket, rec, coalesce(others, ${own}) as org, row_id, version, explicit, deleted,
             ${shown.join(', ')},
             ${[...(coded ? of(OF_A_CODE, OF_A_CODE.length) : []), ...of(OF_A_FAULT, OF_A_FAULT.length)].join(', ')},
             ${['delivery', 'table_no'].map((column) => (same.has(column) ? `${same.get(column)} as ${column}` : column)).join(', ')}
        from held_rows`,
  };
}

/** SQL of what is the same in every row of a table, because no column of its file has a part in it. */
async function sameInAll(
  duck: Duck,
  lakeTable: BucketedTable,
  { source, context }: NumberedTable,
): Promise<Map<string, string>> {
  const stage: Record<string, ColumnType> = stages[lakeTable];
  const types: Record<string, string> = lakeColumns[lakeTable];
  const given = new Set([...source.columns.keys(), 'row']);
  const same = Object.entries(contentSql(lakeTable, source)).filter(
    ([column, sql]) => column !== 'term' && !(sql.match(/\w+/g) ?? []).some((word) => given.has(word)),
  );
  const found = new Map([
    ['delivery', `${context.delivery}::integer`],
    ['table_no', `${context.table}::integer`],
  ]);
  if (same.length === 0) return found;
  const none = Object.entries(stage).map(([column, type]) => `null::${duckTypes[type]} as "${column}"`);
  const values = await duck.one(
    `select ${same.map(([column, sql]) => `(${sql})::${types[column]} as ${column}`).join(', ')} from (select ${none.join(', ')})`,
  );
  for (const [column] of same) found.set(column, `${valueSql(values[column] ?? null)}::${types[column]}`);
  return found;
}

function valueSql(value: Cell): string {
  return typeof value === 'string' ? literal(value) : String(value);
}
