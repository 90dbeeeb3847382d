import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { StateTable } from './state-table.ts';
import type { WorkTables } from './tables.ts';
import { actOnWork } from './work-item.ts';

/**
 * Ends the open work of a kind about something, because what it asked for has been decided where it stands. Returns its
 * number; null where nothing of the kind is open that may be seen. Throws what `actOnWork` throws.
 */
export async function endWorkOn(
  tx: Tx,
  end: {
    readonly table: StateTable;
    readonly subject: { readonly kind: string; readonly id: number };
    readonly action: string;
    readonly outcome: string;
    readonly note?: string;
    readonly by: Actor;
    readonly at: Date;
  },
): Promise<number | null> {
  const { table, subject, ...act } = end;
  const open = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .select('item_id')
    .where('kind', '=', table.kind)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (!open) return null;
  await actOnWork(tx, { table, item: open.item_id, ...act });
  return open.item_id;
}
