import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { Place, PlaceTree } from '../../directory/index.ts';
import type { Publication } from '../facts/publication.ts';
import { bandsOf, type Library } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';
import { AGE, EVERYBODY, SEX } from './compared.ts';
import type { Known } from './ratios.ts';

/** People of one age band and sex; null where hidden. */
export interface AgeAndSex {
  readonly age: string;
  readonly sex: string;
  readonly people: Known | null;
}

/**
 * The people of a place by age and sex, age by age, in the order of the strata that reference rates have. Exact for who may
 * see all practices of the place; published for others, and then not of a single practice: null.
 */
export async function readAgeAndSex(
  tx: Tx,
  publication: Publication,
  tree: PlaceTree,
  {
    place,
    library,
    visible,
    rounding,
  }: { place: Place; library: Library; visible: ReadonlySet<number>; rounding: number },
): Promise<AgeAndSex[] | null> {
  const practices = tree.practices(place).map(({ id }) => id);
  const exact = practices.every((id) => visible.has(id));
  if (publication.groups.length === 0 || practices.length === 0) return null;
  if (!exact && place.kind === 'practice') return null;
  const rows = exact
    ? await readExact(tx, publication, practices)
    : await readPublished(tx, publication, place);
  const slack = exact ? 0 : Math.floor(rounding / 2);
  const sexes = bandsOf(library.definition(SEX));
  return bandsOf(library.definition(AGE)).flatMap((age, place_) => {
    // Everybody of a stratum of this age is in the group of this age.
    const group = publication.groups.findIndex((each) => each.dimension === AGE && each.group === age.id);
    return sexes.map((sex, at): AgeAndSex => {
      const counts = rows.filter(({ stratum }) => stratum === place_ * sexes.length + at);
      const of = counts.map(({ people }) => people[group] ?? null);
      if (!exact && of.includes(null)) return { age: age.id, sex: sex.id, people: null };
      const value = of.reduce((sum: number, count) => sum + (count ?? 0), 0);
      return {
        age: age.id,
        sex: sex.id,
        people: { value, low: Math.max(0, value - slack), high: value === 0 ? 0 : value + slack },
      };
    });
  });
}

interface Row {
  readonly stratum: number;
  readonly people: readonly (number | null)[];
}

async function readExact(tx: Tx, publication: Publication, practices: readonly number[]): Promise<Row[]> {
  return await tx
    .withTables<NeedTables>()
    .selectFrom('need.equity_stratum')
    .select(['stratum', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('denominator', '=', EVERYBODY)
    .where('practice_id', '=', sql<number>`any(${[...practices]}::int[])`)
    .execute();
}

async function readPublished(tx: Tx, publication: Publication, place: Place): Promise<Row[]> {
  return await tx
    .withTables<NeedTables>()
    .selectFrom('need.published_stratum')
    .select(['stratum', 'people'])
    .where('snapshot_id', '=', publication.snapshotId)
    .where('denominator', '=', EVERYBODY)
    .where('place_id', '=', place.id)
    .execute();
}

/** The reference rates of every figure, by `measure band`. */
export async function readReferenceRates(
  tx: Tx,
  publication: Publication,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.reference_rate')
    .select(['measure', 'band', 'rates'])
    .where('snapshot_id', '=', publication.snapshotId)
    .execute();
  return new Map(rows.map(({ measure, band, rates }) => [`${measure} ${band}`, rates]));
}
