import { describe, expect, test } from 'vitest';
import { NO_VALUE, UNDATED } from './chart.ts';
import { allLists, codesOf, onList } from './codelists.testing.ts';
import { allConcepts, conceptAt } from './concepts.ts';
import { Dice } from './dice.ts';
import { LifeDrawer } from './life.ts';
import { allMedicines } from './medicines.ts';
import { planBorough } from './plan.ts';
import { recordsOf } from './records.ts';

const measurementLists = allLists.filter(({ units }) => units !== undefined);

describe('every code of the borough', () => {
  test('stands in a codelist of the product', () => {
    const known = codesOf(...allLists.map(({ id }) => id));
    expect(allConcepts().filter(({ code }) => !known.has(code))).toEqual([]);
  });

  test('is a SNOMED CT identifier with a right check digit', () => {
    expect(allConcepts().filter(({ code }) => !hasCheckDigit(code))).toEqual([]);
  });

  test('is entered once, under its own name', () => {
    const terms = new Map(allConcepts().map(({ code, term }) => [code, term]));
    expect(terms.size).toBe(allConcepts().length);
    expect(new Set(terms.values()).size).toBe(terms.size);
  });

  test('is a medicine of a chapter that definitions ask about', () => {
    const medicine = onList('ANY_MEDICINE');
    const codes = allMedicines().map(({ bnf }) => bnf);
    expect(codes.filter((bnf) => !medicine(bnf) || !/^[0-9A-Z]{15}$/.test(bnf))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('every measurement', () => {
  test('has a unit that its codelist knows', () => {
    const strange = allConcepts().filter(({ code, unit }) => {
      const list = listOf(code);
      return unit === '' ? list !== undefined : list?.units?.[unit] === undefined;
    });
    expect(strange).toEqual([]);
  });

  test('has values that a body can have', () => {
    const plan = planBorough({ seed: 5, people: 1_500 });
    const drawer = new LifeDrawer(plan);
    const odd: string[] = [];
    for (const at of plan.practices) {
      for (const { person, start, kept } of recordsOf(plan, at, new Dice())) {
        if (kept === 'dummy') continue;
        const chart = drawer.draw(person, start, kept);
        for (let row = 0; row < chart.observations; row++) {
          const { code, unit, decimals } = conceptAt(chart.concept[row] ?? 0);
          const value = (chart.value[row] ?? NO_VALUE) / 10 ** decimals;
          const day = chart.day[row] ?? UNDATED;
          if (unit !== '' && !isPlausible(code, unit, value)) odd.push(`${code} ${value} ${unit}`);
          if (day !== UNDATED && (day < person.born || day >= person.until))
            odd.push(`${code} on day ${day}`);
        }
      }
    }
    expect(odd.slice(0, 20)).toEqual([]);
  });
});

function listOf(code: string) {
  return measurementLists.find(({ codes }) => codes.some((one) => one.code === code));
}

function isPlausible(code: string, unit: string, value: number): boolean {
  const list = listOf(code);
  const [low, high] = list?.plausible ?? [0, 0];
  const scaled = value * (list?.units?.[unit] ?? 1);
  return scaled >= low && scaled <= high;
}

/** Verhoeff's check over the digits from the right, as SNOMED CT uses it. */
function hasCheckDigit(code: string): boolean {
  let check = 0;
  [...code].reverse().forEach((digit, at) => {
    check = product(check, permuted(Number(digit), at % 8));
  });
  return check === 0;
}

/** The multiplication of the symmetries of a pentagon. */
function product(one: number, other: number): number {
  if (one < 5) return other < 5 ? (one + other) % 5 : 5 + ((one + other) % 5);
  return other < 5 ? 5 + ((one - other + 10) % 5) : (one - other + 10) % 5;
}

function permuted(digit: number, times: number): number {
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let result = digit;
  for (let at = 0; at < times; at++) result = step[result] ?? 0;
  return result;
}
