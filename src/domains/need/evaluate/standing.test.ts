import { describe, expect, test } from 'vitest';
import { drawnPopulation, drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { caseFileSchema, type Definition, definitionSchema } from '../language/definition.ts';
import { makeLibrary } from '../language/library.ts';
import { explain } from './explanation.ts';
import { evaluate } from './reference-evaluator.ts';
import { type Others, standingOf, valueToReach } from './standing.ts';

/** Ninety-nine others: with 10 and 20 points nine each, with 30 ten, and one with 40; seventy have no value. */
const OTHERS: Others = {
  people: 99,
  values: [
    { steps: 10, people: 9, ahead: 4 },
    { steps: 20, people: 9, ahead: 0 },
    { steps: 30, people: 10, ahead: 10 },
    { steps: 40, people: 1, ahead: 1 },
  ],
};

describe('where somebody stands', () => {
  test.each([
    ['above everybody', 41, 1, 99],
    ['with the highest, who is older', 40, 2, 98],
    ['with ten older people, behind one', 30, 12, 88],
    ['older than all of the same value', 20, 12, 88],
    ['in the middle of the same value', 10, 25, 75],
    ['below all who have a value, before all who have none', 0, 30, 70],
  ])('%s', (_, steps, rank, percentile) => {
    expect(standingOf(OTHERS, steps)).toEqual({ rank, people: 100, percentile });
  });

  test('percentile 91 is the top 9%: fewer than 9 of a hundred come before', () => {
    const nobodyEqual = (before: number): Others => ({
      people: 99,
      values: [{ steps: 5, people: before, ahead: before }],
    });
    expect(standingOf(nobodyEqual(8), 1).percentile).toBe(91);
    expect(standingOf(nobodyEqual(9), 1).percentile).toBe(90);
  });

  test.each([
    ['the top tenth, from below', 10, 90, 31],
    ['what is reached already', 40, 90, 40],
    ['the first hundredth', 10, 99, 41],
  ])('the value to reach: %s', (_, own, atLeast, value) => {
    expect(valueToReach(OTHERS, own, ({ percentile }) => percentile >= atLeast)).toBe(value);
  });

  test('nothing is to be reached where nobody can', () => {
    expect(valueToReach(OTHERS, 10, ({ rank }) => rank > 100)).toBeNull();
  });
});

const HEADER = {
  version: '1.0.0',
  ...Object.fromEntries(
    ['title', 'why', 'source', 'licence', 'author', 'owner', 'checker'].map((key) => [key, 'drawn']),
  ),
  review: '2027-01-01',
  status: 'draft',
};

function parse(body: object): Definition {
  return definitionSchema.parse({ ...HEADER, ...body });
}

describe('a condition about it', () => {
  const library = makeLibrary(
    new Map(),
    [
      parse({
        kind: 'score',
        id: 'years',
        title: 'Years',
        applies_to: { age: { from: 18 } },
        terms: [40, 50, 60, 70].map((from) => ({
          id: `from-${from}`,
          title: 'drawn',
          weight: '0.5',
          when: { all: [{ age: { from } }, { deprivation: { to: 10 } }] },
        })),
        bands: [],
      }),
      parse({ kind: 'register', id: 'women', title: 'Women', rule: { sex: 'female' } }),
      parse({
        kind: 'register',
        id: 'top',
        rule: { percentile: { of: 'years', over: 'neighbourhood', at_least: 75 } },
      }),
      parse({
        kind: 'register',
        id: 'first-woman',
        rule: { rank: { of: 'years', over: 'borough', among: 'women', at_most: 1 } },
      }),
    ],
    [],
  );
  const file = parseContent(
    `definition: top
reference_date: 2026-11-01
people:
  - { name: one, born: 1970-01-01, sex: male, deprivation: 3, others: { years: ['0.0', '0.5', '0.5'] }, expect: { outcome: in } }
  - { name: two, born: 1970-01-01, sex: male, deprivation: 3, others: { years: ['1.0', '0.5', '0.5'] }, expect: { outcome: out } }
  - { name: a child, born: 2020-01-01, sex: male, deprivation: 3, others: { years: ['0.0'] }, expect: { outcome: out } }
  - { name: no value, born: 1970-01-01, sex: male, others: { years: ['0.0'] }, expect: { outcome: unknown } }
  - { name: without others, born: 1970-01-01, sex: male, deprivation: 3, expect: { outcome: unknown } }
  - { name: a woman, born: 1970-01-01, sex: female, deprivation: 3, others: { years: ['0.5'] }, expect: { outcome: in } }
  - { name: sex unknown, born: 1970-01-01, sex: unknown, deprivation: 3, others: { years: ['0.5'] }, expect: { outcome: in } }
`,
    caseFileSchema,
    'drawn',
  );
  const found = (id: string, name: string) => {
    const person = file.people.find((each) => each.name === name);
    if (!person) throw new Error(`${name} is not drawn`);
    return evaluate(
      library,
      id,
      drawnRecord(person),
      plainDate('2026-11-01'),
      drawnPopulation(library, person),
    );
  };

  test.each(file.people)('$name is $expect.outcome', ({ name, expect: { outcome } }) => {
    expect(found('top', name).outcome).toBe(outcome);
  });

  test.each([
    ['a woman', 'in'],
    ['one', 'out'],
    ['sex unknown', 'unknown'],
  ])('among women, %s is %s', (name, outcome) => {
    expect(found('first-woman', name).outcome).toBe(outcome);
  });

  test('is explained by the value, the rank, of how many, and the value that would reach it', () => {
    const { because, wouldChange } = explain(library, found('top', 'two'), {
      row: () => false,
      practices: false,
    });
    expect(because[0]?.asked).toBe('Years: in the top 25% of the neighbourhood');
    expect(because[0]?.found).toBe(
      'the value is 1.0, rank 2 of 4 of the neighbourhood, percentile 74; 1.1 would reach it',
    );
    expect(wouldChange).toEqual([
      'Years: in the top 25% of the neighbourhood: the value would have to be 1.1; it is 1.0',
    ]);
    expect(
      explain(library, found('top', 'without others'), { row: () => false, practices: false }).because[0]
        ?.found,
    ).toBe(
      'unknown, because nothing has been published yet by which this person could be compared with others',
    );
    const among = explain(library, found('first-woman', 'a woman'), { row: () => false, practices: false });
    expect(among.because[0]?.asked).toBe('Years: among the first 1 of those of the borough in Women');
  });

  test('is refused of what has no value, and in a loop', () => {
    const by = (id: string, rule: object) => parse({ kind: 'register', id, rule });
    const over = { over: 'borough', at_least: 91 };
    const refused = (...made: Definition[]) => {
      try {
        makeLibrary(new Map(), [...library.definitions, ...made]);
        return [];
      } catch (error) {
        return (error as { problems: string[] }).problems;
      }
    };
    expect(refused(by('a', { percentile: { of: 'women', ...over } }))).toEqual([
      'women is no score, and has no value',
    ]);
    expect(refused(by('a', { percentile: { of: 'nothing', ...over } }))).toEqual([
      'there is no definition nothing',
    ]);
    expect(refused(by('a', { percentile: { of: 'years', among: 'a', ...over } }))).toEqual([
      'it refers to itself: a → a',
    ]);
    expect(() => by('a', { percentile: { of: 'years', over: 'town', at_least: 91 } })).toThrow(
      /neighbourhood/,
    );
    expect(() => by('a', { percentile: { of: 'years', over: 'borough' } })).toThrow(/at_least/);
  });
});
