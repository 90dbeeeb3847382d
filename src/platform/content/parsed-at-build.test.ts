import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parsedAtBuild } from './parsed-at-build.ts';

const texts = readdirSync('content', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(join('content', name), 'utf8')] as const);

test('what the build has read of a content file is what the file says', () => {
  const read = texts.filter(([, text]) => parsedAtBuild(text) !== undefined);
  for (const [name, text] of read) expect(parsedAtBuild(text), name).toEqual(parse(text));
  // A build that is older than some of the content is no fault; one that has read none of it helps nobody.
  expect(read.length).toBeGreaterThan(0);
});

test('a text that has changed since is not what the build has read', () => {
  for (const [name, text] of texts) expect(parsedAtBuild(`${text}# `), name).toBeUndefined();
});

test('each reader has a value of its own', () => {
  const [, text] = texts[0] ?? [];
  const once = parsedAtBuild(text ?? '');
  expect(once).toEqual(parsedAtBuild(text ?? ''));
  expect(once).not.toBe(parsedAtBuild(text ?? ''));
});
