import { join } from 'node:path';
import { type ReviewPathway, readReviewPathway, reviewStates } from '../work/index.ts';

/** How soon two people who may be one are compared. */
export function readReviewOfMatches(content: string): ReviewPathway {
  return readReviewPathway(join(content, 'pathways', 'identity-review.yaml'));
}

/** How the comparing of a pair moves: it ends with a decision, or because new data leave nothing to decide. */
export const identityReviewStates = reviewStates('identity_review', 'to_compare', [
  { name: 'decide', to: 'decided' },
  { name: 'lapse', to: 'lapsed' },
]);
