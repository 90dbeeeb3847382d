import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Choice, type ChoiceProblem, chooseBest } from './choose-best.ts';
import { openSolver } from './solver.ts';

const asked = (choices: readonly Choice[], limits: readonly number[]): ChoiceProblem => ({
  choices,
  limits,
  seconds: 20,
});
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const used = ({ choices, limits }: ChoiceProblem, chosen: readonly number[]) =>
  limits.map((_, nth) => sum(chosen.map((at) => choices[at]?.needs[nth] ?? 0)));
const worthOf = ({ choices }: ChoiceProblem, chosen: readonly number[]) =>
  sum(chosen.map((at) => choices[at]?.worth ?? 0));
const within = (problem: ChoiceProblem, chosen: readonly number[]) =>
  used(problem, chosen).every((each, nth) => each <= (problem.limits[nth] ?? 0));

/** Every list there is, tried one after another; null when what must be on it does not fit. */
function byBruteForce(problem: ChoiceProblem): number | null {
  const { choices } = problem;
  let best: number | null = null;
  for (let list = 0; list < 2 ** choices.length; list++) {
    const chosen = choices.flatMap((_, at) => ((list >> at) & 1 ? [at] : []));
    if (choices.some(({ must }, at) => must && !chosen.includes(at)) || !within(problem, chosen)) continue;
    best = Math.max(best ?? 0, worthOf(problem, chosen));
  }
  return best;
}

/** Small problems with whole numbers: few kinds of need, so that many are alike, as people's visits are; or any. */
const problems = fc
  .record({
    limits: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
    kinds: fc.array(fc.array(fc.nat(15), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    people: fc.array(fc.record({ worth: fc.nat(30), kind: fc.nat(7), must: fc.nat(9), own: fc.nat(15) }), {
      maxLength: 11,
    }),
  })
  .map(({ limits, kinds, people }) =>
    asked(
      people.map(({ worth, kind, must, own }) => ({
        worth,
        needs: limits.map((_, nth) => kinds[kind]?.[nth] ?? own + nth),
        must: must === 0,
      })),
      limits,
    ),
  )
  .filter((problem) => byBruteForce(problem) !== null);

describe('the best that fits', () => {
  test('is worth what brute force finds, fits, and holds what must be on it', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const best = await chooseBest(problem);
        expect(best.proved).toBe(true);
        expect(best.worth).toBe(byBruteForce(problem));
        expect(best.atMost).toBe(best.worth);
        expect(best.worth).toBe(worthOf(problem, best.chosen));
        expect(within(problem, best.chosen)).toBe(true);
        for (const [at, { must }] of problem.choices.entries()) if (must) expect(best.chosen).toContain(at);
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  test('gets no better by swapping any one on it with any one off it, nor by adding any', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const { chosen, worth } = await chooseBest(problem);
        const off = problem.choices.flatMap((_, at) => (chosen.includes(at) ? [] : [at]));
        const better = (list: readonly number[]) => within(problem, list) && worthOf(problem, list) > worth;
        for (const outside of off) {
          expect(better([...chosen, outside])).toBe(false);
          for (const inside of chosen)
            if (!problem.choices[inside]?.must)
              expect(better([...chosen.filter((at) => at !== inside), outside])).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('is never worth less with more room', async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.nat(2), fc.nat(20), async (problem, which, more) => {
        const limits = problem.limits.map((limit, nth) =>
          nth === which % problem.limits.length ? limit + more : limit,
        );
        const [tight, roomy] = [await chooseBest(problem), await chooseBest({ ...problem, limits })];
        expect(roomy.worth).toBeGreaterThanOrEqual(tight.worth);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

test.each<[string, Choice[], number[], number[]]>([
  ['nobody', [], [10], []],
  ['no room', [{ worth: 5, needs: [1] }], [0], []],
  ['nothing to gain', [{ worth: 0, needs: [0] }], [9], []],
  ['what takes nothing', [{ worth: 1, needs: [0] }], [0], [0]],
  // 10 for 6 hours is the best rate, and two at 9 for 5 hours are worth more.
  [
    'not the best rate first',
    [
      { worth: 10, needs: [6] },
      { worth: 9, needs: [5] },
      { worth: 9, needs: [5] },
    ],
    [10],
    [1, 2],
  ],
  [
    'the one that must, though it is worth little',
    [
      { worth: 9, needs: [5] },
      { worth: 1, needs: [6], must: true },
    ],
    [10],
    [1],
  ],
  [
    'of the same, the earlier',
    [
      { worth: 5, needs: [5] },
      { worth: 5, needs: [5] },
    ],
    [5],
    [0],
  ],
  [
    'of lists worth the same, the one that takes least',
    [
      { worth: 5, needs: [5] },
      { worth: 5, needs: [4] },
    ],
    [5],
    [1],
  ],
])('chooses: %s', async (_, choices, limits, chosen) => {
  expect((await chooseBest(asked(choices, limits))).chosen).toEqual(chosen);
});

test('of lists worth the same, the preferred one', async () => {
  const choices = [
    { worth: 5, needs: [5] },
    { worth: 5, needs: [4] },
  ];
  const best = await chooseBest({ ...asked(choices, [5]), rather: [0, 1] });
  expect(best.chosen).toEqual([0]);
});

test('says so when there was no time to prove it, and what it gives fits all the same', async () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((seed / 4_294_967_296) * below);
  };
  const choices = Array.from({ length: 3000 }, () => ({
    worth: 1 + next(100),
    needs: Array.from({ length: 5 }, () => 1 + next(200)),
  }));
  const problem = { ...asked(choices, [4000, 4000, 4000, 4000, 4000]), seconds: 0.01 };
  const best = await chooseBest(problem);
  expect(best.proved).toBe(false);
  expect(best.worth).toBeGreaterThan(0);
  expect(best.worth).toBe(worthOf(problem, best.chosen));
  expect(best.atMost).toBeGreaterThanOrEqual(best.worth);
  expect(within(problem, best.chosen)).toBe(true);
});

test('what must be chosen and does not fit is a mistake of the caller', async () => {
  const asking = openSolver(null).best(asked([{ worth: 1, needs: [5], must: true }], [4]));
  await expect(asking).rejects.toThrow('what must be chosen does not fit');
});
