import { describe, expect, test } from 'vitest';
import { readLibrary } from './library.ts';
import { restrictedContent } from './restricted.ts';

describe('restricted content', () => {
  const restricted = restrictedContent(readLibrary('content'));

  test.each([
    ['icd10', 'B24', true],
    ['icd10', 'A510', true],
    ['icd10', 'Z311', true],
    ['icd10', 'I500', false],
    ['icd10', 'A419', false],
    ['snomed', '86406008', true],
    ['snomed', '44054006', false],
    ['snomed', 'B24', false],
  ])('%s %s: %s', (system, concept, hidden) => {
    expect(restricted({ system, concept, bnf: null })).toBe(hidden);
  });

  test('medicines are found by BNF code, and by nothing else', () => {
    expect(restricted({ system: 'dmd', concept: '1', bnf: '0503010A0AAAAAA' })).toBe(true);
    expect(restricted({ system: 'icd10', concept: '0503010A0AAAAAA', bnf: null })).toBe(false);
  });
});
