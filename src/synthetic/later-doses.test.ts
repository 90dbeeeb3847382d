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

test('children of the old schedule mostly have the booster at one year, and no others do', () => {
  const of = (from: string, to: string) =>
    lives.filter(({ born, entries }) => {
      const first = had(entries, 'MMR_VACCINE').length > 0;
      return first && born >= day(from) && born < day(to);
    });
  const boosted = (children: typeof lives) =>
    children.filter(({ entries }) => had(entries, 'HIB_MENC_VACCINE').length > 0).length;
  const old = of('2016-01-01', '2024-07-01');
  expect(boosted(old) / old.length).toBeGreaterThan(0.85);
  expect(boosted(of('2024-07-01', '2027-01-01'))).toBe(0);
});

test('most young people of 16 to 20 had the boosters at school, and some did not', () => {
  const young = lives.filter(({ born, until }) => ageAt(until, born) >= 16 && ageAt(until, born) <= 20);
  for (const list of ['TEENAGE_BOOSTER_VACCINE', 'MENACWY_VACCINE']) {
    const share = young.filter(({ entries }) => had(entries, list).length > 0).length / young.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.9);
  }
  const children = lives.filter(({ born, until }) => ageAt(until, born) < 13);
  expect(
    children.filter(({ entries }) => had(entries, 'MENACWY_VACCINE TEENAGE_BOOSTER_VACCINE').length > 0),
  ).toEqual([]);
});
