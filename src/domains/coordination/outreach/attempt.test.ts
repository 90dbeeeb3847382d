import { describe, expect, test } from 'vitest';
import { type Attempt, groupOf, isAskedFor, isSeenSince, measure } from './attempt.ts';
import { allEndings, outreachEndings, readOutreachPathway } from './outreach-pathway.ts';

const pathway = readOutreachPathway('content');

/** Somebody on a list here who is on the register no more and came to an appointment, but for what is said. */
function anAttempt(but: Partial<Attempt>): Attempt {
  return {
    personNo: 1,
    outcome: 'coming',
    closedAt: null,
    listed: true,
    onRegister: false,
    seen: true,
    ...but,
  };
}

test.each([
  [null, 'in_hand'],
  ['coming', 'reached'],
  ['sees_no_need', 'reached'],
  ['seen_elsewhere', 'reached'],
  ['keeps_language', 'reached'],
  ['does_not_want', 'reached'],
  ['seen', 'reached'],
  ['wrong_details', 'not_reached'],
  ['no_answer', 'not_reached'],
  ['moved_away', 'gone'],
  ['died', 'gone'],
  ['left', 'gone'],
  ['off_register', 'gone'],
  ['not_needed', 'not_done'],
  ['opened_by_mistake', 'not_done'],
])('outreach that ended as %s stands as %s', (outcome, group) => {
  expect(groupOf(pathway, { outcome })).toBe(group);
});

test('no two endings have one name, and what ends by itself is not chosen by hand', () => {
  const ids = allEndings(pathway).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const own = outreachEndings(pathway).outreach;
  expect(own?.byHand.map(({ id }) => id)).toEqual(pathway.outcomes.map(({ id }) => id));
  expect(own?.byItself.map(({ id }) => id)).toEqual(['seen', 'off_register', 'left']);
});

describe('seen since', () => {
  test.each([
    ['came to an appointment, and is on the list no more', {}, true],
    ['is in hand, and came', { outcome: null }, true],
    ['could not be reached, and came', { outcome: 'no_answer' }, true],
    ['is on the list still', { onRegister: true }, false],
    ['is off the list, and came to no appointment', { seen: false }, false],
    ['is on no list here, or has died', { listed: false }, false],
    ['was declined: nobody reached out', { outcome: 'not_needed' }, false],
  ] as const)('who %s', (_, but, is) => {
    expect(isSeenSince(pathway, anAttempt(but))).toBe(is);
  });
});

test('figures: each person once in a group, below it the reasons that somebody had, and all together', () => {
  const attempts = [
    anAttempt({ personNo: 1, outcome: null, onRegister: true }),
    anAttempt({ personNo: 2, outcome: 'coming' }),
    anAttempt({ personNo: 3, outcome: 'coming', onRegister: true }),
    anAttempt({ personNo: 4, outcome: 'keeps_fear', onRegister: true }),
    anAttempt({ personNo: 5, outcome: 'no_answer' }),
    anAttempt({ personNo: 6, outcome: 'died', listed: false }),
    anAttempt({ personNo: 7, outcome: 'not_needed' }),
    anAttempt({ personNo: 8, outcome: 'seen' }),
  ];
  const lines = measure(pathway, attempts);
  expect(lines.map(({ outcome, within, people, seen }) => [within, outcome, people, seen])).toEqual([
    [null, 'in_hand', 1, 0],
    [null, 'reached', 4, 2],
    ['reached', 'coming', 2, 1],
    ['reached', 'keeps_fear', 1, 0],
    ['reached', 'seen', 1, 1],
    [null, 'not_reached', 1, 1],
    ['not_reached', 'no_answer', 1, 1],
    [null, 'gone', 1, 0],
    ['gone', 'died', 1, 0],
    [null, 'not_done', 1, 0],
    [null, null, 8, 3],
  ]);
  for (const line of lines) {
    const those = attempts.filter((each) => isAskedFor(pathway, each, { ...line, seen: false }));
    expect(those, `${line.outcome}`).toHaveLength(line.people);
  }
});
