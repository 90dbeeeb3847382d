import { beforeAll, describe, expect, test } from 'vitest';
import type { Chart } from './chart.ts';
import { codesOf } from './codelists.testing.ts';
import { conceptAt } from './concepts.ts';
import { Dice } from './dice.ts';
import { LEAST_ROWS } from './filling.ts';
import { LifeDrawer } from './life.ts';
import type { Person } from './people.ts';
import { planBorough } from './plan.ts';
import { cambridgeScore, frailtyBand, frailtyDeficits, longTermCount, Reading } from './reading.testing.ts';
import { recordsOf } from './records.ts';

interface Seen {
  readonly person: Person;
  readonly observations: number;
  readonly prescriptions: number;
  readonly appointments: number;
  /** Of three years. */
  readonly emergencies: number;
  readonly attendances: number;
  readonly longTerm: number;
  readonly score: number;
  readonly deficits: number;
  readonly ethnicity: number | null;
}

const PEOPLE = 6_000;
const ethnicCodes = codesOf('ETHNICITY');
let seen: Seen[] = [];

function look(person: Person, chart: Chart): Seen {
  const reading = new Reading(chart);
  const groups = chart.concept
    .subarray(0, chart.observations)
    .filter((number) => ethnicCodes.has(conceptAt(number).code));
  return {
    person,
    observations: chart.observations,
    prescriptions: chart.prescriptions,
    appointments: chart.bookings.length,
    emergencies: chart.stays.filter(({ method }) => method.startsWith('2')).length,
    attendances: chart.attendances.length,
    longTerm: longTermCount(reading),
    score: person.age < 20 ? 0 : cambridgeScore(reading),
    deficits: frailtyDeficits(reading, person.sex),
    ethnicity: groups[0] ?? null,
  };
}

beforeAll(() => {
  const plan = planBorough({ seed: 1, people: PEOPLE });
  const drawer = new LifeDrawer(plan);
  for (const at of plan.practices) {
    for (const { person, start, kept, part } of recordsOf(plan, at, new Dice())) {
      if (part === 'earlier' || (kept !== 'registered' && kept !== 'moved')) continue;
      seen.push(look(person, drawer.draw(person, start, kept)));
    }
  }
  return () => {
    seen = [];
  };
}, 60_000);

const share = (of: readonly Seen[], fits: (one: Seen) => boolean) =>
  (100 * of.filter(fits).length) / of.length;
const mean = (value: (one: Seen) => number) => seen.reduce((sum, one) => sum + value(one), 0) / seen.length;

// The tolerances are those of a sample of 6,000: two to three standard errors around the value of the full borough.
describe('6,000 people of the borough', () => {
  test('are all there, and nobody has a thin record', () => {
    expect(seen).toHaveLength(PEOPLE);
    expect(Math.min(...seen.map(({ observations }) => observations))).toBeGreaterThanOrEqual(LEAST_ROWS);
  });

  test('have records of believable length', () => {
    expect(mean(({ observations }) => observations)).toBeGreaterThan(44);
    expect(mean(({ observations }) => observations)).toBeLessThan(50);
    expect(mean(({ prescriptions }) => prescriptions)).toBeGreaterThan(10);
    expect(mean(({ prescriptions }) => prescriptions)).toBeLessThan(15.5);
    expect(mean(({ appointments }) => appointments) / 2).toBeGreaterThan(4.4);
    expect(mean(({ appointments }) => appointments) / 2).toBeLessThan(5.6);
  });

  // Three years are told of. The rates are those that the borough is tuned to.
  test('go to hospital as often as is meant, the old and the ill more often, and a few again and again', () => {
    expect(Math.abs(mean(({ emergencies }) => emergencies) / 3 - 0.1)).toBeLessThan(0.01);
    expect(Math.abs(mean(({ attendances }) => attendances) / 3 - 0.355)).toBeLessThan(0.03);
    const rate = (of: readonly Seen[]) => of.reduce((sum, one) => sum + one.emergencies, 0) / of.length;
    const aged = (from: number, to: number) =>
      seen.filter(({ person }) => person.age >= from && person.age < to);
    expect(rate(aged(75, 120))).toBeGreaterThan(4 * rate(aged(15, 45)));
    const older = aged(50, 75);
    expect(rate(older.filter(({ longTerm }) => longTerm >= 3))).toBeGreaterThan(
      2 * rate(older.filter(({ longTerm }) => longTerm === 0)),
    );
    const often = seen.filter(({ attendances }) => attendances >= 24);
    expect(often.length).toBeGreaterThan(1);
    expect(often.length).toBeLessThan(24);
  });

  test.each([
    [0, 15, 18],
    [15, 25, 11.5],
    [25, 45, 36.5],
    [45, 65, 23.5],
    [65, 120, 10.5],
  ])('are of the ages of the borough: %i to %i', (from, to, percent) => {
    expect(
      Math.abs(share(seen, ({ person }) => person.age >= from && person.age < to) - percent),
    ).toBeLessThan(1.8);
  });

  test('are of the ethnic groups of the borough', () => {
    const stated = seen.filter(({ ethnicity }) => ethnicity !== null);
    const term = ({ ethnicity }: Seen) => (ethnicity === null ? '' : conceptAt(ethnicity).term);
    expect(share(seen, (one) => one.ethnicity === null || term(one).startsWith('Z'))).toBeLessThan(4.5);
    const known = stated.filter((one) => !term(one).startsWith('Z'));
    expect(Math.abs(share(known, (one) => !/^[ABC] /.test(term(one))) - 49.3)).toBeLessThan(2);
    expect(Math.abs(share(known, (one) => term(one) === 'N Black African') - 12)).toBeLessThan(1.3);
    expect(Math.abs(share(known, (one) => term(one) === 'M Black Caribbean') - 11)).toBeLessThan(1.3);
  });

  test('have long-term conditions as the strategy of 2016 says, read as at least one and two', () => {
    expect(Math.abs(share(seen, ({ longTerm }) => longTerm >= 1) - 28.9)).toBeLessThan(1.7);
    expect(Math.abs(share(seen, ({ longTerm }) => longTerm >= 2) - 11.2)).toBeLessThan(1.2);
  });

  test('leave room for Victoria in the top nine per cent of need', () => {
    const above = share(seen, ({ score }) => score > 236);
    expect(above).toBeGreaterThan(5.3);
    expect(above).toBeLessThan(7.9);
  });

  test('are frail as older people are', () => {
    const older = seen.filter(({ person }) => person.age >= 65);
    const band = (wanted: number) => share(older, ({ deficits }) => frailtyBand(deficits) === wanted);
    expect(Math.abs(band(0) - 51)).toBeLessThan(6);
    expect(Math.abs(band(1) - 31)).toBeLessThan(6);
    expect(Math.abs(band(2) - 11)).toBeLessThan(4);
    expect(Math.abs(band(3) - 6.5)).toBeLessThan(3);
  });

  test('live in places more deprived than England', () => {
    const inside = seen.filter(({ person }) => person.area.neighbourhood !== null);
    expect(share(inside, ({ person }) => person.area.decile <= 3)).toBeGreaterThan(40);
    expect(share(seen, ({ person }) => person.area.neighbourhood === null)).toBeGreaterThan(3);
  });

  test('are iller where they are more deprived and older', () => {
    const adults = seen.filter(({ person }) => person.age >= 40);
    const poor = adults.filter(({ person }) => person.area.decile <= 2);
    const rich = adults.filter(({ person }) => person.area.decile >= 6);
    expect(share(poor, ({ longTerm }) => longTerm >= 2)).toBeGreaterThan(
      share(rich, ({ longTerm }) => longTerm >= 2),
    );
  });
});
