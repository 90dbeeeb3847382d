import { z } from 'zod';
import { londonDay, NotFound } from '../../../../kernel/index.ts';
import { writeAudit } from '../../../../platform/audit/index.ts';
import type { PdfDocument } from '../../../../platform/pdf/index.ts';
import { toCsv, type Web } from '../../../../platform/web/index.ts';
import { readRequests } from '../ask-for-change.ts';
import { readKept } from '../kept-text.ts';
import { type PlanColumn, planColumns, readPlanBoard } from '../plan-board.ts';
import type { PlanContent } from '../plan-content.ts';
import { sectionIds } from '../plan-parts.ts';
import { readEntries, readPlanEvents, readVersions } from '../read-plan.ts';
import { startPlan } from '../start-plan.ts';
import { mayDecide, mayOpenPlans, mayWorkOnPlans } from '../who-may.ts';
import { decisionRoutes } from './decision-routes.tsx';
import { ownerNames } from './form-of-part.tsx';
import { keptRoutes } from './kept-routes.tsx';
import { partRoutes } from './part-routes.tsx';
import { PlanPage } from './plan-page.tsx';
import { paperOf } from './plan-paper.ts';
import { lookAtPlan, type PlanLook, planHref } from './plan-visit.ts';
import { PlansPage } from './plans-page.tsx';
import { VersionPage, VersionsPage } from './version-pages.tsx';

export interface PlanParts {
  readonly rules: PlanContent;
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
  web.route({
    method: 'GET',
    url: '/plans',
    may: mayWorkOnPlans,
    query: plansQuery,
    handle: async (visit) => {
      const { waits, page } = visit.query;
      const plans = await readPlanBoard(visit.tx, rules, londonDay(visit.now));
      return { page: <PlansPage visit={visit} rules={rules} plans={plans} waits={waits} page={page} /> };
    },
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
    handle: async (visit) => {
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const page = (
        <PlanPage
          look={look}
          owners={await ownerNames(look)}
          kept={await readKept(visit.tx, visit.by, look.plan.publicId)}
          requests={await readRequests(visit.tx, look.plan.id)}
          saved={visit.query.saved ?? null}
          address={parts.address}
        />
      );
      return { page };
    },
  });
  partRoutes(web, rules);
  versionRoutes(web, rules);
  copyRoutes(web, parts);
  keptRoutes(web, rules);
  decisionRoutes(web, rules);
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
