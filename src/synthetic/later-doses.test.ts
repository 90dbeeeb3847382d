import { beforeAll, expect, test } from 'vitest';
import { ageAt, day } from './calendar.ts';
import { NO_VALUE } from './chart.ts';
import { codesOf } from './codelists.testing.ts';
import { conceptAt } from './concepts.ts';
import { Dice } from './dice.ts';
import { LifeDrawer } from './life.ts';
import { planBorough } from './plan.ts';
import { recordsOf } from './records.ts';

interface Entry {
  readonly code: string;
  readonly day: number;
  readonly value: number;
}

const lives: { born: number; sex: string; until: number; entries: Entry[] }[] = [];

beforeAll(() => {
  const plan = planBorough({ seed: 1, people: 3_000 });
  const drawer = new LifeDrawer(plan);
  for (const at of plan.practices) {
    for (const { person, start, kept } of recordsOf(plan, at, new Dice())) {
      if (kept !== 'registered') continue;
      const chart = drawer.draw(person, start, kept);
      const entries = Array.from({ length: chart.observations }, (_, row) => ({
        code: conceptAt(chart.concept[row] ?? 0).code,
        day: chart.day[row] ?? 0,
        value: chart.value[row] ?? NO_VALUE,
      }));
      lives.push({ born: person.born, sex: person.sex, until: person.until, entries });
    }
  }
}, 60_000);

const had = (entries: readonly Entry[], lists: string, since = Number.NEGATIVE_INFINITY) => {
  const codes = codesOf(...lists.split(' '));
  return entries.filter(({ code, day }) => codes.has(code) && day >= since);
};

test('most children of the schedule since July 2024 who came for three doses have the one at 18 months', () => {
  const called = lives.filter(
    ({ born, until, entries }) =>
      born >= day('2024-07-01') && until - born > 600 && had(entries, 'SIX_IN_ONE_VACCINE').length >= 3,
  );
  const came = called.filter(({ entries }) => had(entries, 'SIX_IN_ONE_VACCINE').length === 4);
  expect(called.length).toBeGreaterThan(5);
  expect(came.length / called.length).toBeGreaterThan(0.6);
});

test('nobody has two rotavirus doses closer than four weeks, and most have two or none', () => {
  const begun = lives
    .map(({ entries }) => had(entries, 'ROTAVIRUS_VACCINE').map(({ day }) => day))
    .filter(({ length }) => length > 0);
  const ended = begun.filter(({ length }) => length === 2);
  for (const [first = 0, second = 0] of ended) expect(Math.abs(second - first)).toBeGreaterThanOrEqual(28);
  expect(ended.length / begun.length).toBeGreaterThan(0.8);
});

test('whoever declined this season was not vaccinated in it, and some did', () => {
  const season = day('2026-09-01');
  const declined = lives.filter(({ entries }) => had(entries, 'FLU_DECLINED', season).length > 0);
  expect(declined.length).toBeGreaterThan(5);
  expect(declined.filter(({ entries }) => had(entries, 'FLU_VACCINE', season).length > 0)).toEqual([]);
  expect(declined.filter(({ born }) => ageAt(season, born) < 64)).toEqual([]);
});

test('screening is declined by women', () => {
  const declined = lives.filter(
    ({ entries }) => had(entries, 'CERVICAL_SCREEN_DECLINED BREAST_SCREEN_DECLINED').length > 0,
  );
  expect(declined.length).toBeGreaterThan(5);
  expect(declined.filter(({ sex }) => sex !== 'F')).toEqual([]);
});

test('bone scans stand with osteoporosis, with a T-score below zero', () => {
  const scanned = lives.filter(({ entries }) => had(entries, 'DXA2_COD').length > 0);
  expect(scanned.length).toBeGreaterThan(5);
  for (const { entries } of scanned)
    for (const { value } of had(entries, 'DXA2_COD')) expect(value).toBeLessThan(-20);
});
