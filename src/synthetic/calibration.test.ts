import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Calibrated, calibrate, calibrationTable, judge } from './calibration.ts';
import { type Target, targets } from './calibration-targets.ts';
import { Dice } from './dice.ts';
import { LifeDrawer } from './life.ts';
import { FULL_BOROUGH, planBorough } from './plan.ts';
import { longTermCount, Reading } from './reading.testing.ts';
import { recordsOf } from './records.ts';
import { synthesise } from './synthesise.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const content = fileURLToPath(new URL('../../content', import.meta.url));

const drawn: Target = {
  oracle: 'O0',
  what: 'drawn for the test',
  unit: '%',
  target: 50,
  tolerance: 1,
  source: 'strategy',
  sql: '',
};

describe('a figure is met', () => {
  test.each<[string, Partial<Target>, { value: number; n: number | null } | null, number, boolean | null]>([
    ['inside its tolerance', {}, { value: 50.9, n: 100_000 }, FULL_BOROUGH, true],
    ['at its tolerance', {}, { value: 51, n: 100_000 }, FULL_BOROUGH, true],
    ['not outside of it, above', {}, { value: 51.1, n: 100_000 }, FULL_BOROUGH, false],
    ['not outside of it, below', {}, { value: 48.9, n: 100_000 }, FULL_BOROUGH, false],
    ['further off in a sample: 2.8 standard errors of 2.5 points', {}, { value: 57.9, n: 400 }, 5_000, true],
    ['but no further', {}, { value: 58.1, n: 400 }, 5_000, false],
    ['no further in a sample when it is no share of people', {}, { value: 51.1, n: null }, 5_000, false],
    ['at a least value or above', { tolerance: null }, { value: 50, n: null }, FULL_BOROUGH, true],
    ['not below a least value', { tolerance: null }, { value: 49.99, n: null }, FULL_BOROUGH, false],
    ['exactly, where it is exact', { tolerance: 0, unit: '' }, { value: 50, n: null }, 5_000, true],
    ['not nearly, where it is exact', { tolerance: 0, unit: '' }, { value: 49, n: null }, 5_000, false],
    ['or unknown, when it was not measured', {}, null, 5_000, null],
  ])('%s', (_, target, found, people, met) => {
    expect(judge({ ...drawn, ...target }, found, people).met).toBe(met);
  });
});

describe('the table of targets', () => {
  test('has every figure that describes the population or its care', () => {
    const oracles = [...Array.from({ length: 20 }, (_, at) => `O${at + 1}`), 'O25'];
    expect([...new Set(targets.map(({ oracle }) => oracle))]).toEqual(oracles);
  });

  test('says of each where it comes from: ranks need comparators, and directions are no figures', () => {
    for (const { what, source, target, unit, tolerance } of targets) {
      if (source === 'direction') expect([what, target, unit]).toEqual([what, 1, '']);
      if (/rank|among/.test(what)) expect([what, source]).toEqual([what, 'comparators']);
      if (unit === '%' && tolerance !== null) expect(tolerance).toBeLessThan(target / 5);
    }
  });
});

describe('a tenth of the borough, written and read again', () => {
  let out: string;
  let rows: readonly Calibrated[] = [];

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'calibration-'));
    await synthesise({ out, people: 31_647, threads: 1 });
    rows = await calibrate(out, content);
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test('meets every figure that it is large enough for', () => {
    const missed = rows.filter(({ met }) => met === false);
    expect(missed.map(({ what, measured, target }) => [what, measured, target])).toEqual([]);
    expect(rows.filter(({ met }) => met === true).length).toBeGreaterThanOrEqual(39);
  });

  test('leaves unsaid what only all of it, or all of south-east London, can show', () => {
    const unsaid = rows.filter(({ met }) => met === null).map(({ oracle }) => oracle);
    expect([...new Set(unsaid)]).toEqual(['O1', 'O2', 'O3', 'O5', 'O9', 'O12', 'O13', 'O16', 'O18', 'O19']);
  });

  test('is no borough of the other reading of long-term conditions', async () => {
    const other = await calibrate(out, content, 'exactly');
    const long = other.filter(({ oracle }) => oracle === 'O7');
    expect(long.map(({ what, met }) => [what, met])).toEqual([
      ['exactly one long-term condition', false],
      ['exactly two', false],
    ]);
  });

  test('has its figures in a table of text, one line each', () => {
    const lines = calibrationTable(rows).split('\n');
    expect(lines).toHaveLength(rows.length + 1);
    expect(lines.find((line) => line.includes('Black African'))).toMatch(/O9 .*12% .*±0\.4 .*met .*strategy/);
  });
});

test('the other reading has exactly one and exactly two conditions as the strategy says', () => {
  const plan = planBorough({ seed: 1, people: 12_000, reading: 'exactly' });
  const drawer = new LifeDrawer(plan);
  const counts = new Map<number, number>();
  for (const at of plan.practices) {
    for (const { person, start, kept, part } of recordsOf(plan, at, new Dice())) {
      if (part === 'earlier' || (kept !== 'registered' && kept !== 'moved')) continue;
      const conditions = longTermCount(new Reading(drawer.draw(person, start, kept)));
      counts.set(conditions, (counts.get(conditions) ?? 0) + 1);
    }
  }
  expect(Math.abs((counts.get(1) ?? 0) / 120 - 28.9)).toBeLessThan(1.4);
  expect(Math.abs((counts.get(2) ?? 0) / 120 - 11.2)).toBeLessThan(1);
});
