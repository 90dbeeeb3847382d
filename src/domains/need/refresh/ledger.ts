import type { DisclosureRules } from './disclosure.ts';
import { keepWide, knownOf, type Range, type Sum } from './keep-wide.ts';

/** What is said of one number before it is published. */
export interface Entry {
  readonly people: number;
  readonly hidden: boolean;
  /** Whether nought is hidden too, as of groups: a hidden number may then be nobody. */
  readonly noughtHides?: boolean;
  /** Shown with others or not at all: what is not shown says nothing, so that nobody asks what it is. */
  readonly orNothing?: boolean;
}

/**
 * Every number that one refresh publishes, under a key, and what adds up to what. Sums stand in tables: those of one definition,
 * with the numbers of everybody that they add up to. What is hidden here is hidden on every page.
 */
export class Ledger {
  readonly people: number[] = [];
  readonly hidden: boolean[] = [];
  private readonly noughtHides: boolean[] = [];
  private readonly orNothing: boolean[] = [];
  private readonly places = new Map<string, number>();
  private readonly sums = new Map<string, Sum[]>();
  readonly rules: DisclosureRules;

  constructor(rules: DisclosureRules) {
    this.rules = rules;
  }

  add(key: string, { people, hidden, noughtHides = false, orNothing = false }: Entry): void {
    if (this.places.has(key)) throw new Error(`${key} would be published twice`);
    this.places.set(key, this.people.push(people) - 1);
    this.hidden.push(hidden);
    this.noughtHides.push(noughtHides);
    this.orNothing.push(orNothing);
  }

  /**
   * What adds up to what in one table; or to no more than it, where the parts are not `all`. A sum of which a number is not
   * published is left out, as nobody can add it up; so is one that is not so, as of networks that not every practice is in.
   */
  addUp(table: string, parts: readonly string[], whole: string, all = true): void {
    const at = [...parts, whole].map((key) => this.places.get(key));
    const known = at.filter((place) => place !== undefined);
    if (parts.length === 0 || known.length < at.length) return;
    const sum: Sum = { parts: known.slice(0, -1), whole: known.at(-1) ?? 0, all };
    const people = sum.parts.reduce((together, part) => together + (this.people[part] ?? 0), 0);
    const left = (this.people[sum.whole] ?? 0) - people;
    if (left < 0 || (all && left > 0)) return;
    const sums = this.sums.get(table) ?? [];
    this.sums.set(table, sums);
    sums.push(sum);
  }

  get tables(): ReadonlyMap<string, readonly Sum[]> {
    return this.sums;
  }

  /**
   * Holds all numbers of each table against somebody who adds up and takes away, and hides more until none that is hidden, be
   * it nought, can be told to be in the protected range; nor, of numbers of groups, up to `margin` more. What is shown of
   * everybody stays, and numbers of groups give way. Returns how many more.
   */
  keepWide(margin: number): number {
    let more = 0;
    for (let before = -1; before !== more; ) {
      before = more;
      for (const sums of this.sums.values()) {
        const numbers = [...new Set(sums.flatMap(({ parts, whole }) => [...parts, whole]))];
        const at = new Map(numbers.map((number, place) => [number, place]));
        const hidden = Uint8Array.from(numbers, (number) => Number(this.hidden[number]));
        more += keepWide(
          {
            people: numbers.map((number) => this.people[number] ?? 0),
            hidden,
            fixed: Uint8Array.from(numbers, (number) => Number(!this.noughtHides[number])),
            known: (place) => this.knownIf(numbers[place] ?? 0, hidden[place] === 1),
            sums: sums.map(({ parts, whole, all }) => ({
              parts: parts.map((part) => at.get(part) ?? 0),
              whole: at.get(whole) ?? 0,
              all,
            })),
            noughtsToo: true,
            marginOf: (place) => (this.noughtHides[numbers[place] ?? 0] ? margin : 0),
          },
          this.rules.protected_up_to,
        );
        numbers.forEach((number, place) => {
          this.hidden[number] = hidden[place] === 1;
        });
      }
    }
    return more;
  }

  /** The number to show, rounded; null for hidden. Throws where there is none under the key. */
  shown(key: string): number | null {
    const at = this.places.get(key);
    if (at === undefined) throw new Error(`nothing is published as ${key}`);
    const { round_to } = this.rules;
    return this.hidden[at] ? null : Math.round((this.people[at] ?? 0) / round_to) * round_to;
  }

  /** What anybody knows of the number under a key; undefined where there is none. */
  knownAs(key: string): Range | undefined {
    const at = this.places.get(key);
    return at === undefined ? undefined : this.known(at);
  }

  known(at: number): Range {
    return this.knownIf(at, this.hidden[at] === true);
  }

  private knownIf(at: number, hidden: boolean): Range {
    return knownOf(
      { people: this.people[at] ?? 0, hidden, noughtHides: this.noughtHides[at] === true },
      this.rules,
    );
  }

  /** Whether a number is hidden where everybody sees that it is. */
  isSecret(at: number): boolean {
    return this.hidden[at] === true && this.orNothing[at] !== true;
  }
}
