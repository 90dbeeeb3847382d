import type { ConditionRule } from './condition-rule.ts';
import { type Condition, conditions, longTermConditions, ruleOf } from './conditions.ts';
import { bandOf, type Person } from './people.ts';
import type { LongTermReading } from './plan.ts';

/** A likelihood is so many of these. */
export const MILLION = 1_000_000;

/** Nothing is certain. */
const MOST = 930_000;

/** How a reading of the strategy's figures bears on the rates of long-term conditions. */
interface Weights {
  /** Percent of the rate in the table, for somebody who has none, one, or more of the long-term conditions already. */
  readonly rate: readonly [none: number, one: number, more: number];
  /** Percent of the effect of frailty and of earlier conditions: illness gathers in the same people. */
  readonly gathering: number;
}

const ORDINARY: Weights = { rate: [100, 100, 100], gathering: 100 };

/** More people have exactly one condition, and fewer have many, when illness gathers less and the first is likelier. */
const LONG_TERM: Record<LongTermReading, Weights> = {
  'at-least': ORDINARY,
  exactly: { rate: [222, 165, 165], gathering: 0 },
};

const places = new Map(conditions.map((condition, place) => [condition, place] as const));

/** The conditions in the order in which they are drawn, those that raise others before them. */
export const rules: readonly ConditionRule[] = conditions.map(ruleOf);

/** Whether the condition at a place is counted among the long-term ones. */
export const isLongTerm: readonly boolean[] = conditions.map((condition) =>
  longTermConditions.includes(condition),
);

const raisedBy = rules.map(({ after }) =>
  Object.entries(after ?? {}).map(([name, percent]) => ({ place: placeOf(name as Condition), percent })),
);

export function placeOf(condition: Condition): number {
  const place = places.get(condition);
  if (place === undefined) throw new Error(`no condition ${condition}`);
  return place;
}

/** How many of a million people like this one have the condition at `place`, given which earlier ones they have. */
export function likelihood(
  place: number,
  person: Person,
  given: { reading: LongTermReading; has: (place: number) => boolean; longTerm: number },
): number {
  const rule = rules[place];
  if (rule === undefined) return 0;
  const { rate, gathering } = isLongTerm[place] === true ? LONG_TERM[given.reading] : ORDINARY;
  let times = (rule.rate[bandOf(person.age)] ?? 0) * (rate[Math.min(given.longTerm, 2)] ?? 100);
  if (times === 0) return 0;
  times = share(times, person.sex === 'F' ? (rule.women ?? 100) : (rule.men ?? 100));
  times = share(times, rule.heritage?.[person.group.heritage] ?? 100);
  times = share(times, 100 + (5 - person.area.decile) * (rule.deprivation ?? 0));
  times = share(times, Math.max(5, 100 + share(share(person.frailty - 100, rule.frailty), gathering)));
  for (const { place: earlier, percent } of raisedBy[place] ?? []) {
    if (!given.has(earlier)) continue;
    times = share(times, percent > 100 ? 100 + share(percent - 100, gathering) : percent);
  }
  return Math.min(times, MOST);
}

function share(times: number, percent: number): number {
  return Math.floor((times * percent) / 100);
}
