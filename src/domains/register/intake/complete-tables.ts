import { literal } from '../../../platform/lake/index.ts';
import type { TableInHand } from './check-table.ts';
import { baseTable, type ImportInHand, mayHaveMore } from './import-in-hand.ts';
import { writeLakeFile } from './write-lake.ts';

// A full delivery says of a table: this is all there was at that time. That stays true when an older delivery comes
// late: without a memory of it, the late one would bring back what was gone, and the order in which deliveries
// happen to arrive would decide what a practice's record says.

/** Opens what is known of tables that came in full, as the temporary table `complete_table`. */
export async function openCompleteTables(hand: ImportInHand): Promise<void> {
  await hand.duck.run(
    `create or replace temp table complete_table as select * from ${baseTable(hand, 'complete_table')}`,
  );
}

/** Notes which of these tables are full. One with a row that could not be used is not: that row may be any. */
export async function noteCompleteTables(hand: ImportInHand, tables: readonly TableInHand[]): Promise<void> {
  for (const table of tables) {
    const { delivery, source } = table;
    const { full, publisher, extractedAt } = hand.deliveries[delivery] ?? {};
    if (!full || !publisher || !extractedAt || mayHaveMore(table)) continue;
    await hand.duck.run('insert into complete_table values (upper($1), $2, $3)', [
      publisher,
      source.name,
      extractedAt.getTime(),
    ]);
  }
}

/**
 * SQL of whether an arriving row is late: from a delivery that was extracted before one that had the whole of its
 * table. Null when none of these tables is late, as almost always.
 */
export async function lateRowsSql(
  hand: ImportInHand,
  tables: readonly Pick<TableInHand, 'delivery' | 'table' | 'source'>[],
): Promise<string | null> {
  const late: string[] = [];
  for (const { delivery, table, source } of tables) {
    const extractedAt = hand.deliveries[delivery]?.extractedAt;
    if (!extractedAt) continue;
    const complete = await hand.duck.rows<{ org: string }>(
      'select distinct org from complete_table where table_name = $1 and complete_at > $2',
      [source.name, extractedAt.getTime()],
    );
    // Of which practice a row is, it may say itself.
    const orgs = complete.map(({ org }) => literal(org));
    if (orgs.length > 0) late.push(`(table_no = ${table} and org in (${orgs.join(', ')}))`);
  }
  return late.length === 0 ? null : `(${late.join(' or ')})`;
}

/** Whether anything became known that was not; the latest time of each table is kept. */
export async function hasNewCompleteTables(hand: ImportInHand): Promise<boolean> {
  await hand.duck.run(
    'create or replace temp table complete_table as select org, table_name, max(complete_at) as complete_at from complete_table group by all',
  );
  const { n } = await hand.duck.one<{ n: number }>(
    `select count(*) as n from (select * from complete_table except select * from ${baseTable(hand, 'complete_table')})`,
  );
  return n > 0;
}

export async function writeCompleteTables(hand: ImportInHand): Promise<void> {
  await writeLakeFile(hand, 'complete_table', 'select * from complete_table order by org, table_name');
}
