import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { EmptyState } from './empty-state.tsx';

test('an empty list says what is not there, why, and what to do next', () => {
  const html = renderToString(
    <EmptyState title="Nobody is waiting" actions={[{ text: 'See closed work', href: '/work?closed' }]}>
      <p>People appear here when a review is due.</p>
    </EmptyState>,
  );
  expect(html).toContain('<h2 class="nhsuk-heading-s">Nobody is waiting</h2>');
  expect(html).toContain('<p>People appear here when a review is due.</p>');
  expect(html).toContain('href="/work?closed"');
});
