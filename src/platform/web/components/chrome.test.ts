import { expect, test } from 'vitest';
import { currentItem } from './chrome.ts';

const ITEMS = ['/', '/work', '/work/mine', '/people'].map((href) => ({ text: href, href }));

test.each([
  ['/', '/'],
  ['/work', '/work'],
  ['/work/17', '/work'],
  ['/work/mine/17', '/work/mine'],
  ['/workforce', undefined],
  ['/elsewhere', undefined],
])('%s is in the section %s', (path, section) => {
  expect(currentItem(ITEMS, path)?.href).toBe(section);
});
