import type { DirectoryState, FormerName, KnownPlace, KnownRelation, Succession } from './directory-state.ts';
import type { PlaceRelation } from './tables.ts';

/** What may happen to an organisation. `dated` says a day that was not known; `past` a relation that has ended already. */
export const changeKinds = [
  'opened',
  'closed',
  'reopened',
  'renamed',
  'corrected',
  'joined',
  'moved',
  'left',
  'dated',
  'past',
  'merged',
  'split',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** The smallest steps that a change is made of: rows put in, and rows altered, found by what names them. */
export type Step =
  | { readonly put: 'place'; readonly row: Omit<KnownPlace, 'id'> }
  | {
      readonly alter: 'place';
      readonly code: string;
      readonly to: Partial<Pick<KnownPlace, 'name' | 'postcode' | 'opened' | 'closed' | 'source'>>;
    }
  | { readonly put: 'relation'; readonly row: KnownRelation }
  | {
      readonly alter: 'relation';
      /** Relations of one kind do not overlap, so that the first day tells them apart. */
      readonly of: Pick<KnownRelation, 'child' | 'relation' | 'starts'>;
      readonly to: Partial<Pick<KnownRelation, 'parent' | 'starts' | 'ends'>>;
    }
  | { readonly put: 'formerName'; readonly row: FormerName }
  | { readonly put: 'succession'; readonly row: Succession };

/** One change as a person reads it, and the steps that make it. */
export interface PlannedChange {
  readonly what: ChangeKind;
  readonly code: string;
  readonly relation: PlaceRelation | null;
  /** The day from which it holds; for a closure the last day open; null where nobody said. */
  readonly day: string | null;
  readonly was: string | null;
  readonly becomes: string | null;
  readonly steps: readonly Step[];
}

/** The directory after a change: what the book does with rows, done in memory, so that plans can be tried first. */
export function afterChange(state: DirectoryState, change: Pick<PlannedChange, 'steps'>): DirectoryState {
  return change.steps.reduce(afterStep, state);
}

export function afterChanges(
  state: DirectoryState,
  changes: readonly Pick<PlannedChange, 'steps'>[],
): DirectoryState {
  return changes.reduce(afterChange, state);
}

function afterStep(state: DirectoryState, step: Step): DirectoryState {
  if ('alter' in step) return step.alter === 'place' ? alterPlace(state, step) : alterRelation(state, step);
  switch (step.put) {
    case 'place':
      // In memory a place needs a number that no other has; the book gives its own.
      return withPlace(state, {
        ...step.row,
        id: state.places.get(step.row.code)?.id ?? -state.places.size - 1,
      });
    case 'relation':
      return { ...state, relations: [...state.relations, step.row] };
    case 'formerName':
      return { ...state, formerNames: [...state.formerNames, step.row] };
    case 'succession':
      return { ...state, successions: [...state.successions, step.row] };
  }
}

function withPlace(state: DirectoryState, place: KnownPlace): DirectoryState {
  return { ...state, places: new Map(state.places).set(place.code, place) };
}

function alterPlace(state: DirectoryState, { code, to }: Extract<Step, { alter: 'place' }>): DirectoryState {
  const place = state.places.get(code);
  if (!place) throw new Error(`No place ${code}`);
  return withPlace(state, { ...place, ...to });
}

function alterRelation(
  state: DirectoryState,
  { of, to }: Extract<Step, { alter: 'relation' }>,
): DirectoryState {
  const isIt = (link: KnownRelation) =>
    link.child === of.child && link.relation === of.relation && link.starts === of.starts;
  if (!state.relations.some(isIt))
    throw new Error(`No relation ${of.child} ${of.relation} from ${of.starts}`);
  return { ...state, relations: state.relations.map((link) => (isIt(link) ? { ...link, ...to } : link)) };
}
