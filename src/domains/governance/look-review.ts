import { join } from 'node:path';
import { sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { governanceTeam } from '../directory/index.ts';
import {
  endWorkOn,
  openWork,
  type ReviewPathway,
  readOpenWork,
  readReviewPathway,
  reviewClock,
  reviewStates,
} from '../work/index.ts';
import type { LookPatterns } from './look-patterns.ts';

/** How soon looks that are worth a question are asked about. */
export function readLookReview(content: string): ReviewPathway {
  return readReviewPathway(join(content, 'pathways', 'look-review.yaml'));
}

/** How the asking about looks moves: it ends when every pattern has been looked at. */
export const lookReviewStates = reviewStates('look_review', 'to_ask', [{ name: 'settle', to: 'settled' }]);

/** The audit is one: there is one piece of work about all patterns that wait. */
const THE_AUDIT = { kind: 'looks', id: 1 };

/**
 * Makes work of the information governance lead where patterns of looking wait to be looked at, and ends it where none
 * does any more. Returns whether there is some. By the clock, as batch work; safe to run again.
 */
export async function keepLookReview(
  tx: Tx,
  keep: {
    readonly by: Actor;
    readonly now: Date;
    readonly rules: LookPatterns;
    readonly pathway: ReviewPathway;
  },
): Promise<boolean> {
  const { by, now, rules, pathway } = keep;
  const { rows } = await sql<{ n: number }>`
    select governance.count_unseen_patterns(
      ${rules.days}, ${rules.volume.at_least}, ${rules.volume.times_usual}) as n`.execute(tx);
  const waits = (rows[0]?.n ?? 0) > 0;
  const open = (await readOpenWork(tx, lookReviewStates.kind)).has(THE_AUDIT.id);
  if (waits && !open)
    await openWork(tx, {
      table: lookReviewStates,
      subject: THE_AUDIT,
      team: await governanceTeam(tx),
      owner: null,
      clock: reviewClock(now, pathway),
      note: 'There are looks at records that are worth a question',
      by,
      at: now,
    });
  if (!waits && open) await endLookReview(tx, { by, now });
  return waits;
}

/** Ends the work, where there is some: no pattern waits any more. */
export async function endLookReview(
  tx: Tx,
  { by, now }: { readonly by: Actor; readonly now: Date },
): Promise<void> {
  await endWorkOn(tx, {
    table: lookReviewStates,
    subject: THE_AUDIT,
    action: 'settle',
    outcome: 'all_looked_at',
    by,
    at: now,
  });
}
