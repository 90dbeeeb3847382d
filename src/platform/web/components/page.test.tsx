import { describe, expect, test } from 'vitest';
import type { Chrome } from './chrome.ts';
import { renderPage } from './html.ts';
import { Page, type PageProps } from './page.tsx';

const CHROME: Chrome = {
  assets: {
    styles: '/assets/s.css',
    start: '/assets/start.js',
    nhsuk: '/assets/n.js',
    mark: '/assets/m.svg',
  },
  path: '/work/17',
  csrfToken: 'token-1',
  account: { name: 'Amara Okafor', role: 'Care coordinator, Ash Grove' },
  signOutHref: '/sign-out',
  navigation: [
    { text: 'Work list', href: '/work' },
    { text: 'People', href: '/people' },
  ],
  footer: [{ text: 'Accessibility statement', href: '/accessibility' }],
  demo: false,
};

const draw = ({ chrome, ...props }: Partial<Omit<PageProps, 'chrome'>> & { chrome?: Partial<Chrome> } = {}) =>
  renderPage(
    <Page title="Work list" chrome={{ ...CHROME, ...chrome }} {...props}>
      <h1>Work list</h1>
    </Page>,
  );

describe('a page', () => {
  test('is named after its title and the product', () => {
    expect(draw()).toContain('<title>Work list – Neighbourhold</title>');
  });

  test('says first in its title that something is wrong, and sums it up above the heading', () => {
    const html = draw({ errors: [{ field: 'due', message: 'Enter a date' }] });
    expect(html).toContain('<title>Error: Work list – Neighbourhold</title>');
    expect(html.indexOf('<a href="#due">Enter a date</a>')).toBeLessThan(html.indexOf('<h1>'));
  });

  test('begins with a way past the header', () => {
    expect(draw()).toMatch(/<body[^>]*><a class="nhsuk-skip-link"[^>]*href="#maincontent"/);
    expect(draw()).toContain('<main class="nhsuk-main-wrapper" id="maincontent">');
  });

  test('marks the section it is in: true below it, page on it', () => {
    expect(draw()).toContain('href="/work" aria-current="true"><strong');
    expect(draw({ chrome: { path: '/work' } })).toContain('href="/work" aria-current="page"><strong');
    expect(draw().match(/aria-current/g)).toHaveLength(1);
  });

  test('names who is signed in and as what, and lets them out by a form', () => {
    const html = draw();
    expect(html).toContain('Amara Okafor');
    expect(html).toContain('Care coordinator, Ash Grove');
    expect(html).toMatch(
      /<form[^>]*action="\/sign-out" method="post"><input type="hidden" name="_csrf" value="token-1"\/>/,
    );
  });

  test('before signing in has nobody and nothing to leave', () => {
    const html = draw({ chrome: { account: null, navigation: [] } });
    expect(html).not.toContain('Sign out');
    expect(html).not.toContain('aria-label="Menu"');
  });

  test('of a demonstration says that nobody on it exists', () => {
    expect(draw({ chrome: { demo: true } })).toContain('Every person, practice and record here is made up.');
    expect(draw()).not.toContain('made up');
  });

  test('shows the way back instead of breadcrumbs on a step of a form', () => {
    const way = { text: 'Work list', href: '/work' };
    expect(draw({ back: way, breadcrumbs: [way] })).not.toContain('Breadcrumb');
    expect(draw({ breadcrumbs: [way] })).toContain('aria-label="Breadcrumb"');
  });

  test('ends with the line that software advises and people decide', () => {
    expect(draw()).toContain('it advises, and people decide');
  });

  test('has no script and no style of its own, which the content security policy would stop', () => {
    expect(draw().match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/assets/start.js">']);
    expect(draw()).not.toMatch(/<style|style=| on\w+=/);
  });

  test('carries no logo of the NHS', () => {
    expect(draw()).not.toMatch(/nhsuk-header__logo|aria-label="NHS/);
  });
});
