import { fromEpochDay } from '../../../kernel/index.ts';
import type { Library } from '../language/library.ts';
import type { Evidence, Finding } from './finding.ts';
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
  /** For an input of a calculation: what it is, and whether it is only assumed. `truth` is null where it is missing. */
  readonly answer?: { readonly text: string; readonly assumed: boolean };
  readonly parts: readonly ExplainedCondition[];
}

/** What a reader may not see of the rows behind an evaluation. */
export interface Hidden {
  /** Whether a row may not be shown at all. */
  row(entry: Evidence): boolean;
  /** Whether the practices that recorded them are kept back: the record is marked sensitive. */
  readonly practices: boolean;
}

/** A term or a segment: a condition that has a name of its own. */
export function named(
  title: string,
  { truth }: Finding,
  parts: readonly ExplainedCondition[],
): ExplainedCondition {
  return { asked: title, truth, found: '', evidence: [], more: 0, parts };
}

export function explainFinding(library: Library, finding: Finding, hidden: Hidden): ExplainedCondition {
  return {
    asked: askedInWords(library, finding.condition),
    truth: finding.truth,
    found: foundInWords(library, finding),
    ...shownEvidence(finding.evidence, hidden),
    parts: finding.parts.map((part) => explainFinding(library, part, hidden)),
  };
}

/** The rows behind an answer that may be shown, the first few of them. */
export function shownEvidence(
  all: readonly Evidence[],
  hidden: Hidden,
): Pick<ExplainedCondition, 'evidence' | 'more'> {
  const evidence = all.filter((entry) => !hidden.row(entry));
  return {
    evidence: evidence.slice(0, ROWS_SHOWN).map((entry) => explainEntry(entry, hidden.practices)),
    more: Math.max(0, evidence.length - ROWS_SHOWN),
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
