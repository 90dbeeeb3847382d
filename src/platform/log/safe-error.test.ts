import { describe, expect, test } from 'vitest';
import { safeError } from './safe-error.ts';

function databaseError(message: string, more: object): Error {
  return Object.assign(new Error(message), { name: 'error', severity: 'ERROR', ...more });
}

describe('an error in the log', () => {
  test('of the database keeps its kind and its place, and none of its words', () => {
    const error = databaseError('duplicate key value violates unique constraint "person_nhs_number_key"', {
      code: '23505',
      detail: 'Key (nhs_number)=(9990000018) already exists.',
      where: "COPY person, line 3: 'Larkmoor'",
      table: 'person',
      constraint: 'person_nhs_number_key',
    });
    const { at, ...logged } = safeError(error);
    expect(logged).toEqual({
      type: 'error',
      code: '23505',
      table: 'person',
      constraint: 'person_nhs_number_key',
    });
    expect((at as string[])[0]).toMatch(/^at databaseError/);
  });

  test.each([
    ['No place lewisham-n9', 'No place lewisham-n9'],
    ["Could not convert string 'Larkmoor' to INT32", 'Could not convert string … to INT32'],
    ["one of 'Larkmoor' or 'O'Brien'", 'one of …'],
    ['patient 999 000 0018 is not there', 'patient …is not there'],
    ["Parser Error: near\nLINE 1: select 'Larkmoor'", 'Parser Error: near'],
  ])('of ours keeps its message without what stands in quotes: %s', (message, logged) => {
    expect(safeError(new Error(message))).toMatchObject({ type: 'Error', message: logged });
  });

  test('keeps the one that caused it, as carefully', () => {
    const cause = databaseError('invalid input "Larkmoor"', { code: '22P02' });
    const logged = safeError(new Error('The page failed', { cause }));
    expect(logged).toMatchObject({ message: 'The page failed', cause: { code: '22P02' } });
    expect(JSON.stringify(logged)).not.toContain('Larkmoor');
  });

  test('that is none says only so', () => {
    expect(safeError('Larkmoor')).toEqual({ type: 'string' });
  });
});
