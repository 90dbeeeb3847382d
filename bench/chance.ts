/** Choices that look random and are the same in every run, so that two runs ask the same questions. */
export interface Chance {
  /** A whole number from 0 up to, and not including, `end`. */
  below(end: number): number;
  /** True once in so many times. */
  one(in_: number): boolean;
  pick<Thing>(things: readonly Thing[]): Thing;
}

// A linear congruential generator with the multiplier and increment of Knuth's MMIX (TAOCP 3.3.4).
const MULTIPLIER = 6_364_136_223_846_793_005n;
const INCREMENT = 1_442_695_040_888_963_407n;

export function openChance(seed: number): Chance {
  let state = BigInt(seed);
  const below = (end: number): number => {
    state = BigInt.asUintN(64, state * MULTIPLIER + INCREMENT);
    return Number((state >> 33n) % BigInt(end));
  };
  return {
    below,
    one: (in_) => below(in_) === 0,
    pick: (things) => {
      const thing = things[below(things.length)];
      if (thing === undefined) throw new Error('there is nothing to choose from');
      return thing;
    },
  };
}
