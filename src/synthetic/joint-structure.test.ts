import { beforeAll, describe, expect, test, vi } from 'vitest';
import { monthOf, weekdayOf } from './calendar.ts';
import { type Booking, NO_VALUE } from './chart.ts';
import { codesOf, onList } from './codelists.testing.ts';
import { conceptAt } from './concepts.ts';
import { Dice } from './dice.ts';
import { LifeDrawer } from './life.ts';
import type { Person } from './people.ts';
import { planBorough } from './plan.ts';
import { longTermCount, Reading } from './reading.testing.ts';
import { recordsOf } from './records.ts';

vi.setConfig({ hookTimeout: 60_000 });

interface Seen {
  readonly person: Person;
  readonly registered: boolean;
  readonly longTerm: number;
  readonly diabetic: boolean;
  /** The latest HbA1c and the latest blood pressures, if there are any. */
  readonly hba1c: number | undefined;
  readonly clinic: number | undefined;
  readonly home: number | undefined;
  /** How many kinds of tablets for diabetes in the last year, and whether there was insulin. */
  readonly agents: number;
  readonly insulin: boolean;
  readonly bookings: readonly Booking[];
}

const PEOPLE = 12_000;
let everybody: Seen[] = [];
let seen: Seen[] = [];
/** Every systolic reading in a clinic. */
const readings: number[] = [];

const systolic = codesOf('SYSTOLIC');
const lists = {
  hba1c: codesOf('HBA1C'),
  home: codesOf('SYSTOLIC_HOME'),
  diabetes: codesOf('DM_COD'),
  insulin: onList('INSULIN'),
};

beforeAll(() => {
  const plan = planBorough({ seed: 1, people: PEOPLE });
  const drawer = new LifeDrawer(plan);
  for (const at of plan.practices) {
    for (const { person, start, kept, part } of recordsOf(plan, at, new Dice())) {
      if (part === 'earlier' || kept === 'dummy' || kept === 'temporary') continue;
      const chart = drawer.draw(person, start, kept);
      const reading = new Reading(chart);
      const clinic = reading.values(systolic);
      for (let row = 0; row < chart.observations; row++) {
        const value = chart.value[row] ?? NO_VALUE;
        if (value !== NO_VALUE && systolic.has(conceptAt(chart.concept[row] ?? 0).code)) readings.push(value);
      }
      everybody.push({
        person,
        registered: kept !== 'former',
        longTerm: longTermCount(reading),
        diabetic: reading.ever(lists.diabetes),
        hba1c: reading.values(lists.hba1c)[0],
        clinic: average(clinic.slice(0, 4)),
        home: average(reading.values(lists.home).slice(0, 4)),
        agents: kinds(reading),
        insulin: reading.issued(lists.insulin) > 0,
        bookings: chart.bookings,
      });
    }
  }
  seen = everybody.filter(({ registered }) => registered);
  return () => {
    everybody = [];
    seen = [];
  };
});

/** Kinds of tablets for diabetes: chemicals, by the first nine characters of the code. */
function kinds(reading: Reading): number {
  const chemicals = ['0601022B0', '0601021M0', '0601023X0', '0601023AE', '0601023AN', '0601023AG'];
  return chemicals.filter((code) => reading.issued((bnf) => bnf.startsWith(code)) > 0).length;
}

function average(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const share = <Item>(of: readonly Item[], fits: (one: Item) => boolean) => of.filter(fits).length / of.length;
const mean = (values: readonly (number | undefined)[]) =>
  average(values.filter((value) => value !== undefined)) ?? Number.NaN;

/** That each number is above the one before it by at least so much. */
function expectRising(numbers: readonly number[], by = 0): void {
  for (let at = 1; at < numbers.length; at++) {
    expect((numbers[at] ?? 0) - (numbers[at - 1] ?? 0), numbers.join(' < ')).toBeGreaterThan(by);
  }
}

describe('several conditions at once', () => {
  test('are commoner in every older age', () => {
    const ages = [0, 20, 35, 50, 65, 80, 130];
    const shares = ages.slice(1).map((to, at) => {
      const from = ages[at] ?? 0;
      return share(
        seen.filter(({ person }) => person.age >= from && person.age < to),
        ({ longTerm }) => longTerm >= 2,
      );
    });
    expectRising(shares);
    expect(shares.at(-1)).toBeGreaterThan(0.6);
  });

  test('are commoner where people are poorer, at the same ages', () => {
    const adults = seen.filter(({ person }) => person.age >= 40 && person.age < 75);
    const among = (from: number, to: number) =>
      share(
        adults.filter(({ person: { area } }) => area.decile >= from && area.decile <= to),
        ({ longTerm }) => longTerm >= 2,
      );
    expectRising([among(6, 10), among(3, 5), among(1, 2)]);
    expect(among(1, 2) / among(6, 10)).toBeGreaterThan(1.25);
  });

  test('go together: who has one is likelier to have another than chance would have it', () => {
    const middle = seen.filter(({ person }) => person.age >= 50 && person.age < 60);
    const mean = middle.reduce((sum, { longTerm }) => sum + longTerm, 0) / middle.length;
    const variance = middle.reduce((sum, { longTerm }) => sum + (longTerm - mean) ** 2, 0) / middle.length;
    expect(variance / mean).toBeGreaterThan(1.15);
  });
});

describe('HbA1c', () => {
  test('is high in diabetes and nowhere else', () => {
    const diabetic = seen.filter(({ diabetic }) => diabetic).map(({ hba1c }) => hba1c);
    const others = seen.filter(({ diabetic }) => !diabetic).map(({ hba1c }) => hba1c);
    expect(mean(diabetic)).toBeGreaterThan(52);
    expect(mean(others)).toBeLessThan(40);
  });

  test('goes with the medicines: more of them, and insulin, the higher it is', () => {
    const by = (fits: (one: Seen) => boolean) =>
      mean(seen.filter((one) => one.diabetic && fits(one)).map(({ hba1c }) => hba1c));
    expectRising(
      [by(({ agents }) => agents === 0), by(({ agents }) => agents === 1), by(({ agents }) => agents >= 2)],
      1,
    );
    expect(by(({ insulin }) => insulin)).toBeGreaterThan(by(({ insulin }) => !insulin) + 4);
  });
});

describe('blood pressure', () => {
  test('is higher in the clinic than at home in the same people', () => {
    const both = seen.filter(({ clinic, home }) => clinic !== undefined && home !== undefined);
    const excess = mean(both.map(({ clinic = 0, home = 0 }) => clinic - home));
    expect(both.length).toBeGreaterThan(200);
    expect(excess).toBeGreaterThan(4);
    expect(excess).toBeLessThan(10);
  });

  test('is read in round numbers: nought too often, odd digits too seldom', () => {
    const ending = (digit: number) => share(readings, (value) => value % 10 === digit);
    expect(ending(0)).toBeGreaterThan(0.2);
    expect(ending(0)).toBeLessThan(0.5);
    expect(ending(1) + ending(3) + ending(5) + ending(7) + ending(9)).toBeLessThan(0.4);
    for (const digit of [1, 3, 7, 9]) expect(ending(digit)).toBeGreaterThan(0);
  });
});

describe('deaths and moves', () => {
  test('happen, to the old and ill first', () => {
    const died = everybody.filter(({ person }) => person.died);
    const older = (one: Seen) => one.person.age >= 65 && one.person.age < 80;
    expect(mean(died.map(({ person }) => person.age))).toBeGreaterThan(68);
    expect(died.length / PEOPLE).toBeGreaterThan(0.01);
    const ill = (of: readonly Seen[]) => mean(of.filter(older).map(({ longTerm }) => longTerm));
    expect(ill(died) / ill(seen)).toBeGreaterThan(1.25);
  });

  test('leave records of people who left, more than of those who died', () => {
    const gone = everybody.filter(({ registered }) => !registered);
    expect(share(gone, ({ person }) => person.died)).toBeCloseTo(0.2, 1);
  });
});

describe('appointments', () => {
  const all = () => seen.flatMap(({ person, bookings }) => bookings.map((booking) => ({ person, booking })));
  const dna = (fits: (one: { person: Person; booking: Booking }) => boolean) =>
    share(all().filter(fits), ({ booking }) => booking.status === 'DNA');

  test('follow need', () => {
    const adults = seen.filter(({ person }) => person.age >= 18);
    const by = (from: number, to: number) =>
      mean(
        adults
          .filter(({ longTerm }) => longTerm >= from && longTerm <= to)
          .map(({ bookings }) => bookings.length),
      );
    expectRising([by(0, 0), by(1, 1), by(2, 2), by(3, 20)], 1);
  });

  test('follow the week: Mondays first, fewer each day, none on Sundays', () => {
    const on = [0, 0, 0, 0, 0, 0, 0];
    for (const { booking } of all()) on[weekdayOf(booking.start)] = (on[weekdayOf(booking.start)] ?? 0) + 1;
    const [sunday, monday = 0, tuesday = 0, , , friday = 0, saturday = 0] = on;
    expect(sunday).toBe(0);
    expectRising([saturday, friday, tuesday]);
    // Bank holidays take many Mondays away.
    expect(monday / friday).toBeGreaterThan(1.08);
  });

  test('follow the year: October before August and December', () => {
    const per = (month: number) => all().filter(({ booking }) => monthOf(booking.start) === month).length;
    expect(per(10) / per(8)).toBeGreaterThan(1.15);
    expect(per(10) / per(12)).toBeGreaterThan(1.15);
  });

  test('are missed: one in twenty, more by the young and the poor, less on the same day', () => {
    expect(dna(() => true)).toBeGreaterThan(0.03);
    expect(dna(() => true)).toBeLessThan(0.07);
    expectRising(
      [dna(({ person }) => person.age >= 65), dna(({ person }) => person.age >= 18 && person.age < 40)],
      0.01,
    );
    expectRising([
      dna(({ person }) => person.area.decile >= 6),
      dna(({ person }) => person.area.decile <= 2),
    ]);
    expectRising(
      [
        dna(({ booking }) => booking.bookedDay === booking.start),
        dna(({ booking }) => booking.bookedDay < booking.start),
      ],
      0.02,
    );
  });
});
