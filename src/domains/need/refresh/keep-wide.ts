// What is hidden can be told roughly, though nobody can tell it exactly: a total of 10 over eight hidden practices says that
// each has few. This holds hidden numbers against somebody who adds and takes away with all that is shown, and hides more
// until they may be small or not.

/** Numbers that will be published, and what of them is known. Changes `hidden`. */
export interface Published {
  readonly people: ArrayLike<number>;
  readonly hidden: Uint8Array;
  /** Numbers that were published before, with others, or are to stay: they can't be hidden any more. */
  readonly fixed?: Uint8Array | undefined;
  /** What is known of a number as it is shown, or hidden: the least and the most. */
  known(at: number): Range;
  /** What adds up to what. */
  readonly sums: readonly Sum[];
  /** Whether hidden noughts are kept from being told to be small too. */
  readonly noughtsToo?: boolean;
  /** How far beyond the protected range a number must reach to be wide. */
  marginOf?(at: number): number;
}

export interface Sum {
  readonly parts: readonly number[];
  readonly whole: number;
  /** Whether the parts are all of the whole; else they may be fewer. */
  readonly all: boolean;
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** How often bounds are drawn tighter at most. They nearly always stand still long before. */
const SWEEPS = 12;

/**
 * Hides more numbers until none that is hidden can be told to lie within the protected range, from nought to `upTo`, nor to
 * be one number. Returns how many were hidden. What cannot be helped, because all that tells it is nought or was published
 * before, stays as it is.
 */
export function keepWide(published: Published, upTo: number): number {
  let more = 0;
  const linesOf = linesOfParts(published);
  for (let hiding = true; hiding; ) {
    hiding = false;
    const bounds = new Bounds(published, linesOf);
    bounds.tighten();
    // What one number needs may be enough for others that the same sum tells: they are asked again in the next round.
    const widened = new Set<number>();
    for (let at = 0; at < published.hidden.length; at++) {
      if (published.hidden[at] === 0) continue;
      if ((published.people[at] ?? 0) === 0 && !published.noughtsToo) continue;
      if (!bounds.tells(at, upTo + (published.marginOf?.(at) ?? 0))) continue;
      const next = bounds.toHide(at) ?? bounds.besideOf(at);
      if (!next || widened.has(next.line)) continue;
      widened.add(next.line);
      published.hidden[next.at] = 1;
      more += 1;
      hiding = true;
    }
  }
  return more;
}

/** By number: the sums that it is a part of, as they stand. */
type LinesOf = readonly (readonly number[] | undefined)[];

function linesOfParts({ sums }: Published): LinesOf {
  const linesOf: number[][] = [];
  sums.forEach(({ parts }, line) => {
    for (const part of new Set(parts)) {
      const lines = linesOf[part];
      if (lines) lines.push(line);
      else linesOf[part] = [line];
    }
  });
  return linesOf;
}

/** What somebody works out who only knows what is shown, and which sum told it. */
class Bounds {
  private readonly least: Float64Array;
  private readonly most: Float64Array;
  /** The sum that told the most of a number; -1 where it stands as it was shown. */
  private readonly told: Int32Array;
  private readonly published: Published;

  private readonly linesOf: LinesOf;

  constructor(published: Published, linesOf: LinesOf) {
    this.published = published;
    this.linesOf = linesOf;
    const size = published.hidden.length;
    this.least = new Float64Array(size);
    this.most = new Float64Array(size);
    this.told = new Int32Array(size).fill(-1);
    for (let at = 0; at < size; at++) {
      const { least, most } = published.known(at);
      this.least[at] = least;
      this.most[at] = most;
    }
  }

  tells(at: number, upTo: number): boolean {
    const [least, most] = [this.least[at] ?? 0, this.most[at] ?? 0];
    return most <= upTo || least >= most;
  }

  tighten(): void {
    for (let sweep = 0, learned = true; learned && sweep < SWEEPS; sweep++) {
      learned = false;
      this.published.sums.forEach((sum, line) => {
        if (this.learn(sum, line)) learned = true;
      });
    }
  }

  private learn({ parts, whole, all }: Sum, line: number): boolean {
    let least = 0;
    let most = 0;
    let open = 0;
    for (const part of parts) {
      least += this.least[part] ?? 0;
      if (this.most[part] === Number.POSITIVE_INFINITY) open += 1;
      else most += this.most[part] ?? 0;
    }
    const INFINITE = Number.POSITIVE_INFINITY;
    let learned = this.narrow(whole, least, all && open === 0 ? most : INFINITE, line);
    const [wholeLeast, wholeMost] = [this.least[whole] ?? 0, this.most[whole] ?? 0];
    for (const part of parts) {
      const own = this.most[part] ?? 0;
      const isOpen = own === INFINITE;
      const others = open - (isOpen ? 1 : 0) > 0 ? INFINITE : isOpen ? most : most - own;
      const from = all ? wholeLeast - others : 0;
      if (this.narrow(part, from, wholeMost - (least - (this.least[part] ?? 0)), line)) learned = true;
    }
    return learned;
  }

  private narrow(at: number, least: number, most: number, line: number): boolean {
    let learned = false;
    if (least > (this.least[at] ?? 0)) {
      this.least[at] = least;
      learned = true;
    }
    if (most < (this.most[at] ?? 0)) {
      this.most[at] = most;
      this.told[at] = line;
      learned = true;
    }
    return learned;
  }

  /** Which number of which sum to hide, so that less is told of one; null where there is none. */
  toHide(of: number): { readonly at: number; readonly line: number } | null {
    let at = of;
    for (let step = 0; step < SWEEPS; step++) {
      const line = this.told[at] ?? -1;
      const sum = line < 0 ? undefined : this.published.sums[line];
      if (!sum) return null;
      const next = this.smallestShown(sum.parts, at);
      if (next >= 0) return { at: next, line };
      if (at !== sum.whole && this.canHide(sum.whole)) return { at: sum.whole, line };
      // All of it is hidden already: what told of it is told by another sum.
      at = at === sum.whole ? (sum.parts.find((part) => (this.told[part] ?? -1) >= 0) ?? -1) : sum.whole;
      if (at < 0) return null;
    }
    return null;
  }

  /** Where what told a number goes round in a circle: the smallest shown number of the first sum that it is a part of. */
  besideOf(of: number): { readonly at: number; readonly line: number } | null {
    for (const line of this.linesOf[of] ?? []) {
      const parts = this.published.sums[line]?.parts ?? [];
      const at = this.smallestShown(parts, of);
      if (at >= 0) return { at, line };
    }
    return null;
  }

  private smallestShown(parts: readonly number[], except: number): number {
    let found = -1;
    const { people } = this.published;
    for (const at of parts)
      if (at !== except && this.canHide(at) && (found < 0 || (people[at] ?? 0) < (people[found] ?? 0)))
        found = at;
    return found;
  }

  /** Nought tells nothing by being hidden. */
  private canHide(at: number): boolean {
    const { people, hidden, fixed } = this.published;
    return hidden[at] === 0 && (people[at] ?? 0) > 0 && fixed?.[at] !== 1;
  }
}

/** What a published number says: shown, rounded; or hidden, and then it is somebody, unless noughts are hidden too. */
export function knownOf(
  { people, hidden, noughtHides }: { people: number; hidden: boolean; noughtHides: boolean },
  rules: { readonly hide_up_to: number; readonly round_to: number },
): Range {
  if (hidden) return { least: noughtHides ? 0 : 1, most: Number.POSITIVE_INFINITY };
  if (people === 0) return { least: 0, most: 0 };
  const shown = Math.round(people / rules.round_to) * rules.round_to;
  return {
    least: Math.max(rules.hide_up_to + 1, shown - Math.floor(rules.round_to / 2)),
    most: shown + Math.ceil(rules.round_to / 2) - 1,
  };
}
