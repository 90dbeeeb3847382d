import { sql } from 'kysely';
import { NotPermitted, Refusal } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { decideMatch, type MatchAct, type MatchVerdict, readMatch } from '../register/index.ts';
import { actOnWork, endWorkOn } from '../work/index.ts';
import { identityQuestionStates } from './identity-question.ts';
import { identityReviewStates } from './identity-review.ts';
import { mayReviewMatches } from './who-may.ts';

/** That somebody is on a caseload, as far as who decides about two people needs to know. */
export interface OpenCaseload {
  readonly person_no: number;
  readonly team: string;
  readonly lead: string | null;
}

/**
 * Decides that two people are one, are two, or were merged by mistake. The work on the pair ends, and a question that is
 * open is withdrawn. What follows from the decision is carried out by the register, which rewrites no entry and no work.
 *
 * Throws NotPermitted, NotFound, and Refusal: `two_caseloads` and those of `decideMatch`.
 */
export async function decide(tx: Tx, act: MatchAct & { readonly verdict: MatchVerdict }): Promise<void> {
  const permission = mayReviewMatches(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const match = await readMatch(tx, act.match);
  await decideMatch(tx, act);
  if (match && act.verdict === 'merge') await refuseTwoCaseloads(tx, [match.one, match.other]);
  await endWorkOn(tx, {
    table: identityReviewStates,
    subject: { kind: 'match', id: act.match },
    action: 'decide',
    by: act.by,
    at: act.at,
    outcome: act.verdict,
    note: act.reason,
  });
  if (match?.askedItem === null || match?.askedItem === undefined) return;
  await actOnWork(tx, {
    table: identityQuestionStates,
    item: match.askedItem,
    action: 'withdraw',
    by: act.by,
    at: act.at,
    outcome: 'decided_without',
    note: act.reason,
  });
}

/** Who of these people, and of those who were joined to them, is on a caseload now. */
export async function readOpenCaseloads(tx: Tx, people: readonly number[]): Promise<OpenCaseload[]> {
  const found = await sql<OpenCaseload>`
    select open.person_no, open.team, open.lead
      from work.open_caseloads(
        ${[...people]}::int[] || array(select person_no from register.joined where now_no = any (${[...people]}::int[]))
      ) open`.execute(tx);
  return found.rows;
}

/** Nobody is on two caseloads. Which team goes on is for the teams to say, not for whoever knows who is who. */
async function refuseTwoCaseloads(tx: Tx, people: readonly number[]): Promise<void> {
  const open = await readOpenCaseloads(tx, people);
  if (open.length < 2) return;
  throw new Refusal({
    code: 'two_caseloads',
    because: `Both are on a caseload: ${open.map(({ team, lead }) => `${lead ?? 'the team'} (${team})`).join(' and ')}.`,
    remedy: 'Ask the two leads which of them goes on, and merge when the other has discharged.',
  });
}
