import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NotFound } from '../../../../kernel/index.ts';
import { readKept } from '../../../../platform/auth/index.ts';
import { keepConflict, UnsavedTexts, type Visit, type Web } from '../../../../platform/web/index.ts';
import { onlyEntryId } from '../only-entry.ts';
import type { PlanContent } from '../plan-content.ts';
import type { PlanEntry } from '../plan-document.ts';
import { planSections, type SectionId, sectionIds } from '../plan-parts.ts';
import { readPlan } from '../read-plan.ts';
import { PlanConflict, removePart, savePart } from '../save-part.ts';
import { mayOpenPlans } from '../who-may.ts';
import { partPage } from './form-of-part.tsx';
import { contentOf, partForm, seenVersion } from './part-form.ts';
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
      if (stood && stood.section !== section) throw new NotFound('The plan has no such part.');
      return {
        page: await partPage(look, {
          section,
          entry,
          seen: stood?.version ?? 0,
          fields: stood?.content ?? {},
          notice: await unsavedNotice(visit, planHref(visit.params.id, 'parts', section, entry)),
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
      const seen = conflict?.version ?? seenVersion.catch(0).parse(visit.body.seen);
      if (conflict) await keepConflict(visit, { form: visit.body.form ?? '', seen: String(seen), ...fields });
      const page = await partPage(look, {
        section,
        entry,
        form: visit.body.form,
        seen,
        fields,
        errors,
        refusal,
        conflicts: conflict?.conflicts ?? [],
      });
      return { page, status: errors.length > 0 ? 422 : 409 };
    },
    isSaved: ({ tx, params, body }) => isSaved(tx, params, body),
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

type PartOf = z.output<typeof part>;

/**
 * Whether a form says no more than the plan does: nothing is typed yet, or it was saved while the script still asked to
 * keep it. Of a plan that is not theirs to see any more nothing is known, and the text is kept.
 */
async function isSaved(
  tx: Visit['tx'],
  { id, section, entry }: PartOf,
  body: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const entries = await entriesInSight(tx, id);
  if (entries === null) return false;
  const stood = entries.find((each) => each.entry === entry)?.content ?? {};
  const isAsked = (name: string) => name in body || `${name}-day` in body;
  return Object.entries(contentOf(section, body)).every(
    ([name, said]) => !isAsked(name) || said.trim() === (stood[name] ?? '').trim(),
  );
}

/** The entries of a plan; null when it may not be seen. */
async function entriesInSight(tx: Visit['tx'], id: string): Promise<readonly PlanEntry[] | null> {
  try {
    return (await readPlan(tx, id)).entries;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** Says in a form that something that was typed in this part before is kept, and not saved. */
async function unsavedNotice({ tx, by, chrome }: Visit, address: string) {
  return <UnsavedTexts kept={await readKept(tx, by, address)} chrome={chrome} />;
}

/** An entry that is there, a new one of a list, or the only one of its section. */
function entryNamed({ plan }: PlanLook, section: SectionId, named: string): string {
  if (!planSections[section].many) return onlyEntryId(plan, section);
  return named === 'new' || named === 'only' ? randomUUID() : named;
}
