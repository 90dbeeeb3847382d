import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainDate, toEpochDay } from '../../../kernel/index.ts';
import { definitionSchema } from '../language/definition.ts';
import { makeLibrary, readLibrary } from '../language/library.ts';
import { explain } from './explanation.ts';
import type { PersonRecord } from './person-record.ts';
import { evaluate, type Finding } from './reference-evaluator.ts';
import { allOf, anyOf, negate, type Truth } from './truth.ts';
import { type Change, changesFor } from './what-would-change.ts';

const shipped = readLibrary('content');
const REFERENCE = plainDate('2026-11-01');

const nobody: PersonRecord = {
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
  coverage: { events: 'all', medicines: 'all', appointments: 'all', hospital: 'missing' },
};

const entry = (concept: string, date: string, value: number | null = null) => ({
  system: 'snomed',
  concept,
  display: null,
  day: toEpochDay(plainDate(date)),
  value,
  unit: null,
  org: 'Z1',
  row: `${concept} ${date}`,
});

const firstOf = (id: string) => {
  const list = shipped.codelists.get(id);
  return (list?.kind === 'snomed' && list.codes[0]?.code) || '';
};
const [HBA1C, DIABETES, RESOLVED] = ['HBA1C', 'DM_COD', 'DMRES_COD'].map(firstOf) as [string, string, string];

const HBA1C_TITLE = shipped.codelists.get('HBA1C')?.title;

/** What would change the answer of a drawn rule for a drawn person, to a reader who may see what `hidden` is not of. */
function wouldChange(rule: unknown, person: Partial<PersonRecord>, hidden = false): readonly string[] {
  const text = 'Drawn for a test';
  const about = { why: text, source: text, licence: text, author: text, owner: text, checker: text };
  const drawn = definitionSchema.parse({
    kind: 'register',
    id: 'drawn',
    version: '1.0.0',
    title: text,
    ...about,
    review: '2027-01-01',
    status: 'draft',
    rule,
  });
  const library = makeLibrary(shipped.codelists, [drawn]);
  const evaluation = evaluate(library, 'drawn', { ...nobody, ...person }, REFERENCE);
  return explain(library, evaluation, { row: () => hidden, practices: false }).wouldChange;
}

describe('what would change an answer', () => {
  const diabetic = entry(DIABETES, '2020-01-01');
  test.each<[string, unknown, Partial<PersonRecord>, readonly string[]]>([
    [
      'a value, with what it is now',
      { measured: { codes: 'HBA1C', at_least: 48 } },
      { events: [entry(HBA1C, '2026-05-01', 41)] },
      [`${HBA1C_TITLE}: the latest result would have to be 48 or above; it is 41`],
    ],
    [
      'a reading that is missing',
      { count: { codes: 'HBA1C', months: 12, at_least: 3 } },
      { events: [entry(HBA1C, '2026-05-01', 41)] },
      [`${HBA1C_TITLE}: 2 more entries in the last 12 months`],
    ],
    [
      'everything that is missing of all',
      { all: [{ age: { from: 17 } }, { ever: 'DM_COD' }, { measured: { codes: 'HBA1C', at_least: 48 } }] },
      {},
      [
        'Needed: Diabetes mellitus: recorded at any time',
        `Needed: ${HBA1C_TITLE}: latest result 48 or above`,
      ],
    ],
    [
      'the nearest of several ways',
      { any: [{ all: [{ ever: 'HYP_COD' }, { ever: 'AFIB_COD' }] }, { ever: 'DM_COD' }] },
      {},
      ['Needed: Diabetes mellitus: recorded at any time'],
    ],
    [
      'what is in the record before what is not',
      { all: [{ not: { ever: 'AFIB_COD' } }, { measured: { codes: 'HBA1C', at_least: 48 } }] },
      { events: [entry(HBA1C, '2026-05-01', 51)] },
      [`${HBA1C_TITLE}: the latest result would have to be other than 48 or above; it is 51`],
    ],
    [
      'a resolution, for somebody inside',
      { active: { codes: 'DM_COD', resolved: 'DMRES_COD' } },
      { events: [diabetic] },
      ['Diabetes resolved: a record on or after the latest diagnosis'],
    ],
    [
      'a new record, for somebody resolved',
      { active: { codes: 'DM_COD', resolved: 'DMRES_COD' } },
      { events: [diabetic, entry(RESOLVED, '2021-01-01')] },
      ['Diabetes mellitus: a record after it was resolved'],
    ],
    ['time', { age: { from: 75 } }, {}, ['Aged 75 or over: time alone brings this']],
    ['nothing, where nobody gets younger', { age: { to: 40 } }, {}, []],
    ['nothing, where sex decides', { all: [{ sex: 'male' }, { ever: 'DM_COD' }] }, {}, []],
    [
      'what is not known',
      { ever: 'DM_COD' },
      { coverage: { ...nobody.coverage, events: 'missing' } },
      [
        'Diabetes mellitus: recorded at any time: unknown, because the practice has not sent the feed that would tell',
      ],
    ],
  ])('%s', (_, rule, person, expected) => {
    expect(wouldChange(rule, person)).toEqual(expected);
  });

  test('does not say what a reader may not see', () => {
    const person = { events: [entry(HBA1C, '2026-05-01', 41)] };
    expect(wouldChange({ measured: { codes: 'HBA1C', at_least: 48 } }, person, true)).toEqual([
      `Needed: ${HBA1C_TITLE}: latest result 48 or above`,
    ]);
  });

  test('does change it, for any rule', () => {
    fc.assert(
      fc.property(findingOf(4), fc.boolean(), (finding, wanted) => {
        const changes = changesFor(finding, wanted);
        // Whatever is recorded can be otherwise, so that there is always a way here.
        expect(truthAfter(finding, changes ?? [])).toBe(wanted);
        expect(changes?.every((change) => change.finding.truth !== change.to)).toBe(true);
      }),
    );
  });
});

function findingOf(depth: number): fc.Arbitrary<Finding> {
  const finding = (
    condition: Finding['condition'],
    truth: Truth,
    parts: readonly Finding[] = [],
  ): Finding => ({
    condition,
    truth,
    evidence: [],
    window: null,
    unknownBecause: null,
    parts,
  });
  const leaf = fc.constantFrom<Truth>(true, false, null).map((truth) => finding({ ever: ['A'] }, truth));
  if (depth === 0) return leaf;
  const parts = fc.array(findingOf(depth - 1), { minLength: 1, maxLength: 4 });
  const truths = (of: readonly Finding[]) => of.map(({ truth }) => truth);
  return fc.oneof(
    leaf,
    parts.map((of) => finding({ all: of.map(({ condition }) => condition) }, allOf(truths(of)), of)),
    parts.map((of) => finding({ any: of.map(({ condition }) => condition) }, anyOf(truths(of)), of)),
    findingOf(depth - 1).map((of) => finding({ not: of.condition }, negate(of.truth), [of])),
  );
}

function truthAfter(finding: Finding, changes: readonly Change[]): Truth {
  const parts = finding.parts.map((part) => truthAfter(part, changes));
  if ('all' in finding.condition) return allOf(parts);
  if ('any' in finding.condition) return anyOf(parts);
  if ('not' in finding.condition) return negate(parts[0] ?? null);
  return changes.find((change) => change.finding === finding)?.to ?? finding.truth;
}
