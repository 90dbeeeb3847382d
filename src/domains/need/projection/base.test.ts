import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgeAndSex } from '../equity/age-and-sex.ts';
import { bandsOf as bandsOfDefinition, readLibrary } from '../language/library.ts';
import { readProjectionContent } from './assumptions.ts';
import { bandsOf, baseOf } from './base.ts';
import { allOf } from './cohort-component.ts';

const library = readLibrary('content');
const { residents } = readProjectionContent('content');
const ages = bandsOfDefinition(library.definition('age-band')).map(({ id }) => id);
const sexes = bandsOfDefinition(library.definition('sex')).map(({ id }) => id);
const strata = ages.flatMap((age) => sexes.map((sex) => ({ age, sex })));

describe('bands of five years', () => {
  test.each<[string, number[]]>([
    ['0-4', [0]],
    ['5-14', [1, 2]],
    ['75-84', [15, 16]],
    ['85-and-over', [17]],
    ['not-known', Array.from({ length: 18 }, (_, at) => at)],
  ])('%s', (age, expected) => expect(bandsOf(age, residents)).toEqual(expected));

  test('of ten years are split by the shape of the residents', () => {
    const only: AgeAndSex[] = [{ age: '25-34', sex: 'female', people: { value: 207, low: 207, high: 207 } }];
    const base = baseOf(only, 207, residents);
    const [younger = 0, older = 0] = [residents.residents[5]?.female, residents.residents[6]?.female];
    expect(base.female[5]).toBeCloseTo((207 * younger) / (younger + older), 8);
    expect((base.female[5] ?? 0) + (base.female[6] ?? 0)).toBeCloseTo(207, 8);
  });

  test('have everybody in them, of whatever age or sex', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: strata.length, maxLength: strata.length }), (counts) => {
        const all = counts.reduce((sum, count) => sum + count, 0);
        const exact = strata.map((stratum, at) => {
          const value = counts[at] ?? 0;
          return { ...stratum, people: { value, low: value, high: value } };
        });
        expect(allOf(baseOf(exact, all, residents))).toBeCloseTo(all, 6);
      }),
    );
  });

  test('share what is hidden of everybody registered', () => {
    const known = strata.filter(({ age }) => age !== 'not-known');
    const hidden = known.map((stratum) => ({
      ...stratum,
      people: stratum.age === '0-4' ? null : { value: 10, low: 8, high: 12 },
    }));
    const base = baseOf(hidden, 280, residents);
    expect([base.female[0], base.male[0]]).toEqual([5, 5]);
  });
});
