import loadHighs, { type Highs, type Model } from 'highs';

/** Something that can be chosen once or not at all. All numbers are whole and not negative. */
export interface Choice {
  readonly worth: number;
  /** What it takes of each limit, in the order of the limits. */
  readonly needs: readonly number[];
  /** Chosen in any case. */
  readonly must?: boolean;
}

export interface ChoiceProblem {
  /** Of several that take the same and are worth the same, the earlier is chosen: the order decides ties. */
  readonly choices: readonly Choice[];
  readonly limits: readonly number[];
  /**
   * Of several best lists, the one with the smallest sum of these over what is chosen; whole numbers, one a choice.
   * Without it, the one that takes least.
   */
  readonly rather?: readonly number[];
  /** After so many seconds the best found so far is the answer, and it says that nothing was proved. */
  readonly seconds: number;
}

export interface BestChoice {
  /** The places of what was chosen, ascending. */
  readonly chosen: readonly number[];
  readonly worth: number;
  /** Nothing that fits is worth more than this. When it was proved, the same as `worth`. */
  readonly atMost: number;
  readonly proved: boolean;
}

/**
 * The choices that together are worth most and stay within every limit, exactly: a knapsack with several limits, solved
 * by HiGHS and checked again here in whole numbers. Throws Error when what must be chosen does not fit by itself: ask
 * first. Takes 0.1 to 1 s of the thread it is called on: a server asks a `Solver`.
 */
export async function chooseBest(problem: ChoiceProblem): Promise<BestChoice> {
  const { choices, limits } = problem;
  const musts = choices.flatMap(({ must }, at) => (must ? [at] : []));
  const left = limits.map((limit, at) => limit - sumOf(musts, (nth) => choices[nth]?.needs[at] ?? 0));
  if (left.some((room) => room < 0)) throw new Error('what must be chosen does not fit');
  const open = worthTrying(problem, left);
  const reduced = { ...problem, limits: left, open };
  const found = open.length === 0 ? { chosen: [], proved: true, bound: 0 } : await solve(reduced);
  const worthOf = (places: readonly number[]) => sumOf(places, (nth) => choices[nth]?.worth ?? 0);
  const mustWorth = worthOf(musts);
  const worth = worthOf(found.chosen);
  return {
    chosen: [...musts, ...found.chosen].sort((one, other) => one - other),
    worth: mustWorth + worth,
    atMost: mustWorth + (found.proved ? worth : Math.max(worth, Math.floor(found.bound + 1e-6))),
    proved: found.proved,
  };
}

/**
 * The places of choices that can be part of a best list. Of all that take the same, only as many as fit at once are
 * tried, those worth most: a list with another of them is never worth more. Exact, and leaves 1,500 of 28,000 people.
 */
function worthTrying({ choices }: ChoiceProblem, left: readonly number[]): number[] {
  const alike = new Map<string, number[]>();
  for (const [at, { worth, needs, must }] of choices.entries()) {
    if (must || worth <= 0 || needs.some((need, nth) => need > (left[nth] ?? 0))) continue;
    const key = needs.join();
    const same = alike.get(key);
    if (same) same.push(at);
    else alike.set(key, [at]);
  }
  const kept = [...alike.values()].flatMap((same) => {
    const needs = choices[same[0] ?? 0]?.needs ?? [];
    const fit = Math.min(
      same.length,
      ...needs.map((need, nth) => (need > 0 ? Math.floor((left[nth] ?? 0) / need) : same.length)),
    );
    const worth = (at: number) => choices[at]?.worth ?? 0;
    return same.sort((one, other) => worth(other) - worth(one) || one - other).slice(0, fit);
  });
  return kept.sort((one, other) => one - other);
}

interface Reduced extends ChoiceProblem {
  /** The places that are decided about. */
  readonly open: readonly number[];
}

interface Found {
  readonly chosen: readonly number[];
  readonly proved: boolean;
  readonly bound: number;
}

let loaded: Promise<Highs> | null = null;

async function solve(problem: Reduced): Promise<Found> {
  loaded ??= loadHighs();
  const highs = await loaded;
  const began = performance.now();
  const most = highs.withModel((model) => run(highs, model, problem, null, problem.seconds));
  const byHand = greedy(problem);
  if (most.chosen === null || !most.proved) {
    const better = most.chosen !== null && worthIn(problem, most.chosen) >= worthIn(problem, byHand);
    return { chosen: better && most.chosen ? most.chosen : byHand, proved: false, bound: most.bound };
  }
  // Of the lists that are worth as much, the one that is preferred. In the time that is left: it decides ties alone.
  const worth = worthIn(problem, most.chosen);
  const seconds = problem.seconds - (performance.now() - began) / 1000;
  const rather =
    seconds < 0.05 ? null : highs.withModel((model) => run(highs, model, problem, worth, seconds)).chosen;
  const chosen = rather !== null && worthIn(problem, rather) === worth ? rather : most.chosen;
  return { chosen, proved: true, bound: worth };
}

/** One run of HiGHS: for the most worth, or, where `worth` is given, for the preferred of the lists worth as much. */
function run(
  highs: Highs,
  model: Model,
  problem: Reduced,
  worth: number | null,
  seconds: number,
): { chosen: number[] | null; proved: boolean; bound: number } {
  const { choices, limits, open, rather } = problem;
  const worths = open.map((at) => choices[at]?.worth ?? 0);
  const costs =
    worth === null
      ? worths
      : open.map((at) => -(rather?.[at] ?? sumOf(choices[at]?.needs ?? [], (need) => need)));
  const rows = limits.map((limit, nth) => ({
    upper: limit,
    lower: -highs.infinity,
    values: open.map((at) => choices[at]?.needs[nth] ?? 0),
  }));
  // Whole numbers: half a point of room keeps rounding out of it.
  if (worth !== null) rows.push({ upper: highs.infinity, lower: worth - 0.5, values: worths });
  model.options.set({
    output_flag: false,
    random_seed: 1,
    time_limit: seconds,
    mip_rel_gap: 0,
    // All sums are whole, so that nothing lies between one and the next.
    mip_abs_gap: 0.5,
  });
  model.passModel({
    numCols: open.length,
    numRows: rows.length,
    sense: highs.constants.objectiveSense.maximize,
    colCost: costs,
    colLower: open.map(() => 0),
    colUpper: open.map(() => 1),
    rowLower: rows.map(({ lower }) => lower),
    rowUpper: rows.map(({ upper }) => upper),
    matrix: rowsAsMatrix(rows, open.length),
    integrality: open.map(() => highs.constants.variableType.integer),
  });
  model.run();
  const chosen = [...model.getSolution().colValue].flatMap((value, nth) =>
    value > 0.5 ? [open[nth] ?? 0] : [],
  );
  return {
    chosen: fits(problem, chosen) ? chosen : null,
    proved: model.getModelStatus() === highs.constants.modelStatus.optimal,
    bound: Number(model.info.get('mip_dual_bound')),
  };
}

function rowsAsMatrix(rows: readonly { values: readonly number[] }[], numCols: number) {
  const [starts, indices, values] = [[0], [] as number[], [] as number[]];
  for (const row of rows) {
    for (const [nth, value] of row.values.entries()) {
      if (value === 0) continue;
      indices.push(nth);
      values.push(value);
    }
    starts.push(indices.length);
  }
  return { format: 'csr', numRows: rows.length, numCols, starts, indices, values } as const;
}

/** What somebody with a pencil would do: the most worth for what it takes first, as long as it fits. */
function greedy(problem: Reduced): number[] {
  const { choices, limits, open } = problem;
  const left = [...limits];
  const share = (at: number) =>
    sumOf(limits, (limit, nth) => (choices[at]?.needs[nth] ?? 0) / Math.max(1, limit));
  const rate = (at: number) => (choices[at]?.worth ?? 0) / Math.max(1e-9, share(at));
  return [...open]
    .sort((one, other) => rate(other) - rate(one) || one - other)
    .filter((at) => {
      const needs = choices[at]?.needs ?? [];
      if (needs.some((need, nth) => need > (left[nth] ?? 0))) return false;
      for (const [nth, need] of needs.entries()) left[nth] = (left[nth] ?? 0) - need;
      return true;
    });
}

function fits({ choices, limits }: ChoiceProblem, chosen: readonly number[]): boolean {
  return limits.every((limit, nth) => sumOf(chosen, (at) => choices[at]?.needs[nth] ?? 0) <= limit);
}

function worthIn({ choices }: ChoiceProblem, chosen: readonly number[]): number {
  return sumOf(chosen, (at) => choices[at]?.worth ?? 0);
}

function sumOf<Thing>(things: readonly Thing[], value: (thing: Thing, at: number) => number): number {
  return things.reduce((sum, thing, at) => sum + value(thing, at), 0);
}
