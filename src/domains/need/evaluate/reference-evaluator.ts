import { ageOn, type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Condition, Definition, Register, Score } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { bnfParagraph, hasConcept, hasMedicine, usableValue } from '../language/membership.ts';
import { lookBackWindow, type Window } from '../language/windows.ts';
import { decimalPlaces, toSteps } from './exact.ts';
import type { Coverage, PersonRecord, RecordedEvent, RecordedMedicine } from './person-record.ts';
import { allOf, anyOf, negate, type Truth } from './truth.ts';

// The reference: one person, in memory, written to be obviously right and to say why. The compiler answers the same
// questions for everybody at once; a property test holds the two together on generated people.

/** A row that decided something. */
export type Evidence = (RecordedEvent | RecordedMedicine) & { readonly usable?: number };

/** What became of one condition, and what decided it. */
export interface Finding {
  readonly condition: Condition;
  readonly truth: Truth;
  /** The rows that decided it, the latest first. */
  readonly evidence: readonly Evidence[];
  /** The window that was searched, where there was one. */
  readonly window: Window | null;
  /** Why the answer is unknown, where it is. */
  readonly unknownBecause: 'undated' | 'feed_missing' | 'feed_begins_later' | 'not_recorded' | null;
  readonly parts: readonly Finding[];
}

export type Outcome = 'in' | 'out' | 'unknown';

export interface RegisterEvaluation {
  readonly kind: 'register';
  readonly definition: Register;
  readonly outcome: Outcome;
  readonly rule: Finding;
}

export interface ScoreEvaluation {
  readonly kind: 'score';
  readonly definition: Score;
  readonly outcome: Outcome;
  readonly applies: Finding;
  readonly terms: readonly { readonly term: Score['terms'][number]; readonly finding: Finding }[];
  /** The exact sum of weights in steps of 10^-places; null when the outcome is not `in`. */
  readonly steps: number | null;
  readonly places: number;
  readonly band: string | null;
}

export type Evaluation = RegisterEvaluation | ScoreEvaluation;

/**
 * Evaluates one definition for one person on a reference date. Pure: the same record gives the same answer, whatever
 * the order of its rows. Rankings are about everybody and cannot be asked here.
 */
export function evaluate(
  library: Library,
  id: string,
  person: PersonRecord,
  reference: PlainDate,
): Evaluation {
  const definition = library.definition(id);
  const question = new Question(library, person, reference);
  switch (definition.kind) {
    case 'register':
      return question.register(definition);
    case 'score':
      return question.score(definition);
    case 'ranking':
      throw new Error(`${id} ranks everybody; it has no answer for one person alone`);
  }
}

/** The places of a score's sums: those of its longest weight. */
export function scorePlaces(score: Score): number {
  return decimalPlaces(score.terms.map((term) => term.weight));
}

/** The band of a sum: the last that begins at or below it. */
export function bandOf(score: Score, steps: number, places: number): string | null {
  return score.bands.filter((band) => toSteps(band.from, places) <= steps).at(-1)?.id ?? null;
}

function asOutcome(truth: Truth): Outcome {
  return truth === null ? 'unknown' : truth ? 'in' : 'out';
}

class Question {
  private readonly library: Library;
  private readonly person: PersonRecord;
  private readonly reference: PlainDate;

  constructor(library: Library, person: PersonRecord, reference: PlainDate) {
    this.library = library;
    this.person = person;
    this.reference = reference;
  }

  register(definition: Register): RegisterEvaluation {
    const rule = this.find(definition.rule);
    return { kind: 'register', definition, outcome: asOutcome(rule.truth), rule };
  }

  score(definition: Score): ScoreEvaluation {
    const places = scorePlaces(definition);
    const applies = this.find(definition.applies_to);
    const terms = definition.terms.map((term) => ({ term, finding: this.find(term.when) }));
    const unknown = terms.some(({ finding }) => finding.truth === null);
    const outcome = applies.truth === true && unknown ? 'unknown' : asOutcome(applies.truth);
    const steps =
      outcome === 'in'
        ? terms.reduce(
            (sum, { term, finding }) => sum + (finding.truth ? toSteps(term.weight, places) : 0),
            0,
          )
        : null;
    const band = steps === null ? null : bandOf(definition, steps, places);
    return { kind: 'score', definition, outcome, applies, terms, steps, places, band };
  }

  private find(condition: Condition): Finding {
    if ('all' in condition) return this.combine(condition, condition.all, allOf);
    if ('any' in condition) return this.combine(condition, condition.any, anyOf);
    if ('not' in condition)
      return this.combine(condition, [condition.not], ([truth]) => negate(truth ?? null));
    if ('age' in condition) return this.age(condition);
    if ('sex' in condition) return this.sex(condition);
    if ('ever' in condition) return this.count(condition, condition.ever, { from: null, to: this.today }, 1);
    if ('within' in condition)
      return this.count(condition, condition.within.codes, this.window(condition.within), 1);
    if ('since' in condition) {
      const from = toEpochDay(plainDate(condition.since.date));
      return this.count(condition, condition.since.codes, { from, to: this.today }, 1);
    }
    if ('count' in condition) {
      return this.count(
        condition,
        condition.count.codes,
        this.window(condition.count),
        condition.count.at_least,
      );
    }
    if ('first_within' in condition) return this.firstWithin(condition);
    if ('active' in condition) return this.active(condition);
    if ('distinct_paragraphs' in condition) return this.distinctParagraphs(condition);
    if ('measured' in condition) return this.measured(condition);
    return this.otherDefinition(condition);
  }

  private get today(): number {
    return toEpochDay(this.reference);
  }

  private window(back: {
    days?: number | undefined;
    months?: number | undefined;
    years?: number | undefined;
  }): Window {
    return lookBackWindow(this.reference, back);
  }

  private combine(
    condition: Condition,
    parts: readonly Condition[],
    with_: (truths: Truth[]) => Truth,
  ): Finding {
    const findings = parts.map((part) => this.find(part));
    const truth = with_(findings.map((finding) => finding.truth));
    const unknown = findings.find((finding) => finding.truth === null);
    return {
      condition,
      truth,
      evidence: [],
      window: null,
      unknownBecause: truth === null ? (unknown?.unknownBecause ?? null) : null,
      parts: findings,
    };
  }

  private age(condition: Extract<Condition, { age: unknown }>): Finding {
    const { from = 0, to = Number.POSITIVE_INFINITY } = condition.age;
    const age = this.person.born === null ? null : ageOn(this.reference, this.person.born);
    return plain(
      condition,
      age === null ? null : age >= from && age <= to,
      age === null ? 'not_recorded' : null,
    );
  }

  private sex(condition: Extract<Condition, { sex: unknown }>): Finding {
    const { sex } = this.person;
    return plain(
      condition,
      sex === 'unknown' ? null : sex === condition.sex,
      sex === 'unknown' ? 'not_recorded' : null,
    );
  }

  /** At least so many entries in a window; a window without a beginning counts undated entries too. */
  private count(condition: Condition, codes: readonly string[], window: Window, atLeast: number): Finding {
    const hits = this.hits(codes);
    const undated = hits.filter((hit) => hit.day === null);
    const dated = inWindow(hits, window);
    const found = window.from === null ? [...dated, ...undated] : dated;
    if (found.length >= atLeast) return decided(condition, true, found, window);
    if (found.length + undated.length >= atLeast && window.from !== null) {
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    }
    return this.absent(condition, codes, window, found);
  }

  /** What an absence means: false where the feed covers the window, unknown where it does not. */
  private absent(
    condition: Condition,
    codes: readonly string[],
    window: Window,
    found: readonly Evidence[],
  ): Finding {
    const gap = coverageGap(this.coverage(codes), window.from);
    return { ...decided(condition, gap === null ? false : null, found, window), unknownBecause: gap };
  }

  private firstWithin(condition: Extract<Condition, { first_within: unknown }>): Finding {
    const { codes } = condition.first_within;
    const window = this.window(condition.first_within);
    const hits = this.hits(codes);
    const first = latestFirst(hits.filter((hit) => hit.day !== null && hit.day <= window.to)).at(-1);
    const undated = hits.filter((hit) => hit.day === null);
    if (first && window.from !== null && (first.day ?? 0) < window.from)
      return decided(condition, false, [first], window);
    // An undated entry may be the first of all, and older than the window.
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    if (!first) return this.absent(condition, codes, { from: null, to: window.to }, []);
    const gap = coverageGap(this.coverage(codes), null);
    return { ...decided(condition, gap === null ? true : null, [first], window), unknownBecause: gap };
  }

  private active(condition: Extract<Condition, { active: unknown }>): Finding {
    const window = { from: null, to: this.today };
    const upToNow = (hits: readonly Evidence[]) =>
      hits.filter((hit) => hit.day === null || hit.day <= window.to);
    const diagnoses = upToNow(this.hits(condition.active.codes));
    const resolutions = upToNow(this.hits(condition.active.resolved));
    if (diagnoses.length === 0) return this.absent(condition, condition.active.codes, window, []);
    const latest = latestDay(diagnoses);
    const resolved = latestDay(resolutions);
    const both = [...diagnoses, ...resolutions];
    if (resolutions.some((hit) => hit.day === null))
      return { ...decided(condition, null, both, window), unknownBecause: 'undated' };
    if (resolved === null) return decided(condition, true, diagnoses, window);
    if (latest !== null && latest > resolved) return decided(condition, true, both, window);
    if (diagnoses.some((hit) => hit.day === null))
      return { ...decided(condition, null, both, window), unknownBecause: 'undated' };
    return decided(condition, false, both, window);
  }

  private distinctParagraphs(condition: Extract<Condition, { distinct_paragraphs: unknown }>): Finding {
    const { codes, at_least } = condition.distinct_paragraphs;
    const window = this.window(condition.distinct_paragraphs);
    const hits = this.hits(codes).filter(
      (hit): hit is RecordedMedicine & { bnf: string } => 'bnf' in hit && hit.bnf !== null,
    );
    const undated = hits.filter((hit) => hit.day === null);
    const found = window.from === null ? [...inWindow(hits, window), ...undated] : inWindow(hits, window);
    const paragraphs = (medicines: typeof hits) =>
      new Set(medicines.map((medicine) => bnfParagraph(medicine.bnf))).size;
    if (paragraphs(found) >= at_least) return decided(condition, true, found, window);
    if (window.from !== null && paragraphs([...found, ...undated]) >= at_least) {
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    }
    return this.absent(condition, codes, window, found);
  }

  private measured(condition: Extract<Condition, { measured: unknown }>): Finding {
    const { codes, take, last } = condition.measured;
    const window = this.window(condition.measured);
    const usable = this.measurements(codes);
    const undated = usable.filter((hit) => hit.day === null);
    // An undated value may be the latest of all.
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const latest = inWindow(usable, window)
      .sort((a, b) => (b.day ?? 0) - (a.day ?? 0) || (b.usable ?? 0) - (a.usable ?? 0))
      .slice(0, last);
    if (latest.length < last) return this.absent(condition, codes, window, latest);
    const values = latest.map((hit) => hit.usable ?? 0);
    const value = take === 'lowest_of_last' ? Math.min(...values) : Math.max(...values);
    return decided(condition, compares(value, condition.measured), latest, window);
  }

  private otherDefinition(condition: Extract<Condition, { definition: unknown }>): Finding {
    const other = evaluate(this.library, condition.definition, this.person, this.reference);
    const truth = other.outcome === 'unknown' ? null : other.outcome === 'in';
    const parts = other.kind === 'register' ? [other.rule] : [other.applies];
    return { ...plain(condition, truth, parts[0]?.unknownBecause ?? null), parts };
  }

  private hits(codes: readonly string[]): Evidence[] {
    const lists = this.lists(codes);
    const events = this.person.events.filter((event) =>
      lists.some((list) => hasConcept(list, event.system, event.concept)),
    );
    const medicines = this.person.medicines.filter((medicine) =>
      lists.some((list) => hasMedicine(list, medicine.bnf)),
    );
    return [...events, ...medicines];
  }

  /** Values of the given lists in each list's own first unit; where lists overlap, the first that can use a value does. */
  private measurements(codes: readonly string[]): Evidence[] {
    const lists = this.lists(codes);
    return this.person.events.flatMap((event) => {
      for (const list of lists) {
        if (!hasConcept(list, event.system, event.concept)) continue;
        const usable = usableValue(list, event.value, event.unit);
        if (usable !== null) return [{ ...event, usable }];
      }
      return [];
    });
  }

  private lists(codes: readonly string[]) {
    return codes.flatMap((id) => this.library.codelists.get(id) ?? []);
  }

  private coverage(codes: readonly string[]): Coverage {
    const medicines = this.lists(codes).some((list) => list.kind === 'bnf');
    return medicines ? this.person.coverage.medicines : this.person.coverage.events;
  }
}

function plain(condition: Condition, truth: Truth, unknownBecause: Finding['unknownBecause']): Finding {
  return { condition, truth, evidence: [], window: null, unknownBecause, parts: [] };
}

function decided(condition: Condition, truth: Truth, evidence: readonly Evidence[], window: Window): Finding {
  return { condition, truth, evidence: latestFirst(evidence), window, unknownBecause: null, parts: [] };
}

/** Undated entries first, because they are what needs mending; then the latest. */
function latestFirst<Hit extends Evidence>(hits: readonly Hit[]): Hit[] {
  const day = (hit: Hit) => hit.day ?? Number.POSITIVE_INFINITY;
  return [...hits].sort((a, b) => (day(a) === day(b) ? a.row.localeCompare(b.row) : day(b) - day(a)));
}

function inWindow<Hit extends Evidence>(hits: readonly Hit[], window: Window): Hit[] {
  return hits.filter(
    ({ day }) => day !== null && day <= window.to && (window.from === null || day >= window.from),
  );
}

function latestDay(hits: readonly Evidence[]): number | null {
  const days = hits.flatMap(({ day }) => (day === null ? [] : [day]));
  return days.length === 0 ? null : Math.max(...days);
}

function coverageGap(coverage: Coverage, from: number | null): 'feed_missing' | 'feed_begins_later' | null {
  if (coverage === 'all') return null;
  if (coverage === 'missing') return 'feed_missing';
  return from !== null && coverage.from <= from ? null : 'feed_begins_later';
}

function compares(
  value: number,
  bounds: {
    below?: number | undefined;
    at_most?: number | undefined;
    at_least?: number | undefined;
    above?: number | undefined;
  },
): boolean {
  return (
    (bounds.below === undefined || value < bounds.below) &&
    (bounds.at_most === undefined || value <= bounds.at_most) &&
    (bounds.at_least === undefined || value >= bounds.at_least) &&
    (bounds.above === undefined || value > bounds.above)
  );
}

export type { Definition };
