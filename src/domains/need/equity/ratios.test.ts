import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Known, relativeRatio, relativeShare, shareOf, slopeOver, standardisedRatio } from './ratios.ts';

const exactly = (value: number): Known => ({ value, low: value, high: value });
const rounded = (value: number): Known => ({ value, low: value - 2, high: value + 2 });

describe('a standardised ratio', () => {
  // The worked example of PHEindicatormethods: populations of 19 bands and the counts and populations they are held against.
  const pops = [
    636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207,
  ];
  const counts = [
    10303, 2824, 0, 3615, 3641, 3490, 3789, 3213, 3031, 2771, 3089, 3490, 3595, 4745, 5514, 7125, 5694, 6210,
    5757,
  ];
  const of = [
    50520, 57173, 60213, 54659, 44345, 50128, 62163, 67423, 62899, 55463, 60479, 49974, 44140, 40888, 37239,
    30819, 18136, 15325, 13918,
  ];
  const expected = pops.reduce((sum, people, at) => sum + (people * (counts[at] ?? 0)) / (of[at] ?? 1), 0);

  test('expects what the rates of everybody give', () => expect(expected).toBeCloseTo(835.883561231, 8));

  test.each<[number, number, [number, number]]>([
    [895, 107.07232939, [100.171477126, 114.323328729]],
    [91, 10.88668377, [8.765041, 13.366576]],
    [9, 1.076704988, [0.492338, 2.043921]],
  ])('of %i counted is %d%%', (counted, ratio, [lower, upper]) => {
    const found = standardisedRatio(exactly(counted), exactly(expected));
    expect((found?.value ?? 0) * 100).toBeCloseTo(ratio, 6);
    expect((found?.interval.lower ?? 0) * 100).toBeCloseTo(lower, 5);
    expect((found?.interval.upper ?? 0) * 100).toBeCloseTo(upper, 5);
  });

  test('is not given where hardly anybody is expected', () => {
    expect(standardisedRatio(exactly(2), exactly(0.4))).toBeNull();
  });
});

describe('figures that were rounded', () => {
  test('have intervals that hold those of every number that they may stand for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: -2, max: 2 }),
        fc.integer({ min: -2, max: 2 }),
        (counted, others, one, other) => {
          const people = counted + others + 5;
          const published = shareOf(rounded(counted), rounded(people));
          const real = shareOf(exactly(counted + one), exactly(people + other));
          expect(published?.interval.lower).toBeLessThanOrEqual((real?.interval.lower ?? 0) + 1e-12);
          expect(published?.interval.upper).toBeGreaterThanOrEqual((real?.interval.upper ?? 1) - 1e-12);
          const ratio = standardisedRatio(rounded(counted), rounded(people));
          const exact = standardisedRatio(exactly(counted + one), exactly(people + other));
          expect(ratio?.interval.lower).toBeLessThanOrEqual((exact?.interval.lower ?? 0) + 1e-12);
          expect(ratio?.interval.upper).toBeGreaterThanOrEqual((exact?.interval.upper ?? 0) - 1e-12);
        },
      ),
    );
  });
});

describe('one group and another', () => {
  const of = (counted: number, people: number) => ({ counted: exactly(counted), people: exactly(people) });

  // By hand: 0.3 / 0.2 = 1.5; variance 1/30 - 1/100 + 1/40 - 1/200, which is 0.0433333, of the logarithm.
  test('30 of 100 are 1.5 times 40 of 200, from 0.998 to 2.256', () => {
    const found = relativeShare(of(30, 100), of(40, 200));
    expect(found?.value).toBeCloseTo(1.5, 10);
    expect(found?.interval.lower).toBeCloseTo(1.5 / Math.exp(1.959964 * Math.sqrt(0.0433333)), 5);
    expect(found?.interval.upper).toBeCloseTo(1.5 * Math.exp(1.959964 * Math.sqrt(0.0433333)), 5);
  });

  test('are not compared where either is too few', () => {
    expect(relativeShare(of(9, 100), of(40, 200))).toBeNull();
    expect(relativeShare(of(30, 100), of(4, 200))).toBeNull();
  });

  test('either way round the comparison is the same, turned over', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 10, max: 500 }), fc.integer({ min: 10, max: 500 })),
        fc.tuple(fc.integer({ min: 10, max: 500 }), fc.integer({ min: 10, max: 500 })),
        ([one, first], [other, second]) => {
          const there = relativeRatio(
            { counted: exactly(one), expected: exactly(first) },
            { counted: exactly(other), expected: exactly(second) },
          );
          const back = relativeRatio(
            { counted: exactly(other), expected: exactly(second) },
            { counted: exactly(one), expected: exactly(first) },
          );
          expect((there?.value ?? 0) * (back?.value ?? 0)).toBeCloseTo(1, 9);
          expect((there?.interval.lower ?? 0) * (back?.interval.upper ?? 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe('the slope over fifths', () => {
  // By hand: equal groups stand at 0.1, 0.3 ... 0.9; shares fall by 5 points from one to the next, so by 25 from end to end.
  const even = [300, 250, 200, 150, 100].map((counted) => ({ counted, people: 1000 }));

  test('of shares that fall evenly from 30% to 10% is 25 points, and 3.6 times', () => {
    const found = slopeOver(even);
    expect(found?.difference.value).toBeCloseTo(0.25, 10);
    expect(found?.ratio?.value).toBeCloseTo(0.325 / 0.075, 10);
    // Weights of the slope: 0.2 x (0.1 - 0.5) / 0.08 = -1, -0.5, 0, 0.5, 1.
    const variance = (0.3 * 0.7 + 0.25 * 0.25 * 0.75 + 0.25 * 0.15 * 0.85 + 0.1 * 0.9) / 1000;
    expect((found?.difference.interval.upper ?? 0) - 0.25).toBeCloseTo(1.959964 * Math.sqrt(variance), 6);
  });

  test('of equal shares is nought, with an interval on either side', () => {
    const found = slopeOver([100, 100, 100].map((counted) => ({ counted, people: 1000 })));
    expect(found?.difference.value).toBeCloseTo(0, 10);
    expect(found?.difference.interval.lower).toBeLessThan(0);
    expect(found?.ratio?.value).toBeCloseTo(1, 10);
  });

  test('is not drawn through two groups', () => {
    expect(slopeOver(even.slice(0, 2))).toBeNull();
  });
});
