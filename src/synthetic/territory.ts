import {
  BOROUGH,
  BOROUGH_TEAM,
  lewishamNeighbourhoods,
  lewishamNetworks,
  lewishamPractices,
  type Neighbourhood,
  type Network,
  type Practice,
} from './borough.ts';
import { areasOf, listsOf, namesFrom, otherBoroughs } from './south-east-london.ts';

/** Which places are written: the borough, or the whole integrated care system round it. */
export type TerritoryName = 'lewisham' | 'sel';

export interface Borough {
  readonly id: string;
  readonly name: string;
  readonly team: { readonly id: string; readonly name: string };
}

export interface Federation {
  readonly id: string;
  readonly name: string;
  readonly neighbourhoods: readonly string[];
}

export interface Pharmacy {
  readonly id: string;
  readonly name: string;
  readonly borough: string;
}

/** Places and how they hang together. Practices name their neighbourhood by its place in the list. */
export interface Territory {
  readonly boroughs: readonly Borough[];
  readonly neighbourhoods: readonly Neighbourhood[];
  readonly networks: readonly Network[];
  readonly practices: readonly Practice[];
  readonly federations: readonly Federation[];
  readonly pharmacies: readonly Pharmacy[];
}

/** Community pharmacies of Lewisham, of the 324 of south-east London. Invented. */
const PHARMACIES_IN_LEWISHAM = 52;

/** Federations beyond Lewisham's four, by the boroughs that they cover. Invented; seven in all (strategy of 2022). */
const OTHER_FEDERATIONS: readonly (readonly string[])[] = [
  ['bexley', 'bromley'],
  ['greenwich'],
  ['lambeth', 'southwark'],
];

const lewisham: Territory = {
  boroughs: [{ ...BOROUGH, team: BOROUGH_TEAM }],
  neighbourhoods: lewishamNeighbourhoods,
  networks: lewishamNetworks,
  practices: lewishamPractices,
  federations: lewishamNeighbourhoods.map(({ id, name }, at) => ({
    id: `ZF000${at + 1}`,
    name: `${name} Federation (synthetic)`,
    neighbourhoods: [id],
  })),
  pharmacies: pharmaciesOf(BOROUGH.id, 1, PHARMACIES_IN_LEWISHAM),
};

const southEastLondon = growFrom(lewisham);

/** A territory by its name. Lewisham is the same in both. */
export function territory(name: TerritoryName): Territory {
  return name === 'sel' ? southEastLondon : lewisham;
}

/** Places in the list of neighbourhoods that lie in the same borough as this one, in order. */
export function neighbourhoodsBeside(neighbourhood: number): readonly number[] {
  return beside[neighbourhood] ?? [neighbourhood];
}

const beside = southEastLondon.neighbourhoods.map(({ borough }) =>
  southEastLondon.neighbourhoods.flatMap((other, at) => (other.borough === borough ? [at] : [])),
);

/** Lewisham and the other five, numbered on from it. */
function growFrom(start: Territory): Territory {
  const taken = new Set(start.practices.map(({ name }) => name));
  const grown = {
    boroughs: [...start.boroughs],
    neighbourhoods: [...start.neighbourhoods],
    networks: [...start.networks],
    practices: [...start.practices],
    pharmacies: [...start.pharmacies],
  };
  for (const line of otherBoroughs) {
    const firstNeighbourhood = grown.neighbourhoods.length;
    grown.boroughs.push({
      id: line.id,
      name: line.name,
      team: { id: `${line.id}-int`, name: `${line.name.replace(' (', ' integrated neighbourhood team (')}` },
    });
    const networks = Array.from({ length: line.networks }, (_, at) => {
      const number = grown.networks.length + at + 1;
      return {
        code: `ZU${String(number).padStart(4, '0')}`,
        name: `Network ${number} (synthetic)`,
        borough: line.id,
      };
    });
    grown.networks.push(...networks);
    const lists = listsOf(line);
    const names = namesFrom(grown.practices.length, line.practices, taken);
    const firstPractice = grown.practices.length;
    lists.forEach((list, at) => {
      const number = 10_001 + firstPractice + at;
      const network = networks[Math.floor((at * networks.length) / lists.length)];
      if (network === undefined) throw new Error(`no network in ${line.id}`);
      taken.add(names[at] ?? '');
      grown.practices.push({
        code: `Z${number}`,
        number,
        name: names[at] ?? '',
        neighbourhood: firstNeighbourhood + (at % line.neighbourhoods),
        network,
        list,
      });
    });
    areasOf(line).forEach((areas, at) => {
      const neighbourhood = firstNeighbourhood + at;
      const here = grown.practices.filter((practice) => practice.neighbourhood === neighbourhood);
      grown.neighbourhoods.push({
        id: `${line.id}-n${at + 1}`,
        name: `${line.name.replace(' (synthetic)', '')} neighbourhood ${at + 1}`,
        borough: line.id,
        people: here.reduce((sum, { list }) => sum + list, 0),
        areas,
      });
    });
    grown.pharmacies.push(...pharmaciesOf(line.id, grown.pharmacies.length + 1, line.pharmacies));
  }
  return { ...grown, federations: [...start.federations, ...federationsOf(grown.neighbourhoods)] };
}

function federationsOf(neighbourhoods: readonly Neighbourhood[]): Federation[] {
  return OTHER_FEDERATIONS.map((boroughs, at) => ({
    id: `ZF000${lewishamNeighbourhoods.length + at + 1}`,
    name: `Federation ${lewishamNeighbourhoods.length + at + 1} (synthetic)`,
    neighbourhoods: neighbourhoods.filter(({ borough }) => boroughs.includes(borough)).map(({ id }) => id),
  }));
}

function pharmaciesOf(borough: string, first: number, count: number): Pharmacy[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `ZP${String(first + at).padStart(4, '0')}`,
    name: `Pharmacy ${first + at} (synthetic)`,
    borough,
  }));
}
