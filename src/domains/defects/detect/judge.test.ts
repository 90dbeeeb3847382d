import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { readFeedRules } from '../../register/index.ts';
import { readDefectKinds } from '../defect-kinds.ts';
import { type JudgeRequest, judge } from './judge.ts';
import type { Measured } from './measured.ts';

const kinds = readDefectKinds('content');
const feeds = readFeedRules('content');

/** A practice of 10,000 people with which nothing is wrong. */
const clean: Measured = {
  practice: 'Z1',
  list: 10_000,
  feeds: feeds.map(({ id }) => ({ feed: id, lastCame: plainDate('2026-11-01') })),
  rows: 700_000,
  faults: {},
  codes: { rows: 0, of: 100_000 },
  slots: { rows: 0, of: 50_000 },
  twice: { rows: 0, of: 10_000, with: null },
  pairs: [],
  examples: {},
};

const judged = (practice: Partial<Measured>, request: Partial<JudgeRequest> = {}) =>
  judge({
    measured: [{ ...clean, ...practice }],
    absent: [],
    accepted: new Map([['Z1', 10_000]]),
    kinds,
    feeds,
    today: plainDate('2026-11-20'),
    ...request,
  });

const kindsOf = (...request: Parameters<typeof judged>) => judged(...request).map(({ kind }) => kind);
const late = (lastCame: string | null) => ({
  feeds: [{ feed: 'events', lastCame: lastCame === null ? null : plainDate(lastCame) }],
});

describe('what counts as a defect, each line just below and just at its threshold', () => {
  test.each<[string, Partial<Measured>, Partial<Measured>, string]>([
    ['a feed is late', late('2026-10-16'), late('2026-10-15'), 'late-feed'],
    ['a list is shorter', { list: 9001 }, { list: 9000 }, 'list-size-jump'],
    ['a list is longer', { list: 10_999 }, { list: 11_000 }, 'list-size-jump'],
    ['one row', {}, { faults: { 'unit-error': { rows: 1, mark: 'a' } } }, 'unit-error'],
    [
      'a list is there twice',
      { twice: { rows: 999, of: 10_000, with: 'Z2' } },
      { twice: { rows: 1000, of: 10_000, with: 'Z2' } },
      'duplicate-list',
    ],
    [
      'codes are unmapped',
      { codes: { rows: 4999, of: 100_000 } },
      { codes: { rows: 5000, of: 100_000 } },
      'unmapped-codes',
    ],
    ['few of few', { slots: { rows: 9, of: 9 } }, { slots: { rows: 10, of: 10 } }, 'unmapped-slot-types'],
    [
      'codes are missing',
      { pairs: [{ rows: 4, of: 20 }] },
      { pairs: [{ rows: 5, of: 25 }] },
      'codes-missing-for-medication',
    ],
  ])('%s', (_, below, reached, kind) => {
    expect(kindsOf(below)).toEqual([]);
    expect(kindsOf(reached)).toEqual([kind]);
  });

  test('a feed that nobody knows the day of is not late, and one that was never sent neither', () => {
    expect(kindsOf(late(null))).toEqual([]);
    expect(kindsOf({ feeds: [] })).toEqual([]);
  });

  test('a list that was never accepted has nothing to jump from', () => {
    expect(kindsOf({ list: 1 }, { accepted: new Map() })).toEqual([]);
  });

  test('a practice that is missing is not late as well', () => {
    const absent = [{ practice: 'Z1', lastCame: plainDate('2026-08-01'), round: plainDate('2026-11-01') }];
    expect(kindsOf(late('2026-08-01'), { absent })).toEqual(['missing-practice']);
  });
});

describe('facts, by which something that is right as it is stays so', () => {
  const facts = (practice: Partial<Measured>) => judged(practice).map((finding) => finding.facts);

  test('stay the same while a share moves by a little, and change when it moves by much', () => {
    const share = (rows: number) => ({ codes: { rows, of: 100_000 } });
    expect(facts(share(30_100))).toEqual(facts(share(34_900)));
    expect(facts(share(30_100))).not.toEqual(facts(share(36_000)));
  });

  test('change when another row is meant, though there are as many', () => {
    const row = (mark: string) => ({ faults: { 'future-date': { rows: 1, mark } } });
    expect(facts(row('a'))).toEqual(facts(row('a')));
    expect(facts(row('a'))).not.toEqual(facts(row('b')));
  });
});

test('more of anything wrong never makes a defect go away', () => {
  const amount = fc.integer({ min: 0, max: 20_000 });
  fc.assert(
    fc.property(amount, amount, (some, more) => {
      const with_ = (rows: number) => ({
        codes: { rows, of: 40_000 },
        slots: { rows, of: 40_000 },
        twice: { rows, of: 40_000, with: 'Z2' },
        pairs: [{ rows, of: 40_000 }],
      });
      const fewer = kindsOf(with_(Math.min(some, more)));
      const worse = kindsOf(with_(Math.max(some, more)));
      expect(worse).toEqual(expect.arrayContaining(fewer));
    }),
  );
});

test('nothing is wrong with a practice with which nothing is wrong', () => {
  expect(judged({})).toEqual([]);
});
