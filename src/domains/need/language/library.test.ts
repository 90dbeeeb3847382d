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
      ['need is a ranking, which compares people; a condition is about one person'],
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
  ])('%s', (_, definitions, problems) => {
    expect(problemsWith(...definitions)).toEqual(problems);
  });

  test('and takes one that is none of these', () => {
    expect(problemsWith(register('a', { ever: ['DM_COD'] }), register('b', { definition: 'a' }))).toEqual([]);
  });
});
