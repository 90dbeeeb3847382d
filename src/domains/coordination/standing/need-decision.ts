import { sql } from 'kysely';
import {
  formatDay,
  formatInstant,
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  type PlainDate,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPerson } from '../../register/index.ts';
import { readEntryOfPerson } from '../read-caseload.ts';
import { type NeedDecision, readDecision, readStandingDecision } from './read-decisions.ts';
import type { StandingTables } from './standing-tables.ts';
import { mayDecideOnNeed } from './who-may.ts';

interface About {
  readonly by: Actor;
  readonly now: Date;
  readonly personId: string;
  /** The decision that stood when the form was opened, 0 where none did. Unsaid: it was not asked. */
  readonly seen?: number | undefined;
}

/**
 * Puts somebody off: the team does not take them on now, and looks again on a day. From that day on they are to be
 * decided on again, by themselves. Returns the decision.
 *
 * Throws NotPermitted, NotFound, InvalidInput, and Refusal `on_a_caseload` or `changed_meanwhile`.
 */
export async function deferPerson(
  tx: Tx,
  request: About & { readonly reason: string; readonly until: PlainDate },
): Promise<number> {
  if (request.until <= londonDay(request.now))
    throw new InvalidInput([{ field: 'until', message: 'Choose a day after today' }]);
  return await decide(tx, request, { decision: 'deferred', until: request.until });
}

/** Declines somebody: the team does not take them on, until somebody thinks again. The same throws. */
export async function declinePerson(tx: Tx, request: About & { readonly reason: string }): Promise<number> {
  return await decide(tx, request, { decision: 'declined', until: null });
}

async function decide(
  tx: Tx,
  request: About & { readonly reason: string },
  made: { readonly decision: 'deferred' | 'declined'; readonly until: PlainDate | null },
): Promise<number> {
  const { by, now, reason } = request;
  const { team, because } = permitted(by);
  const { person_no: person } = await readPerson(tx, request.personId);
  if (await readEntryOfPerson(tx, person)) {
    throw new Refusal({
      code: 'on_a_caseload',
      because: 'This person is on a caseload already.',
      remedy: 'Whoever leads their care can discharge them.',
    });
  }
  await endStanding(tx, { by, now, team, person, seen: request.seen, because: 'replaced' });
  const { decision_id } = await tx
    .withTables<StandingTables>()
    .insertInto('coordination.need_decision')
    .values({ team_id: team, person_no: person, reason, account: by.account, at: now, ...made })
    .returning('decision_id')
    .executeTakeFirstOrThrow();
  await writeAudit(tx, {
    action: `need.${made.decision}`,
    subject: { kind: 'person', id: person },
    purpose: because,
    detail: { decision: decision_id, team, until: made.until },
  });
  return decision_id;
}

/** Takes a decision back: the person is to be decided on again. Throws NotFound, NotPermitted, Refusal `over_already`. */
export async function undoDecision(
  tx: Tx,
  request: { readonly by: Actor; readonly now: Date; readonly decision: number },
): Promise<void> {
  const { by, now } = request;
  const { team, because } = permitted(by);
  const found = await readDecision(tx, request.decision);
  if (!found || found.team !== team)
    throw new NotFound('There is no such decision, or it is not your team’s.', 'Load the list again.');
  await lockDecisions(tx, team, found.personNo);
  const standing = await readStandingDecision(tx, team, found.personNo);
  if (standing?.decision !== request.decision) {
    throw new Refusal({
      code: 'over_already',
      because: 'That decision does not stand any more: somebody has taken it back, or decided anew.',
      remedy: 'Load the list again to see how things are now.',
    });
  }
  await end(tx, request.decision, { by, now, because: 'undone' });
  await writeAudit(tx, {
    action: 'need.decision_undone',
    subject: { kind: 'person', id: found.personNo },
    purpose: because,
    detail: { decision: request.decision, team },
  });
}

interface OfTeamAndPerson {
  readonly by: Actor;
  readonly now: Date;
  readonly team: number;
  readonly person: number;
}

/**
 * Ends what the team had decided about somebody, because it decides anew or takes them on. Two who do it at once are
 * served one after the other, and the second is told what the first did. Throws Refusal `changed_meanwhile`.
 */
export async function endStanding(
  tx: Tx,
  request: OfTeamAndPerson & {
    readonly seen: number | undefined;
    readonly because: 'replaced' | 'taken_on';
  },
): Promise<void> {
  const { team, person, seen } = request;
  await lockDecisions(tx, team, person);
  const standing = await readStandingDecision(tx, team, person);
  if (seen !== undefined && (standing?.decision ?? 0) !== seen) throw changedMeanwhile(standing);
  if (standing) await end(tx, standing.decision, request);
}

/**
 * Lets stand again what being taken on had ended at a moment, because that is taken back: who had been put off until a day
 * still to come is put off until then, who had been declined is declined, by the same person and for the same reason. Call
 * it before the entry of the caseload ends: the team may not see the person afterwards.
 */
export async function restoreStanding(
  tx: Tx,
  request: OfTeamAndPerson & { readonly takenOnAt: Date; readonly purpose: string },
): Promise<void> {
  const { now, team, person, takenOnAt, purpose } = request;
  await lockDecisions(tx, team, person);
  const { rows } = await sql<{ decision: number }>`
    insert into coordination.need_decision as made (team_id, person_no, decision, reason, until, account, at)
    select team_id, person_no, decision, reason, until, account, at from coordination.need_decision
     where team_id = ${team} and person_no = ${person} and ended_because = 'taken_on' and ended_at = ${takenOnAt}
       and (until is null or until > ${londonDay(now)}::date)
    returning made.decision_id as decision`.execute(tx);
  for (const { decision } of rows)
    await writeAudit(tx, {
      action: 'need.decision_restored',
      subject: { kind: 'person', id: person },
      purpose,
      detail: { decision, team },
    });
}

async function lockDecisions(tx: Tx, team: number, person: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`need ${team} ${person}`}, 0))`.execute(tx);
}

async function end(
  tx: Tx,
  decision: number,
  { by, now, because }: { by: Actor; now: Date; because: 'undone' | 'replaced' | 'taken_on' },
): Promise<void> {
  await tx
    .withTables<StandingTables>()
    .updateTable('coordination.need_decision')
    .set({ ended_at: now, ended_by: by.account, ended_because: because })
    .where('decision_id', '=', decision)
    .execute();
}

function changedMeanwhile(standing: NeedDecision | null): Refusal {
  const what =
    standing === null
      ? 'Somebody took back what had been decided about this person, after you opened the page.'
      : `${standing.who} ${decisionInWords(standing)} on ${formatInstant(standing.at)}, after you opened the page: “${standing.reason}”.`;
  return new Refusal({
    code: 'changed_meanwhile',
    because: what,
    remedy: 'Nothing of yours has been saved. Check that it is still right, and send it again.',
  });
}

/** What a decision was, after the name of who took it: `put this person off until 3 March 2027`. */
export function decisionInWords({ kind, until }: Pick<NeedDecision, 'kind' | 'until'>): string {
  return kind === 'declined'
    ? 'declined this person'
    : `put this person off until ${until === null ? 'later' : formatDay(until)}`;
}

function permitted(by: Actor): { team: number; because: string } {
  const permission = mayDecideOnNeed(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  return { team: by.team, because: permission.because };
}
