import { formatDay } from '../../../kernel/index.ts';
import { type CriterionId, criterionIds } from './plan-content.ts';
import { entriesOf, only, type Plan } from './plan-document.ts';
import { isOwnGoal } from './what-is-missing.ts';

/** One of the five things that a plan is held to, whether it shows it, and what shows it. */
export interface Criterion {
  readonly id: CriterionId;
  readonly met: boolean;
  /** What was found; or what would show it. */
  readonly evidence: string;
}

type Judge = (plan: Plan) => { readonly met: boolean; readonly evidence: string };

const judges: Record<CriterionId, Judge> = {
  person_at_centre: (plan) => {
    const own = plan.entries.filter(({ authors }) =>
      Object.values(authors).some(({ voice }) => voice !== 'staff'),
    ).length;
    const spoken = entriesOf(plan, 'goal').filter(isOwnGoal).length;
    return {
      met: own + spoken > 0 && Boolean(only(plan, 'about_me').what_matters),
      evidence: `${own} ${own === 1 ? 'part' : 'parts'} written by the person or their carer, ${spoken} of ${entriesOf(plan, 'goal').length} goals in their words`,
    };
  },
  time_to_prepare: (plan) => {
    const ready = entriesOf(plan, 'conversation').find(({ content }) => content.prepared === 'yes');
    return ready
      ? {
          met: true,
          evidence: `Talk${ready.content.day ? ` on ${formatDay(ready.content.day)}` : ''} with time to get ready`,
        }
      : { met: false, evidence: 'No talk is noted for which the person could get ready' };
  },
  what_matters: (plan) => {
    const served = new Set(entriesOf(plan, 'action').map(({ content }) => content.goal));
    const own = entriesOf(plan, 'goal').filter(isOwnGoal);
    const linked = own.filter(({ entry }) => served.has(entry)).length;
    return {
      met: own.length > 0 && linked > 0,
      evidence: `${linked} of ${own.length} goals of the person have steps`,
    };
  },
  one_plan: (plan) => {
    const asked = Boolean(only(plan, 'sharing').how);
    return {
      met: asked,
      evidence: !asked
        ? 'Nobody has noted whether the person was asked who may see it'
        : plan.withheld.length === 0
          ? 'The person was asked, and shares it with everybody who helps them'
          : 'The person was asked, and does not share it with everybody',
    };
  },
  can_review: (plan) => {
    const { who } = only(plan, 'review');
    return {
      met: Boolean(who) && plan.reviewOn !== null,
      evidence:
        plan.reviewOn === null
          ? 'It has no review date until the person agrees'
          : `Review due on ${formatDay(plan.reviewOn)}${who ? `, arranged by ${who}` : '; nobody arranges it'}`,
    };
  },
};

/** The five quality criteria for personalised care and support plans (NHS England), each with its evidence. */
export function judgePlan(plan: Plan): readonly Criterion[] {
  return criterionIds.map((id) => ({ id, ...judges[id](plan) }));
}
