import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { openSolver } from '../../../platform/solver/index.ts';
import { chooseList, type Selectable, shortfall } from './choose-list.ts';
import { inTurn, shareOut, spreadDays } from './share-out.ts';

const solver = openSolver(null);
const WEEKS = 12;
const choose = (people: readonly Selectable[], room: Record<string, number>) =>
  chooseList({
    people,
    room: Object.entries(room).map(([discipline, minutes]) => ({ discipline, minutes })),
    periodWeeks: WEEKS,
    seconds: 20,
    solver,
  });
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** People as the content would weigh them: a few kinds of visits, a few worths, so that there are ties. */
const anyPeople = fc
  .array(
    fc.record({
      worth: fc.constantFrom(0, 2, 8, 20, 28, 50),
      coordination: fc.constantFrom(180, 270, 360),
      nursing: fc.constantFrom(0, 135),
      ranked: fc.boolean(),
      must: fc.constantFrom(false, false, false, false, false, true),
    }),
    { maxLength: 12 },
  )
  .map((drawn) =>
    drawn.map(
      ({ worth, coordination, nursing, ranked, must }, at): Selectable => ({
        person: at + 1,
        needRank: ranked ? at + 1 : null,
        worth,
        minutes: { coordination, nursing, therapy: 60 },
        must,
      }),
    ),
  );
const anyRoom = fc.record({ coordination: fc.nat(2000), nursing: fc.nat(500) });
const fitting = fc.tuple(anyPeople, anyRoom).filter(
  ([people, room]) =>
    shortfall(people, [
      { discipline: 'coordination', minutes: room.coordination },
      { discipline: 'nursing', minutes: room.nursing },
    ]).length === 0,
);

const taken = (people: readonly Selectable[], on: readonly number[], discipline: string) =>
  sum(people.filter(({ person }) => on.includes(person)).map(({ minutes }) => minutes[discipline] ?? 0));
const fits = (people: readonly Selectable[], on: readonly number[], room: Record<string, number>) =>
  Object.entries(room).every(([discipline, minutes]) => taken(people, on, discipline) <= minutes);
const worth = (people: readonly Selectable[], on: readonly number[]) =>
  sum(people.filter(({ person }) => on.includes(person)).map((each) => each.worth));

function bestByBruteForce(people: readonly Selectable[], room: Record<string, number>): number {
  let best = 0;
  for (let list = 0; list < 2 ** people.length; list++) {
    const on = people.filter((each, at) => each.must || (list >> at) & 1).map(({ person }) => person);
    if (fits(people, on, room)) best = Math.max(best, worth(people, on));
  }
  return best;
}

describe('a list that fits', () => {
  test('is worth what brute force finds, and takes no more than there is of any discipline that has hours', async () => {
    await fc.assert(
      fc.asyncProperty(fitting, async ([people, room]) => {
        const list = await choose(people, room);
        expect(list.proved).toBe(true);
        expect(list.worth).toBe(bestByBruteForce(people, room));
        expect(worth(people, list.people)).toBe(list.worth);
        expect(fits(people, list.people, room)).toBe(true);
        for (const { person, must } of people) if (must) expect(list.people).toContain(person);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  test('is the same whatever order people come in', async () => {
    const shuffled = fitting.chain(([people, room]) =>
      fc.tuple(
        fc.constant(people),
        fc.shuffledSubarray(people, { minLength: people.length, maxLength: people.length }),
        fc.constant(room),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([people, other, room]) => {
        expect(await choose(other, room)).toEqual(await choose(people, room));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('says of one more hour what a list with that hour is worth, and who comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fitting, async ([people, room]) => {
        const list = await choose(people, room);
        for (const { discipline, gain, comeIn, goOut } of list.oneMoreHour) {
          const more = {
            ...room,
            [discipline]: ((room as Record<string, number>)[discipline] ?? 0) + 60 * WEEKS,
          };
          expect(gain).toBe(bestByBruteForce(people, more) - list.worth);
          const then = [...list.people.filter((person) => !goOut.includes(person)), ...comeIn];
          expect(worth(people, then)).toBe(list.worth + (gain ?? 0));
          expect(fits(people, then, more)).toBe(true);
          if (gain === 0) expect([comeIn, goOut]).toEqual([[], []]);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('gets longer only with the hours: 12 hours a week of a coordinator are 32 people of 22.5 minutes', async () => {
    const people = Array.from({ length: 100 }, (_, at) => ({
      person: at + 1,
      needRank: at + 1,
      worth: 100 - at,
      minutes: { coordination: 270 },
      must: false,
    }));
    const list = await choose(people, { coordination: 12 * 60 * WEEKS });
    expect(list.people).toEqual(Array.from({ length: 32 }, (_, at) => at + 1));
    expect(list.justInside).toEqual([32, 31, 30, 29, 28]);
    expect(list.justOutside.slice(0, 3)).toEqual([33, 34, 35]);
    // 0 minutes are left of 8,640; 720 more are two people, and half of a third.
    expect(list.oneMoreHour).toEqual([
      { discipline: 'coordination', gain: 68 + 67, comeIn: [33, 34], goOut: [] },
    ]);
  });

  test('of people alike, has those with the greater need; nobody who is worth nothing', async () => {
    const alike = (person: number, needRank: number | null, points = 20) => ({
      person,
      needRank,
      worth: points,
      minutes: { coordination: 100 },
      must: false,
    });
    const list = await choose([alike(1, null), alike(2, 9), alike(3, 4), alike(4, 1, 0)], {
      coordination: 200,
    });
    expect(list.people).toEqual([3, 2]);
    expect(list.justOutside).toEqual([1]);
  });
});

test('what must be on it and does not fit is said by discipline', () => {
  const must = (person: number, coordination: number) => ({
    person,
    needRank: null,
    worth: 0,
    minutes: { coordination, nursing: 10 },
    must: true,
  });
  const room = [
    { discipline: 'coordination', minutes: 500 },
    { discipline: 'nursing', minutes: 20 },
  ];
  expect(shortfall([must(1, 300), must(2, 300)], room)).toEqual([
    { discipline: 'coordination', minutes: 100 },
  ]);
  expect(shortfall([must(1, 300)], room)).toEqual([]);
});

describe('sharing a list out', () => {
  const lead = (name: string, open: number, capacity: number | null) => ({
    account: name,
    name,
    role: 'care_coordinator',
    open,
    capacity,
  });
  test.each<[string, ReturnType<typeof lead>[], number, Record<string, number>]>([
    ['to whoever has the most room', [lead('a', 0, 10), lead('b', 8, 10)], 6, { a: 6, b: 0 }],
    ['until both have as much', [lead('a', 0, 10), lead('b', 6, 10)], 10, { a: 8, b: 2 }],
    ['of the same room, in turn', [lead('b', 0, 5), lead('a', 0, 5)], 3, { a: 2, b: 1 }],
    [
      'to those of whom nobody said last, the fewest first',
      [lead('a', 9, 10), lead('b', 3, null), lead('c', 2, null)],
      4,
      { a: 1, b: 1, c: 2 },
    ],
    ['never more than there is room for', [lead('a', 9, 10), lead('b', 12, 10)], 5, { a: 1, b: 0 }],
    ['to nobody where there is nobody', [], 5, {}],
  ])('%s', (_, leads, people, expected) => {
    expect(Object.fromEntries(shareOut(leads, people).map((share) => [share.account, share.people]))).toEqual(
      expected,
    );
  });

  test('takes them in turn from the top, so that no lead has all of those at the top', () => {
    const shares = [
      { account: 'a', people: 3 },
      { account: 'b', people: 1 },
    ];
    expect(inTurn(shares, [null, null, null, null, null])).toEqual(['a', 'b', 'a', 'a', null]);
  });

  test('gives somebody back to who led them, as far as that lead takes people', () => {
    const shares = [
      { account: 'a', people: 2 },
      { account: 'b', people: 1 },
    ];
    expect(inTurn(shares, [null, 'b', null])).toEqual(['a', 'b', 'a']);
    expect(inTurn(shares, [null, 'b', 'b']), 'b takes one').toEqual(['a', 'b', 'a']);
    expect(inTurn(shares, ['gone', 'a', 'a']), 'and who is there no more takes none').toEqual([
      'b',
      'a',
      'a',
    ]);
  });

  test('spreads first steps over working days', () => {
    // 5 December 2026 is a Saturday.
    expect(spreadDays(plainDate('2026-12-05'), 4, 2)).toEqual([
      '2026-12-07',
      '2026-12-09',
      '2026-12-14',
      '2026-12-16',
    ]);
    expect(spreadDays(plainDate('2026-12-07'), 1, 4)).toEqual(['2026-12-07']);
    expect(spreadDays(plainDate('2026-12-07'), 0, 4)).toEqual([]);
    const many = spreadDays(plainDate('2026-12-07'), 60, 4);
    expect(new Set(many).size).toBe(20);
    expect([...many].sort()).toEqual(many);
  });
});
