import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { newText } from '../drafts/draft-text.ts';
import { definitionSchema } from './definition.ts';

const head = newText({ id: 'x', title: 'X', why: 'Y', author: 'Z', review: plainDate('2027-01-01') });
const parsed = (rest: string) => parseContent(`${head}${rest}`, definitionSchema, 'x');

describe('named numbers', () => {
  test('are numbers where they are used, also deep inside and in windows', () => {
    const made = parsed(`parameters:
  age: { title: A, value: 65 }
  back: { title: B, value: 12 }
rule:
  all:
    - age: { from: $age }
    - not: { any: [{ within: { codes: DM_COD, months: $back } }] }
`);
    expect(made).toMatchObject({
      rule: {
        all: [{ age: { from: 65 } }, { not: { any: [{ within: { codes: ['DM_COD'], months: 12 } }] } }],
      },
    });
  });

  test.each([
    [
      'one that is not there',
      'parameters:\n  a: { title: A, value: 1 }\nrule: { age: { from: $b } }\n',
      /line 16: rule\.age\.from: there is no parameter \$b; it has \$a/,
    ],
    ['where there is none', 'rule: { age: { from: $b } }\n', /there is no parameter \$b; it has none/],
    [
      'a number that does not fit',
      'parameters:\n  a: { title: A, value: 1.5 }\nrule: { age: { from: $a } }\n',
      /rule\.age\.from/,
    ],
    [
      'a text for a number',
      'parameters:\n  a: { title: A, value: many }\nrule: { age: { from: $a } }\n',
      /parameters\.a\.value/,
    ],
    [
      'a name that is none',
      'parameters:\n  A B: { title: A, value: 1 }\nrule: { age: { from: 1 } }\n',
      /parameters/,
    ],
  ])('%s is refused with its line', (_, rest, said) => {
    expect(() => parsed(rest)).toThrow(said);
  });
});
