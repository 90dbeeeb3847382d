import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { AreaDeprivation, PlaceTree } from '../../directory/index.ts';

/** Hands the places to DuckDB: for each practice its number, neighbourhood and borough. */
export async function loadPlaces(duck: Pick<Duck, 'run'>, places: PlaceTree): Promise<void> {
  const rows = places.all
    .filter((place) => place.kind === 'practice')
    .map((place) => {
      const neighbourhood = places.enclosing(place, 'neighbourhood')?.id ?? null;
      const borough = places.enclosing(place, 'borough')?.id ?? null;
      return `(${literal(place.code)}, ${place.id}, ${neighbourhood}::int, ${borough}::int)`;
    });
  // Without practices (people of a FHIR source alone, say) nobody is registered, and there is nobody to place.
  const nowhere = "('', 0, null::int, null::int)";
  await duck.run(
    `create or replace temp table practice_place as
     select * from (values ${rows.length === 0 ? nowhere : rows.join(', ')}) as row (practice, practice_id, neighbourhood, borough)
      where practice <> ''`,
  );
}

/** Hands the deprivation of small areas to DuckDB, as the temporary table `area (lsoa, imd_decile)`. */
export async function loadAreas(duck: Pick<Duck, 'run'>, areas: readonly AreaDeprivation[]): Promise<void> {
  const rows = areas.map(({ lsoa, imdDecile }) => `(${literal(lsoa)}, ${imdDecile}::int)`);
  await duck.run(
    `create or replace temp table area as ${rows.length === 0 ? "select '' as lsoa, 0 as imd_decile where false" : `select * from (values ${rows.join(', ')}) as row (lsoa, imd_decile)`}`,
  );
}
