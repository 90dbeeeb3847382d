import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { cutEntries } from './cut-entries.ts';
import type { LineCount } from './fhir-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-cut-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function cut(document: string) {
  let lines = '';
  let counted: LineCount | null = null;
  const begins: number[] = [];
  const entries = await cutEntries(writeFile(folder, 'bundle.json', document), 7, {
    lines: (bytes, count) => {
      lines += Buffer.from(bytes).toString('utf8');
      counted = count;
    },
    entry: (_, line) => begins.push(line),
  });
  return entries && { ...entries, counted, begins, lines: lines.split('\n').slice(0, -1) };
}

test('entries are cut out on lines of their own, whatever is inside of them', async () => {
  const bundle = [
    '\ufeff{ "resourceType": "Bundle",',
    '  "link": [{ "relation": "entry" }],',
    '  "entry": [',
    '    { "resource": { "entry": [{}, {}], "text": "} ] \\" entry é" } },',
    '    {',
    '      "resource": {} }, { "n": 1 ,',
    '    "m": true } ] }',
  ].join('\r\n');
  expect(await cut(bundle)).toEqual({
    count: 3,
    counted: { lines: 3, longest: 76 },
    around: { resourceType: 'Bundle', link: [{ relation: 'entry' }], entry: [0, 0, 0] },
    begins: [4, 5, 6],
    lines: [
      '{"place":7,"entry":{"resource":{"entry":[{},{}],"text":"} ] \\" entry é"}}}',
      '{"place":8,"entry":{"resource":{}}}',
      '{"place":9,"entry":{"n":1 ,"m":true }}',
    ],
  });
});

test.each([
  ['is no bundle', '{"resourceType":"List","entry":[{}]}'],
  ['has entries that are no objects', '{"resourceType":"Bundle","entry":[7]}'],
  ['has two lists of entries', '{"resourceType":"Bundle","entry":[{}],"entry":[{}]}'],
  ['lacks a comma', '{"resourceType":"Bundle","entry":[{}{}]}'],
  ['ends too early', '{"resourceType":"Bundle","entry":[{}'],
  ['goes on', '{"resourceType":"Bundle","entry":[{}]}}'],
  ['breaks a line within a text', '{"resourceType":"Bundle","entry":[{"a":"\n"}]}'],
])('a document that %s is not cut', async (_, document) => {
  expect(await cut(document)).toBeNull();
});

test('blanks part words, also where nothing should part them', async () => {
  expect((await cut('{"resourceType":"Bundle","entry":[{"a":1 2}]}'))?.lines).toEqual([
    '{"place":7,"entry":{"a":1 2}}',
  ]);
});
