import { describe, expect, test } from 'vitest';
import { readLibrary } from '../../need/index.ts';
import { bandsOf } from '../../need/language/library.ts';
import { readSelectionContent } from './selection-content.ts';
import { minutesOf, sumOfPoints, visitsOf, worthOf } from './visits-and-worth.ts';

const content = readSelectionContent('content');

test('every definition and band that it names is there', () => {
  const library = readLibrary('content');
  const known = new Set(
    library.definitions.flatMap((definition) => [
      definition.id,
      ...bandsOf(definition).map(({ id }) => `${definition.id}/${id}`),
    ]),
  );
  const named = [...content.needs.by_need, ...content.worth.gaps].flatMap((each) => each.in);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

test('it says that nobody has checked it', () => {
  expect(content.status).toBe('unverified');
});

/** A small content with round numbers, drawn for these tests. */
const drawn = {
  period_weeks: 12,
  take_back_within_days: 7,
  visits: [
    { id: 'visit', title: 'Visit', discipline: 'coordination', minutes: 60, every_weeks: 4 },
    { id: 'call', title: 'Call', discipline: 'coordination', minutes: 15, every_weeks: 1 },
    { id: 'nurse', title: 'Nurse', discipline: 'nursing', minutes: 45, every_weeks: 5 },
    { id: 'yearly', title: 'Yearly', discipline: 'nursing', minutes: 30, every_weeks: 52 },
  ],
  needs: {
    everybody: ['visit', 'call'],
    by_need: [
      { visit: 'nurse', in: ['frail/severe', 'heart'] },
      { visit: 'yearly', in: ['heart'] },
    ],
  },
  worth: {
    need: [
      { top_percent: 1, points: 50 },
      { top_percent: 9, points: 20 },
    ],
    gaps: [
      { title: 'Pressure', points: 8, in: ['htn-61', 'htn-62'] },
      { title: 'Flu', points: 2, in: ['flu/due'] },
    ],
    continuity: { title: 'Known', points: 4, within_weeks: 52 },
  },
};
const somebody = (needBefore: number | null, ...groups: string[]) => ({
  person: 1,
  needRank: 1,
  needBefore,
  groups: new Set(groups),
});

describe('the visits of somebody, and their minutes in twelve weeks', () => {
  test.each([
    [[], ['visit', 'call'], { coordination: 3 * 60 + 12 * 15 }],
    // Every five weeks is three times in twelve: a visit that has begun counts whole. Once a year counts once.
    [['heart'], ['visit', 'call', 'nurse', 'yearly'], { coordination: 360, nursing: 3 * 45 + 30 }],
    [['heart', 'frail/severe'], ['visit', 'call', 'nurse', 'yearly'], { coordination: 360, nursing: 165 }],
    [['frail/mild'], ['visit', 'call'], { coordination: 360 }],
  ])('%j', (groups, visits, minutes) => {
    expect(visitsOf(drawn, somebody(0, ...groups)).map(({ id }) => id)).toEqual(visits);
    expect(minutesOf(drawn, somebody(0, ...groups))).toEqual(minutes);
  });
});

describe('what helping somebody is worth', () => {
  test.each<[string, number | null, string[], number]>([
    ['first of all', 0, [], 50],
    ['the last of the top 1%', 99, [], 50],
    ['the first after the top 1%', 100, [], 20],
    ['the first after the top 9%', 900, [], 0],
    ['not ranked', null, [], 0],
    ['not ranked, with something to do', null, ['flu/due'], 2],
    ['two signs of one gap count once', 0, ['htn-61', 'htn-62'], 58],
    ['two gaps count both', 200, ['htn-62', 'flu/due'], 30],
    ['what no gap asks about counts nothing', 200, ['diabetes'], 20],
  ])('%s', (_, before, groups, points) => {
    expect(sumOfPoints(worthOf(drawn, somebody(before, ...groups), false))).toBe(points);
  });

  test('says each reason with its points', () => {
    expect(worthOf(drawn, somebody(10, 'flu/due'), true)).toEqual([
      { points: 50, why: 'In the top 1% of need' },
      { points: 2, why: 'Flu' },
      { points: 4, why: 'Known' },
    ]);
  });
});
