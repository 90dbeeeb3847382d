import { BOROUGH } from './borough.ts';
import { territory } from './territory.ts';

const FIRST_OF_OTHERS = 300;

export interface Area {
  readonly lsoa: string;
  readonly decile: number;
  /** Null outside the borough. */
  readonly neighbourhood: number | null;
  /** Counts all areas, so that postcodes can be made from it. */
  readonly number: number;
}

/** The small areas by neighbourhood, the more deprived first: Lewisham's first, and the same with or without the others. */
export const areasByNeighbourhood: readonly (readonly Area[])[] = numberAreas();

/** Where people live who are registered here but live across the boundary: known to no place file. */
export const areasOutside: readonly Area[] = Array.from({ length: 20 }, (_, index) => ({
  lsoa: `E01998${String(index + 1).padStart(3, '0')}`,
  decile: 3 + (index % 5),
  neighbourhood: null,
  number: 200 + index,
}));

function numberAreas(): Area[][] {
  let number = 0;
  return territory('sel').neighbourhoods.map(({ areas, borough }, neighbourhood) => {
    // Postcodes are made from the number: those of the others begin beyond the areas outside.
    if (borough !== BOROUGH.id) number = Math.max(number, FIRST_OF_OTHERS);
    return areas.flatMap(([decile, count]) =>
      Array.from({ length: count }, () => {
        number += 1;
        return { lsoa: lsoaOf(number), decile, neighbourhood, number };
      }),
    );
  });
}

/** Codes that no area has: real ones are below E01036000. */
function lsoaOf(number: number): string {
  return number > FIRST_OF_OTHERS ? `E01${996_700 + number}` : `E01999${String(number).padStart(3, '0')}`;
}
