import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { newText } from '../drafts/draft-text.ts';
import { readLibrary } from './library.ts';
import { compareVersions, nextVersion } from './versions.ts';
import { type AuthoredText, withAuthored } from './with-authored.ts';

const content = readLibrary('content');

function written(id: string, version: string, rule: string): AuthoredText {
  const head = newText({ id, title: id, why: 'A test', author: 'Somebody', review: plainDate('2027-01-01') });
  const definition = `${head.replace('1.0.0', version)}rule:\n  ${rule}\n`;
  const cases = `definition: ${id}\nreference_date: 2026-11-01\npeople:\n  - { name: A, born: 1990-01-01, sex: female, expect: { outcome: in } }\n`;
  return { id, version, definition, cases };
}

describe('definitions of content and of the book together', () => {
  test.each<[string, AuthoredText[], string[], string[]]>([
    ['a new one joins', [written('trial', '1.0.0', 'sex: female')], ['trial 1.0.0'], []],
    [
      'a higher version takes the place of content’s',
      [written('diabetes', '1.1.0', 'ever: DM_COD')],
      ['diabetes 1.1.0'],
      [],
    ],
    ['an equal one does not', [written('diabetes', '1.0.0', 'ever: DM_COD')], [], ['diabetes 1.0.0']],
    [
      'of two of the book the higher counts, by number and not by letter',
      [written('trial', '1.10.0', 'sex: male'), written('trial', '1.9.0', 'sex: female')],
      ['trial 1.10.0'],
      ['trial 1.9.0'],
    ],
    [
      'one that names a list that is gone is left out',
      [written('trial', '1.0.0', 'ever: GONE_COD'), written('fine', '1.0.0', 'sex: male')],
      ['fine 1.0.0'],
      ['trial 1.0.0'],
    ],
    [
      'and so is one that refers to it',
      [written('trial', '1.0.0', 'ever: GONE_COD'), written('a-user', '1.0.0', 'definition: trial')],
      [],
      ['trial 1.0.0', 'a-user 1.0.0'],
    ],
    [
      'one that refers to itself through content is left out',
      [written('hypertension', '9.0.0', 'definition: core20plus5-hypertension')],
      [],
      ['hypertension 9.0.0'],
    ],
    [
      'one that is no text is left out',
      [{ id: 'x', version: '1.0.0', definition: 'a: [', cases: '' }],
      [],
      ['x 1.0.0'],
    ],
  ])('%s', (_, published, used, left) => {
    const whole = withAuthored(content, published);
    const named = (each: { id: string; version: string }) => `${each.id} ${each.version}`;
    expect(whole.authored.map(named).sort()).toEqual([...used].sort());
    expect(whole.leftOut.map(named).sort()).toEqual([...left].sort());
    for (const each of used) {
      const [id = '', version] = each.split(' ');
      expect(whole.library.definition(id).version).toBe(version);
      expect(whole.library.cases.has(id)).toBe(true);
    }
    expect(whole.library.definitions.length).toBeGreaterThanOrEqual(content.definitions.length);
  });
});

test('versions are compared as numbers', () => {
  expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
  expect(compareVersions('2.0.0', '2.0.0')).toBe(0);
  expect(nextVersion('1.4.2')).toBe('1.5.0');
});
