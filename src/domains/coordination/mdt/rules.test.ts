import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, londonDay, plainDate } from '../../../kernel/index.ts';
import { planAgenda } from './agenda.ts';
import { whereNow } from './end-series.ts';
import { nextReview, readMdtPathway, roomFor } from './mdt-pathway.ts';
import { isQuorate, neededDisciplines } from './quorum.ts';
import { londonTime, nextAfter, nextSlot, rhythmInWords } from './recurrence.ts';

const pathway = readMdtPathway('content');

describe('a meeting comes again', () => {
  test.each([
    ['weekly', '2026-11-03T13:30:00Z', '2026-11-10T13:30:00.000Z', 'a week later'],
    ['fortnightly', '2026-11-03T13:30:00Z', '2026-11-17T13:30:00.000Z', 'two weeks later'],
    ['monthly', '2026-11-10T13:30:00Z', '2026-12-08T13:30:00.000Z', 'on the second Tuesday'],
    ['monthly', '2026-12-01T13:30:00Z', '2027-01-05T13:30:00.000Z', 'in the next year'],
    [
      'weekly',
      '2026-10-20T12:30:00Z',
      '2026-10-27T13:30:00.000Z',
      'at the same time of the clock, in autumn',
    ],
    ['weekly', '2026-03-24T13:30:00Z', '2026-03-31T12:30:00.000Z', 'and in spring'],
  ] as const)('%s, after %s: %s, %s', (cadence, from, to, _) => {
    const anchor = new Date(from);
    expect(nextSlot({ cadence, anchor }, anchor).toISOString()).toBe(to);
  });

  // The days of each series in order, from its first one on: worked out by hand from a calendar.
  test.each([
    ['the first', '2026-11-03', ['12-01', '01-05', '02-02', '03-02', '04-06', '05-04', '06-01']],
    ['the fourth', '2026-11-24', ['12-22', '01-26', '02-23', '03-23', '04-27', '05-25', '06-22']],
    // Five Tuesdays in December, March and June; four in January, February, April and May.
    ['the last', '2026-12-29', ['01-26', '02-23', '03-30', '04-27', '05-25', '06-29', '07-27']],
    ['the last', '2026-10-30', ['11-27', '12-25', '01-29', '02-26', '03-26', '04-30', '05-28']],
  ])('every month stays on %s weekday of its month, from %s', (week, first, days) => {
    const rhythm = { cadence: 'monthly', anchor: londonTime(plainDate(first), '13:30') } as const;
    let slot = rhythm.anchor;
    const found = days.map(() => {
      slot = nextSlot(rhythm, slot);
      return londonDay(slot).slice(5);
    });
    expect(found).toEqual(days);
    expect(rhythmInWords(rhythm)).toContain(week);
  });

  test('one that was moved is followed by the times that the series would have had', () => {
    const tuesday = new Date('2026-11-10T13:30:00Z');
    const of = { cadence: 'weekly', anchor: new Date('2026-11-03T13:30:00Z'), slotAt: tuesday } as const;
    const next = (startsAt: string, now?: string) =>
      nextAfter(
        { ...of, startsAt: new Date(startsAt) },
        now === undefined ? null : new Date(now),
      ).toISOString();
    expect(next('2026-11-06T10:00:00Z'), 'earlier').toBe('2026-11-17T13:30:00.000Z');
    expect(next('2026-11-19T10:00:00Z'), 'later').toBe('2026-11-24T13:30:00.000Z');
    expect(next('2026-11-06T10:00:00Z', '2026-12-01T13:30:00Z')).toBe('2026-12-08T13:30:00.000Z');
  });

  test('before its first time comes the first', () => {
    const anchor = new Date('2026-11-10T13:30:00Z');
    expect(nextSlot({ cadence: 'monthly', anchor }, new Date('2026-11-03T13:30:00Z'))).toEqual(anchor);
  });

  test('the first after any instant, on the same weekday, at the same time of the clock, and none is left out', () => {
    const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/London' });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 8, max: 19 }),
        fc.constantFrom('weekly', 'fortnightly', 'monthly' as const),
        fc.integer({ min: 0, max: 4000 * 24 }),
        (days, hour, cadence, hours) => {
          const day = londonDay(new Date(Date.UTC(2026, 0, 1 + days, 12)));
          const anchor = londonTime(day, `${hour}:30`);
          const after = new Date(anchor.getTime() + hours * 3_600_000);
          const next = nextSlot({ cadence, anchor }, after);
          expect(next.getTime()).toBeGreaterThan(after.getTime());
          const gap = next.getTime() - after.getTime();
          expect(gap / 86_400_000).toBeLessThan({ weekly: 7.1, fortnightly: 14.1, monthly: 35.1 }[cadence]);
          expect(new Date(`${londonDay(next)}T00:00Z`).getUTCDay()).toBe(
            new Date(`${day}T00:00Z`).getUTCDay(),
          );
          expect(clock.format(next)).toBe(clock.format(anchor));
          if (cadence === 'monthly' && Number(day.slice(8)) > 28)
            expect(addDays(londonDay(next), 7).slice(0, 7), 'the last one').not.toBe(
              londonDay(next).slice(0, 7),
            );
        },
      ),
    );
  });
});

describe('the agenda', () => {
  test('has everybody once, at the first rule that holds, with every reason', () => {
    const lines = planAgenda(pathway, [
      { person: 1, rule: 'new_high_need', why: '1st' },
      { person: 2, rule: 'review', why: 'due' },
      { person: 3, rule: 'referral', why: 'asked' },
      { person: 2, rule: 'hospital', why: 'fell' },
      { person: 4, rule: 'review', why: 'due' },
    ]);
    expect(lines).toEqual([
      {
        person: 2,
        reasons: [
          { rule: 'hospital', why: 'fell' },
          { rule: 'review', why: 'due' },
        ],
      },
      { person: 3, reasons: [{ rule: 'referral', why: 'asked' }] },
      { person: 4, reasons: [{ rule: 'review', why: 'due' }] },
      { person: 1, reasons: [{ rule: 'new_high_need', why: '1st' }] },
    ]);
  });

  test.each([
    [60, 8],
    [90, 12],
    [30, 4],
    [5, 1],
  ])('of %i minutes has room for %i', (minutes, people) => {
    expect(roomFor(pathway, minutes)).toBe(people);
  });
});

describe('the quorum', () => {
  const there = (...disciplines: string[]) =>
    disciplines.map((discipline) => ({ discipline, present: true }));
  const core = there('gp', 'nursing', 'social_care', 'coordination');
  const somebody = (...groups: string[]) => ({ name: 'LARK', groups: new Set(groups) });
  const missing = (people: ReturnType<typeof somebody>[], members = core) =>
    neededDisciplines(pathway, people, members)
      .filter(({ present }) => !present)
      .map(({ id, neededBy }) => [id, neededBy.length]);

  test.each<[string, ReturnType<typeof somebody>[], (string | number)[][]]>([
    ['nobody in particular: the core is enough', [], []],
    [
      'somebody with psychosis: mental health, too',
      [somebody('serious-mental-illness')],
      [['mental_health', 1]],
    ],
    [
      'two with diabetes: its specialist, once',
      [somebody('diabetes'), somebody('diabetes')],
      [['diabetes', 2]],
    ],
    ['severe frailty: therapies', [somebody('electronic-frailty-index/severe')], [['therapy', 1]]],
    ['mild frailty: nobody more', [somebody('electronic-frailty-index/mild')], []],
  ])('%s', (_, people, expected) => {
    expect(missing(people)).toEqual(expected);
  });

  test('says what is always needed, and whether anybody of it belongs at all', () => {
    const needed = neededDisciplines(pathway, [], [{ discipline: 'gp', present: false }]);
    expect(needed.map(({ id, belongs, present }) => [id, belongs, present])).toEqual([
      ['gp', true, false],
      ['nursing', false, false],
      ['social_care', false, false],
      ['coordination', false, false],
    ]);
    expect(isQuorate(needed)).toBe(false);
    expect(isQuorate(neededDisciplines(pathway, [], core))).toBe(true);
  });
});

describe('the next review', () => {
  test.each([
    ['low', 'stable', '2027-11-02'],
    ['medium', 'changing', '2027-01-26'],
    ['high', 'unstable', '2026-12-01'],
  ] as const)('%s and %s: on %s', (complexity, stability, day) => {
    expect(nextReview(pathway, plainDate('2026-11-03'), complexity, stability)).toBe(day);
  });

  test('is never later for who is more complex or less stable, and within three months for the most complex', () => {
    const { low, medium, high } = pathway.next_review_weeks;
    for (const one of ['stable', 'changing', 'unstable'] as const) {
      expect(low[one]).toBeGreaterThanOrEqual(medium[one]);
      expect(medium[one]).toBeGreaterThanOrEqual(high[one]);
      expect(high[one]).toBeLessThanOrEqual(13);
    }
    for (const row of [low, medium, high]) expect(row.stable).toBeGreaterThanOrEqual(row.unstable);
  });
});

describe('what became of whom an ended series was to talk about', () => {
  const meeting = (name: string, ...on: number[]) => ({ name, on });
  test.each<[number[], ReturnType<typeof meeting>[], string]>([
    [[], [meeting('Frailty', 1)], 'Nobody was on its agenda.'],
    [[1], [], 'Of 1 person on its agenda 1 has no meeting and is referred to the team.'],
    [
      [1, 2, 3],
      [meeting('Frailty', 2, 9), meeting('Diabetes', 2, 3)],
      'Of 3 people on its agenda 1 is on that of “Frailty”, 1 is on that of “Diabetes”, 1 has no meeting and is referred to the team.',
    ],
    [
      [1, 2, 3, 4],
      [meeting('Frailty', 1, 3)],
      'Of 4 people on its agenda 2 are on that of “Frailty”, 2 have no meeting and are referred to the team.',
    ],
  ])('%j, with %j: %s', (people, ahead, said) => {
    expect(whereNow(people, ahead)).toBe(said);
  });
});
