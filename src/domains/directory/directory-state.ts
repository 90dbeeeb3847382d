import { type Kysely, sql } from 'kysely';
import type { PlainDate } from '../../kernel/index.ts';
import type { Tables } from '../../platform/database/index.ts';
import type { DirectoryTables, PlaceKind, PlaceRelation } from './tables.ts';

/** A place as the directory has it. `closed` is the last day on which it was open. */
export interface KnownPlace {
  readonly id: number;
  readonly code: string;
  readonly kind: PlaceKind;
  readonly name: string;
  readonly postcode: string | null;
  readonly opened: string | null;
  readonly closed: string | null;
  readonly source: string;
}

/** A relation from its first day up to, and not including, the day on which it ends. Null: since, or until, unknown. */
export interface KnownRelation {
  readonly child: string;
  readonly parent: string;
  readonly relation: PlaceRelation;
  readonly starts: string | null;
  readonly ends: string | null;
  readonly source: string;
}

/** What a place was called up to, and not including, a day. */
export interface FormerName {
  readonly code: string;
  readonly name: string;
  readonly ends: string;
  readonly source: string;
}

/** Where a practice went, on the first day that it was there. The first in position answers for its list. */
export interface Succession {
  readonly predecessor: string;
  readonly successor: string;
  readonly kind: 'merge' | 'split';
  readonly day: string;
  readonly position: number;
  readonly source: string;
}

/** The whole directory of organisations, with its past. Codes join it, so that a plan can be tried on it in memory. */
export interface DirectoryState {
  readonly places: ReadonlyMap<string, KnownPlace>;
  readonly relations: readonly KnownRelation[];
  readonly formerNames: readonly FormerName[];
  readonly successions: readonly Succession[];
  /** Practices that people were ever registered with: the first day on which nobody was, or null while somebody is. */
  readonly lists: ReadonlyMap<string, string | null>;
}

export const NOTHING_KNOWN: DirectoryState = {
  places: new Map(),
  relations: [],
  formerNames: [],
  successions: [],
  lists: new Map(),
};

/** Reads the directory whole: some thousands of rows at the most, of one area. */
export async function readDirectory(db: Kysely<Tables>): Promise<DirectoryState> {
  const tables = db.withTables<DirectoryTables>();
  const places = await tables
    .selectFrom('directory.place')
    .select(['place_id as id', 'code', 'kind', 'name', 'postcode', 'opened', 'closed', 'source'])
    .orderBy('code')
    .execute();
  const relations = await tables
    .selectFrom('directory.place_parent as link')
    .innerJoin('directory.place as child', 'child.place_id', 'link.child')
    .innerJoin('directory.place as parent', 'parent.place_id', 'link.parent')
    .select([
      'child.code as child',
      'parent.code as parent',
      'link.relation',
      'link.starts',
      'link.ends',
      'link.source',
    ])
    .orderBy('child.code')
    .orderBy('link.relation')
    .orderBy('link.starts', (order) => order.asc().nullsFirst())
    .orderBy('link.ends', (order) => order.asc().nullsLast())
    .execute();
  const formerNames = await tables
    .selectFrom('directory.former_name as former')
    .innerJoin('directory.place as place', 'place.place_id', 'former.place_id')
    .select(['place.code', 'former.name', 'former.ends', 'former.source'])
    .orderBy('place.code')
    .orderBy('former.ends')
    .execute();
  const successions = await tables
    .selectFrom('directory.succession as went')
    .innerJoin('directory.place as predecessor', 'predecessor.place_id', 'went.predecessor')
    .innerJoin('directory.place as successor', 'successor.place_id', 'went.successor')
    .select([
      'predecessor.code as predecessor',
      'successor.code as successor',
      'went.kind',
      'went.day',
      'went.position',
      'went.source',
    ])
    .orderBy('predecessor.code')
    .orderBy('went.day')
    .orderBy('went.position')
    .execute();
  const lists = await tables
    .selectFrom('directory.practice_list as list')
    .innerJoin('directory.place as place', 'place.place_id', 'list.place_id')
    .select(['place.code', 'list.ends'])
    .execute();
  return {
    places: new Map(places.map((place) => [place.code, place])),
    relations,
    formerNames,
    successions,
    lists: new Map(lists.map(({ code, ends }) => [code, ends])),
  };
}

/** The day it is in London, by the clock of the book. */
export async function readToday(db: Kysely<Tables>): Promise<PlainDate> {
  const { rows } = await sql<{ today: PlainDate }>`
    select (now() at time zone 'Europe/London')::date as today`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The book does not know what day it is');
  return row.today;
}

/** The stamp of what the directory says now, to this transaction, and the day it is in London. */
export async function readEdition(db: Kysely<Tables>): Promise<{ stamp: string; today: PlainDate }> {
  const { rows } = await sql<{ stamp: string; today: PlainDate }>`
    select stamp, (now() at time zone 'Europe/London')::date as today from directory.edition`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('The directory has lost its stamp');
  return row;
}

/** Whether a place was open on a day. One whose days are not known counts as open. */
export function isOpenOn(place: Pick<KnownPlace, 'opened' | 'closed'>, day: string): boolean {
  return (place.opened === null || place.opened <= day) && (place.closed === null || day <= place.closed);
}

/** Whether a relation holds on a day. */
export function holdsOn(relation: Pick<KnownRelation, 'starts' | 'ends'>, day: string): boolean {
  return (
    (relation.starts === null || relation.starts <= day) && (relation.ends === null || day < relation.ends)
  );
}

/** The names of a day that are not those of today, by code. */
export function namesOn(
  { formerNames }: Pick<DirectoryState, 'formerNames'>,
  day: string,
): Map<string, string> {
  const until = new Map<string, FormerName>();
  for (const former of formerNames) {
    const known = until.get(former.code);
    if (day < former.ends && (known === undefined || former.ends < known.ends))
      until.set(former.code, former);
  }
  return new Map([...until].map(([code, { name }]) => [code, name]));
}
