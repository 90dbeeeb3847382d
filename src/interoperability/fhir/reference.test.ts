import { describe, expect, test } from 'vitest';
import { surroundingsOf, targetOf } from './reference.ts';

const bundle = new Map([
  ['urn:uuid:11', { type: 'Patient', id: 'p1' }],
  ['https://server/fhir/Patient/p2', { type: 'Patient', id: 'p2' }],
]);
const nhsNumber = { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' };
const resource = {
  contained: [
    { resourceType: 'Patient', id: 'me', identifier: [nhsNumber] },
    { resourceType: 'Patient', id: 'nobody' },
  ],
};
const target = (reference: unknown) => targetOf(reference, surroundingsOf(resource, bundle));

describe('a reference leads', () => {
  test.each([
    ['by type and id', 'Patient/7', { type: 'Patient', id: '7' }],
    ['by an absolute address', 'https://other/base/Patient/7', { type: 'Patient', id: '7' }],
    ['to one version', 'Patient/7/_history/3', { type: 'Patient', id: '7' }],
    ['to an entry of the bundle', 'urn:uuid:11', { type: 'Patient', id: 'p1' }],
    ['to an entry by address', 'https://server/fhir/Patient/p2', { type: 'Patient', id: 'p2' }],
    ['to a uuid that nothing explains', 'urn:uuid:99', { type: null, id: '99' }],
    [
      'to a contained person by NHS number',
      '#me',
      { type: 'Patient', id: '?https://fhir.nhs.uk/Id/nhs-number|9990000018' },
    ],
    ['to a contained person who has none', '#nobody', { type: 'Patient', id: '#nobody' }],
    ['on a condition', 'Patient?identifier=http://x|7', { type: 'Patient', id: '?http://x|7' }],
    [
      'on an escaped condition',
      'Patient?identifier=http%3A%2F%2Fx%7C7',
      { type: 'Patient', id: '?http://x|7' },
    ],
    ['on a condition without a system', 'Patient?identifier=7', { type: 'Patient', id: '?|7' }],
    ['nowhere by another search', 'Patient?name=Peter', null],
    ['nowhere by a missing contained resource', '#gone', null],
    ['nowhere by a word', 'Peter', null],
  ])('%s', (_, reference, expected) => {
    expect(target({ reference })).toEqual(expected);
  });

  test('by an identifier in place of a reference', () => {
    expect(target({ identifier: nhsNumber })).toEqual({
      type: 'Patient',
      id: `?${nhsNumber.system}|${nhsNumber.value}`,
    });
    expect(target({ type: 'Patient', identifier: { value: '7' } })).toEqual({ type: 'Patient', id: '?|7' });
  });

  test('nowhere when it is none', () => {
    expect(target(undefined)).toBeNull();
    expect(target('Patient/7')).toBeNull();
    expect(target({ display: 'Peter' })).toBeNull();
  });
});
