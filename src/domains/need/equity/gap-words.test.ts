import { describe, expect, test } from 'vitest';
import { gapInWords } from './gap-words.ts';
import type { Estimate } from './ratios.ts';

describe('a gap in words', () => {
  const said = (crude: Estimate, adjusted: Estimate | null) =>
    gapInWords({
      who: 'people in the most deprived fifth',
      than: 'people in the least deprived fifth',
      to: 'on “Diabetes”',
      crude,
      adjusted,
      standardised: true,
    });
  const from = (value: number, lower: number, upper: number): Estimate => ({
    value,
    interval: { lower, upper },
  });

  test('says both ratios with their intervals', () => {
    expect(said(from(1.42, 1.2, 1.68), from(1.31, 1.1, 1.55))).toBe(
      'People in the most deprived fifth are 1.42 times as likely as people in the least deprived fifth to be on “Diabetes” (95% interval 1.20 to 1.68). After allowing for age and sex: 1.31 times (1.10 to 1.55). At the same age and sex they are still more likely.',
    );
  });

  test.each<[string, Estimate, Estimate | null, RegExp]>([
    ['chance before and after', from(1.1, 0.9, 1.3), from(1.05, 0.8, 1.3), /The difference may be chance\.$/],
    [
      'explained by age',
      from(1.4, 1.2, 1.6),
      from(1.05, 0.9, 1.2),
      /left after age and sex may be chance\.$/,
    ],
    ['hidden by age', from(0.9, 0.7, 1.2), from(1.4, 1.2, 1.6), /same age and sex they are more likely\.$/],
    [
      'turned over by age',
      from(0.8, 0.7, 0.9),
      from(1.4, 1.2, 1.6),
      /same age and sex they are more likely\.$/,
    ],
    ['less likely', from(0.8, 0.7, 0.9), from(0.7, 0.6, 0.9), /still less likely\.$/],
    ['too few', from(1.4, 1.2, 1.6), null, /Too few to say what is left/],
    ['an interval that ends at 1 is chance', from(1.4, 1, 1.6), null, /may be chance\.$/],
  ])('%s', (_, crude, adjusted, end) => expect(said(crude, adjusted)).toMatch(end));
});
