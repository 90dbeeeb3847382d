import loadHighs from 'highs';

/** What an attacker knows of some numbers: between what each is, and what adds up to what. */
export interface Knowledge {
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** Lines of numbers that add up to another; `exactly`, or to no more than it. */
  readonly sums: readonly {
    readonly parts: readonly number[];
    readonly whole: number;
    readonly exactly: boolean;
  }[];
}

export interface Bound {
  readonly least: number;
  readonly most: number;
}

const EPSILON = 1e-6;
const OPTIMAL = 7;

let highs: ReturnType<typeof loadHighs> | null = null;

/**
 * The least and the most that each of some numbers can be, over everything that is known at once: two linear programmes for
 * each, rounded inwards as people are whole. Throws where what is known contradicts itself.
 */
export async function boundsOf(
  knowledge: Knowledge,
  numbers: readonly number[],
): Promise<Map<number, Bound>> {
  highs ??= loadHighs();
  const solver = await highs;
  const { least, most, sums } = knowledge;
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const { parts, whole } of sums) {
    const row = new Map<number, number>([[whole, -1]]);
    for (const part of parts) row.set(part, (row.get(part) ?? 0) + 1);
    indices.push(...row.keys());
    values.push(...row.values());
    starts.push(indices.length);
  }
  const model = solver.createModel({
    numCols: least.length,
    numRows: sums.length,
    colCost: least.map(() => 0),
    colLower: [...least],
    colUpper: [...most],
    rowLower: sums.map(({ exactly }) => (exactly ? 0 : Number.NEGATIVE_INFINITY)),
    rowUpper: sums.map(() => 0),
    matrix: {
      format: 'csr',
      numRows: sums.length,
      numCols: least.length,
      starts,
      indices,
      values,
    },
  });
  try {
    // Only the objective changes: what was the best corner stays a corner, from which the primal simplex goes on.
    model.options.set({ output_flag: false, solver: 'simplex', simplex_strategy: 4 });
    const end = (at: number, cost: 1 | -1) => {
      model.changeColCost(at, cost);
      model.run();
      if (model.getModelStatus() !== OPTIMAL)
        throw new Error(`what is shown contradicts itself: the solver says ${model.getModelStatus()}`);
      const value = model.getObjectiveValue() * cost;
      model.changeColCost(at, 0);
      return value;
    };
    return new Map(
      numbers.map((at) => [
        at,
        { least: Math.ceil(end(at, 1) - EPSILON), most: Math.floor(end(at, -1) + EPSILON) },
      ]),
    );
  } finally {
    model.dispose();
  }
}
