import { describe, expect, test } from 'vitest';
import { type Definition, definitionSchema } from './definition.ts';
import { makeLibrary, readLibrary } from './library.ts';

const shipped = readLibrary('content');
const provenance = {
  version: '1.0.0',
  title: 'Drawn for a test',
  why: 'Drawn for a test.',
  source: 'Drawn for a test',
  licence: 'MIT',
  author: 'A',
  owner: 'O',
  checker: 'C',
  review: '2027-01-01',
  status: 'draft',
};

const register = (id: string, rule: object): Definition =>
  definitionSchema.parse({ ...provenance, id, kind: 'register', rule });

const segmentation = (id: string): Definition =>
  definitionSchema.parse({
    ...provenance,
    id,
    kind: 'segmentation',
    segments: [
      { id: 'ill', title: 'Ill', when: { ever: 'DM_COD' } },
      { id: 'well', title: 'Well' },
    ],
  });

/** What is said of a library of these and the shipped codelists. */
function problemsWith(...definitions: Definition[]): string[] {
  const needed = ['need', 'cambridge-multimorbidity'].map((id) => shipped.definition(id));
  try {
    makeLibrary(shipped.codelists, [...needed, ...definitions]);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

describe('a library refuses a definition that', () => {
  test.each<[string, Definition[], string[]]>([
    [
      'names no codelist that there is',
      [register('a', { ever: ['NO_SUCH'] })],
      ['there is no codelist NO_SUCH'],
    ],
    [
      'reads codes and medicines together',
      [register('a', { ever: ['DM_COD', 'LAXATIVES'] })],
      ['DM_COD, LAXATIVES: codes and medicines cannot be read together; use any'],
    ],
    ['names no definition that there is', [register('a', { definition: 'b' })], ['there is no definition b']],
    [
      'asks a ranking about one person',
      [register('a', { definition: 'need' })],
      ['need is a ranking, which has no answer for one person; use rank or percentile of its score'],
    ],
    [
      'refers to itself, by a loop',
      [
        register('a', { not: { definition: 'b' } }),
        register('b', { all: [{ definition: 'a' }, { sex: 'female' }] }),
      ],
      ['it refers to itself: a → b → a'],
    ],
    [
      'measures by a list that has no units',
      [register('a', { measured: { codes: ['DM_COD'], take: 'latest', last: 1, above: 1 } })],
      ['DM_COD has no units, so nothing can be measured by it'],
    ],
    [
      'looks for a status among codes',
      [register('a', { appointments: { status: ['DM_COD'] } })],
      ['DM_COD is no list of words'],
    ],
    [
      'looks for codes among words',
      [register('a', { ever: ['APPOINTMENT_MISSED'] })],
      ['APPOINTMENT_MISSED is a list of words, which no entry of a record has'],
    ],
    [
      'looks for diagnoses of hospitals in records',
      [register('a', { ever: ['RESTRICTED_DIAGNOSES'] })],
      ['RESTRICTED_DIAGNOSES is a list of ICD-10 codes, which no entry of a record has'],
    ],
    [
      'looks for entries of records among diagnoses',
      [register('a', { admitted: { diagnoses: ['DM_COD'] } })],
      ['DM_COD is no list of ICD-10 codes'],
    ],
    [
      'names a band that the other has not',
      [register('a', { definition: 'cambridge-multimorbidity/severe' })],
      ['cambridge-multimorbidity has no severe; it has no bands'],
    ],
    [
      'names everybody by a segmentation',
      [register('a', { definition: 'b' }), segmentation('b')],
      ['everybody is in b; name a segment, as b/ill'],
    ],
  ])('%s', (_, definitions, problems) => {
    expect(problemsWith(...definitions)).toEqual(problems);
  });

  test('and takes one that is none of these', () => {
    const fine = [
      register('a', { ever: ['DM_COD'] }),
      register('b', { definition: 'a' }),
      segmentation('c'),
      register('d', { definition: 'c/well' }),
    ];
    expect(problemsWith(...fine)).toEqual([]);
  });
});

describe('what is wrong in a definition is said where it stands', () => {
  const said = (rule: unknown) => {
    const parsed = definitionSchema.safeParse({ ...provenance, id: 'a', kind: 'register', rule });
    return parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  };

  test.each<[string, unknown, string | RegExp]>([
    [
      'a word that there is not',
      { all: [{ evr: 'DM_COD' }] },
      /^rule\.all\.0: not a condition: expected one of all, any/,
    ],
    ['two words in one', { ever: 'A', sex: 'male' }, /^rule: not a condition/],
    [
      'a body of another word',
      { not: { within: { codes: 'A', month: 3 } } },
      /^rule\.not\.within: Unrecognized key/,
    ],
    [
      'two windows',
      { within: { codes: 'A', days: 3, months: 3 } },
      'rule.within: give one of days, months, years, since_last',
    ],
    [
      'no bound',
      { measured: { codes: 'A' } },
      'rule.measured: compare with below, at_most, at_least or above',
    ],
    [
      'a day that is not in every year',
      { within: { codes: 'A', since_last: '02-29' } },
      'rule.within.since_last: the 29th of February is not in every year',
    ],
    [
      'a day that there is not',
      { within: { codes: 'A', since_last: '13-01' } },
      'rule.within.since_last: expected a month and a day, as 09-01',
    ],
  ])('%s', (_, rule, message) => {
    expect(said(rule)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)]);
  });

  test('a segmentation whose last segment is not for everybody else', () => {
    const segments = [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B', when: { ever: 'DM_COD' } },
    ];
    const parsed = definitionSchema.safeParse({ ...provenance, id: 'a', kind: 'segmentation', segments });
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'every segment but the last says when; the last is for everybody else',
    ]);
  });
});
