import { expect, test } from 'vitest';
import { readNumbers } from './national-opt-outs.ts';

test.each([
  ['one in a line', '9990000018\n9990000026\n', ['9990000018', '9990000026']],
  [
    'with a comma after each, as the service writes them',
    '9990000018,\r\n9990000026,',
    ['9990000018', '9990000026'],
  ],
  [
    'with a byte order mark, a heading, quotes and spaces',
    '\uFEFFnhs_number\n"999 000 0018"\n\n',
    ['9990000018'],
  ],
  ['twice the same', '9990000018\n9990000018', ['9990000018']],
  ['nothing', '', []],
])('%s', (_, text, numbers) => {
  expect([...readNumbers(text, 'asked.csv')]).toEqual(numbers);
});

test.each([
  [
    'a wrong check digit',
    '9990000018\n9990000019\n',
    'asked.csv has 1 line without a valid NHS number: line 2.',
  ],
  ['a second column', '9990000018,Smith', 'asked.csv has 1 line without a valid NHS number: line 1.'],
  ['another file', 'a b\nx\ny', 'asked.csv has 2 lines without a valid NHS number: lines 2, 3.'],
])('%s is refused, by line and without what stood there', (_, text, because) => {
  expect(() => readNumbers(text, 'asked.csv')).toThrow(because);
});
