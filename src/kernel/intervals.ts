// Intervals around counts and shares, by the methods that public health in England uses (quality indicators, 7.1 to 7.3:
// Wilson, Byar, exact Poisson). Pure arithmetic on counts of people.

/** The lower and upper limit of what a figure may have come from. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Standard normal quantiles: 95 of 100 intervals, and 998 of 1,000, hold the truth. */
export const Z_95 = 1.959963984540054;
export const Z_99_8 = 3.090232306167813;

/** Wilson's interval of a share: `count` of `people`, from 0 to 1. Of nobody it is all there is, 0 to 1. */
export function wilson(count: number, people: number, z = Z_95): Interval {
  if (people <= 0) return { lower: 0, upper: 1 };
  const share = count / people;
  const middle = 2 * count + z * z;
  const spread = z * Math.sqrt(z * z + 4 * count * (1 - share));
  const below = 2 * (people + z * z);
  return { lower: Math.max(0, (middle - spread) / below), upper: Math.min(1, (middle + spread) / below) };
}

/** Byar's interval of a count: close to the exact one from about ten on. */
export function byar(count: number, z = Z_95): Interval {
  const limit = (of: number, sign: 1 | -1) => of * (1 - 1 / (9 * of) + (sign * z) / (3 * Math.sqrt(of))) ** 3;
  return { lower: count === 0 ? 0 : limit(count, -1), upper: limit(count + 1, 1) };
}

/** The exact interval of a count that happens by chance at a steady rate (Poisson), of 95%. For counts below about 100. */
export function exactPoisson(count: number): Interval {
  const tail = 0.025;
  return {
    lower: count === 0 ? 0 : rateAt((rate) => 1 - atMost(count - 1, rate), tail, count),
    upper: rateAt((rate) => -atMost(count, rate), -tail, count),
  };
}

/** The interval of a count: exact below 10, Byar's from there on, as the published method has it. */
export function countInterval(count: number): Interval {
  return count < 10 ? exactPoisson(count) : byar(count);
}

/** The chance of `count` or fewer at a rate. */
function atMost(count: number, rate: number): number {
  let term = Math.exp(-rate);
  let sum = term;
  for (let each = 1; each <= count; each++) {
    term *= rate / each;
    sum += term;
  }
  return sum;
}

/** The rate at which a rising function reaches a value, by halving. */
function rateAt(rising: (rate: number) => number, value: number, near: number): number {
  let low = 0;
  let high = 2 * near + 20;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
