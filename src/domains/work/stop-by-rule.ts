import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { endSight } from './sight.ts';
import { actOnWork, lockedItem } from './work-item.ts';
import type { WorkKinds } from './work-kind.ts';

/**
 * Ends a task because what it was about is not so any more, whoever has it and wherever it is offered. Returns false
 * when it was over already. As batch work, by a rule: nobody's permission is asked.
 */
export async function stopByRule(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly item: number;
    readonly outcome: string;
    readonly reason: string;
  },
): Promise<boolean> {
  const { by, now: at, kinds, item, outcome, reason: note } = request;
  const before = await lockedItem(tx, item);
  if (before.closed_at !== null) return false;
  if (!kinds.pathway.stops.some(({ id }) => id === outcome)) throw new Error(`No stop ${outcome}`);
  const act = { table: kinds.task(before.kind).states, item, by, at, note };
  const owner = { team: before.owner_team, account: before.owner_account };
  if (before.state === 'offered') await actOnWork(tx, { ...act, action: 'withdraw', owner });
  await actOnWork(tx, { ...act, action: 'stop', outcome });
  for (const team of new Set([before.offered_team, before.owner_team]))
    await endSight(tx, before, team, 'stopped');
  return true;
}
