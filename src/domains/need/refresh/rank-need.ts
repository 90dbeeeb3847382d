import { type Duck, literal } from '../../../platform/lake/index.ts';
import type { CompiledLibrary } from '../compile/compile.ts';
import { peopleSql, rankSql } from '../compile/standing-sql.ts';
import type { Library, Ranking } from '../language/library.ts';

/**
 * Ranks everybody who has the score, highest first; ties go to the older person, then to the lower person number, so
 * that the order is total and never depends on the order of rows. Percentiles are of the whole registered population
 * of the borough and of the neighbourhood, including those who cannot have the score: "the top 9% of need" is 9 of a
 * hundred people on the list.
 *
 * Leaves the temporary table `ranked (person, need_rank, need_before, need_before_neighbourhood, need_band)`;
 * `need_before` is the share of the borough that ranks before, in hundredths of a percent, rounded down.
 */
export async function rankNeed(
  duck: Duck,
  library: Library,
  ranking: Ranking,
  compiled: CompiledLibrary,
): Promise<void> {
  const steps = `steps_${compiled.definitions.indexOf(ranking.of)}`;
  if (library.definition(ranking.of).kind !== 'score') throw new Error(`${ranking.of} is not a score`);
  const within = (place: string) => ({ value: steps, place, among: 'true' });
  await duck.run(
    `create or replace temp table ranked as
     with listed as (
       select asked.person, asked.birth_day, outcome.${steps}, practice_place.borough, practice_place.neighbourhood,
              ${peopleSql(within('borough'))} as borough_people,
              ${peopleSql(within('neighbourhood'))} as neighbourhood_people,
              ${rankSql(within('borough'))} as need_rank,
              ${rankSql(within('neighbourhood'))} as neighbourhood_rank
         from asked join practice_place using (practice) join outcome using (person)),
     placed as (
       select * from listed where ${steps} is not null)
     select person, need_rank::integer as need_rank,
            ((need_rank - 1) * 10000 // borough_people)::integer as need_before,
            ((neighbourhood_rank - 1) * 10000 // neighbourhood_people)::integer as need_before_neighbourhood,
            ${bandSql(ranking)} as need_band
       from placed`,
  );
}

/** The first band that reaches as far as the person stands: in the top p percent when less than p rank before. */
function bandSql(ranking: Ranking): string {
  const cases = ranking.bands.map(
    (band) => `when (need_rank - 1) * 100 < borough_people * ${band.up_to_percent} then ${literal(band.id)}`,
  );
  return `case ${cases.join(' ')} end`;
}
