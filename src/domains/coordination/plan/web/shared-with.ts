import type { PlanContent } from '../plan-content.ts';
import type { Plan } from '../plan-document.ts';
import { audiences } from '../plan-parts.ts';

/** With whom a plan is shared, in words. */
export function sharedWith({
  plan,
  rules,
}: {
  readonly plan: Pick<Plan, 'withheld'>;
  readonly rules: PlanContent;
}): string {
  const { fields } = rules.sections.sharing;
  const shared = audiences.filter((each) => !plan.withheld.includes(each));
  return shared.map((each) => fields[each]?.label ?? each).join('; ') || 'Nobody';
}
