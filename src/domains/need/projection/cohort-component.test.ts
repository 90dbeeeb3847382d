import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Assumptions, readProjectionContent } from './assumptions.ts';
import { type AgesBySex, allOf, project, together } from './cohort-component.ts';

const { assumptions, residents } = readProjectionContent('content');
const [principal, low, high] = ['principal', 'low', 'high'].map((id) => {
  const variant = assumptions.variants.find((each) => each.id === id);
  if (!variant) throw new Error(`no variant ${id}`);
  return variant;
});
if (!principal || !low || !high) throw new Error('no variants');
const base: AgesBySex = {
  female: residents.residents.map(({ female }) => female),
  male: residents.residents.map(({ male }) => male),
};
const still: Assumptions = {
  ...assumptions,
  ages: assumptions.ages.map(({ from }) => ({ from, births: 0, deaths_female: 0, deaths_male: 0, moves: 0 })),
};
const unchanged = { births_percent: 100, deaths_percent: 100, moves_more: 0 };
const drawn = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 5000 })), {
    minLength: assumptions.ages.length,
    maxLength: assumptions.ages.length,
  })
  .map((ages): AgesBySex => ({ female: ages.map(([one]) => one), male: ages.map(([, other]) => other) }));

describe('residents of 2016 after five years (O11)', () => {
  const then = project(base, assumptions, principal, 1);
  const changeAt = (age: number) =>
    (then.female[age] ?? 0) + (then.male[age] ?? 0) - (base.female[age] ?? 0) - (base.male[age] ?? 0);

  test('are 20,000 more, 6.3% of the list', () => {
    const more = allOf(then) - allOf(base);
    expect(Math.abs(more - residents.expected_more)).toBeLessThan(50);
    expect(Math.abs((100 * more) / residents.list - 6.3)).toBeLessThan(0.05);
  });

  test('are fewer of 20 to 29 only, by less than 2%', () => {
    const fewer = residents.residents.flatMap(({ from }, age) => (changeAt(age) < 0 ? [from] : []));
    expect(fewer).toEqual([20, 25]);
    const twenties = [4, 5].reduce((sum, age) => sum + (base.female[age] ?? 0) + (base.male[age] ?? 0), 0);
    expect(changeAt(4) + changeAt(5)).toBeGreaterThan(-0.02 * twenties);
  });

  test('are between the low and the high variant', () => {
    expect(allOf(project(base, assumptions, low, 1))).toBeLessThan(allOf(then));
    expect(allOf(project(base, assumptions, high, 1))).toBeGreaterThan(allOf(then));
  });
});

// One step by hand: 1,000 women of 20 to 24 and nobody else, 100 births a year of 1,000, 10 deaths, 20 move in.
test('one step of one cohort, by hand', () => {
  const only: AgesBySex = {
    female: assumptions.ages.map(({ from }) => (from === 20 ? 1000 : 0)),
    male: assumptions.ages.map(() => 0),
  };
  const rates: Assumptions = {
    ...still,
    boys_for_100_girls: 100,
    ages: still.ages.map((age) =>
      age.from === 20
        ? { ...age, births: 100, deaths_female: 10 }
        : age.from === 25
          ? { ...age, moves: 20 }
          : age,
    ),
  };
  const then = project(only, rates, unchanged, 1);
  expect(then.female[5]).toBeCloseTo(1000 * Math.exp(-0.05) * 1.1, 8);
  expect(then.female[4]).toBe(0);
  // Half of the thousand women are of 20 to 24 on average: 5 years x 500 x 0.1 = 250 births, half of them girls.
  expect(then.female[0]).toBeCloseTo(125, 8);
  expect(then.male[0]).toBeCloseTo(125, 8);
});

describe('whoever is projected', () => {
  test('is still there, five years older, when nobody is born, dies or moves', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 4 }), (people, steps) => {
        const then = project(people, still, unchanged, steps);
        expect(allOf(then)).toBeCloseTo(allOf(people), 6);
        expect(then.female.slice(0, steps)).toEqual(Array.from({ length: steps }, () => 0));
        expect(then.male[8]).toBe(people.male[8 - steps]);
      }),
    );
  });

  test('of two places together is the sum of both', () => {
    fc.assert(
      fc.property(drawn, drawn, fc.integer({ min: 1, max: 4 }), (one, other, steps) => {
        const ages = assumptions.ages.length;
        const both = project(together([one, other], ages), assumptions, principal, steps);
        const apart = together(
          [one, other].map((people) => project(people, assumptions, principal, steps)),
          ages,
        );
        both.female.forEach((people, age) => {
          expect(people).toBeCloseTo(apart.female[age] ?? 0, 6);
        });
      }),
    );
  });

  test('is the same every time, and never fewer than nobody', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: -300, max: 300 }), (people, moves_more) => {
        const changed = { ...unchanged, moves_more };
        const then = project(people, assumptions, changed, 2);
        expect(project(people, assumptions, changed, 2)).toEqual(then);
        expect(Math.min(...then.female, ...then.male)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
