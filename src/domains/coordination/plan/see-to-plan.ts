import { sql } from 'kysely';
import { NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readTeams } from '../../directory/index.ts';
import {
  type BeginDecision,
  begunAlready,
  decideOnBegun,
  endMany,
  openMany,
  readDesk,
  taskClock,
  taskStates,
  type WorkKinds,
} from '../../work/index.ts';
import type { PlanContent } from './plan-content.ts';
import { type PlanHead, readHead } from './read-plan.ts';
import { mayWorkOnPlans } from './who-may.ts';

/** Seeing to what a plan waits for is work: one piece for each person, whoever takes it on. */
export const PLAN_REVIEW = 'plan_review';

interface Seeing {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: WorkKinds;
  /** The public id of the plan. */
  readonly plan: string;
}

/**
 * Takes it on to see to a plan, puts that off until a day, or declines it, with the reason. It is work from then on: of
 * the own team, and theirs who decided; what was declined is over, and can be taken on again by anybody. Of two who
 * decide at once the second is told who was first. Returns the piece of work.
 *
 * Throws NotFound, NotPermitted, InvalidInput, and Refusal `begun_already`.
 */
export async function seeToPlan(tx: Tx, request: Seeing, decision: BeginDecision): Promise<number> {
  const { by, now, kinds } = request;
  const permission = mayWorkOnPlans(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const head = await readHead(tx, request.plan);
  // The team of a practice is made when it is first needed, which may be now.
  await readTeams(tx);
  const [home] = (await readDesk(tx, by, now)).teams;
  if (!home)
    throw new NotPermitted('You are in no team that could own this.', 'Ask your lead to add you to one.');
  const { states: table } = kinds.task(PLAN_REVIEW);
  const clock = taskClock(kinds.pathway, PLAN_REVIEW, { now });
  const works = [{ person: head.personNo, team: home.team, clock, title: titleOf(head) }];
  const opened = await openMany(tx, { table, by, at: now, note: 'From the list of care plans', works });
  const item = opened.get(head.personNo);
  if (item === undefined) throw await begunAlready(tx, PLAN_REVIEW, head.personNo, 'sees to this plan');
  await writeAudit(tx, {
    action: `plan.review_${decision.act}`,
    subject: { kind: 'person', id: head.personNo },
    purpose: permission.because,
    detail: { plan: head.id, item },
  });
  await decideOnBegun(tx, { by, now, kinds, item }, decision);
  return item;
}

export function titleOf({ state }: Pick<PlanHead, 'state'>): string {
  return state === 'active' ? 'Review the care plan' : 'See to the care plan';
}

/** Ends it once the plan has been agreed or has ended: then nothing is left to see to. */
export async function endSeeingTo(
  tx: Tx,
  { by, now }: { readonly by: Actor; readonly now: Date; readonly content: PlanContent },
  person: number,
  note: string,
): Promise<void> {
  const { rows } = await sql<{ item: number }>`
    select item_id as item from work.item
     where kind = ${PLAN_REVIEW} and closed_at is null and subject_kind = 'person' and subject_id = ${person}`.execute(
    tx,
  );
  const items = rows.map(({ item }) => item);
  const table = taskStates(PLAN_REVIEW);
  await endMany(tx, { table, action: 'finish', items, outcome: 'done', note, by, at: now });
}
