import type { ConditionRule } from './condition-rule.ts';
import { frailtySignRules } from './frailty-signs.ts';
import { longTermConditionRules } from './long-term-conditions.ts';
import { scoredConditionRules } from './scored-conditions.ts';

const rules = { ...longTermConditionRules, ...scoredConditionRules, ...frailtySignRules };

export type Condition = keyof typeof rules;

/** All conditions, those that raise others before them: the order in which they are drawn. */
export const conditions = Object.keys(rules) as readonly Condition[];

/** The ones that the count of long-term conditions per person is about. */
export const longTermConditions = Object.keys(longTermConditionRules) as readonly Condition[];

export function ruleOf(condition: Condition): ConditionRule {
  return rules[condition];
}
