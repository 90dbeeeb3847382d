import { describe, expect, test } from 'vitest';
import { NO_SITE, siteOf } from './site.ts';

const at = (address: string | null, postcode: string | null, hidden = false) =>
  siteOf({ address, postcode, hidden });

describe('the building that an address is of', () => {
  test.each`
    what                                 | address                              | other
    ${'rooms are left out'}              | ${'Room 4, Elm House, 12 High Road'} | ${'Room 17, Elm House, 12 High Road'}
    ${'with or without a room'}          | ${'Elm House, 12 High Road'}         | ${'Bed 3b, Elm House, 12 High Road'}
    ${'capitals and dots do not matter'} | ${'ELM HOUSE, 12 High Rd.'}          | ${'Elm House, 12  high rd'}
    ${'lines as well as commas'}         | ${'Flat 2\n12 High Road'}            | ${'Flat 9, 12 High Road'}
  `('$what', ({ address, other }) => {
    expect(at(address, 'ZZ1 1AA').key).toBe(at(other, 'zz1 1aa').key);
  });

  test('another number, or another postcode, is another building', () => {
    expect(at('12 High Road', 'ZZ1 1AA').key).not.toBe(at('14 High Road', 'ZZ1 1AA').key);
    expect(at('12 High Road', 'ZZ1 1AA').key).not.toBe(at('12 High Road', 'ZZ1 1AB').key);
  });

  test('a room is all that is known: it stays', () => expect(at('Room 4', null).address).toBe('Room 4'));

  test('of a record that is marked sensitive, none; nor where none is recorded', () => {
    expect(at('12 High Road', 'ZZ1 1AA', true)).toEqual(NO_SITE);
    expect(at(null, null)).toEqual(NO_SITE);
    expect(at(' , ', ' ')).toEqual(NO_SITE);
  });
});
