import { describe, expect, test } from 'vitest';
import { biceBoxerman, usualProvider, withOwnGp } from './continuity.ts';

// Worked by hand from the published formulas.
describe.each([
  { contacts: 'A A B A C A', own: 'A', upc: 4 / 6, coc: 0.4, slicc: 4 / 6 },
  { contacts: 'A A B A C A', own: 'B', upc: 4 / 6, coc: 0.4, slicc: 1 / 6 },
  { contacts: 'A A A A A A', own: 'A', upc: 1, coc: 1, slicc: 1 },
  { contacts: 'A B C', own: 'D', upc: 1 / 3, coc: 0, slicc: 0 },
  { contacts: 'A', own: 'A', upc: 1, coc: null, slicc: 1 },
  { contacts: '', own: 'A', upc: null, coc: null, slicc: null },
])('contacts $contacts, own GP $own', ({ contacts, own, upc, coc, slicc }) => {
  const all = contacts === '' ? [] : contacts.split(' ');
  const seen = [...new Set(all)].map((gp) => all.filter((one) => one === gp).length);
  const of = { upc: usualProvider(seen), coc: biceBoxerman(seen) };

  test('the share with whom they saw most, with their own GP, and how seldom it was somebody else', () => {
    const slicced = withOwnGp(all.filter((one) => one === own).length, seen);
    for (const [found, expected] of [
      [of.upc, upc],
      [of.coc, coc],
      [slicced, slicc],
    ] as const)
      if (expected === null) expect(found).toBeNull();
      else expect(found).toBeCloseTo(expected, 10);
  });

  test('does not depend on the order of GPs', () => {
    const turned = [...seen].reverse();
    expect({ upc: usualProvider(turned), coc: biceBoxerman(turned) }).toEqual(of);
  });
});
