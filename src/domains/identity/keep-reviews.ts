import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { governanceTeam, practiceTeam } from '../directory/index.ts';
import { readWaitingPairs } from '../register/index.ts';
import { endMany, openWork, type ReviewPathway, readOpenWork, reviewClock } from '../work/index.ts';
import { identityReviewStates } from './identity-review.ts';

/** How many pairs became work, and of how many the work ended because nothing is left to decide. */
export interface KeptReviews {
  readonly opened: number;
  readonly ended: number;
}

/**
 * Makes work of each pair that waits for a decision and is none yet: of the practice on whose list both are, and of the
 * information governance lead where they are on two lists, or one is protected. Work on a pair about which new data leave
 * nothing to decide ends. As batch work, after data came; safe to run again.
 */
export async function keepReviews(
  tx: Tx,
  { by, now, pathway }: { readonly by: Actor; readonly now: Date; readonly pathway: ReviewPathway },
): Promise<KeptReviews> {
  const table = identityReviewStates;
  const waiting = await readWaitingPairs(tx);
  const open = await readOpenWork(tx, table.kind);
  const clock = reviewClock(now, pathway);
  const begun = waiting.filter(({ match }) => !open.has(match));
  const teams = new Map<number | null, number>();
  for (const { match, practice } of begun) {
    const team =
      teams.get(practice) ??
      (practice === null ? await governanceTeam(tx) : await practiceTeam(tx, practice));
    teams.set(practice, team);
    const subject = { kind: 'match', id: match };
    await openWork(tx, {
      table,
      subject,
      team,
      owner: null,
      clock,
      by,
      at: now,
      note: 'They may be one person',
    });
  }
  const waits = new Set(waiting.map(({ match }) => match));
  const over = [...open].filter(([match]) => !waits.has(match)).map(([, item]) => item);
  const ended = await endMany(tx, {
    table,
    action: 'lapse',
    items: over,
    outcome: 'nothing_to_decide',
    note: 'New data leave nothing to decide',
    by,
    at: now,
  });
  return { opened: begun.length, ended: ended.length };
}
