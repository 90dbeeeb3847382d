import { expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { definitionSchema } from '../language/definition.ts';
import { makeLibrary, readLibrary } from '../language/library.ts';
import { evaluate } from './reference-evaluator.ts';

const TODAY = '2026-11-01';
const { codelists } = readLibrary('content');
const head = { version: '1.0.0', review: '2027-01-01', status: 'draft' };
const said = Object.fromEntries(
  ['title', 'why', 'source', 'licence', 'author', 'owner', 'checker'].map((key) => [key, 'drawn']),
);

function between(window: object, date: string | null) {
  const rule = { between: { codes: 'DM_COD', ...window } };
  const register = definitionSchema.parse({ kind: 'register', id: 'drawn', ...head, ...said, rule });
  const library = makeLibrary(codelists, [register]);
  const person = drawnRecord({
    name: 'drawn',
    born: '1960-01-01',
    sex: 'female',
    events: [{ code: '44054006', date }],
    medicines: [],
    appointments: [],
    feeds: {},
    expect: { outcome: 'in' },
  });
  return evaluate(library, 'drawn', person, plainDate(TODAY)).outcome;
}

// An entry without a date is inside a window only where that is all of the record.
test.each([
  [{ from: '2012-04-01', to: '2014-03-31' }, '2014-03-31', 'in'],
  [{ from: '2012-04-01', to: '2014-03-31' }, '2014-04-01', 'out'],
  [{ from: '2012-04-01', to: '2014-03-31' }, null, 'unknown'],
  [{ to: '2014-03-31' }, '1990-01-01', 'in'],
  [{ to: '2014-03-31' }, '2014-04-01', 'out'],
  [{ to: '2014-03-31' }, null, 'unknown'],
  [{ from: '2012-04-01' }, null, 'unknown'],
  [{ to: TODAY }, null, 'in'],
] as const)('between %o, an entry of %s: %s', (window, date, outcome) => {
  expect(between(window, date)).toBe(outcome);
});
