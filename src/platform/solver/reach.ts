import loadHighs, { type Highs, type Model } from 'highs';

/** Numbers of which somebody knows between what they are, and what adds up to what. Places in `parts` and `whole` are of `least`. */
export interface Known {
  readonly least: ArrayLike<number>;
  /** Infinity where nothing is known. */
  readonly most: ArrayLike<number>;
  readonly sums: readonly {
    readonly parts: readonly number[];
    readonly whole: number;
    /** Whether the parts are all of the whole; else they may be fewer. */
    readonly all: boolean;
  }[];
}

/** One way in which all the numbers may be, as far as anybody knows. */
export interface Witness {
  at(number: number): number;
}

/** Smaller than any difference between whole numbers of people that a solver leaves. */
export const SLIGHT = 1e-6;
const OPTIMAL = 7;

let loaded: Promise<Highs> | null = null;

/**
 * How far numbers can be from what they are, by linear programming over everything that is known of them at once. One
 * model for many questions, each solved from where the one before ended. Close it: its memory is not collected.
 */
export class Reach {
  private readonly model: Model;
  private readonly size: number;
  private priced: readonly number[] = [];

  private constructor(model: Model, size: number) {
    this.model = model;
    this.size = size;
  }

  static async over({ least, most, sums }: Known): Promise<Reach> {
    loaded ??= loadHighs();
    const highs = await loaded;
    const size = least.length;
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    // Each number is two columns: what counts towards a goal, which ends at it, and what goes beyond.
    for (const { parts, whole } of sums) {
      const row = new Map<number, number>([[whole, -1]]);
      for (const part of parts) row.set(part, (row.get(part) ?? 0) + 1);
      indices.push(...row.keys(), ...[...row.keys()].map((at) => at + size));
      values.push(...row.values(), ...row.values());
      starts.push(indices.length);
    }
    const noughts = Array.from({ length: size }, () => 0);
    const model = highs.createModel({
      numCols: 2 * size,
      numRows: sums.length,
      colCost: [...noughts, ...noughts],
      colLower: [...Array.from(least), ...noughts],
      colUpper: [...Array.from(most), ...noughts],
      rowLower: sums.map(({ all }) => (all ? 0 : -highs.infinity)),
      rowUpper: sums.map(() => 0),
      matrix: { format: 'csr', numRows: sums.length, numCols: 2 * size, starts, indices, values },
    });
    // Only goals change: what was the best corner stays a corner, from which the primal simplex goes on.
    model.options.set({ output_flag: false, solver: 'simplex', simplex_strategy: 4, random_seed: 1 });
    return new Reach(model, size);
  }

  /** What is known of one number from now on. */
  learn(at: number, least: number, most: number): void {
    this.model.changeColBounds(at, least, most);
    this.model.changeColBounds(at + this.size, 0, 0);
  }

  /** As many of some numbers as near to their goals as can be at once; a goal is never below what is known to be least. */
  raise(goals: ReadonlyMap<number, number>, least: ArrayLike<number>): Witness {
    for (const [at, goal] of goals) {
      this.model.changeColBounds(at, least[at] ?? 0, Math.max(goal, least[at] ?? 0));
      this.model.changeColBounds(at + this.size, 0, Number.POSITIVE_INFINITY);
    }
    this.price(new Map([...goals.keys()].map((at) => [at, -1])));
    return this.solve();
  }

  /** One number as small as can be. */
  lower(at: number): Witness {
    this.price(
      new Map([
        [at, 1],
        [at + this.size, 1],
      ]),
    );
    return this.solve();
  }

  /** What the last answer rests on: numbers of which more would be possible if less were known of them. */
  restsOn(): number[] {
    const { colDual } = this.model.getSolution();
    return Array.from({ length: this.size }, (_, at) => at).filter(
      (at) => Math.abs(colDual[at] ?? 0) > SLIGHT,
    );
  }

  close(): void {
    this.model.dispose();
  }

  private price(costs: ReadonlyMap<number, number>): void {
    for (const at of this.priced) if (!costs.has(at)) this.model.changeColCost(at, 0);
    for (const [at, cost] of costs) this.model.changeColCost(at, cost);
    this.priced = [...costs.keys()];
  }

  private solve(): Witness {
    this.model.run();
    const status = this.model.getModelStatus();
    if (status !== OPTIMAL) throw new Error(`what is known contradicts itself: the solver says ${status}`);
    const { colValue } = this.model.getSolution();
    return { at: (number) => (colValue[number] ?? 0) + (colValue[number + this.size] ?? 0) };
  }
}
