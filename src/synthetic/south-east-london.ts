import { apportion } from './apportion.ts';
import { scramble } from './dice.ts';
import { practiceName } from './names.ts';

// The five boroughs beside Lewisham, for a synthetic integrated care system: with Lewisham's they make 6 boroughs, 195
// practices, 35 networks, 7 federations and 324 pharmacies (strategy of 2022) and about two million people. How these
// are shared out among the boroughs is invented, near what they are; every practice, network and name is made up.

/** Of a hundred small areas so many of each deprivation decile, the most deprived first. Invented. */
type Deciles = readonly number[];

interface BoroughLine {
  readonly id: string;
  readonly name: string;
  readonly practices: number;
  readonly people: number;
  readonly networks: number;
  readonly neighbourhoods: number;
  readonly areas: number;
  readonly deciles: Deciles;
  readonly pharmacies: number;
}

export const otherBoroughs: readonly BoroughLine[] = [
  {
    id: 'bexley',
    name: 'Bexley (synthetic)',
    practices: 20,
    people: 245_000,
    networks: 4,
    neighbourhoods: 3,
    areas: 146,
    deciles: [1, 6, 9, 12, 12, 13, 14, 13, 12, 8],
    pharmacies: 43,
  },
  {
    id: 'bromley',
    name: 'Bromley (synthetic)',
    practices: 41,
    people: 350_000,
    networks: 8,
    neighbourhoods: 6,
    areas: 197,
    deciles: [1, 5, 6, 8, 9, 10, 12, 14, 16, 19],
    pharmacies: 60,
  },
  {
    id: 'greenwich',
    name: 'Greenwich (synthetic)',
    practices: 28,
    people: 305_000,
    networks: 6,
    neighbourhoods: 4,
    areas: 151,
    deciles: [4, 18, 20, 17, 12, 10, 8, 6, 3, 2],
    pharmacies: 52,
  },
  {
    id: 'lambeth',
    name: 'Lambeth (synthetic)',
    practices: 36,
    people: 425_000,
    networks: 9,
    neighbourhoods: 5,
    areas: 178,
    deciles: [2, 17, 26, 23, 14, 9, 5, 3, 1, 0],
    pharmacies: 62,
  },
  {
    id: 'southwark',
    name: 'Southwark (synthetic)',
    practices: 30,
    people: 350_000,
    networks: 2,
    neighbourhoods: 5,
    areas: 166,
    deciles: [4, 20, 25, 20, 12, 9, 5, 3, 1, 1],
    pharmacies: 55,
  },
];

/** The lists of a borough's practices at full size: from a small one to one six times as large, adding up. */
export function listsOf({ id, practices, people }: BoroughLine): readonly number[] {
  const weights = Array.from(
    { length: practices },
    (_, at) => 20 + (scramble(at * 31 + id.length * 977) & 127),
  );
  return apportion(people, weights);
}

/** Counts of areas by decile in each neighbourhood of a borough. */
export function areasOf({ areas, deciles, neighbourhoods }: BoroughLine): (readonly [number, number])[][] {
  const byNeighbourhood = Array.from({ length: neighbourhoods }, (): (readonly [number, number])[] => []);
  apportion(areas, deciles).forEach((count, decile) => {
    apportion(
      count,
      byNeighbourhood.map((_, at) => 1 + ((at + decile) % neighbourhoods)),
    ).forEach((here, at) => {
      if (here > 0) byNeighbourhood[at]?.push([decile + 1, here]);
    });
  });
  return byNeighbourhood;
}

/** Names that nobody bears, none of them twice and none of Lewisham's. */
export function namesFrom(first: number, count: number, taken: ReadonlySet<string>): string[] {
  const names: string[] = [];
  for (let at = first; names.length < count; at++) {
    const name = practiceName(at);
    if (!taken.has(name)) names.push(name);
  }
  return names;
}
