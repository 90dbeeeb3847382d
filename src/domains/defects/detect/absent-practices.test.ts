import { expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { type Place, PlaceTree } from '../../directory/index.ts';
import { absentPractices } from './absent-practices.ts';

const place = (id: number, kind: Place['kind'], more: Partial<Place> = {}): Place => ({
  id,
  code: `P${id}`,
  kind,
  name: `Place ${id}`,
  within: null,
  memberOf: null,
  partOf: null,
  federatedIn: null,
  mergedInto: null,
  closed: null,
  ...more,
});

// Two boroughs: practices 11 to 15 in the first, 21 in the second; 16 went into 11.
const places = new PlaceTree([
  place(1, 'borough'),
  place(2, 'borough'),
  ...[11, 12, 13, 14, 15].map((id) => place(id, 'practice', { within: 1 })),
  place(16, 'practice', { within: 1, mergedInto: 11, closed: '2026-03-31' }),
  place(21, 'practice', { within: 2 }),
]);

const round = (day: string, ...practices: number[]) => ({
  day: plainDate(day),
  practices: new Set(practices.map((id) => `P${id}`)),
});

const absent = (...rounds: ReturnType<typeof round>[]) =>
  absentPractices({
    places,
    rounds,
    known: new Set(rounds.flatMap(({ practices }) => [...practices])),
    share: 0.5,
  }).map(({ practice, lastCame }) => `${practice} ${lastCame ?? 'never'}`);

test('missing is who never came though the borough sends; a borough that sends nothing is not expected to', () => {
  expect(absent(round('2026-11-01', 11, 12, 13, 14))).toEqual(['P15 never']);
  expect(absent()).toEqual([]);
});

test('missing is who came before and not with the last delivery of most', () => {
  const before = round('2026-11-01', 11, 12, 13, 14, 15);
  expect(absent(before, round('2026-12-01', 11, 12, 13, 14))).toEqual(['P15 2026-11-01']);
  expect(absent(before, round('2026-12-01', 11, 12, 13, 14), round('2026-12-03', 15))).toEqual([]);
});

test('a delivery of few says nothing about the others', () => {
  const before = round('2026-11-01', 11, 12, 13, 14, 15);
  expect(absent(before, round('2026-12-01', 11))).toEqual([]);
  expect(absent(before, round('2026-12-01', 11, 12))).toEqual([]);
});

test('a delivery that is older than what came since is no reason to miss anybody', () => {
  const late = round('2026-11-01', 11, 12, 13, 14);
  expect(absent(round('2026-12-01', 11, 12, 13, 14, 15), late)).toEqual([]);
});
