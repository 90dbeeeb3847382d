import { describe, expect, test } from 'vitest';
import { coded, hasCode, words } from './coding.ts';

const snomed = { system: 'http://snomed.info/sct', code: '44054006', display: 'Type 2 diabetes mellitus' };
const loinc = { system: 'http://loinc.org', code: '4548-4', display: 'Haemoglobin A1c' };

describe('the coding of a concept', () => {
  test.each([
    ['SNOMED CT wherever it stands', { coding: [loinc, snomed] }, { ...snomed, source_term: null }],
    ['else the first', { coding: [loinc, { code: 'x' }] }, { ...loinc, source_term: null }],
    ['not one without a code', { coding: [{ system: 'http://x' }, loinc] }, { ...loinc, source_term: null }],
    ['with the words beside it', { coding: [snomed], text: 'T2DM' }, { ...snomed, source_term: 'T2DM' }],
    [
      'the words where it has no display',
      { coding: [{ code: '1', system: 'http://x' }], text: 'One' },
      { code: '1', system: 'http://x', display: 'One', source_term: 'One' },
    ],
    [
      'an edition of SNOMED CT as SNOMED CT',
      { coding: [loinc, { ...snomed, system: 'http://snomed.info/sct/83821000000107' }] },
      { ...snomed, source_term: null },
    ],
    [
      'the text alone, as a local code',
      { text: ' Off legs ' },
      { code: 'Off legs', system: 'local', display: 'Off legs', source_term: null },
    ],
    [
      'a display alone, as a local code',
      { coding: [{ display: 'Off legs' }] },
      { code: 'Off legs', system: 'local', display: 'Off legs', source_term: null },
    ],
    ['nothing', {}, null],
    ['what is no concept', 'diabetes', null],
    ['a list where an object should be', [snomed], null],
  ])('%s', (_, concept, expected) => {
    expect(coded(concept)).toEqual(expected);
  });

  test('has words for a note', () => {
    expect(words({ coding: [snomed], text: 'T2DM' })).toBe('T2DM');
    expect(words({ coding: [snomed] })).toBe('Type 2 diabetes mellitus');
    expect(words({})).toBeNull();
  });

  test('can be asked for a code', () => {
    expect(hasCode({ coding: [loinc, snomed] }, ['44054006'])).toBe(true);
    expect(hasCode({ coding: [loinc] }, ['44054006'])).toBe(false);
    expect(hasCode(null, ['44054006'])).toBe(false);
  });
});
