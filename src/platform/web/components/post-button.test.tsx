import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { PostButton } from './post-button.tsx';

test('one act is a form with its token, its fields and a button that a double click presses once', () => {
  const html = renderToString(
    <PostButton action="/work/17/claim" csrfToken="token-1" fields={{ version: '3' }}>
      Claim
    </PostButton>,
  );
  expect(html).toContain('method="post" action="/work/17/claim"');
  expect(html).toContain('<input type="hidden" name="_csrf" value="token-1"/>');
  expect(html).toContain('<input type="hidden" name="version" value="3"/>');
  expect(html).toContain('data-prevent-double-click="true"');
});
