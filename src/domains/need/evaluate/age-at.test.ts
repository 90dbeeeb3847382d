import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { parseContent } from '../../../platform/content/index.ts';
import { newText } from '../drafts/draft-text.ts';
import { caseFileSchema, definitionSchema } from '../language/definition.ts';
import { readLibrary } from '../language/library.ts';
import { withDefinition } from '../language/with-authored.ts';
import { drawnRecord } from './drawn-record.ts';
import { evaluate } from './reference-evaluator.ts';

const head = newText({
  id: 'young',
  title: 'Young',
  why: 'A test',
  author: 'A',
  review: plainDate('2027-01-01'),
});

describe('the age at an entry', () => {
  test.each<[string, string, (string | null)[], string, string]>([
    ['on the day before turning 40', '{ codes: DM_COD, to: 39 }', ['1990-01-31'], '', 'in'],
    ['on the birthday', '{ codes: DM_COD, to: 39 }', ['1990-02-01'], '', 'out'],
    ['the first counts, not the latest', '{ codes: DM_COD, to: 39 }', ['1985-05-05', '2020-05-05'], '', 'in'],
    [
      'unless the latest is asked for',
      '{ codes: DM_COD, to: 39, entry: latest }',
      ['1985-05-05', '2020-05-05'],
      '',
      'out',
    ],
    ['nothing recorded', '{ codes: DM_COD, to: 39 }', [], '', 'out'],
    ['nothing sent', '{ codes: DM_COD, to: 39 }', [], 'missing', 'unknown'],
    ['one without a date', '{ codes: DM_COD, to: 39 }', ['1985-05-05', null], '', 'unknown'],
    [
      'an earlier one may not have been sent',
      '{ codes: DM_COD, to: 39 }',
      ['1995-05-05'],
      '1994-01-01',
      'unknown',
    ],
    [
      'of the latest that does not matter',
      '{ codes: DM_COD, from: 40, entry: latest }',
      ['1995-05-05'],
      '1994-01-01',
      'in',
    ],
  ])('%s', (_, rule, dates, feed, outcome) => {
    const definition = parseContent(`${head}rule: { age_at: ${rule} }\n`, definitionSchema, 'young');
    const library = withDefinition(readLibrary('content'), definition);
    const { people } = caseFileSchema.parse({
      definition: 'young',
      reference_date: '2026-11-01',
      people: [
        {
          name: 'Somebody',
          born: '1950-02-01',
          sex: 'female',
          events: dates.map((date) => ({ code: '44054006', date })),
          feeds: feed === '' ? {} : { events: feed },
          expect: { outcome },
        },
      ],
    });
    const [person] = people;
    if (!person) throw new Error('nobody was drawn');
    expect(evaluate(library, 'young', drawnRecord(person), plainDate('2026-11-01')).outcome).toBe(outcome);
  });
});
