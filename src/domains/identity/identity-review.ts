import { join } from 'node:path';
import { type ReviewPathway, readReviewPathway, type StateTable } from '../work/index.ts';

/** How soon two people who may be one are compared. */
export function readReviewOfMatches(content: string): ReviewPathway {
  return readReviewPathway(join(content, 'pathways', 'identity-review.yaml'));
}

/** How the comparing of a pair moves: it ends with a decision, or because new data leave nothing to decide. */
export const identityReviewStates: StateTable = {
  kind: 'identity_review',
  initial: 'to_compare',
  escalated: 'escalated',
  actions: [
    { name: 'decide', from: ['to_compare', 'escalated'], to: 'decided', ends: true },
    { name: 'lapse', from: ['to_compare', 'escalated'], to: 'lapsed', ends: true },
  ],
};
