import { z } from 'zod';
import { londonDay, NotFound } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import { readKept } from '../../../../platform/auth/index.ts';
import type { PdfDocument } from '../../../../platform/pdf/index.ts';
import {
  type Answer,
  askedByAddress,
  nothingTyped,
  rowNumber,
  statusOf,
  toCsv,
  type Visit,
  type Web,
} from '../../../../platform/web/index.ts';
import {
  type BeginDecision,
  beginActs,
  beginForms,
  type OpenedBegin,
  type OpenedRow,
  openedBegin,
  readLatestWork,
  rowAddresses,
  type WorkKinds,
  type WorkList,
  workInList,
} from '../../../work/index.ts';
import { answerRequest, readRequests } from '../ask-for-change.ts';
import { type PlanColumn, planColumns, readPlanBoard } from '../plan-board.ts';
import type { PlanContent } from '../plan-content.ts';
import { sectionIds } from '../plan-parts.ts';
import { readEntries, readHead, readPlanEvents, readVersions } from '../read-plan.ts';
import { PLAN_REVIEW, seeToPlan } from '../see-to-plan.ts';
import { startPlan } from '../start-plan.ts';
import { mayDecide, mayOpenPlans, mayWorkOnPlans } from '../who-may.ts';
import { decisionRoutes } from './decision-routes.tsx';
import { ownerNames } from './form-of-part.tsx';
import { partRoutes } from './part-routes.tsx';
import { PlanPage, type PlanPageParts } from './plan-page.tsx';
import { paperOf } from './plan-paper.ts';
import { lookAtPlan, type PlanLook, planHref } from './plan-visit.ts';
import { PlansPage, plansOfPage } from './plans-page.tsx';
import { VersionPage, VersionsPage } from './version-pages.tsx';

export interface PlanParts {
  readonly rules: PlanContent;
  readonly kinds: WorkKinds;
  /** Where the product is reached: it stands on copies, so that whoever holds one finds the live plan. */
  readonly address: string;
  /** What the record knows of allergies, in words; null where no record is at hand. */
  allergies(look: PlanLook): Promise<readonly string[] | null>;
  /** The plan as FHIR, in one bundle. */
  asFhir(look: PlanLook): object;
}

const id = z.object({ id: z.uuid() });
const plansQuery = z.object({
  waits: z.enum(planColumns.map(({ id: column }) => column) as [PlanColumn, ...PlanColumn[]]).optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});

/** The care plan: reading it, writing its parts, its versions, its copies; and what is kept of what could not be saved. */
export function planRoutes(web: Web, parts: PlanParts): void {
  const { rules } = parts;
  seeToRoutes(web, parts);
  web.route({
    method: 'GET',
    url: '/plans',
    may: mayWorkOnPlans,
    query: plansQuery,
    handle: (visit) => answerPlans(visit, parts, null, null),
  });
  web.route({
    method: 'GET',
    url: '/plans.csv',
    may: mayWorkOnPlans,
    query: plansQuery,
    handle: async (visit) => {
      const { waits } = visit.query;
      const all = await readPlanBoard(visit.tx, rules, londonDay(visit.now));
      const plans = all.filter(({ column }) => waits === undefined || column === waits);
      if (plans.length > 0)
        await writeAudit(visit.tx, {
          action: 'plan.listed',
          purpose: visit.because,
          detail: { people: plans.map(({ personNo }) => personNo) },
        });
      return {
        download: 'care-plans.csv',
        type: 'text/csv; charset=utf-8',
        content: toCsv(
          ['family_name', 'given_names', 'waits_for', 'agreed_on', 'review_on'],
          plans.map((plan) => [
            plan.familyName,
            plan.givenNames,
            planColumns.find(({ id }) => id === plan.column)?.title ?? plan.column,
            plan.agreedOn,
            plan.reviewOn,
          ]),
        ),
      };
    },
  });
  web.route({
    method: 'POST',
    url: '/people/:id/plan',
    may: mayWorkOnPlans,
    params: id,
    handle: async ({ tx, by, now, params }) => {
      const plan = await startPlan(tx, { by, now, content: rules, personId: params.id });
      return { redirect: planHref(plan) };
    },
  });
  web.route({
    method: 'GET',
    url: '/plans/:id',
    may: mayOpenPlans,
    params: id,
    query: z.object({ saved: z.enum(sectionIds).optional() }),
    handle: async (visit) => ({ page: await planPage(visit, parts, { saved: visit.query.saved ?? null }) }),
  });
  web.route({
    method: 'POST',
    url: '/plans/:id/requests/:item',
    may: mayWorkOnPlans,
    params: id.extend({ item: rowNumber }),
    body: z.object({ answer: z.string().default('') }),
    handle: async ({ tx, by, now, params, body }) => {
      await answerRequest(tx, { by, now, content: rules, plan: params.id, item: params.item, ...body });
      return { redirect: planHref(params.id) };
    },
    again: async (visit, refused) => {
      const typed = { fields: visit.body, ...refused };
      const page = await planPage(visit, parts, { answering: { item: visit.params.item, typed } });
      return { page, ...statusOf(typed) };
    },
  });
  partRoutes(web, rules);
  versionRoutes(web, rules);
  copyRoutes(web, parts);
  decisionRoutes(web, rules);
}

/** The whole plan; after a part of it was saved, or with an answer that came back. */
async function planPage(
  visit: Visit<{ id: string }>,
  { rules, address }: PlanParts,
  { saved = null, answering = null }: Partial<Pick<PlanPageParts, 'saved' | 'answering'>>,
) {
  const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
  return (
    <PlanPage
      look={look}
      owners={await ownerNames(look)}
      kept={await readKept(visit.tx, visit.by, planHref(look.plan.publicId))}
      requests={await readRequests(visit.tx, look.plan.id)}
      saved={saved}
      answering={answering}
      address={address}
    />
  );
}

const plansList = { name: 'plans', path: '/plans' } as const;

/** The board of plans; with a form that came back in the row of a plan, or of the work of seeing to one. */
async function answerPlans(
  visit: Visit,
  { rules, kinds }: Pick<PlanParts, 'rules' | 'kinds'>,
  opened: OpenedBegin | null,
  openedWork: OpenedRow | null,
): Promise<Answer> {
  const { tx } = visit;
  const { waits, page } = askedByAddress(visit.url, plansQuery);
  const plans = await readPlanBoard(tx, rules, londonDay(visit.now));
  const { shown } = plansOfPage(plans, waits, page);
  const seen = await readLatestWork(
    tx,
    PLAN_REVIEW,
    shown.map(({ personNo }) => personNo),
  );
  const items = [...seen.values()].map(({ item }) => item);
  const work = await workInList(visit, kinds, plansList, items, openedWork);
  const at = rowAddresses(visit.url, plansList);
  if (shown.length > 0)
    await writeAudit(tx, {
      action: 'plan.listed',
      purpose: visit.because,
      detail: { people: shown.map(({ personNo }) => personNo) },
    });
  return {
    page: (
      <PlansPage
        {...{ visit, rules, plans, waits, page, seen, work, at }}
        opened={opened ?? openedBegin(at)}
      />
    ),
    ...statusOf(opened?.typed ?? openedWork?.typed ?? nothingTyped),
  };
}

/** The board as a list in whose rows work is acted on. */
export function plansWorkList(parts: Pick<PlanParts, 'rules' | 'kinds'>): WorkList {
  return { ...plansList, again: (visit, opened) => answerPlans(visit, parts, null, opened) };
}

/** Deciding in the row of a plan who sees to it: taking it on, putting it off, declining. */
function seeToRoutes(web: Web, parts: PlanParts): void {
  for (const act of beginActs) {
    web.route({
      method: 'POST',
      url: `/plans/:id/see-to/${act}`,
      may: mayWorkOnPlans,
      params: id,
      body: beginForms[act],
      handle: async (visit) => {
        const { tx, by, now, params, body } = visit;
        const decision = { act, ...body } as BeginDecision;
        const item = await seeToPlan(tx, { by, now, kinds: parts.kinds, plan: params.id }, decision);
        return { redirect: rowAddresses(visit.url, plansList).after(item) };
      },
      again: async (visit, refused) => {
        const { id: row } = await readHead(visit.tx, visit.params.id);
        const typed = { fields: visit.body, ...refused };
        return await answerPlans(visit, parts, { row, act, typed }, null);
      },
    });
  }
}

function versionRoutes(web: Web, rules: PlanContent): void {
  web.route({
    method: 'GET',
    url: '/plans/:id/versions',
    may: mayWorkOnPlans,
    params: id,
    handle: async (visit) => {
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.versions_opened');
      const versions = await readVersions(visit.tx, look.plan.id);
      const events = await readPlanEvents(visit.tx, look.plan.id);
      return { page: <VersionsPage look={look} versions={versions} events={events} /> };
    },
  });
  web.route({
    method: 'GET',
    url: '/plans/:id/versions/:version',
    may: mayWorkOnPlans,
    params: id.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
    handle: async (visit) => {
      const { version } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.versions_opened');
      if (version > look.plan.version)
        throw new NotFound('The plan has no such version.', 'Choose one from the list of versions.');
      const then = await readEntries(visit.tx, look.plan.id, version);
      return {
        page: <VersionPage look={look} version={version} then={then} owners={await ownerNames(look)} />,
      };
    },
  });
}

function copyRoutes(web: Web, parts: PlanParts): void {
  web.route({
    method: 'GET',
    url: '/plans/:id/pdf',
    may: mayOpenPlans,
    params: id,
    handle: async (visit) => {
      const look = await lookAtPlan(visit, parts.rules, visit.params.id, 'plan.printed');
      const pdf: PdfDocument = paperOf({
        look,
        owners: await ownerNames(look),
        allergies: await parts.allergies(look),
        address: parts.address,
      });
      return { download: 'care-plan.pdf', pdf };
    },
  });
  web.route({
    method: 'GET',
    url: '/plans/:id/fhir',
    // A whole record travels with it: not what a carer was let see.
    may: mayDecide,
    params: id,
    handle: async (visit) => {
      const look = await lookAtPlan(visit, parts.rules, visit.params.id, 'plan.exported');
      const content = JSON.stringify(parts.asFhir(look), null, 2);
      return { download: 'care-plan.fhir.json', type: 'application/fhir+json', content };
    },
  });
}
