import { type ConceptNumber, concept, conceptAt } from './concepts.ts';
import type { Person, Sex } from './people.ts';
import type { Subject } from './subject.ts';

// Who is at the edge of society, or meets barriers that few records show. All rates are invented; poverty raises them,
// and most of it is never written down.

interface InclusionRule {
  /** Of 10,000 people of these ages and this sex, where deprivation is middling. */
  readonly rate: number;
  readonly from: number;
  readonly to: number;
  readonly sex?: Sex;
  /** Only of people who are of such a group. */
  readonly of?: (person: Person) => boolean;
  /** How many times likelier where life is poorest. */
  readonly poverty: number;
  readonly codes: readonly ConceptNumber[];
}

const newcomers = new Set(['black', 'other', 'otherAsian', 'southAsian']);
const travellers = /^(B White Irish|C Any other White)/;

const rules: readonly InclusionRule[] = [
  {
    rate: 55,
    from: 16,
    to: 79,
    poverty: 3,
    codes: [concept('32911000', 'Homeless')],
  },
  {
    rate: 210,
    from: 0,
    to: 64,
    of: ({ group, bornHere }) => !bornHere && newcomers.has(group.heritage),
    poverty: 2,
    codes: [concept('390790000', 'Asylum seeker'), concept('446654005', 'Refugee')],
  },
  {
    rate: 160,
    from: 0,
    to: 103,
    of: ({ group }) => travellers.test(conceptAt(group.concept).term),
    poverty: 3,
    codes: [concept('976671000000104', 'White: Gypsy or Irish Traveller, 2011 census')],
  },
  { rate: 9, from: 18, to: 54, poverty: 3, codes: [concept('449344001', 'Sex worker')] },
  { rate: 70, from: 18, to: 64, sex: 'M', poverty: 3, codes: [concept('45361006', 'Imprisonment')] },
  {
    rate: 130,
    from: 4,
    to: 60,
    poverty: 1,
    codes: [concept('408856003', 'Autistic disorder'), concept('23560001', "Asperger's disorder")],
  },
];

/** Writes homelessness, asylum, Traveller families, sex work, prison and autism. `dice` has begun the inclusion stream. */
export function noteInclusion({ chart, dice, person }: Subject): void {
  for (const { rate, from, to, sex = person.sex, of = () => true, poverty, codes } of rules) {
    const drawn = dice.below(10_000);
    const poorer = person.area.decile <= 2 ? poverty : 1;
    if (person.age < from || person.age > to || sex !== person.sex || !of(person)) continue;
    if (drawn >= rate * poorer) continue;
    chart.note(person.until - dice.between(5, 2400), dice.one(codes));
  }
}
