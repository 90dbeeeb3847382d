import { type Kysely, sql } from 'kysely';
import { NotFound } from '../../kernel/index.ts';
import type { Tables } from '../../platform/database/index.ts';
import type { DirectoryTables, PlaceKind } from './tables.ts';

export interface Place {
  readonly id: number;
  readonly code: string;
  readonly kind: PlaceKind;
  readonly name: string;
  /** The place that it lies in: a practice's neighbourhood, a neighbourhood's borough. */
  readonly within: number | null;
  /** A practice's PCN. */
  readonly memberOf: number | null;
}

/** All open places, and how they hang together. A few hundred: read whole, once per request. */
export class PlaceTree {
  private readonly byId: ReadonlyMap<number, Place>;
  private readonly byCode: ReadonlyMap<string, Place>;
  private readonly below: ReadonlyMap<number, readonly Place[]>;

  constructor(places: readonly Place[]) {
    this.byId = new Map(places.map((place) => [place.id, place]));
    this.byCode = new Map(places.map((place) => [place.code.toLowerCase(), place]));
    const below = new Map<number, Place[]>();
    for (const place of places) {
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
    return this.all.filter((place) => place.within === null && place.memberOf === null);
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

  children(place: Place): readonly Place[] {
    return this.below.get(place.id) ?? [];
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

/** The day in London, as places and their relations know days. */
const TODAY = sql<string>`(now() at time zone 'Europe/London')::date`;

/**
 * Reads the places that are open today, with the relations of today. What a file says of a day to come is known and
 * waits for its day; a relation ends on the day on which the next begins.
 */
export async function readPlaces(db: Kysely<Tables>): Promise<PlaceTree> {
  const tables = db.withTables<DirectoryTables>();
  const rows = await tables
    .with('today', (today) =>
      today
        .selectFrom('directory.place_parent')
        .where((where) => where.or([where('starts', 'is', null), where('starts', '<=', TODAY)]))
        .where((where) => where.or([where('ends', 'is', null), where('ends', '>', TODAY)]))
        .distinctOn(['child', 'relation'])
        .orderBy('child')
        .orderBy('relation')
        .orderBy('starts', (order) => order.desc().nullsLast())
        .select(['child', 'parent', 'relation']),
    )
    .selectFrom('directory.place as place')
    .leftJoin('today as within', (join) =>
      join.onRef('within.child', '=', 'place.place_id').on('within.relation', '=', 'within'),
    )
    .leftJoin('today as member', (join) =>
      join.onRef('member.child', '=', 'place.place_id').on('member.relation', '=', 'member_of'),
    )
    .where((where) => where.or([where('place.closed', 'is', null), where('place.closed', '>', TODAY)]))
    .select([
      'place.place_id as id',
      'place.code',
      'place.kind',
      'place.name',
      'within.parent as within',
      'member.parent as memberOf',
    ])
    .orderBy('place.code')
    .execute();
  return new PlaceTree(rows);
}
