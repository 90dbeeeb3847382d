import { InvalidInput, NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { findPatterns } from './find-patterns.ts';
import type { LookPattern, LookPatterns } from './look-patterns.ts';
import { endLookReview } from './look-review.ts';
import type { GovernanceTables } from './tables.ts';
import { mayReviewAccess } from './who-may.ts';

/**
 * Notes that a pattern was looked at, and what it was. Looks that come later make it a question again. The last one
 * ends the work of asking.
 *
 * Throws NotPermitted, NotFound where there is no such pattern now, and InvalidInput (`verdict`).
 */
export async function settlePattern(
  tx: Tx,
  act: {
    readonly by: Actor;
    readonly now: Date;
    readonly rules: LookPatterns;
    readonly pattern: LookPattern;
    readonly account: string;
    readonly personNo: number | null;
    readonly day: string | null;
    readonly verdict: string;
    readonly note: string;
  },
): Promise<void> {
  const permission = mayReviewAccess(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if (act.account === act.by.account)
    throw new NotPermitted('Nobody settles a question about their own looks.');
  const verdict = act.rules.verdicts.find(({ id }) => id === act.verdict);
  if (!verdict) throw new InvalidInput([{ field: 'verdict', message: 'Choose what it was' }]);
  const waiting = await findPatterns(tx, act.rules, 10_000);
  const found = waiting.find(
    (each) =>
      each.pattern === act.pattern &&
      each.account === act.account &&
      each.personNo === act.personNo &&
      each.day === act.day,
  );
  if (!found) throw new NotFound('This has been looked at already, or there is no such pattern.');
  await tx
    .withTables<GovernanceTables>()
    .insertInto('governance.pattern_seen')
    .values({
      pattern: act.pattern,
      account: act.account,
      person_no: act.personNo,
      day: act.day,
      until: found.last,
      verdict: verdict.id,
      note: act.note,
      by_account: act.by.account,
    })
    .execute();
  await writeAudit(tx, {
    action: 'audit.pattern_settled',
    ...(act.personNo === null ? {} : { subject: { kind: 'person', id: act.personNo } }),
    purpose: verdict.title,
    detail: { pattern: act.pattern, account: act.account, ...(act.day === null ? {} : { day: act.day }) },
  });
  if (waiting.length === 1) await endLookReview(tx, act);
}
