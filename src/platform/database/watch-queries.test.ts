import { describe, expect, test } from 'vitest';
import { withoutValues } from './watch-queries.ts';

describe('a statement in the log', () => {
  test.each([
    ['keeps its shape', 'select a from b\n  where c = $1', 'select a from b where c = $1'],
    ['loses a text', "select 1 where name = 'Larkmoor' and x = 'y'", "select 1 where name = '…' and x = '…'"],
    ['loses a text with a quote in it', "select 'O''Brien', 2", "select '…', 2"],
    ['loses a long number', 'select 9990000018, 12', 'select …, 12'],
  ])('%s', (_, statement, logged) => {
    expect(withoutValues(statement)).toBe(logged);
  });

  test('is cut where it is longer than a screen', () => {
    expect(withoutValues('select a,'.repeat(1000)).length).toBe(2000);
  });
});
