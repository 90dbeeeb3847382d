import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasVerhoeffDigit, isUkDrugId, snomedComponent } from './snomed-id.ts';

describe('a SNOMED CT identifier', () => {
  test.each([
    ['44054006', 'concept'],
    ['73211009', 'concept'],
    ['999791000000106', 'concept'],
    ['19506911000001105', 'concept'],
    ['73211008', null],
    ['37211009', null],
    ['044054006', null],
    ['12345', null],
    ['1234567890123456789', null],
    ['44054006 ', null],
    // The partition says that these are numbers of something else.
    ['754786014', 'description'],
    ['100022', 'relationship'],
  ])('%s is the number of a %s', (id, component) => {
    expect(snomedComponent(id)).toBe(component);
  });

  test('one wrong digit, or two neighbours that differ and change places, is always found out', () => {
    const digits = fc.stringMatching(/^[1-9]\d{4,16}$/);
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (item, where, by) => {
        const id = Array.from({ length: 10 }, (_, last) => `${item}${last}`).find(hasVerhoeffDigit) ?? '';
        const at = where % id.length;
        const wrong = `${id.slice(0, at)}${(Number(id[at]) + by) % 10}${id.slice(at + 1)}`;
        expect(hasVerhoeffDigit(wrong)).toBe(false);
        const next = at + 1;
        if (next >= id.length || id[at] === id[next]) return;
        const swapped = `${id.slice(0, at)}${id[next]}${id[at]}${id.slice(next + 1)}`;
        expect(hasVerhoeffDigit(swapped)).toBe(false);
      }),
    );
  });

  test('of the UK drug extension says so', () => {
    expect(isUkDrugId('19506911000001105')).toBe(true);
    expect(isUkDrugId('864311000000105')).toBe(false);
    expect(isUkDrugId('44054006')).toBe(false);
  });
});
