import { type Kysely, sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tables, Tx } from '../../platform/database/index.ts';
import { teamKindOf, teamsOfRoles } from '../directory/index.ts';

/** A team whose work somebody does. */
export interface DeskTeam {
  readonly team: number;
  readonly name: string;
  readonly kind: string;
}

/** Somebody who is away now, and whose work somebody else does until they are back. */
export interface Covered {
  readonly account: string;
  readonly name: string;
  readonly until: Date;
}

/** Where somebody works: the teams that they are in, and the people whom they cover at this moment. */
export interface Desk {
  readonly by: Actor;
  readonly teams: readonly DeskTeam[];
  readonly covers: readonly Covered[];
}

/**
 * Reads where somebody works now: in their team, at their practice, or in the team of everybody of their role. Empty for
 * who is in none.
 */
export async function readDesk(tx: Tx, by: Actor, now: Date): Promise<Desk> {
  const teams = await sql<DeskTeam>`
    select team_id as team, name, kind from directory.team
     where team_id = ${by.team} or (kind = 'practice' and code = ${`practice ${by.organisation ?? ''}`})
        or kind = ${teamKindOf(by.role)}
     order by (team_id = ${by.team}) desc nulls last, name`.execute(tx);
  const covers = await sql<Covered>`
    select who.account, who.name, max(away.ends) as until
      from work.away away join auth.account who on who.account = away.account
     where away.covered_by = ${by.account} and away.starts <= ${now} and away.ends > ${now}
       and away.ended_early_at is null
     group by who.account, who.name order by who.name`.execute(tx);
  return { by, teams: teams.rows, covers: covers.rows };
}

/** Somebody who works in a team, and who covers them at this moment. */
export interface TeamMember {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly coveredBy: string | null;
}

/**
 * Everybody who works in a team now, by name: those who are placed in it, for a practice all who work there, and for the
 * team of a role all who have that role.
 */
export async function readMembers(db: Kysely<Tables>, team: number, now: Date): Promise<TeamMember[]> {
  const ofRoles = Object.entries(teamsOfRoles).map(([kind, role]) => sql`(${kind}, ${role})`);
  const found = await sql<TeamMember>`
    select who.account, who.name, staff.role,
           (select cover.name from work.away away join auth.account cover on cover.account = away.covered_by
             where away.account = who.account and away.starts <= ${now} and away.ends > ${now}
               and away.ended_early_at is null order by away.away_id desc limit 1) as "coveredBy"
      from directory.staff staff
      join auth.account who on who.account = staff.account
      join directory.team team on team.team_id = ${team}
     where who.active
       and (staff.team_id = team.team_id
            or (team.kind = 'practice' and team.code = 'practice ' || staff.organisation
                and staff.role in ('gp', 'practice_nurse', 'practice_manager'))
            or (team.kind, staff.role) in (${sql.join(ofRoles)}))
     order by who.name`.execute(db);
  return found.rows;
}
