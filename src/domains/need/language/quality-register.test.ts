import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { realFile } from '../../../../test/support/real-files.ts';
import { plainDate } from '../../../kernel/index.ts';
import { evaluate } from '../evaluate/reference-evaluator.ts';
import { makeLibrary, readLibrary } from './library.ts';

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
      admissions: [],
      attendances: [],
      feeds: {},
      expect: { outcome: 'in' },
    });
    const { outcome } = evaluate(library, 'hypertension', person, REFERENCE);
    expect(outcome).toBe(expected_in_population ? 'in' : 'out');
  });
});

describe('the learning disability register', () => {
  const shipped = readLibrary('content');
  const list = shipped.codelists.get('LDREM_COD');
  if (list?.kind !== 'snomed') throw new Error('content has no LDREM_COD');
  // The list is empty until a place loads it: a made-up concept stands for what it would hold.
  const removed = '999000000000000001';
  const loaded = new Map(shipped.codelists).set(list.id, {
    ...list,
    codes: [{ code: removed, term: 'Removed from the register' }],
  });
  const library = makeLibrary(loaded, shipped.definitions, [], shipped.models);

  test.each([
    ['removed after it', '2019-03-01', 'out'],
    ['removed on the same day', '2016-05-20', 'out'],
    ['removed before, and entered anew', '2015-01-01', 'in'],
    ['never removed', null, 'in'],
  ])('%s', (_, on, expected) => {
    const person = drawnRecord({
      name: 'drawn',
      born: '1988-03-14',
      sex: 'female',
      events: [
        { code: '416075005', date: '2016-05-20' },
        ...(on === null ? [] : [{ code: removed, date: on }]),
      ],
      medicines: [],
      appointments: [],
      admissions: [],
      attendances: [],
      feeds: {},
      expect: { outcome: 'in' },
    });
    expect(evaluate(library, 'learning-disability', person, plainDate('2026-11-01')).outcome).toBe(expected);
  });
});
