import { describe, expect, test } from 'vitest';
import { plainDate, toEpochDay } from '../../../kernel/index.ts';
import type { Codelist } from '../language/codelist.ts';
import { type Condition, definitionSchema } from '../language/definition.ts';
import { makeLibrary } from '../language/library.ts';
import type { PersonRecord, RecordedMedicine } from './person-record.ts';
import { evaluate } from './reference-evaluator.ts';

const REFERENCE = plainDate('2026-11-01');
const about = { version: '1', status: 'draft', title: 'Drawn' } as const;
const lists: readonly Codelist[] = [
  { ...about, id: 'STATINS', kind: 'bnf', prefixes: ['0212000'] },
  { ...about, id: 'ANY', kind: 'bnf', prefixes: ['0'] },
  { ...about, id: 'BY_NUMBER', kind: 'dmd', codes: [{ code: '319996000', term: 'Simvastatin 20mg' }] },
  { ...about, id: 'ENTRIES', kind: 'snomed', codes: [{ code: '44054006', term: 'Type 2' }] },
  { ...about, id: 'NORTH', kind: 'areas', areas: ['E01998001', 'E01998002'] },
  { ...about, id: 'OURS', kind: 'practices', practices: ['Z10001'] },
];
const codelists = new Map(lists.map((list) => [list.id, list]));

const HEADER = {
  kind: 'register',
  id: 'drawn',
  version: '1.0.0',
  title: 'Drawn',
  why: 'drawn',
  source: 'drawn',
  licence: 'drawn',
  author: 'drawn',
  owner: 'drawn',
  checker: 'drawn',
  review: '2027-01-01',
  status: 'draft',
};

function libraryOf(rule: Condition | object) {
  return makeLibrary(codelists, [definitionSchema.parse({ ...HEADER, rule })]);
}

function person(more: Partial<PersonRecord>): PersonRecord {
  return {
    born: plainDate('1960-01-01'),
    sex: 'female',
    imdDecile: null,
    lsoa: null,
    practice: null,
    registeredFrom: null,
    events: [],
    medicines: [],
    appointments: [],
    admissions: [],
    attendances: [],
    coverage: { events: 'all', medicines: 'all', appointments: 'all', hospital: 'all' },
    ...more,
  };
}

const issue = (date: string | null, days: number | null, bnf = '0212000B0'): RecordedMedicine => ({
  system: 'dmd',
  concept: '319996000',
  bnf,
  days,
  display: null,
  day: date === null ? null : toEpochDay(plainDate(date)),
  org: 'Z1',
  row: `${date} ${bnf}`,
});

const outcome = (rule: object, who: Partial<PersonRecord>) =>
  evaluate(libraryOf(rule), 'drawn', person(who), REFERENCE).outcome;

describe('a medicine is current while its course, and the grace after it, covers the day', () => {
  const rule = { current: { codes: 'STATINS', usual_days: 28, grace_days: 7 } };
  test.each([
    // Issued, for so many days: in or out on 1 November 2026.
    ['2026-11-01', 1, 'in'],
    ['2026-10-05', 28, 'in'],
    // 28 days from 27 September end on 24 October, and seven more on 31 October.
    ['2026-09-27', 28, 'out'],
    ['2026-09-28', 28, 'in'],
    // It does not say: 28 days are usual. Nor does it with nought, or less.
    ['2026-09-28', null, 'in'],
    ['2026-09-27', null, 'out'],
    ['2026-09-28', 0, 'in'],
    ['2026-09-27', -84, 'out'],
    ['2026-08-01', 84, 'out'],
    ['2026-08-03', 84, 'in'],
    // No issue lasts longer than a year, whatever it says.
    ['2025-10-25', 9999, 'in'],
    ['2025-10-24', 9999, 'out'],
    // Issued tomorrow.
    ['2026-11-02', 28, 'out'],
    [null, 28, 'unknown'],
  ] as const)('issued on %s for %s days: %s', (date, days, expected) => {
    expect(outcome(rule, { medicines: [issue(date, days)] })).toBe(expected);
  });

  test('an undated issue decides nothing where another one is current', () => {
    expect(outcome(rule, { medicines: [issue(null, 28), issue('2026-10-20', 28)] })).toBe('in');
  });

  test('nothing issued is out only where the feed goes back as far as a course can', () => {
    const coverage = (from: string) => ({
      events: 'all' as const,
      appointments: 'all' as const,
      hospital: 'all' as const,
      medicines: { from: toEpochDay(plainDate(from)) },
    });
    expect(outcome(rule, {})).toBe('out');
    expect(outcome(rule, { coverage: coverage('2025-10-25') })).toBe('out');
    expect(outcome(rule, { coverage: coverage('2025-10-26') })).toBe('unknown');
    expect(outcome(rule, { coverage: { ...coverage('2025-10-26'), medicines: 'missing' } })).toBe('unknown');
  });

  test('also by its number in dm+d', () => {
    const byNumber = { current: { codes: 'BY_NUMBER', usual_days: 28, grace_days: 0 } };
    expect(outcome(byNumber, { medicines: [issue('2026-10-20', 28, '9999')] })).toBe('in');
    expect(outcome(byNumber, { medicines: [{ ...issue('2026-10-20', 28), concept: '319997009' }] })).toBe(
      'out',
    );
  });

  test('counted by paragraphs: those that are over do not count', () => {
    const several = {
      distinct_paragraphs: { codes: 'ANY', at_least: 2, current: { usual_days: 28, grace_days: 0 } },
    };
    const statin = issue('2026-10-20', 28);
    const paracetamol = (date: string) => issue(date, 28, '0407010H0');
    expect(outcome(several, { medicines: [statin, paracetamol('2026-10-10')] })).toBe('in');
    expect(outcome(several, { medicines: [statin, paracetamol('2026-09-10')] })).toBe('out');
    expect(outcome(several, { medicines: [statin, issue('2026-10-11', 28)] })).toBe('out');
    expect(outcome(several, { medicines: [statin, issue(null, 28, '0407010H0')] })).toBe('unknown');
  });
});

describe('where somebody lives and is registered', () => {
  test.each([
    [{ lives_in: 'NORTH' }, { lsoa: 'E01998002' }, 'in'],
    [{ lives_in: 'NORTH' }, { lsoa: 'E01998009' }, 'out'],
    [{ lives_in: 'NORTH' }, { lsoa: null }, 'unknown'],
    [{ registered_with: 'OURS' }, { practice: 'Z10001' }, 'in'],
    [{ registered_with: 'OURS' }, { practice: 'Z10002' }, 'out'],
    [{ not: { lives_in: 'NORTH' } }, { lsoa: null }, 'unknown'],
  ] as const)('%j of %j is %s', (rule, who, expected) => {
    expect(outcome(rule, who)).toBe(expected);
  });
});

describe('a list of the wrong kind is refused', () => {
  test.each([
    [{ current: { codes: 'ENTRIES', usual_days: 28, grace_days: 0 } }, /ENTRIES is no list of medicines/],
    [{ distinct_paragraphs: { codes: 'ENTRIES', at_least: 1 } }, /ENTRIES is no list of medicines/],
    [{ lives_in: 'OURS' }, /OURS is no list of small areas/],
    [{ registered_with: 'NORTH' }, /NORTH is no list of practices/],
    [{ ever: 'NORTH' }, /NORTH is a list of small areas, which no entry of a record has/],
    [{ ever: ['STATINS', 'ENTRIES'] }, /cannot be read together/],
  ])('%j', (rule, message) => {
    expect(() => libraryOf(rule)).toThrow(message);
  });

  test('and so is a window beside what is current', () => {
    const rule = {
      distinct_paragraphs: {
        codes: 'ANY',
        at_least: 2,
        months: 3,
        current: { usual_days: 28, grace_days: 0 },
      },
    };
    expect(() => libraryOf(rule)).toThrow(/current medicines have no window/);
  });
});
