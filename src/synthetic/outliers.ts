import type { Planted } from './chart.ts';
import type { PlantName } from './plant-names.ts';

/** What an outlier practice does otherwise; see PracticeStyle. */
interface Changed {
  readonly recall: number;
  readonly missed: number;
  readonly uptake: number;
}

/** How far the outlier practices are from what they would be. */
const OUTLIERS: Readonly<Record<string, { change: Partial<Changed>; detail: string }>> = {
  Z10008: { change: { recall: -34 }, detail: 'reviews: 34 points fewer done in time' },
  Z10024: {
    change: { missed: 250 },
    detail: 'coding: conditions go uncoded three and a half times as often',
  },
  Z10036: { change: { uptake: -22 }, detail: 'prevention: 22 points less uptake' },
};

/** The style of a practice that is an outlier on purpose. */
export function plantedStyle<Style extends Changed>(
  code: string,
  style: Style,
  chosen: readonly PlantName[],
): Style {
  const { change } = (chosen.includes('outlier-practices') ? OUTLIERS[code] : undefined) ?? {};
  if (change === undefined) return style;
  return {
    ...style,
    recall: style.recall + (change.recall ?? 0),
    missed: style.missed + (change.missed ?? 0),
    uptake: style.uptake + (change.uptake ?? 0),
  };
}

/** What is to be known of a practice as a whole. */
export function plantedPractice(code: string, chosen: readonly PlantName[]): Planted | null {
  const outlier = chosen.includes('outlier-practices') ? OUTLIERS[code] : undefined;
  return outlier ? { what: 'outlier-practice', detail: outlier.detail } : null;
}
