import { describe, expect, test } from 'vitest';
import { Refusal } from '../kernel/index.ts';
import { apportion } from './apportion.ts';
import {
  lewishamNeighbourhoods as neighbourhoods,
  lewishamPractices as practices,
  VICTORIA_PRACTICE,
} from './borough.ts';
import { Dice } from './dice.ts';
import { FULL_BOROUGH, hasMoved, MOVED_EVERY, planBorough } from './plan.ts';
import { recordsOf } from './records.ts';

const full = planBorough({ seed: 1, people: FULL_BOROUGH });

function peopleByNeighbourhood(plan: typeof full): number[] {
  return neighbourhoods.map((_, at) =>
    plan.practices
      .filter(({ practice }) => practice.neighbourhood === at)
      .reduce((sum, { registered }) => sum + registered, 0),
  );
}

describe('the full borough', () => {
  test('has 40 practices, 12, 13, 8 and 7 by neighbourhood', () => {
    expect(full.practices).toHaveLength(40);
    const counts = neighbourhoods.map((_, at) => practices.filter((one) => one.neighbourhood === at).length);
    expect(counts).toEqual([12, 13, 8, 7]);
  });

  test('has 316,475 people, in the neighbourhoods as the strategy of 2016 counts them', () => {
    expect(peopleByNeighbourhood(full)).toEqual([70_638, 114_970, 61_021, 69_846]);
    expect(full.practices.reduce((sum, { registered }) => sum + registered, 0)).toBe(316_475);
  });

  test('has lists of about 2,500 to 18,000', () => {
    const lists = full.practices.map(({ registered }) => registered);
    expect(Math.min(...lists)).toBeGreaterThan(2_400);
    expect(Math.max(...lists)).toBeLessThan(18_000);
  });

  test('has networks that do not nest in neighbourhoods', () => {
    const crossing = new Set(practices.map(({ network }) => network.code)).size;
    const spanning = [...new Set(practices.map(({ network }) => network))].filter(
      (network) =>
        new Set(practices.filter((one) => one.network === network).map((one) => one.neighbourhood)).size > 1,
    );
    expect(crossing).toBe(6);
    expect(spanning.length).toBeGreaterThanOrEqual(2);
  });

  test('holds exactly that many open, regular registrations, each person in one practice', () => {
    const open = new Set<number>();
    let records = 0;
    for (const at of full.practices) {
      for (const { person, kept, end, part } of recordsOf(full, at, new Dice())) {
        records += 1;
        if (end === null && part !== 'earlier' && (kept === 'registered' || kept === 'moved'))
          open.add(person.number);
      }
    }
    expect(open.size).toBe(316_475);
    expect(records).toBe(
      full.persons + full.practices.reduce((sum, { movedAway }) => sum + movedAway.length, 0),
    );
  });

  test('knows who moved between two of its practices', () => {
    const away = full.practices.flatMap(({ movedAway }) => movedAway);
    expect(new Set(away).size).toBe(away.length);
    expect(away.length).toBe(Math.floor((316_475 - 38) / MOVED_EVERY) + 1);
    expect(away.every((person) => hasMoved(full, person))).toBe(true);
    for (const { movedAway, firstPerson, registered } of full.practices) {
      expect(movedAway.some((person) => person >= firstPerson && person < firstPerson + registered)).toBe(
        false,
      );
    }
  });
});

describe('a smaller borough', () => {
  test.each([800, 6_000, 31_647])('of %i people keeps its proportions and its exact total', (people) => {
    const plan = planBorough({ seed: 1, people });
    const counts = peopleByNeighbourhood(plan);
    expect(plan.practices).toHaveLength(40);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(people);
    counts.forEach((count, at) => {
      const share = ((neighbourhoods[at]?.people ?? 0) * people) / FULL_BOROUGH;
      expect(Math.abs(count - share)).toBeLessThan(1);
    });
  });

  test('always has the practice of Victoria, and her in it', () => {
    for (const wanted of [1, 4, 17]) {
      const plan = planBorough({ seed: 1, people: 2_000, practices: wanted });
      const hers = plan.practices.find(({ practice }) => practice.code === VICTORIA_PRACTICE);
      expect(plan.practices).toHaveLength(wanted);
      expect(plan.victoria).toBeGreaterThanOrEqual(hers?.firstPerson ?? Number.NaN);
      expect(plan.carer).toBeLessThan((hers?.firstPerson ?? 0) + (hers?.registered ?? 0));
    }
  });

  test.each([
    { people: 12 },
    { people: 2_000_000 },
    { people: 500.5 },
    { people: 5_000, practices: 41 },
    { people: 5_000, practices: 0 },
  ])('is refused when it cannot be made: %o', (size) => {
    expect(() => planBorough({ seed: 1, ...size })).toThrow(Refusal);
  });
});

describe('sharing out', () => {
  test('adds up, in proportion', () => {
    expect(apportion(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(apportion(0, [5, 3])).toEqual([0, 0]);
    expect(apportion(7, [70, 0, 30])).toEqual([5, 0, 2]);
  });
});
