import { countInterval, type Interval, wilson, Z_95 } from '../../../kernel/index.ts';

// What is said of a group: its share, its standardised ratio, how it compares with another group, and the slope over
// ordered groups. Where numbers are rounded or hidden for publication, intervals are as wide as what they may stand for.

/** A figure as far as it is known: exactly, where low and high are the same. */
export interface Known {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A figure with its interval of 95%. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** How many of how many, as a share from 0 to 1, by Wilson's method. */
export function shareOf(counted: Known, people: Known): Estimate | null {
  if (people.value <= 0) return null;
  const least = wilson(Math.min(counted.low, people.high), people.high);
  const most = wilson(Math.min(counted.high, people.low), Math.max(people.low, 1));
  return {
    value: Math.min(1, counted.value / people.value),
    interval: { lower: least.lower, upper: most.upper },
  };
}

/** Fewer expected than this, and a ratio says nothing. */
const LEAST_EXPECTED = 1;

/**
 * The indirectly standardised ratio: how many there are for each that would be expected, were the rates of everybody here
 * by age and sex those of the group. 1 is as many. The interval is that of the count (exact below ten, then Byar's).
 */
export function standardisedRatio(counted: Known, expected: Known): Estimate | null {
  if (expected.value < LEAST_EXPECTED || expected.low <= 0) return null;
  return {
    value: counted.value / expected.value,
    interval: {
      lower: countInterval(counted.low).lower / expected.high,
      upper: countInterval(counted.high).upper / expected.low,
    },
  };
}

/** Below so many counted people on either side a comparison is not made. */
export const LEAST_COMPARED = 10;

/** A group and what it is compared with: how many times as likely, as it is, with the interval of Katz's logarithm. */
export function relativeShare(
  one: { readonly counted: Known; readonly people: Known },
  other: { readonly counted: Known; readonly people: Known },
): Estimate | null {
  return ratioOf(
    { top: one.counted, under: one.people },
    { top: other.counted, under: other.people },
    (counted, people) => 1 / counted - 1 / people,
  );
}

/**
 * The same after age and sex: one standardised ratio by the other. Counts vary like Poisson's. Ratios of two groups of very
 * different ages are compared by the rates of everybody, which is fair as long as the gap is alike at all ages.
 */
export function relativeRatio(
  one: { readonly counted: Known; readonly expected: Known },
  other: { readonly counted: Known; readonly expected: Known },
): Estimate | null {
  return ratioOf(
    { top: one.counted, under: one.expected },
    { top: other.counted, under: other.expected },
    (counted) => 1 / counted,
  );
}

interface Part {
  readonly top: Known;
  readonly under: Known;
}

function ratioOf(one: Part, other: Part, variance: (top: number, under: number) => number): Estimate | null {
  const parts = [one, other];
  if (parts.some(({ top, under }) => top.low < LEAST_COMPARED || under.low < LEAST_EXPECTED)) return null;
  const limit = (first: readonly [number, number], second: readonly [number, number], sign: 1 | -1) => {
    const spread = Math.sqrt(Math.max(0, variance(...first)) + Math.max(0, variance(...second)));
    return (first[0] / first[1] / (second[0] / second[1])) * Math.exp(sign * Z_95 * spread);
  };
  return {
    value: one.top.value / one.under.value / (other.top.value / other.under.value),
    interval: {
      lower: limit([one.top.low, one.under.high], [other.top.high, other.under.low], -1),
      upper: limit([one.top.high, one.under.low], [other.top.low, other.under.high], 1),
    },
  };
}

/** The slope over ordered groups, from the first to the last: the difference, and the ratio of the two ends. */
export interface Slope {
  /** Share at the one end less that at the other, by the line through all groups. */
  readonly difference: Estimate;
  readonly ratio: Estimate | null;
}

/**
 * The slope and relative index of inequality (quality indicators, 7.6): groups stand where their people stand in the
 * population, in order, and a line is fitted by least squares weighted by people. Both ends are sums of the shares with
 * fixed weights, so that their variances follow from those of the shares; the ratio's interval is of its logarithm.
 */
export function slopeOver(
  groups: readonly { readonly counted: number; readonly people: number }[],
): Slope | null {
  const peopled = groups.filter(({ people }) => people > 0);
  const all = peopled.reduce((sum, { people }) => sum + people, 0);
  let before = 0;
  const points = peopled.map(({ counted, people }) => {
    const middle = (before + people / 2) / all;
    before += people;
    return { share: counted / people, weight: people / all, middle, people };
  });
  const mean = points.reduce((sum, { weight, middle }) => sum + weight * middle, 0);
  const spread = points.reduce((sum, { weight, middle }) => sum + weight * (middle - mean) ** 2, 0);
  if (points.length < 3 || spread === 0) return null;
  const slopes = points.map(({ weight, middle }) => (weight * (middle - mean)) / spread);
  const ends = (at: number) => points.map(({ weight }, place) => weight + (slopes[place] ?? 0) * (at - mean));
  const value = (by: readonly number[]) =>
    points.reduce((sum, { share }, at) => sum + (by[at] ?? 0) * share, 0);
  const together = (one: readonly number[], other: readonly number[]) =>
    points.reduce(
      (sum, { share, people }, at) =>
        sum + ((one[at] ?? 0) * (other[at] ?? 0) * share * (1 - share)) / people,
      0,
    );
  const [first, last] = [ends(0), ends(1)];
  const fall = first.map((weight, at) => weight - (last[at] ?? 0));
  const difference = value(fall);
  const width = Z_95 * Math.sqrt(together(fall, fall));
  return {
    difference: { value: difference, interval: { lower: difference - width, upper: difference + width } },
    ratio: ratioOfEnds(value(first), value(last), {
      first: together(first, first),
      last: together(last, last),
      both: together(first, last),
    }),
  };
}

function ratioOfEnds(
  first: number,
  last: number,
  variance: { readonly first: number; readonly last: number; readonly both: number },
): Estimate | null {
  if (first <= 0 || last <= 0) return null;
  const ratio = first / last;
  const of = variance.first / first ** 2 + variance.last / last ** 2 - (2 * variance.both) / (first * last);
  const width = Z_95 * Math.sqrt(Math.max(0, of));
  return {
    value: ratio,
    interval: { lower: ratio * Math.exp(-width), upper: ratio * Math.exp(width) },
  };
}
