import { type ConceptNumber, concept } from './concepts.ts';
import type { Sex } from './people.ts';
import type { Subject } from './subject.ts';

// Entries that are hidden unless a role needs them: few, so that hiding can be seen and tested. Rates are invented.

interface RestrictedRule {
  /** Of 10,000 people of these ages and this sex. */
  readonly rate: number;
  readonly from: number;
  readonly to: number;
  readonly sex?: Sex;
  readonly codes: readonly ConceptNumber[];
}

const rules: readonly RestrictedRule[] = [
  {
    rate: 50,
    from: 20,
    to: 79,
    codes: [
      concept('86406008', 'Human immunodeficiency virus infection', 'HIV infection'),
      concept('91947003', 'Asymptomatic human immunodeficiency virus infection'),
    ],
  },
  {
    rate: 180,
    from: 17,
    to: 54,
    codes: [
      concept('240589008', 'Chlamydia trachomatis infection', 'Chlamydia'),
      concept('15628003', 'Gonorrhoea'),
      concept('33839006', 'Genital herpes'),
      concept('76272004', 'Syphilis'),
    ],
  },
  {
    rate: 12,
    from: 16,
    to: 60,
    codes: [concept('93461009', 'Gender dysphoria')],
  },
  {
    rate: 60,
    from: 28,
    to: 50,
    sex: 'F',
    codes: [
      concept('52637005', 'In vitro fertilisation', 'IVF'),
      concept('63487001', 'Assisted fertilisation'),
    ],
  },
  {
    rate: 240,
    from: 18,
    to: 50,
    sex: 'F',
    codes: [concept('386639001', 'Termination of pregnancy', 'TOP')],
  },
  {
    rate: 90,
    from: 0,
    to: 17,
    codes: [
      concept('342191000000101', 'Subject to child protection plan'),
      concept('764841000000100', 'Looked after child'),
    ],
  },
  {
    rate: 22,
    from: 18,
    to: 103,
    codes: [
      concept('766561000000109', 'Adult safeguarding concern'),
      concept('417430008', 'Vulnerable adult'),
    ],
  },
];

/** Writes the entries of restricted content. `dice` has begun the restricted stream. */
export function noteRestricted({ chart, dice, person }: Subject): void {
  for (const rule of rules) {
    if (person.age < rule.from || person.age > rule.to || (rule.sex ?? person.sex) !== person.sex) continue;
    if (!dice.chance(rule.rate, 10_000)) continue;
    const years = Math.max(1, Math.min(8, person.age - rule.from));
    chart.note(person.until - dice.between(5, years * 365), dice.one(rule.codes));
  }
}
