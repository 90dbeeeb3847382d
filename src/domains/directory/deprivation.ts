import type { Kysely } from 'kysely';
import type { Tables } from '../../platform/database/index.ts';
import type { DirectoryTables } from './tables.ts';

/** A small area (LSOA) and its tenth of the Index of Multiple Deprivation; 1 is the most deprived, null unknown. */
export interface AreaDeprivation {
  readonly lsoa: string;
  readonly imdDecile: number | null;
}

/** The deprivation of every small area that the directory knows. */
export async function readDeprivation(db: Kysely<Tables>): Promise<AreaDeprivation[]> {
  return await areas(db).execute();
}

/** The deprivation of one small area; null where the area, or its deprivation, is not known. */
export async function deprivationOf(db: Kysely<Tables>, lsoa: string | null): Promise<number | null> {
  if (lsoa === null) return null;
  const area = await areas(db).where('lsoa', '=', lsoa).executeTakeFirst();
  return area?.imdDecile ?? null;
}

function areas(db: Kysely<Tables>) {
  return db
    .withTables<DirectoryTables>()
    .selectFrom('directory.area')
    .select(['lsoa', 'imd_decile as imdDecile']);
}
