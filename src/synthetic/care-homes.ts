import { areasByNeighbourhood } from './areas.ts';
import { Dice } from './dice.ts';
import { addressLine, practiceName } from './names.ts';
import type { Person } from './people.ts';
import type { BoroughPlan } from './plan.ts';
import { type Postcode, postcodeIn } from './postcodes.ts';
import { streams } from './streams.ts';

/** There is a care home for so many people of a borough. Invented, so that a home has some thirty to forty residents. */
const PEOPLE_TO_A_HOME = 8_000;
const ROOMS = 48;
/** Numbers of throws that no person has. */
const FIRST_HOME = 900_000_000;

/** Where somebody lives who lives in a care home. */
export interface CareHome {
  /** With their room: `Room 12, Wrenheath House, 12 Elmfen Road`. */
  readonly address: string;
  readonly postcode: Postcode;
}

/**
 * The care home of somebody: one of the few in the neighbourhood of their practice, with a room of their own. Homes
 * stand in its more and its less deprived areas alike, so that living in one moves nobody's deprivation on the whole.
 */
export function careHomeOf(plan: BoroughPlan, person: Person): CareHome {
  const { neighbourhood } = person.practice;
  const areas = areasByNeighbourhood[neighbourhood] ?? [];
  const people = plan.practices
    .filter(({ practice }) => practice.neighbourhood === neighbourhood)
    .reduce((sum, { registered }) => sum + registered, 0);
  const homes = Math.max(1, Math.round(people / PEOPLE_TO_A_HOME));
  const place = (person.number * 31) % homes;
  const area = areas[Math.floor(((place + 0.5) / homes) * areas.length)];
  if (area === undefined) throw new Error(`there is no neighbourhood ${neighbourhood}`);
  const dice = new Dice();
  dice.begin(plan.seed, FIRST_HOME + neighbourhood * 1_000 + place, streams.names);
  const street = addressLine(dice);
  const name = practiceName(neighbourhood * 97 + place * 13 + 5).split(' ')[0] ?? '';
  return {
    address: `Room ${(person.number % ROOMS) + 1}, ${name} House, ${street}`,
    postcode: postcodeIn(area, 7),
  };
}
