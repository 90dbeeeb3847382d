import { describe, expect, test } from 'vitest';
import { drawnRecord } from '../../../../test/support/drawn-people.ts';
import { plainDate } from '../../../kernel/index.ts';
import { readLibrary } from '../language/library.ts';
import { type Explanation, explain } from './explanation.ts';
import type { PersonRecord } from './person-record.ts';
import { evaluate } from './reference-evaluator.ts';

const library = readLibrary('content');
const SEEN = { row: () => false, practices: false };

function recordOf(definition: string, name: string): PersonRecord {
  const person = library.cases.get(definition)?.people.find((each) => each.name.startsWith(name));
  if (!person) throw new Error(`${name} is not drawn for ${definition}`);
  return drawnRecord(person);
}

function explained(definition: string, name: string, hidden = SEEN): Explanation {
  const found = evaluate(library, definition, recordOf(definition, name), plainDate('2026-11-01'));
  return explain(library, found, hidden);
}

/** An input of an explanation, by the beginning of what is said of it. */
function inputOf({ because }: Explanation, title: string) {
  const found = because.find(({ asked }) => asked.startsWith(title));
  if (!found) throw new Error(`nothing is said of ${title}`);
  return found;
}

describe('the explanation of a calculation', () => {
  test('has each input with the rows that it was read from', () => {
    const why = explained('cardiovascular-risk', 'Carl');
    expect(why).toMatchObject({ outcome: 'in', value: '21.7', band: 'from-20' });
    const pressure = inputOf(why, 'Systolic blood pressure');
    expect(pressure.answer).toEqual({ text: '150 mmHg', assumed: false });
    expect(pressure.evidence.map(({ date, value }) => [date, value])).toEqual([['2026-03-01', 150]]);
    const variation = inputOf(why, 'Standard deviation');
    expect(variation.answer?.text).toBe('14.14 mmHg');
    expect(variation.evidence).toHaveLength(2);
  });

  test('says of each input that is only assumed that it is, and why', () => {
    const why = explained('cardiovascular-risk', 'Carl');
    const assumed = why.because.filter(({ answer }) => answer?.assumed);
    expect(assumed.map(({ asked }) => asked.split(':')[0])).toEqual([
      'Smoking',
      'Townsend deprivation score',
    ]);
    expect(inputOf(why, 'Smoking').found).toBe('Taken to be so: nobody recorded how many a day');
    for (const asked of ['Migraine', 'Heart attack or angina'])
      expect(inputOf(why, asked).answer).toEqual({ text: 'No', assumed: false });
  });

  test('names what is missing, and only that, where the score is unknown', () => {
    const why = explained('cardiovascular-risk', 'Olu');
    expect(why.outcome).toBe('unknown');
    expect(why.wouldChange).toEqual([
      'Total cholesterol divided by HDL cholesterol: missing: nothing is recorded',
    ]);
  });

  test('does not call missing what the model can do without', () => {
    const why = explained('cardiovascular-risk', 'Young Yaw');
    expect(inputOf(why, 'Weight').answer).toEqual({ text: 'Not needed', assumed: false });
    expect(inputOf(why, 'Body mass index').answer?.text).toBe('24.22 kg/m2');
  });

  test('says which single inputs would put somebody into another band', () => {
    const { wouldChange } = explained('cardiovascular-risk', 'Carl');
    expect(wouldChange.length).toBeGreaterThan(0);
    // Each of them is what the model itself says of that value.
    for (const change of wouldChange) expect(change).toMatch(/it would be 1\d\.\d, 10% to under 20%$/);
    expect(wouldChange.some((change) => change.startsWith('Systolic blood pressure, at '))).toBe(true);
  });

  test('says why the model is not for somebody', () => {
    const why = explained('cardiovascular-risk', 'Wes, 85');
    expect(why.outcome).toBe('out');
    expect(why.because[0]).toMatchObject({ truth: false });
    expect(why.wouldChange).toEqual([]);
  });

  test('says of somebody to whom the definition does not apply what decided that', () => {
    const why = explained('cardiovascular-risk', 'Zoe, on a statin');
    expect(why.because).toHaveLength(1);
    expect(why.because[0]?.asked).toBe('Not this');
  });

  test('shows what each code adds, but nothing of stays that a reader may not see', () => {
    const seen = inputOf(explained('hospital-frailty-risk', 'Ada'), 'ICD-10 codes');
    expect(seen.parts.map(({ asked, weight }) => [asked, weight])).toEqual([
      ['F00', '7.1'],
      ['N39', '3.2'],
    ]);
    const hidden = inputOf(
      explained('hospital-frailty-risk', 'Ada', { ...SEEN, row: () => true }),
      'ICD-10 codes',
    );
    expect([hidden.parts, hidden.evidence]).toEqual([[], []]);
  });
});
