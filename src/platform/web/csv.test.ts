import { describe, expect, test } from 'vitest';
import { csvCell, toCsv } from './csv.ts';

describe('an exported cell', () => {
  test.each<[string | number | null, string]>([
    ['plain', 'plain'],
    [-3, '-3'],
    [null, ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+44', "'+44"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
  ])('%j is written %j', (value, written) => {
    expect(csvCell(value)).toBe(written);
  });

  test('a file begins with the mark that makes Excel read it right', () => {
    expect(toCsv(['Practice', 'People'], [['Z10001', 12]])).toBe('\uFEFFPractice,People\r\nZ10001,12\r\n');
  });
});
