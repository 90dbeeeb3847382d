import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import type { Formula, NumberFormula, TruthFormula } from './formula.ts';
import { formulaSql } from './formula-sql.ts';
import { formulaValue, type Values } from './formula-value.ts';

const NUMBERS = ['a', 'b', 'c'] as const;

const { number: anyFormula } = fc.letrec<{ number: NumberFormula; truth: TruthFormula }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom(0, 1, 2, 3, 10, 0.5, 0.053274843841791, 1e-7, 23.8)
      .map((value) => ({ is: 'number' as const, value })),
    fc.constantFrom(...NUMBERS).map((name) => ({ is: 'name' as const, name })),
    fc.record({ is: fc.constant('minus' as const), of: tie('number') }),
    fc.record({
      is: fc.constant('arithmetic' as const),
      sign: fc.constantFrom('+', '-', '*', '/', '^'),
      left: tie('number'),
      right: tie('number'),
    }),
    fc.record({
      is: fc.constant('call' as const),
      name: fc.constantFrom('exp', 'ln', 'sqrt'),
      of: tie('number').map((part) => [part]),
    }),
    fc.record({
      is: fc.constant('call' as const),
      name: fc.constantFrom('min', 'max', 'first_known'),
      of: fc.array(tie('number'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({
      is: fc.constant('if' as const),
      when: tie('truth'),
      yes: tie('number'),
      no: tie('number'),
    }),
  ),
  truth: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.record({
      is: fc.constant('comparison' as const),
      sign: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
      left: tie('number'),
      right: tie('number'),
    }),
    fc.record({
      is: fc.constant('same_text' as const),
      name: fc.constant('sex'),
      text: fc.constantFrom('female', 'male'),
      not: fc.boolean(),
    }),
    fc.record({
      is: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('truth'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ is: fc.constant('not' as const), of: tie('truth') }),
  ),
}));

const aNumber = fc.option(
  fc.oneof(fc.integer({ min: -12, max: 12 }), fc.constantFrom(0.1, 25.25, 1e6, -0.5, 64, 1e-9)),
);
const aPerson = fc.record({
  a: aNumber,
  b: aNumber,
  c: aNumber,
  sex: fc.constantFrom('female', 'male', null),
});
type Person = { a: number | null; b: number | null; c: number | null; sex: string | null };

const valuesOf =
  (person: Person): Values =>
  (name) =>
    person[name as keyof Person];

/**
 * Whether the last digits of exp, ln and powers, in which two mathematical libraries may differ, stay in the last
 * digits: no difference of nearly equal numbers, no comparison of such, no exponent that makes much of little.
 */
function isSteady(formula: Formula, values: Values): boolean {
  const near = (left: NumberFormula, right: NumberFormula, sign: 1 | -1) => {
    const one = formulaValue(left, values);
    const other = formulaValue(right, values);
    if (one === null || other === null) return false;
    return Math.abs(one - sign * other) < 1e-3 * Math.max(Math.abs(one), Math.abs(other), 1e-300);
  };
  switch (formula.is) {
    case 'number':
    case 'name':
    case 'same_text':
      return true;
    case 'minus':
    case 'not':
      return isSteady(formula.of, values);
    case 'and':
    case 'or':
      return formula.of.every((part) => isSteady(part, values));
    case 'call': {
      const [first] = formula.of;
      const value = first ? formulaValue(first, values) : null;
      // Near 1 a logarithm is as small as the error of its argument, and far out exp is at the end of all numbers.
      const risky =
        value !== null &&
        ((formula.name === 'ln' && Math.abs(value - 1) < 1e-3) ||
          (formula.name === 'exp' && Math.abs(value) > 600));
      return !(risky && first && isInexact(first)) && formula.of.every((part) => isSteady(part, values));
    }
    case 'if':
      return [formula.when, formula.yes, formula.no].every((part) => isSteady(part, values));
    case 'comparison':
    case 'arithmetic': {
      const { left, right, sign } = formula;
      if (!isSteady(left, values) || !isSteady(right, values)) return false;
      if (!isInexact(left) && !isInexact(right)) return true;
      if (sign === '*' || sign === '/') return isOrdinary(formulaValue(formula as NumberFormula, values));
      if (sign === '^') {
        // Whether a negative base has a power at all turns on the last digit of its exponent.
        const base = formulaValue(left, values);
        return base !== null && base >= 0 && isOrdinary(formulaValue(formula as NumberFormula, values));
      }
      return !near(left, right, sign === '+' ? -1 : 1);
    }
  }
}

/** Neither so small nor so large that it is about to vanish or to overflow. */
function isOrdinary(value: number | null): boolean {
  return value === 0 || (value !== null && Math.abs(value) > 1e-280 && Math.abs(value) < 1e280);
}

/** Whether exp, ln, a root or a power stands in it. */
function isInexact(formula: Formula): boolean {
  switch (formula.is) {
    case 'number':
    case 'name':
    case 'same_text':
      return false;
    case 'minus':
    case 'not':
      return isInexact(formula.of);
    case 'and':
    case 'or':
      return formula.of.some(isInexact);
    case 'call':
      return ['exp', 'ln', 'sqrt'].includes(formula.name) || formula.of.some(isInexact);
    case 'if':
      return [formula.when, formula.yes, formula.no].some(isInexact);
    case 'comparison':
      return isInexact(formula.left) || isInexact(formula.right);
    case 'arithmetic':
      return formula.sign === '^' || isInexact(formula.left) || isInexact(formula.right);
  }
}

describe('a formula in memory and the same formula in DuckDB', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  test('give one number, and nothing where the other gives nothing', async () => {
    let compared = 0;
    let known = 0;
    await fc.assert(
      fc.asyncProperty(
        anyFormula,
        fc.array(aPerson, { minLength: 1, maxLength: 12 }),
        async (formula, people) => {
          const rows = people.map(
            ({ a, b, c, sex }, index) =>
              `(${index}, ${a}::double, ${b}::double, ${c}::double, ${sex === null ? null : `'${sex}'`}::varchar)`,
          );
          const found = await duck.rows<{ value: number | null }>(
            `select ${formulaSql(formula, (name) => name)} as value
             from (values ${rows.join(', ')}) as person (index, a, b, c, sex) order by index`,
          );
          for (const [at, person] of people.entries()) {
            const values = valuesOf(person);
            if (!isSteady(formula, values)) continue;
            const mine = formulaValue(formula, values);
            const theirs = found[at]?.value ?? null;
            compared++;
            if (mine === null || theirs === null) {
              expect(theirs).toBe(mine);
              continue;
            }
            known++;
            expect(Math.abs(mine - theirs)).toBeLessThanOrEqual(1e-9 * Math.abs(mine));
          }
        },
      ),
      { numRuns: 300 },
    );
    // The property would hold of nothing too.
    expect(compared).toBeGreaterThan(1000);
    expect(known).toBeGreaterThan(450);
  });
});
