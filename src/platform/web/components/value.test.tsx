import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { isMissing, Value } from './value.tsx';

test.each([
  [null],
  [undefined],
  [''],
  ['  '],
  [false],
  [true],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [[]],
  [[null, '']],
])('%j is nothing to print', (value) => {
  expect(isMissing(value)).toBe(true);
});

test.each([[0], ['0'], ['Null'], ['none'], [[0]], [[null, 'a']]])('%j is a value', (value) => {
  expect(isMissing(value)).toBe(false);
});

test('where there is none, words say so', () => {
  expect(renderToString(<Value of={null} unknown="Not measured" />)).toContain('Not measured');
  expect(renderToString(<Value of={0} />)).toBe('0');
});
