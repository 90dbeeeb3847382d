import type { Segmentation } from '../language/library.ts';
import { STANDARDISED_BY } from './compared.ts';
import { gapInWords } from './gap-words.ts';
import {
  type Estimate,
  LEAST_COMPARED,
  relativeRatio,
  relativeShare,
  type Slope,
  shareOf,
  slopeOver,
  standardisedRatio,
} from './ratios.ts';
import type { EquityFigures, GroupFigure } from './read-equity.ts';

/** One group of a dimension with all that is said of it. */
export interface ComparedGroup extends GroupFigure {
  readonly title: string;
  readonly share: Estimate | null;
  /** As many as expected is 1. Null for age and sex, which it is standardised by, and where there are too few. */
  readonly ratio: Estimate | null;
  /** How it compares with the group that others are compared with; null for that one, and where there are too few. */
  readonly gap: SaidGap | null;
}

/** A gap as it is said, with the ratios that it rests on. */
export interface SaidGap {
  readonly said: string;
  readonly crude: Estimate;
  readonly adjusted: Estimate | null;
}

export interface ComparedDimension {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly ComparedGroup[];
  /** The group that others are compared with. */
  readonly comparedWith: string | null;
  readonly slope: Slope | null;
}

/** What the figures of a dimension say: shares, standardised ratios, gaps in words, and the slope where groups have an order. */
export function compareGroups(
  dimension: Segmentation,
  figures: EquityFigures,
  figure: string,
): ComparedDimension {
  const of = dimension.segments.flatMap((segment) => {
    const found = figures.groups.find((each) => each.dimension === dimension.id && each.group === segment.id);
    return found ? [{ ...found, segment }] : [];
  });
  const with_ = groupToCompareWith(dimension, of);
  const standardised = !STANDARDISED_BY.includes(dimension.id);
  return {
    id: dimension.id,
    title: dimension.short ?? dimension.title,
    comparedWith: with_?.segment.title ?? null,
    groups: of.map(({ segment, ...group }) => ({
      ...group,
      title: segment.title,
      share: group.counted && group.people && shareOf(group.counted, group.people),
      ratio:
        standardised && group.counted && group.expected
          ? standardisedRatio(group.counted, group.expected)
          : null,
      gap:
        with_ && group.group !== with_.group
          ? gapOf(group, with_, {
              who: segment.who ?? segment.title,
              than: with_.segment.who ?? with_.segment.title,
              to: figure,
              standardised,
            })
          : null,
    })),
    slope: dimension.ordered ? slopeOf(of.slice(0, -1)) : null,
  };
}

/**
 * The group that the content says. Where groups have an order and too few of that one count, the next in the order that has
 * enough: a borough may have nobody in the least deprived fifth of the country.
 */
function groupToCompareWith<Group extends GroupFigure>(
  { compare_with, ordered }: Segmentation,
  groups: readonly Group[],
): Group | undefined {
  const said = groups.find(({ group }) => group === compare_with);
  const isEnough = ({ counted }: GroupFigure) => counted !== null && counted.low >= LEAST_COMPARED;
  if (!ordered || !said || isEnough(said)) return said;
  return groups.slice(0, -1).findLast(isEnough) ?? said;
}

function gapOf(
  one: GroupFigure,
  other: GroupFigure,
  words: { who: string; than: string; to: string; standardised: boolean },
): SaidGap | null {
  if (!one.counted || !one.people || !other.counted || !other.people) return null;
  const crude = relativeShare(
    { counted: one.counted, people: one.people },
    { counted: other.counted, people: other.people },
  );
  if (!crude) return null;
  const adjusted =
    words.standardised && one.expected && other.expected
      ? relativeRatio(
          { counted: one.counted, expected: one.expected },
          { counted: other.counted, expected: other.expected },
        )
      : null;
  return { said: gapInWords({ ...words, crude, adjusted }), crude, adjusted };
}

/** Of exact and of rounded numbers alike: rounding moves a slope by less than its own interval. Of hidden ones none. */
function slopeOf(groups: readonly GroupFigure[]): Slope | null {
  const known = groups.flatMap(({ counted, people }) =>
    counted && people ? [{ counted: counted.value, people: people.value }] : [],
  );
  return known.length === groups.length ? slopeOver(known) : null;
}
