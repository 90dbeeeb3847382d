import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromEpochDay, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { readLibrary } from '../language/library.ts';
import { onlyRanking } from '../refresh/refresh.ts';
import type { PersonRecord } from './person-record.ts';
import { bandIn, evaluate } from './reference-evaluator.ts';

// Everybody has exactly one segment, and a diagnosis that is added to a record lowers neither it nor the score by which need is
// ranked: whatever else stands there.

const library = readLibrary('content');
const REFERENCE = plainDate('2026-11-01');
const TODAY = toEpochDay(REFERENCE);

const codesOf = (id: string): string[] => {
  const list = library.codelists.get(id);
  if (list?.kind !== 'snomed') throw new Error(`${id} is no list of concepts`);
  return list.codes.map(({ code }) => code);
};

/** Lists that say that somebody has something. A code that it is over, or is less than it was, is no diagnosis. */
const DIAGNOSES = [
  ...'AFIB AST CAN CHD CKD COPD DEM DEPR DM EPIL HF HYP LD MH OSTEO PAD PALCARE RARTH STRK TIA'
    .split(' ')
    .map((name) => `${name}_COD`),
  ...[...library.codelists.keys()].filter((id) => id.startsWith('EFI_') && id !== 'EFI_RECORDED'),
  'SEVFRAIL_COD',
  'HOUSEBOUND_COD',
];
const ENDINGS = ['DMRES_COD', 'HFRES_COD', 'ASTRES_COD', 'CKDRES_COD', 'PALCARENI_COD', 'NOT_HOUSEBOUND_COD'];
const OTHERS = ['PREGNANT', 'DELIVERED', 'CKD1AND2_COD'];

const codes = (...lists: string[]) => fc.constantFrom(...lists.flatMap(codesOf));
const day = fc.integer({ min: TODAY - 6000, max: TODAY });

const entry = (concept: string, on: number | null, at: number) => ({
  system: 'snomed',
  concept,
  display: null,
  day: on,
  value: null,
  unit: null,
  org: 'Z1',
  row: `e${at}`,
});

const person = (when: fc.Arbitrary<number | null>): fc.Arbitrary<PersonRecord> =>
  fc
    .record({
      born: fc.integer({ min: TODAY - 36_000, max: TODAY }),
      sex: fc.constantFrom('female' as const, 'male' as const),
      history: fc.array(
        fc.tuple(
          fc.oneof(
            { weight: 4, arbitrary: codes(...DIAGNOSES) },
            { weight: 1, arbitrary: codes(...ENDINGS, ...OTHERS) },
          ),
          when,
        ),
        { maxLength: 20 },
      ),
      admissions: fc.array(day, { maxLength: 4 }),
      hospital: fc.constantFrom('all' as const, 'missing' as const),
    })
    .map(({ born, sex, history, admissions, hospital }) => ({
      born: fromEpochDay(born),
      sex,
      imdDecile: 5,
      lsoa: null,
      practice: 'Z10001',
      registeredFrom: TODAY - 4000,
      events: history.map(([code, on], at) => entry(code, on, at)),
      medicines: [],
      appointments: [],
      admissions: admissions.map((on, at) => ({
        day: on,
        dischargeDay: on + 2,
        method: 'emergency' as const,
        diagnoses: [],
        destination: null,
        specialty: null,
        org: 'Z1',
        row: `s${at}`,
      })),
      attendances: [],
      coverage: { events: 'all', medicines: 'all', appointments: 'all', hospital },
    }));

describe.each(['bridges-to-health', 'life-stage-and-complexity'])('%s', (id) => {
  const asked = library.definition(id);
  const ladder = asked.kind === 'segmentation' ? asked.segments.map((segment) => segment.id) : [];
  const stepOf = (record: PersonRecord) => {
    const band = bandIn(evaluate(library, id, record, REFERENCE));
    expect(ladder).toContain(band);
    return ladder.indexOf(band ?? '');
  };

  test('a new diagnosis never lowers anybody', () => {
    fc.assert(
      fc.property(person(day), codes(...DIAGNOSES), day, (record, code, on) => {
        const more = { ...record, events: [...record.events, entry(code, on, 99)] };
        expect(stepOf(more)).toBeLessThanOrEqual(stepOf(record));
      }),
      { numRuns: 800 },
    );
  }, 120_000);

  test('nor does one where some of the record has no date', () => {
    const undated = fc.option(day, { freq: 4, nil: null });
    fc.assert(
      fc.property(person(undated), codes(...DIAGNOSES), undated, (record, code, on) => {
        const more = { ...record, events: [...record.events, entry(code, on, 99)] };
        expect(stepOf(more)).toBeLessThanOrEqual(stepOf(record));
      }),
      { numRuns: 800 },
    );
  }, 120_000);

  test('there is somebody in most of it, so that the law is about something', () => {
    const found = new Set(fc.sample(person(day), { numRuns: 800, seed: 5 }).map(stepOf));
    expect(found.size).toBeGreaterThanOrEqual(ladder.length - 2);
  });
});

test('somebody who is newly diagnosed never scores less, so that nobody ranks lower for it', () => {
  const { of } = onlyRanking(library);
  const stepsOf = (record: PersonRecord) => {
    const found = evaluate(library, of, record, REFERENCE);
    return found.kind === 'score' ? found.steps : null;
  };
  let ranked = 0;
  fc.assert(
    fc.property(person(day), codes(...DIAGNOSES), (record, code) => {
      const before = stepsOf(record);
      if (before === null) return;
      ranked += 1;
      const more = { ...record, events: [...record.events, entry(code, TODAY, 99)] };
      expect(stepsOf(more)).toBeGreaterThanOrEqual(before);
    }),
    { numRuns: 800 },
  );
  expect(ranked).toBeGreaterThan(300);
}, 120_000);

test('what is certain, and whether there is any, is what the count says, where the count is known', () => {
  let known = 0;
  fc.assert(
    fc.property(person(fc.option(day, { freq: 4, nil: null })), (record) => {
      const found = evaluate(library, 'long-term-conditions', record, REFERENCE);
      if (found.kind !== 'score' || found.steps === null) return;
      known += 1;
      const { outcome } = evaluate(library, 'any-long-term-condition', record, REFERENCE);
      expect(outcome).toBe(found.steps > 0 ? 'in' : 'out');
      const bandOf = (id: string) => bandIn(evaluate(library, id, record, REFERENCE));
      expect(bandOf('long-term-conditions-certain')).toBe(bandOf('long-term-conditions'));
    }),
    { numRuns: 800 },
  );
  expect(known).toBeGreaterThan(100);
}, 120_000);
