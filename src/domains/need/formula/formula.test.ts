import { describe, expect, test } from 'vitest';
import { FormulaError, type KnownNames, readCondition, readNumberFormula } from './formula.ts';
import { conditionTruth, formulaValue, unknownNames } from './formula-value.ts';

const known: KnownNames = (name) =>
  (
    ({
      age: 'number',
      bmi: 'number',
      weight: 'number',
      height: 'number',
      af: 'yes_no',
      sex: { choices: ['female', 'male'] },
    }) as const
  )[name];

const values: Record<string, number | string | null> = {
  age: 64,
  bmi: null,
  weight: 80,
  height: 178,
  af: 1,
  sex: 'female',
};
const ofThem = (name: string) => values[name] ?? null;

describe('a formula is read as on paper', () => {
  test.each<[string, number | null]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['16 / 4 / 2', 2],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['(-2)^2', 4],
    ['2^-2', 0.25],
    ['2 * -3', -6],
    ['1.5e2 + 1e-1', 150.1],
    ['(age / 10)^-2', 0.0244140625],
    ['sqrt(age)', 8],
    ['ln(exp(2))', 2],
    ['max(1, age, 3)', 64],
    ['min(1, age, 3)', 1],
    ['af * 2.5', 2.5],
    ["if(sex = 'female', 1, 2)", 1],
    ["if(sex <> 'female', 1, 2)", 2],
    ['if(af, 1, 2)', 1],
    ['if(not af and age > 60, 1, 2)', 2],
    ['if(age >= 16 and age < 64 or age = 64, 1, 2)', 1],
    ['first_known(bmi, weight / (height / 100)^2)', 80 / 1.78 ** 2],
  ])('%s is %s', (text, value) => {
    expect(formulaValue(readNumberFormula(text, known), ofThem)).toBeCloseTo(value ?? Number.NaN, 12);
  });

  test.each([
    '1 / (age - 64)',
    '0 / 0',
    'ln(0)',
    'ln(-1)',
    'sqrt(-1)',
    '(-8)^0.5',
    '0^-1',
    'exp(1000)',
    '10^400',
    'bmi + 1',
    'min(1, bmi)',
    'max(1, bmi)',
    'if(bmi > 30, 1, 2)',
    'first_known(bmi, bmi)',
  ])('%s has no value', (text) => {
    expect(formulaValue(readNumberFormula(text, known), ofThem)).toBeNull();
  });

  test.each<[string, boolean | null]>([
    ['age > 16 or bmi > 30', true],
    ['age < 16 and bmi > 30', false],
    ['age > 16 and bmi > 30', null],
    ['not bmi > 30', null],
  ])('the condition %s is %s', (text, truth) => {
    expect(conditionTruth(readCondition(text, known), ofThem)).toBe(truth);
  });

  test.each<[string, string[]]>([
    ['age + 1', []],
    ['bmi + age', ['bmi']],
    ['if(age > 60, 1, bmi)', []],
    ['if(age < 60, 1, bmi)', ['bmi']],
    ['first_known(bmi, age)', []],
    ['1 / 0', []],
  ])('for want of what has %s no value: %j', (text, names) => {
    expect(unknownNames(readNumberFormula(text, known), ofThem)).toEqual(names);
  });
});

describe('a formula that cannot be read says where and what was expected', () => {
  test.each<[string, string]>([
    ['', 'at character 1: expected a number, a name or an opening bracket, found the end'],
    ['age +', 'at character 6: expected a number, a name or an opening bracket, found the end'],
    ['age 3', 'at character 5: expected a sign of arithmetic or the end, found 3'],
    ['(age', 'at character 5: expected ), found the end'],
    ['age ? 3', 'at character 5: ? is no sign of a formula'],
    ['2 * agee', 'at character 5: there is no agee here'],
    [
      'log(age)',
      'at character 1: there is no function log; there are if, exp, ln, sqrt, min, max, first_known',
    ],
    ['exp(1, 2)', 'at character 1: exp takes one value, not 2'],
    ['max(1)', 'at character 1: max takes 2 values or more, not 1'],
    ['if(af, 1)', 'at character 1: if takes a condition, a number and another number'],
    [
      'if(age, 1, 2)',
      'at character 4: this is a number, and a condition is expected: compare it with something',
    ],
    ['1 + sex', 'at character 5: sex is a text, and a number is expected'],
    ['age > 3', 'at character 1: this is a condition, and a number is expected'],
    ["if(sex > 'a', 1, 2)", "at character 4: a choice is compared as in sex = 'female' or sex <> 'female'"],
    ["if(sex = 'femal', 1, 2)", 'at character 10: femal is no choice of sex: female, male'],
    ['toString(1)', 'at character 3: S is no sign of a formula'],
    [
      'constructor(1)',
      'at character 1: there is no function constructor; there are if, exp, ln, sqrt, min, max, first_known',
    ],
  ])('%j', (text, says) => {
    const read = () => readNumberFormula(text, known);
    expect(read).toThrow(FormulaError);
    expect(read).toThrow(says);
  });
});
