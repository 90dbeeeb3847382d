import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, londonDay, type PlainDate, plainDate } from '../../../kernel/index.ts';
import { weekdayOf } from './cadence.ts';
import { readInReachPathway } from './in-reach-pathway.ts';
import { type InReachPlan, planInReach, type Visited, type Wanted } from './plan-in-reach.ts';

const pathway = readInReachPathway('content');
const now = new Date('2026-11-02T09:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

const wanted = (person: number, more: Partial<Wanted> = {}): Wanted => ({
  person,
  setting: 'care_home',
  team: 1,
  site: 'ELM HOUSE',
  ...more,
});
const visited = (person: number, more: Partial<Visited> = {}): Visited => ({
  ...wanted(person),
  nextDay: plainDate('2026-11-05'),
  endedAt: null,
  endedBecause: null,
  ...more,
});
const plan = (more: Partial<Parameters<typeof planInReach>[0]>) =>
  planInReach({ wanted: [], unknown: new Set(), visited: [], gone: new Map(), pathway, now, ...more });

describe('whom the record says to visit', () => {
  test('begins to be visited, with the round of the place', () => {
    expect(plan({ wanted: [wanted(1), wanted(2)], visited: [visited(1)] })).toEqual({
      begin: [{ ...wanted(2), nextDay: '2026-11-05' }],
      change: [],
      end: [],
    });
  });

  test.each`
    what                                                | ended                                                | begins
    ${'is visited again when the record says so again'} | ${{ endedAt: later(-1), endedBecause: 'no_longer' }} | ${true}
    ${'not while whoever visited said that they moved'} | ${{ endedAt: later(-59), endedBecause: 'moved' }}    | ${false}
    ${'nor that they died'}                             | ${{ endedAt: later(-1), endedBecause: 'died' }}      | ${false}
    ${'but the record is believed in the end'}          | ${{ endedAt: later(-60), endedBecause: 'moved' }}    | ${true}
  `('$what', ({ ended, begins }) => {
    const before = visited(1, { nextDay: null, ...ended });
    expect(plan({ wanted: [wanted(1)], visited: [before] }).begin).toHaveLength(begins ? 1 : 0);
  });

  test('and moved to another place, setting or team is changed; who stays is not', () => {
    const { change } = plan({
      wanted: [wanted(1), wanted(2, { site: 'ASH HOUSE' }), wanted(3, { team: 2 }), wanted(4)],
      visited: [visited(1), visited(2), visited(3), visited(4, { setting: 'housebound' })],
    });
    expect(change.map(({ person, notAfter, newTeam }) => [person, notAfter, newTeam])).toEqual([
      [2, null, false],
      [3, null, true],
      [4, '2026-11-05', false],
    ]);
  });
});

describe('whom the record no longer says to visit', () => {
  test('ends, with why', () => {
    const { end } = plan({
      visited: [visited(1), visited(2), visited(3, { nextDay: null, endedAt: now, endedBecause: 'left' })],
      gone: new Map([[2, 'died']]),
    });
    expect(end).toEqual([
      { person: 1, because: 'no_longer' },
      { person: 2, because: 'died' },
    ]);
  });

  test('but not where nobody knows what the record says', () => {
    expect(plan({ visited: [visited(1)], unknown: new Set([1]) }).end).toEqual([]);
    expect(plan({ unknown: new Set([1]) }).begin).toEqual([]);
  });
});

/** What the statements of `keep-in-reach.ts` do, on a list. */
function carryOut(before: readonly Visited[], { begin, change, end }: InReachPlan, at: Date): Visited[] {
  const by = new Map(before.map((each) => [each.person, each]));
  for (const { nextDay, ...each } of begin)
    by.set(each.person, { ...each, nextDay, endedAt: null, endedBecause: null });
  for (const { notAfter, newTeam: _, ...each } of change) {
    const old = by.get(each.person) as Visited;
    const nextDay = notAfter !== null && old.nextDay && notAfter < old.nextDay ? notAfter : old.nextDay;
    by.set(each.person, { ...old, ...each, nextDay });
  }
  for (const { person, because } of end)
    by.set(person, { ...(by.get(person) as Visited), nextDay: null, endedAt: at, endedBecause: because });
  return [...by.values()];
}

test('whatever the record says, day after day: who is wanted has one visit ahead, and a second look changes nothing', () => {
  const someone = fc.record({
    person: fc.integer({ min: 1, max: 12 }),
    setting: fc.constantFrom('care_home' as const, 'housebound' as const),
    team: fc.integer({ min: 1, max: 2 }),
    site: fc.constantFrom('', 'ELM', 'ASH'),
  });
  const days = fc.array(
    fc.record({
      wanted: fc.uniqueArray(someone, { selector: ({ person }) => person, maxLength: 12 }),
      unknown: fc.uniqueArray(fc.integer({ min: 13, max: 16 })),
      on: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(days, (said) => {
      let state: Visited[] = [];
      let at = now;
      for (const each of said) {
        at = new Date(at.getTime() + each.on * 86_400_000);
        const ask = () =>
          planInReach({
            wanted: each.wanted,
            unknown: new Set(each.unknown),
            visited: state,
            gone: new Map(),
            pathway,
            now: at,
          });
        state = carryOut(state, ask(), at);
        expect(ask()).toEqual({ begin: [], change: [], end: [] });
        const open = state.filter(({ endedAt }) => endedAt === null);
        expect(open.map(({ person }) => person).sort()).toEqual(
          each.wanted.map(({ person }) => person).sort(),
        );
        expect(new Set(state.map(({ person }) => person)).size).toBe(state.length);
        for (const { nextDay } of open) expect(pathway.round_days).toContain(weekdayOf(nextDay as PlainDate));
        expect(open.every(({ nextDay }) => nextDay && nextDay <= addDays(londonDay(at), 28))).toBe(true);
      }
    }),
  );
});
