import { sql } from 'kysely';
import { formatInstant, NotFound, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';
import { type Match, type MatchPerson, matchPeople, readMatch } from './read-matches.ts';

/** What can be decided of two people, and in which states of the pair. */
export const matchVerdicts = {
  merge: { from: ['open', 'apart'], to: 'merged', words: 'merged' },
  apart: { from: ['open', 'apart'], to: 'apart', words: 'kept apart' },
  unmerge: { from: ['merged'], to: 'apart', words: 'parted again' },
} as const satisfies Record<string, { from: readonly Match['state'][]; to: Match['state']; words: string }>;

export type MatchVerdict = keyof typeof matchVerdicts;

export interface MatchAct {
  readonly match: number;
  readonly reason: string;
  readonly by: Actor;
  readonly at: Date;
  /** The last thing that was done about the pair when its page was opened; 0 for none. */
  readonly seen: number;
}

/**
 * Decides of two people, and writes nothing but the decision: the next import, or `applyIdentityDecisions`, gives each
 * patient record its person by it. Both people are in the audit. Who may decide is said by the caller and by row-level
 * security.
 *
 * Throws NotFound, and Refusal: `decided_meanwhile`, `not_in_this_state`, `two_numbers`, `kept_apart`.
 */
export async function decideMatch(tx: Tx, act: MatchAct & { readonly verdict: MatchVerdict }): Promise<void> {
  const match = await lockMatch(tx, act);
  const { from, to } = matchVerdicts[act.verdict];
  if (!(from as readonly string[]).includes(match.state)) throw notNow(match, act.verdict);
  const people = await matchPeople(tx, match.id);
  // A practice that was asked sees its own patient alone: it answers, and decides nothing.
  if (people.length < 2)
    throw new NotFound('One of the two is not yours to see, so that you cannot decide of them.');
  if (act.verdict === 'merge') await refuseImpossibleMerge(tx, match, people);
  await writeDecision(tx, match, act, act.verdict);
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.match')
    .set({
      state: to,
      contradiction: null,
      settled_key: match.contradictingKey,
      asked_practice: null,
      asked_item: null,
    })
    .where('match_id', '=', match.id)
    .execute();
}

/** Notes that a practice has been asked about the pair (`asked`), or has answered (`asked: null`). */
export async function noteQuestion(
  tx: Tx,
  act: MatchAct & { readonly asked: { readonly practice: number; readonly item: number } | null },
): Promise<void> {
  const match = await lockMatch(tx, act);
  await writeDecision(tx, match, act, act.asked ? 'ask' : 'answer');
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.match')
    // Who has answered still sees what was asked, until somebody decides.
    .set(
      act.asked ? { asked_practice: act.asked.practice, asked_item: act.asked.item } : { asked_item: null },
    )
    .where('match_id', '=', match.id)
    .execute();
}

/** The pair, locked: of two who decide at once the second sees what the first did. */
async function lockMatch(tx: Tx, act: MatchAct): Promise<Match> {
  await sql`select from register.match where match_id = ${act.match} for update`.execute(tx);
  const match = await readMatch(tx, act.match);
  if (!match) throw new NotFound('There is no such pair of people, or it is not yours to review.');
  const last = match.history[0];
  if ((last?.id ?? 0) === act.seen) return match;
  throw new Refusal({
    code: 'decided_meanwhile',
    because: last
      ? `${last.who} has dealt with this on ${formatInstant(last.at)}, after you opened the page: “${last.reason}”.`
      : 'This pair has changed since you opened the page.',
    remedy: 'Nothing of yours has been saved. Look at the pair as it stands now.',
  });
}

async function writeDecision(
  tx: Tx,
  match: Match,
  act: MatchAct,
  verdict: MatchVerdict | 'ask' | 'answer',
): Promise<void> {
  const kept = verdict === 'unmerge' ? match.decided : null;
  await tx
    .withTables<RegisterTables>()
    .insertInto('register.match_decision')
    .values({
      match_id: match.id,
      verdict,
      reason: act.reason,
      account: act.by.account,
      role: act.by.role,
      at: act.at,
      // What is undone is undone of the records that it was done to.
      one_rec: kept?.oneRec ?? match.oneRec,
      other_rec: kept?.otherRec ?? match.otherRec,
    })
    .execute();
  for (const person of [match.one, match.other]) {
    await writeAudit(tx, {
      action: `match.${verdict}`,
      subject: { kind: 'person', id: person },
      purpose: act.reason,
      detail: { match: match.id },
    });
  }
}

async function refuseImpossibleMerge(tx: Tx, match: Match, people: readonly MatchPerson[]): Promise<void> {
  const numbers = new Set(people.flatMap(({ nhs_number }) => nhs_number ?? []));
  if (numbers.size > 1) {
    throw new Refusal({
      code: 'two_numbers',
      because: 'The two have different NHS numbers, and people with different NHS numbers are never merged.',
      remedy:
        'If one of the numbers is wrong, ask the practice to correct it. If somebody was given two numbers, the national service that issues them has to say which one counts.',
    });
  }
  const apart = await keptApart(tx, match);
  if (!apart) return;
  throw new Refusal({
    code: 'kept_apart',
    because: 'Somebody who is one with one of the two has been kept apart from the other.',
    remedy: `Look at pair ${apart} first: both cannot be right.`,
  });
}

/** Another pair of the same two people, by whoever has been joined to them, that was kept apart. */
async function keptApart(tx: Tx, match: Match): Promise<number | null> {
  const found = await sql<{ match_id: number }>`
    with now_is as (select person_no, now_no from register.joined),
    pair as (
      select m.match_id, m.state, coalesce(one.now_no, m.one_person) as one, coalesce(other.now_no, m.other_person) as other
        from register.match m
        left join now_is one on one.person_no = m.one_person
        left join now_is other on other.person_no = m.other_person)
    select apart.match_id from pair this join pair apart on apart.match_id <> this.match_id
       and (apart.one, apart.other) in ((this.one, this.other), (this.other, this.one))
     where this.match_id = ${match.id} and apart.state = 'apart' limit 1`.execute(tx);
  return found.rows[0]?.match_id ?? null;
}

function notNow(match: Match, verdict: MatchVerdict): Refusal {
  const is = { open: 'not decided yet', merged: 'merged', apart: 'kept apart', settled: 'alike no more' };
  return new Refusal({
    code: 'not_in_this_state',
    because: `These two are ${is[match.state]}, so they cannot be ${matchVerdicts[verdict].words}.`,
    remedy: 'Load the page of the pair again.',
  });
}
