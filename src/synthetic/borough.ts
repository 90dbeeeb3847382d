// The made-up borough: its places and how they hang together. Counts of practices and people are those of the
// Lewisham primary care strategy of 2016 (40 practices, 316,475 people); every name and code is invented.

export const ICB = { id: 'sel', name: 'South East London (synthetic)' };
export const BOROUGH = { id: 'lewisham', name: 'Lewisham (synthetic)' };

/** The integrated neighbourhood team of the whole borough; every neighbourhood has one of its own beside it. */
export const BOROUGH_TEAM = {
  id: 'lewisham-int',
  name: 'Lewisham integrated neighbourhood team (synthetic)',
};

/** The community mental health team of the borough: it sees whom it is asked about. */
export const MENTAL_HEALTH_TEAM = {
  id: 'lewisham-cmht',
  name: 'Lewisham community mental health team (synthetic)',
  kind: 'cmht',
  place: BOROUGH.id,
};

/** Urgent care: its clinicians see who comes to them. */
export const URGENT_CARE_TEAM = {
  id: 'larchwick-urgent-care',
  name: 'Larchwick Urgent Treatment Centre (synthetic)',
  kind: 'urgent_care',
  place: BOROUGH.id,
};

/** Who sends what hospitals did, and the hospitals: two of them near, and an urgent treatment centre. */
export const HOSPITAL_SENDER = 'ZH0000';
export const HOSPITALS = [
  { code: 'ZH0001', name: 'Heronmere University Hospital' },
  { code: 'ZH0002', name: 'Otterholt General Hospital' },
  { code: 'ZH0003', name: 'Larchwick Urgent Treatment Centre' },
] as const;

export interface Neighbourhood {
  readonly id: string;
  readonly name: string;
  /** The borough that it lies in. */
  readonly borough: string;
  /** Registered people on the day of the extract, at full size. */
  readonly people: number;
  readonly areas: readonly AreaCount[];
}

/** So many small areas of one deprivation decile, 1 the most deprived tenth of England. */
type AreaCount = readonly [decile: number, areas: number];

/** People: strategy of 2016. Areas: 169 in all as in Lewisham; the deciles are invented, more deprived than England. */
export const lewishamNeighbourhoods: readonly Neighbourhood[] = [
  {
    id: 'lewisham-n1',
    name: 'Neighbourhood 1 North',
    borough: BOROUGH.id,
    people: 70_638,
    areas: [
      [1, 3],
      [2, 11],
      [3, 13],
      [4, 6],
      [5, 3],
      [6, 2],
    ],
  },
  {
    id: 'lewisham-n2',
    name: 'Neighbourhood 2 Central',
    borough: BOROUGH.id,
    people: 114_970,
    areas: [
      [1, 1],
      [2, 8],
      [3, 14],
      [4, 13],
      [5, 10],
      [6, 7],
      [7, 4],
      [8, 3],
      [9, 1],
    ],
  },
  {
    id: 'lewisham-n3',
    name: 'Neighbourhood 3 South East',
    borough: BOROUGH.id,
    people: 61_021,
    areas: [
      [1, 5],
      [2, 12],
      [3, 8],
      [4, 4],
      [5, 2],
      [6, 1],
    ],
  },
  {
    id: 'lewisham-n4',
    name: 'Neighbourhood 4 South West',
    borough: BOROUGH.id,
    people: 69_846,
    areas: [
      [1, 1],
      [2, 7],
      [3, 11],
      [4, 8],
      [5, 6],
      [6, 3],
      [7, 1],
      [8, 1],
    ],
  },
];

export interface Network {
  readonly code: string;
  readonly name: string;
  readonly borough: string;
}

export const lewishamNetworks: readonly Network[] = [
  { code: 'ZU0001', name: 'Amberfen Network', borough: BOROUGH.id },
  { code: 'ZU0002', name: 'Brightmarsh Network', borough: BOROUGH.id },
  { code: 'ZU0003', name: 'Copperholt Network', borough: BOROUGH.id },
  { code: 'ZU0004', name: 'Duskwold Network', borough: BOROUGH.id },
  { code: 'ZU0005', name: 'Evermere Network', borough: BOROUGH.id },
  { code: 'ZU0006', name: 'Foxtarn Network', borough: BOROUGH.id },
];

export interface Practice {
  readonly code: string;
  /** 10001 for Z10001: the beginning of the numbers of its records. */
  readonly number: number;
  readonly name: string;
  /** Which of the neighbourhoods, from 0. */
  readonly neighbourhood: number;
  readonly network: Network;
  /** Registered people at full size. */
  readonly list: number;
}

/** Name, network (place in the list above) and list at full size. Invented; the lists add up to the neighbourhood. */
type PracticeLine = readonly [name: string, network: number, list: number];

const lines: readonly (readonly PracticeLine[])[] = [
  [
    ['Amberfen Surgery', 0, 11_842],
    ['Brackenlow Health Centre', 0, 9_217],
    ['Cindermoor Practice', 0, 8_064],
    ['Dapplewick Medical Centre', 0, 7_131],
    ['Emberholt Surgery', 0, 6_390],
    ['Fennimarsh Family Practice', 0, 5_578],
    ['Gorsewold Surgery', 0, 4_903],
    ['Heronspinney Practice', 0, 4_452],
    ['Ivoryfen Surgery', 0, 3_871],
    ['Juniperholm Medical Centre', 1, 3_455],
    ['Kestrelfen Surgery', 1, 3_127],
    ['Linnetmarsh Practice', 1, 2_608],
  ],
  [
    ['Mallowtarn Medical Centre', 1, 17_860],
    ['Nettlewold Group Practice', 1, 14_925],
    ['Otterfold Surgery', 1, 13_210],
    ['Pipitmere Health Centre', 1, 11_748],
    ['Quillmarsh Practice', 2, 10_066],
    ['Rookfen Surgery', 2, 9_015],
    ['Sorreltarn Medical Centre', 2, 8_127],
    ['Tansyholt Surgery', 2, 7_248],
    ['Umberwold Practice', 2, 6_390],
    ['Vetchmoor Family Practice', 2, 5_461],
    ['Wrenspinney Surgery', 3, 4_518],
    ['Yarrowfen Practice', 3, 3_517],
    ['Zephyrholt Surgery', 3, 2_885],
  ],
  [
    ['Acornmarsh Medical Centre', 3, 13_455],
    ['Barleyfen Surgery', 3, 10_870],
    ['Cloverspinney Practice', 4, 9_312],
    ['Dewmoor Health Centre', 4, 7_904],
    ['Elderfen Surgery', 4, 6_733],
    ['Frostmere Family Practice', 4, 5_326],
    ['Glimmerholt Surgery', 4, 4_274],
    ['Hartsmarsh Practice', 4, 3_147],
  ],
  [
    ['Inkberry Medical Centre', 4, 15_230],
    ['Jadewold Group Practice', 4, 13_414],
    ['Kingcupfen Surgery', 5, 11_689],
    ['Lichenmoor Practice', 5, 9_842],
    ['Mistletarn Surgery', 5, 8_120],
    ['Nightjarholt Practice', 5, 6_411],
    ['Orchidfen Surgery', 5, 5_140],
  ],
];

/** The 40 practices, neighbourhood by neighbourhood. */
export const lewishamPractices: readonly Practice[] = lines
  .flatMap((inNeighbourhood, neighbourhood) => inNeighbourhood.map((line) => ({ line, neighbourhood })))
  .map(({ line: [name, network, list], neighbourhood }, index) => ({
    code: `Z${10_001 + index}`,
    number: 10_001 + index,
    name,
    neighbourhood,
    network: networkAt(network),
    list,
  }));

/** Victoria, her carer and the demonstration's GP, nurse and practice manager: a list of middle size. */
export const VICTORIA_PRACTICE = 'Z10019';

function networkAt(place: number): Network {
  const network = lewishamNetworks[place];
  if (network === undefined) throw new Error(`no network ${place}`);
  return network;
}
