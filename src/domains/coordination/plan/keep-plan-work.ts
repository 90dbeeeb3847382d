import { sql } from 'kysely';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { practiceTeam } from '../../directory/index.ts';
import { actOnWork, openMany, taskClock, type WorkKinds } from '../../work/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import type { PlanContent } from './plan-content.ts';
import type { Content } from './plan-document.ts';
import { beginWork } from './plan-step.ts';
import { PLAN_REVIEW, titleOf } from './see-to-plan.ts';

/** How many reviews became work, and how many steps. */
export interface KeptPlanWork {
  readonly opened: number;
  readonly steps: number;
}

interface Keeping {
  readonly by: Actor;
  readonly now: Date;
  readonly kinds: WorkKinds;
}

interface DueReview {
  readonly person: number;
  readonly practice: number;
  readonly reviewOn: PlainDate;
  readonly team: number;
  readonly isPractice: boolean;
  readonly lead: string | null;
  readonly withheld: string[];
}

/**
 * Keeps the work of plans true: reviews that are due, and steps that no work follows. After each refresh, as batch work;
 * safe to run again.
 */
export async function keepPlanWork(
  tx: Tx,
  keeping: Keeping & { readonly content: PlanContent },
): Promise<KeptPlanWork> {
  const opened = await openDueReviews(tx, keeping);
  return { opened, steps: await beginForgottenSteps(tx, keeping) };
}

/**
 * Makes work of each review of a plan whose day has come, and that is none yet: with the lead of the caseload that the
 * person is on, or else the team of the plan; with the practice where the plan is not shared with that team. Its clock
 * runs from the day of the review. What somebody ended of one due review, such as by declining it, is not opened again for
 * it; holding the review ends it (`endSeeingTo`). By the clock, as batch work; safe to run again. Returns how many.
 */
export async function openDueReviews(tx: Tx, keeping: Keeping): Promise<number> {
  const { by, now, kinds } = keeping;
  const { states: table } = kinds.task(PLAN_REVIEW);
  const leads = new Map<number, { readonly team: number; readonly account: string }>();
  const works = [];
  for (const due of await readDueReviews(tx, londonDay(now))) {
    const team = await teamOf(tx, due);
    // A plan that is shared with nobody is the person's own to look at again.
    if (team === null) continue;
    if (due.lead !== null && team === due.team) leads.set(due.person, { team, account: due.lead });
    const clock = taskClock(kinds.pathway, PLAN_REVIEW, { now, due: due.reviewOn });
    works.push({ person: due.person, team, clock, title: titleOf({ state: 'active' }) });
  }
  const opened = await openMany(tx, { table, by, at: now, note: 'Its review is due', works });
  for (const [person, owner] of leads) {
    const item = opened.get(person);
    if (item !== undefined) await actOnWork(tx, { table, item, action: 'hand_over', owner, by, at: now });
  }
  return opened.size;
}

/** Plans in use whose review is due, of people on a list, of whom nobody sees to it or decided about this very review. */
async function readDueReviews(tx: Tx, today: PlainDate): Promise<DueReview[]> {
  const { rows } = await sql<DueReview>`
    select person.person_no as person, person.practice_id as practice, plan.review_on as "reviewOn",
           team.team_id as team, team.kind = 'practice' as "isPractice", entry.lead, plan.withheld
      from coordination.care_plan plan
      left join register.joined joined on joined.person_no = plan.person_no
      join register.person person on person.person_no = coalesce(joined.now_no, plan.person_no)
      left join lateral (
        select item.owner_team, case when lead.active then lead.account end as lead
          from work.item item left join auth.account lead on lead.account = item.owner_account
         where item.kind = ${caseloadStates.kind} and item.closed_at is null and item.subject_kind = 'person'
           and item.subject_id = any (array(
             select person.person_no union select person_no from register.joined where now_no = person.person_no))
         limit 1) entry on true
      join directory.team team on team.team_id = coalesce(entry.owner_team, plan.owner_team)
     where plan.state = 'active' and plan.review_on <= ${today}
       and person.registered and person.death_date is null
       and not exists (
         select from work.item item
          where item.kind = ${PLAN_REVIEW} and item.subject_kind = 'person'
            and item.subject_id = any (array(
              select person.person_no union select person_no from register.joined where now_no = person.person_no))
            and (item.closed_at is null
                 or item.closed_at >= plan.review_on::timestamp at time zone 'Europe/London'))
     order by 1`.execute(tx);
  return rows;
}

/** The team that is asked; null where the person shares the plan with none. */
async function teamOf(tx: Tx, { team, isPractice, withheld, practice }: DueReview): Promise<number | null> {
  if (!withheld.includes(isPractice ? 'practice' : 'team')) return team;
  return withheld.includes('practice') ? null : await practiceTeam(tx, practice);
}

interface ForgottenStep {
  readonly plan: number;
  readonly person: number;
  readonly team: number;
  readonly entry: string;
  readonly content: Content;
}

/**
 * Makes work of each step of an open plan that the team took on and that never was work: of before steps without a day
 * were. Of what somebody ended in the inbox nothing begins again. Returns how many.
 */
async function beginForgottenSteps(
  tx: Tx,
  keeping: Keeping & { readonly content: PlanContent },
): Promise<number> {
  // One at a time: what one begins, another would begin twice.
  await sql`select pg_advisory_xact_lock(hashtext('coordination.plan_step'))`.execute(tx);
  const { rows } = await sql<ForgottenStep>`
    select plan.plan_id as plan, person.person_no as person, plan.owner_team as team, step.entry, step.content
      from coordination.care_plan plan
      left join register.joined joined on joined.person_no = plan.person_no
      join register.person person on person.person_no = coalesce(joined.now_no, plan.person_no)
      cross join lateral (
        select distinct on (entry) entry, content, removed from coordination.plan_revision
         where plan_id = plan.plan_id and section = 'action'
         order by entry, version desc) step
     where plan.state in ('draft', 'awaiting_agreement', 'active')
       and person.registered and person.death_date is null
       and not step.removed
       and coalesce(step.content ->> 'owner', '') not in ('', 'person', 'carer')
       and coalesce(step.content ->> 'status', '') not in ('done', 'not_needed')
       and not exists (select from coordination.plan_step begun
                        where begun.plan_id = plan.plan_id and begun.entry = step.entry)
     order by 1, 4`.execute(tx);
  for (const { plan: id, person: personNo, team: ownerTeam, entry, content } of rows)
    await beginWork(tx, keeping, { id, personNo, ownerTeam }, entry, content);
  return rows.length;
}
