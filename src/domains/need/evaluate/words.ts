import { formatDay, fromEpochDay } from '../../../kernel/index.ts';
import type { Condition } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import type { Finding } from './reference-evaluator.ts';

// Conditions and what became of them, in sentences that a clinician can check against the record.

/** What a condition asks, as a phrase: "Heart failure recorded at any time". */
export function askedInWords(library: Library, condition: Condition): string {
  const named = (codes: readonly string[]) =>
    codes.map((id) => library.codelists.get(id)?.title ?? id).join(' or ');
  if ('all' in condition) return 'All of these';
  if ('any' in condition) return 'At least one of these';
  if ('not' in condition) return 'Not this';
  if ('age' in condition) return ageInWords(condition.age);
  if ('sex' in condition) return condition.sex === 'female' ? 'Female' : 'Male';
  if ('ever' in condition) return `${named(condition.ever)}: recorded at any time`;
  if ('within' in condition)
    return `${named(condition.within.codes)}: recorded${backInWords(condition.within)}`;
  if ('since' in condition)
    return `${named(condition.since.codes)}: recorded on or after ${formatDay(condition.since.date)}`;
  if ('first_within' in condition)
    return `${named(condition.first_within.codes)}: first recorded${backInWords(condition.first_within)}`;
  if ('active' in condition) return `${named(condition.active.codes)}: recorded, and not resolved since`;
  if ('count' in condition) {
    return `${named(condition.count.codes)}: at least ${condition.count.at_least} entries${backInWords(condition.count)}`;
  }
  if ('distinct_paragraphs' in condition) {
    const { at_least } = condition.distinct_paragraphs;
    return `Medicines of at least ${at_least} different kinds (BNF paragraphs)${backInWords(condition.distinct_paragraphs)}`;
  }
  if ('measured' in condition) return measuredInWords(condition.measured, named(condition.measured.codes));
  return library.definition(condition.definition).title;
}

function ageInWords({ from, to }: { from?: number | undefined; to?: number | undefined }): string {
  if (from === undefined) return `Aged ${to} or under`;
  return to === undefined ? `Aged ${from} or over` : `Aged ${from} to ${to}`;
}

function backInWords(back: {
  days?: number | undefined;
  months?: number | undefined;
  years?: number | undefined;
}): string {
  if (back.days !== undefined) return ` in the last ${back.days} days`;
  if (back.months !== undefined) return ` in the last ${back.months} months`;
  return back.years === undefined ? ' at any time' : ` in the last ${back.years} years`;
}

function measuredInWords(
  measured: Extract<Condition, { measured: unknown }>['measured'],
  name: string,
): string {
  const which =
    measured.take === 'latest'
      ? 'latest result'
      : `${measured.take === 'highest_of_last' ? 'highest' : 'lowest'} of the last ${measured.last} results`;
  const bounds = [
    measured.below === undefined ? null : `below ${measured.below}`,
    measured.at_most === undefined ? null : `${measured.at_most} or below`,
    measured.at_least === undefined ? null : `${measured.at_least} or above`,
    measured.above === undefined ? null : `above ${measured.above}`,
  ].filter((bound) => bound !== null);
  return `${name}: ${which}${measured.days || measured.months || measured.years ? backInWords(measured) : ''} ${bounds.join(' and ')}`;
}

const UNKNOWN_BECAUSE: Record<NonNullable<Finding['unknownBecause']>, string> = {
  undated: 'an entry that would decide it has no date',
  feed_missing: 'the practice has not sent the feed that would tell',
  feed_begins_later: 'the practice’s feed begins later than the time that is asked about',
  not_recorded: 'it is not recorded',
};

/** What decided a condition, as a phrase: "nothing recorded", "unknown, because ...". Empty where the parts say it. */
export function foundInWords(finding: Finding): string {
  if (finding.parts.length > 0) return '';
  if (finding.unknownBecause) return `unknown, because ${UNKNOWN_BECAUSE[finding.unknownBecause]}`;
  if (finding.evidence.length === 0 && finding.window) return `nothing recorded${windowInWords(finding)}`;
  return '';
}

function windowInWords({ window }: Finding): string {
  if (!window) return '';
  const to = formatDay(fromEpochDay(window.to));
  return window.from === null ? ` up to ${to}` : ` from ${formatDay(fromEpochDay(window.from))} to ${to}`;
}
