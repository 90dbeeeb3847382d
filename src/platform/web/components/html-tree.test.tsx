import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { asChildren, canonical } from './html-tree.ts';

describe('two pieces of HTML are the same', () => {
  test.each([
    ['attributes in another order', '<a id="x" href="#">A</a>', '<a href="#" id="x">A</a>'],
    ['classes in another order', '<p class="a b">A</p>', '<p class="b  a">A</p>'],
    ['other quotes', '<p title="a">A</p>', "<p title='a'>A</p>"],
    ['indentation', '<p>\n  A\n  <b>\n    B\n  </b>\n</p>', '<p>A<b>B</b></p>'],
    ['a bare attribute', '<input disabled>', '<input disabled="" />'],
    ['entities', '<p>&lt;5 &amp; it&#39;s</p>', "<p>&lt;5 & it's</p>"],
    ['another drawing', '<svg class="i"><path d="M0 0"/></svg>', '<svg class="i"><path d="M1 1"/></svg>'],
    ['a role the element has anyway', '<nav role="navigation">A</nav>', '<nav>A</nav>'],
  ])('but for %s', (_, one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });
});

describe('two pieces of HTML differ', () => {
  test.each([
    ['a space that is spoken', '<a>Change<span> name</span></a>', '<a>Change<span>name</span></a>'],
    ['a class', '<p class="a">A</p>', '<p class="a b">A</p>'],
    ['an attribute', '<input>', '<input disabled>'],
    ['words', '<p>A</p>', '<p>B</p>'],
    ['nesting', '<p><b>A</b></p><i></i>', '<p><b>A</b><i></i></p>'],
    ['a role that matters', '<fieldset role="group"></fieldset>', '<fieldset></fieldset>'],
  ])('in %s', (_, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});

test('HTML survives becoming children', () => {
  const html = '<p>Call <a href="#">111</a>.<br>Or <b class="x">wait</b></p>';
  expect(canonical(renderToString(<div>{asChildren(html)}</div>))).toBe(canonical(`<div>${html}</div>`));
});
