import type { Library } from '../language/library.ts';
import type { Finding } from './reference-evaluator.ts';
import { askedInWords, boundsInWords, foundInWords, namedInWords, someBack } from './words.ts';

// What the answer hangs on: the fewest conditions that would have to come out otherwise. Not advice, and not a
// prediction: it says how the rule works for this person.

/** A condition without parts, and what it would have to be for the answer to change. */
export interface Change {
  readonly finding: Finding;
  readonly to: boolean;
}

/**
 * The fewest conditions that would have to come out otherwise for a finding to be as wanted, in the order in which they
 * are asked; of equally few those of which there is something in the record, then the first. Empty when it is as wanted; null when nothing that can happen would make it so.
 */
export function changesFor(finding: Finding, wanted: boolean): readonly Change[] | null {
  if (finding.truth === wanted) return [];
  const { condition, parts } = finding;
  if ('not' in condition) return changesOf(parts[0], !wanted);
  // A condition that holds needs all of its parts to hold; one that fails needs one of them to fail. For any it is the
  // other way round.
  if ('all' in condition) return wanted ? together(parts, true) : fewest(parts, false);
  if ('any' in condition) return wanted ? fewest(parts, true) : together(parts, false);
  if ('definition' in condition && parts.length === 1 && parts[0]?.truth === finding.truth)
    return changesOf(parts[0], wanted);
  return canBecome(finding, wanted) ? [{ finding, to: wanted }] : null;
}

function changesOf(finding: Finding | undefined, wanted: boolean) {
  return finding === undefined ? null : changesFor(finding, wanted);
}

function together(parts: readonly Finding[], wanted: boolean): readonly Change[] | null {
  const changes = parts.map((part) => changesFor(part, wanted));
  return changes.includes(null) ? null : changes.flatMap((each) => each ?? []);
}

function fewest(parts: readonly Finding[], wanted: boolean): readonly Change[] | null {
  const ways = parts.flatMap((part) => {
    const changes = changesFor(part, wanted);
    return changes === null ? [] : [changes];
  });
  return ways.sort((a, b) => a.length - b.length || withoutEvidence(a) - withoutEvidence(b))[0] ?? null;
}

/** What rests on something in the record says more than what only is not there. */
function withoutEvidence(changes: readonly Change[]): number {
  return changes.filter(({ finding }) => finding.evidence.length === 0).length;
}

/** Whether what a record gains, or time, can make it so. Nobody gets younger, and an answer that is unknown can go either way. */
function canBecome({ condition, truth }: Finding, wanted: boolean): boolean {
  if (truth === null) return true;
  if ('sex' in condition || 'born' in condition) return false;
  if ('age' in condition) return wanted ? condition.age.to === undefined : condition.age.to !== undefined;
  return true;
}

/**
 * A change as a sentence: "HbA1c: the latest result would have to be 48 or above; it is 41". What the record holds now is
 * not said to who may not see all of it.
 */
export function changeInWords(library: Library, { finding, to }: Change, seesEvidence: boolean): string {
  const { condition, truth, evidence } = finding;
  const asked = askedInWords(library, condition);
  if (truth === null) return `${asked}: ${foundInWords(library, finding)}`;
  if (finding.standing?.reach && to)
    return `${asked}: the value would have to be ${finding.standing.reach}; it is ${finding.standing.value}`;
  if (!seesEvidence) return inGeneral(asked, to);
  if ('age' in condition) return to ? `${asked}: time alone brings this` : `${asked}: time alone ends this`;
  if ('count' in condition && to) {
    const missing = condition.count.at_least - evidence.length;
    return `${namedInWords(library, condition.count.codes)}: ${missing} more ${missing === 1 ? 'entry' : 'entries'}${someBack(condition.count)}`;
  }
  if ('measured' in condition && evidence.length > 0) {
    const values = evidence.flatMap((entry) =>
      'value' in entry && entry.value !== null ? [entry.value] : [],
    );
    const is = values.length === 1 ? `it is ${values[0]}` : `they are ${values.join(' and ')}`;
    const which = condition.measured.last === 1 ? 'latest result' : `last ${condition.measured.last} results`;
    return `${namedInWords(library, condition.measured.codes)}: the ${which} would have to be ${to ? '' : 'other than '}${boundsInWords(condition.measured)}; ${is}`;
  }
  if ('active' in condition)
    return to
      ? `${namedInWords(library, condition.active.codes)}: a record${evidence.length > 0 ? ' after it was resolved' : ''}`
      : `${namedInWords(library, condition.active.resolved)}: a record on or after the latest diagnosis`;
  return inGeneral(asked, to);
}

function inGeneral(asked: string, to: boolean): string {
  return `${to ? 'Needed' : 'No longer so'}: ${asked}`;
}
