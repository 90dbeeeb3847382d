import { type DirectoryState, holdsOn, isOpenOn, type KnownPlace, namesOn } from './directory-state.ts';
import { type PlaceKind, type PlaceRelation, placeKinds } from './tables.ts';

export interface OrganisationFilter {
  readonly kind: PlaceKind | null;
  /** Part of a name, a code or a postcode; blank for all. */
  readonly find: string;
  /** Closed ones, and those not yet open, too. */
  readonly closed: boolean;
}

/** An organisation as at a day: its name and parents of that day, whether it was open, and where it is known from. */
export interface Organisation extends Omit<KnownPlace, 'id'> {
  readonly open: boolean;
  /** The code of each parent, by relation. */
  readonly parents: Readonly<Partial<Record<PlaceRelation, string>>>;
}

/** The organisations of a day, the largest kinds first and by name within them. */
export function listOrganisations(
  state: DirectoryState,
  day: string,
  { kind, find, closed }: OrganisationFilter,
): Organisation[] {
  const parents = new Map<string, Partial<Record<PlaceRelation, string>>>();
  for (const link of state.relations) {
    if (!holdsOn(link, day)) continue;
    parents.set(link.child, { ...parents.get(link.child), [link.relation]: link.parent });
  }
  const names = namesOn(state, day);
  const wanted = find.toLowerCase();
  return [...state.places.values()]
    .map(({ id: _, ...place }) => ({
      ...place,
      name: names.get(place.code) ?? place.name,
      open: isOpenOn(place, day),
      parents: parents.get(place.code) ?? {},
    }))
    .filter((place) => (closed || place.open) && (kind === null || place.kind === kind))
    .filter(({ name, code, postcode }) =>
      [name, code, postcode ?? ''].some((text) => text.toLowerCase().includes(wanted)),
    )
    .sort(
      (a, b) =>
        placeKinds.indexOf(a.kind) - placeKinds.indexOf(b.kind) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }) ||
        a.code.localeCompare(b.code),
    );
}
