import type { FieldError, Refusal } from '../../../kernel/index.ts';
import type { Visit } from '../../../platform/web/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import type { Match, MatchingMethod, MatchPerson } from '../../register/index.ts';
import type { OpenCaseload } from '../decide.ts';
import type { IdentityPathway } from '../identity-question.ts';

/** What was typed and what was wrong with it: a form that comes back comes back filled. */
export interface Typed {
  readonly fields: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  readonly refusal: Refusal | null;
}

export const nothingTyped: Typed = { fields: {}, errors: [], refusal: null };

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
