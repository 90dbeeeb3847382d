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
  id: 'twice',
  title: 'Twice',
  why: 'A test',
  author: 'A',
  review: plainDate('2027-01-01'),
});
const definition = parseContent(
  `${head}rule: { nth_within: { codes: DM_COD, nth: 2, years: 1 } }\n`,
  definitionSchema,
  'twice',
);
const library = withDefinition(readLibrary('content'), definition);

describe('the second entry of all in the last year', () => {
  test.each<[string, (string | null)[], string, string]>([
    ['the second is in the year', ['2015-04-10', '2026-05-01'], '', 'in'],
    ['on its first day', ['2015-04-10', '2025-11-02'], '', 'in'],
    ['on the day before', ['2015-04-10', '2025-11-01'], '', 'out'],
    ['both on one day', ['2026-05-01', '2026-05-01'], '', 'in'],
    ['the third is, the second was before', ['2015-04-10', '2016-04-10', '2026-05-01'], '', 'out'],
    ['there is only one', ['2026-05-01'], '', 'out'],
    ['one after the day of the data does not count', ['2015-04-10', '2026-11-02'], '', 'out'],
    ['one of the two has no date', ['2026-05-01', null], '', 'unknown'],
    ['two before, and one without a date', ['2015-04-10', '2016-04-10', null], '', 'out'],
    ['only one, without a date', [null], '', 'out'],
    ['entries are sent only since January', ['2026-02-10', '2026-05-01'], '2026-01-01', 'unknown'],
    ['two before, sent only since 2014', ['2015-04-10', '2016-04-10'], '2014-01-01', 'out'],
    ['nothing is sent', [], 'missing', 'unknown'],
  ])('%s', (_, dates, feed, outcome) => {
    const file = caseFileSchema.parse({
      definition: 'twice',
      reference_date: '2026-11-01',
      people: [
        {
          name: 'Somebody',
          born: '1950-01-01',
          sex: 'female',
          events: dates.map((date) => ({ code: '44054006', date })),
          feeds: feed === '' ? {} : { events: feed },
          expect: { outcome },
        },
      ],
    });
    const [person] = file.people;
    if (!person) throw new Error('nobody was drawn');
    expect(evaluate(library, 'twice', drawnRecord(person), plainDate('2026-11-01')).outcome).toBe(outcome);
  });
});
