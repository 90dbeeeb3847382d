import { describe, expect, test } from 'vitest';
import { REFUSED_HREF, renderPage, safeHref } from './html.ts';

test('a page begins with its doctype and escapes what it is given', () => {
  expect(renderPage(<p title={'"quoted"'}>{'<script>alert(1)</script>'}</p>)).toBe(
    '<!DOCTYPE html><p title="&quot;quoted&quot;">&lt;script>alert(1)&lt;/script></p>',
  );
});

describe('an address', () => {
  test.each([
    '/work',
    '/work?page=2&sort=due',
    '?page=2',
    '#due',
    'person/abc',
    '../measures',
    'https://ucp.example/plan/1',
    'HTTPS://ucp.example',
    '',
    '/search?q=javascript:alert(1)',
  ])('%j is linked to', (href) => {
    expect(safeHref(href)).toBe(href);
  });

  test.each([
    ['javascript:alert(1)', 'a script'],
    ['JaVaScRiPt:alert(1)', 'a script in odd letters'],
    [' javascript:alert(1)', 'a script after a space'],
    ['java\tscript:alert(1)', 'a script with a tab inside, which browsers drop'],
    ['\u0001javascript:alert(1)', 'a script after a control character, which browsers drop'],
    ['data:text/html,<script>alert(1)</script>', 'a page in an address'],
    ['vbscript:msgbox(1)', 'an old script'],
    ['http://example.org', 'a page that can be changed on its way'],
    ['//example.org/work', 'another site that looks like a path'],
    ['/\\example.org', 'the same, for browsers that turn backslashes'],
    ['https:\\\\example.org', 'backslashes'],
    ['https://', 'half an address'],
    ['mailto:somebody@example.org', 'neither a page of ours nor of others'],
  ])('%j is refused: %s', (href) => {
    expect(safeHref(href)).toBe(REFUSED_HREF);
  });
});
