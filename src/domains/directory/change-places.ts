import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { DirectoryTables, PlaceKind, PlaceRelation } from './tables.ts';

/** A place as a file describes it. `undefined` leaves what is known as it is; `closed: null` says that it is open. */
export interface PlaceChange {
  readonly code: string;
  readonly kind: PlaceKind;
  readonly name: string;
  readonly postcode?: string | null;
  readonly opened?: string | null;
  readonly closed?: string | null;
}

export interface ParentChange {
  readonly child: string;
  readonly parent: string;
  readonly relation: PlaceRelation;
  readonly starts?: string | null;
  readonly ends?: string | null;
}

/** What a file changed, in numbers. */
export interface PlaceChanges {
  readonly loaded: number;
  readonly duplicate: number;
}

/**
 * Adds places and brings known ones up to date. The kind of a place never changes: a code that names another kind is
 * another thing, and the file is wrong. Returns how many rows were news.
 *
 * With `deferTo`, a name that came from a source whose name begins so stays: of two files that spell a practice
 * differently one has to be the authority, or each import would undo the other.
 */
export async function changePlaces(
  tx: Tx,
  places: readonly PlaceChange[],
  source: string,
  { deferTo }: { deferTo?: string } = {},
): Promise<PlaceChanges> {
  // Files that say nothing of closing must not open what another file closed.
  const saysWhetherClosed = (place: PlaceChange) => place.closed !== undefined;
  const loaded =
    (await upsertPlaces(tx, places.filter(saysWhetherClosed), source, { closing: true, deferTo })) +
    (await upsertPlaces(
      tx,
      places.filter((place) => !saysWhetherClosed(place)),
      source,
      { closing: false, deferTo },
    ));
  return { loaded, duplicate: places.length - loaded };
}

async function upsertPlaces(
  tx: Tx,
  places: readonly PlaceChange[],
  source: string,
  { closing, deferTo }: { closing: boolean; deferTo: string | undefined },
): Promise<number> {
  const db = tx.withTables<DirectoryTables>();
  const settled = deferTo === undefined ? sql`false` : sql`starts_with(directory.place.source, ${deferTo})`;
  const unlessSettled = (column: 'name' | 'source'): RawBuilder<string> =>
    sql`case when ${settled} then ${sql.ref(`directory.place.${column}`)} else ${sql.ref(`excluded.${column}`)} end`;
  let loaded = 0;
  for (const part of inParts(places, 500)) {
    const rows = part.map(({ code, kind, name, postcode, opened, closed }) => ({
      code,
      kind,
      name,
      postcode: postcode ?? null,
      opened: opened ?? null,
      closed: closed ?? null,
      source,
    }));
    const changed = await db
      .insertInto('directory.place')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('code')
          .doUpdateSet((set) => ({
            name: unlessSettled('name'),
            postcode: set.fn.coalesce('excluded.postcode', 'directory.place.postcode'),
            opened: set.fn.coalesce('excluded.opened', 'directory.place.opened'),
            closed: set.ref(closing ? 'excluded.closed' : 'directory.place.closed'),
            source: unlessSettled('source'),
            changed_at: sql`now()`,
          }))
          .where((where) =>
            where.or([
              where('directory.place.name', '!=', unlessSettled('name')),
              ...(closing
                ? [where('directory.place.closed', 'is distinct from', where.ref('excluded.closed'))]
                : []),
              where.and([
                where('excluded.postcode', 'is not', null),
                where('directory.place.postcode', 'is distinct from', where.ref('excluded.postcode')),
              ]),
              where.and([
                where('excluded.opened', 'is not', null),
                where('directory.place.opened', 'is distinct from', where.ref('excluded.opened')),
              ]),
            ]),
          ),
      )
      .returning('place_id')
      .execute();
    loaded += changed.length;
  }
  return loaded;
}

/**
 * Puts places under their parents. A child has one open parent per relation: a new one ends the old on the day it
 * begins (the day of the file, where no day is known). What is older than the parent that a child has is no news.
 * Returns how many rows were news.
 */
export async function changeParents(
  tx: Tx,
  changes: readonly ParentChange[],
  about: { source: string; asOf: string },
): Promise<PlaceChanges> {
  const db = tx.withTables<DirectoryTables>();
  const codes = [...new Set(changes.flatMap(({ child, parent }) => [child, parent]))];
  const known = await db
    .selectFrom('directory.place')
    .where('code', 'in', codes.length === 0 ? [''] : codes)
    .select(['code', 'place_id'])
    .execute();
  const idOf = new Map(known.map(({ code, place_id }) => [code, place_id]));
  const open = await db
    .selectFrom('directory.place_parent')
    .where('ends', 'is', null)
    .select(['child', 'parent', 'relation', 'starts'])
    .execute();
  const parentOf = new Map(
    open.map(({ child, relation, parent, starts }) => [`${child} ${relation}`, { parent, starts }]),
  );
  let loaded = 0;
  for (const { child, parent, relation, starts, ends } of changes) {
    const childId = idOf.get(child);
    const parentId = idOf.get(parent);
    if (childId === undefined || parentId === undefined) throw new Error(`No place ${child} or ${parent}`);
    const now = parentOf.get(`${childId} ${relation}`);
    if (now?.parent === parentId && !ends) continue;
    const day = ends ?? starts ?? about.asOf;
    if (now?.starts && day < now.starts) continue;
    if (now !== undefined) {
      await db
        .updateTable('directory.place_parent')
        .set({ ends: day })
        .where('child', '=', childId)
        .where('relation', '=', relation)
        .where('ends', 'is', null)
        .execute();
    }
    if (!ends) {
      await db
        .insertInto('directory.place_parent')
        .values({
          child: childId,
          parent: parentId,
          relation,
          // Where it takes the place of another, it begins when that one ends.
          starts: starts ?? (now === undefined ? null : day),
          ends: null,
          source: about.source,
        })
        .execute();
      parentOf.set(`${childId} ${relation}`, { parent: parentId, starts: starts ?? null });
    }
    loaded++;
  }
  return { loaded, duplicate: changes.length - loaded };
}

/** Makes sure that a practice which sends data is in the directory, even before any directory file names it. */
export async function ensurePractices(
  tx: Tx,
  practices: readonly { readonly code: string; readonly name: string | null }[],
  source: string,
): Promise<Map<string, number>> {
  const db = tx.withTables<DirectoryTables>();
  for (const part of inParts(practices, 500)) {
    await db
      .insertInto('directory.place')
      .values(
        part.map(({ code, name }) => ({
          code,
          kind: 'practice' as const,
          name: name ?? code,
          postcode: null,
          opened: null,
          closed: null,
          source,
        })),
      )
      .onConflict((conflict) => conflict.column('code').doNothing())
      .execute();
  }
  const rows = await db
    .selectFrom('directory.place')
    .where('kind', '=', 'practice')
    .select(['code', 'place_id'])
    .execute();
  return new Map(rows.map(({ code, place_id }) => [code, place_id]));
}

function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
