import { NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { readDesk } from './desk.ts';
import { readWork } from './read-inbox.ts';
import { actOnWork } from './work-item.ts';
import type { WorkKind } from './work-kind.ts';

/**
 * Takes on what waits for a decision, or gives it back to its team: somebody of the team whose kind of work it is. Who has
 * it is who answers for it; whoever may decide it still may.
 *
 * Throws NotFound, NotPermitted, and Refusal `not_in_this_state` or `changed_meanwhile`.
 */
export async function takeReview(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kind: Pick<WorkKind, 'states' | 'may'>;
    readonly item: number;
    readonly give: 'to_me' | 'back';
    readonly seen: number;
  },
): Promise<void> {
  const { by, now, kind, item, give, seen } = request;
  const row = await readWork(tx, item);
  if (!row || row.kind !== kind.states.kind)
    throw new NotFound('There is no such piece of work, or it is not yours to see.', 'Go back to your work.');
  const permission = kind.may?.(by);
  if (permission?.allowed === false) throw new NotPermitted(permission.because);
  const { teams } = await readDesk(tx, by, now);
  if (!teams.some(({ team }) => team === row.team)) throw new NotPermitted('This is another team’s work.');
  if (give === 'back' && row.owner !== by.account)
    throw new NotPermitted('Only whoever has it gives it back. You can take it on instead.');
  await actOnWork(tx, {
    table: kind.states,
    item,
    action: give === 'to_me' ? 'take' : 'give_back',
    owner: { team: row.team, account: give === 'to_me' ? by.account : null },
    by,
    at: now,
    seen,
  });
  await writeAudit(tx, {
    action: give === 'to_me' ? 'work.taken' : 'work.given_back',
    subject: { kind: row.subjectKind, id: row.subjectId },
    purpose: permission?.because ?? 'works in the team that owns it',
    detail: { item },
  });
}
