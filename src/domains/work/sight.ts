import type { Tx } from '../../platform/database/index.ts';
import { endRelationship } from '../register/index.ts';
import type { WorkTables } from './tables.ts';
import type { WorkItem } from './work-item.ts';

/** Ends what a team sees of somebody because of this work, unless it has other work about them. */
export async function endSight(tx: Tx, item: WorkItem, team: number | null, because: string): Promise<void> {
  if (team === null || item.subject_kind !== 'person') return;
  const other = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .select('item_id')
    .where('subject_kind', '=', 'person')
    .where('subject_id', '=', item.subject_id)
    .where('closed_at', 'is', null)
    .where('item_id', '!=', item.item_id)
    .where((where) => where.or([where('desk_team', '=', team), where('owner_team', '=', team)]))
    .limit(1)
    .executeTakeFirst();
  if (other) return;
  await endRelationship(tx, { kind: 'work', team, person: item.subject_id }, because);
}
