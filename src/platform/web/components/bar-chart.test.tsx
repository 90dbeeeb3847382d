import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { plainDate } from '../../../kernel/index.ts';
import { type Bar, BarChart, type BarChartProps } from './bar-chart.tsx';

const BARS: readonly Bar[] = [
  { label: 'Ash Grove Surgery', value: 1200, href: '/practice/1' },
  { label: 'Marsh Lane Practice', value: 300, href: '/practice/2' },
  { label: 'Quayside Practice', value: 'suppressed', href: '/practice/3' },
  { label: 'New Cut Surgery', value: 0, closed: 'nobody' },
  { label: 'Hilltop Practice', value: 'unknown', closed: 'published' },
];

const draw = (props: Partial<BarChartProps> = {}) =>
  renderToString(
    <BarChart
      id="bp"
      title="People above target"
      bars={BARS}
      labelHeading="Practice"
      valueHeading="People"
      dataDate={plainDate('2026-11-02')}
      stale={false}
      definitionHref="/definitions/bp"
      csvHref="/measures/bp.csv"
      {...props}
    />,
  );

const textsOf = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1]);
const barValues = (html: string) => textsOf(html, /app-bars__value[^>]*>([^<]*)</g);
const cells = (html: string) => textsOf(html, /<td[^>]*>([^<]*)<\/td>/g);
const lengths = (html: string) => textsOf(html, /app-bars__bar" width="([\d.]+)%"/g).map(Number);

describe('a bar chart', () => {
  test('says the same numbers beside the bars and in the table', () => {
    expect(barValues(draw())).toEqual(['1,200', '300', 'fewer than 8', '0', 'not known']);
    expect(cells(draw())).toEqual(barValues(draw()));
  });

  test('draws lengths in the proportion of the numbers', () => {
    expect(lengths(draw())).toEqual([100, 25]);
    expect(lengths(draw({ max: 2400 }))).toEqual([50, 12.5]);
  });

  test('never draws past its end', () => {
    expect(lengths(draw({ max: 600 }))).toEqual([100, 50]);
  });

  test('makes a link of each bar that has something behind it', () => {
    expect(textsOf(draw(), /<a class="app-bars__row" href="([^"]*)"/g)).toEqual([
      '/practice/1',
      '/practice/2',
      '/practice/3',
    ]);
  });

  test('of different things leads from each name in the table to what it counts, and from the bar to whom', () => {
    const html = draw({
      bars: [
        {
          label: 'Asthma',
          value: 12,
          href: '/people?condition=asthma',
          definitionHref: '/definitions/asthma',
        },
        { label: 'Practice', value: 3, href: '/practice/1' },
      ],
    });
    expect(textsOf(html, /<a class="app-bars__row" href="([^"]*)"/g)).toEqual([
      '/people?condition=asthma',
      '/practice/1',
    ]);
    expect(textsOf(html, /<th[^>]*scope="row"[^>]*>(.*?)<\/th>/g)).toEqual([
      '<a href="/definitions/asthma">Asthma</a>',
      'Practice',
    ]);
  });

  test('says of each bar how many it counts, and of one that opens nothing why', () => {
    const html = draw({ bars: [...BARS, { label: 'Share', value: 12.5, count: 40, href: '/practice/6' }] });
    expect([...html.matchAll(/data-count="(\w+)"(?: data-closed="(\w+)")?/g)].map(([, ...of]) => of)).toEqual(
      [
        ['1200', undefined],
        ['300', undefined],
        ['hidden', undefined],
        ['0', 'nobody'],
        ['hidden', 'published'],
        ['40', undefined],
      ],
    );
  });

  test('draws every suppressed value alike, whatever it was', () => {
    const stubs = (bars: readonly Bar[]) => textsOf(draw({ bars }), /app-bars__stub" d="([^"]*)"/g);
    const hidden = { label: 'Quayside', value: 'suppressed', closed: 'published' } as const;
    const [one] = stubs([hidden, { label: 'Large', value: 9000, closed: 'published' }]);
    expect(stubs([hidden])).toEqual([one]);
  });

  test('writes numbers and suppressed values as it is told', () => {
    const html = draw({
      format: (value) => `${value / 100}%`,
      suppressedText: 'hidden',
      unknownText: 'no data',
    });
    expect(barValues(html)).toEqual(['12%', '3%', 'hidden', '0%', 'no data']);
  });

  test('is a list under its title, can be skipped, and keeps drawings from screen readers', () => {
    expect(draw()).toContain('<ul class="app-bars" role="list" aria-labelledby="bp-title">');
    expect(draw()).toContain('href="#bp-numbers"');
    expect(draw()).toMatch(/<details[^>]*id="bp-numbers"/);
    expect(draw().match(/<svg/g)).toHaveLength(draw().match(/aria-hidden="true"/g)?.length ?? 0);
  });

  test('says how old it is, what it counts, and where the numbers are', () => {
    const html = draw({ stale: true });
    expect(html).toContain('Data as at <time datetime="2026-11-02">2 November 2026</time>');
    expect(html).toContain('Out of date');
    expect(html).toContain('href="/definitions/bp"');
    expect(html).toContain('href="/measures/bp.csv"');
  });

  test('of nothing, or of noughts, divides by nothing', () => {
    expect(draw({ bars: [] })).not.toContain('NaN');
    expect(draw({ bars: [{ label: 'New Cut', value: 0, closed: 'nobody' }] })).not.toMatch(
      /NaN|Infinity|app-bars__bar"/,
    );
  });

  test('takes what is not a number for unknown, and draws the others as before', () => {
    const html = draw({ bars: [...BARS, { label: 'Share of nobody', value: Number.NaN, closed: 'nobody' }] });
    expect(barValues(html).at(-1)).toBe('not known');
    expect(lengths(html)).toEqual(lengths(draw()));
  });
});
