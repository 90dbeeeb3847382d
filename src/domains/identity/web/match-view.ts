import type { Typed, Visit } from '../../../platform/web/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import type { Match, MatchingMethod, MatchPerson } from '../../register/index.ts';
import type { OpenCaseload } from '../decide.ts';
import type { IdentityPathway } from '../identity-question.ts';

export interface MatchPageProps {
  readonly visit: Visit;
  readonly match: Match;
  /** Both, or for a practice that was asked its own patient. */
  readonly people: readonly MatchPerson[];
  readonly caseloads: readonly OpenCaseload[];
  readonly places: PlaceTree;
  readonly method: MatchingMethod;
  readonly pathway: IdentityPathway;
  readonly typed: Typed;
}

export function matchHref(id: number): string {
  return `/people/matches/${id}`;
}
