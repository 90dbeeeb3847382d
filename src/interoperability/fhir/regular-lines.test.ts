import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  bloodPressure,
  concept,
  type Drawn,
  fhirCondition,
  fhirObservation,
  fhirPatient,
} from '../../../test/support/fhir.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { type Duck, openDuck } from '../../platform/lake/index.ts';
import { isObject, object } from './json.ts';
import type { pileColumns } from './pile-columns.ts';
import { Piles } from './piles.ts';
import { ResourceReader } from './read-resources.ts';
import { RegularRows } from './regular-rows.ts';
import { ScratchRows } from './scratch-rows.ts';
import { pile, ResourceSorter } from './sort-resources.ts';
import { eventTypes, MEDICINE, PATIENT } from './used-types.ts';

// The sorter is the reference: whatever DuckDB reads by itself has to be what the sorter would have made of it.

let duck: Duck;
let folder: string;
beforeAll(async () => {
  duck = await openDuck({ threads: 1 });
});
afterAll(() => duck.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-regular-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Row = Record<string, unknown>;

/** Every row on every pile, and what could not be used: by DuckDB and the sorter together. */
async function read(text: string, layout: 'lines' | 'document') {
  const file = join(folder, 'file');
  writeFileSync(file, text);
  const scratch = new ScratchRows(join(folder, 'scratch'));
  const sorter = new ResourceSorter('FHIR', (name, row) => scratch.write(name, row));
  const regular = new RegularRows(duck, folder, { publisher: 'FHIR', isDated: false });
  const reader = new ResourceReader(duck, folder, { regular, sorter, progress: () => {}, say: () => {} });
  await reader.read([{ path: file, layout }]);
  const types = await regular.count();
  const piles = new Piles(scratch, regular);
  return {
    piles: await rowsOf(piles, [...sorter.sorted.read.keys(), ...types.keys()]),
    regular: [...types.values()].reduce((sum, n) => sum + n, 0),
    unusable: unusableOf(sorter),
  };
}

/** The same by the sorter alone. */
async function sort(values: readonly unknown[], at: (place: number, index: number) => number) {
  const scratch = new ScratchRows(join(folder, 'reference'));
  const sorter = new ResourceSorter('FHIR', (name, row) => scratch.write(name, row));
  for (const [index, value] of values.entries()) {
    if (isObject(value)) sorter.take(value, (place) => at(place, index));
    else
      sorter.sorted.unusable.push({
        type: null,
        reason: 'not_json',
        field: null,
        found: '',
        at: at(0, index),
      });
  }
  const piles = new Piles(scratch, new RegularRows(duck, folder, { publisher: 'FHIR', isDated: false }));
  return { piles: await rowsOf(piles, [...sorter.sorted.read.keys()]), unusable: unusableOf(sorter) };
}

function unusableOf({ sorted }: ResourceSorter) {
  return sorted.unusable
    .map(({ type, reason, at }) => [at, type, reason])
    .sort((a, b) => Number(a[0]) - Number(b[0]));
}

async function rowsOf(piles: Piles, types: readonly string[]): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  const shapes: [string, keyof typeof pileColumns][] = [
    ...[...new Set(types)].flatMap((type): [string, keyof typeof pileColumns][] => [
      [pile.rows(type), type === PATIENT ? 'patient' : type === MEDICINE ? 'medication' : 'event'],
      [pile.parts(type), 'event'],
      [pile.kept(type), 'kept'],
    ]),
    [pile.withdrawn('event'), 'key'],
    [pile.withdrawn('medication'), 'key'],
    [pile.deletions, 'deletions'],
    [pile.identifiers, 'identifiers'],
  ];
  for (const [name, shape] of shapes) {
    const rows = await duck.rows(`select * from ${piles.sql(name, shape)} order by all`);
    if (rows.length > 0) found[name] = rows.map(withRecordAnew);
  }
  return found;
}

/** A record is kept as it was written: 1.0 stays 1.0. It says the same. */
function withRecordAnew(row: Row): Row {
  return 'record' in row ? { ...row, record: JSON.stringify(JSON.parse(String(row.record))) } : row;
}

/** The rows that only one of the readers has, each with its pile. */
function differences(byBoth: Record<string, Row[]>, reference: Record<string, Row[]>) {
  const written = (piles: Record<string, Row[]>) =>
    Object.entries(piles).flatMap(([name, rows]) => rows.map((row) => `${name} ${JSON.stringify(row)}`));
  const [one, other] = [written(byBoth), written(reference)];
  const [inOne, inOther] = [new Set(one), new Set(other)];
  return [
    ...one.filter((row) => !inOther.has(row)).map((row) => `by DuckDB: ${row}`),
    ...other.filter((row) => !inOne.has(row)).map((row) => `by the sorter: ${row}`),
    ...(one.length === other.length ? [] : [`${one.length} and ${other.length} rows`]),
  ].sort();
}

async function expectSame(values: readonly unknown[]) {
  const lines = values.map((value) => JSON.stringify(value));
  const byBoth = await read(lines.join('\n'), 'lines');
  const reference = await sort(values, (_, index) => index + 1);
  expect(differences(byBoth.piles, reference.piles)).toEqual([]);
  expect(byBoth.unusable).toEqual(reference.unusable);
  return byBoth.regular;
}

async function expectSameInBundle(entry: readonly unknown[], spaces?: number) {
  const bundle = { resourceType: 'Bundle', type: 'collection', entry };
  const byBoth = await read(JSON.stringify(bundle, null, spaces), 'document');
  const reference = await sort([bundle], (place) => place);
  expect(differences(byBoth.piles, reference.piles)).toEqual([]);
  expect(byBoth.unusable).toEqual(reference.unusable);
  return byBoth.regular;
}

const request = (more: Drawn = {}): Drawn => ({
  resourceType: 'MedicationRequest',
  id: 'm1',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p1' },
  medicationCodeableConcept: concept('39113311000001107', 'Ramipril 5mg capsules'),
  authoredOn: '2026-03-01T09:00:00+00:00',
  dosageInstruction: [{ text: 'one daily' }],
  dispenseRequest: {
    quantity: { value: 28, unit: 'capsule' },
    expectedSupplyDuration: { value: 4, system: 'http://unitsofmeasure.org', code: 'wk' },
  },
  ...more,
});
const about = { id: 'x', subject: { reference: 'Patient/p1' } };
const code = concept('1234567890123456789', 'Long code');

test.each<[string, Drawn]>([
  ['a condition', fhirCondition('c1', 'p1')],
  [
    'a condition that ended',
    fhirCondition('c1', 'p1', {
      clinicalStatus: concept('resolved', 'Resolved'),
      abatementDateTime: '2021-06-30T23:30:00Z',
    }),
  ],
  [
    'an active condition, with a text',
    fhirCondition('c1', 'p1', { clinicalStatus: concept('active', ''), onsetString: 'as a child' }),
  ],
  ['a result', fhirObservation('o1', 'p1', 51.5)],
  [
    'a result that is a bound',
    fhirObservation('o1', 'p1', 90, { valueQuantity: { value: 90, comparator: '>', unit: 'mL/min' } }),
  ],
  [
    'a result in words',
    {
      ...fhirObservation('o1', 'p1', 1),
      valueQuantity: undefined,
      valueCodeableConcept: concept('266919005', 'Never smoked'),
    },
  ],
  [
    'a result as a text',
    { ...fhirObservation('o1', 'p1', 1), valueQuantity: undefined, valueString: 'clear' },
  ],
  ['a blood pressure', bloodPressure('b1', 'p1', [150, 95])],
  [
    'components with bare codes, bounds and words',
    {
      ...bloodPressure('b1', 'p1', [150, 95]),
      component: [
        { code: { coding: [{ system: 'urn:x', code: '7' }] }, valueQuantity: { value: 1.5, unit: 'mg' } },
        { code: concept('8', 'Eight'), valueQuantity: { value: 90, comparator: '>', code: 'mm' } },
        {
          code: { coding: [{ code: '9' }, { system: 'http://snomed.info/sct', code: '10' }], text: 'Said' },
          valueString: 'so',
        },
        { code: { text: 'No code' }, valueCodeableConcept: concept('11', 'Eleven') },
      ],
    },
  ],
  [
    'components of one coding each, with and without words',
    {
      ...bloodPressure('b1', 'p1', [150, 95]),
      component: [
        {
          code: { coding: [{ system: 'http://snomed.info/sct/1', code: '7' }] },
          valueQuantity: { value: 1.5 },
        },
        { code: { coding: [{ system: 'urn:x', code: '8' }], text: 'Eight' }, valueQuantity: { unit: 'mg' } },
      ],
    },
  ],
  [
    'a medicine with a second code, of the BNF',
    request({
      medicationCodeableConcept: {
        coding: [
          { system: 'http://snomed.info/sct', code: '1' },
          { system: 'https://bnf.nhs.uk/bnf', code: '0205051R0' },
        ],
      },
    }),
  ],
  [
    'a medicine with a code of the BNF alone',
    request({
      medicationCodeableConcept: { coding: [{ system: 'urn:bnf', code: '0205051R0' }], text: 'Ramipril' },
    }),
  ],
  ['a procedure', { resourceType: 'Procedure', code, performedPeriod: { start: '2020-06' }, ...about }],
  [
    'an immunisation',
    { resourceType: 'Immunization', vaccineCode: code, occurrenceDateTime: '2020-02-03', ...about },
  ],
  [
    'an immunisation with its vaccination',
    {
      resourceType: 'Immunization',
      vaccineCode: code,
      extension: [
        {
          url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
          valueCodeableConcept: concept('1324681000000101', 'First dose'),
        },
      ],
      ...about,
    },
  ],
  ['an allergy', { resourceType: 'AllergyIntolerance', code, recordedDate: '2020-01-02', ...about }],
  [
    'an encounter',
    {
      resourceType: 'Encounter',
      type: [code],
      reasonCode: [concept('2', 'Two')],
      period: { start: '2020-07-01T23:15:00+00:00' },
      ...about,
    },
  ],
  ['a medication request', request()],
  [
    'a code among others',
    fhirCondition('c1', 'p1', {
      code: {
        coding: [
          { system: 'urn:x', code: '1' },
          { system: 'http://snomed.info/sct/83821000000107', code: '2' },
        ],
        text: 'Said',
      },
    }),
  ],
  ['a short number for a code', fhirCondition('c1', 'p1', { code: { coding: [{ code: 44054006 }] } })],
  ['words for a code', fhirCondition('c1', 'p1', { code: { text: 'A condition' } })],
  ['a year', fhirCondition('c1', 'p1', { onsetDateTime: '2020' })],
  ['the year in which it ended', fhirCondition('c1', 'p1', { abatementDateTime: '2021' })],
  [
    'a restricted entry',
    fhirCondition('c1', 'p1', { meta: { lastUpdated: '2026-01-01T00:00:00Z', security: [{ code: 'V' }] } }),
  ],
  [
    'an absolute reference',
    fhirCondition('c1', 'p1', { subject: { reference: 'https://example.org/fhir/Patient/p1' } }),
  ],
  ['a reference by urn', fhirCondition('c1', 'p1', { subject: { reference: 'urn:uuid:6b1e' } })],
  [
    'what is kept whole',
    { resourceType: 'Claim', id: 'k1', patient: { reference: 'Patient/p1' }, total: { value: 1.5 } },
  ],
  [
    'a condition of STU3',
    fhirCondition('c1', 'p1', { onsetDateTime: undefined, assertedDate: '2020-01-02' }),
  ],
  [
    'an immunisation of STU3',
    { resourceType: 'Immunization', vaccineCode: code, notGiven: false, date: '2020-02-03', ...about },
  ],
  ['a procedure of R5', { resourceType: 'Procedure', code, occurrenceDateTime: '2020-02-03', ...about }],
  ['what is kept whole and nobody’s', { resourceType: 'Location', id: 'l1', name: 'Somewhere' }],
])('%s is read by DuckDB, and as the sorter reads it', async (_, resource) => {
  expect(await expectSame([resource])).toBe(1);
  rmSync(join(folder, 'scratch'), { recursive: true });
  rmSync(join(folder, 'reference'), { recursive: true });
  expect(await expectSameInBundle([{ resource }], 2)).toBe(1);
});

test.each([
  '2020-07-01T21:59:59Z',
  '2020-07-01T22:59:59+00:00',
  '2020-07-01T23:00:00Z',
  '2020-12-31T23:59:59.999999999Z',
  '2020-07-01T00:30:00+01:00',
  '2020-12-01T00:30:00+01:00',
  '2020-07-01T23:30:00+01:00',
  '2020-07-01T23:30:00-05:00',
  '2020-07-01T12:00:00',
  // Two hours ahead of UTC, and a minute behind it.
  '1943-07-01T21:59:59Z',
  '1943-07-01T22:00:00Z',
  '1805-03-02T00:00:30Z',
])('the day of %s is the one in London to both readers', async (onsetDateTime) => {
  expect(await expectSame([fhirCondition('c1', 'p1', { onsetDateTime })])).toBe(1);
});

test.each<[string, Drawn]>([
  ['a person', fhirPatient('p1')],
  ['an id that is none', fhirCondition('c 1', 'p1')],
  ['nobody', fhirCondition('c1', 'p1', { subject: undefined })],
  [
    'a conditional reference',
    fhirCondition('c1', 'p1', { subject: { reference: 'Patient?identifier=urn:x|1' } }),
  ],
  [
    'a contained patient',
    fhirCondition('c1', 'p1', { subject: { reference: '#p' }, contained: [fhirPatient('p')] }),
  ],
  [
    'one version of a patient',
    fhirCondition('c1', 'p1', { subject: { reference: 'Patient/p1/_history/2' } }),
  ],
  ['an error', fhirCondition('c1', 'p1', { verificationStatus: concept('entered-in-error', '') })],
  ['a refuted condition', fhirCondition('c1', 'p1', { verificationStatus: concept('refuted', '') })],
  ['a refuted condition of STU3', fhirCondition('c1', 'p1', { verificationStatus: 'refuted' })],
  [
    'a modified condition',
    fhirCondition('c1', 'p1', { modifierExtension: [{ url: 'urn:x', valueCode: 'not' }] }),
  ],
  [
    'a modified component',
    {
      ...bloodPressure('b', 'p1', [1]),
      component: [{ code, modifierExtension: [{ url: 'urn:x', valueCode: 'not' }] }],
    },
  ],
  ['a modified patient', fhirPatient('p1', { modifierExtension: [{ url: 'urn:x', valueCode: 'not' }] })],
  [
    'an immunisation that was not given',
    {
      resourceType: 'Immunization',
      vaccineCode: code,
      notGiven: true,
      occurrenceDateTime: '2020-02-03',
      ...about,
    },
  ],
  [
    'a procedure that was not done, in words',
    { resourceType: 'Procedure', code, notDone: ' true', performedDateTime: '2020-02-03', ...about },
  ],
  ['a counted version', fhirCondition('c1', 'p1', { meta: { versionId: '3' } })],
  ['a number for a year', fhirCondition('c1', 'p1', { onsetDateTime: 2020 })],
  ['no date', fhirCondition('c1', 'p1', { onsetDateTime: 'soon' })],
  ['a day that is none', fhirCondition('c1', 'p1', { onsetDateTime: '2021-02-30T10:00:00Z' })],
  ['a long number for a code', fhirCondition('c1', 'p1', { code: { coding: [{ code: 1003671000000109 }] } })],
  ['a small number for a code', fhirCondition('c1', 'p1', { code: { coding: [{ code: 1e-7 }] } })],
  [
    'an object for a text',
    fhirCondition('c1', 'p1', { code: { coding: [{ code: '1', display: { a: 1 } }] } }),
  ],
  ['blanks around a text', fhirCondition('c1', 'p1', { code: { text: ' said\u00a0' } })],
  ['a null character', fhirCondition('c1', 'p1', { code: { text: 'a\u0000b' } })],
  ['half a character', fhirCondition('c1', 'p1', { code: { text: 'a\ud83db' } })],
  ['a number in quotes', fhirObservation('o1', 'p1', 1, { valueQuantity: { value: 'lots' } })],
  ['a very small number', fhirObservation('o1', 'p1', 1e-9)],
  ['a range', fhirObservation('o1', 'p1', 1, { valueRange: { low: { value: 1 } } })],
  ['a component that is none', { ...bloodPressure('b', 'p1', [1]), component: [7, { code }] }],
  [
    'a medicine elsewhere',
    request({ medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/7' } }),
  ],
  ['a subject of several', { resourceType: 'Account', id: 'a1', subject: [{ reference: 'Patient/p1' }] }],
  ['a subject that is a text', { resourceType: 'Basic', id: 'b1', subject: 'Patient/p1' }],
  ['a beneficiary', { resourceType: 'Coverage', id: 'v1', beneficiary: { reference: 'Patient/p1' } }],
  ['half a week', request({ dispenseRequest: { expectedSupplyDuration: { value: 0.5, unit: 'wk' } } })],
])('%s is left to the sorter', async (_, resource) => {
  expect(await expectSame([resource])).toBe(0);
});

test('a line that is longer than DuckDB makes room for at first is read with more room', async () => {
  const note = { resourceType: 'Media', content: { data: 'x'.repeat(40_000_000) }, ...about };
  expect(await expectSame([fhirCondition('c1', 'p1'), note])).toBe(2);
});

test('lines that are no JSON are left to the sorter, though DuckDB could make something of them', async () => {
  const condition = JSON.stringify(fhirCondition('c1', 'p1'));
  const lines = [
    `${condition.slice(0, -1)},}`,
    condition.replace('"2020-05-06"', 'NaN'),
    '',
    condition.slice(0, 40),
    '[1]',
    '7',
    condition,
  ];
  const { unusable, regular } = await read(lines.join('\r\n'), 'lines');
  expect(unusable.map(([at, , reason]) => [at, reason])).toEqual(
    [1, 2, 3, 4, 5].map((at) => [at, 'not_json']),
  );
  expect(regular).toBe(1);
});

test.each(['nan', '-inf', 'Infinity', 'INF', ' -nan'])(
  'what would be kept whole is left to the sorter where it has %s for a number',
  async (number) => {
    const goal = JSON.stringify({ resourceType: 'Goal', ...about, id: 'g1' });
    const { unusable, regular } = await read(
      [goal, goal.replace('"g1"', `"g2","x":${number}`)].join('\n'),
      'lines',
    );
    expect(unusable.map(([at, , reason]) => [at, reason])).toEqual([[2, 'not_json']]);
    expect(regular).toBe(1);
  },
);

describe('in a bundle', () => {
  const entry = (fullUrl: string, resource: Drawn, more: Drawn = {}) => ({ fullUrl, resource, ...more });

  test.each<[string, readonly unknown[], number]>([
    [
      'patients go by the name of their entry',
      [
        entry('urn:uuid:a', fhirPatient('p1')),
        entry('urn:uuid:b', fhirCondition('c1', '', { subject: { reference: 'urn:uuid:a' } })),
      ],
      0,
    ],
    [
      'and mostly the name ends in the id',
      [
        entry('urn:uuid:p1', fhirPatient('p1')),
        entry('urn:uuid:b', fhirCondition('c1', '', { subject: { reference: 'urn:uuid:p1' } })),
      ],
      1,
    ],
    [
      'what is no patient is none',
      [
        entry('urn:uuid:g', { resourceType: 'Group', id: 'g' }),
        entry('urn:uuid:b', fhirCondition('c1', '', { subject: { reference: 'urn:uuid:g' } })),
      ],
      1,
    ],
    [
      'ids may stand in the name',
      [
        entry('urn:uuid:p1', { ...fhirPatient(''), id: undefined }),
        entry('urn:uuid:b', fhirCondition('c1', '', { subject: { reference: 'urn:uuid:p1' } })),
      ],
      0,
    ],
    [
      'entries may be deletions',
      [
        entry('urn:x/Condition/c1', fhirCondition('c1', 'p1'), {
          request: { method: 'DELETE', url: 'Condition/c1' },
        }),
        { request: { method: 'DELETE', url: 'Condition/c2' } },
      ],
      0,
    ],
    [
      'entries may be dated beside',
      [
        entry('urn:x/Condition/c1', fhirCondition('c1', 'p1'), {
          response: { lastModified: '2026-01-01T00:00:00Z' },
        }),
      ],
      0,
    ],
    [
      'entries may be bundles',
      [{ resource: { resourceType: 'Bundle', entry: [{ resource: fhirCondition('c1', 'p1') }] } }],
      0,
    ],
    [
      'entries may be nothing',
      [{}, { resource: 7 }, { resource: { id: 'x' } }, { response: { status: '201' } }],
      0,
    ],
    ['entries may be no objects', [7, null, 'x', [], { resource: fhirCondition('c1', 'p1') }], 0],
    [
      'half a character holds up nobody',
      [
        entry('urn:uuid:p1', fhirPatient('p1')),
        { resource: fhirCondition('c1', 'p1', { code: { text: '\ud83d' } }) },
      ],
      0,
    ],
  ])('%s', async (_, entries, regular) => {
    expect(await expectSameInBundle(entries)).toBe(regular);
  });
});

const texts = fc.oneof(
  {
    weight: 120,
    arbitrary: fc.constantFrom('One', 'Two words', '[D]Chest pain', 'é', '7.5', '12345678901234567'),
  },
  fc.constantFrom(
    '',
    ' ',
    ' edge',
    'edge\n',
    '[1]',
    '{}',
    '{"a":1}',
    '1.0',
    '1e5',
    'a\u001fb',
    'a"b\\c',
    '\ufeff',
  ),
);
const wrong = fc.constantFrom<unknown>(
  7,
  1.5,
  true,
  null,
  [],
  [[]],
  [null],
  {},
  { coding: 'x' },
  { start: {} },
  'text',
  { value: 'x' },
);
const mostly = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: 80, arbitrary: value },
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: wrong },
  );
/** Nearly always one of the plain, else one of the odd. */
const often = (plain: readonly unknown[], odd: readonly unknown[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
const dates = often(
  [
    '2020-05-06',
    '2020-05',
    '2020-05-06T23:30:00Z',
    '2020-12-31T23:30:00.123+00:00',
    '2020-05-06T00:30:00+01:00',
    '1945-07-01T22:30:00Z',
    '2020-05-06T10:00:00',
    '2020-02-30',
  ],
  [
    '2020',
    '2020-02-30T10:00:00Z',
    '2020-13-01T10:00:00Z',
    '2020-05-06T24:00:00Z',
    '2020-05-06T10:00Z',
    'soon',
  ],
);
const codings = fc.record({
  system: mostly(
    fc.constantFrom('http://snomed.info/sct', 'http://snomed.info/sct/1', 'urn:x', 'https://bnf.nhs.uk/bnf'),
  ),
  code: mostly(fc.oneof(fc.constantFrom('1', 'active', 'refuted', 'R', '123456789012345678'), texts)),
  display: mostly(texts),
});
const concepts = mostly(
  fc.record({ coding: mostly(fc.array(mostly(codings), { maxLength: 3 })), text: mostly(texts) }),
);
const numbers = fc.oneof(
  {
    weight: 2,
    arbitrary: often([0, 1, 51.5, 0.1, -3.25], [-0, 1e-7, 1e21, 123456789012345680, '51', 'lots']),
  },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1e6 }) },
);
const quantities = mostly(
  fc.record({
    value: mostly(numbers),
    unit: mostly(often(['mg', 'wk', 'd'], [' mg'])),
    code: mostly(fc.constantFrom('mg', 'wk', 'd')),
    system: mostly(fc.constantFrom('http://unitsofmeasure.org', 'urn:x')),
    comparator: often([undefined, undefined, '>'], ['', 7]),
  }),
);
const periods = mostly(fc.record({ start: mostly(dates), end: mostly(dates) }));
const references = mostly(
  fc.record({
    reference: mostly(
      often(
        ['Patient/p1', 'https://x.example/fhir/Patient/p2', 'urn:uuid:p3'],
        ['Patient/p1/_history/2', 'Patient?identifier=urn:x|1', '#p', 'Group/1', 'Patient/', ' Patient/p1'],
      ),
    ),
    type: often([undefined, 'Patient'], ['Group']),
  }),
);
const seldom = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const measured = {
  valueQuantity: quantities,
  valueCodeableConcept: seldom(concepts),
  valueString: seldom(texts),
  valueBoolean: seldom(fc.boolean()),
  dataAbsentReason: seldom(concepts),
};

const resources = fc.record({
  resourceType: fc.constantFrom(
    ...Object.keys(eventTypes),
    MEDICINE,
    PATIENT,
    'Claim',
    'Organization',
    'lower',
    7,
  ),
  id: mostly(often(['a', 'b-1', 'c.2'], ['d e', '1.0'])),
  meta: mostly(
    fc.record({
      lastUpdated: mostly(dates),
      versionId: seldom(fc.constantFrom('3', 4, 'x')),
      security: seldom(fc.array(codings, { maxLength: 2 })),
    }),
  ),
  status: often(['final', 'active', undefined], ['cancelled', 'not-done', 'planned', 'entered-in-error', {}]),
  intent: often(['order', 'plan', undefined], ['proposal', 7]),
  doNotPerform: seldom(fc.constantFrom(true, false, 'true')),
  verificationStatus: seldom(concepts),
  clinicalStatus: concepts,
  patient: seldom(references),
  subject: references,
  participant: seldom(fc.constant([{ actor: { reference: 'Patient/p9' } }])),
  code: concepts,
  vaccineCode: concepts,
  medicationCodeableConcept: concepts,
  type: mostly(fc.array(concepts, { maxLength: 2 })),
  class: seldom(codings),
  reasonCode: seldom(fc.array(concepts, { maxLength: 2 })),
  onsetDateTime: mostly(dates),
  onsetPeriod: seldom(periods),
  onsetString: seldom(texts),
  recordedDate: mostly(dates),
  abatementDateTime: seldom(dates),
  effectiveDateTime: mostly(dates),
  effectiveTiming: seldom(fc.constant({ event: ['2020-01-01'] })),
  issued: mostly(dates),
  performedPeriod: periods,
  occurrenceDateTime: mostly(dates),
  period: periods,
  authoredOn: mostly(dates),
  ...measured,
  component: seldom(mostly(fc.array(mostly(fc.record({ code: concepts, ...measured })), { maxLength: 2 }))),
  extension: seldom(
    fc.array(
      fc.record({
        url: fc.constantFrom(
          'urn:x',
          'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
        ),
        valueCodeableConcept: concepts,
      }),
      { maxLength: 2 },
    ),
  ),
  dosageInstruction: mostly(
    fc.array(fc.record({ text: mostly(texts), patientInstruction: mostly(texts) }), { maxLength: 2 }),
  ),
  dispenseRequest: seldom(
    fc.record({ quantity: quantities, expectedSupplyDuration: quantities, validityPeriod: periods }),
  ),
});

test('whatever a resource says, both readers read the same', async () => {
  // All at once, because DuckDB takes as long for one as for a thousand.
  const drawn = fc.sample(resources, 3000).map((resource) => JSON.parse(JSON.stringify(resource)));
  expect(await expectSame(drawn)).toBeGreaterThan(100);
});

const EXAMPLES = [
  'uk-core-examples',
  'pds',
  'gp-connect',
  'synthea-r4-a',
  'hl7-fhir-test-cases',
  'immunisation-api',
].map((name) => realFile('fhir', name));

test.skipIf(!existsSync(EXAMPLES[0] ?? ''))('real resources are read the same', async () => {
  const found = EXAMPLES.flatMap((path) => jsonFilesIn(path)).flatMap((file) => resourcesIn(file));
  expect(found.length).toBeGreaterThan(1000);
  expect(await expectSame(found)).toBeGreaterThan(1000);
});

function jsonFilesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(path, name));
}

function resourcesIn(file: string): unknown[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { entry, resourceType } = object(value);
    if (resourceType === 'Bundle' && Array.isArray(entry))
      return entry.map((each) => object(each).resource).filter(isObject);
    return isObject(value) && typeof resourceType === 'string' ? [value] : [];
  } catch {
    return [];
  }
}
