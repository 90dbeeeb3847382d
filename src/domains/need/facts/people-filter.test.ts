import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedFilterSchema, peopleHref } from './people-filter.ts';

const asked = (query: string) => {
  const words: Record<string, string | string[]> = {};
  for (const name of new Set(new URLSearchParams(query).keys())) {
    const all = new URLSearchParams(query).getAll(name);
    words[name] = all.length === 1 ? (all[0] ?? '') : all;
  }
  return askedFilterSchema.parse(words);
};

describe('the filter of a list, as it stands in an address', () => {
  test.each([
    ['', {}],
    ['place=Z10019', { place: 'Z10019' }],
    ['place=&from=&to=&top=&frailty=', {}],
    ['condition=diabetes', { condition: ['diabetes'] }],
    ['condition=diabetes&condition=&condition=cancer', { condition: ['diabetes', 'cancer'] }],
    ['top=0.5&from=0&to=130', { top: 0.5, from: 0, to: 130 }],
    ['from=70&to=70', { from: 70, to: 70 }],
    ['sort=age&page=3', { sort: 'age', page: 3 }],
  ])('%s', (query, filter) => {
    expect(asked(query).errors).toEqual([]);
    expect(asked(query).filter).toEqual({ condition: [], sort: 'need', page: 1, ...filter });
  });

  test.each([
    ['from=seventy', ['from']],
    ['from=70.5', ['from']],
    ['from=-1&to=131', ['from', 'to']],
    ['top=0', ['top']],
    ['top=101', ['top']],
    ['from=80&to=70', ['from']],
    ['sort=nhs_number', ['sort']],
    ['page=0', ['page']],
    [Array.from({ length: 7 }, () => 'condition=asthma').join('&'), ['condition']],
  ])('%s cannot be used', (query, fields) => {
    expect(asked(query).errors.map(({ field }) => field)).toEqual(fields);
  });

  test('that is wrong in one field keeps the others, and what was typed', () => {
    expect(asked('from=seventy&top=9')).toMatchObject({ filter: { top: 9 }, typed: { from: 'seventy' } });
  });

  test('never throws, whatever stands in the address', () => {
    const field = fc.constantFrom('place', 'condition', 'top', 'from', 'to', 'sort', 'page', 'frailty', 'x');
    fc.assert(
      fc.property(fc.dictionary(field, fc.oneof(fc.string(), fc.array(fc.string()))), (query) => {
        expect(askedFilterSchema.safeParse(query).success).toBe(true);
      }),
    );
  });

  test('survives being written as an address and read again', () => {
    const age = fc.option(fc.integer({ min: 0, max: 65 }), { nil: undefined });
    const filters = fc.record({
      condition: fc.uniqueArray(fc.constantFrom('diabetes', 'asthma', 'cancer'), { maxLength: 3 }),
      from: age,
      to: age.map((to) => (to === undefined ? to : to + 65)),
      top: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      sort: fc.constantFrom('need' as const, 'name' as const),
      page: fc.integer({ min: 1, max: 99 }),
    });
    fc.assert(
      fc.property(filters, (filter) => {
        expect(asked(peopleHref(filter).slice('/people?'.length)).filter).toEqual(filter);
      }),
    );
  });
});
