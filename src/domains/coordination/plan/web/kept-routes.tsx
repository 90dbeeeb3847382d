import { z } from 'zod';
import { NotFound } from '../../../../kernel/index.ts';
import type { Visit, Web } from '../../../../platform/web/index.ts';
import { forgetKept, readKept } from '../kept-text.ts';
import type { PlanContent } from '../plan-content.ts';
import { mayOpenPlans } from '../who-may.ts';
import { CopyPage } from './copy-page.tsx';
import { partPage } from './form-of-part.tsx';
import { lookAtPlan } from './plan-visit.ts';

/** Why a text stands in the form again, by why it was kept. */
const NOTICES = {
  conflict: 'Somebody else wrote in the same place, and this text of yours was not saved.',
  signed_out: 'You typed this before your session ended. It is not saved yet.',
  typing: 'You typed this, and did not save it. It is not in the plan yet.',
} as const;

const id = z.object({ id: z.uuid() });

/** What somebody typed and could not save: to save it now, to copy it, or to throw it away. */
export function keptRoutes(web: Web, rules: PlanContent): void {
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
      const { section, entry, form, seen, fields } = kept;
      try {
        const look = await lookAtPlan(visit, rules, kept.plan, 'plan.opened');
        const notice = NOTICES[kept.why];
        return { page: await partPage(look, { section, entry, form, seen, fields, notice, kept: kept.id }) };
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
      const { plan, entry, form } = await find(visit);
      await forgetKept(visit.tx, { by: visit.by, plan, entry, form });
      return { redirect: '/' };
    },
  });
}
