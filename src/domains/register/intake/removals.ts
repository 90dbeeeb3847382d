import { literal } from '../../../platform/lake/index.ts';
import type { TableInHand } from './check-table.ts';
import { type ImportInHand, mayHaveMore } from './import-in-hand.ts';
import { eventKinds, type SourceTable } from './staging.ts';

/**
 * A delivery that declares itself full deletes by silence: rows of its practice that it no longer has become
 * deletions, added to `accepted`. Only rows of tables that it did bring, and only rows not newer than it: a table
 * that is missing from a full delivery is a missing feed, not an empty one. And a table of which a row could not be
 * used deletes nothing: that row may be the very one that seems to be missing. What an older delivery of the same
 * import brought goes too.
 */
export async function addRemovals(
  hand: ImportInHand,
  where: {
    readonly present: string | null;
    readonly arriving: string;
    readonly tables: readonly TableInHand[];
    readonly late: string | null;
  },
): Promise<void> {
  const full = where.tables.filter(({ delivery }) => hand.deliveries[delivery]?.full);
  if (where.present === null || full.length === 0) return;
  for (const table of full) {
    const delivery = hand.deliveries[table.delivery];
    if (!delivery?.publisher || mayHaveMore(table)) continue;
    await hand.duck.run(
      `create or replace temp table removed as
       select present.* replace (true as deleted, true as explicit, greatest(version, $1::bigint) as version)
         from ${where.present} as present
         anti join (select rec, row_id from ${where.arriving} where delivery = ${table.delivery}
                    union all select rec, row_id from accepted where (${where.late ?? 'false'}) is not true) as still using (rec, row_id)
        where org = $2 and not deleted and (version <= $1::bigint or $1::bigint = 0)
          and ${isOf(table.source)}`,
      [delivery.extractedAt?.getTime() ?? 0, delivery.publisher.toUpperCase()],
    );
    const { n } = await hand.duck.one<{ n: number }>('select count(*) as n from removed');
    const outcome = hand.inHand.get(table.table);
    if (outcome) outcome.removed += n;
    if (n === 0) continue;
    await hand.duck.run('delete from accepted where (rec, row_id) in (select (rec, row_id) from removed)');
    await hand.duck.run('insert into accepted by name select * from removed');
  }
}

/** SQL of whether a row is of this table, where the lake keeps several tables of a delivery in one. */
function isOf({ stage, eventKind, idsBegin }: SourceTable): string {
  if (idsBegin !== undefined) return `starts_with(row_id, ${literal(idsBegin)})`;
  return stage === 'event' ? `kind = ${eventKinds.indexOf(eventKind ?? 'observation')}` : 'true';
}
