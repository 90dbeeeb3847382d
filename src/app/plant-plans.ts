import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import {
  agreePlan,
  grantParts,
  onlyEntryId,
  type PlanContent,
  planSections,
  proposePlan,
  readCaseloadPathway,
  readEntries,
  readHead,
  readOwnCarers,
  readPlanContent,
  readPlansOfPerson,
  savePart,
  sharePlan,
  startPlan,
  takeOn,
} from '../domains/coordination/index.ts';
import { readActor } from '../domains/directory/index.ts';
import { openScope, readOwnPerson } from '../domains/register/index.ts';
import { addDays, londonDay, Refusal } from '../kernel/index.ts';
import { type Actor, act, readPersonas } from '../platform/auth/index.ts';
import type { Tx } from '../platform/database/index.ts';
import { type DrawnPart, drawnPlans, victoriasPlan } from './drawn-plans.ts';
import type { Product } from './product.ts';

interface Planting {
  readonly product: Product;
  readonly rules: PlanContent;
  readonly actors: ReadonlyMap<string, Actor>;
  readonly now: Date;
}

/**
 * Gives Victoria and a few others of the demonstration a care plan, written by its people through the commands that
 * pages use. Whoever has one already is left alone, so that it can be called at every start.
 */
export async function plantPlans(product: Product, now: Date): Promise<void> {
  const actors = await readActors(product);
  const rules = readPlanContent(product.content);
  const planting = { product, rules, actors, now };
  const [lead, victoria] = [actors.get('int_lead'), actors.get('patient')];
  if (!lead || !victoria) return;
  const own = await as(planting, victoria, (tx) => readOwnPerson(tx, victoria));
  if (!own) return;
  await plantOne(planting, { personId: own.person.public_id, no: own.person.person_no }, victoriasPlan);
  await grantToCarer(planting, victoria);
  const others = await as(planting, lead, (tx) => highestNeed(tx, own.person.person_no, drawnPlans.length));
  for (const [at, person] of others.entries()) {
    const drawn = drawnPlans[at];
    if (drawn) await plantOne(planting, person, drawn);
  }
}

async function readActors({ book }: Product): Promise<Map<string, Actor>> {
  const known = await readPersonas(book.as('app'));
  const read = await Promise.all(
    known.map(async ({ subject, account }) => [subject, await readActor(book.as('app'), account)] as const),
  );
  return new Map(read.flatMap(([subject, actor]) => (actor ? [[subject, actor] as const] : [])));
}

function as<Result>({ product }: Planting, by: Actor, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  const origin = { requestId: 'demonstration', from: 'start' };
  return act(product.book, { by, origin, scope: openScope }, work);
}

interface Whose {
  readonly personId: string;
  readonly no: number;
}

/** The people with the highest need whom the team may look for, but for one. */
async function highestNeed(tx: Tx, except: number, people: number): Promise<Whose[]> {
  const { rows } = await sql<Whose>`
    select p.public_id as "personId", p.person_no as no
      from need.person_fact f join register.person p on p.person_no = f.person_no
     where f.snapshot_id = (select max(snapshot_id) from need.publication)
       and f.need_rank is not null and p.death_date is null and p.person_no <> ${except}
       and not (p.sensitive or p.confidential)
     order by f.need_rank, p.person_no limit ${people}`.execute(tx);
  return rows;
}

type Drawn = (typeof drawnPlans)[number];

/** What somebody who tries the demonstration has done meanwhile, and what planting leaves as it is. */
const DONE_BY_OTHERS: ReadonlySet<string> = new Set(['has_a_plan', 'on_a_caseload', 'over_capacity']);

async function plantOne(planting: Planting, person: Whose, drawn: Drawn): Promise<void> {
  try {
    await plant(planting, person, drawn);
  } catch (error) {
    if (!(error instanceof Refusal) || !DONE_BY_OTHERS.has(error.code)) throw error;
  }
}

async function plant(planting: Planting, person: Whose, drawn: Drawn): Promise<void> {
  const { actors, rules, product } = planting;
  const [lead, coordinator] = [actors.get('int_lead'), actors.get(drawn.coordinator)];
  if (!lead || !coordinator) return;
  const began = new Date(planting.now.getTime() - drawn.daysAgo * 86_400_000);
  const known = await as(planting, coordinator, (tx) => readPlansOfPerson(tx, person.no));
  if (known.length > 0) return;
  await as(planting, lead, (tx) =>
    takeOn(tx, {
      by: lead,
      now: began,
      pathway: readCaseloadPathway(product.content),
      personId: person.personId,
      lead: coordinator.account,
      reason: drawn.reason,
      nextStep: drawn.nextStep,
      due: addDays(londonDay(planting.now), 6),
      overrideReason: null,
      evidence: { demonstration: true },
    }),
  );
  const common = (by: Actor) => ({ by, now: began, content: rules });
  const plan = await as(planting, coordinator, (tx) =>
    startPlan(tx, { ...common(coordinator), personId: person.personId }),
  );
  for (const part of drawn.parts) await writePart(planting, { plan, began, coordinator }, part);
  if (drawn.asked)
    await as(planting, coordinator, (tx) =>
      sharePlan(tx, { ...common(coordinator), plan, withheld: [], how: drawn.asked ?? '' }),
    );
  if (drawn.until === 'draft') return;
  await as(planting, coordinator, (tx) => proposePlan(tx, { ...common(coordinator), plan }));
  if (drawn.until === 'asked') return;
  const { version } = await as(planting, coordinator, (tx) => readHead(tx, plan));
  await as(planting, coordinator, (tx) =>
    agreePlan(tx, {
      ...common(coordinator),
      plan,
      seen: version,
      agreement: { method: 'in_person', capacity: null, authority: null },
    }),
  );
}

/** Writes one part as whoever of the demonstration said it. Goals are found by what they say. */
async function writePart(
  planting: Planting,
  { plan, began, coordinator }: { plan: string; began: Date; coordinator: Actor },
  { by, section, ...said }: DrawnPart,
): Promise<void> {
  const writer = planting.actors.get(by);
  if (!writer) return;
  await as(planting, writer, async (tx) => {
    const head = await readHead(tx, plan);
    const goals = (await readEntries(tx, head.id)).filter((each) => each.section === 'goal');
    const goal = goals.find(({ content }) => content.words === said.says.goal)?.entry;
    const typed: Record<string, string> = { ...said.says };
    if (goal) typed.goal = goal;
    if (typed.owner === 'coordinator') typed.owner = coordinator.account;
    if (said.dueIn !== undefined) typed.due = addDays(londonDay(planting.now), said.dueIn);
    const entry = planSections[section].many ? randomUUID() : onlyEntryId(head, section);
    await savePart(tx, {
      by: writer,
      now: began,
      content: planting.rules,
      plan,
      section,
      entry,
      seen: 0,
      typed,
    });
  });
}

async function grantToCarer(planting: Planting, victoria: Actor): Promise<void> {
  const { carers } = await as(planting, victoria, (tx) => readOwnCarers(tx, victoria));
  for (const { relationship, grants } of carers) {
    if (grants.some((part) => part.startsWith('plan_'))) continue;
    const parts = [...new Set([...grants, 'plan_contingency', 'plan_contacts'])];
    await as(planting, victoria, (tx) => grantParts(tx, { by: victoria, relationship, parts }));
  }
}
