import { type ConceptNumber, concept } from './concepts.ts';

/** How an ethnic group bears on risk in the tables of conditions. */
export type Heritage = 'white' | 'mixed' | 'southAsian' | 'otherAsian' | 'black' | 'other';

export interface EthnicGroup {
  readonly concept: ConceptNumber;
  /** Of 1,000 people. */
  readonly share: number;
  readonly heritage: Heritage;
  /** Which lists of given names, see names.ts. */
  readonly names: readonly NameList[];
  /** Main spoken languages other than English, and how many of a hundred speak one of them. */
  readonly languages: readonly ConceptNumber[];
  readonly otherLanguage: number;
}

export type NameList =
  | 'english'
  | 'european'
  | 'westAfrican'
  | 'caribbean'
  | 'southAsian'
  | 'eastAsian'
  | 'middleEastern';

const arabic = concept('315566006', 'Arabic');
const bengali = concept('315567002', 'Bengali');
const polish = concept('315579002', 'Polish');
const portuguese = concept('315580004', 'Portuguese');
const somali = concept('315583002', 'Somali');
const spanish = concept('315584008', 'Spanish');
const turkish = concept('407657008', 'Turkish');

/** Main spoken language English. */
export const ENGLISH = concept('315570003', 'English');

/** The person was asked and did not say. */
export const NOT_STATED = concept('92531000000104', 'Z Not stated');

/**
 * The 16 groups of the 2001 census. Of 1,000 people 493 are Black, Asian or minority ethnic, 120 Black African and
 * 110 Black Caribbean (Lewisham primary care strategy 2016); the other shares are invented to add up to them.
 */
export const ethnicGroups: readonly EthnicGroup[] = [
  group('92391000000108', 'A White British', 384, 'white', ['english']),
  group('92401000000106', 'B White Irish', 19, 'white', ['english']),
  group(
    '92411000000108',
    'C Any other White background',
    104,
    'white',
    ['european'],
    [polish, spanish, turkish],
    30,
  ),
  group('92421000000102', 'D Mixed White and Black Caribbean', 30, 'mixed', ['english', 'caribbean']),
  group('92431000000100', 'E Mixed White and Black African', 14, 'mixed', ['english', 'westAfrican']),
  group('92441000000109', 'F Mixed White and Asian', 12, 'mixed', ['english', 'southAsian']),
  group('92451000000107', 'G Any other mixed background', 20, 'mixed', ['english', 'european']),
  group('110751000000108', 'H Indian', 18, 'southAsian', ['southAsian'], [bengali], 5),
  group('92461000000105', 'J Pakistani', 8, 'southAsian', ['southAsian']),
  group('92471000000103', 'K Bangladeshi', 8, 'southAsian', ['southAsian'], [bengali], 40),
  group('92481000000101', 'L Any other Asian background', 38, 'otherAsian', ['southAsian', 'eastAsian']),
  group('107691000000105', 'M Black Caribbean', 110, 'black', ['caribbean', 'english']),
  group('92491000000104', 'N Black African', 120, 'black', ['westAfrican'], [somali, portuguese], 18),
  group('92501000000105', 'P Any other Black background', 45, 'black', ['caribbean', 'westAfrican']),
  group('92511000000107', 'R Chinese', 22, 'otherAsian', ['eastAsian']),
  group(
    '92521000000101',
    'S Any other ethnic group',
    48,
    'other',
    ['middleEastern', 'european'],
    [arabic, spanish],
    30,
  ),
];

/** The shares, in the order of the groups. */
export const ethnicShares: readonly number[] = ethnicGroups.map(({ share }) => share);

function group(
  code: string,
  term: string,
  share: number,
  heritage: Heritage,
  names: readonly NameList[],
  languages: readonly ConceptNumber[] = [],
  otherLanguage = 0,
): EthnicGroup {
  return { concept: concept(code, term), share, heritage, names, languages, otherLanguage };
}
