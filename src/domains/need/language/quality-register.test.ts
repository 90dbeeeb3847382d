import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { realFile } from '../../../../test/support/real-files.ts';
import { plainDate } from '../../../kernel/index.ts';
import { evaluate } from '../evaluate/reference-evaluator.ts';
import { readLibrary } from './library.ts';

// The people that OpenSAFELY's own hypertension register is tested with, and what it says of each.

const FILE = realFile('vectors', 'qof-register', 'hyp_register.json');

/** The last day of the quality year that the file is about: an entry of the next day no longer counts. */
const REFERENCE = plainDate('2024-03-31');

interface Tested {
  readonly patients: { readonly date_of_birth: string };
  readonly practice_registrations: readonly { readonly end_date?: string }[];
  readonly clinical_events: readonly { readonly date?: string; readonly snomedct_code?: string }[];
  readonly expected_in_population: boolean;
}

describe.skipIf(!existsSync(FILE))('the hypertension register, over people drawn by others', () => {
  const library = readLibrary('content');
  const drawn: [string, Tested][] = existsSync(FILE)
    ? Object.entries(JSON.parse(readFileSync(FILE, 'utf8')))
    : [];
  // Who has left is not asked about here: definitions are of people who are registered.
  const registered = drawn.filter(([, { practice_registrations }]) =>
    practice_registrations.every(({ end_date }) => end_date === undefined),
  );

  test('there are some', () => expect(registered.length).toBeGreaterThan(4));

  test.each(registered)('person %s', (_, { patients, clinical_events, expected_in_population }) => {
    const events = clinical_events.flatMap(({ date, snomedct_code }) =>
      snomedct_code === undefined ? [] : [{ code: snomedct_code, date: date ?? null }],
    );
    const person = drawnRecord({
      name: 'drawn by others',
      born: patients.date_of_birth,
      sex: 'unknown',
      events,
      medicines: [],
      appointments: [],
      feeds: {},
      expect: { outcome: 'in' },
    });
    const { outcome } = evaluate(library, 'hypertension', person, REFERENCE);
    expect(outcome).toBe(expected_in_population ? 'in' : 'out');
  });
});
