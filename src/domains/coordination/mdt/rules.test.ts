import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { londonDay, plainDate } from '../../../kernel/index.ts';
import { planAgenda } from './agenda.ts';
import { nextReview, readMdtPathway, roomFor } from './mdt-pathway.ts';
import { isQuorate, neededDisciplines } from './quorum.ts';
import { londonTime, nextMeeting } from './recurrence.ts';

const pathway = readMdtPathway('content');

describe('a meeting comes again', () => {
  test.each([
    ['weekly', '2026-11-03T13:30:00Z', '2026-11-10T13:30:00.000Z', 'a week later'],
    ['fortnightly', '2026-11-03T13:30:00Z', '2026-11-17T13:30:00.000Z', 'two weeks later'],
    ['monthly', '2026-11-10T13:30:00Z', '2026-12-08T13:30:00.000Z', 'on the second Tuesday'],
    [
      'monthly',
      '2026-09-29T12:30:00Z',
      '2026-10-27T13:30:00.000Z',
      'on the last Tuesday, where there is no fifth',
    ],
    ['monthly', '2026-12-01T13:30:00Z', '2027-01-05T13:30:00.000Z', 'in the next year'],
    [
      'weekly',
      '2026-10-20T12:30:00Z',
      '2026-10-27T13:30:00.000Z',
      'at the same time of the clock, in autumn',
    ],
    ['weekly', '2026-03-24T13:30:00Z', '2026-03-31T12:30:00.000Z', 'and in spring'],
  ] as const)('%s, after %s: %s, %s', (cadence, from, to, _) => {
    expect(nextMeeting(cadence, new Date(from)).toISOString()).toBe(to);
  });

  test('always later, on the same weekday, at the same time of the clock', () => {
    const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/London' });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 8, max: 19 }),
        fc.constantFrom('weekly', 'fortnightly', 'monthly' as const),
        (days, hour, cadence) => {
          const day = londonDay(new Date(Date.UTC(2026, 0, 1 + days, 12)));
          const starts = londonTime(day, `${hour}:30`);
          const next = nextMeeting(cadence, starts);
          expect(next.getTime()).toBeGreaterThan(starts.getTime());
          expect(new Date(`${londonDay(next)}T00:00Z`).getUTCDay()).toBe(
            new Date(`${day}T00:00Z`).getUTCDay(),
          );
          expect(clock.format(next)).toBe(clock.format(starts));
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
