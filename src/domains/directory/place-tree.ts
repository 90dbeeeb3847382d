import type { Kysely } from 'kysely';
import { NotFound } from '../../kernel/index.ts';
import type { Tables } from '../../platform/database/index.ts';
import {
  type DirectoryState,
  holdsOn,
  isOpenOn,
  type KnownPlace,
  type KnownRelation,
  namesOn,
  readDirectory,
  readEdition,
} from './directory-state.ts';
import type { PlaceKind, PlaceRelation } from './tables.ts';

export interface Place {
  readonly id: number;
  readonly code: string;
  readonly kind: PlaceKind;
  readonly name: string;
  /** The place that it lies in: a practice's neighbourhood, a neighbourhood's borough. */
  readonly within: number | null;
  /** A practice's PCN. */
  readonly memberOf: number | null;
  /** The practice that a site belongs to. */
  readonly partOf: number | null;
  /** The federation that a practice has joined. */
  readonly federatedIn: number | null;
  /**
   * The practice that a merged or split one went into. It is closed, and stands in the tree, where its successor
   * lies, because people may still be on its list: who leaves it out loses them from every total.
   */
  readonly mergedInto: number | null;
  /**
   * The last day on which it was open, where it has closed: it stands in the tree for the people who are still on its
   * list. One without a successor stays where it lay, until nobody is.
   */
  readonly closed: string | null;
}

/** Places that people are counted under. Sites and pharmacies lie in places and have no list of their own. */
const COUNTED: readonly PlaceKind[] = ['icb', 'borough', 'neighbourhood', 'pcn', 'practice'];

/** All places of a day, and how they hang together. A few hundred: read whole, once per request. */
export class PlaceTree {
  private readonly byId: ReadonlyMap<number, Place>;
  private readonly byCode: ReadonlyMap<string, Place>;
  private readonly below: ReadonlyMap<number, readonly Place[]>;
  /** The day that was asked for; null where it is the tree of today. */
  readonly asAt: string | null;

  constructor(places: readonly Place[], asAt: string | null = null) {
    this.asAt = asAt;
    this.byId = new Map(places.map((place) => [place.id, place]));
    this.byCode = new Map(places.map((place) => [place.code.toLowerCase(), place]));
    const below = new Map<number, Place[]>();
    for (const place of places.filter(({ kind }) => COUNTED.includes(kind))) {
      for (const parent of [place.within, place.memberOf]) {
        if (parent !== null) below.set(parent, [...(below.get(parent) ?? []), place]);
      }
    }
    this.below = below;
  }

  get all(): Place[] {
    return [...this.byId.values()];
  }

  /** Those that lie in nothing: where a walk through the places begins. */
  get roots(): Place[] {
    return this.all.filter(
      (place) => COUNTED.includes(place.kind) && place.within === null && place.memberOf === null,
    );
  }

  place(id: number): Place | null {
    return this.byId.get(id) ?? null;
  }

  /** The place of a code, whatever its case. Throws NotFound. */
  named(code: string): Place {
    const place = this.byCode.get(code.toLowerCase());
    if (!place)
      throw new NotFound(`There is no place ${code}.`, 'Places lists all of them, with their codes.');
    return place;
  }

  /** The places below that people are counted under. */
  children(place: Place): readonly Place[] {
    return this.below.get(place.id) ?? [];
  }

  /** What else belongs to a place: a practice's sites, a federation's practices, pharmacies, federations. */
  attached(place: Place): Place[] {
    return this.all.filter(
      (other) =>
        other.closed === null &&
        (other.partOf === place.id ||
          other.federatedIn === place.id ||
          (!COUNTED.includes(other.kind) && other.within === place.id)),
    );
  }

  /** The practices of a place that are open: not those that have closed and may still have a list. */
  openPractices(place: Place): Place[] {
    return this.practices(place).filter(({ closed }) => closed === null);
  }

  /** The practices of a place: itself, or all below it by either relation, each once, in the order of their codes. */
  practices(place: Place): Place[] {
    const found = new Map<number, Place>();
    const walk = (at: Place) => {
      if (at.kind === 'practice') found.set(at.id, at);
      for (const child of this.children(at)) walk(child);
    };
    walk(place);
    return [...found.values()].sort((a, b) => a.code.localeCompare(b.code));
  }

  /** From the outermost place down to this one, by `within`. */
  path(place: Place): Place[] {
    const above = place.within === null ? null : this.place(place.within);
    return above === null ? [place] : [...this.path(above), place];
  }

  /** The place of a kind that this one lies in, or is; null where there is none. */
  enclosing(place: Place, kind: PlaceKind): Place | null {
    return this.path(place).find((at) => at.kind === kind) ?? null;
  }
}

/** The places of a day, by default of today. The same question of an earlier day gets the same answer for ever. */
export async function readPlaces(
  db: Kysely<Tables>,
  { asAt }: { asAt?: string | undefined } = {},
): Promise<PlaceTree> {
  const { stamp, today } = await readEdition(db);
  const known = editions.get(stamp);
  if (known) return known.tree(asAt, today);
  const edition = new Edition(await readDirectory(db));
  // Where somebody changed it meanwhile, what was read is of neither stamp for certain.
  if ((await readEdition(db)).stamp === stamp) {
    for (const old of [...editions.keys()].slice(0, 1 - EDITIONS_KEPT)) editions.delete(old);
    editions.set(stamp, edition);
  }
  return edition.tree(asAt, today);
}

/** What the directory says under one stamp, and its tree of today: every page asks for it. */
class Edition {
  private readonly state: DirectoryState;
  private ofToday: { readonly day: string; readonly tree: PlaceTree } | null = null;

  constructor(state: DirectoryState) {
    this.state = state;
  }

  tree(asAt: string | undefined, today: string): PlaceTree {
    if (asAt !== undefined) return placesAsAt(this.state, asAt);
    if (this.ofToday?.day !== today) this.ofToday = { day: today, tree: placesToday(this.state, today) };
    return this.ofToday.tree;
  }
}

const EDITIONS_KEPT = 4;
/** Places are nobody's data. A stamp is given once, in whichever book, so that what it stands for never changes. */
const editions = new Map<string, Edition>();

/** The places that were open on a day, under the names and with the relations that they had on it. */
export function placesAsAt(state: DirectoryState, day: string): PlaceTree {
  return new PlaceTree(openPlaces(state, day, []), day);
}

/**
 * The places of today. What has no parent yet and will have one counts under it already: a place file may be written
 * for a day to come, and until then what it says is better than nothing.
 */
export function placesToday(state: DirectoryState, today: string): PlaceTree {
  const toCome = state.relations.filter(
    ({ starts, ends }) => starts !== null && today < starts && ends === null,
  );
  return new PlaceTree(openPlaces(state, today, toCome));
}

function openPlaces(state: DirectoryState, day: string, toCome: readonly KnownRelation[]): Place[] {
  const successors = successorsOn(state, day);
  const names = namesOn(state, day);
  const parents = new Map<string, number>();
  for (const link of [...toCome, ...state.relations.filter((link) => holdsOn(link, day))]) {
    const parent = state.places.get(link.parent);
    if (parent) parents.set(`${link.child} ${link.relation}`, parent.id);
  }
  return [...state.places.values()].flatMap((place): Place[] => {
    const open = isOpenOn(place, day);
    const successor = open ? null : (successors.get(place.code) ?? null);
    if (!open && successor === null && !hasList(state, place, day)) return [];
    const parent = (relation: PlaceRelation) =>
      open || successor !== null
        ? (parents.get(`${(successor ?? place).code} ${relation}`) ?? null)
        : lastParent(state, place, relation);
    const { id, code, kind } = place;
    return [
      {
        id,
        code,
        kind,
        name: names.get(code) ?? place.name,
        within: parent('within'),
        memberOf: parent('member_of'),
        partOf: parent('part_of'),
        federatedIn: parent('federated_in'),
        mergedInto: successor?.id ?? null,
        closed: open ? null : place.closed,
      },
    ];
  });
}

/** Whether somebody was on the list of a closed practice on a day, by the data that had come. */
function hasList({ lists }: DirectoryState, { code, closed }: KnownPlace, day: string): boolean {
  const ends = lists.get(code);
  return closed !== null && closed < day && ends !== undefined && (ends === null || day < ends);
}

/** The last parent that a closed place had: its relations may have ended with it. */
function lastParent(
  { places, relations }: DirectoryState,
  { code }: KnownPlace,
  relation: PlaceRelation,
): number | null {
  const had = relations
    .filter((link) => link.child === code && link.relation === relation)
    .filter(({ starts, ends }) => starts === null || ends === null || starts < ends)
    .sort((a, b) => (a.starts ?? '').localeCompare(b.starts ?? ''))
    .at(-1);
  return (had && places.get(had.parent)?.id) ?? null;
}

/** For each practice that went into others by a day: the open one that answers for its list, through every merger. */
function successorsOn(state: DirectoryState, day: string): Map<string, KnownPlace> {
  const next = new Map<string, string>();
  for (const { predecessor, successor, day: went, position } of state.successions)
    if (went <= day && position === 0) next.set(predecessor, successor);
  const found = new Map<string, KnownPlace>();
  for (const from of next.keys()) {
    const seen = new Set<string>();
    let at: string | undefined = from;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      const place = state.places.get(at);
      if (place && at !== from && isOpenOn(place, day)) {
        found.set(from, place);
        break;
      }
      at = next.get(at);
    }
  }
  return found;
}
