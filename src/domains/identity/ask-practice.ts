import { InvalidInput, NotFound, NotPermitted, Refusal } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { practiceTeam } from '../directory/index.ts';
import { type MatchAct, matchPeople, noteQuestion, ownPractice, readMatch } from '../register/index.ts';
import { actOnWork, openWork, reviewClock } from '../work/index.ts';
import { type IdentityPathway, identityQuestionStates } from './identity-question.ts';
import { mayAskPractice, mayReviewMatches } from './who-may.ts';

/**
 * Asks the practice of one of two people whether they are one. The practice's team owns the question, with a clock; the
 * pair stays in the queue. Until it answers, its manager sees the pair, of which only the own patient.
 *
 * Throws NotPermitted, NotFound, InvalidInput, and Refusal `asked_already` or `decided_meanwhile`.
 */
export async function askPractice(
  tx: Tx,
  act: MatchAct & { readonly practice: number; readonly pathway: IdentityPathway },
): Promise<number> {
  const permission = mayAskPractice(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const match = await readMatch(tx, act.match);
  if (!match) throw new NotFound('There is no such pair of people.');
  if (match.contradiction === null && (match.state === 'merged' || match.state === 'settled'))
    throw nothingToAsk();
  if (match.askedItem !== null && match.history[0]?.id === act.seen) throw askedAlready();
  const people = await matchPeople(tx, act.match);
  if (!people.some(({ practice_id }) => practice_id === act.practice))
    throw new InvalidInput([{ field: 'verdict', message: 'Choose the practice of one of the two' }]);
  const item = await openWork(tx, {
    table: identityQuestionStates,
    subject: { kind: 'match', id: act.match },
    team: await practiceTeam(tx, act.practice),
    owner: null,
    clock: reviewClock(act.at, act.pathway),
    note: act.reason,
    by: act.by,
    at: act.at,
  });
  await noteQuestion(tx, { ...act, asked: { practice: act.practice, item } });
  return item;
}

/** Answers for the practice that was asked. The question ends with the answer, and the pair waits for its decision. */
export async function answerQuestion(
  tx: Tx,
  act: MatchAct & { readonly answer: string; readonly pathway: IdentityPathway },
): Promise<void> {
  const permission = mayReviewMatches(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const answer = act.pathway.answers.find(({ id }) => id === act.answer);
  if (!answer) throw new InvalidInput([{ field: 'answer', message: 'Choose an answer' }]);
  const match = await readMatch(tx, act.match);
  if (!match) throw new NotFound('There is no such pair of people, or it is not yours to review.');
  const own = await ownPractice(tx, act.by);
  if (own === null || own !== match.askedPractice)
    throw new NotPermitted('The practice that was asked answers, and nobody in its place.');
  // Before the work: who comes too late is told what happened to the pair.
  await noteQuestion(tx, { ...act, reason: `${answer.title}. ${act.reason}`, asked: null });
  if (match.askedItem === null) throw notAsked();
  await actOnWork(tx, {
    table: identityQuestionStates,
    item: match.askedItem,
    action: 'answer',
    by: act.by,
    at: act.at,
    outcome: answer.id,
    note: act.reason,
  });
}

function nothingToAsk(): Refusal {
  return new Refusal({
    code: 'nothing_to_ask',
    because: 'There is no question about these two now: they are merged, or alike no more.',
    remedy: 'Load the page again. To undo a merge, open the pair and choose “Undo the merge”.',
  });
}

function askedAlready(): Refusal {
  return new Refusal({
    code: 'asked_already',
    because: 'A practice has been asked about these two and has not answered yet.',
    remedy: 'Wait for the answer, or decide without it.',
  });
}

function notAsked(): Refusal {
  return new Refusal({
    code: 'not_asked',
    because: 'Nobody is asked about these two now.',
    remedy: 'Load the page of the pair again.',
  });
}
