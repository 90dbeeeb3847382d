import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, fromEpochDay, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { firstRoundDay, firstVisitDay, nextVisitDay, spreadOf, weekdayOf } from './cadence.ts';
import { readInReachPathway, settingOf, type VisitOutcome } from './in-reach-pathway.ts';

// November 2026: the 2nd, 9th, 16th and 23rd are Mondays.
const pathway = readInReachPathway('content');
const careHome = settingOf(pathway, 'care_home');
const housebound = settingOf(pathway, 'housebound');
const roundDays = pathway.round_days;
const outcome = (id: string) => pathway.outcomes.find((each) => each.id === id) as VisitOutcome;

test('weekdays: 1 is Monday, 7 Sunday', () => {
  expect(
    ['2026-11-02', '2026-11-07', '2026-11-08', '1969-12-31'].map((day) => weekdayOf(plainDate(day))),
  ).toEqual([1, 6, 7, 3]);
});

describe('the next visit', () => {
  test.each`
    what                                               | setting       | every   | planned         | visited         | outcome          | next
    ${'a round on its day'}                            | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'seen'}        | ${'2026-11-10'}
    ${'a round two days late stays on its Tuesday'}    | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-05'} | ${'seen'}        | ${'2026-11-10'}
    ${'a round nine days late: one was left out'}      | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-12'} | ${'seen'}        | ${'2026-11-17'}
    ${'a round a week late: the next is not that day'} | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-10'} | ${'seen'}        | ${'2026-11-17'}
    ${'a round a day early'}                           | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-02'} | ${'seen'}        | ${'2026-11-10'}
    ${'every 14 days for one person'}                  | ${careHome}   | ${14}   | ${'2026-11-03'} | ${'2026-11-03'} | ${'seen'}        | ${'2026-11-17'}
    ${'every 3 days: not at a weekend'}                | ${careHome}   | ${3}    | ${'2026-11-04'} | ${'2026-11-04'} | ${'seen'}        | ${'2026-11-09'}
    ${'at home, counted from the visit'}               | ${housebound} | ${null} | ${'2026-11-03'} | ${'2026-11-05'} | ${'seen'}        | ${'2026-12-03'}
    ${'at home on a Saturday: a Monday'}               | ${housebound} | ${null} | ${'2026-11-06'} | ${'2026-11-07'} | ${'seen'}        | ${'2026-12-07'}
    ${'who refuses is asked again as planned'}         | ${housebound} | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'refused'}     | ${'2026-12-01'}
    ${'who is in hospital is visited as planned'}      | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'in_hospital'} | ${'2026-11-10'}
    ${'who is not in is looked for again'}             | ${housebound} | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'not_in'}      | ${'2026-11-05'}
    ${'after the weekend'}                             | ${careHome}   | ${null} | ${'2026-11-06'} | ${'2026-11-06'} | ${'not_in'}      | ${'2026-11-09'}
    ${'never later than planned anyway'}               | ${careHome}   | ${1}    | ${'2026-11-03'} | ${'2026-11-03'} | ${'not_in'}      | ${'2026-11-04'}
    ${'who moved: none'}                               | ${careHome}   | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'moved'}       | ${null}
    ${'who died: none'}                                | ${housebound} | ${null} | ${'2026-11-03'} | ${'2026-11-03'} | ${'died'}        | ${null}
  `('$what', ({ setting, every, planned, visited, outcome: id, next }) => {
    expect(
      nextVisitDay({ setting, everyDays: every, roundDays, planned, visited, outcome: outcome(id) }),
    ).toBe(next);
  });

  const day = fc.integer({ min: 20_000, max: 22_000 }).map(fromEpochDay);
  const outcomes = fc.constantFrom(...pathway.outcomes);

  test('is always after the visit, on a day with rounds, and not much later than the cadence', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(careHome, housebound),
        fc.option(fc.integer({ min: 1, max: 182 })),
        day,
        fc.integer({ min: -6, max: 60 }),
        outcomes,
        (setting, everyDays, planned, late, came) => {
          // A visit before its day: not so early that it belongs to the round before.
          const visited = addDays(planned, Math.max(late, -(everyDays ?? setting.every_days) + 1));
          const next = nextVisitDay({ setting, everyDays, roundDays, planned, visited, outcome: came });
          expect(next === null).toBe(came.next === 'end');
          if (next === null) return;
          expect(next > visited).toBe(true);
          expect(roundDays).toContain(weekdayOf(next));
          const every = everyDays ?? setting.every_days;
          expect(toEpochDay(next)).toBeLessThanOrEqual(
            Math.max(toEpochDay(visited), toEpochDay(planned)) + every + 2,
          );
        },
      ),
    );
  });
});

describe('the first visit', () => {
  const first = (more: Partial<Parameters<typeof firstVisitDay>[0]>) =>
    firstVisitDay({
      today: plainDate('2026-11-02'),
      setting: careHome,
      roundDays,
      roundOn: null,
      spread: 0,
      ...more,
    });

  test.each`
    what                                             | more                                   | day
    ${'with the round that there is, on a Thursday'} | ${{ roundOn: 4 }}                      | ${'2026-11-05'}
    ${'not today, but a week later'}                 | ${{ roundOn: 1 }}                      | ${'2026-11-09'}
    ${'a new round has a weekday by its place'}      | ${{ spread: 2 }}                       | ${'2026-11-04'}
    ${'at home, spread over the time there is'}      | ${{ setting: housebound, spread: 9 }}  | ${'2026-11-12'}
    ${'not at a weekend'}                            | ${{ setting: housebound, spread: 4 }}  | ${'2026-11-09'}
    ${'nor beyond the time'}                         | ${{ setting: housebound, spread: 27 }} | ${'2026-11-30'}
  `('$what', ({ more, day }) => expect(first(more)).toBe(day));

  test('is within the days that the setting allows, whoever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(careHome, housebound),
        fc.integer({ min: 20_000, max: 20_014 }).map(fromEpochDay),
        fc.nat(),
        (setting, today, spread) => {
          const day = firstVisitDay({ today, setting, roundDays, roundOn: null, spread });
          expect(day > today).toBe(true);
          expect(day <= addDays(today, setting.first_within_days)).toBe(true);
          expect(firstRoundDay(day, roundDays)).toBe(day);
        },
      ),
    );
  });

  test('spreads people over the weekdays', () => {
    const counts = new Map<number, number>();
    for (let place = 0; place < 1000; place++) {
      const weekday = weekdayOf(first({ spread: spreadOf(`${place} Elm Road ZZ1 1AA`) }));
      counts.set(weekday, (counts.get(weekday) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(Math.max(...counts.values())).toBeLessThan(300);
  });
});
