import type { Amount, InputSource, Reading } from '../language/calculation.ts';
import type { Library } from '../language/library.ts';
import type { ModelInput } from '../models/model.ts';
import { scoreOf } from '../models/score-of.ts';
import { type InputFinding, stepsOfValue } from './calculation-inputs.ts';
import { fromSteps } from './exact.ts';
import { type ExplainedCondition, explainFinding, type Hidden, shownEvidence } from './explain-finding.ts';
import { bandOf, type CalculationEvaluation } from './reference-evaluator.ts';
import { askedInWords, namedInWords, someBack, UNKNOWN_BECAUSE } from './words.ts';

// A calculation in words: what each input is and where it was read, what is missing, what is only assumed, and what would
// put somebody into another band.

/** Each input of a calculation with what it is and where that was read; first why the model is not for somebody. */
export function explainInputs(
  library: Library,
  evaluation: CalculationEvaluation,
  hidden: Hidden,
): ExplainedCondition[] {
  const { scored, inputs } = evaluation;
  const barred: ExplainedCondition[] =
    scored.outcome === 'out' && scored.reason !== null
      ? [{ asked: scored.reason, truth: false, found: '', evidence: [], more: 0, parts: [] }]
      : [];
  const others = scored.assumed.map(({ as }) => ({
    asked: 'Nothing in the record says otherwise',
    truth: null,
    found: '',
    evidence: [],
    more: 0,
    answer: { text: as, assumed: true },
    parts: [],
  }));
  return [...barred, ...inputs.map((each) => explainInput(library, each, evaluation, hidden)), ...others];
}

function explainInput(
  library: Library,
  found: InputFinding,
  evaluation: CalculationEvaluation,
  hidden: Hidden,
): ExplainedCondition {
  const { input, source, answer, assumed, parts } = found;
  const asked = source === null || parts.length > 0 ? null : sourceInWords(library, source);
  const missing = answer === null ? missingInWords(found) : '';
  const needed = answer !== null || evaluation.scored.missing.includes(input.id);
  return {
    asked: [input.title, asked].filter((part) => part).join(': '),
    truth: answer === null ? (needed ? null : false) : answer !== 0,
    found: assumed === null ? missing : `Taken to be so: ${assumed}`,
    ...(parts.length > 0 ? { evidence: [], more: 0 } : shownEvidence(found.evidence, hidden)),
    ...(needed
      ? answer === null
        ? {}
        : { answer: { text: answerInWords(input, answer), assumed: assumed !== null } }
      : { answer: { text: 'Not needed', assumed: false } }),
    parts: [
      ...parts.map((part) => explainFinding(library, part, hidden)),
      ...pointsOf(found, evaluation, hidden),
    ],
  };
}

/** What each code adds, but for those of stays that this reader may not see. */
function pointsOf(
  { answer, evidence }: InputFinding,
  { scored }: CalculationEvaluation,
  hidden: Hidden,
): ExplainedCondition[] {
  if (!Array.isArray(answer) || evidence.some((entry) => hidden.row(entry))) return [];
  return scored.contributions
    .filter(({ id }) => answer.includes(id))
    .map(({ title, added }) => ({
      asked: title,
      truth: true,
      found: '',
      evidence: [],
      more: 0,
      weight: String(added),
      parts: [],
    }));
}

function answerInWords(input: ModelInput, answer: number | string | readonly string[]): string {
  if (typeof answer === 'string')
    return input.kind === 'choice'
      ? (input.choices.find(({ code }) => code === answer)?.title ?? answer)
      : answer;
  if (typeof answer !== 'number')
    return `${answer.length} different ${answer.length === 1 ? 'code' : 'codes'}`;
  if (input.kind === 'yes_no') return answer === 0 ? 'No' : 'Yes';
  const unit = input.kind === 'number' && /^[a-zA-Z/%0-9]{1,9}$/.test(input.unit) ? ` ${input.unit}` : '';
  return `${Number(answer.toFixed(2))}${unit === ' ratio' || unit === ' score' ? '' : unit}`;
}

function missingInWords({ unknownBecause, source }: InputFinding): string {
  if (source === null) return 'nothing in the record tells';
  if (unknownBecause === 'none' || unknownBecause === null) return 'missing: nothing is recorded';
  if (unknownBecause === 'implausible') return 'missing: what is recorded is beyond what the model takes';
  return `missing: ${UNKNOWN_BECAUSE[unknownBecause]}`;
}

/** Where an input comes from: "Systolic blood pressure, the latest result in the last 5 years". */
export function sourceInWords(library: Library, source: InputSource): string | null {
  const { when, choose, by_tenth, value, ratio, number_of, diagnoses, ...stays } = source;
  if (when) return askedInWords(library, when);
  if (choose) return 'the first that is true';
  if (by_tenth) return 'what is typical of the tenth of deprivation that the home is in';
  if (value) return readingInWords(library, value);
  if (ratio) return `${readingInWords(library, ratio.of)}, divided by ${readingInWords(library, ratio.to)}`;
  if (number_of) return amountInWords(library, number_of);
  if (diagnoses) return `of stays that began${someBack(diagnoses) || ' at any time'}`;
  const { last_stay, stays_before_last, ended_before_last } = stays;
  if (last_stay) return `whether the last stay in hospital was ${METHOD[last_stay.method]}`;
  if (stays_before_last)
    return `stays that began in the ${stays_before_last.days} days before the last one, ${METHOD[stays_before_last.method]}`;
  if (ended_before_last)
    return `whether a stay, ${METHOD[ended_before_last.method]}, ended in the ${ended_before_last.days} days before the last one began`;
  return null;
}

const METHOD = {
  emergency: 'an emergency',
  elective: 'planned',
  maternity: 'for maternity',
  other: 'of another kind',
} as const;

const TAKE: Record<Reading['take'], string> = {
  latest: 'latest result',
  highest_of_last: 'highest',
  lowest_of_last: 'lowest',
  mean_of_last: 'mean',
  deviation_of_last: 'standard deviation',
};

function readingInWords(library: Library, reading: Reading): string {
  const of =
    reading.take === 'latest'
      ? ''
      : ` of the last ${reading.last} results${reading.on_different_days ? ' of different days' : ''}`;
  return `${namedInWords(library, reading.codes)}, ${TAKE[reading.take]}${of}${someBack(reading)}`;
}

function amountInWords(library: Library, { entries, appointments, admitted, attended }: Amount): string {
  if (entries) return `entries of ${namedInWords(library, entries.codes)}${someBack(entries)}`;
  if (appointments) return `${namedInWords(library, appointments.status)}${someBack(appointments)}`;
  if (admitted)
    return `${admitted.method ?? ''} admissions that began${someBack(admitted) || ' at any time'}`.trim();
  return `attendances of an emergency department${someBack(attended ?? {})}`;
}

/**
 * What the answer hangs on: for somebody of whom it is unknown what is missing; else the single inputs with which the same
 * formula would give another band, and from what value on. It says how the formula works, and is no forecast.
 */
export function calculationChanges(
  library: Library,
  evaluation: CalculationEvaluation,
  hidden: Hidden,
): string[] {
  const { outcome, inputs, scored } = evaluation;
  if (outcome === 'unknown')
    return inputs
      .filter(({ input }) => scored.missing.includes(input.id))
      .map((each) => `${each.input.title}: ${missingInWords(each)}`);
  if (outcome === 'out') return [];
  return inputs
    .filter(({ evidence }) => !evidence.some((entry) => hidden.row(entry)))
    .flatMap((each) => otherBand(library, evaluation, each) ?? []);
}

/** How many values of a number are tried on each side, and how far from it they go, as a share of it. */
const TRIED = 80;
const NEAR = 0.25;

function otherBand(
  library: Library,
  evaluation: CalculationEvaluation,
  { input, source, answer, assumed }: InputFinding,
): string | null {
  const model = library.modelOf(evaluation.definition);
  const answers = new Map(
    evaluation.inputs.flatMap((each) =>
      each.answer === null ? [] : [[each.input.id, each.answer] as const],
    ),
  );
  const steps = (value: number | string) => {
    const { value: scored } = scoreOf(model, new Map([...answers, [input.id, value]]));
    return scored === null ? null : stepsOfValue(scored, evaluation.places);
  };
  const gives = (value: number | string): string | null => {
    const found = steps(value);
    if (found === null) return null;
    const band = bandOf(evaluation.definition, found, evaluation.places);
    if (band === null || band === evaluation.band) return null;
    const title = evaluation.definition.bands.find(({ id }) => id === band)?.title ?? band;
    return `it would be ${fromSteps(found, evaluation.places)}, ${title}`;
  };
  if (input.kind === 'yes_no' && typeof answer === 'number') {
    // Of all the illnesses that somebody does not have it need not be said what they would do.
    if (answer === 0 && assumed === null) return null;
    const would = gives(answer === 0 ? 1 : 0);
    return would === null ? null : `${input.title}, if that were ${answer === 0 ? 'so' : 'not so'}: ${would}`;
  }
  if (input.kind !== 'number' || typeof answer !== 'number' || !(source?.value || source?.ratio)) return null;
  if (source.value && source.value.take !== 'latest') return null;
  const near = [Math.max(input.from, answer * (1 - NEAR)), Math.min(input.to, answer * (1 + NEAR))];
  const nearest = near.flatMap((end) => {
    for (let tried = 1; tried <= TRIED; tried++) {
      const value = Number((answer + ((end - answer) * tried) / TRIED).toFixed(1));
      const would = gives(value);
      if (would !== null) return [{ value, would, far: Math.abs(value - answer) }];
    }
    return [];
  });
  const [first] = nearest.sort((a, b) => a.far - b.far);
  if (!first) return null;
  const is = Number(answer.toFixed(1));
  return `${input.title}, at ${first.value} and not ${is}: ${first.would}`;
}
