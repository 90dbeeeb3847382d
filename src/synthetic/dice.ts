/**
 * The chance in a made-up life. Integers only, so that every machine throws the same numbers: small fast counter
 * generator (sfc32 by Chris Doty-Humphrey, public domain), re-seeded for each person and each idea. People are
 * therefore independent of the order and of the thread in which they are made, and changing how medicines are drawn
 * leaves everybody's diagnoses as they were.
 */
export class Dice {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** Begins the throws of one stream (an idea: its number) for one person of one borough. */
  begin(seed: number, person: number, stream: number): this {
    this.a = scramble(seed ^ 0x9e3779b9);
    this.b = scramble(this.a ^ person);
    this.c = scramble(this.b ^ Math.imul(stream + 1, 0x85ebca6b));
    this.counter = 1;
    for (let warmUp = 0; warmUp < 6; warmUp++) this.next();
    return this;
  }

  /** A whole number from 0 to 4,294,967,295. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 up to, not including, `limit`; `limit` is below two million. */
  below(limit: number): number {
    return Math.floor((this.next() * limit) / 4_294_967_296);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True in `times` of `outOf` throws. */
  chance(times: number, outOf = 100): boolean {
    return this.below(outOf) < times;
  }

  /** A whole number spread like a bell around `mean`: the sum of eight bytes, scaled. No tail beyond 4.9 deviations. */
  bell(mean: number, deviation: number): number {
    const first = this.next();
    const second = this.next();
    const sum = bytes(first) + bytes(second);
    return mean + Math.floor(((sum - 1020) * deviation + 104) / 209);
  }

  /** The place of one entry of a list of weights, heavier ones more often. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let left = this.below(total);
    for (let place = 0; place < weights.length; place++) {
      left -= weights[place] ?? 0;
      if (left < 0) return place;
    }
    return 0;
  }

  /** One entry of a list, each as likely as the other. */
  one<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}

function bytes(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}

/** Spreads the bits of a number, so that neighbours have nothing in common (finaliser of MurmurHash3). */
export function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
