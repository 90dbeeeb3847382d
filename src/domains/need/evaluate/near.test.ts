import { describe, expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { caseFileSchema, definitionSchema } from '../language/definition.ts';
import { makeLibrary, readLibrary } from '../language/library.ts';
import { evaluate } from './reference-evaluator.ts';
import { askedInWords } from './words.ts';

const shipped = readLibrary('content');
const HEADER = {
  ...Object.fromEntries(
    ['title', 'why', 'source', 'licence', 'author', 'owner', 'checker'].map((key) => [key, 'drawn']),
  ),
  version: '1.0.0',
  review: '2027-01-01',
  status: 'draft',
};

const NT_PRO_BNP = shipped.codelists.get('NT_PRO_BNP');
const REFERRAL = shipped.codelists.get('CARDIOLOGY_REFERRAL');
const codeOf = (list: typeof NT_PRO_BNP) => (list && 'codes' in list ? (list.codes[0]?.code ?? '') : '');

type Day = string | null;

/** What is said of somebody with tests and referrals on these days: `near` asks for a referral after a test. */
function outcomeOf(near: object, tests: Day[], referrals: Day[], from?: string): string {
  const definition = definitionSchema.parse({
    ...HEADER,
    kind: 'register',
    id: 'drawn',
    rule: { near: { codes: 'CARDIOLOGY_REFERRAL', to: 'NT_PRO_BNP', ...near } },
  });
  const { people } = caseFileSchema.parse({
    definition: 'drawn',
    reference_date: '2026-11-01',
    people: [
      {
        name: 'drawn',
        born: '1950-01-01',
        sex: 'female',
        events: [
          ...tests.map((date) => ({ code: codeOf(NT_PRO_BNP), date })),
          ...referrals.map((date) => ({ code: codeOf(REFERRAL), date })),
        ],
        feeds: from === undefined ? {} : { events: from },
        expect: { outcome: 'in' },
      },
    ],
  });
  const [person] = people;
  if (!person) throw new Error('nobody was drawn');
  const library = makeLibrary(shipped.codelists, [definition]);
  return evaluate(library, 'drawn', drawnRecord(person), plainDate('2026-11-01')).outcome;
}

const MONTH = { from_days: 0, to_days: 30 };

describe('an entry near another', () => {
  test.each<[string, object, Day[], Day[], string]>([
    ['on the day itself', MONTH, ['2026-03-01'], ['2026-03-01'], 'in'],
    ['on the last day', MONTH, ['2026-03-01'], ['2026-03-31'], 'in'],
    ['a day too late', MONTH, ['2026-03-01'], ['2026-04-01'], 'out'],
    ['before it', MONTH, ['2026-03-01'], ['2026-02-28'], 'out'],
    ['before it, where that is asked', { from_days: -7, to_days: -1 }, ['2026-03-01'], ['2026-02-28'], 'in'],
    ['the second of two tests counts', MONTH, ['2025-01-01', '2026-03-01'], ['2026-03-20'], 'in'],
    ['outside the window', { ...MONTH, months: 3 }, ['2026-03-01'], ['2026-03-20'], 'out'],
    ['of a test before the window', { ...MONTH, months: 3 }, ['2026-07-20'], ['2026-08-02'], 'in'],
    ['after the reference day', MONTH, ['2026-10-20'], ['2026-11-02'], 'out'],
    ['a test without a date', MONTH, [null], ['2026-03-20'], 'unknown'],
    ['a pair, and a test without a date', MONTH, [null, '2026-03-01'], ['2026-03-20'], 'in'],
    ['nothing at all', MONTH, [], [], 'out'],
  ])('%s', (_, near, tests, referrals, outcome) => {
    expect(outcomeOf(near, tests, referrals)).toBe(outcome);
  });

  test.each<[string, Day[], Day[], string]>([
    ['nothing, though the feed begins later than everything', [], [], 'unknown'],
    ['a test, and no referral in the window, which is covered', ['2026-10-01'], [], 'out'],
    ['a referral early in the window: the test may not have been sent', [], ['2026-08-10'], 'unknown'],
  ])('of a feed that begins in August: %s', (name, tests, referrals, outcome) => {
    const near = name.startsWith('nothing') ? MONTH : { ...MONTH, months: 3 };
    expect(outcomeOf(near, tests, referrals, '2026-08-01')).toBe(outcome);
  });

  test('is said in words', () => {
    const near = { codes: ['SYSTOLIC'], to: ['SYSTOLIC'], from_days: 1, to_days: 14, months: 12 };
    const said = askedInWords(shipped, { near });
    expect(said).toBe(
      'Systolic blood pressure, in the clinic: recorded in the last 12 months, 1 to 14 days after Systolic blood pressure, in the clinic',
    );
  });
});
