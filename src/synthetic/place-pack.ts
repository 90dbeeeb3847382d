import { stringify } from 'yaml';
import { areasByNeighbourhood } from './areas.ts';
import { ICB, MENTAL_HEALTH_TEAM, type Practice, URGENT_CARE_TEAM, VICTORIA_PRACTICE } from './borough.ts';
import { gps } from './gps.ts';
import { staff } from './staff.ts';
import type { Territory } from './territory.ts';

/** From when to when the practices let the team look for people to help. */
// Real agreements are renewed each year. This one lasts, so that the demonstration does not end one day.
const AGREED = { from: '2026-04-01', to: '2036-03-31' };

/**
 * The places, areas, teams, people who work there and agreements of the borough, as the file that a user of the
 * product writes for their own: `place-pack.yaml`.
 */
export function placePack(there: Territory, practices: readonly Practice[]): string {
  const { boroughs, neighbourhoods } = there;
  return stringify(
    {
      layout: 'place-pack',
      version: '1.0.0',
      valid_from: '2026-04-01',
      places: placesOf(there, practices),
      areas: areasByNeighbourhood
        .slice(0, neighbourhoods.length)
        .flat()
        .map(({ lsoa, decile, neighbourhood }) => ({
          lsoa,
          imd_decile: decile,
          imd_release: 'synthetic',
          neighbourhood: neighbourhoods[neighbourhood ?? 0]?.id,
        })),
      teams: [
        ...boroughs.map(({ id, team }) => ({ ...team, kind: 'int', place: id })),
        ...neighbourhoods.map(({ id, name }) => ({
          id: `${id}-int`,
          name: `${name} team`,
          kind: 'int',
          place: id,
        })),
        MENTAL_HEALTH_TEAM,
        URGENT_CARE_TEAM,
      ],
      staff: staff(networkOfVictoria(practices)),
      gps: gps(practices),
      agreements: practices.map(({ code, network }) => ({
        practice: code,
        team: boroughs.find(({ id }) => id === network.borough)?.team.id,
        purpose: 'case finding for direct care',
        assurance: 'FICTIONAL-ASSURANCE-0001 (made up for the synthetic borough)',
        ...AGREED,
      })),
    },
    { lineWidth: 0 },
  );
}

function placesOf(there: Territory, practices: readonly Practice[]): Record<string, string>[] {
  const { boroughs, neighbourhoods, networks } = there;
  return [
    { id: ICB.id, kind: 'icb', name: ICB.name },
    ...boroughs.map(({ id, name }) => ({ id, kind: 'borough', name, within: ICB.id })),
    ...neighbourhoods.map(({ id, name, borough }) => ({ id, kind: 'neighbourhood', name, within: borough })),
    ...networks.map(({ code, name, borough }) => ({ id: code, kind: 'pcn', name, within: borough })),
    ...practices.map(({ code, name, neighbourhood, network }) => ({
      id: code,
      kind: 'practice',
      name,
      within: neighbourhoods[neighbourhood]?.id ?? network.borough,
      pcn: network.code,
    })),
  ];
}

function networkOfVictoria(practices: readonly Practice[]): string {
  const practice = practices.find(({ code }) => code === VICTORIA_PRACTICE);
  if (practice === undefined) throw new Error('the borough has no practice for Victoria');
  return practice.network.code;
}

/**
 * The pack of a demonstration that begins without a borough: one place, one team, and the made-up people who do not
 * need a practice of their own. Whoever tries the product with files of their own can sign in with it.
 */
export function emptyDemoPack(): string {
  const place = { id: 'your-place', kind: 'borough', name: 'Your place (demonstration)' };
  const team = {
    id: 'your-team',
    name: 'Your neighbourhood team (demonstration)',
    kind: 'int',
    place: place.id,
  };
  const people = staff(place.id)
    .filter(({ role }) =>
      ['int_lead', 'care_coordinator', 'analyst', 'commissioner', 'ig_lead'].includes(role),
    )
    // Its team is the borough's own.
    .filter((line) => line.team !== MENTAL_HEALTH_TEAM.id)
    .map((line) => ({
      ...line,
      organisation: place.id,
      ...(line.team === undefined ? {} : { team: team.id }),
    }));
  return stringify(
    {
      layout: 'place-pack',
      version: '1.0.0',
      valid_from: '2026-04-01',
      places: [place],
      teams: [team],
      staff: people,
    },
    { lineWidth: 0 },
  );
}
