import { type Duck, literal } from '../../../platform/lake/index.ts';
import { lakeColumns } from '../lake/lake-columns.ts';
import type { BucketedTable } from '../lake/manifest.ts';
import { type CheckContext, checkedRows } from './check-table.ts';
import { CODE_OF_ROW, codeColumns, TERM_OF_ROW, withConcepts } from './dictionary.ts';
import type { ImportInHand } from './import-in-hand.ts';
import { contentSql } from './lake-row.ts';
import { type SourceTable, whoseFault } from './staging.ts';
import { whileReading } from './unusable-delivery.ts';

/**
 * How rows within a bucket are sorted: a person's rows together, so that they are read at once. Whoever wants them in
 * the order of a timeline sorts that one person's.
 */
export const ORDER = 'rec';

/** The bucket of rows that cannot be used; they are counted, and fetched from their source at the end. */
export const NOWHERE = -1;

/**
 * Reads one table in the shape of the lake, each row checked, and numbered with its patient's record: `read` is given SQL
 * of the rows, and asks for them. `own`: looks for the patients of the publisher alone.
 */
export async function readNumbered<Result>(
  { duck }: ImportInHand,
  lakeTable: BucketedTable,
  { source, context, own }: { source: SourceTable; context: CheckContext; own: boolean },
  read: (rows: string) => Promise<Result>,
): Promise<Result> {
  const org = `upper(${literal(context.publisher ?? '')})`;
  // A practice's own patients are a small part of all, and are found by one column instead of two.
  await duck.run(
    `create or replace temp table whose as select rec, org, patient_id, bucket from record ${own ? `where org = ${org}` : ''}`,
  );
  const theirs = own
    ? `whose.patient_id = case when row.org = ${org} then row.patient_id end`
    : 'whose.org = row.org and whose.patient_id = row.patient_id';
  const rows = numberedRows(lakeTable, source, context, theirs);
  return await whileReading(duck, source, context, () => asWritten(duck, () => read(rows)));
}

/**
 * Runs a query as it is written. Nobody knows how many rows a CSV file has before it is read, and DuckDB guesses few:
 * it would hold the whole file in memory to look the patients up in it, instead of the rows among the patients. Lists of
 * five words it would make joins of. The order of rows is of no use either: they are sorted when they are written.
 */
async function asWritten<Result>(duck: Duck, query: () => Promise<Result>): Promise<Result> {
  await duck.run("set disabled_optimizers = 'build_side_probe_side,in_clause'");
  await duck.run('set preserve_insertion_order = false');
  try {
    return await query();
  } finally {
    await duck.run('set preserve_insertion_order = true');
    await duck.run("set disabled_optimizers = ''");
  }
}

/** `theirs`: SQL of whether a row of `whose` is the patient of a `row`. */
function numberedRows(
  lakeTable: BucketedTable,
  source: SourceTable,
  context: CheckContext,
  theirs: string,
): string {
  const types: Record<string, string> = { ...lakeColumns[lakeTable] };
  const coded = isCoded(lakeTable);
  const content = Object.entries({
    ...contentSql(lakeTable, source),
    ...(coded ? { term: TERM_OF_ROW } : {}),
  }).map(([column, sql]) => `(${sql})::${types[column]} as ${column}`);
  const field = (source.columns.get('patient_id')?.called ?? 'patient_id').replaceAll("'", "''");
  // Records that belong to no patient (a practitioner, a room) stand under record 0 in the first bucket.
  return `
    select case when row.fault is not null then ${NOWHERE}
                when row.patient_id is not null and whose.rec is null then ${NOWHERE}
                else coalesce(whose.bucket, 0) end as bucket,
           coalesce(whose.rec, 0) as rec, row.org, row.row_id, row.version, row.explicit, row.deleted,
           ${[...content, ...(coded ? codeColumns() : [])].join(', ')}, ${context.delivery} as delivery, ${context.table} as table_no,
           coalesce(row.fault, case when row.patient_id is not null and whose.rec is null
                                    then '${whoseFault(source)}|${field}' end) as fault,
           case when whose.rec is null then row.patient_id end as patient_id
      from (${coded ? withConcepts(source, checkedRows(source, context)) : checkedRows(source, context)}) as row
      left join whose on ${theirs}
      ${coded ? CODE_OF_ROW : ''}`;
}

/** Whether rows of a table have a number of the dictionary. */
export function isCoded(lakeTable: BucketedTable): boolean {
  return lakeTable === 'event' || lakeTable === 'medication';
}
