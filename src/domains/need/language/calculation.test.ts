import { describe, expect, test } from 'vitest';
import { parseContent } from '../../../platform/content/index.ts';
import { type Definition, definitionSchema } from './definition.ts';
import { makeLibrary, readLibrary } from './library.ts';

const shipped = readLibrary('content');

const HEAD = `kind: calculation
id: drawn
version: 1.0.0
title: Drawn for a test
why: Drawn for a test
source: Drawn for a test
licence: MIT
author: A
owner: O
checker: C
review: 2027-01-01
status: draft
`;

/** What is wrong with a text, in itself or with the models and lists of content. */
function problemsOf(text: string): readonly string[] {
  try {
    const definition: Definition = parseContent(HEAD + text, definitionSchema, 'drawn');
    makeLibrary(shipped.codelists, [definition], [], shipped.models);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

const HFRS = 'model: hfrs\n';
const CODES = '  icd10_codes: { diagnoses: { years: 2 } }\n';

describe('a calculation', () => {
  test('of a model, with the inputs that it needs', () => {
    expect(problemsOf(`${HFRS}inputs:\n${CODES}`)).toEqual([]);
  });

  test('with arithmetic of its own', () => {
    const text =
      'inputs:\n  visits: { number_of: { attended: { months: 12 } } }\nvalue: { formula: 5 * visits, decimals: 0 }\n';
    expect(problemsOf(text)).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    [
      'names no model that there is',
      `model: hfsr\ninputs:\n${CODES}`,
      ['there is no model hfsr; there are hfrs, news2, parr-30, qrisk3'],
    ],
    [
      'leaves out an input that the model needs',
      `${HFRS}inputs:\n  age: { age: years }\n`,
      ['hfrs needs icd10_codes: say where it comes from'],
    ],
    [
      'gives an input that the model does not have',
      `${HFRS}inputs:\n${CODES}  aged: { age: years }\n`,
      ['hfrs has no input aged; it has icd10_codes, age'],
    ],
    [
      'gives a condition where a number is asked',
      `${HFRS}inputs:\n${CODES}  age: { when: { sex: male } }\n`,
      ['age is a number: age, by_tenth, value, ratio, number_of or stays_before_last; when is not that'],
    ],
    [
      'takes for missing what cannot be',
      `${HFRS}inputs:\n${CODES}  age: { age: years, if_missing: { is: old, because: why not } }\n`,
      ['age: old cannot be taken for it'],
    ],
    [
      'has a band finer than its value',
      `${HFRS}inputs:\n${CODES}bands:\n  - { id: low, title: Low, from: '0.25' }\n`,
      ['the band low begins at 0.25, and the value has 1 decimals'],
    ],
    [
      'has a model and arithmetic too',
      `${HFRS}inputs:\n${CODES}value: { formula: '1', decimals: 0 }\n`,
      ['line 16: value: name a model, or say the value as a formula; not both'],
    ],
    [
      'says nothing of where an input comes from',
      `${HFRS}inputs:\n  icd10_codes: {}\n`,
      [
        'line 15: inputs.icd10_codes: say where it comes from with one of age, sex, when, choose, by_tenth, value, ratio, number_of, diagnoses, last_stay, stays_before_last, ended_before_last, or what is taken with if_missing',
      ],
    ],
    [
      'has a formula with a name that there is not',
      'inputs:\n  age: { age: years }\nvalue: { formula: 2 * aged, decimals: 0 }\n',
      ['line 15: value.formula: at character 5: there is no aged here'],
    ],
    [
      'measures by a list without units',
      'inputs:\n  sugar: { value: { codes: DM_COD } }\nvalue: { formula: sugar, decimals: 0 }\n',
      ['DM_COD has no units, so nothing can be measured by it'],
    ],
    [
      'names a list that there is not',
      'inputs:\n  ill: { when: { ever: NO_SUCH } }\nvalue: { formula: ill, decimals: 0 }\n',
      ['there is no codelist NO_SUCH'],
    ],
  ])('is refused that %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('has another hash when its model has other numbers', () => {
    const before = shipped.contentHash('hospital-frailty-risk');
    const changed = new Map(shipped.models);
    const model = changed.get('hfrs');
    if (!model) throw new Error('there is no model hfrs');
    changed.set('hfrs', { ...model, content: { ...model.content, version: '1.0.1' } });
    const library = makeLibrary(shipped.codelists, shipped.definitions, [], changed);
    expect(library.contentHash('hospital-frailty-risk')).not.toBe(before);
    expect(library.contentHash('diabetes')).toBe(shipped.contentHash('diabetes'));
  });
});
