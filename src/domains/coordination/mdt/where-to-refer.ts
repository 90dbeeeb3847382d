import { sql } from 'kysely';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { type PlaceTree, readPlaces } from '../../directory/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import { meetingFor, readMeetingsAhead } from './meetings-ahead.ts';

/** To which team somebody is referred, and to which meeting of it. */
export interface WhereToRefer {
  readonly team: number;
  readonly teamName: string;
  /** Who leads the team, and can set a meeting up. */
  readonly leads: readonly string[];
  /** Null: the team has no meeting ahead. */
  readonly meeting: { readonly meeting: number; readonly name: string; readonly startsAt: Date } | null;
}

interface IntTeam {
  readonly team: number;
  readonly place: number | null;
}

/**
 * The person's own team, and the meeting that will have them (`meetingFor`): the team that has them on its caseload, or else the integrated
 * neighbourhood team of the smallest place in which their practice is, and in which somebody works. Of several teams of
 * one place whoever refers is taken at their own. Null where no such team covers the practice.
 */
export async function whereToRefer(
  tx: Tx,
  by: Actor,
  {
    person,
    practice,
    now,
  }: { readonly person: number; readonly practice: number | null; readonly now: Date },
): Promise<WhereToRefer | null> {
  const team = (await teamOfCaseload(tx, person)) ?? (await teamOfPlace(tx, by, practice));
  if (team === null) return null;
  const { rows } = await sql<Omit<WhereToRefer, 'meeting'>>`
    select team.team_id as team, team.name as "teamName",
           array(select who.name from directory.staff staff join auth.account who using (account)
                  where staff.team_id = team.team_id and staff.role = 'int_lead' and who.active order by 1) as leads
      from directory.team team where team.team_id = ${team}`.execute(tx);
  const [found] = rows;
  if (!found) return null;
  const ahead = await readMeetingsAhead(tx, { team, people: [person], now });
  // Whoever was taken off is back once somebody asks for them.
  return {
    ...found,
    meeting: meetingFor(
      ahead.map((each) => ({ ...each, off: [] })),
      person,
    ),
  };
}

/** The team on whose caseload somebody is, as far as whoever asks sees it. */
async function teamOfCaseload(tx: Tx, person: number): Promise<number | null> {
  const { rows } = await sql<{ team: number }>`
    select owner_team as team from work.item
     where kind = ${caseloadStates.kind} and closed_at is null and subject_kind = 'person'
       and subject_id = ${person}`.execute(tx);
  return rows[0]?.team ?? null;
}

async function teamOfPlace(tx: Tx, by: Actor, practice: number | null): Promise<number | null> {
  if (practice === null) return null;
  const { rows } = await sql<IntTeam>`
    select team_id as team, place_id as place from directory.team
     where kind = 'int' and exists (
       select from directory.staff join auth.account who using (account)
        where staff.team_id = team.team_id and who.active)
     order by team_id`.execute(tx);
  return nearestTeam(await readPlaces(tx), rows, practice, by.team);
}

/** Of teams of places, the one of the smallest place that a practice is in; of several the own one, or else the first. */
export function nearestTeam(
  places: Pick<PlaceTree, 'place' | 'practices'>,
  teams: readonly IntTeam[],
  practice: number,
  own: number | null,
): number | null {
  const covering = teams.flatMap(({ team, place: id }) => {
    const place = id === null ? null : places.place(id);
    const practices = place ? places.practices(place) : [];
    return practices.some((each) => each.id === practice) ? [{ team, size: practices.length }] : [];
  });
  const smallest = Math.min(...covering.map(({ size }) => size));
  const nearest = covering.filter(({ size }) => size === smallest);
  return (nearest.find(({ team }) => team === own) ?? nearest[0])?.team ?? null;
}
