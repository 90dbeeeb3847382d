import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { formatInstant, NotFound } from '../../../../kernel/index.ts';
import type { Visit, Web } from '../../../../platform/web/index.ts';
import { forgetKept, type KeptText, keepText, readKept } from '../kept-text.ts';
import { onlyEntryId } from '../only-entry.ts';
import type { PlanContent } from '../plan-content.ts';
import type { PlanEntry } from '../plan-document.ts';
import { planSections, type SectionId, sectionIds } from '../plan-parts.ts';
import { readPlan } from '../read-plan.ts';
import { PlanConflict, removePart, savePart } from '../save-part.ts';
import { mayOpenPlans } from '../who-may.ts';
import { CopyPage } from './copy-page.tsx';
import { partPage } from './form-of-part.tsx';
import { contentOf, formName, partForm, seenVersion } from './part-form.ts';
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
          form: randomUUID(),
          seen: stood?.version ?? 0,
          fields: stood?.content ?? {},
          notice: await unsavedNotice(visit, entry),
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
      const { seen, form } = body;
      await savePart(tx, { by, now, content: rules, plan, section, entry, form, seen, typed });
      return { redirect: `${planHref(plan)}?saved=${section}` };
    },
    again: async (visit, { errors, refusal }) => {
      const { section, entry } = visit.params;
      const look = await lookAtPlan(visit, rules, visit.params.id, 'plan.opened');
      const conflict = refusal instanceof PlanConflict ? refusal : null;
      const form = formName.parse(visit.body.form);
      const fields = conflict?.offered ?? contentOf(section, visit.body);
      const seen = conflict?.version ?? seenVersion.catch(0).parse(visit.body.seen);
      if (conflict) await keep(visit, rules, { ...visit.params, form, seen, fields, why: 'conflict' });
      const page = await partPage(look, {
        section,
        entry,
        form,
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
    keepTyped: (tx, typed) => keepFields(tx, typed, rules, 'signed_out'),
  });
  // While it is typed: asked by a script, and answered without a page.
  web.route({
    method: 'POST',
    url: `${url}/keep`,
    may: mayOpenPlans,
    params: part,
    body: partForm,
    handle: async ({ tx, by, now, params, body }) => {
      const form = formName.parse(body.form);
      if (await isSaved(tx, params, body))
        await forgetKept(tx, { by, plan: params.id, entry: params.entry, form });
      else await keepFields(tx, { by, now, params, body: { ...body, form } }, rules, 'typing');
      return { done: true };
    },
    keepTyped: (tx, typed) => keepFields(tx, typed, rules, 'signed_out'),
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
        form: randomUUID(),
        seen: stood?.version ?? 0,
        fields: stood?.content ?? {},
        refusal,
      });
      return { page, status: 409 };
    },
  });
}

type PartOf = z.output<typeof part>;

/** Keeps what a form says, as it was sent. Returns the address at which its writer finds it. */
async function keepFields(
  tx: Visit['tx'],
  {
    by,
    now,
    params,
    body,
  }: Pick<Visit, 'by' | 'now'> & { params: PartOf; body: Readonly<Record<string, unknown>> },
  rules: PlanContent,
  why: KeptText['why'],
): Promise<string> {
  const kept = await keep({ tx, by, now }, rules, {
    ...params,
    form: formName.parse(body.form),
    // A number that is none was sent by nobody's form of ours: then the text is kept as a new one.
    seen: seenVersion.catch(0).parse(body.seen),
    fields: contentOf(params.section, body),
    why,
  });
  return `/kept/${kept}`;
}

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
async function unsavedNotice({ tx, by, params }: Visit<{ id: string }>, entry: string) {
  const kept = (await readKept(tx, by, params.id)).filter((each) => each.entry === entry);
  if (kept.length === 0) return null;
  return (
    <>
      You typed something here that is not saved:{' '}
      {kept.map(({ id, at }, place) => (
        <>
          {place > 0 && ', '}
          <a href={`/kept/${id}`}>{`what you typed on ${formatInstant(at)}`}</a>
        </>
      ))}
      .
    </>
  );
}

function keep(
  who: Pick<Visit, 'tx' | 'by' | 'now'>,
  rules: PlanContent,
  text: {
    id: string;
    section: SectionId;
    entry: string;
    form: string;
    seen: number;
    fields: Readonly<Record<string, string>>;
    why: KeptText['why'];
  },
): Promise<string> {
  const { id: plan, section, entry, form, seen, fields, why } = text;
  const { by, now } = who;
  return keepText(who.tx, {
    by,
    now,
    plan,
    section,
    entry,
    form,
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
