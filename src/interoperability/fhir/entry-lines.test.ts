import { expect, test } from 'vitest';
import { entryLines } from './entry-lines.ts';

test('entries are found on their lines, whatever is inside of them', () => {
  const bundle = [
    '{ "resourceType": "Bundle",',
    '  "link": [{ "relation": "self" },',
    '           { "relation": "entry" }],',
    '  "entry": [',
    '    { "resource": { "entry": [{}, {}], "text": "} ] \\" entry" } },',
    '    {',
    '      "resource": {} }, { "resource": {} },',
    '    null, "word",',
    '    {} ] }',
  ].join('\n');
  expect([...entryLines(bundle, new Set([0, 1, 2, 4, 5]))]).toEqual([
    [0, 5],
    [1, 6],
    [2, 7],
    [4, 8],
    [5, 9],
  ]);
  expect(entryLines(bundle, new Set([1])).get(1)).toBe(6);
  expect(entryLines(bundle, new Set([9])).size).toBe(0);
});
