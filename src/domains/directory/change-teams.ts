import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { PlaceChanges } from './change-places.ts';
import type { DirectoryTables } from './tables.ts';

export interface AreaChange {
  readonly lsoa: string;
  readonly imdDecile: number | null;
  readonly imdRelease: string | null;
  readonly neighbourhood: number | null;
}

/** Small areas with their deprivation, by LSOA code. The latest file wins. Returns how many rows were news. */
export async function changeAreas(tx: Tx, areas: readonly AreaChange[]): Promise<PlaceChanges> {
  if (areas.length === 0) return { loaded: 0, duplicate: 0 };
  const changed = await tx
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
      conflict
        .column('lsoa')
        .doUpdateSet((set) => ({
          imd_decile: set.ref('excluded.imd_decile'),
          imd_release: set.ref('excluded.imd_release'),
          neighbourhood: set.ref('excluded.neighbourhood'),
        }))
        .where(
          sql<boolean>`(area.imd_decile, area.imd_release, area.neighbourhood)
            is distinct from (excluded.imd_decile, excluded.imd_release, excluded.neighbourhood)`,
        ),
    )
    .returning('lsoa')
    .execute();
  return { loaded: changed.length, duplicate: areas.length - changed.length };
}

export interface TeamChange {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly placeId: number | null;
}

/** Whether a team stands in the directory exactly so. */
export async function isKnownTeam(tx: Tx, team: TeamChange): Promise<boolean> {
  const known = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.team')
    .select('team_id')
    .where('code', '=', team.code)
    .where('name', '=', team.name)
    .where('kind', '=', team.kind)
    .where('place_id', 'is not distinct from', team.placeId)
    .executeTakeFirst();
  return known !== undefined;
}

/** Adds a team or brings it up to date. Returns its number. */
export async function changeTeam(tx: Tx, team: TeamChange): Promise<number> {
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

/** Takes somebody out of their role and team. Returns whether they had one. */
export async function removeStaff(tx: Tx, account: string): Promise<boolean> {
  const removed = await tx
    .withTables<DirectoryTables>()
    .deleteFrom('directory.staff')
    .where('account', '=', account)
    .returning('account')
    .executeTakeFirst();
  return removed !== undefined;
}

/**
 * Says in which role, organisation and team an account works, and how many people it can lead. Returns whether that
 * was news.
 */
export async function changeStaff(
  tx: Tx,
  staff: {
    readonly account: string;
    readonly role: string;
    readonly organisation: string | null;
    readonly teamId: number | null;
    readonly capacity: number | null;
    /** What they are, such as District nurse, and how people whose care they lead reach them. */
    readonly profession?: string | null;
    readonly contact?: string | null;
  },
): Promise<boolean> {
  const { account, role, organisation, teamId, capacity, profession = null, contact = null } = staff;
  const works = { role, organisation, team_id: teamId, capacity, profession, contact };
  const changed = await tx
    .withTables<DirectoryTables>()
    .insertInto('directory.staff')
    .values({ account, ...works })
    .onConflict((conflict) =>
      conflict
        .column('account')
        .doUpdateSet(works)
        .where(
          sql<boolean>`(staff.role, staff.organisation, staff.team_id, staff.capacity, staff.profession, staff.contact)
            is distinct from (excluded.role, excluded.organisation, excluded.team_id, excluded.capacity,
                              excluded.profession, excluded.contact)`,
        ),
    )
    .returning('account')
    .executeTakeFirst();
  return changed !== undefined;
}
