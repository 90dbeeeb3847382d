import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentFiles, parseContent } from '../../../platform/content/index.ts';
import { definitionSchema } from '../language/definition.ts';
import { type Block, editable, parsePlace, placeText, readBlock, readBlocks } from './blocks.ts';
import { addCondition, type blockMoves, moveBlock, possibleMoves, replaceCondition } from './edit-rule.ts';
import { changeNamedNumbers, readNamedNumbers } from './named-numbers.ts';
import { wordForms } from './word-forms.ts';
import { bodyToForm, formToCondition } from './word-values.ts';

const files = contentFiles(join('content', 'definitions'), '.yaml').filter(
  (file) => !file.endsWith('.cases.yaml'),
);
const texts = files.map((file) => [file, readFileSync(file, 'utf8')] as const);
const meaning = (text: string) => parseContent(text, definitionSchema, 'a definition');
const blocksOf = (block: Block): Block[] =>
  block.kind === 'group' ? [block, ...block.parts.flatMap(blocksOf)] : [block];
const allBlocks = (text: string) =>
  (readBlocks(text) ?? []).flatMap(({ block }) => (block ? blocksOf(block) : []));

describe('every shipped definition', () => {
  test.each(texts)('%s means the same when every block is written from its form', (_, text) => {
    let written = text;
    for (const block of allBlocks(text)) {
      if (block.kind !== 'form') continue;
      const made = formToCondition(block.word, block.values);
      expect(made).toHaveProperty('condition');
      if ('condition' in made) written = replaceCondition(written, block.at, made.condition);
    }
    expect(meaning(written)).toEqual(meaning(text));
  });

  test('has a form for every condition whose word has one: nothing of content says more than its form asks', () => {
    const left = texts.flatMap(([file, text]) =>
      allBlocks(text)
        .filter((block) => block.kind === 'text' && wordForms[Object.keys(block.condition ?? {})[0] ?? ''])
        .map(({ at }) => `${file} ${placeText(at)}`),
    );
    expect(left).toEqual([]);
  });

  test('keeps its comments and what is not touched, to the letter', () => {
    const text =
      '# why so\nkind: register\nrule:\n  all:\n    # only adults\n    - age: { from: 18 }\n    - sex: male # men\n';
    expect(replaceCondition(text, ['rule', 'all', 0], { age: { from: 40 } })).toBe(text.replace('18', '40'));
  });
});

const START = `kind: register
rule:
  all:
    - age: { from: 18 }
    - any:
        - sex: male
        - ever: A
    - not:
        ever: B
`;

describe('changing a rule', () => {
  const rule = (text: string) => editable(text).get(['rule']);

  test.each<[string, string, (typeof blockMoves)[number], unknown]>([
    [
      'up',
      'rule.all.1',
      'up',
      { all: [{ any: [{ sex: 'male' }, { ever: 'A' }] }, { age: { from: 18 } }, { not: { ever: 'B' } }] },
    ],
    [
      'down',
      'rule.all.1.any.0',
      'down',
      { all: [{ age: { from: 18 } }, { any: [{ ever: 'A' }, { sex: 'male' }] }, { not: { ever: 'B' } }] },
    ],
    [
      'out of its group',
      'rule.all.1.any.0',
      'out',
      { all: [{ age: { from: 18 } }, { any: [{ ever: 'A' }] }, { sex: 'male' }, { not: { ever: 'B' } }] },
    ],
    [
      'into the group before',
      'rule.all.2',
      'into',
      { all: [{ age: { from: 18 } }, { any: [{ sex: 'male' }, { ever: 'A' }, { not: { ever: 'B' } }] }] },
    ],
    [
      'into a new group',
      'rule.all.0',
      'any',
      {
        all: [
          { any: [{ age: { from: 18 } }] },
          { any: [{ sex: 'male' }, { ever: 'A' }] },
          { not: { ever: 'B' } },
        ],
      },
    ],
    [
      'negated',
      'rule.all.0',
      'not',
      {
        all: [
          { not: { age: { from: 18 } } },
          { any: [{ sex: 'male' }, { ever: 'A' }] },
          { not: { ever: 'B' } },
        ],
      },
    ],
    [
      'no longer negated',
      'rule.all.2',
      'open',
      { all: [{ age: { from: 18 } }, { any: [{ sex: 'male' }, { ever: 'A' }] }, { ever: 'B' }] },
    ],
    [
      'all becomes any',
      'rule',
      'switch',
      { any: [{ age: { from: 18 } }, { any: [{ sex: 'male' }, { ever: 'A' }] }, { not: { ever: 'B' } }] },
    ],
    [
      'removed',
      'rule.all.0',
      'remove',
      { all: [{ any: [{ sex: 'male' }, { ever: 'A' }] }, { not: { ever: 'B' } }] },
    ],
    [
      'the last of a not takes it along',
      'rule.all.2.not',
      'remove',
      { all: [{ age: { from: 18 } }, { any: [{ sex: 'male' }, { ever: 'A' }] }] },
    ],
    [
      'the whole wrapped',
      'rule',
      'not',
      {
        not: {
          all: [{ age: { from: 18 } }, { any: [{ sex: 'male' }, { ever: 'A' }] }, { not: { ever: 'B' } }],
        },
      },
    ],
  ])('%s', (_, at, move, expected) => {
    expect(rule(moveBlock(START, parsePlace(at) ?? [], move))).toEqual(expected);
  });

  test.each<[string, string, (typeof blockMoves)[number]]>([
    ['the first goes no higher', 'rule.all.0', 'up'],
    ['the last no lower', 'rule.all.2', 'down'],
    ['nothing leaves the rule', 'rule.all.0', 'out'],
    ['there is no group before it', 'rule.all.1', 'into'],
    ['any is not opened into all', 'rule.all.1', 'open'],
  ])('%s', (_, at, move) => {
    expect(() => moveBlock(START, parsePlace(at) ?? [], move)).toThrow();
    expect(possibleMoves(START, parsePlace(at) ?? [])).not.toContain(move);
  });

  test('adding begins a rule, joins a group, and makes one of a single condition', () => {
    const begun = addCondition('kind: register\n', ['rule'], { sex: 'male' }, 'condition');
    expect(rule(begun)).toEqual({ all: [{ sex: 'male' }] });
    expect(rule(addCondition(begun, ['rule'], { ever: 'A' }, 'not'))).toEqual({
      all: [{ sex: 'male' }, { not: { ever: 'A' } }],
    });
    expect(
      rule(addCondition('kind: register\nrule:\n  sex: male\n', ['rule'], { ever: 'A' }, 'any')),
    ).toEqual({
      all: [{ sex: 'male' }, { any: [{ ever: 'A' }] }],
    });
  });

  test('moves that a page offers can be made, and what came out of a group by one has the same conditions', () => {
    const leaves = (text: string) =>
      allBlocks(text).flatMap((block) =>
        block.kind === 'form' ? [`${block.word} ${JSON.stringify(block.values)}`] : [],
      );
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 12 }), (choices) => {
        let text = START;
        for (const choice of choices) {
          const blocks = allBlocks(text);
          const block = blocks[choice % blocks.length];
          if (!block) return;
          const offered = possibleMoves(text, block.at).filter((move) => move !== 'remove');
          const move = offered[choice % Math.max(1, offered.length)];
          if (!move) continue;
          text = moveBlock(text, block.at, move);
          expect(leaves(text).sort()).toEqual(leaves(START).sort());
          expect(allBlocks(text).some(({ kind }) => kind === 'text')).toBe(false);
        }
      }),
    );
  });
});

describe('named numbers', () => {
  const NAMED = `kind: register
parameters:
  oldest: { title: The greatest age, value: 74 } # agreed in May
rule:
  any:
    - age: { to: $oldest }
    - measured: { codes: HB, below: $oldest, months: 12 }
`;

  test('stand in conditions and keep their form', () => {
    const blocks = allBlocks(NAMED).filter(({ kind }) => kind === 'form');
    expect(blocks.map((block) => (block.kind === 'form' ? block.values : {}))).toMatchObject([
      { to: '$oldest' },
      { high: '$oldest', window: '12' },
    ]);
    for (const block of blocks) {
      expect(block.kind === 'form' && block.condition).not.toBeNull();
      const made = block.kind === 'form' ? formToCondition(block.word, block.values) : { errors: [] };
      expect(
        'condition' in made && editable(replaceCondition(NAMED, block.at, made.condition)).get(block.at),
      ).toEqual(editable(NAMED).get(block.at));
    }
  });

  test('are changed where they stand, and comments stay', () => {
    const changed = changeNamedNumbers(NAMED, {
      values: { oldest: '79' },
      added: { name: 'lowest', title: 'The lowest', value: '7.5' },
    });
    expect(changed).toContain('oldest: { title: The greatest age, value: 79 } # agreed in May');
    expect(readNamedNumbers(changed).map(({ name, value }) => [name, value])).toEqual([
      ['oldest', '79'],
      ['lowest', '7.5'],
    ]);
    const wrong = () =>
      changeNamedNumbers(NAMED, { values: { oldest: 'x' }, added: { name: 'oldest', title: '', value: '' } });
    expect(wrong).toThrow(
      expect.objectContaining({
        fields: expect.arrayContaining([expect.objectContaining({ field: 'value_oldest' })]),
      }),
    );
  });
});

describe('forms', () => {
  test.each([
    ['a word that is not known', '{ nearby: { codes: A } }'],
    ['a part that is not known', '{ age: { from: 18, at: first } }'],
    ['two words', '{ sex: male, ever: A }'],
    ['a list where a word should be', '[A]'],
  ])('leave %s as text, to be changed as text', (_, text) => {
    const block = readBlock(`kind: register\nrule:\n  all:\n    - ${text}\n`, ['rule', 'all', 0]);
    expect(block?.kind).toBe('text');
  });

  test.each<[string, Record<string, string>, string]>([
    ['within', { codes: '', window: '6', window_unit: 'months' }, 'codes'],
    ['within', { codes: 'A b', window: '6', window_unit: 'months' }, 'codes'],
    ['within', { codes: 'A', window: '0', window_unit: 'months' }, 'window'],
    ['within', { codes: 'A', window_unit: 'since_last', season: '02-29' }, 'season'],
    ['measured', { codes: 'A', window_unit: 'all', take: 'latest' }, 'low'],
    ['measured', { codes: 'A', window_unit: 'all', take: 'latest', low: 'high' }, 'low'],
    ['age', { unit: 'years' }, 'from'],
    ['age', { unit: 'years', from: '1.5' }, 'from'],
    ['deprivation', { from: '11' }, 'from'],
    ['sex', {}, 'choice'],
    ['since', { codes: 'A', date: '2026-02-30' }, 'date'],
    ['definition', { definition: '' }, 'definition'],
    ['percentile', { of: 'efi', over: 'borough' }, 'at_least'],
    ['percentile', { of: 'efi', over: 'borough', at_least: '100' }, 'at_least'],
    ['percentile', { of: '', over: 'borough', at_least: '91' }, 'of'],
    ['rank', { of: 'efi', over: 'town', at_most: '50' }, 'over'],
    ['nothing', {}, 'word'],
  ])('%s with %j says what is wrong with %s', (word, values, field) => {
    const made = formToCondition(word, values);
    expect('errors' in made ? made.errors.map((error) => error.field) : []).toEqual([field]);
  });

  test('a list that is chosen joins those that stand there', () => {
    expect(formToCondition('ever', { codes: 'A, B', codes_more: 'C' })).toEqual({
      condition: { ever: ['A', 'B', 'C'] },
    });
  });

  test('a comparison of people is written with whom it is of, or without', () => {
    const values = { of: 'efi', over: 'neighbourhood', at_least: '91' };
    const condition = { percentile: { of: 'efi', over: 'neighbourhood', at_least: 91 } };
    expect(formToCondition('percentile', values)).toEqual({ condition });
    expect(formToCondition('percentile', { ...values, among: 'diabetes' })).toEqual({
      condition: { percentile: { ...condition.percentile, among: 'diabetes' } },
    });
    expect(bodyToForm('percentile', condition.percentile)).toEqual({ ...values, among: '', at_most: '' });
  });

  test('what a form writes it reads again', () => {
    for (const [word, form] of Object.entries(wordForms)) expect(form.fields.length, word).toBeGreaterThan(0);
    expect(
      bodyToForm('count', { codes: ['A', 'B'], years: 2, at_least: 3, on_different_days: true }),
    ).toMatchObject({
      codes: 'A, B',
      window: '2',
      window_unit: 'years',
      at_least: '3',
      on_different_days: 'yes',
    });
  });
});
