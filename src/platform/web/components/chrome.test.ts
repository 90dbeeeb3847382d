import { expect, test } from 'vitest';
import { currentItem, currentSection } from './chrome.ts';

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

const SECTIONS = [
  { text: 'Home', href: '/' },
  {
    text: 'People',
    href: '/people',
    items: [
      { text: 'Find people', href: '/people' },
      { text: 'Matches', href: '/people/matches' },
    ],
  },
  {
    text: 'Care',
    href: '/team',
    items: [
      { text: 'Team', href: '/team' },
      { text: 'Care plans', href: '/plans' },
    ],
  },
];

test.each([
  ['/', 'Home', 'Home'],
  ['/people/17', 'People', 'Find people'],
  ['/people/matches/3', 'People', 'Matches'],
  ['/plans/9', 'Care', 'Care plans'],
  ['/elsewhere', undefined, undefined],
])('%s is in the section %s, on its page %s', (path, section, item) => {
  const current = currentSection(SECTIONS, path);
  expect([current?.section.text, current?.item.text]).toEqual([section, item]);
});
