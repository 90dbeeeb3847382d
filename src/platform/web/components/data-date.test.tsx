import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { DataDate } from './data-date.tsx';

test('figures say how old they are', () => {
  const html = renderToString(<DataDate date={plainDate('2026-11-02')} stale={false} />);
  expect(html).toBe(
    '<p class="app-data-date">Data as at <time datetime="2026-11-02">2 November 2026</time></p>',
  );
});

test('figures that are too old say so', () => {
  expect(renderToString(<DataDate date={plainDate('2026-11-02')} stale />)).toContain('Out of date');
});

test('before the first delivery there is no date to tell', () => {
  expect(renderToString(<DataDate date={null} stale={false} />)).toContain('No data has been received yet');
});
