import {
  ageInMonthsOn,
  ageOn,
  fromEpochDay,
  type PlainDate,
  plainDate,
  toEpochDay,
} from '../../../kernel/index.ts';
import { type Codelist, entryFeed } from '../language/codelist.ts';
import {
  type BodyOf,
  type Calculation,
  type Comparison,
  type Condition,
  type Definition,
  MOST_RESULTS,
  type Register,
  type Score,
  type Segmentation,
} from '../language/definition.ts';
import { type Library, partsOfReference } from '../language/library.ts';
import {
  bnfParagraph,
  hasArea,
  hasConcept,
  hasDiagnosis,
  hasMedicine,
  hasPractice,
  hasWord,
  usableValue,
} from '../language/membership.ts';
import {
  courseWindow,
  fixedWindow,
  isWholeRecord,
  type LookBack,
  lookBackWindow,
  otherWindow,
  type Window,
} from '../language/windows.ts';
import { type Scored, scoreOf } from '../models/score-of.ts';
import { calculationInputs, type InputFinding, stepsOfValue } from './calculation-inputs.ts';
import { decimalPlaces, fromSteps, toSteps } from './exact.ts';
import { entryFinder } from './find-entries.ts';
import {
  compares,
  coverageGap,
  decided,
  type Evidence,
  type Finding,
  inWindow,
  lastsUntil,
  latestDay,
  latestFirst,
  latestValues,
  oneADay,
  oneResultADay,
  plain,
  taken,
} from './finding.ts';
import type {
  Feed,
  PersonRecord,
  RecordedAdmission,
  RecordedAppointment,
  RecordedAttendance,
  RecordedEvent,
  RecordedMedicine,
} from './person-record.ts';
import { type Population, type Standing, standingOf, valueToReach } from './standing.ts';
import { allOf, anyOf, negate, type Outcome, type Truth } from './truth.ts';

// The reference: one person, in memory, written to be obviously right and to say why. The compiler answers the same
// questions for everybody at once; a property test holds the two together on generated people.

export type { Evidence, Finding, Outcome };

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

export interface SegmentationEvaluation {
  readonly kind: 'segmentation';
  readonly definition: Segmentation;
  /** Everybody is in a segment. */
  readonly outcome: 'in';
  readonly segment: string;
  /** The segments of greater need that were asked about first, and the person's own, unless it is the last. */
  readonly asked: readonly {
    readonly segment: Segmentation['segments'][number];
    readonly finding: Finding;
  }[];
}

export interface CalculationEvaluation {
  readonly kind: 'calculation';
  readonly definition: Calculation;
  readonly outcome: Outcome;
  /** Whether the definition applies; null where it leaves that to its model. */
  readonly applies: Finding | null;
  readonly inputs: readonly InputFinding[];
  /** What the model says of the inputs. */
  readonly scored: Scored;
  /** The value in steps of its last place, as it is shown; null when the outcome is not `in`. */
  readonly steps: number | null;
  readonly places: number;
  readonly unit: string | null;
  readonly band: string | null;
}

export type Evaluation =
  | RegisterEvaluation
  | ScoreEvaluation
  | CalculationEvaluation
  | SegmentationEvaluation;

/**
 * Evaluates one definition for one person on a reference date. Pure: the same record gives the same answer, whatever
 * the order of its rows. Rankings are about everybody and cannot be asked here. `population` are the others, for conditions
 * that ask where somebody stands; without it those are unknown.
 */
export function evaluate(
  library: Library,
  id: string,
  person: PersonRecord,
  reference: PlainDate,
  population: Population = nobodyKnown,
): Evaluation {
  return new Question(library, person, reference, population).answer(id);
}

/** Evaluates all definitions but rankings; what several of them name is answered once. */
export function evaluateAll(
  library: Library,
  person: PersonRecord,
  reference: PlainDate,
  population: Population = nobodyKnown,
): Evaluation[] {
  const question = new Question(library, person, reference, population);
  return library.definitions.filter(({ kind }) => kind !== 'ranking').map(({ id }) => question.answer(id));
}

const nobodyKnown: Population = () => null;

/** The places of a score's sums: those of its longest weight. */
export function scorePlaces(score: Score): number {
  return decimalPlaces(score.terms.map((term) => term.weight));
}

/** The places of a definition's value; nought where it has none. */
export function valuePlaces(library: Library, definition: Definition): number {
  if (definition.kind === 'calculation') return library.modelOf(definition).content.value.decimals;
  return definition.kind === 'score' ? scorePlaces(definition) : 0;
}

/** The band of a sum, or of a value as it is shown: the last that begins at or below it. */
export function bandOf(score: Pick<Score, 'bands'>, steps: number, places: number): string | null {
  return score.bands.filter((band) => toSteps(band.from, places) <= steps).at(-1)?.id ?? null;
}

function asOutcome(truth: Truth): Outcome {
  return truth === null ? 'unknown' : truth ? 'in' : 'out';
}

/** The lists that a condition names: conditions are content, and are asked of one person after another. */
const listsOf = new WeakMap<Library, WeakMap<readonly string[], readonly Codelist[]>>();

class Question {
  private readonly library: Library;
  private readonly person: PersonRecord;
  private readonly reference: PlainDate;
  private readonly today: number;
  /** Definitions name each other in several ways; each is answered once. */
  private readonly answered = new Map<string, Evaluation>();
  private readonly eventsOf: (lists: readonly Codelist[]) => readonly RecordedEvent[];
  private readonly medicinesOf: (lists: readonly Codelist[]) => readonly RecordedMedicine[];

  private readonly population: Population;

  constructor(library: Library, person: PersonRecord, reference: PlainDate, population: Population) {
    this.library = library;
    this.population = population;
    this.person = person;
    this.reference = reference;
    this.today = toEpochDay(reference);
    this.eventsOf = entryFinder(
      person.events,
      ({ system, concept }) => `${system} ${concept}`,
      (list, event) => hasConcept(list, event.system, event.concept),
    );
    this.medicinesOf = entryFinder(
      person.medicines,
      ({ system, concept, bnf }) => `${system} ${concept} ${bnf}`,
      hasMedicine,
    );
  }

  answer(id: string): Evaluation {
    const known = this.answered.get(id);
    if (known) return known;
    const answer = this.evaluated(this.library.definition(id));
    this.answered.set(id, answer);
    return answer;
  }

  private evaluated(definition: Definition): Evaluation {
    switch (definition.kind) {
      case 'register':
        return this.register(definition);
      case 'score':
        return this.score(definition);
      case 'calculation':
        return this.calculation(definition);
      case 'segmentation':
        return this.segmentation(definition);
      case 'ranking':
        throw new Error(`${definition.id} ranks everybody; it has no answer for one person alone`);
    }
  }

  private register(definition: Register): RegisterEvaluation {
    const rule = this.find(definition.rule);
    return { kind: 'register', definition, outcome: asOutcome(rule.truth), rule };
  }

  private score(definition: Score): ScoreEvaluation {
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

  private calculation(definition: Calculation): CalculationEvaluation {
    const model = this.library.modelOf(definition);
    const places = model.content.value.decimals;
    const applies = definition.applies_to === undefined ? null : this.find(definition.applies_to);
    const inputs = calculationInputs(definition, model, {
      codelists: this.library.codelists,
      person: this.person,
      reference: this.reference,
      find: (condition) => this.find(condition),
      measurements: (codes) => this.measurements(codes),
      hits: (codes) => this.hits(codes),
      feed: (codes) => this.feed(codes),
    });
    const answers = new Map(
      inputs.flatMap(({ input, answer }) => (answer === null ? [] : [[input.id, answer] as const])),
    );
    const scored = scoreOf(model, answers);
    const steps = scored.value === null ? null : stepsOfValue(scored.value, places);
    const truth = allOf([
      applies === null ? true : applies.truth,
      scored.outcome === 'out' ? false : steps === null ? null : true,
    ]);
    const known = truth === true ? steps : null;
    const band = known === null ? null : bandOf(definition, known, places);
    const outcome = asOutcome(truth);
    const unit = model.content.value.unit ?? null;
    return {
      kind: 'calculation',
      definition,
      outcome,
      applies,
      inputs,
      scored,
      steps: known,
      places,
      unit,
      band,
    };
  }

  /**
   * The first segment that is true. One that is unknown is passed over: a segment is never higher than what is known,
   * and whoever reads it sees which ones could not be ruled out.
   */
  private segmentation(definition: Segmentation): SegmentationEvaluation {
    const asked: { segment: Segmentation['segments'][number]; finding: Finding }[] = [];
    for (const segment of definition.segments) {
      if (segment.when === undefined) return this.inSegment(definition, segment, asked);
      const finding = this.find(segment.when);
      asked.push({ segment, finding });
      if (finding.truth) return this.inSegment(definition, segment, asked);
    }
    throw new Error(`${definition.id} has no segment for everybody else`);
  }

  private inSegment(
    definition: Segmentation,
    { id }: Segmentation['segments'][number],
    asked: SegmentationEvaluation['asked'],
  ): SegmentationEvaluation {
    return { kind: 'segmentation', definition, outcome: 'in', segment: id, asked };
  }

  private find(condition: Condition): Finding {
    if ('all' in condition) return this.combine(condition, condition.all, allOf);
    if ('any' in condition) return this.combine(condition, condition.any, anyOf);
    if ('not' in condition)
      return this.combine(condition, [condition.not], ([truth]) => negate(truth ?? null));
    if ('age' in condition) return this.age(condition);
    if ('born' in condition) return this.born(condition);
    if ('sex' in condition) return this.sex(condition);
    if ('deprivation' in condition) return this.deprivation(condition);
    if ('registered_for' in condition) return this.registeredFor(condition);
    if ('ever' in condition) return this.count(condition, condition.ever, { from: null, to: this.today }, 1);
    if ('within' in condition)
      return this.count(condition, condition.within.codes, this.window(condition.within), 1);
    if ('since' in condition) {
      const from = toEpochDay(plainDate(condition.since.date));
      return this.count(condition, condition.since.codes, { from, to: this.today }, 1);
    }
    if ('between' in condition) {
      return this.count(condition, condition.between.codes, fixedWindow(condition.between, this.today), 1);
    }
    if ('count' in condition) {
      const { codes, at_least, on_different_days } = condition.count;
      return this.count(condition, codes, this.window(condition.count), at_least, on_different_days);
    }
    if ('first_within' in condition) return this.firstWithin(condition);
    if ('nth_within' in condition) return this.nthWithin(condition);
    if ('age_at' in condition) return this.ageAt(condition);
    if ('active' in condition) return this.active(condition);
    if ('latest_is' in condition) return this.latestIs(condition);
    if ('followed' in condition) return this.followed(condition);
    if ('near' in condition) return this.near(condition);
    if ('lives_in' in condition) return this.placed(condition, condition.lives_in, this.person.lsoa, hasArea);
    if ('registered_with' in condition)
      return this.placed(condition, condition.registered_with, this.person.practice, hasPractice);
    if ('current' in condition) return this.current(condition);
    if ('distinct_paragraphs' in condition) return this.distinctParagraphs(condition);
    if ('measured' in condition) return this.measured(condition);
    if ('sustained' in condition) return this.sustained(condition);
    if ('appointments' in condition) return this.appointments(condition);
    if ('admitted' in condition) return this.admitted(condition);
    if ('attended' in condition)
      return this.visits('hospital', condition, condition.attended, this.person.attendances);
    if ('scored' in condition) return this.scored(condition);
    if ('percentile' in condition)
      return this.stands(condition, condition.percentile, ({ percentile }) =>
        compares(percentile, condition.percentile),
      );
    if ('rank' in condition)
      return this.stands(condition, condition.rank, ({ rank }) => compares(rank, condition.rank));
    return this.otherDefinition(condition);
  }

  private window(back: LookBack): Window {
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
    const { born } = this.person;
    return within(condition, born === null ? null : this.ageIn(condition.age.unit, born), condition.age);
  }

  private ageIn(unit: BodyOf<'age'>['unit'], born: PlainDate): number {
    if (unit === 'days') return this.today - toEpochDay(born);
    return unit === 'months' ? ageInMonthsOn(this.reference, born) : ageOn(this.reference, born);
  }

  private born(condition: Extract<Condition, { born: unknown }>): Finding {
    const { born } = this.person;
    const { from, to } = condition.born;
    const day = (date: string | undefined) => (date === undefined ? undefined : toEpochDay(plainDate(date)));
    return within(condition, born === null ? null : toEpochDay(born), { from: day(from), to: day(to) });
  }

  private deprivation(condition: Extract<Condition, { deprivation: unknown }>): Finding {
    return within(condition, this.person.imdDecile, condition.deprivation);
  }

  private registeredFor(condition: Extract<Condition, { registered_for: unknown }>): Finding {
    const { from } = this.window(condition.registered_for);
    return within(condition, this.person.registeredFrom, { to: (from ?? this.today) - 1 });
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
  private count(
    condition: Condition,
    codes: readonly string[],
    window: Window,
    atLeast: number,
    onDifferentDays = false,
  ): Finding {
    const hits = this.hits(codes);
    const undated = hits.filter((hit) => hit.day === null);
    const inside = inWindow(hits, window);
    const dated = onDifferentDays ? oneADay(inside) : inside;
    // An entry without a date is on no day that could be counted.
    const countsUndated = isWholeRecord(window, this.today) && !onDifferentDays;
    const found = countsUndated ? [...dated, ...undated] : dated;
    if (found.length >= atLeast) return decided(condition, true, found, window);
    if (dated.length + undated.length >= atLeast) {
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
    return this.absentFrom(this.feed(codes), condition, window, found);
  }

  private absentFrom(feed: Feed, condition: Condition, window: Window, found: readonly Evidence[]): Finding {
    const gap = coverageGap(this.person.coverage[feed], window.from);
    return { ...decided(condition, gap === null ? false : null, found, window), unknownBecause: gap };
  }

  private ageAt(condition: Extract<Condition, { age_at: unknown }>): Finding {
    const { codes, entry, from, to } = condition.age_at;
    const { born } = this.person;
    const window: Window = { from: null, to: this.today };
    const hits = this.hits(codes);
    const undated = hits.filter((hit) => hit.day === null);
    // One without a date may be the first, and may be the latest.
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const dated = latestFirst(hits.filter((hit) => hit.day !== null && hit.day <= window.to));
    const found = entry === 'first' ? dated.at(-1) : dated[0];
    if (!found) return this.absent(condition, codes, window, []);
    if (born === null)
      return { ...decided(condition, null, [found], window), unknownBecause: 'not_recorded' };
    // Where the feed begins later, an earlier one may not have been sent.
    const gap = entry === 'first' ? coverageGap(this.person.coverage[this.feed(codes)], null) : null;
    const age = ageOn(fromEpochDay(found.day ?? 0), born);
    const truth = age >= (from ?? 0) && age <= (to ?? Number.POSITIVE_INFINITY);
    return { ...decided(condition, gap === null ? truth : null, [found], window), unknownBecause: gap };
  }

  private nthWithin(condition: Extract<Condition, { nth_within: unknown }>): Finding {
    const { codes, nth } = condition.nth_within;
    const window = this.window(condition.nth_within);
    const hits = this.hits(codes);
    const dated = latestFirst(hits.filter((hit) => hit.day !== null && hit.day <= window.to));
    const undated = hits.filter((hit) => hit.day === null);
    // Counted from the earliest; more entries, dated or not, can only make the nth earlier.
    const found = dated.at(-nth);
    if (found && window.from !== null && (found.day ?? 0) < window.from)
      return decided(condition, false, [found], window);
    if (undated.length > 0 && dated.length + undated.length >= nth)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    if (!found) return this.absent(condition, codes, { from: null, to: window.to }, dated);
    const gap = coverageGap(this.person.coverage[this.feed(codes)], null);
    return { ...decided(condition, gap === null ? true : null, [found], window), unknownBecause: gap };
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
    const gap = coverageGap(this.person.coverage[this.feed(codes)], null);
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

  private latestIs(condition: Extract<Condition, { latest_is: unknown }>): Finding {
    const { codes, of, if_none } = condition.latest_is;
    const window = this.window(condition.latest_is);
    const [these, others] = [this.hits(codes), this.hits(of)];
    const undated = [...these, ...others].filter((hit) => hit.day === null);
    // An undated entry may be the latest of all.
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const ours = latestDay(inWindow(these, window));
    const theirs = latestDay(inWindow(others, window));
    if (ours === null && theirs === null) {
      const absent = this.absent(condition, [...codes, ...of], window, []);
      if (if_none === undefined) return absent;
      return { ...absent, truth: null, unknownBecause: absent.unknownBecause ?? 'not_recorded' };
    }
    const isOurs = ours !== null && (theirs === null || ours >= theirs);
    const latest = (isOurs ? these : others).filter(({ day }) => day === (isOurs ? ours : theirs));
    return decided(condition, isOurs, latest, window);
  }

  private followed(condition: Extract<Condition, { followed: unknown }>): Finding {
    const { codes, by } = condition.followed;
    const window = { from: null, to: this.today };
    const [firsts, seconds] = [this.hits(codes), this.hits(by)];
    const undated = [...firsts, ...seconds].filter((hit) => hit.day === null);
    const latest = latestDay(inWindow(firsts, window));
    const follower = latestDay(inWindow(seconds, window));
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    if (latest === null) return this.absent(condition, codes, window, []);
    const both = [
      ...firsts.filter(({ day }) => day === latest),
      ...seconds.filter(({ day }) => day === follower),
    ];
    if (follower !== null && follower >= latest) return decided(condition, true, both, window);
    return this.absent(condition, by, { from: latest, to: this.today }, both);
  }

  private near(condition: Extract<Condition, { near: unknown }>): Finding {
    const { codes, to, from_days, to_days } = condition.near;
    const window = this.window(condition.near);
    const otherWithin = otherWindow(window, this.today, condition.near);
    const [ones, others] = [this.hits(codes), this.hits(to)];
    const [here, there] = [inWindow(ones, window), inWindow(others, otherWithin)];
    const pairs = here.flatMap((one) =>
      there
        .filter((other) => isBetween((one.day ?? 0) - (other.day ?? 0), from_days, to_days))
        .map((other) => [one, other]),
    );
    if (pairs.length > 0) return decided(condition, true, [...new Set(pairs.flat())], window);
    const undated = [...ones, ...others].filter(({ day }) => day === null);
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const gap = coverageGap(this.person.coverage[this.feed(codes)], window.from);
    const otherGap = coverageGap(this.person.coverage[this.feed(to)], otherWithin.from);
    // Where one side is known to be empty, there is no pair, whatever of the other was not sent.
    const none = (gap === null && here.length === 0) || (otherGap === null && there.length === 0);
    const because = none ? null : (gap ?? otherGap);
    const found = [...here, ...there];
    return { ...decided(condition, because === null ? false : null, found, window), unknownBecause: because };
  }

  private placed(
    condition: Condition,
    codes: readonly string[],
    place: string | null,
    has: typeof hasArea,
  ): Finding {
    if (place === null) return plain(condition, null, 'not_recorded');
    return plain(
      condition,
      this.lists(codes).some((list) => has(list, place)),
      null,
    );
  }

  private current(condition: Extract<Condition, { current: unknown }>): Finding {
    const { codes } = condition.current;
    const window = courseWindow(this.today, condition.current);
    const hits = this.hits(codes);
    const found = inWindow(hits, window).filter((hit) => lastsUntil(hit, condition.current) > this.today);
    if (found.length > 0) return decided(condition, true, found, window);
    const undated = hits.filter((hit) => hit.day === null);
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    return this.absent(condition, codes, window, []);
  }

  private distinctParagraphs(condition: Extract<Condition, { distinct_paragraphs: unknown }>): Finding {
    const { codes, at_least, current } = condition.distinct_paragraphs;
    const window = current ? courseWindow(this.today, current) : this.window(condition.distinct_paragraphs);
    const hits = this.hits(codes).filter(
      (hit): hit is RecordedMedicine & { bnf: string } =>
        'bnf' in hit &&
        hit.bnf !== null &&
        (current === undefined || hit.day === null || lastsUntil(hit, current) > this.today),
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
    const { codes, take, last, on_different_days } = condition.measured;
    const window = this.window(condition.measured);
    const usable = this.measurements(codes);
    const undated = usable.filter((hit) => hit.day === null);
    // An undated value may be the latest of all.
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const latest = latestValues(on_different_days ? oneResultADay(usable) : usable, window, last);
    if (latest.length < last) return this.absent(condition, codes, window, latest);
    const value = taken(
      take,
      latest.map((hit) => hit.usable ?? 0),
    );
    return decided(condition, compares(value, condition.measured), latest, window);
  }

  private sustained(condition: Extract<Condition, { sustained: unknown }>): Finding {
    const { codes, for_days } = condition.sustained;
    const window = this.window(condition.sustained);
    const usable = this.measurements(codes);
    const undated = usable.filter((hit) => hit.day === null);
    if (undated.length > 0)
      return { ...decided(condition, null, undated, window), unknownBecause: 'undated' };
    const latest = latestValues(usable, window, MOST_RESULTS);
    const failing = latest.findIndex((hit) => !compares(hit.usable ?? 0, condition.sustained));
    const run = failing === -1 ? latest : latest.slice(0, failing);
    const spans = (run[0]?.day ?? 0) - (run.at(-1)?.day ?? 0);
    if (run.length > 0 && spans >= for_days) return decided(condition, true, run, window);
    if (failing !== -1) return decided(condition, false, latest.slice(0, failing + 1), window);
    return this.absent(condition, codes, window, run);
  }

  private appointments(condition: Extract<Condition, { appointments: unknown }>): Finding {
    const lists = this.lists(condition.appointments.status);
    const meant = this.person.appointments.filter((each) => lists.some((list) => hasWord(list, each.status)));
    return this.visits('appointments', condition, condition.appointments, meant);
  }

  private admitted(condition: Extract<Condition, { admitted: unknown }>): Finding {
    const { method, diagnoses } = condition.admitted;
    const lists = this.lists(diagnoses ?? []);
    const meant = this.person.admissions.filter(
      (each) =>
        (method === undefined || each.method === method) &&
        (diagnoses === undefined ||
          each.diagnoses.some((code) => lists.some((list) => hasDiagnosis(list, code)))),
    );
    return this.visits('hospital', condition, condition.admitted, meant);
  }

  /** At least so many visits, all of which have a day. */
  private visits(
    feed: Feed,
    condition: Condition,
    asked: LookBack & { readonly at_least: number },
    meant: readonly (RecordedAppointment | RecordedAdmission | RecordedAttendance)[],
  ): Finding {
    const window = this.window(asked);
    const found = inWindow(meant, window);
    if (found.length >= asked.at_least) return decided(condition, true, found, window);
    return this.absentFrom(feed, condition, window, found);
  }

  private otherDefinition(condition: Extract<Condition, { definition: unknown }>): Finding {
    const { id, band } = partsOfReference(condition.definition);
    const other = this.answer(id);
    const parts = partsOf(other).map(withoutInnerReasons);
    const because = parts.find(({ truth }) => truth === null)?.unknownBecause ?? null;
    if (other.outcome === 'unknown') return { ...plain(condition, null, because), parts };
    const truth = other.outcome === 'in' && (band === null || bandIn(other) === band);
    return { ...plain(condition, truth, null), parts };
  }

  private scored(condition: Extract<Condition, { scored: unknown }>): Finding {
    const other = this.answer(condition.scored.definition);
    const parts = partsOf(other).map(withoutInnerReasons);
    const because = parts.find(({ truth }) => truth === null)?.unknownBecause ?? 'not_recorded';
    if (other.outcome === 'unknown') return { ...plain(condition, null, because), parts };
    const { steps, places } =
      other.kind === 'score' || other.kind === 'calculation' ? other : { steps: null, places: 0 };
    const truth = steps !== null && compares(steps / 10 ** places, condition.scored);
    return { ...plain(condition, truth, null), parts };
  }

  /** Whether somebody stands so among others. Whom the score does not apply to, and who is not one of those, does not. */
  private stands(
    condition: Condition,
    comparison: Comparison,
    wanted: (standing: Standing) => boolean,
  ): Finding {
    const scored = this.answer(comparison.of);
    const among =
      comparison.among === undefined ? null : this.otherDefinition({ definition: comparison.among });
    const { steps, places } =
      scored.kind === 'score' || scored.kind === 'calculation' ? scored : { steps: null, places: 0 };
    const others = this.population(comparison);
    const standing = steps === null || others === null ? null : standingOf(others, steps);
    const truth = allOf([
      scored.outcome === 'unknown' ? null : scored.outcome === 'in',
      among === null ? true : among.truth,
      standing === null ? null : wanted(standing),
    ]);
    const parts = [...partsOf(scored), ...(among === null ? [] : [among])].map(withoutInnerReasons);
    const because = parts.find((part) => part.truth === null)?.unknownBecause ?? 'not_recorded';
    const known = scored.outcome !== 'unknown' && among?.truth !== null;
    const found = {
      ...plain(condition, truth, truth !== null ? null : known ? 'others_not_known' : because),
      parts,
    };
    if (standing === null || steps === null || others === null || among?.truth === false) return found;
    const reach = truth === false ? valueToReach(others, steps, wanted) : null;
    return {
      ...found,
      standing: {
        ...standing,
        comparison,
        value: fromSteps(steps, places),
        reach: reach === null ? null : fromSteps(reach, places),
      },
    };
  }

  private hits(codes: readonly string[]): Evidence[] {
    const lists = this.lists(codes);
    return [...this.eventsOf(lists), ...this.medicinesOf(lists)];
  }

  /** Values of the given lists in each list's own first unit; where lists overlap, the first that can use a value does. */
  private measurements(codes: readonly string[]): Evidence[] {
    const lists = this.lists(codes);
    return this.eventsOf(lists).flatMap((event) => {
      for (const list of lists) {
        if (!hasConcept(list, event.system, event.concept)) continue;
        const usable = usableValue(list, event.value, event.unit);
        if (usable !== null) return [{ ...event, usable }];
      }
      return [];
    });
  }

  private lists(codes: readonly string[]): readonly Codelist[] {
    const ofLibrary = listsOf.get(this.library) ?? new WeakMap();
    listsOf.set(this.library, ofLibrary);
    const known = ofLibrary.get(codes);
    if (known) return known;
    const lists = codes.flatMap((id) => this.library.codelists.get(id) ?? []);
    ofLibrary.set(codes, lists);
    return lists;
  }

  private feed(codes: readonly string[]): Feed {
    return this.lists(codes).some((list) => entryFeed(list.kind) === 'medicines') ? 'medicines' : 'events';
  }
}

function isBetween(number: number, from: number, to: number): boolean {
  return number >= from && number <= to;
}

/** What another definition's answer rests on, without going through all of it again. */
function partsOf(evaluation: Evaluation): Finding[] {
  switch (evaluation.kind) {
    case 'register':
      return [evaluation.rule];
    case 'score':
      return [
        evaluation.applies,
        ...evaluation.terms.map(({ finding }) => finding).filter(({ truth }) => truth !== false),
      ];
    case 'calculation':
      return [
        ...(evaluation.applies === null ? [] : [evaluation.applies]),
        ...evaluation.inputs.flatMap(({ parts }) => parts).filter(({ truth }) => truth !== false),
      ];
    case 'segmentation':
      return evaluation.asked.map(({ finding }) => finding).slice(-1);
  }
}

/**
 * Of the definitions that a named one names itself only the answer is kept, not the reasons. Searches that leave out
 * whom the ones before have found would else repeat those again and again.
 */
function withoutInnerReasons(finding: Finding): Finding {
  const parts = 'definition' in finding.condition ? [] : finding.parts.map(withoutInnerReasons);
  return { ...finding, parts };
}

/** The band of a score or the segment that somebody is in; null where there is none. */
export function bandIn(evaluation: Evaluation): string | null {
  if (evaluation.kind === 'score' || evaluation.kind === 'calculation') return evaluation.band;
  return evaluation.kind === 'segmentation' ? evaluation.segment : null;
}

/** A fact of the person in a range; unknown where it is not recorded. */
function within(
  condition: Condition,
  value: number | null,
  { from, to }: { from?: number | undefined; to?: number | undefined },
): Finding {
  if (value === null) return plain(condition, null, 'not_recorded');
  return plain(
    condition,
    value >= (from ?? Number.NEGATIVE_INFINITY) && value <= (to ?? Number.POSITIVE_INFINITY),
    null,
  );
}

export type { Definition };
