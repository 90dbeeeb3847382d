import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromEpochDay, type PlainDate, plainDate, toEpochDay } from '../../../kernel/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { type Coverage, feeds, type PersonRecord } from '../evaluate/person-record.ts';
import { bandIn, type Evaluation, evaluate, evaluateAll } from '../evaluate/reference-evaluator.ts';
import type { Population } from '../evaluate/standing.ts';
import {
  type Comparison,
  type Condition,
  type Definition,
  definitionSchema,
} from '../language/definition.ts';
import {
  bandsOf,
  type Codelist,
  type Library,
  makeLibrary,
  partsOfReference,
  readLibrary,
  stepsOf,
} from '../language/library.ts';
import { compileLibrary, UNIT_SQL } from './compile.ts';
import { BEGINNING } from './slots.ts';

// The slow evaluator says what a definition means; the compiled query must say the same of everybody. Generated
// people have what makes trouble: undated and future entries, entries on window edges, two results on one day, units
// in several spellings, missing and late feeds, unknown sex, no birth date.

const REFERENCE = plainDate('2026-11-01');
const TODAY = toEpochDay(REFERENCE);
const shipped = readLibrary('content');

/** Days that matter: today, the edges of the look-backs, and some between. */
const day = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 6, arbitrary: fc.integer({ min: TODAY - 2500, max: TODAY + 30 }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(0, 1, -1, -89, -90, -91, -364, -365, -366, -1826, -1827, -8614, -8615)
      .map((by) => TODAY + by),
  },
);

const unit = fc.constantFrom(
  null,
  '',
  'g/L',
  'g/L',
  'mL/min/1.73m2',
  'G/L',
  'g/dL',
  'mmol/mol',
  '%',
  'mL/min/1.73m2',
  'furlong',
);

function eventOf(codes: readonly string[]) {
  return fc.record({
    system: fc.constantFrom('snomed', 'snomed', 'snomed', 'dmd', 'local', 'ctv3'),
    concept: fc.constantFrom(...codes),
    day,
    value: fc.option(
      fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(6.5, 7.45, 59.9, 60, 60.1, 119.9, 120, 130)),
      { nil: null },
    ),
    unit,
  });
}

function personOf(codes: readonly string[], medicines: readonly string[]): fc.Arbitrary<PersonRecord> {
  const coverage: fc.Arbitrary<Coverage> = fc.oneof(
    { weight: 6, arbitrary: fc.constant('all' as const) },
    { weight: 1, arbitrary: fc.constant('missing' as const) },
    { weight: 2, arbitrary: fc.integer({ min: TODAY - 800, max: TODAY }).map((from) => ({ from })) },
  );
  return fc
    .record({
      born: fc.option(fc.integer({ min: TODAY - 36_500, max: TODAY }), { freq: 20 }),
      sex: fc.constantFrom('female', 'male', 'other', 'unknown') as fc.Arbitrary<PersonRecord['sex']>,
      events: fc.array(eventOf(codes), { maxLength: 14 }),
      medicines: fc.array(
        fc.record({
          system: fc.constantFrom('dmd', 'snomed', 'local'),
          concept: fc.constantFrom(...codes),
          bnf: fc.option(fc.constantFrom(...medicines), { nil: null, freq: 20 }),
          day,
          days: fc.option(fc.constantFrom(0, 1, 7, 28, 56, 84, 400, -3), { nil: null }),
        }),
        { maxLength: 14 },
      ),
      lsoa: fc.option(fc.constantFrom('E01998001', 'E01998002', 'E01998003'), { freq: 8 }),
      practice: fc.option(fc.constantFrom('Z10001', 'Z10001', 'Z10002', 'Z10003'), { freq: 20 }),
      imdDecile: fc.option(fc.integer({ min: 1, max: 10 }), { freq: 8 }),
      registeredFrom: fc.option(fc.integer({ min: TODAY - 400, max: TODAY }), { freq: 8 }),
      appointments: fc.array(
        fc.record({
          status: fc.constantFrom('Arrived', ' arrived ', 'DNA', 'something else', null),
          day: day.map((drawn) => drawn ?? TODAY),
        }),
        { maxLength: 4 },
      ),
      admissions: fc.array(
        fc.record({
          day: day.map((drawn) => drawn ?? TODAY),
          lasts: fc.option(fc.constantFrom(0, 1, 5, 29, 30, 31)),
          method: fc.constantFrom('emergency' as const, 'elective' as const),
          diagnoses: fc.subarray(['B20', 'Z21', 'I500', 'E119', 'F001', 'F009', 'N390']),
        }),
        { maxLength: 3 },
      ),
      attendances: fc.array(fc.record({ day: day.map((drawn) => drawn ?? TODAY) }), { maxLength: 3 }),
      coverage: fc.record({
        events: coverage,
        medicines: coverage,
        appointments: coverage,
        hospital: coverage,
      }),
    })
    .map((drawn) => ({
      ...drawn,
      born: drawn.born === null ? null : fromEpochDay(drawn.born),
      events: drawn.events.map((event, at) => ({ ...event, display: null, org: 'Z1', row: `e${at}` })),
      medicines: drawn.medicines.map((medicine, at) => ({
        ...medicine,
        display: null,
        org: 'Z1',
        row: `m${at}`,
      })),
      appointments: drawn.appointments.map((appointment, at) => ({
        ...appointment,
        org: 'Z1',
        row: `a${at}`,
      })),
      admissions: drawn.admissions.map(({ lasts, ...stay }, at) => ({
        ...stay,
        dischargeDay: lasts === null ? null : stay.day + lasts,
        destination: null,
        specialty: null,
        org: 'Z1',
        row: `s${at}`,
      })),
      attendances: drawn.attendances.map((visit, at) => ({
        ...visit,
        department: null,
        ambulance: null,
        outcome: null,
        complaint: null,
        diagnoses: [],
        org: 'Z1',
        row: `v${at}`,
      })),
    }));
}

function vocabulary(library: Library): { codes: string[]; medicines: string[] } {
  const lists = [...library.codelists.values()];
  const codes = lists.flatMap((list) =>
    list.kind === 'snomed' ? list.codes.slice(0, 2).map(({ code }) => code) : [],
  );
  const medicines = lists.flatMap((list) =>
    list.kind === 'bnf'
      ? [...list.prefixes, ...(list.except ?? [])].map((prefix) => prefix.padEnd(9, 'A'))
      : [],
  );
  return { codes: [...new Set(codes), '999999999'], medicines: [...new Set(medicines)] };
}

/** Lists of kinds that content has none of: the concepts that they share with others are looked for elsewhere. */
const SHARED = ['44054006', '59621000'];
const codesOf = (codes: readonly string[]) => codes.map((code) => ({ code, term: code }));
const dmdList: Codelist = {
  id: 'BY_NUMBER',
  title: 'Medicines by number',
  kind: 'dmd',
  version: '1',
  status: 'draft',
  codes: codesOf(SHARED),
};
const ctv3List: Codelist = {
  ...dmdList,
  id: 'OLD_CODES',
  title: 'Old codes',
  kind: 'ctv3',
  codes: codesOf(SHARED.slice(0, 1)),
};

const areaList: Codelist = {
  id: 'SOME_AREAS',
  title: 'Some areas',
  kind: 'areas',
  version: '1',
  status: 'draft',
  areas: ['E01998001', 'E01998003'],
};
const practiceList: Codelist = {
  id: 'SOME_PRACTICES',
  title: 'Some practices',
  kind: 'practices',
  version: '1',
  status: 'draft',
  practices: ['Z10002'],
};

describe('the two evaluators', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await openDuck({ threads: 2 });
  });
  afterAll(() => duck.close());

  /** What the compiled query says of each person, by definition: outcome and steps. */
  async function compiled(library: Library, people: readonly PersonRecord[], reference: PlainDate) {
    await loadPeople(duck, people);
    const query = compileLibrary(library, reference);
    for (const statement of query.prepare) await duck.run(statement);
    await duck.run(`create or replace temp table answered as ${query.batchSql(RELATIONS)}`);
    for (const comparing of query.comparing)
      await duck.run(`create or replace temp table answered as ${comparing('answered')}`);
    const rows = await duck.rows('select * from answered order by person');
    return rows.map((row) =>
      query.definitions.map((id, at) => ({
        id,
        outcome: row[`outcome_${at}`],
        steps: row[`steps_${at}`] ?? null,
        band: row[`band_${at}`] ?? null,
        lost: row[`lost_${at}`] ?? null,
      })),
    );
  }

  /** How many people were found to stand as asked, and not. */
  const compared = { in: 0, out: 0, unknown: 0 };

  /** Returns of how many people a calculation gave a value: the law would hold of none too. */
  async function expectSame(library: Library, people: readonly PersonRecord[]): Promise<number> {
    let calculated = 0;
    const fast = await compiled(library, people, REFERENCE);
    expect(fast).toHaveLength(people.length);
    const populations = populationsOf(library, people);
    people.forEach((person, at) => {
      const slowly = new Map(
        evaluateAll(library, person, REFERENCE, populations[at]).map((slow) => [slow.definition.id, slow]),
      );
      for (const found of fast[at] ?? []) {
        const { id, outcome, band, lost } = found;
        const slow = slowly.get(id);
        if (!slow) throw new Error(`${id} was not evaluated`);
        const said = outcome === null ? 'unknown' : outcome ? 'in' : 'out';
        if (slow.kind === 'calculation' && slow.steps !== null) calculated++;
        if (id === 'highest') compared[slow.outcome]++;
        const bands = bandsOf(slow.definition);
        const steps = nearly(found.steps, slow);
        expect({ id, said, steps, band: band === null ? null : bands[Number(band)]?.id, lost }).toEqual({
          id,
          said: slow.outcome,
          steps: 'steps' in slow ? slow.steps : null,
          band: bandIn(slow),
          lost: firstLost(slow),
        });
      }
    });
    return calculated;
  }

  test('agree on every shipped definition, over generated people', async () => {
    const words = vocabulary(shipped);
    await fc.assert(
      fc.asyncProperty(
        fc.array(personOf(words.codes, words.medicines), { minLength: 1, maxLength: 200 }),
        async (people) => {
          await expectSame(shipped, people);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  }, 240_000);

  test('agree on the people drawn for the shipped definitions', async () => {
    const { drawnRecord } = await import('../../../../test/support/drawn-people.ts');
    const files = [...shipped.cases.values()];
    expect([...new Set(files.map(({ reference_date }) => reference_date))]).toEqual([REFERENCE]);
    await expectSame(
      shipped,
      files.flatMap(({ people }) => people.map(drawnRecord)),
    );
  });

  test('agree on generated definitions, over generated people', async () => {
    const lists = [...shipped.codelists.values()].filter((list) =>
      [
        'DM_COD',
        'DMRES_COD',
        'HYP_COD',
        'HB',
        'EGFR',
        'HBA1C',
        'ANTIDEPRESSANTS',
        'ANY_MEDICINE',
        'LAXATIVES',
        'APPOINTMENT_ATTENDED',
        'RESTRICTED_DIAGNOSES',
      ].includes(list.id),
    );
    const codelists = new Map(
      [...lists, dmdList, ctv3List, areaList, practiceList].map((list) => [list.id, list]),
    );
    const words = vocabulary(makeLibrary(codelists, []));
    let calculated = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(conditionOf(3), { minLength: 1, maxLength: 6 }),
        calculationOf(),
        fc.array(standingOf(), { minLength: 4, maxLength: 4 }),
        fc.array(personOf(words.codes, words.medicines), { minLength: 1, maxLength: 40 }),
        async (rules, calculation, standings, people) => {
          calculated += await expectSame(
            makeLibrary(codelists, [...generated(rules, calculation), ...comparing(standings)]),
            people,
          );
        },
      ),
      { numRuns: 80, endOnFailure: true },
    );
    expect(calculated).toBeGreaterThan(20);
    expect(Math.min(...Object.values(compared))).toBeGreaterThan(20);
  }, 240_000);

  test('do not mind the order of rows, nor the number of threads', async () => {
    const words = vocabulary(shipped);
    const people = fc.sample(personOf(words.codes, words.medicines), { numRuns: 50, seed: 7 });
    const forwards = await compiled(shipped, people, REFERENCE);
    const reversed = people.map((person) => ({
      ...person,
      events: [...person.events].reverse(),
      medicines: [...person.medicines].reverse(),
    }));
    await duck.run('set threads = 1');
    expect(await compiled(shipped, reversed, REFERENCE)).toEqual(forwards);
    await duck.run('set threads = 2');
  });
});

/**
 * The steps of a value, but the reference's own where the two differ in the last place of a value half-way between two:
 * there the last digit of exp or of a power decides, in which two mathematical libraries may differ.
 */
function nearly(steps: unknown, slow: Evaluation): unknown {
  if (slow.kind !== 'calculation' || slow.steps === null || slow.scored.value === null) return steps;
  const between = Math.abs(((slow.scored.value * 10 ** slow.places) % 1) - 0.5);
  return Math.abs(Number(steps) - slow.steps) === 1 && between < 1e-6 ? slow.steps : steps;
}

/** The first step of a register that is false. */
function firstLost(evaluation: Evaluation): number | null {
  if (stepsOf(evaluation.definition).length === 0 || evaluation.kind !== 'register') return null;
  const at = evaluation.rule.parts.findIndex(({ truth }) => truth === false);
  return at === -1 ? null : at;
}

const RELATIONS = {
  events: 'event',
  medicines: 'medicine',
  appointments: 'appointment',
  admissions: 'admission',
  attendances: 'attendance',
};

const HEADER = {
  version: '1.0.0',
  ...Object.fromEntries(
    ['title', 'why', 'source', 'licence', 'author', 'owner', 'checker'].map((key) => [key, 'generated']),
  ),
  review: '2027-01-01',
  status: 'draft',
};

/** Rules as registers, the first few as a score and a segmentation too, and registers that refer to their bands. */
function generated(rules: readonly Condition[], calculation: object): Definition[] {
  const parse = (body: object) => definitionSchema.parse({ ...HEADER, ...body });
  const registers = rules.map((rule, at) => parse({ kind: 'register', id: `generated-${at}`, rule }));
  const named = rules.map((_, at) => ({ definition: `generated-${at}` }));
  return [
    ...registers,
    parse({
      kind: 'score',
      id: 'points',
      applies_to: { any: named },
      terms: named.map((when, at) => ({ id: `term-${at}`, title: 'generated', weight: `${at}.5`, when })),
      bands: [
        { id: 'some', title: 'generated', from: '0.5' },
        { id: 'many', title: 'generated', from: '2' },
      ],
    }),
    parse({
      kind: 'segmentation',
      id: 'segments',
      segments: [
        ...rules.slice(1).map((when, at) => ({ id: `segment-${at}`, title: 'generated', when })),
        { id: 'scored', title: 'generated', when: { definition: 'points/some' } },
        { id: 'rest', title: 'generated' },
      ],
    }),
    parse({
      kind: 'register',
      id: 'of-bands',
      rule: { any: [{ definition: 'points/many' }, { definition: 'segments/rest' }] },
    }),
    parse({ kind: 'calculation', id: 'worked-out', ...calculation }),
    parse({
      kind: 'register',
      id: 'of-values',
      rule: {
        all: [
          { scored: { definition: 'points', at_least: 1.5, below: 8 } },
          { not: { scored: { definition: 'worked-out', above: 40.05 } } },
          { not: { definition: 'worked-out/high' } },
        ],
      },
    }),
  ];
}

/** A condition that compares people by the generated score or calculation, in every way that it can. */
function standingOf(): fc.Arbitrary<Condition> {
  const compared = fc.record({
    of: fc.constantFrom('points', 'points', 'worked-out'),
    over: fc.constantFrom('practice', 'neighbourhood', 'borough') as fc.Arbitrary<Comparison['over']>,
    among: fc.constantFrom({}, {}, { among: 'generated-0' }, { among: 'points/some' }),
  });
  const bound = (most: number) =>
    fc
      .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }))
      .chain(([one, other]) =>
        fc.constantFrom(
          { at_least: one },
          { at_most: one },
          { at_least: Math.min(one, other), at_most: Math.max(one, other) },
        ),
      );
  return fc.oneof(
    fc.record({ compared, bounds: bound(99) }).map(({ compared: { among, ...of }, bounds }) => ({
      percentile: { ...of, ...among, ...bounds },
    })),
    fc.record({ compared, bounds: bound(6) }).map(({ compared: { among, ...of }, bounds }) => ({
      rank: { ...of, ...among, ...bounds },
    })),
  );
}

/** Definitions that compare people, those that refer to them, and comparisons by what itself was got by comparing. */
function comparing([one, two, three, four]: readonly Condition[]): Definition[] {
  const parse = (body: object) => definitionSchema.parse({ ...HEADER, ...body });
  return [
    parse({ kind: 'register', id: 'highest', rule: { any: [one, { all: [{ age: { from: 40 } }, two] }] } }),
    parse({
      kind: 'score',
      id: 'compared-points',
      applies_to: { not: { definition: 'highest' } },
      terms: [
        { id: 'high', title: 'generated', weight: '1', when: three },
        { id: 'old', title: 'generated', weight: '0.5', when: { age: { from: 65 } } },
        {
          id: 'measured',
          title: 'generated',
          weight: '0.25',
          when: { measured: { codes: 'HB', below: 120 } },
        },
      ],
      bands: [{ id: 'some', title: 'generated', from: '0.5' }],
    }),
    parse({
      kind: 'segmentation',
      id: 'by-standing',
      segments: [
        { id: 'first', title: 'generated', when: four },
        { id: 'highest', title: 'generated', when: { definition: 'highest' } },
        { id: 'rest', title: 'generated' },
      ],
    }),
    parse({
      kind: 'register',
      id: 'compared-again',
      rule: {
        all: [
          { percentile: { of: 'compared-points', over: 'borough', at_least: 30 } },
          {
            not: { rank: { of: 'compared-points', over: 'practice', among: 'by-standing/rest', at_most: 1 } },
          },
          { ever: 'DM_COD' },
        ],
      },
    }),
  ];
}

const PLACES: Readonly<Record<Comparison['over'], (practice: string) => string>> = {
  practice: (practice) => practice,
  neighbourhood: (practice) => (practice === 'Z10003' ? 'N2' : 'N1'),
  borough: () => 'B1',
};

/** Of each person the others: everybody's values by the reference, compared one with another. */
function populationsOf(library: Library, people: readonly PersonRecord[]): Population[] {
  // Who is compared by what was got by comparing needs the others too: answers are asked for as they are needed.
  const known = new Map<string, Evaluation>();
  const answer = (id: string, at: number): Evaluation => {
    const key = `${id} ${at}`;
    const person = people[at];
    const population = populations[at];
    if (!person || !population) throw new Error('nobody');
    const found = known.get(key) ?? evaluate(library, id, person, REFERENCE, population);
    known.set(key, found);
    return found;
  };
  const isOne = (at: number, among: string | undefined) => {
    if (among === undefined) return true;
    const { id, band } = partsOfReference(among);
    const found = answer(id, at);
    return found.outcome === 'in' && (band === null || bandIn(found) === band);
  };
  const isOlder = (one: number, than: number) => {
    const [a, b] = [people[one]?.born ?? '9999', people[than]?.born ?? '9999'];
    return a < b || (a === b && one < than);
  };
  const populations: Population[] = people.map((person, at) => ({ of, over, among }) => {
    const { practice } = person;
    if (practice === null) return null;
    const others = people.flatMap((other, place) =>
      place !== at &&
      other.practice !== null &&
      PLACES[over](other.practice) === PLACES[over](practice) &&
      isOne(place, among)
        ? [place]
        : [],
    );
    const values = others.flatMap((place) => {
      const found = answer(of, place);
      const steps = 'steps' in found ? found.steps : null;
      return steps === null ? [] : [{ steps, people: 1, ahead: isOlder(place, at) ? 1 : 0 }];
    });
    return { people: others.length, values };
  });
  return populations;
}

/** Arithmetic on inputs from everywhere: the first of the generated rules, values, counts, stays. */
function calculationOf(): fc.Arbitrary<object> {
  const back = fc.constantFrom({ months: 12 }, { days: 400 }, { years: 5 }, {});
  const reading = fc
    .record({
      codes: fc.constantFrom('HB', 'EGFR', 'HBA1C'),
      back,
      take: fc.constantFrom(
        'highest_of_last',
        'lowest_of_last',
        'mean_of_last',
        'deviation_of_last',
        'latest',
      ),
      last: fc.integer({ min: 2, max: 4 }),
      on_different_days: fc.boolean(),
    })
    .map(({ back: window, last, take, ...of }) => ({
      ...of,
      ...window,
      take,
      last: take === 'latest' ? 1 : last,
    }));
  const taken = (is: string | number) =>
    fc.constantFrom(
      {},
      { if_missing: { is, because: 'generated' } },
      { if_missing: { is, because: 'generated' } },
    );
  const amount = fc.oneof(
    back.map((window) => ({ entries: { codes: 'DM_COD', ...window } })),
    back.map((window) => ({ entries: { codes: 'LAXATIVES', ...window } })),
    back.map((window) => ({ appointments: { status: 'APPOINTMENT_ATTENDED', ...window } })),
    back.map((window) => ({ admitted: { method: 'emergency', ...window } })),
    back.map((window) => ({ attended: window })),
  );
  const applies = fc.constantFrom({}, { applies_to: { definition: 'generated-0' } });
  return fc
    .record({
      applies,
      reading,
      above: reading,
      below: reading,
      amount,
      stays: back,
      known: fc.tuple(taken(50), taken('second'), taken(1), taken('no')),
    })
    .map(({ applies: whom, known, ...drawn }) => ({
      ...whom,
      inputs: {
        age: { age: 'years' },
        sex: { sex: 'recorded' },
        said: { when: { definition: 'generated-0' }, ...known[3] },
        which: {
          choose: [
            { is: 'first', when: { definition: 'points/many' } },
            { is: 'second', when: { definition: 'points/some' } },
            { is: 'third', when: { sex: 'female' } },
          ],
          ...known[1],
        },
        value: { value: drawn.reading, ...known[0] },
        share: { ratio: { of: drawn.above, to: drawn.below }, ...known[2] },
        how_many: { number_of: drawn.amount },
        tenth: {
          by_tenth: { typical: [54.5, 39, 31, 25, 20, 16, 13, 10, 8, 5], because: 'generated' },
          ...known[0],
        },
        stays: { diagnoses: drawn.stays },
        last: { last_stay: { method: 'emergency' }, if_missing: { is: false, because: 'generated' } },
        before: {
          stays_before_last: { method: 'emergency', days: 365 },
          if_missing: { is: 9, because: 'generated' },
        },
        ended: {
          ended_before_last: { method: 'elective', days: 30 },
          if_missing: { is: true, because: 'generated' },
        },
      },
      tables: [
        {
          id: 'points',
          of: 'stays',
          rows: [
            { is: 'F00', value: '7.1' },
            { is: 'N39', value: '3.2' },
          ],
        },
        {
          id: 'of_age',
          of: 'age',
          by: 'sex',
          columns: ['female', 'male'],
          rows: [
            { below: '40', value: ['0', '1'] },
            { from: '40', value: ['2', '3'] },
          ],
        },
        {
          id: 'of_root',
          of: 'root',
          rows: [
            { below: '5', value: '0.5' },
            { from: '5', value: '1' },
          ],
        },
      ],
      steps: {
        root: 'sqrt(value) + ln(share)',
        power: '(value / 10)^-2 / share',
      },
      terms: [
        { each: 'points' },
        { id: 'age', title: 'generated', add: 'of_age + age / 100 + tenth / 1000' },
        { id: 'said', title: 'generated', add: "if(which = 'second' and not said, 2, how_many)" },
        { id: 'root', title: 'generated', add: 'of_root * min(root, 20)' },
        { id: 'again', title: 'generated', add: 'last + 10 * before + 100 * ended' },
      ],
      value: { formula: 'sum + max(power, 0) * (exp(share / 10) - 1)', decimals: 2 },
      bands: [
        { id: 'low', title: 'generated', from: '0' },
        { id: 'high', title: 'generated', from: '12.5' },
      ],
    }));
}

/** Groups of codelists, as one text each. */
function groups(...of: string[]): fc.Arbitrary<string[]> {
  return fc.constantFrom(...of).map((group) => group.split(' '));
}

function conditionOf(depth: number): fc.Arbitrary<Condition> {
  const back = fc.constantFrom({ months: 12 }, { days: 90 }, { years: 5 }, { since_last: '09-01' }, {});
  const concepts = groups(
    'DM_COD',
    'DMRES_COD',
    'HYP_COD',
    'DM_COD HYP_COD',
    'OLD_CODES',
    'DM_COD OLD_CODES',
  );
  const medicines = groups(
    'ANY_MEDICINE',
    'ANTIDEPRESSANTS',
    'LAXATIVES',
    'BY_NUMBER',
    'LAXATIVES BY_NUMBER',
  );
  const codes = fc.oneof(concepts, medicines);
  const course = fc.record({
    usual_days: fc.constantFrom(1, 28, 90),
    grace_days: fc.constantFrom(0, 1, 14),
  });
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.constantFrom<Condition>(
      { age: { from: 18, unit: 'years' } },
      { age: { to: 64, unit: 'years' } },
      { age: { from: 40, to: 74, unit: 'years' } },
      { age: { from: 500, unit: 'months' } },
      { age: { to: 20_000, unit: 'days' } },
      { born: { from: '1960-02-29' } },
      { born: { from: '1950-01-01', to: '1990-12-31' } },
      { deprivation: { to: 2 } },
      { deprivation: { from: 3, to: 8 } },
      { registered_for: { months: 3 } },
      { registered_for: { days: 365 } },
      { lives_in: ['SOME_AREAS'] },
      { registered_with: ['SOME_PRACTICES'] },
    ),
    fc.constantFrom({ sex: 'female' as const }, { sex: 'male' as const }),
    codes.map((ever) => ({ ever })),
    fc
      .record({ codes: medicines, course })
      .map((drawn) => ({ current: { codes: drawn.codes, ...drawn.course } })),
    fc.record({ codes: medicines, course, n: fc.integer({ min: 1, max: 3 }) }).map((drawn) => ({
      distinct_paragraphs: { codes: drawn.codes, current: drawn.course, at_least: drawn.n },
    })),
    fc.record({ codes, back }).map((drawn) => ({ within: { codes: drawn.codes, ...drawn.back } })),
    codes.map((drawn) => ({ since: { codes: drawn, date: '2025-01-01' } })),
    codes.map((drawn) => ({ between: { codes: drawn, from: '2024-03-01', to: '2025-11-02' } })),
    codes.map((drawn) => ({ between: { codes: drawn, to: '2025-11-01' } })),
    fc
      .oneof(fc.record({ codes: concepts, of: concepts }), fc.record({ codes: medicines, of: medicines }))
      .chain((lists) =>
        fc
          .record({ back, none: fc.constantFrom({}, { if_none: 'unknown' as const }) })
          .map((drawn) => ({ latest_is: { ...lists, ...drawn.back, ...drawn.none } })),
      ),
    fc.record({ codes, by: codes }).map((followed) => ({ followed })),
    fc
      .record({
        codes,
        to: codes,
        back,
        days: fc.constantFrom([1, 90], [0, 365], [-30, 30], [-365, -1], [0, 0], [1, 1]),
      })
      .map(({ codes: one, to, back: window, days: [from_days = 0, to_days = 0] }) => ({
        near: { codes: one, to, from_days, to_days, ...window },
      })),
    fc
      .record({
        back,
        method: fc.constantFrom('emergency' as const, undefined),
        diagnoses: fc.option(groups('RESTRICTED_DIAGNOSES'), { nil: undefined }),
        n: fc.integer({ min: 1, max: 2 }),
      })
      .map(({ back, n, ...which }) => ({ admitted: { ...back, ...which, at_least: n } })),
    fc.record({ back, n: fc.integer({ min: 1, max: 2 }) }).map(({ back, n }) => ({
      attended: { ...back, at_least: n },
    })),
    fc.record({ back, n: fc.integer({ min: 1, max: 2 }) }).map((drawn) => ({
      appointments: { status: ['APPOINTMENT_ATTENDED'], ...drawn.back, at_least: drawn.n },
    })),
    fc
      .record({
        codes: groups('HB', 'EGFR', 'HB EGFR'),
        back,
        for_days: fc.constantFrom(1, 90, 365),
        bound: fc.constantFrom({ below: 60 }, { at_most: 120 }, { at_least: 60 }),
      })
      .map(({ codes, back, for_days, bound }) => ({ sustained: { codes, ...back, for_days, ...bound } })),
    fc.record({ codes, back }).map((drawn) => ({ first_within: { codes: drawn.codes, ...drawn.back } })),
    fc
      .record({ codes, back, nth: fc.integer({ min: 1, max: 4 }) })
      .map((drawn) => ({ nth_within: { codes: drawn.codes, ...drawn.back, nth: drawn.nth } })),
    fc
      .record({
        codes,
        entry: fc.constantFrom('first', 'latest'),
        bound: fc.constantFrom({ from: 30 }, { to: 64 }, { from: 18, to: 70 }),
      })
      .map((drawn) => ({ age_at: { codes: drawn.codes, entry: drawn.entry, ...drawn.bound } })),
    fc.record({ codes, resolved: codes }).map((active) => ({ active })),
    fc.record({ codes, back, n: fc.integer({ min: 1, max: 4 }), days: fc.boolean() }).map((drawn) => ({
      count: { codes: drawn.codes, ...drawn.back, at_least: drawn.n, on_different_days: drawn.days },
    })),
    fc.record({ codes: medicines, back, n: fc.integer({ min: 1, max: 3 }) }).map((drawn) => ({
      distinct_paragraphs: { codes: drawn.codes, ...drawn.back, at_least: drawn.n },
    })),
    fc
      .record({
        codes: groups('HB', 'EGFR', 'HB EGFR', 'HBA1C'),
        back,
        take: fc.constantFrom(
          'latest' as const,
          'highest_of_last' as const,
          'lowest_of_last' as const,
          'mean_of_last' as const,
        ),
        last: fc.integer({ min: 1, max: 3 }),
        days: fc.boolean(),
        bound: fc.constantFrom(
          { below: 60 },
          { at_most: 120 },
          { at_least: 48 },
          { at_least: 60 },
          { above: 60 },
        ),
      })
      .map(({ codes, back, take, last, days, bound }) => ({
        measured: {
          codes,
          ...back,
          take,
          last: take === 'latest' ? 1 : last,
          on_different_days: days,
          ...bound,
        },
      })),
  );
  if (depth === 0) return leaf;
  const deeper = conditionOf(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(deeper, { minLength: 1, maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(deeper, { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
    { weight: 1, arbitrary: deeper.map((not) => ({ not })) },
  );
}

/** Puts people into the relations that a batch reads. Person and record numbers are their places. */
async function loadPeople(duck: Duck, people: readonly PersonRecord[]): Promise<void> {
  const text = (value: string | null) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`);
  const rows = (values: string[], columns: string, types: string) =>
    values.length === 0
      ? `select ${types} where false`
      : `select * from (values ${values.join(', ')}) as row (${columns})`;
  const cover = (coverage: Coverage) =>
    coverage === 'all' ? String(BEGINNING) : coverage === 'missing' ? 'null::int' : String(coverage.from);
  // A code may be a concept and have a BNF code. Entries borrow each other's, so that some are on lists of both kinds.
  const concepts = new Map<string, number>();
  const codeOf = (system: string | null, concept: string | null, bnf: string | null) => {
    const key = `${text(system)}, ${text(concept)}, ${text(bnf)}`;
    if (!concepts.has(key)) concepts.set(key, concepts.size + 1);
    return concepts.get(key);
  };
  const events = people.flatMap((person, at) =>
    person.events.map(
      (event) =>
        `(${at}, ${at}, ${text(event.row)}, ${codeOf(event.system, event.concept, person.medicines[0]?.bnf ?? null)}, ${event.day}::int, ${event.value}::double, ${text(event.unit)}::varchar)`,
    ),
  );
  const medicines = people.flatMap((person, at) =>
    person.medicines.map(
      (medicine) =>
        `(${at}, ${text(medicine.row)}, ${codeOf(medicine.system, medicine.concept, medicine.bnf)}, ${medicine.day}::int, ${medicine.days}::int)`,
    ),
  );
  const appointments = people.flatMap((person, at) =>
    person.appointments.map(({ status, day }) => `(${at}, ${day}, ${text(status)}::varchar)`),
  );
  const admissions = people.flatMap((person, at) =>
    person.admissions.map(
      ({ day, dischargeDay, method, diagnoses }) =>
        `(${at}, ${day}, ${dischargeDay}::int, ${text(method)}::varchar, ${diagnoses.length === 0 ? 'null' : text(diagnoses.join(';'))}::varchar)`,
    ),
  );
  const attendances = people.flatMap((person, at) => person.attendances.map(({ day }) => `(${at}, ${day})`));
  const who = people.map(
    (person, at) =>
      `(${at}, ${person.born === null ? 'null' : toEpochDay(person.born)}::int, '${person.sex}', ${person.imdDecile}::int, ${text(person.lsoa)}::varchar, ${text(person.practice)}::varchar, ${person.registeredFrom}::int, ${feeds.map((feed) => cover(person.coverage[feed])).join(', ')})`,
  );
  await duck.run(
    `create or replace temp table event as select * replace (${UNIT_SQL} as unit) from (${rows(events, 'person, rec, row_id, code, day, value, unit', "1 as person, 1 as rec, '' as row_id, 1 as code, 1 as day, 1.0::double as value, '' as unit")})`,
  );
  await duck.run(
    `create or replace temp table medicine as ${rows(medicines, 'person, row_id, code, day, duration_days', "1 as person, '' as row_id, 1 as code, 1 as day, 1 as duration_days")}`,
  );
  await duck.run(
    `create or replace temp table appointment as ${rows(appointments, 'rec, day, status', "1 as rec, 1 as day, '' as status")}`,
  );
  await duck.run(
    `create or replace temp table admission as ${rows(admissions, 'rec, day, discharge_day, method, diagnoses', "1 as rec, 1 as day, 1 as discharge_day, '' as method, '' as diagnoses")}`,
  );
  await duck.run(
    `create or replace temp table attendance as ${rows(attendances, 'rec, day', '1 as rec, 1 as day')}`,
  );
  await duck.run(
    `create or replace temp table batch_person as ${rows(who, `person, birth_day, sex, imd_decile, lsoa, practice, registered_from, ${feeds.map((feed) => `cover_${feed}`).join(', ')}`, '')}`,
  );
  await duck.run(
    'create or replace temp table batch_record as select person as rec, person from batch_person',
  );
  await duck.run(
    `create or replace temp table practice_place as
     select * from (values ('Z10001', 1, 10, 100), ('Z10002', 2, 10, 100), ('Z10003', 3, 11, 100))
       as row (practice, practice_id, neighbourhood, borough)`,
  );
  const codes = [...concepts].map(([key, number]) => `(${number}, ${key}::varchar)`);
  await duck.run(
    `create or replace temp table code as ${rows(codes, 'code, system, concept, bnf', "1 as code, '' as system, '' as concept, '' as bnf")}`,
  );
}
