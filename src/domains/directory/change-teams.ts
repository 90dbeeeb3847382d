import type { Tx } from '../../platform/database/index.ts';
import type { DirectoryTables } from './tables.ts';

export interface AreaChange {
  readonly lsoa: string;
  readonly imdDecile: number | null;
  readonly imdRelease: string | null;
  readonly neighbourhood: number | null;
}

/** Small areas with their deprivation, by LSOA code. The latest file wins. */
export async function changeAreas(tx: Tx, areas: readonly AreaChange[]): Promise<void> {
  if (areas.length === 0) return;
  await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.area')
    .values(
      areas.map((area) => ({
        lsoa: area.lsoa,
        imd_decile: area.imdDecile,
        imd_release: area.imdRelease,
        neighbourhood: area.neighbourhood,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('lsoa').doUpdateSet((set) => ({
        imd_decile: set.ref('excluded.imd_decile'),
        imd_release: set.ref('excluded.imd_release'),
        neighbourhood: set.ref('excluded.neighbourhood'),
      })),
    )
    .execute();
}

/** Adds a team or brings it up to date. Returns its number. */
export async function changeTeam(
  tx: Tx,
  team: {
    readonly code: string;
    readonly name: string;
    readonly kind: string;
    readonly placeId: number | null;
  },
): Promise<number> {
  const row = { code: team.code, name: team.name, kind: team.kind, place_id: team.placeId };
  const { team_id } = await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.team')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('code').doUpdateSet({ name: team.name, kind: team.kind, place_id: team.placeId }),
    )
    .returning('team_id')
    .executeTakeFirstOrThrow();
  return team_id;
}

/** Says in which role, organisation and team an account works, and how many people it can lead. */
export async function changeStaff(
  tx: Tx,
  staff: {
    readonly account: string;
    readonly role: string;
    readonly organisation: string | null;
    readonly teamId: number | null;
    readonly capacity: number | null;
  },
): Promise<void> {
  const { account, role, organisation, teamId, capacity } = staff;
  const works = { role, organisation, team_id: teamId, capacity };
  await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.staff')
    .values({ account, ...works })
    .onConflict((conflict) => conflict.column('account').doUpdateSet(works))
    .execute();
}
