// The last step before numbers are published: somebody who has all of them, and a solver, is tried on each that is hidden.

import { Reach, SLIGHT, type Witness } from '../../../platform/solver/index.ts';
import type { Sum } from './keep-wide.ts';
import type { Ledger } from './ledger.ts';

/** What it took: how many numbers more were hidden, and how many linear programmes. */
export interface Proof {
  hid: number;
  solved: number;
}

/**
 * Hides more numbers of a ledger until, over all that one table shows, none that is hidden can be told to lie in the protected
 * range, nor told exactly. For each there is in the end a witness: a way in which all the numbers may be as far as anybody can
 * know, in which it is larger than the range, or another than it is. Hidden numbers must be of somebody.
 *
 * What tells a number is read off the solver's answer: the shown numbers on which it rests, one of which is hidden, the smallest.
 * It ends, as each round hides one more. It finds one for as long as somebody is told: with every number hidden but noughts,
 * what is true of the people may be true of twice as many and of any number of times as many, so that nothing bounds them.
 */
export async function proveWide(ledger: Ledger): Promise<Proof> {
  const proof = { hid: 0, solved: 0 };
  const open = new Set(ledger.tables.keys());
  const shared = sharedNumbers(ledger);
  for (const table of open) {
    open.delete(table);
    const changed = await proveTable(ledger, table, shared, proof);
    // What everybody sees of a shared number is seen in other tables too: they are tried again.
    if (changed.length === 0) continue;
    const among = new Set(changed);
    for (const [other, sums] of ledger.tables)
      if (other !== table && numbersOf(sums).some((at) => among.has(at))) open.add(other);
  }
  return proof;
}

/** Numbers that stand in more than one table. */
function sharedNumbers(ledger: Ledger): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const sums of ledger.tables.values())
    for (const at of numbersOf(sums))
      if (seen.has(at)) shared.add(at);
      else seen.add(at);
  return shared;
}

function numbersOf(sums: readonly Sum[]): number[] {
  return [...new Set(sums.flatMap(({ parts, whole }) => [...parts, whole]))];
}

/** Returns the shared numbers that are hidden since. */
async function proveTable(
  ledger: Ledger,
  table: string,
  shared: ReadonlySet<number>,
  proof: Proof,
): Promise<number[]> {
  const sums = ledger.tables.get(table) ?? [];
  const numbers = numbersOf(sums);
  const untold = new Set(numbers.filter((at) => ledger.isSecret(at)));
  if (untold.size === 0) return [];
  const places = new Map(numbers.map((at, place) => [at, place]));
  const least = Float64Array.from(numbers, (at) => ledger.known(at).least);
  const reach = await Reach.over({
    least,
    most: numbers.map((at) => ledger.known(at).most),
    sums: sums.map(({ parts, whole, all }) => ({
      parts: parts.map((part) => places.get(part) ?? 0),
      whole: places.get(whole) ?? 0,
      all,
    })),
  });
  try {
    const system = new System({ ledger, numbers, places, reach, least, untold, proof });
    system.findWitnesses();
    return system.hideWhatTells((at) => shared.has(at)).filter((at) => shared.has(at));
  } finally {
    reach.close();
  }
}

interface Opened {
  readonly ledger: Ledger;
  readonly numbers: readonly number[];
  readonly places: ReadonlyMap<number, number>;
  readonly reach: Reach;
  readonly least: Float64Array;
  readonly untold: Set<number>;
  readonly proof: Proof;
}

/** A programme over some numbers, that are known by their place in the ledger. */
class System {
  private readonly opened: Opened;

  constructor(opened: Opened) {
    this.opened = opened;
  }

  private asked(): number[] {
    const { numbers, untold } = this.opened;
    return numbers.filter((at) => untold.has(at));
  }

  /** Tries all at once, the small ones first, as one answer is a witness for many. */
  findWitnesses(): void {
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const asked = this.asked();
      if (asked.length === 0 || asked.length === before) return;
      before = asked.length;
      const small = asked.filter((at) => this.isSmall(at));
      this.accept(this.raise(small.length > 0 ? small : asked));
    }
  }

  /** Tries what is left one after another, and hides numbers until each has a witness. Returns what was hidden. */
  hideWhatTells(isShared: (at: number) => boolean): number[] {
    const changed: number[] = [];
    for (let [at] = this.asked(); at !== undefined; [at] = this.asked()) {
      this.accept(this.raise([at]));
      if (!this.opened.untold.has(at)) continue;
      const restsOn = this.opened.reach.restsOn().map((place) => this.opened.numbers[place] ?? 0);
      if (!this.isSmall(at)) this.accept(this.lower(at));
      if (this.opened.untold.has(at)) changed.push(this.hideOneOf(restsOn, isShared));
    }
    return changed;
  }

  private peopleAt(at: number): number {
    return this.opened.ledger.people[at] ?? 0;
  }

  private isSmall(at: number): boolean {
    return this.peopleAt(at) <= this.opened.ledger.rules.protected_up_to;
  }

  /** What a hidden number must be able to be: more than the range, and another than it is. */
  private goal(at: number): number {
    return Math.max(this.opened.ledger.rules.protected_up_to, this.peopleAt(at)) + 1;
  }

  private raise(asked: readonly number[]): Witness {
    const { reach, least, places, proof } = this.opened;
    proof.solved += 1;
    return reach.raise(new Map(asked.map((at) => [places.get(at) ?? 0, this.goal(at)])), least);
  }

  private lower(at: number): Witness {
    this.opened.proof.solved += 1;
    return this.opened.reach.lower(this.opened.places.get(at) ?? 0);
  }

  private valueIn(witness: Witness, at: number): number {
    return witness.at(this.opened.places.get(at) ?? 0);
  }

  private accept(witness: Witness): void {
    for (const at of this.asked()) {
      const value = this.valueIn(witness, at);
      const isOther = !this.isSmall(at) && value <= this.peopleAt(at) - 1 + SLIGHT;
      if (isOther || value >= this.goal(at) - SLIGHT) this.opened.untold.delete(at);
    }
  }

  private hideOneOf(restsOn: readonly number[], isShared: (at: number) => boolean): number {
    const { ledger, untold, proof } = this.opened;
    const canHide = restsOn.filter((at) => ledger.hidden[at] === false && this.peopleAt(at) > 0);
    const own = canHide.filter((at) => !isShared(at));
    const [first, ...others] = own.length > 0 ? own : canHide;
    if (first === undefined) throw new Error('a hidden number is told by nothing that can be hidden');
    const next = others.reduce((best, at) => (this.peopleAt(at) < this.peopleAt(best) ? at : best), first);
    this.hide(next);
    if (ledger.isSecret(next)) untold.add(next);
    proof.hid += 1;
    return next;
  }

  private hide(at: number): void {
    const { ledger, reach, least, places } = this.opened;
    const place = places.get(at) ?? 0;
    ledger.hidden[at] = true;
    const known = ledger.known(at);
    least[place] = known.least;
    reach.learn(place, known.least, known.most);
  }
}
