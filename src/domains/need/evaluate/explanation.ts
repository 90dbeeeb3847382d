import type { Library } from '../language/library.ts';
import { fromSteps } from './exact.ts';
import { calculationChanges, explainInputs } from './explain-calculation.ts';
import { type ExplainedCondition, explainFinding, type Hidden, named } from './explain-finding.ts';
import type { Evaluation, Finding, Outcome } from './reference-evaluator.ts';
import { changeInWords, changesFor } from './what-would-change.ts';

export type { ExplainedCondition, ExplainedEntry, Hidden } from './explain-finding.ts';

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
  if (evaluation.kind === 'calculation') {
    const { applies, steps, places, band } = evaluation;
    return {
      ...about,
      ...(steps === null ? {} : { value: fromSteps(steps, places), band }),
      because:
        applies !== null && applies.truth !== true
          ? [explained(applies)]
          : explainInputs(library, evaluation, hidden),
    };
  }
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
  if (evaluation.kind === 'calculation') {
    const { applies } = evaluation;
    return applies !== null && applies.truth !== true
      ? inWords(library, applies, hidden)
      : calculationChanges(library, evaluation, hidden);
  }
  const finding = evaluation.kind === 'register' ? evaluation.rule : evaluation.applies;
  if (evaluation.kind === 'score' && finding.truth === true) return [];
  return inWords(library, finding, hidden);
}

/** For somebody inside to be out; for everybody else, whose answer may be unknown, to be in. */
function inWords(library: Library, finding: Finding, hidden: Hidden): string[] {
  const changes = changesFor(finding, finding.truth !== true) ?? [];
  return changes.map((change) =>
    changeInWords(library, change, !change.finding.evidence.some((entry) => hidden.row(entry))),
  );
}
