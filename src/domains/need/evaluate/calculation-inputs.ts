import { ageOn, type PlainDate, toEpochDay } from '../../../kernel/index.ts';
import {
  type Amount,
  type Calculation,
  countedIn,
  type InputSource,
  type Reading,
} from '../language/calculation.ts';
import type { Codelist } from '../language/codelist.ts';
import type { Condition } from '../language/definition.ts';
import { restsOnNothing } from '../language/library.ts';
import { lookBackWindow, type Window } from '../language/windows.ts';
import { readCell } from '../models/cells.ts';
import type { ModelInput } from '../models/model.ts';
import type { Model } from '../models/prepare-model.ts';
import {
  coverageGap,
  type Evidence,
  type Finding,
  inWindow,
  latestFirst,
  latestValues,
  oneResultADay,
} from './finding.ts';
import type { Feed, PersonRecord } from './person-record.ts';

// Where the inputs of a calculation come from, for one person: each with what decided it, or why it is not known.

/** What the record says of one input of a calculation. */
export interface InputFinding {
  readonly input: ModelInput;
  readonly source: InputSource | null;
  /** A number (yes and no are 1 and 0), a choice, or ICD-10 codes; null where it is not known. */
  readonly answer: number | string | readonly string[] | null;
  /** Why it is taken to be so although the record does not say. */
  readonly assumed: string | null;
  /** The rows that it was read from, the latest first. */
  readonly evidence: readonly Evidence[];
  readonly window: Window | null;
  /** `none`: nothing is recorded, though it would have been sent. `implausible`: beyond what the model takes. */
  readonly unknownBecause: Finding['unknownBecause'] | 'none' | 'implausible';
  readonly parts: readonly Finding[];
}

/** What the record is asked with. */
export interface Asked {
  readonly codelists: ReadonlyMap<string, Codelist>;
  readonly person: PersonRecord;
  readonly reference: PlainDate;
  find(condition: Condition): Finding;
  measurements(codes: readonly string[]): readonly Evidence[];
  hits(codes: readonly string[]): readonly Evidence[];
  feed(codes: readonly string[]): Feed;
}

type Read = Pick<InputFinding, 'answer' | 'evidence' | 'window' | 'unknownBecause' | 'parts'> & {
  readonly assumed?: string | null;
};

const NOTHING: Read = { answer: null, evidence: [], window: null, unknownBecause: 'none', parts: [] };

/** All inputs of a calculation's model, in the order of the model. */
export function calculationInputs(definition: Calculation, model: Model, asked: Asked): InputFinding[] {
  return model.content.inputs.map((input) => {
    const source = definition.inputs[input.id] ?? null;
    const can = source !== null && !restsOnNothing(asked.codelists, source);
    const { assumed = null, ...read } = plausible(input, can ? readSource(source, asked) : NOTHING);
    const taken = source?.if_missing ?? asModelSays(input);
    if (read.answer !== null || taken === null) return { input, source, ...read, assumed };
    return { input, source, ...read, answer: readCell(input, taken.is), assumed: taken.because };
  });
}

function asModelSays({ if_missing }: ModelInput) {
  if (if_missing === undefined) return null;
  return { is: if_missing, because: `the model takes ${if_missing} where nothing else is known` };
}

/** A number beyond what the model takes is as good as none: a slip of the pen or of the unit. */
function plausible(input: ModelInput, read: Read): Read {
  if (input.kind !== 'number' || typeof read.answer !== 'number') return read;
  if (read.answer >= input.from && read.answer <= input.to) return read;
  return { ...read, answer: null, unknownBecause: 'implausible' };
}

function readSource(source: InputSource, asked: Asked): Read {
  const { person, reference } = asked;
  if (source.age) {
    if (person.born === null) return { ...NOTHING, unknownBecause: 'not_recorded' };
    return { ...NOTHING, answer: ageOn(reference, person.born), unknownBecause: null };
  }
  if (source.sex) {
    const answer = person.sex === 'female' || person.sex === 'male' ? person.sex : null;
    return { ...NOTHING, answer, unknownBecause: answer === null ? 'not_recorded' : null };
  }
  if (source.when) {
    const finding = asked.find(source.when);
    return ofFinding(finding, finding.truth === null ? null : finding.truth ? 1 : 0);
  }
  if (source.choose) return chosen(source.choose, asked);
  if (source.by_tenth) {
    const { typical, because } = source.by_tenth;
    const answer = person.imdDecile === null ? null : (typical[person.imdDecile - 1] ?? null);
    if (answer === null) return { ...NOTHING, unknownBecause: 'not_recorded' };
    return { ...NOTHING, answer, unknownBecause: null, assumed: because };
  }
  if (source.value) return readingOf(source.value, asked);
  if (source.ratio) return ratioOf(source.ratio, asked);
  if (source.number_of) return amountOf(source.number_of, asked);
  if (source.diagnoses) return diagnosesOf(lookBackWindow(reference, source.diagnoses), asked);
  return staysOf(source, asked);
}

function ofFinding(finding: Finding, answer: number | string | null): Read {
  return {
    answer,
    evidence: finding.evidence,
    window: finding.window,
    unknownBecause: answer === null ? finding.unknownBecause : null,
    parts: [finding],
  };
}

/** The first that is true. One that is unknown may be the one: then nothing after it can be told. */
function chosen(choices: NonNullable<InputSource['choose']>, asked: Asked): Read {
  for (const { is, when, because } of choices) {
    const finding = asked.find(when);
    if (finding.truth === null) return ofFinding(finding, null);
    if (finding.truth) return { ...ofFinding(finding, is), assumed: because ?? null };
  }
  return NOTHING;
}

/** Of the latest few, or of as many as there are; how far they are spread takes two. */
function readingOf(reading: Reading, asked: Asked): Read {
  const window = lookBackWindow(asked.reference, reading);
  const usable = asked.measurements(reading.codes);
  const undated = usable.filter(({ day }) => day === null);
  if (undated.length > 0) return { ...NOTHING, evidence: undated, window, unknownBecause: 'undated' };
  const counted = reading.on_different_days ? oneResultADay(usable) : usable;
  const latest = latestValues(counted, window, reading.last);
  const least = reading.take === 'deviation_of_last' ? 2 : 1;
  if (latest.length < least) {
    const gap = coverageGap(asked.person.coverage.events, window.from);
    return { ...NOTHING, evidence: latest, window, unknownBecause: gap ?? 'none' };
  }
  const values = latest.map(({ usable: value }) => value ?? 0);
  return { answer: TAKE[reading.take](values), evidence: latest, window, unknownBecause: null, parts: [] };
}

const TAKE: Record<Reading['take'], (values: readonly number[]) => number> = {
  latest: ([first = 0]) => first,
  highest_of_last: (values) => Math.max(...values),
  lowest_of_last: (values) => Math.min(...values),
  mean_of_last: mean,
  deviation_of_last: (values) => {
    const middle = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    return Math.sqrt(squares / (values.length - 1));
  },
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratioOf({ of, to }: NonNullable<InputSource['ratio']>, asked: Asked): Read {
  const [above, below] = [readingOf(of, asked), readingOf(to, asked)];
  const evidence = [...above.evidence, ...below.evidence];
  const missing = [above, below].find(({ answer }) => answer === null);
  if (missing) return { ...missing, evidence };
  const answer = Number(above.answer) / Number(below.answer);
  if (!Number.isFinite(answer)) return { ...below, answer: null, evidence, unknownBecause: 'implausible' };
  return { ...above, answer, evidence };
}

function amountOf(amount: Amount, asked: Asked): Read {
  const finding = asked.find(countedIn(amount));
  const window = finding.window ?? { from: null, to: toEpochDay(asked.reference) };
  if (amount.entries) {
    const undated = asked.hits(amount.entries.codes).filter(({ day }) => day === null);
    // Of all of the record it is one more; of a part of it, it may be or not.
    if (undated.length > 0 && window.from !== null)
      return { ...NOTHING, evidence: undated, window, unknownBecause: 'undated' };
  }
  const feed = amount.entries
    ? asked.feed(amount.entries.codes)
    : amount.appointments
      ? 'appointments'
      : 'hospital';
  const gap = coverageGap(asked.person.coverage[feed], window.from);
  if (gap !== null) return { ...NOTHING, evidence: finding.evidence, window, unknownBecause: gap };
  const found = finding.truth === true ? finding.evidence : [];
  return { ...NOTHING, answer: found.length, evidence: found, window, unknownBecause: null };
}

function diagnosesOf(window: Window, { person }: Asked): Read {
  const stays = latestFirst(inWindow(person.admissions, window));
  const gap = coverageGap(person.coverage.hospital, window.from);
  if (gap !== null) return { ...NOTHING, evidence: stays, window, unknownBecause: gap };
  const codes = new Set(stays.flatMap(({ diagnoses }) => diagnoses.map((code) => code.slice(0, 3))));
  return { ...NOTHING, answer: [...codes].sort(), evidence: stays, window, unknownBecause: null };
}

/** About the stay that began last, and about those before it. */
function staysOf({ last_stay, stays_before_last, ended_before_last }: InputSource, asked: Asked): Read {
  const { person, reference } = asked;
  const begun = person.admissions.filter(({ day }) => day <= toEpochDay(reference));
  const last = Math.max(...begun.map(({ day }) => day));
  const covered = (from: number | null) => coverageGap(person.coverage.hospital, from);
  if (begun.length === 0) return { ...NOTHING, unknownBecause: covered(null) ?? 'none' };
  const known = (answer: number, evidence: readonly Evidence[]): Read => ({
    ...NOTHING,
    answer,
    evidence: latestFirst(evidence),
    unknownBecause: null,
  });
  if (last_stay) {
    const those = begun.filter(({ day }) => day === last);
    return known(those.some(({ method }) => method === last_stay.method) ? 1 : 0, those);
  }
  const before = stays_before_last ?? ended_before_last;
  if (!before) return NOTHING;
  const window = { from: last - before.days + 1, to: last };
  const gap = covered(window.from);
  if (gap !== null) return { ...NOTHING, window, unknownBecause: gap };
  const earlier = begun.filter(({ day, method }) => method === before.method && day < last);
  const isIn = (day: number | null) => day !== null && day >= window.from && day <= window.to;
  const found = earlier.filter(({ day, dischargeDay }) => isIn(stays_before_last ? day : dischargeDay));
  return { ...known(stays_before_last ? found.length : found.length > 0 ? 1 : 0, found), window };
}

/** What no column holds is not worked out. */
const MOST_STEPS = 2_000_000_000;

/** A value as it is shown, in steps of its last place, half rounded up; null where it is beyond all measure. */
export function stepsOfValue(value: number, places: number): number | null {
  const steps = Math.floor(value * 10 ** places + 0.5);
  return Math.abs(steps) <= MOST_STEPS ? steps : null;
}

export { MOST_STEPS };
