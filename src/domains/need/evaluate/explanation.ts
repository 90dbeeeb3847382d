import { fromEpochDay } from '../../../kernel/index.ts';
import type { Library } from '../language/library.ts';
import { fromSteps } from './exact.ts';
import type { Evaluation, Evidence, Finding, Outcome } from './reference-evaluator.ts';
import { changeInWords, changesFor } from './what-would-change.ts';
import { askedInWords, foundInWords } from './words.ts';

/** Most conditions are decided by one row; a count by a few. More than this is a pattern, not evidence. */
const ROWS_SHOWN = 6;

/** One row that decided something, as it is shown, printed and frozen into work. */
export interface ExplainedEntry {
  readonly what: string;
  readonly date: string | null;
  readonly value: number | null;
  readonly unit: string | null;
  /** Who recorded it, by code; null where the person's practices may not be shown. */
  readonly practice: string | null;
  readonly row: string;
}

/** A condition, its answer and what decided it. `truth` null is unknown. */
export interface ExplainedCondition {
  readonly asked: string;
  readonly truth: boolean | null;
  readonly found: string;
  readonly evidence: readonly ExplainedEntry[];
  /** Rows beyond those shown. */
  readonly more: number;
  /** For a term of a score: what it adds. */
  readonly weight?: string;
  readonly parts: readonly ExplainedCondition[];
}

/** Why a definition says what it says of one person: the shape of `explain --json`, of pages and of frozen evidence. */
export interface Explanation {
  readonly definition: string;
  readonly version: string;
  readonly contentHash: string;
  readonly outcome: Outcome;
  readonly value?: string;
  readonly band?: string | null;
  readonly because: readonly ExplainedCondition[];
  /**
   * What the answer hangs on: the fewest things that would have to be otherwise for somebody outside to be in, or for
   * somebody inside to be out. Empty where nothing would do it.
   */
  readonly wouldChange: readonly string[];
}

/** What a reader may not see of the rows behind an evaluation. */
export interface Hidden {
  /** Whether a row may not be shown at all. */
  row(entry: Evidence): boolean;
  /** Whether the practices that recorded them are kept back: the record is marked sensitive. */
  readonly practices: boolean;
}

/** Puts an evaluation into words, without what may not be shown to who is reading. */
export function explain(library: Library, evaluation: Evaluation, hidden: Hidden): Explanation {
  const { definition, outcome } = evaluation;
  const about = {
    wouldChange: wouldChange(library, evaluation, hidden),
    definition: definition.id,
    version: definition.version,
    contentHash: library.contentHash(definition.id),
    outcome,
  };
  const explained = (finding: Finding) => explainFinding(library, finding, hidden);
  if (evaluation.kind === 'segmentation') {
    const because = evaluation.asked.map(({ segment, finding }) =>
      named(segment.title, finding, [explained(finding)]),
    );
    return { ...about, band: evaluation.segment, because };
  }
  if (evaluation.kind === 'register') return { ...about, because: [explained(evaluation.rule)] };
  const terms = evaluation.terms.map(({ term, finding }) => ({
    ...named(term.title, finding, [explained(finding)]),
    weight: term.weight,
  }));
  const value = evaluation.steps === null ? null : fromSteps(evaluation.steps, evaluation.places);
  return {
    ...about,
    ...(value === null ? {} : { value, band: evaluation.band }),
    because: evaluation.applies.truth === true ? terms : [explained(evaluation.applies)],
  };
}

/** Of a score it is asked whether it applies; a segment hangs on many things at once, and nothing is said of it. */
function wouldChange(library: Library, evaluation: Evaluation, hidden: Hidden): string[] {
  if (evaluation.kind === 'segmentation') return [];
  const finding = evaluation.kind === 'register' ? evaluation.rule : evaluation.applies;
  if (evaluation.kind === 'score' && finding.truth === true) return [];
  // For somebody inside to be out; for everybody else, whose answer may be unknown, to be in.
  const changes = changesFor(finding, finding.truth !== true) ?? [];
  return changes.map((change) =>
    changeInWords(library, change, !change.finding.evidence.some((entry) => hidden.row(entry))),
  );
}

/** A term or a segment: a condition that has a name of its own. */
function named(title: string, { truth }: Finding, parts: readonly ExplainedCondition[]): ExplainedCondition {
  return { asked: title, truth, found: '', evidence: [], more: 0, parts };
}

function explainFinding(library: Library, finding: Finding, hidden: Hidden): ExplainedCondition {
  const evidence = finding.evidence.filter((entry) => !hidden.row(entry));
  return {
    asked: askedInWords(library, finding.condition),
    truth: finding.truth,
    found: foundInWords(finding),
    evidence: evidence.slice(0, ROWS_SHOWN).map((entry) => explainEntry(entry, hidden.practices)),
    more: Math.max(0, evidence.length - ROWS_SHOWN),
    parts: finding.parts.map((part) => explainFinding(library, part, hidden)),
  };
}

function explainEntry(entry: Evidence, withoutPractice: boolean): ExplainedEntry {
  return {
    what: whatIs(entry),
    date: entry.day === null ? null : fromEpochDay(entry.day),
    value: 'value' in entry ? entry.value : null,
    unit: 'unit' in entry ? entry.unit : null,
    practice: withoutPractice ? null : entry.org,
    row: entry.row,
  };
}

function whatIs(entry: Evidence): string {
  if ('status' in entry) return entry.status === null ? 'Appointment' : `Appointment: ${entry.status}`;
  if ('method' in entry) return `${STAY[entry.method]}${diagnosedInWords(entry.diagnoses)}`;
  if ('department' in entry)
    return `Attendance of an emergency department${diagnosedInWords(entry.diagnoses)}`;
  return entry.display ?? ('bnf' in entry ? (entry.bnf ?? 'Medicine') : entry.concept);
}

const STAY = {
  emergency: 'Emergency admission',
  elective: 'Planned admission',
  maternity: 'Maternity admission',
  other: 'Admission',
} as const;

function diagnosedInWords(diagnoses: readonly string[]): string {
  return diagnoses.length === 0 ? '' : ` (${diagnoses.join(', ')})`;
}
