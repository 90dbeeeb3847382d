import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import type { NeedTables } from '../tables.ts';
import type { Publication } from './publication.ts';

/** A number as somebody may see it: exact and openable, or published (rounded; null when hidden). */
export interface PlaceNumber {
  readonly people: number | null;
  readonly exact: boolean;
}

/** The numbers of some places, by measure and band. */
export interface PlaceNumbers {
  of(place: Place, measure: string, band: string): PlaceNumber;
  /** The sum of several bands of one measure; hidden as soon as one of them is. */
  sum(place: Place, measure: string, bands: readonly string[]): PlaceNumber;
}

/**
 * Numbers of places for one reader. A place all of whose practices they may see has exact numbers, made by adding up
 * practices, so that each number is the list that it opens. Any other place has the published ones, which were
 * protected when they were stored. There is nothing between: a sum of what is visible and what is not would tell.
 *
 * `measures` are those that will be asked for; unsaid, all, which for a borough are tens of thousands of rows.
 */
export async function readPlaceNumbers(
  tx: Tx,
  publication: Publication,
  tree: PlaceTree,
  places: readonly Place[],
  visible: ReadonlySet<number>,
  measures?: readonly string[],
): Promise<PlaceNumbers> {
  const practicesOf = new Map(places.map((place) => [place.id, tree.practices(place).map(({ id }) => id)]));
  const isExact = (place: Place) => {
    const practices = practicesOf.get(place.id) ?? [];
    return practices.length > 0 && practices.every((id) => visible.has(id));
  };
  const exactPractices = [...new Set(places.filter(isExact).flatMap(({ id }) => practicesOf.get(id) ?? []))];
  const publishedPlaces = places.filter((place) => !isExact(place)).map(({ id }) => id);
  const exact = await readExact(tx, publication, exactPractices, measures);
  const published = await readPublished(tx, publication, publishedPlaces, measures);
  const of = (place: Place, measure: string, band: string): PlaceNumber => {
    const key = `${measure} ${band}`;
    if (!isExact(place)) return { people: published.get(place.id)?.get(key) ?? null, exact: false };
    const counts = (practicesOf.get(place.id) ?? []).map((id) => exact.get(id)?.get(key) ?? 0);
    return { people: counts.reduce((sum, count) => sum + count, 0), exact: true };
  };
  return {
    of,
    sum(place, measure, bands) {
      const numbers = bands.map((band) => of(place, measure, band));
      const hidden = numbers.some(({ people }) => people === null);
      return {
        people: hidden ? null : numbers.reduce((sum, { people }) => sum + (people ?? 0), 0),
        exact: isExact(place),
      };
    },
  };
}

type Counts = Map<number, Map<string, number | null>>;

async function readExact(
  tx: Tx,
  publication: Publication,
  practices: readonly number[],
  measures: readonly string[] | undefined,
): Promise<Counts> {
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.practice_count')
    .select(['practice_id as place', 'measure', 'band', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('practice_id', '=', sql<number>`any(${[...practices]}::int[])`)
    .$if(measures !== undefined, (query) => query.where('measure', 'in', measures ?? []))
    .execute();
  return byPlace(rows);
}

async function readPublished(
  tx: Tx,
  publication: Publication,
  places: readonly number[],
  measures: readonly string[] | undefined,
): Promise<Counts> {
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.published_count')
    .select(['place_id as place', 'measure', 'band', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('place_id', '=', sql<number>`any(${[...places]}::int[])`)
    .$if(measures !== undefined, (query) => query.where('measure', 'in', measures ?? []))
    .execute();
  return byPlace(rows);
}

function byPlace(
  rows: readonly { place: number; measure: string; band: string; people: number | null }[],
): Counts {
  const counts: Counts = new Map();
  for (const { place, measure, band, people } of rows) {
    const of = counts.get(place) ?? new Map<string, number | null>();
    of.set(`${measure} ${band}`, people);
    counts.set(place, of);
  }
  return counts;
}
