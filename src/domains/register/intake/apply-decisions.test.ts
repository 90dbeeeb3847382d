import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { applyDecisions, type StandingDecision } from './apply-decisions.ts';

/** A record by its number: who it was, and what it is known by. */
type Known = readonly [rec: number, was: number | null, key: string];

interface Case {
  readonly records: readonly Known[];
  /** Whom keys stood for before. */
  readonly persons?: Record<string, number>;
  readonly decided: readonly string[];
  /** The keys after it, by record, and what was found to contradict. */
  readonly keys: Record<number, string>;
  readonly contradicts?: readonly string[];
}

const A_AND_B = { 'r:1': 1, 'r:2': 2 };

const cases: Record<string, Case> = {
  'nothing decided, nothing changed': {
    records: [
      [1, 1, 'r:1'],
      [2, 2, 'r:2'],
    ],
    decided: [],
    keys: { 1: 'r:1', 2: 'r:2' },
  },
  'merged without a number: the person known longest stays': {
    records: [
      [1, 1, 'r:1'],
      [2, 2, 'r:2'],
    ],
    persons: A_AND_B,
    decided: ['merged 1 2'],
    keys: { 1: 'r:1', 2: 'r:1' },
  },
  'merged with a number: who has the number stays': {
    records: [
      [1, 1, 'r:1'],
      [2, 2, 'n:2'],
    ],
    persons: { 'r:1': 1, 'n:2': 2 },
    decided: ['merged 1 2'],
    keys: { 1: 'n:2', 2: 'n:2' },
  },
  'all records of both come along': {
    records: [
      [1, 1, 'k:x'],
      [2, 2, 'n:2'],
      [3, 1, 'k:x'],
      [4, 2, 'n:2'],
    ],
    persons: { 'k:x': 1, 'n:2': 2 },
    decided: ['merged 1 2'],
    keys: { 1: 'n:2', 2: 'n:2', 3: 'n:2', 4: 'n:2' },
  },
  'three are one through two merges': {
    records: [
      [1, 1, 'r:1'],
      [2, 2, 'r:2'],
      [3, 3, 'r:3'],
    ],
    persons: { ...A_AND_B, 'r:3': 3 },
    decided: ['merged 2 3', 'merged 1 2'],
    keys: { 1: 'r:1', 2: 'r:1', 3: 'r:1' },
  },
  'a number that comes to merged records is that of both': {
    records: [
      [1, 1, 'r:1'],
      [2, 1, 'n:2'],
    ],
    persons: A_AND_B,
    decided: ['merged 1 2'],
    keys: { 1: 'n:2', 2: 'n:2' },
  },
  'a second number parts nobody and joins nobody': {
    // Record 2 came without a number, was merged, and comes with the number of person 7 now.
    records: [
      [1, 1, 'n:1'],
      [2, 1, 'n:7'],
      [9, 7, 'n:7'],
    ],
    persons: { 'n:1': 1, 'r:2': 2, 'n:7': 7 },
    decided: ['merged 1 2'],
    keys: { 1: 'n:1', 2: 'n:1', 9: 'n:7' },
    contradicts: ['two_numbers n:7'],
  },
  'two numbers before the merge was carried out: nobody is joined': {
    records: [
      [1, 1, 'n:1'],
      [2, 2, 'n:7'],
    ],
    persons: { 'n:1': 1, 'r:2': 2 },
    decided: ['merged 1 2'],
    keys: { 1: 'n:1', 2: 'n:7' },
    contradicts: ['two_numbers n:7'],
  },
  'kept apart, and alike as before: nothing': {
    records: [
      [1, 1, 'r:1'],
      [2, 2, 'r:2'],
    ],
    persons: A_AND_B,
    decided: ['apart 1 2'],
    keys: { 1: 'r:1', 2: 'r:2' },
  },
  'kept apart, and one number came: the one who had it keeps it': {
    records: [
      [1, 1, 'n:2'],
      [2, 2, 'n:2'],
    ],
    persons: { 'r:1': 1, 'n:2': 2 },
    decided: ['apart 1 2'],
    keys: { 1: 'r:1', 2: 'n:2' },
    contradicts: ['one_number n:2'],
  },
  'kept apart, and a supplier links them': {
    records: [
      [1, 1, 'k:x'],
      [2, 2, 'k:x'],
    ],
    persons: A_AND_B,
    decided: ['apart 1 2'],
    keys: { 1: 'k:x', 2: 'r:2' },
    contradicts: ['linked k:x'],
  },
  'a record that is gone is nobody’s contradiction': {
    records: [[1, 1, 'r:1']],
    decided: ['merged 1 2', 'apart 1 3'],
    keys: { 1: 'r:1' },
  },
};

describe('what people decided, and what deliveries say', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  const applied = async (
    records: readonly Known[],
    persons: Record<string, number>,
    decided: readonly string[],
  ) => {
    const rows = records.map(([rec, was, key]) => `(${rec}, ${was}, '${key}')`).join(', ');
    await duck.run(
      `create or replace temp table keyed as select * from (values ${rows}) as row (rec, was, key)`,
    );
    await duck.run('create or replace temp table person_key (key varchar, person int)');
    for (const [key, person] of Object.entries(persons))
      await duck.run('insert into person_key values ($1, $2)', [key, person]);
    const decisions = decided.map((text, at): StandingDecision => {
      const [verdict, one, other] = text.split(' ');
      const recs = { oneRec: Number(one), otherRec: Number(other), one: Number(one), other: Number(other) };
      return { match: at, verdict: verdict as 'merged', ...recs };
    });
    const contradictions = await applyDecisions(duck, decisions);
    const after = await duck.rows<{ rec: number; was: number; key: string }>(
      'select rec, was, key from keyed order by rec',
    );
    return {
      keys: Object.fromEntries(after.map(({ rec, key }) => [rec, key])),
      was: Object.fromEntries(after.map(({ rec, was }) => [rec, was])),
      contradicts: contradictions.map(({ kind, key }) => `${kind} ${key}`),
    };
  };

  test.each(Object.entries(cases))(
    '%s',
    async (_, { records, persons = {}, decided, keys, contradicts = [] }) => {
      expect(await applied(records, persons, decided)).toMatchObject({ keys, contradicts });
    },
  );

  test('who was parted again is who they were before they were merged', async () => {
    const { was } = await applied(
      [
        [1, 1, 'r:1'],
        [2, 1, 'r:2'],
      ],
      A_AND_B,
      ['apart 1 2'],
    );
    expect(was).toEqual({ 1: 1, 2: 2 });
  });

  test('whatever is decided: no two numbers become one, and who was not decided of stays', async () => {
    const key = fc.constantFrom('n:1', 'n:2', 'n:3', 'k:x', 'k:y', 'r');
    const record = fc.record({ key, was: fc.integer({ min: 1, max: 6 }) });
    const decision = fc
      .tuple(
        fc.constantFrom('merged', 'apart'),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
      )
      .filter(([, one, other]) => one < other);
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 6, maxLength: 8 }),
        fc.uniqueArray(decision, { maxLength: 4, selector: ([, one, other]) => `${one} ${other}` }),
        async (drawn, decisions) => {
          const records = drawn.map(
            ({ key: own, was }, at): Known => [at + 1, was, own === 'r' ? `r:${at + 1}` : own],
          );
          const persons = { 'n:1': 1, 'n:2': 2, 'k:x': 4 };
          const decided = decisions.map((parts) => parts.join(' '));
          const { keys, was: known } = await applied(records, persons, decided);
          const touched = new Set(decisions.flatMap(([, one, other]) => [one, other]));
          const keysTouched = new Set(records.filter(([rec]) => touched.has(rec)).map(([, , own]) => own));
          for (const [rec, , own] of records) {
            const after = keys[rec] ?? '';
            if (!keysTouched.has(own)) expect(after).toBe(own);
            // A record leaves its number only where it was decided of, and was somebody else's already.
            if (own.startsWith('n:') && after.startsWith('n:') && after !== own) {
              expect(touched).toContain(rec);
              expect(persons[after as 'n:1'] ?? known[rec]).toBe(known[rec]);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
