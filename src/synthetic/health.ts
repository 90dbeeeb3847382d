import type { ConceptNumber } from './concepts.ts';
import type { ConditionRule } from './condition-rule.ts';
import type { Condition } from './conditions.ts';
import type { Dice } from './dice.ts';
import { isLongTerm, likelihood, MILLION, placeOf, rules } from './likelihood.ts';
import type { Person } from './people.ts';
import type { LongTermReading } from './plan.ts';

/** Stands for the onset of a condition that a person does not have, its end, and a code that nobody entered. */
const ABSENT = -2_000_000;

/** The conditions that one person has: since when, since when no longer, and whether anybody has coded them. */
export class Health {
  private readonly onsets = new Int32Array(rules.length).fill(ABSENT);
  private readonly ends = new Int32Array(rules.length).fill(ABSENT);
  private readonly codes = new Int32Array(rules.length).fill(ABSENT);
  private readonly hasAt = (place: number) => this.onsets[place] !== ABSENT;

  has(condition: Condition): boolean {
    return this.hasAt(placeOf(condition));
  }

  /** Has it still on the last day. */
  active(condition: Condition): boolean {
    return this.has(condition) && this.ends[placeOf(condition)] === ABSENT;
  }

  /** Has it still, and it is on record. */
  known(condition: Condition): boolean {
    return this.active(condition) && this.code(condition) !== null;
  }

  /** The day it began. Only for a condition that the person has. */
  onset(condition: Condition): number {
    return this.onsets[placeOf(condition)] ?? ABSENT;
  }

  /** The day it was coded as resolved; null when it was not. */
  resolvedOn(condition: Condition): number | null {
    const end = this.ends[placeOf(condition)] ?? ABSENT;
    return end === ABSENT ? null : end;
  }

  /** The code under which it stands on record; null when nobody coded it. */
  code(condition: Condition): ConceptNumber | null {
    const code = this.codes[placeOf(condition)] ?? ABSENT;
    return code === ABSENT ? null : code;
  }

  /** Gives a condition that the person has its code, where the table leaves that to a rule. */
  name(condition: Condition, code: ConceptNumber): void {
    this.codes[placeOf(condition)] = code;
  }

  /** Draws every condition of a person anew. `missed`: uncoded conditions at their practice, in percent of the usual. */
  draw(dice: Dice, person: Person, by: { missed: number; reading: LongTermReading }): this {
    this.onsets.fill(ABSENT);
    this.ends.fill(ABSENT);
    this.codes.fill(ABSENT);
    const given = { reading: by.reading, has: this.hasAt, longTerm: 0 };
    rules.forEach((rule, place) => {
      // Every condition throws the same number of times, so that tuning one leaves the others as they were.
      const drawn = dice.below(MILLION);
      const when = dice.next();
      const fate = dice.next();
      if (drawn < likelihood(place, person, given)) this.begin(place, person, when);
      if (isLongTerm[place] === true && this.hasAt(place)) given.longTerm += 1;
      if (this.hasAt(place) && !isMissed(rule, by.missed, fate)) this.record(place, person, fate);
    });
    return this;
  }

  private begin(place: number, person: Person, when: number): void {
    const { from = 0, years = 0 } = rules[place] ?? {};
    const span = Math.min(years * 365, person.until - person.born - from * 365);
    if (span > 0) this.onsets[place] = person.until - 1 - (when % span);
  }

  private record(place: number, person: Person, fate: number): void {
    const rule = rules[place];
    if (rule === undefined) return;
    this.codes[place] = chosen(rule.codes, Math.floor(fate / 100) % 997);
    const since = this.onsets[place] ?? 0;
    const room = person.until - since - 400;
    const resolves = Math.floor(fate / 99_700) % 100 < (rule.resolved?.percent ?? 0);
    if (resolves && room > 0) this.ends[place] = since + 365 + (fate % room);
  }
}

function isMissed(rule: ConditionRule, missed: number, fate: number): boolean {
  return fate % 100 < ((rule.uncoded ?? 0) * missed) / 100;
}

/** One of weighted codes, by a number below 997. */
function chosen(codes: ConditionRule['codes'], at: number): number {
  const total = codes.reduce((sum, [, weight]) => sum + weight, 0);
  let left = Math.floor((at * total) / 997);
  for (const [code, weight] of codes) {
    left -= weight;
    if (left < 0) return code;
  }
  return ABSENT;
}
