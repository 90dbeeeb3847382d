import { expect, test } from 'vitest';
import { SaidOfFiles } from './said-of-files.ts';

test('what is said of files is kept once each, and counted where it is too much', () => {
  const shown: string[] = [];
  const said = new SaidOfFiles((what) => shown.push(what));
  said.say('a.md was left aside');
  said.say('a.md was left aside');
  expect(said.sentences()).toEqual(['a.md was left aside']);
  for (let n = 0; n < 250; n++) said.say(`${n}.md was left aside`);
  expect(said.sentences()).toHaveLength(201);
  expect(said.sentences().at(-1)).toBe('and 51 more of the kind');
  expect(shown).toHaveLength(252);
});
