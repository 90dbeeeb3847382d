import { type Kysely, sql } from 'kysely';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { FeedRule, RegisterTables } from '../../register/index.ts';
import type { Round } from './absent-practices.ts';
import type { LastCame } from './measure-practices.ts';

/**
 * When each practice's feeds last came, by the accounts of deliveries: the day of extraction, else of the import. A
 * delivery that brought nothing new still came.
 */
export async function readLastCame(db: Kysely<Tables>, feeds: readonly FeedRule[]): Promise<LastCame> {
  const rows = await deliveriesOf(db)
    .innerJoin('register.delivery_table as part', 'part.delivery_id', 'delivery.delivery_id')
    .select([
      sql<string>`upper(delivery.publisher)`.as('practice'),
      'part.table_name as table',
      sql<Date>`max(coalesce(delivery.extracted_at, run.started_at))`.as('at'),
    ])
    .groupBy(['delivery.publisher', 'part.table_name'])
    .execute();
  const came = new Map<string, Map<string, PlainDate>>();
  for (const { practice, table, at } of rows) {
    const day = londonDay(at);
    const of = came.get(practice) ?? new Map<string, PlainDate>();
    came.set(practice, of);
    for (const { id, tables } of feeds)
      if (tables.includes(table) && (of.get(id) ?? '') < day) of.set(id, day);
  }
  return came;
}

/** The imports so far, each as its latest day and the practices that it brought something of. */
export async function readRounds(db: Kysely<Tables>): Promise<Round[]> {
  const rows = await deliveriesOf(db)
    .select([
      sql<string[]>`array_agg(distinct upper(delivery.publisher))`.as('practices'),
      sql<Date>`max(coalesce(delivery.extracted_at, run.started_at))`.as('at'),
    ])
    .groupBy('run.run_id')
    .execute();
  return rows.map(({ practices, at }) => ({ day: londonDay(at), practices: new Set(practices) }));
}

function deliveriesOf(db: Kysely<Tables>) {
  return (
    db
      .withTables<RegisterTables>()
      .selectFrom('register.delivery as delivery')
      .innerJoin('register.import_run as run', 'run.run_id', 'delivery.run_id')
      .where('delivery.state', '=', 'loaded')
      .where('delivery.publisher', 'is not', null)
      // Rows that come again are of the day on which they first came.
      .where('delivery.mends', 'is', null)
  );
}
