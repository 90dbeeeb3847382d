import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NotFound } from '../../../../kernel/index.ts';
import type { Tx } from '../../../../platform/database/index.ts';
import type { PdfDocument } from '../../../../platform/pdf/index.ts';
import type { Visit, Web } from '../../../../platform/web/index.ts';
import { readTeam } from '../../../directory/index.ts';
import { readRequests } from '../ask-for-change.ts';
import { forgetKept, keepText, readKept } from '../kept-text.ts';
import type { PlanContent } from '../plan-content.ts';
import { planSections, type SectionId, sectionIds } from '../plan-parts.ts';
import { readEntries, readOpenPlans, readPlanEvents, readVersions } from '../read-plan.ts';
import { onlyEntryId, PlanConflict, removePart, savePart } from '../save-part.ts';
import { startPlan } from '../start-plan.ts';
import { mayDecide, mayOpenPlans, mayWorkOnPlans } from '../who-may.ts';
import { CopyPage } from './copy-page.tsx';
import { decisionRoutes } from './decision-routes.tsx';
import { contentOf, partForm } from './part-form.ts';
import { PartPage, type PartPageParts } from './part-page.tsx';
import type { OwnerNames } from './part-view.tsx';
import { PlanPage } from './plan-page.tsx';
import { paperOf } from './plan-paper.ts';
import { lookAtPlan, type PlanLook, planHref } from './plan-visit.ts';
import { LONGEST_LIST, PlansPage } from './plans-page.tsx';
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
/** The name of the only entry of a section is made from the plan's, and is no random one. */
const part = z.object({ id: z.uuid(), section: z.enum(sectionIds), entry: z.guid() });

/** The care plan: reading it, writing its parts, its versions, its copies; and what is kept of what could not be saved. */
export function planRoutes(web: Web, parts: PlanParts): void {
  const { rules } = parts;
  web.route({
    method: 'GET',
    url: '/plans',
    may: mayWorkOnPlans,
    handle: async (visit) => {
      const plans = await readOpenPlans(visit.tx, LONGEST_LIST);
      return { page: <PlansPage visit={visit} rules={rules} plans={plans} /> };
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

/** Who can be asked to do a step, by account: the plan's team, and whoever asks. */
async function ownerNames({ visit, plan }: PlanLook): Promise<OwnerNames> {
  const team = await readTeam(visit.tx, plan.ownerTeam);
  const own: [string, string][] =
    visit.by.role === 'patient' || visit.by.role === 'carer' ? [] : [[visit.by.account, visit.by.name]];
  return new Map([...team.map(({ account, name }): [string, string] => [account, name]), ...own]);
}

function partRoutes(web: Web, rules: PlanContent): void {
  const url = '/plans/:id/parts/:section/:entry';
  web.route({
    method: 'GET',
    url,
    may: mayOpenPlans,
    params: part.extend({ entry: z.union([z.guid(), z.enum(['new', 'only'])]) }),
    handle: async (visit) => {
      const { section } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const entry = await entryNamed(visit.tx, look, section, visit.params.entry);
      const stood = look.plan.entries.find((each) => each.entry === entry);
      return {
        page: await partPage(look, {
          section,
          entry,
          seen: stood?.version ?? 0,
          fields: stood?.content ?? {},
        }),
      };
    },
  });
  web.route({
    method: 'POST',
    url,
    may: mayOpenPlans,
    params: part,
    body: partForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { id: plan, section, entry } = params;
      const typed = contentOf(section, body);
      await savePart(tx, { by, now, content: rules, plan, section, entry, seen: body.seen, typed });
      return { redirect: `${planHref(plan)}?saved=${section}` };
    },
    again: async (visit, { errors, refusal }) => {
      const { section, entry } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const conflict = refusal instanceof PlanConflict ? refusal : null;
      const fields = conflict?.offered ?? contentOf(section, visit.body);
      const seen = conflict?.version ?? Number(visit.body.seen ?? 0);
      if (conflict) await keep(visit, rules, { ...visit.params, seen, fields, why: 'conflict' });
      const page = await partPage(look, {
        section,
        entry,
        seen,
        fields,
        errors,
        refusal,
        conflicts: conflict?.conflicts ?? [],
      });
      return { page, status: errors.length > 0 ? 422 : 409 };
    },
    gone: async (visit, refusal) => ({
      page: (
        <CopyPage
          chrome={visit.chrome}
          rules={rules}
          section={visit.params.section}
          fields={contentOf(visit.params.section, visit.body)}
          refusal={refusal}
          kept={null}
        />
      ),
      status: refusal instanceof NotFound ? 404 : 403,
    }),
    keepTyped: async (tx, { by, now, params, body }) => {
      const fields = contentOf(params.section, body);
      const kept = await keep({ tx, by, now }, rules, {
        ...params,
        seen: Number.parseInt(body.seen ?? '', 10) || 0,
        fields,
        why: 'signed_out',
      });
      return `/kept/${kept}`;
    },
  });
  web.route({
    method: 'POST',
    url: `${url}/remove`,
    may: mayOpenPlans,
    params: part,
    body: partForm,
    handle: async ({ tx, by, now, params, body }) => {
      const { id: plan, section, entry } = params;
      await removePart(tx, { by, now, content: rules, plan, section, entry, seen: body.seen });
      return { redirect: `${planHref(plan)}?saved=${section}` };
    },
    again: async (visit, { refusal }) => {
      const { section, entry } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const stood = look.plan.entries.find((each) => each.entry === entry);
      const page = await partPage(look, {
        section,
        entry,
        seen: stood?.version ?? 0,
        fields: stood?.content ?? {},
        refusal,
      });
      return { page, status: 409 };
    },
  });
}

function keep(
  who: Pick<Visit, 'tx' | 'by' | 'now'>,
  rules: PlanContent,
  text: {
    id: string;
    section: SectionId;
    entry: string;
    seen: number;
    fields: Readonly<Record<string, string>>;
    why: 'signed_out' | 'conflict';
  },
): Promise<string> {
  const { id: plan, section, entry, seen, fields, why } = text;
  const { by, now } = who;
  return keepText(who.tx, {
    by,
    now,
    plan,
    section,
    entry,
    seen,
    fields,
    why,
    days: rules.keep_unsaved_days,
  });
}

async function partPage(look: PlanLook, parts: Omit<PartPageParts, 'look' | 'owners' | 'stands'>) {
  const stands = look.plan.entries.some(({ entry }) => entry === parts.entry);
  return <PartPage look={look} owners={await ownerNames(look)} stands={stands} {...parts} />;
}

/** An entry that is there, a new one of a list, or the only one of its section. */
async function entryNamed(tx: Tx, { plan }: PlanLook, section: SectionId, named: string): Promise<string> {
  if (!planSections[section].many) return await onlyEntryId(tx, plan, section);
  return named === 'new' || named === 'only' ? randomUUID() : named;
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

function keptRoutes(web: Web, rules: PlanContent): void {
  const find = async (visit: Visit<{ id: string }>) => {
    const kept = (await readKept(visit.tx, visit.by)).find((each) => each.id === visit.params.id);
    if (kept) return kept;
    throw new NotFound('This text is not kept any more: it was saved, or thrown away.', 'Open the plan.');
  };
  web.route({
    method: 'GET',
    url: '/kept/:id',
    may: mayOpenPlans,
    params: id,
    handle: async (visit) => {
      const kept = await find(visit);
      const { section, entry, seen, fields } = kept;
      try {
        const look = await lookAtPlan(visit, rules, kept.plan, 'plan.opened');
        const notice =
          kept.why === 'conflict'
            ? 'Somebody else wrote in the same place, and this text of yours was not saved.'
            : 'You typed this before your session ended. It is not saved yet.';
        return { page: await partPage(look, { section, entry, seen, fields, notice }) };
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        const page = (
          <CopyPage
            chrome={visit.chrome}
            rules={rules}
            section={section}
            fields={fields}
            refusal={error}
            kept={kept}
          />
        );
        return { page };
      }
    },
  });
  web.route({
    method: 'POST',
    url: '/kept/:id/throw-away',
    may: mayOpenPlans,
    params: id,
    handle: async (visit) => {
      const { plan, entry } = await find(visit);
      await forgetKept(visit.tx, { by: visit.by, plan, entry });
      return { redirect: '/' };
    },
  });
}
