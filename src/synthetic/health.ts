import type { ConceptNumber } from './concepts.ts';
import { type Condition, type ConditionRule, conditions, ruleOf } from './conditions.ts';
import type { Dice } from './dice.ts';
import { bandOf, type Person } from './people.ts';
import type { PracticeStyle } from './practice-style.ts';

/** Stands for the onset of a condition that a person does not have. */
const ABSENT = -2_000_000;
const MOST = 930_000;
const MILLION = 1_000_000;

interface Drawn {
  readonly rule: ConditionRule;
  readonly after: readonly (readonly [place: number, percent: number])[];
}

const places = new Map(conditions.map((condition, place) => [condition, place] as const));
const rules: readonly Drawn[] = conditions.map((condition) => {
  const rule = ruleOf(condition);
  const after = Object.entries(rule.after ?? {}).map(([name, percent]) => [placeOf(name), percent] as const);
  return { rule, after };
});

/** The conditions that one person has: since when, since when no longer, and whether anybody has coded them. */
export class Health {
  private readonly onsets = new Int32Array(rules.length);
  private readonly ends = new Int32Array(rules.length);
  private readonly codes = new Int32Array(rules.length);

  has(condition: Condition): boolean {
    return this.onset(condition) !== ABSENT;
  }

  /** Has it still on the last day. */
  active(condition: Condition): boolean {
    const place = placeOf(condition);
    return this.onsets[place] !== ABSENT && this.ends[place] === ABSENT;
  }

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
    return code < 0 ? null : code;
  }

  /** Gives or takes a condition by hand: for the people who are described and not drawn. */
  set(condition: Condition, onset: number, code: ConceptNumber | null): void {
    const place = placeOf(condition);
    this.onsets[place] = onset;
    this.codes[place] = code ?? ABSENT;
    this.ends[place] = ABSENT;
  }

  clear(): this {
    this.onsets.fill(ABSENT);
    this.ends.fill(ABSENT);
    this.codes.fill(ABSENT);
    return this;
  }

  /** Draws every condition of a person anew. `dice` has begun the health stream. */
  draw(dice: Dice, person: Person, style: PracticeStyle): this {
    this.clear();
    const band = bandOf(person.age);
    for (let place = 0; place < rules.length; place++) {
      const drawn = rules[place];
      // Every condition throws the same number of times, so that tuning one leaves the others as they were.
      const throwOf = dice.below(MILLION);
      const when = dice.next();
      const fate = dice.next();
      if (drawn === undefined || throwOf >= this.likelihood(drawn, person, band)) continue;
      this.begin(place, drawn.rule, person, when);
      if (this.onsets[place] !== ABSENT) this.enterCode(place, drawn.rule, person, style, fate);
    }
    return this;
  }

  /** Of a million people like this one. */
  private likelihood({ rule, after }: Drawn, person: Person, band: number): number {
    let times = (rule.rate[band] ?? 0) * 100;
    if (times === 0) return 0;
    times = share(times, person.sex === 'F' ? (rule.women ?? 100) : (rule.men ?? 100));
    times = share(times, rule.heritage?.[person.group.heritage] ?? 100);
    times = share(times, 100 + (5 - person.area.decile) * (rule.deprivation ?? 0));
    times = share(times, Math.max(5, 100 + Math.floor(((person.frailty - 100) * rule.frailty) / 100)));
    for (const [place, percent] of after) if (this.onsets[place] !== ABSENT) times = share(times, percent);
    return Math.min(times, MOST);
  }

  private begin(place: number, rule: ConditionRule, person: Person, when: number): void {
    const possible = person.until - person.born - rule.from * 365;
    const span = Math.min(rule.years * 365, possible);
    if (span > 0) this.onsets[place] = person.until - 1 - (when % span);
  }

  private enterCode(place: number, rule: ConditionRule, person: Person, style: PracticeStyle, fate: number): void {
    if (fate % 100 < ((rule.uncoded ?? 0) * style.missed) / 100) return;
    this.codes[place] = chosen(rule.codes, Math.floor(fate / 100) % 997);
    const since = this.onsets[place] ?? 0;
    const room = person.until - since - 400;
    const resolves = Math.floor(fate / 99_700) % 100 < (rule.resolved?.percent ?? 0);
    if (resolves && room > 0) this.ends[place] = since + 365 + (fate % room);
  }
}

function share(times: number, percent: number): number {
  return Math.floor((times * percent) / 100);
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

function placeOf(condition: string): number {
  const place = places.get(condition as Condition);
  if (place === undefined) throw new Error(`no condition ${condition}`);
  return place;
}
