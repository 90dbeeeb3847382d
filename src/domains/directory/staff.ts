import { type Kysely, sql } from 'kysely';
import { type Actor, type AuthTables, isRole, type Role } from '../../platform/auth/index.ts';
import type { Tables, Tx } from '../../platform/database/index.ts';
import type { DirectoryTables } from './tables.ts';

/** Who an account is at work: the actor of everything they do. Null for an account that nobody has given a role. */
export async function readActor(db: Kysely<Tables>, account: string): Promise<Actor | null> {
  const row = await db
    .withTables<DirectoryTables & AuthTables>()
    .selectFrom('auth.account')
    .innerJoin('directory.staff', 'directory.staff.account', 'auth.account.account')
    .leftJoin('directory.place', 'directory.place.code', 'directory.staff.organisation')
    .leftJoin('directory.team', 'directory.team.team_id', 'directory.staff.team_id')
    .where('auth.account.account', '=', account)
    .where('auth.account.active', '=', true)
    .select([
      'auth.account.account',
      'auth.account.name',
      'directory.staff.role',
      'directory.staff.organisation',
      'directory.place.kind as organisation_kind',
      'directory.staff.team_id',
      'directory.team.kind as team_kind',
    ])
    .executeTakeFirst();
  if (!row || !isRole(row.role)) return null;
  return {
    account: row.account,
    name: row.name,
    role: row.role,
    organisation: row.organisation,
    organisationKind: row.organisation_kind,
    team: row.team_id,
    teamKind: row.team_kind,
  };
}

export interface Colleague {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly capacity: number | null;
}

/** The people of a team who can lead somebody's care, by name. */
export async function readTeam(db: Kysely<Tables>, teamId: number): Promise<Colleague[]> {
  return await db
    .withTables<DirectoryTables & AuthTables>()
    .selectFrom('directory.staff')
    .innerJoin('auth.account', 'auth.account.account', 'directory.staff.account')
    .where('team_id', '=', teamId)
    .where('active', '=', true)
    .select(['directory.staff.account', 'name', 'role', 'capacity'])
    .orderBy('name')
    .execute();
}

/** A team of the directory, with where it stands. */
export interface ListedTeam {
  readonly team: number;
  readonly name: string;
  readonly kind: string;
}

/**
 * Teams that everybody of one role works in, wherever they are, by the kind of team: they look after data and access, and
 * see nobody by name.
 */
export const teamsOfRoles: Readonly<Record<string, Role>> = { data: 'analyst', governance: 'ig_lead' };

/** The kind of team that everybody of a role works in; null where there is none. */
export function teamKindOf(role: Role): string | null {
  return Object.keys(teamsOfRoles).find((kind) => teamsOfRoles[kind] === role) ?? null;
}

/** Every team that can be asked to do something for somebody, practices with a list last. */
export async function readTeams(db: Kysely<Tables>): Promise<ListedTeam[]> {
  await sql`select directory.practice_teams()`.execute(db);
  return await db
    .withTables<DirectoryTables>()
    .selectFrom('directory.team')
    .select(['team_id as team', 'name', 'kind'])
    .where('kind', 'not in', Object.keys(teamsOfRoles))
    .orderBy((order) => order.case().when('kind', '=', 'practice').then(1).else(0).end())
    .orderBy('name')
    .execute();
}

/** The team of the information governance lead, which owns what is theirs to look at. */
export async function governanceTeam(tx: Tx): Promise<number> {
  const { rows } = await sql<{ team: number }>`select directory.governance_team() as team`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('There is no team for information governance');
  return row.team;
}

/** The team of analysts, which owns what of the data and the definitions is theirs to mend and to check. */
export async function dataTeam(tx: Tx): Promise<number> {
  const { rows } = await sql<{ team: number }>`select directory.data_team() as team`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('There is no data team');
  return row.team;
}

/** The team of everybody at a practice, which owns what the practice is asked to do. Throws when it is no practice. */
export async function practiceTeam(tx: Tx, practice: number): Promise<number> {
  const found = await sql<{
    team: number | null;
  }>`select directory.practice_team(${practice}) as team`.execute(tx);
  const team = found.rows[0]?.team ?? null;
  if (team === null) throw new Error(`Place ${practice} is no practice`);
  return team;
}
