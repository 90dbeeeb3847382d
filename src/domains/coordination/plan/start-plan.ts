import { type Insertable, sql } from 'kysely';
import { NotPermitted, Refusal } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { practiceTeam } from '../../directory/index.ts';
import { readPerson } from '../../register/index.ts';
import { readEntryOfPerson } from '../read-caseload.ts';
import { auditPlan, noteEvent, type PlanChange, type Revision, writeVersion } from './change-plan.ts';
import { onlyEntryId } from './only-entry.ts';
import { planSections } from './plan-parts.ts';
import type { PlanTables } from './plan-tables.ts';
import { type PlanHead, readEntries, readHead, readPlansOfPerson } from './read-plan.ts';
import { mayWorkOnPlans } from './who-may.ts';

/**
 * Begins a plan for a person whom the actor looks after. Where a plan is in use, the new one begins with what it says,
 * and replaces it once the person agrees. Returns its public id.
 *
 * Throws NotFound, NotPermitted, and Refusal `has_died`, `has_a_plan`, `not_looked_after`.
 */
export async function startPlan(
  tx: Tx,
  change: Omit<PlanChange, 'plan'> & { readonly personId: string },
): Promise<string> {
  const { by, now, content } = change;
  const permission = mayWorkOnPlans(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const person = await readPerson(tx, change.personId);
  if (person.death_date !== null) throw hasDied();
  await refuseStrangers(tx, person.person_no);
  const [inUse] = (await readPlansOfPerson(tx, person.person_no)).filter(({ state }) => state === 'active');
  const publicId = await insertPlan(tx, {
    person_no: person.person_no,
    owner_team: await teamFor(tx, change, person),
    state: 'draft',
    asked_version: null,
    agreed_version: null,
    agreed_on: null,
    review_on: null,
    ended_because: null,
    withheld: inUse ? [...inUse.withheld] : [],
    started_at: now,
    content_version: content.version,
  });
  const head = await readHead(tx, publicId);
  if (inUse) await copyParts(tx, { ...change, plan: publicId }, head, inUse.id);
  await noteEvent(tx, { ...change, plan: publicId }, head, {
    act: 'start',
    to: 'draft',
    detail: inUse ? { from: inUse.publicId } : {},
  });
  await auditPlan(tx, head, { action: 'plan.started', purpose: permission.because });
  return publicId;
}

type NewPlan = Insertable<PlanTables['coordination.care_plan']>;

/** The name is asked for first: whoever writes a row cannot always read it back. */
async function insertPlan(tx: Tx, values: Omit<NewPlan, 'public_id'>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select gen_random_uuid() as id`.execute(tx);
  const public_id = rows[0]?.id ?? '';
  try {
    await tx
      .withTables<PlanTables>()
      .insertInto('coordination.care_plan')
      .values({ ...values, public_id })
      .execute();
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw hasAPlan();
  }
  return public_id;
}

/** The new plan begins with what the old one says; the work behind its steps stays with the old one until it is replaced. */
async function copyParts(tx: Tx, change: PlanChange, head: PlanHead, from: number): Promise<void> {
  const entries = await readEntries(tx, from);
  // Sorted, because parts that began in one version stand in the order of their names.
  const { rows } = await sql<{ id: string }>`
    select gen_random_uuid() as id from generate_series(1, ${entries.length}) order by id`.execute(tx);
  const names = new Map(entries.map(({ entry }, at) => [entry, rows[at]?.id ?? '']));
  const revisions: Revision[] = [];
  for (const { entry, section, content, authors } of entries) {
    const goal = content.goal === undefined ? {} : { goal: names.get(content.goal) ?? '' };
    const name = planSections[section].many ? names.get(entry) : onlyEntryId(head, section);
    revisions.push({
      entry: name ?? entry,
      section,
      content: { ...content, ...goal },
      authors,
      removed: false,
    });
  }
  if (revisions.length > 0) await writeVersion(tx, change, head, revisions);
}

async function refuseStrangers(tx: Tx, person: number): Promise<void> {
  const { rows } = await sql<{ sees: boolean; unseen: boolean }>`
    select coordination.sees_plan(${person}, '{}') as sees,
           coordination.has_unseen_plan(${person}) as unseen`.execute(tx);
  if (rows[0]?.sees && rows[0].unseen) throw hasAPlan();
  if (rows[0]?.sees) return;
  throw new Refusal({
    code: 'not_looked_after',
    because: 'Your team may look for people in this list, and does not look after this person yet.',
    remedy: 'Take the person on first.',
  });
}

/** The team that sees to the plan: the writer's, or the one that coordinates the person's care, or the practice's. */
async function teamFor(
  tx: Tx,
  { by }: Pick<PlanChange, 'by'>,
  person: { readonly person_no: number; readonly practice_id: number | null },
): Promise<number> {
  const entry = await readEntryOfPerson(tx, person.person_no);
  const team = entry?.team ?? by.team;
  if (team !== null) return team;
  if (person.practice_id !== null) return await practiceTeam(tx, person.practice_id);
  throw new Refusal({
    code: 'nobody_to_see_to_it',
    because: 'This person is on no list, and no team coordinates their care.',
    remedy: 'Take the person on first: then the team sees to the plan.',
  });
}

function hasAPlan(): Refusal {
  return new Refusal({
    code: 'has_a_plan',
    because: 'There is a plan for this person already.',
    remedy:
      'Open the person’s page again. If no plan is there, the person does not share it with you: speak with them.',
  });
}

function hasDied(): Refusal {
  return new Refusal({
    code: 'has_died',
    because: 'This person is recorded as having died.',
    remedy: 'If that is wrong, ask the practice to correct their record.',
  });
}
