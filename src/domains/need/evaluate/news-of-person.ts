import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { LakeAccess } from '../../register/index.ts';
import type { Publication } from '../facts/publication.ts';
import type { Library } from '../language/library.ts';
import { type EvaluatedPerson, evaluatePerson } from './evaluate-person.ts';
import type { Evaluation } from './reference-evaluator.ts';

/** What data that came in since the last refresh say of one person, whom lists and numbers still show as before. */
export interface NewsOfPerson {
  readonly asOf: PlainDate;
  /** Everything worked out anew. */
  readonly now: EvaluatedPerson;
  /** Of which definitions the answer is another one, in their order. */
  readonly changes: readonly { readonly before: Evaluation; readonly after: Evaluation }[];
}

/**
 * Works one person out again from the current snapshot, where it is newer than the publication; null where it is not. Facts
 * of everybody wait for the next refresh; somebody who looks at one person need not.
 */
export async function newsOfPerson(
  tx: Tx,
  access: LakeAccess,
  library: Library,
  { publication, published }: { readonly publication: Publication; readonly published: EvaluatedPerson },
  on: Parameters<typeof evaluatePerson>[4],
): Promise<NewsOfPerson | null> {
  const current = await access.openCurrent(tx);
  if (current === null || current.snapshotId <= publication.snapshotId) return null;
  const now = await evaluatePerson(tx, access, library, current, on);
  const before = new Map(published.evaluations.map((each) => [each.definition.id, each]));
  const changes = now.evaluations.flatMap((after) => {
    const known = before.get(after.definition.id);
    return known && answerOf(known) !== answerOf(after) ? [{ before: known, after }] : [];
  });
  return { asOf: now.asOf, now, changes };
}

/** Everything of an evaluation that facts keep. */
function answerOf(evaluation: Evaluation): string {
  if (evaluation.kind === 'score') return `${evaluation.outcome} ${evaluation.steps}`;
  return evaluation.kind === 'segmentation' ? evaluation.segment : evaluation.outcome;
}
