import type { Tx } from '../../../platform/database/index.ts';
import type { WorkTables } from '../../work/index.ts';

/** What each piece of work of a plan says is to be done, as it was last said, by item. */
export async function describePlanWork(
  tx: Tx,
  rows: readonly { readonly item: number }[],
): Promise<Map<number, string>> {
  if (rows.length === 0) return new Map();
  const said = await tx
    .withTables<WorkTables>()
    .selectFrom('work.transition')
    .distinctOn('item_id')
    .select(['item_id', 'note'])
    .where(
      'item_id',
      'in',
      rows.map(({ item }) => item),
    )
    .where('note', 'is not', null)
    .where('note', '<>', '')
    .orderBy('item_id')
    .orderBy('transition_id', 'desc')
    .execute();
  return new Map(said.flatMap(({ item_id, note }) => (note === null ? [] : [[item_id, note]])));
}
