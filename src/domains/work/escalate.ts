import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { StateTable } from './state-table.ts';
import type { WorkTables } from './tables.ts';
import { type WorkItem, writeTransition } from './work-item.ts';

/**
 * Escalates all open work of a kind whose breach has passed: it changes state, keeps its owner, and is marked, so
 * that the team's lead sees it first. What was offered and not accepted by then is back with its owner. Work that has
 * a second time to escalate does so again when that has passed. Returns how many there were. Run by the clock, as the
 * operator.
 */
export async function escalateBreaches(tx: Tx, table: StateTable, by: Actor, now: Date): Promise<number> {
  const breached = await lockedOpen(tx, table)
    .where('escalated_at', 'is', null)
    .where('breach_at', '<=', now)
    .execute();
  for (const item of breached) await escalate(tx, item, { table, by, now, level: 1 });
  const again = await lockedOpen(tx, table).where('level', '=', 1).where('again_at', '<=', now).execute();
  for (const item of again) await escalate(tx, item, { table, by, now, level: 2 });
  return breached.length + again.length;
}

function lockedOpen(tx: Tx, table: StateTable) {
  return tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .selectAll()
    .where('kind', '=', table.kind)
    .where('closed_at', 'is', null)
    .forUpdate()
    .skipLocked();
}

async function escalate(
  tx: Tx,
  item: WorkItem,
  { table, by, now, level }: { table: StateTable; by: Actor; now: Date; level: 1 | 2 },
): Promise<void> {
  await tx
    .withTables<WorkTables>()
    .updateTable('work.item')
    .set({
      state: table.escalated,
      escalated_at: now,
      level,
      offered_team: null,
      offered_account: null,
      accept_by: null,
    })
    .where('item_id', '=', item.item_id)
    .execute();
  await writeTransition(tx, {
    item_id: item.item_id,
    action: level === 1 ? 'escalate' : 'escalate_again',
    from: item.state,
    to: table.escalated,
    team: item.owner_team,
    owner: item.owner_account,
    by,
    at: now,
    note: null,
  });
}
