import { describe, expect, test } from 'vitest';
import { conditions, longTermConditions, ruleOf } from './conditions.ts';
import { AGE_BANDS } from './people.ts';

describe.each(conditions)('the table of conditions: %s', (condition) => {
  const rule = ruleOf(condition);

  test('has a rate for each age band, of 10,000 people', () => {
    expect(rule.rate).toHaveLength(AGE_BANDS.length);
    expect(rule.rate.every((rate) => Number.isInteger(rate) && rate >= 0 && rate <= 10_000)).toBe(true);
  });

  test('is raised only by conditions that are drawn before it', () => {
    const before = conditions.slice(0, conditions.indexOf(condition));
    expect(Object.keys(rule.after ?? {}).filter((name) => !before.some((one) => one === name))).toEqual([]);
  });

  test('is known by a code, or shows in measurements and medicines', () => {
    const named = condition === 'cancer' || condition === 'constipation';
    expect(rule.codes.length > 0 || named).toBe(true);
  });
});

test('the long-term conditions are those of the registers', () => {
  expect(longTermConditions).toHaveLength(19);
});
