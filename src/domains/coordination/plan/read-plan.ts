import { sql } from 'kysely';
import { NotFound, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Presence, RegisterTables } from '../../register/index.ts';
import type { WorkTables } from '../../work/index.ts';
import type { Plan, PlanEntry, StepWork } from './plan-document.ts';
import { type SectionId, sectionIds } from './plan-parts.ts';
import type { PlanState } from './plan-states.ts';
import type { PlanTables } from './plan-tables.ts';

type Db = PlanTables & RegisterTables & WorkTables;

/** A plan without what it says. */
export type PlanHead = Omit<Plan, 'entries'>;

// Not coalesce: to row-level security that is an expression that might leak, and then no index leads to the person.
const NOW_NO = sql<number>`case when joined.now_no is null then plan.person_no else joined.now_no end`;

function heads(tx: Tx) {
  return tx
    .withTables<Db>()
    .selectFrom('coordination.care_plan as plan')
    .leftJoin('register.joined as joined', 'joined.person_no', 'plan.person_no')
    .innerJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('register.person')
          .select([
            'register.person.person_no',
            'register.person.public_id',
            'register.person.family_name',
            'register.person.given_names',
            'register.person.death_date',
            'register.person.registered',
          ])
          .where('register.person.person_no', '=', NOW_NO)
          .limit(1)
          .as('person'),
      (join) => join.onTrue(),
    )
    .select([
      'plan.plan_id as id',
      'plan.public_id as publicId',
      'person.public_id as personId',
      sql<number>`coalesce(joined.now_no, plan.person_no)`.as('personNo'),
      'plan.state',
      'plan.version',
      'plan.asked_version as askedVersion',
      'plan.agreed_version as agreedVersion',
      'plan.agreed_on as agreedOn',
      'plan.review_on as reviewOn',
      'plan.ended_because as endedBecause',
      'plan.owner_team as ownerTeam',
      'plan.withheld',
    ]);
}

function asHead(row: Awaited<ReturnType<ReturnType<typeof heads>['executeTakeFirstOrThrow']>>): PlanHead {
  return {
    ...row,
    state: row.state as PlanState,
    agreedOn: row.agreedOn as PlainDate | null,
    reviewOn: row.reviewOn as PlainDate | null,
  };
}

export function noSuchPlan(): NotFound {
  return new NotFound(
    'There is no such care plan, or it is not shared with you.',
    'Check the address. The person decides who sees their plan; your team or practice must also be looking after them.',
  );
}

/** A plan's head by its public id, when this transaction may see it. `lock`: nobody else changes it meanwhile. */
export async function readHead(tx: Tx, publicId: string, lock = false): Promise<PlanHead> {
  let query = heads(tx).where('plan.public_id', '=', publicId);
  if (lock) query = query.forUpdate('plan');
  const row = await query.executeTakeFirst();
  if (!row) throw noSuchPlan();
  return asHead(row);
}

/**
 * A plan as it stands, or as it stood in a version; of the parts that this transaction may see. Throws NotFound when
 * the plan may not be seen: the person withholds it, or nothing connects the reader with the person any more.
 */
export async function readPlan(tx: Tx, publicId: string, version?: number): Promise<Plan> {
  const head = await readHead(tx, publicId);
  return { ...head, entries: await readEntries(tx, head.id, version) };
}

/** The plans of a person that may be seen: the one in use first, then the one in preparation, then earlier ones. */
export async function readPlansOfPerson(tx: Tx, personNo: number): Promise<PlanHead[]> {
  const rows = await heads(tx)
    // Of all records that are one person: a list of numbers leads to the index, and only then is asked who may see a plan.
    .where(
      sql<boolean>`plan.person_no = any (array(
        select ${personNo}::int union select person_no from register.joined where now_no = ${personNo}))`,
    )
    .where((where) => where(where.fn.coalesce('joined.now_no', 'plan.person_no'), '=', personNo))
    .orderBy(
      sql`case plan.state when 'active' then 0 when 'awaiting_agreement' then 1 when 'draft' then 2 else 3 end`,
    )
    .orderBy('plan.plan_id', 'desc')
    .execute();
  return rows.map(asHead);
}

/** What every part says, up to a version; in the order in which the parts were first written. */
export async function readEntries(tx: Tx, plan: number, version?: number): Promise<PlanEntry[]> {
  const upTo = version ?? 2_147_483_647;
  const { rows } = await sql<Omit<PlanEntry, 'work'>>`
    select entry, section, content, authors, version from (
      select distinct on (entry) entry, section, content, authors, version, removed,
             min(version) over (partition by entry) as first
        from coordination.plan_revision
       where plan_id = ${plan} and version <= ${upTo}
       order by entry, version desc) as latest
     where not removed
     order by first, entry`.execute(tx);
  const work = await readStepWork(tx, plan);
  const order = (section: SectionId) => sectionIds.indexOf(section);
  return rows
    .map((row) => (work.has(row.entry) ? { ...row, work: work.get(row.entry) } : row))
    .sort((one, other) => order(one.section) - order(other.section));
}

async function readStepWork(tx: Tx, plan: number): Promise<Map<string, StepWork>> {
  const rows = await tx
    .withTables<Db>()
    .selectFrom('coordination.plan_step as step')
    .innerJoin('work.item as item', 'item.item_id', 'step.item_id')
    .where('step.plan_id', '=', plan)
    .orderBy('step.item_id')
    .select(['step.entry', 'step.item_id as item', 'item.state', 'item.outcome'])
    .execute();
  // The latest piece of work of a step counts: one that was closed may have been begun again.
  return new Map(rows.map(({ entry, ...work }) => [entry, work]));
}

/** One change of a plan: which parts, by whom, when. */
export interface PlanVersion {
  readonly version: number;
  readonly at: Date;
  readonly author: string;
  readonly voice: string;
  readonly sections: readonly SectionId[];
  readonly removed: boolean;
  readonly bringsBack: number | null;
}

/** Every version of a plan, the latest first. */
export async function readVersions(tx: Tx, plan: number): Promise<PlanVersion[]> {
  const { rows } = await sql<PlanVersion>`
    select version, min(at) as at, min(author) as author, min(voice) as voice,
           array_agg(distinct section) as sections, bool_and(removed) as removed, min(brings_back) as "bringsBack"
      from coordination.plan_revision where plan_id = ${plan}
     group by version order by version desc`.execute(tx);
  return rows;
}

/** What happened to a plan as a whole: asked, agreed, ended; the latest first. */
export interface PlanEvent {
  readonly at: Date;
  readonly act: string;
  readonly author: string;
  readonly voice: string;
  readonly version: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function readPlanEvents(tx: Tx, plan: number): Promise<PlanEvent[]> {
  return await tx
    .withTables<PlanTables>()
    .selectFrom('coordination.plan_event')
    .where('plan_id', '=', plan)
    .orderBy('event_id', 'desc')
    .select(['at', 'act', 'author', 'voice', 'version', 'detail'])
    .execute();
}

/** One plan in a list. */
export interface ListedPlan extends PlanHead, Presence {
  readonly familyName: string | null;
  readonly givenNames: string | null;
}

/** What every part of several plans says now, by plan; without the work behind its steps. */
export async function readEntriesOfPlans(
  tx: Tx,
  plans: readonly number[],
): Promise<Map<number, PlanEntry[]>> {
  const found = new Map<number, PlanEntry[]>(plans.map((plan) => [plan, []]));
  if (plans.length === 0) return found;
  const { rows } = await sql<PlanEntry & { plan: number }>`
    select plan, entry, section, content, authors, version from (
      select distinct on (plan_id, entry) plan_id as plan, entry, section, content, authors, version, removed
        from coordination.plan_revision where plan_id = any (${plans}::int[])
       order by plan_id, entry, version desc) as latest
     where not removed order by plan, entry`.execute(tx);
  for (const { plan, ...entry } of rows) found.get(plan)?.push(entry);
  return found;
}

/**
 * The plans in preparation and in use that may be seen, the review that is due first at the top. `reviewBy`: only those with
 * a review on that day or before. The day is compared before it is asked who may see a plan, which is most of the work.
 */
export async function readOpenPlans(
  tx: Tx,
  limit: number,
  { reviewBy }: { reviewBy?: PlainDate | undefined } = {},
): Promise<ListedPlan[]> {
  const rows = await heads(tx)
    .where('plan.state', 'in', ['draft', 'awaiting_agreement', 'active'])
    .$if(reviewBy !== undefined, (query) => query.where('plan.review_on', '<=', reviewBy ?? null))
    .select(['person.family_name as familyName', 'person.given_names as givenNames'])
    .select(['person.death_date as deathDate', 'person.registered'])
    .orderBy(sql`plan.review_on nulls last`)
    .orderBy('plan.plan_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, ...asHead(row) }));
}
