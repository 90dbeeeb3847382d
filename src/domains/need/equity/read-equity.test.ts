import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Known } from './ratios.ts';
import { expectedOf } from './read-equity.ts';

const exactly = (value: number): Known => ({ value, low: value, high: value });

test('expected people are those of each stratum at its rate', () => {
  expect(expectedOf([exactly(100), exactly(50)], exactly(150), [0.1, 0.5]).value).toBeCloseTo(35, 10);
});

test('what was published holds what is true, whatever is hidden and however it was rounded', () => {
  const strata = fc.array(fc.tuple(fc.nat(60), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(strata, (drawn) => {
      const counts = drawn.map(([count]) => count);
      const rates = drawn.map(([, rate]) => rate);
      const round = (count: number): Known => {
        const value = 5 * Math.round(count / 5);
        return { value, low: value - 2, high: value + 2 };
      };
      const all = counts.reduce((sum, count) => sum + count, 0);
      const shown = counts.map((count) => (count <= 7 ? null : round(count)));
      const { low, high } = expectedOf(shown, round(all), rates);
      const real = counts.reduce((sum, count, at) => sum + count * (rates[at] ?? 0), 0);
      expect(low).toBeLessThanOrEqual(real + 1e-9);
      expect(high).toBeGreaterThanOrEqual(real - 1e-9);
    }),
  );
});
