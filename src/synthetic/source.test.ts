import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(folder).filter(
  (name) => name.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(name),
);

// Two machines make the same borough only if nothing in it depends on a clock, on chance of their own, on a locale, or
// on functions whose last digits differ between processors.
const forbidden =
  /Math\.(random|log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|cbrt|hypot|tanh|sinh|cosh|atan|atan2)\b|Date\.now|new Date\(\)|performance\.|localeCompare|toLocale|Intl\./;

describe('the sources of the borough', () => {
  test.each(sources)('%s uses nothing that differs between machines', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    expect(text.split('\n').filter((line) => forbidden.test(line))).toEqual([]);
  });

  test.each(sources)('%s reaches the product through the kernel and the platform alone', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const outside = [...text.matchAll(/from '(\.\.\/[^']+)'/g)].map(([, path]) => path);
    expect(outside.filter((path) => !/^\.\.\/(kernel|platform\/\w+)\/index\.ts$/.test(path ?? ''))).toEqual(
      [],
    );
  });
});
