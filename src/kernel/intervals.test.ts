import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byar, countInterval, exactPoisson, type Interval, wilson, Z_99_8 } from './intervals.ts';

const near = ({ lower, upper }: Interval, expected: readonly [number, number]) => {
  expect(lower).toBeCloseTo(expected[0], 8);
  expect(upper).toBeCloseTo(expected[1], 8);
};

// The worked examples that PHEindicatormethods, the package of public health in England, is tested with.
describe('the published worked examples', () => {
  test.each<[number, number, [number, number]]>([
    [65, 100, [0.552544433, 0.736357518]],
    [1045, 5000, [0.197955499, 0.220491304]],
    [1, 100, [0.001767432, 0.054486196]],
    [5, 100, [0.021543679, 0.111750469]],
    [9856, 12345, [0.791210175, 0.805364007]],
  ])('Wilson %i of %i', (count, people, expected) => near(wilson(count, people), expected));

  test('Wilson at 99.8%', () => near(wilson(65, 100, Z_99_8), [0.495494657, 0.778354061]));

  test.each<[number, [number, number]]>([
    [65, [50.16318771, 82.849138546]],
    [1045, [982.593201807, 1110.331212986]],
    [1, [0.013072133, 5.563755582]],
  ])('Byar %i', (count, expected) => near(byar(count), expected));

  test.each<[number, [number, number]]>([
    [65, [42.880261471, 94.000290844]],
    [10, [2.916318375, 24.193724928]],
  ])('Byar %i at 99.8%%', (count, expected) => near(byar(count, Z_99_8), expected));

  test('a count of 9 has the exact interval: 0.492338 and 2.043921 of 835.883561231', () => {
    const { lower, upper } = countInterval(9);
    expect((lower / 835.883561231) * 100).toBeCloseTo(0.492338, 6);
    expect((upper / 835.883561231) * 100).toBeCloseTo(2.043921, 6);
  });
});

describe('an interval', () => {
  test('of nobody says nothing', () => expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 }));

  test('of no events begins at nought and has the limit that every table has', () => {
    expect(exactPoisson(0).lower).toBe(0);
    expect(exactPoisson(0).upper).toBeCloseTo(3.688879, 6);
  });

  test('holds its own figure, and narrows with more people of the same share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(2000), (people, some) => {
        const count = Math.min(some, people);
        const one = wilson(count, people);
        const many = wilson(count * 10, people * 10);
        expect(one.lower).toBeLessThanOrEqual(count / people + 1e-12);
        expect(one.upper).toBeGreaterThanOrEqual(count / people - 1e-12);
        expect(many.upper - many.lower).toBeLessThan(one.upper - one.lower);
        const events = countInterval(count);
        expect(events.lower).toBeLessThanOrEqual(count);
        expect(events.upper).toBeGreaterThan(count);
      }),
    );
  });
});
