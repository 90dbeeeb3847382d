import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/lake/index.ts';
import type { RegisterTables } from '../tables.ts';
import type { KeptDelivery } from './staging.ts';

// Rows that were put aside are kept as they came, in a file for each import. A row is known for ever by the delivery
// that first put it aside and its place in that file, its number. When it comes again, mended or as it was, it names
// them: if it is loaded, it is mended; if it is put aside anew, the newer copy takes its place. So every row that is
// open stands in exactly one place, and nothing that was written is ever changed.

/** Columns of a file of rows that were put aside: where each stands, why it is there, and the row itself as JSON. */
export const keptColumns = {
  /** The place of its delivery within the import. */
  delivery: 'INTEGER',
  table_name: 'VARCHAR',
  file: 'VARCHAR',
  line: 'INTEGER',
  reason: 'VARCHAR',
  field: 'VARCHAR',
  /** An object for a row that could be read; a text for a line as it came. */
  record: 'VARCHAR',
  /** The line of column names, for a line of a table as it came. */
  head: 'VARCHAR',
  /** Its number in the delivery that its delivery brought again. */
  origin: 'BIGINT',
  /** Code of the organisation whose row it is. */
  practice: 'VARCHAR',
} as const;

/** What has become of a row that was put aside. `again`: a later delivery brought it, and it was put aside anew. */
export type KeptState = 'open' | 'mended' | 'again';

/** A delivery that put rows aside, or brought such rows again. */
export interface Keeper {
  readonly delivery_id: number;
  readonly run_id: number;
  readonly place: number;
  readonly publisher: string | null;
  /** Files below the lake's folder. */
  readonly quarantine: string | null;
  readonly mended: string | null;
  readonly mends: number | null;
}

/** SQL of a file's rows, each with its number (`row`). Files of earlier versions have fewer columns. */
function keptFile(folder: string, path: string): string {
  const none = Object.entries(keptColumns).map(([name, type]) => `null::${type} as ${name}`);
  return `(select * exclude (file_row_number), file_row_number as row from (
             select ${none.join(', ')}, 0::bigint as file_row_number where false
             union all by name
             select * from read_parquet(${literal(join(folder, path))}, file_row_number = true)))`;
}

/**
 * A delivery and all that brought its rows again, in the order in which they came; of a delivery that brought rows
 * again, the family of that whose rows they are. Empty when there is none.
 */
export async function readKeepers(db: Kysely<Tables>, delivery: number): Promise<Keeper[]> {
  const { rows } = await sql<Keeper>`
    with first as (select coalesce(mends, delivery_id) as delivery_id from register.delivery where delivery_id = ${delivery}),
    family as (select d.* from register.delivery d join first on first.delivery_id in (d.delivery_id, d.mends)),
    placed as (
      select delivery_id, (row_number() over (partition by run_id order by delivery_id) - 1)::int as place
        from register.delivery where run_id in (select run_id from family))
    select family.delivery_id, run_id, place, publisher, quarantine, mended, mends
      from family join placed using (delivery_id) order by family.delivery_id`.execute(db);
  return rows;
}

/** A delivery of which rows were put aside; null when there is none of that number. */
export async function readKeptDelivery(db: Kysely<Tables>, id: number): Promise<KeptDelivery | null> {
  const row = await db
    .withTables<RegisterTables>()
    .selectFrom('register.delivery as delivery')
    .innerJoin('register.import_run as run', 'run.run_id', 'delivery.run_id')
    .select(['delivery_id as id', 'name', 'format', 'publisher', 'extracted_at', 'started_at'])
    .where('delivery_id', '=', id)
    .where('quarantine', 'is not', null)
    .where('delivery.mends', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  const { extracted_at: extractedAt, started_at: importedAt, ...delivery } = row;
  return { ...delivery, extractedAt, importedAt };
}

/**
 * SQL of the rows that one of them put aside, with `row`, `root` (the row's number for ever), `state`, and the delivery
 * that put it aside last (`now_in`).
 */
export function keptRows(folder: string, keepers: readonly Keeper[], delivery: number): string {
  const keeper = keepers.find(({ delivery_id }) => delivery_id === delivery);
  if (!keeper?.quarantine) return `(${rowsWithState('', 'null', 'null', delivery)} where false)`;
  const rows = `select * from ${keptFile(folder, keeper.quarantine)} where delivery = ${keeper.place}`;
  const mended = mendedRows(folder, keepers);
  const copies = laterCopies(folder, keepers, delivery);
  return `(${rowsWithState(rows, mended, copies, delivery)})`;
}

function rowsWithState(rows: string, mended: string, copies: string, delivery: number): string {
  const none = Object.entries({ ...keptColumns, row: 'BIGINT' }).map(
    ([name, type]) => `null::${type} as ${name}`,
  );
  const from = rows === '' ? `select ${none.join(', ')}` : rows;
  return `
    select kept.*, coalesce(kept.origin, kept.row) as root,
           case when ${mended === 'null' ? 'false' : `coalesce(kept.origin, kept.row) in (${mended})`} then 'mended'
                when ${copies === 'null' ? 'null' : 'copy.now_in'} is not null then 'again' else 'open' end as state,
           ${copies === 'null' ? `${delivery}` : `coalesce(copy.now_in, ${delivery})`} as now_in
      from (${from}) as kept
      ${copies === 'null' ? '' : `left join (${copies}) as copy on copy.origin = coalesce(kept.origin, kept.row)`}`;
}

/** SQL of the numbers of the rows that any of them mended; `null` as SQL when none did. */
export function mendedRows(folder: string, keepers: readonly Keeper[]): string {
  const files = keepers.flatMap(({ mended }) => (mended === null ? [] : [literal(join(folder, mended))]));
  return files.length === 0 ? 'null' : `select row from read_parquet([${files.join(', ')}])`;
}

function laterCopies(folder: string, keepers: readonly Keeper[], delivery: number): string {
  const copies = keepers.flatMap((each) =>
    each.mends === null || each.quarantine === null || each.delivery_id <= delivery
      ? []
      : [
          `select origin, ${each.delivery_id} as now_in from ${keptFile(folder, each.quarantine)}
            where delivery = ${each.place} and origin is not null`,
        ],
  );
  if (copies.length === 0) return 'null';
  return `select origin, max(now_in) as now_in from (${copies.join(' union all ')}) group by origin`;
}

/** The rows of one table that are no longer open, by reason. */
export interface SettledRows {
  readonly delivery_id: number;
  readonly table_name: string;
  readonly reason: string;
  readonly mended: number;
  readonly again: number;
}

/** Writes how many rows of these deliveries are no longer open, in the place of what was known. */
export async function writeSettled(
  db: Kysely<Tables>,
  deliveries: readonly number[],
  settled: readonly SettledRows[],
): Promise<void> {
  const tables = db.withTables<RegisterTables>();
  await tables
    .deleteFrom('register.quarantine_settled')
    .where('delivery_id', 'in', [...deliveries])
    .execute();
  if (settled.length > 0)
    await tables
      .insertInto('register.quarantine_settled')
      .values([...settled])
      .execute();
}
