import { expect, test } from 'vitest';
import { nearestTeam } from './where-to-refer.ts';

//  borough 1 ┬ neighbourhood 2 ┬ practice 21
//            │                 └ practice 22
//            └ neighbourhood 3 ─ practice 31
const practicesOf: Record<number, number[]> = { 1: [21, 22, 31], 2: [21, 22], 3: [31] };
const places = {
  place: (id: number) => (id in practicesOf ? { id } : null),
  practices: ({ id }: { id: number }) => (practicesOf[id] ?? []).map((practice) => ({ id: practice })),
} as unknown as Parameters<typeof nearestTeam>[0];

const borough = { team: 100, place: 1 };
const first = { team: 200, place: 2 };
const alsoFirst = { team: 201, place: 2 };
const placeless = { team: 300, place: null };
const gone = { team: 400, place: 9 };

test.each([
  ['the team of the neighbourhood rather than of the borough', [borough, first], 21, null, 200],
  ['the team of the borough, where the neighbourhood has none', [borough, first], 31, null, 100],
  ['the own team, of two of one neighbourhood', [first, alsoFirst], 22, 201, 201],
  ['never the own team, where another is nearer', [borough, first], 21, 100, 200],
  ['nobody, where no team covers the practice', [first, placeless, gone], 31, 200, null],
])('somebody is referred to %s', (_, teams, practice, own, expected) => {
  expect(nearestTeam(places, teams, practice, own)).toBe(expected);
});
