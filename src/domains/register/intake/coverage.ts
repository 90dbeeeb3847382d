import { toEpochDay } from '../../../kernel/index.ts';
import { baseTable, type ImportInHand } from './import-in-hand.ts';
import type { SourceTable, Stage } from './staging.ts';
import { writeLakeFile } from './write-lake.ts';

/** The feeds that definitions ask about: without one, "no such code" means unknown and not no. */
const FEED_OF: Partial<Record<Stage, string>> = {
  registration: 'registrations',
  event: 'events',
  medication: 'medicines',
  appointment: 'appointments',
  admission: 'admissions',
  attendance: 'attendances',
};

/**
 * Notes which feeds each practice has sent and from which day they are complete. A practice's coverage only grows:
 * an incremental delivery does not take back what an earlier one covered. Leaves the temporary table `coverage` and
 * returns whether it has changed.
 */
export async function noteCoverage(hand: ImportInHand): Promise<boolean> {
  const { duck } = hand;
  await duck.run(`create or replace temp table coverage as select * from ${baseTable(hand, 'coverage')}`);
  for (const delivery of hand.deliveries) {
    if (!delivery.publisher) continue;
    for (const table of delivery.tables) {
      const feed = feedOf(table);
      if (feed === null) continue;
      const from = delivery.covers.get(table.name);
      await duck.run('insert into coverage values (upper($1), $2, $3)', [
        delivery.publisher,
        feed,
        from === undefined ? null : toEpochDay(from),
      ]);
    }
  }
  // Null is the earliest of all: from the beginning.
  await duck.run(
    `create or replace temp table coverage as
     select org, feed, case when count(*) = count(from_day) then min(from_day) end as from_day from coverage group by all`,
  );
  const { n } = await duck.one<{ n: number }>(
    `select count(*) as n from (select * from coverage except select * from ${baseTable(hand, 'coverage')})`,
  );
  return n > 0;
}

function feedOf(table: SourceTable): string | null {
  if (table.feed !== undefined) return table.feed;
  if (table.stage === 'event' && table.eventKind === 'allergy') return null;
  return FEED_OF[table.stage] ?? null;
}

export async function writeCoverage(hand: ImportInHand): Promise<void> {
  await writeLakeFile(hand, 'coverage', 'select * from coverage order by org, feed');
}
