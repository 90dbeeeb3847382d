import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ContentError, parseContent } from '../../../platform/content/index.ts';
import type { Model } from './prepare-model.ts';
import { modelSchema } from './read-formula-models.ts';
import { scoreRow } from './score-row.ts';

const head = `kind: formulas
id: drawn
version: 1.0.0
title: Drawn for a test
why: Drawn for a test.
source: Drawn for a test
licence: MIT
author: A
owner: O
checker: C
review: 2027-01-01
status: draft
`;

const parts: Record<string, string> = {
  inputs: `inputs:
  - { kind: number, id: age, title: Age, unit: years, from: 0, to: 130 }
  - { kind: choice, id: sex, title: Sex, choices: [{ code: female, title: Female }, { code: male, title: Male }] }
  - { kind: yes_no, id: smoker, title: Smoker }
`,
  tables: `tables:
  - { id: points, of: age, rows: [{ below: '40', value: '0' }, { from: '40', value: '1' }] }
`,
  terms: `terms:
  - { id: age, title: Age, add: points }
`,
  value: 'value: { formula: sum, decimals: 0 }\n',
};

function fileWith(changed: Record<string, string>): string {
  return head + Object.values({ ...parts, ...changed }).join('');
}

function problemsWith(changed: Record<string, string>): readonly string[] {
  try {
    parseContent(fileWith(changed), modelSchema, 'drawn.yaml');
    return [];
  } catch (error) {
    return (error as ContentError).problems;
  }
}

describe('a model is refused, with its line and what was expected, when', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['nothing is wrong: then it is not', {}, []],
    [
      'a formula cannot be read',
      { steps: 'steps:\n  first: age + 1\n  second: first * (age\n' },
      ['line 24: steps.second: at character 13: expected ), found the end'],
    ],
    [
      'a formula uses what comes later',
      { steps: 'steps:\n  first: second + 1\n  second: age\n' },
      ['line 23: steps.first: at character 1: there is no second here'],
    ],
    [
      'a table leaves a gap',
      {
        tables:
          "tables:\n  - { id: points, of: age, rows: [{ below: '40', value: '0' }, { from: '41', value: '1' }] }\n",
      },
      [
        'line 18: tables.0.rows.1: expected rows without a gap: the first only below, the last only from, each from where the one before it ends',
      ],
    ],
    [
      'a table leaves a choice out',
      { tables: "tables:\n  - { id: points, of: sex, rows: [{ is: female, value: '1' }] }\n" },
      ['line 18: tables.0: expected one row for each choice of sex, in its order: female, male'],
    ],
    [
      'a table looks up what there is not',
      {
        tables: "tables:\n  - { id: points, of: height, rows: [{ value: '1' }] }\n",
        terms: '',
        value: 'value: { formula: age, decimals: 0 }\n',
      },
      ['line 18: tables.0.of: there is no height to look up'],
    ],
    [
      'a row has too few numbers',
      { coefficients: "coefficients:\n  by: sex\n  columns: [female, male]\n  rows:\n    b: '1'\n" },
      ['line 26: coefficients.rows.b: expected a number for each of female, male'],
    ],
    [
      'columns are of no choice',
      { coefficients: "coefficients:\n  by: age\n  columns: [young, old]\n  rows:\n    b: ['1', '2']\n" },
      ['line 23: coefficients: columns go with the choice that they are by'],
    ],
    [
      'two things have one name',
      { steps: 'steps:\n  age: smoker + 1\n' },
      ['line 23: steps.age: age is the name of something else here already'],
    ],
    [
      'two inputs answer to one column',
      {
        inputs: `${parts.inputs}  - { kind: yes_no, id: drinker, title: Drinker, also: [SMOKER, Drinks] }\n`,
      },
      ['line 17: inputs.3: the column smoker means something else already'],
    ],
    [
      'an assumption cannot be what it stands for',
      { inputs: `${parts.inputs}  - { kind: yes_no, id: drinker, title: Drinker, if_missing: perhaps }\n` },
      ['line 17: inputs.3.if_missing: perhaps is not yes or no (1 or 0)'],
    ],
    [
      'a layout codes what is no choice',
      { layouts: 'layouts:\n  - { title: L, columns: { gender: { input: sex, codes: { 1: man } } } }\n' },
      ['line 23: layouts.0.columns.gender: man is no choice of sex'],
    ],
    [
      'bands stand in no order',
      { bands: "bands:\n  - { id: high, title: High, from: '5' }\n  - { id: low, title: Low, from: '0' }\n" },
      ['line 24: bands.1.from: bands stand from low to high'],
    ],
    [
      'a number is no decimal',
      { tables: "tables:\n  - { id: points, of: age, rows: [{ value: 'two' }] }\n" },
      ["line 18: tables.0.rows.0.value: write a weight as text, as '0.08', so that sums stay exact"],
    ],
    [
      'it has a word too many',
      { value: 'value: { formula: sum, decimals: 0, digits: 3 }\n' },
      ['line 21: value: Unrecognized key: "digits"'],
    ],
  ])('%s', (_, changed, problems) => {
    expect(problemsWith(changed)).toEqual(problems);
  });
});

test('the model that docs/models.md shows is one', () => {
  const [, shown = ''] =
    /```yaml\nkind: formulas\n# \.\.\. the head \.\.\.\n([\s\S]*?)```/.exec(
      readFileSync('docs/models.md', 'utf8'),
    ) ?? [];
  const model = parseContent(head + shown, modelSchema, 'docs/models.md') as Model;
  const found = scoreRow(model, ['age', 'sex', 'on_oxygen', 'codes'], ['80', 'female', 'yes', 'none']);
  expect(found).toMatchObject({ outcome: 'in', band: { id: 'low' } });
});

describe('the cells of a row', () => {
  const model = parseContent(fileWith({}), modelSchema, 'drawn.yaml') as Model;
  const withSmoker = parseContent(
    fileWith({
      terms: 'terms:\n  - { id: all, title: All, add: "points + smoker + if(sex = \'male\', 10, 20)" }\n',
    }),
    modelSchema,
    'drawn.yaml',
  ) as Model;

  test.each<[string, string, string, number]>([
    ['40', 'female', 'yes', 22],
    [' 40.0 ', 'MALE', 'True', 12],
    ['39.9', 'Female', '0', 20],
    ['4e1', 'male', '1.0', 12],
    ['+40', 'male', 'n', 11],
  ])('%j, %j, %j are taken', (age, sex, smoker, value) => {
    expect(scoreRow(withSmoker, ['age', 'sex', 'smoker'], [age, sex, smoker]).value).toBe(value);
  });

  test.each<[string, string, string, string]>([
    ['forty', 'female', 'yes', 'Age: forty is not a number from 0 to 130 (years)'],
    ['131', 'female', 'yes', 'Age: 131 is not a number from 0 to 130 (years)'],
    ['40,5', 'female', 'yes', 'Age: 40,5 is not a number from 0 to 130 (years)'],
    ['0x28', 'female', 'yes', 'Age: 0x28 is not a number from 0 to 130 (years)'],
    ['40', 'constructor', 'yes', 'Sex: constructor is not one of female, male'],
    ['40', 'female', '2', 'smoker: 2 is not yes or no (1 or 0)'],
  ])('%j, %j, %j are not, and the message says so', (age, sex, smoker, says) => {
    const found = scoreRow(withSmoker, ['Age', 'Sex', 'smoker'], [age, sex, smoker]);
    expect(found).toMatchObject({ outcome: 'unknown', value: null, reason: says });
  });

  test.each(['', ' ', 'NA', 'nan', 'NULL', 'n/a'])('%j says nothing', (cell) => {
    const found = scoreRow(withSmoker, ['age', 'sex', 'smoker'], ['40', 'male', cell]);
    expect(found).toMatchObject({ outcome: 'unknown', missing: ['smoker'], problems: [] });
  });

  test('what the formula does not look at may be missing', () => {
    expect(scoreRow(model, ['age'], ['40'])).toMatchObject({ outcome: 'in', value: 1 });
  });
});
