import { InvalidInput, NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { actOnWork } from '../work/index.ts';
import { type BreakGlassPathway, breakGlassStates } from './break-glass-pathway.ts';
import type { GovernanceTables } from './tables.ts';
import { mayReviewAccess } from './who-may.ts';

/**
 * Says what an emergency access was: right, explained, or an incident. It ends the work. Nobody reviews their own.
 *
 * Throws NotPermitted, NotFound, InvalidInput (`outcome`), and Refusal where it has been reviewed already.
 */
export async function reviewBreakGlass(
  tx: Tx,
  act: {
    readonly by: Actor;
    readonly now: Date;
    readonly pathway: BreakGlassPathway;
    readonly access: number;
    readonly outcome: string;
    readonly note: string;
  },
): Promise<void> {
  const permission = mayReviewAccess(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const outcome = act.pathway.outcomes.find(({ id }) => id === act.outcome);
  if (!outcome) throw new InvalidInput([{ field: 'outcome', message: 'Choose what it was' }]);
  const access = await tx
    .withTables<GovernanceTables>()
    .selectFrom('governance.break_glass')
    .select(['item_id', 'account', 'person_no'])
    .where('relationship_id', '=', act.access)
    .executeTakeFirst();
  if (!access) throw new NotFound('There is no such emergency access.');
  if (access.account === act.by.account)
    throw new NotPermitted('Nobody reviews what they opened themselves.');
  await actOnWork(tx, {
    table: breakGlassStates,
    item: access.item_id,
    action: 'review',
    by: act.by,
    at: act.now,
    outcome: outcome.id,
    note: act.note,
  });
  await writeAudit(tx, {
    action: 'break_glass.reviewed',
    subject: { kind: 'person', id: access.person_no },
    purpose: outcome.title,
  });
}
