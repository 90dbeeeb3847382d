import type { Comparison } from '../language/definition.ts';

// Where somebody stands among others by a value, the highest first. Of equal values the older person comes first, then
// the lower person number, so that the order is total. Whom the score does not apply to, and whose value is unknown,
// are among the people and have no place: nobody stands behind them.

/** The others with whom one person is compared: all of the population but the person. Values are in steps. */
export interface Others {
  /** How many they are, with a value or without. */
  readonly people: number;
  /** How many have each value, and how many of those come before the person if the person has it too. */
  readonly values: readonly { readonly steps: number; readonly people: number; readonly ahead: number }[];
}

/** The others for a comparison; null where it is not known who they are. */
export type Population = (comparison: Comparison) => Others | null;

export interface Standing {
  /** 1 is the first. */
  readonly rank: number;
  /** Of how many, the person included. */
  readonly people: number;
  /** 99 less the whole percents of the people who come before: from 99, the first hundredth, down to 0. */
  readonly percentile: number;
}

/** Where somebody with a value stands. */
export function standingOf({ people: others, values }: Others, steps: number): Standing {
  const before = values.reduce(
    (sum, each) => sum + (each.steps > steps ? each.people : each.steps === steps ? each.ahead : 0),
    0,
  );
  const people = others + 1;
  return { rank: before + 1, people, percentile: 99 - Math.floor((before * 100) / people) };
}

/** The value nearest to one's own with which somebody would stand as wanted, in steps; null where none would do. */
export function valueToReach(
  others: Others,
  own: number,
  wanted: (standing: Standing) => boolean,
): number | null {
  // Where somebody stands changes only at the values of others.
  const candidates = others.values.flatMap(({ steps }) => [steps - 1, steps, steps + 1]);
  const reaching = candidates.filter((steps) => steps >= 0 && wanted(standingOf(others, steps)));
  return reaching.sort((one, other) => Math.abs(one - own) - Math.abs(other - own) || one - other)[0] ?? null;
}
