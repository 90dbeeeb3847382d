import { expect, test } from 'vitest';
import { readLibrary } from './library.ts';
import { usableValue } from './membership.ts';

const { codelists } = readLibrary('content');

// Expected values: the IFCC and DCCT scales as tables for patients print them; molar masses for lipids and glucose.
test.each<[string, number, string | null, number | null]>([
  ['HBA1C', 48, 'mmol/mol', 48],
  ['HBA1C', 48, null, 48],
  ['HBA1C', 6.5, '%', 48],
  ['HBA1C', 7.5, '%', 58],
  ['HBA1C', 9, ' % ', 75],
  ['HBA1C', 7, 'mmol/mol', null],
  ['HBA1C', 48, '%', null],
  ['HBA1C', 48, 'mmol/L', null],
  ['CHOLESTEROL', 200, 'mg/dL', 5.172],
  ['CHOLESTEROL', 5.2, 'MMOL/L', 5.2],
  ['WEIGHT', 11, 'st', 69.85322498],
  ['WEIGHT', 11, 'hundredweight', null],
])('%s of %d %s is %s in the first unit', (id, value, unit, expected) => {
  const list = codelists.get(id);
  if (!list) throw new Error(`content has no ${id}`);
  const usable = usableValue(list, value, unit);
  if (expected === null || usable === null) expect(usable).toBe(expected);
  else expect(usable).toBeCloseTo(expected, 8);
});
