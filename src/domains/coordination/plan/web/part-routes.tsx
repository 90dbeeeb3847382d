import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NotFound } from '../../../../kernel/index.ts';
import type { Visit, Web } from '../../../../platform/web/index.ts';
import { keepText } from '../kept-text.ts';
import { onlyEntryId } from '../only-entry.ts';
import type { PlanContent } from '../plan-content.ts';
import { planSections, type SectionId, sectionIds } from '../plan-parts.ts';
import { PlanConflict, removePart, savePart } from '../save-part.ts';
import { mayOpenPlans } from '../who-may.ts';
import { CopyPage } from './copy-page.tsx';
import { partPage } from './form-of-part.tsx';
import { contentOf, partForm } from './part-form.ts';
import { lookAtPlan, type PlanLook, planHref } from './plan-visit.ts';

const part = z.object({ id: z.uuid(), section: z.enum(sectionIds), entry: z.uuid() });

/** Writing in one part, and taking an entry off; whatever comes of it, what was typed stays with who typed it. */
export function partRoutes(web: Web, rules: PlanContent): void {
  const url = '/plans/:id/parts/:section/:entry';
  web.route({
    method: 'GET',
    url,
    may: mayOpenPlans,
    params: part.extend({ entry: z.union([z.uuid(), z.enum(['new', 'only'])]) }),
    handle: async (visit) => {
      const { section } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const entry = entryNamed(look, section, visit.params.entry);
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

/** An entry that is there, a new one of a list, or the only one of its section. */
function entryNamed({ plan }: PlanLook, section: SectionId, named: string): string {
  if (!planSections[section].many) return onlyEntryId(plan, section);
  return named === 'new' || named === 'only' ? randomUUID() : named;
}
