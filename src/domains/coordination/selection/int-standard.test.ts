import { describe, expect, test } from 'vitest';
import { type IntStandard, readIntStandard, readinessOf } from './int-standard.ts';

const content = readIntStandard('content');
const standard: IntStandard = {
  ...content,
  disciplines: [
    { discipline: 'gp', hours: 2, why: 'Decisions' },
    { discipline: 'voluntary', hours: 0, why: 'Company' },
  ],
};
const member = (discipline: string, minutes: number | null, name = 'Ada') => ({ discipline, minutes, name });

describe('a team held against the standard', () => {
  test.each([
    ['nothing has been said of the team', [], ['unknown', 'unknown']],
    ['another discipline alone', [member('nursing', 600)], ['gap', 'gap']],
    ['enough hours', [member('gp', 120), member('voluntary', 60)], ['in_place', 'in_place']],
    ['a minute too few', [member('gp', 119), member('voluntary', 60)], ['too_few_hours', 'in_place']],
    ['hours of two together', [member('gp', 60), member('gp', 60, 'Ben')], ['in_place', 'gap']],
    ['somebody who has none now', [member('gp', 0), member('voluntary', 0)], ['too_few_hours', 'in_place']],
    [
      'somebody who is not counted any more',
      [member('gp', null), member('voluntary', 60)],
      ['gap', 'in_place'],
    ],
  ])('%s', (_, hours, stands) => {
    expect(readinessOf(standard, hours).map((each) => each.stands)).toEqual(stands);
  });

  test('each discipline says who is of it and why it is asked for, in the order of the standard', () => {
    const [gp] = readinessOf(standard, [member('gp', 90), member('gp', 60, 'Ben')]);
    expect(gp).toMatchObject({
      discipline: 'gp',
      people: ['Ada', 'Ben'],
      hours: 2.5,
      asked: 2,
      why: 'Decisions',
    });
  });
});

test('the standard asks for disciplines that meetings know, and says what a team is for', () => {
  expect(content.disciplines.length).toBeGreaterThan(4);
  expect(content.outcomes.length).toBeGreaterThan(0);
});
