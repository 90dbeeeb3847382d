import { describe, expect, test } from 'vitest';
import {
  bloodPressure,
  bundle,
  concept,
  type Drawn,
  entriesOf,
  fhirCondition,
  fhirObservation,
  fhirPatient,
  nhsNumber,
  onListOf,
} from '../../../test/support/fhir.ts';
import { ResourceSorter, type Sorted } from './sort-resources.ts';

type Rows = Record<string, unknown>[];

/** Sorts values and returns what is in each pile, without what is blank. */
function sort(...values: readonly unknown[]): { piles: Record<string, Rows>; sorted: Sorted } {
  const piles: Record<string, Rows> = {};
  const sorter = new ResourceSorter('FHIR', (pile, row) => {
    const filled = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
    piles[pile] = [...(piles[pile] ?? []), Object.fromEntries(filled)];
  });
  values.forEach((value, line) => {
    sorter.take(value, (place) => line * 100 + place);
  });
  return { piles, sorted: sorter.sorted };
}

const row = (pile: string, ...values: readonly unknown[]) => sort(...values).piles[pile]?.[0];

describe('a patient', () => {
  const patient = (more: Drawn) => row('rows Patient', fhirPatient('p1', more));

  test('is staged with what the register knows of people', () => {
    const full = patient({
      meta: { lastUpdated: '2026-11-01T10:00:00Z', security: [{ code: 'R' }] },
      identifier: [
        { system: 'http://hl7.org/fhir/sid/us-ssn', value: '999-99-1748' },
        { ...nhsNumber('9990000042'), use: 'old' },
        nhsNumber('9990000018'),
      ],
      name: [
        { use: 'nickname', given: ['Vic'] },
        { use: 'official', family: 'Brook', given: ['Victoria', 'Ann'], prefix: ['Mrs'] },
      ],
      address: [
        { use: 'old', line: ['2 Gone Street'] },
        { use: 'home', line: ['1 Test Row'], city: 'London', postalCode: 'ZZ1 1AA' },
      ],
      deceasedDateTime: '2026-06-30T23:30:00Z',
      ...onListOf('y99901'),
    });
    expect(full).toEqual({
      n: 0,
      patient_id: 'p1',
      version: '2026-11-01T10:00:00Z',
      nhs_number: '9990000018',
      title: 'Mrs',
      family_name: 'Brook',
      given_names: 'Victoria Ann',
      sex: 'female',
      birth_date: '1955-03-04',
      death_date: '2026-07-01',
      address: '1 Test Row, London',
      postcode: 'ZZ1 1AA',
      practice_code: 'Y99901',
      sensitive: 'true',
    });
  });

  test.each([
    ['1955', { birth_year: '1955' }],
    ['1955-03', { birth_year: '1955', birth_month: '03' }],
    ['soon', { birth_date: 'soon' }],
  ])('born %s', (birthDate, expected) => {
    expect(patient({ birthDate })).toMatchObject(expected);
  });

  test('has no NHS number when only others gave them numbers', () => {
    expect(patient({ identifier: [{ system: 'urn:x', value: '9990000018' }] })).not.toHaveProperty(
      'nhs_number',
    );
  });

  test('with a name that is only written out keeps it whole', () => {
    expect(patient({ name: [{ text: 'Victoria Brook' }] })).toMatchObject({ family_name: 'Victoria Brook' });
  });

  test.each([
    ['whose practice is a practitioner', { generalPractitioner: [{ reference: 'Practitioner/1' }] }],
    [
      'whose practice has no ODS code',
      { generalPractitioner: [{ identifier: { system: 'urn:x', value: 'Y99901' } }] },
    ],
    ['who is no longer in use', { ...onListOf('Y99901'), active: false }],
    ['who died on a day that nobody said', { ...onListOf('Y99901'), deceasedBoolean: true }],
    ['who is now another record', { ...onListOf('Y99901'), link: [{ type: 'replaced-by' }] }],
    [
      'whose time with the practice has ended',
      {
        generalPractitioner: [
          {
            identifier: {
              system: 'https://fhir.nhs.uk/Id/ods-organization-code',
              value: 'Y99901',
              period: { end: '2020-01-01' },
            },
          },
        ],
      },
    ],
  ])('%s is on no list', (_, more) => {
    expect(patient(more)).not.toHaveProperty('practice_code');
  });

  test('whose practice is a resource waits for its code', () => {
    const { piles, sorted } = sort(
      fhirPatient('p1', { generalPractitioner: [{ reference: 'Organization/o1' }] }),
      { resourceType: 'Organization', id: 'o1', ...{ identifier: onListOf('Y99901').generalPractitioner } },
    );
    expect(piles['rows Patient']?.[0]).toMatchObject({ practice_ref: 'o1' });
    expect(sorted.waits.organisations).toBe(true);
  });
});

describe('a coded entry', () => {
  test('is one row', () => {
    const condition = fhirCondition('c1', 'p1', {
      meta: { lastUpdated: '2026-11-01T10:00:00Z', security: [{ code: 'V' }] },
      code: { ...concept('44054006', 'Type 2 diabetes mellitus'), text: 'T2DM' },
      clinicalStatus: concept('resolved', 'Resolved'),
      abatementDateTime: '2021-01-01',
    });
    expect(row('rows Condition', condition)).toEqual({
      n: 0,
      row_id: 'Condition/c1',
      patient_id: 'p1',
      version: '2026-11-01T10:00:00Z',
      code: '44054006',
      system: 'http://snomed.info/sct',
      display: 'Type 2 diabetes mellitus',
      source_term: 'T2DM',
      date: '2020-05-06',
      text: 'Resolved; until 2021-01-01',
      confidential: 'true',
    });
  });

  const about = { subject: { reference: 'Patient/p1' }, id: 'x' };
  const code = concept('1', 'One');
  test.each<[string, Drawn, Drawn]>([
    [
      'a procedure',
      { resourceType: 'Procedure', code, performedPeriod: { start: '2020' } },
      { date: '2020-07-01', precision: 'year' },
    ],
    [
      'a procedure in words',
      { resourceType: 'Procedure', code, performedString: 'as a child' },
      { text: 'as a child' },
    ],
    [
      'an immunisation',
      { resourceType: 'Immunization', vaccineCode: code, occurrenceDateTime: '2020-02' },
      { date: '2020-02-15', precision: 'month' },
    ],
    [
      'an allergy',
      { resourceType: 'AllergyIntolerance', code, recordedDate: '2020-01-02' },
      { date: '2020-01-02' },
    ],
    [
      'an allergy that nobody confirmed',
      { resourceType: 'AllergyIntolerance', code, verificationStatus: concept('unconfirmed', '') },
      { code: '1' },
    ],
    [
      'an encounter',
      { resourceType: 'Encounter', type: [code], period: { start: '2020-01-02T09:00:00Z' } },
      { date: '2020-01-02' },
    ],
    [
      'an encounter of a class',
      { resourceType: 'Encounter', class: { system: 'http://v3', code: 'AMB' } },
      { code: 'AMB', system: 'http://v3' },
    ],
    [
      'a condition that was only recorded',
      { resourceType: 'Condition', code, recordedDate: '2020-01-02' },
      { date: '2020-01-02' },
    ],
    [
      'a condition of STU3',
      { resourceType: 'Condition', code, verificationStatus: 'confirmed', assertedDate: '2020-01-02' },
      { date: '2020-01-02' },
    ],
    [
      'an immunisation of STU3',
      { resourceType: 'Immunization', vaccineCode: code, notGiven: false, date: '2020-01-02' },
      { date: '2020-01-02' },
    ],
    [
      'a procedure of R5',
      { resourceType: 'Procedure', code, occurrencePeriod: { start: '2020-01-02' } },
      { date: '2020-01-02' },
    ],
    [
      'an encounter of R5',
      { resourceType: 'Encounter', type: [code], actualPeriod: { start: '2020-01-02' } },
      { date: '2020-01-02' },
    ],
    [
      'a medicine of R5',
      { resourceType: 'MedicationRequest', medication: { concept: code }, authoredOn: '2020-01-02' },
      { code: '1', date: '2020-01-02' },
    ],
    [
      'a condition of no day',
      { resourceType: 'Condition', code, onsetString: 'in the war' },
      { text: 'in the war' },
    ],
  ])('%s', (_, resource, expected) => {
    const type = String(resource.resourceType);
    expect(row(`rows ${type}`, { ...resource, ...about })).toMatchObject({
      ...expected,
      row_id: `${type}/x`,
    });
  });

  test('of an immunisation has the vaccination as its part', () => {
    const extension = [
      {
        url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure',
        valueCodeableConcept: concept('1324681000000101', 'First dose'),
      },
    ];
    const { piles } = sort({ resourceType: 'Immunization', vaccineCode: code, extension, ...about });
    expect(piles['parts Immunization']).toMatchObject([
      { row_id: 'Immunization/x#1', code: '1324681000000101' },
    ]);
  });
});

describe('an observation', () => {
  const observed = (more: Drawn) => row('rows Observation', { ...fhirObservation('o1', 'p1', 51), ...more });

  test('has a value and a unit', () => {
    expect(observed({})).toMatchObject({ value: '51', unit: 'mmol/mol' });
    expect(observed({ valueQuantity: { value: 51, unit: 'stones' } })).toMatchObject({ unit: 'stones' });
  });

  test('with a bound has the number, and the note says that it is one', () => {
    const eGFR = { value: 90, comparator: '>', unit: 'mL/min' };
    expect(observed({ valueQuantity: eGFR })).toMatchObject({ value: '90', text: '> 90 mL/min' });
  });

  test.each([
    [{ valueCodeableConcept: concept('266919005', 'Never smoked') }, 'Never smoked'],
    [{ valueString: ' clear ' }, 'clear'],
    [{ valueBoolean: false }, 'false'],
    [{ valueRange: { low: { value: 1 }, high: { value: 2, unit: 'mg' } } }, '1 to 2 mg'],
    [{ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }, '1 / 128'],
    [{ dataAbsentReason: { text: 'haemolysed' } }, 'No result: haemolysed'],
  ])('%j says so in words', (result, expected) => {
    const found = observed({ valueQuantity: undefined, ...result });
    expect(found).toMatchObject({ text: expected });
    expect(found).not.toHaveProperty('value');
  });

  test('with components is a row, and each component a part of it', () => {
    const { piles } = sort(
      bloodPressure('bp', 'p1', [150, 95], { meta: { lastUpdated: '2026-11-01T10:00:00Z' } }),
    );
    expect(piles['rows Observation']).toMatchObject([
      { row_id: 'Observation/bp', code: '75367002', text: 'Systolic 150 mmHg; Diastolic 95 mmHg' },
    ]);
    const common = { patient_id: 'p1', date: '2020-05-06', version: '2026-11-01T10:00:00Z', unit: 'mmHg' };
    expect(piles['parts Observation']).toEqual([
      expect.objectContaining({ ...common, row_id: 'Observation/bp#1', code: '72313002', value: '150' }),
      expect.objectContaining({
        ...common,
        row_id: 'Observation/bp#2',
        code: '1091811000000102',
        value: '95',
      }),
    ]);
  });

  test('keeps the places of its parts when one cannot be used', () => {
    const component = [{ valueString: 'left arm' }, { code: concept('2', 'Two'), valueInteger: 3 }];
    const { piles } = sort({ ...fhirObservation('o', 'p1', 1), valueQuantity: undefined, component });
    expect(piles['parts Observation']).toMatchObject([{ row_id: 'Observation/o#2', value: '3' }]);
    expect(piles['rows Observation']).toMatchObject([{ text: 'left arm; Two 3' }]);
  });
});

describe('a medication request', () => {
  const request = (more: Drawn): Drawn => ({
    resourceType: 'MedicationRequest',
    id: 'm1',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p1' },
    medicationCodeableConcept: concept('325278007', 'Ramipril 5 mg'),
    authoredOn: '2026-03-01',
    ...more,
  });

  test('is a medicine with its dose and supply', () => {
    const full = request({
      dosageInstruction: [{ text: 'one daily' }],
      dispenseRequest: {
        quantity: { value: 28, unit: 'capsule' },
        expectedSupplyDuration: { value: 4, system: 'http://unitsofmeasure.org', code: 'wk' },
      },
    });
    expect(row('rows MedicationRequest', full)).toMatchObject({
      row_id: 'MedicationRequest/m1',
      code: '325278007',
      date: '2026-03-01',
      dose: 'one daily',
      quantity: '28',
      unit: 'capsule',
      duration_days: '28',
    });
  });

  test('of a medicine inside of it has that one’s code', () => {
    const inside = request({
      medicationCodeableConcept: undefined,
      medicationReference: { reference: '#med' },
      contained: [{ resourceType: 'Medication', id: 'med', code: concept('7', 'Seven') }],
    });
    expect(row('rows MedicationRequest', inside)).toMatchObject({ code: '7' });
  });

  test('of a medicine elsewhere waits for its code', () => {
    const elsewhere = {
      medicationCodeableConcept: undefined,
      medicationReference: { reference: 'Medication/7', display: 'Seven' },
    };
    const { piles, sorted } = sort(request(elsewhere), {
      resourceType: 'Medication',
      id: '7',
      code: concept('7', 'Seven'),
    });
    expect(piles['rows MedicationRequest']).toMatchObject([
      { medicine: '7', code: 'Seven', system: 'local' },
    ]);
    expect(piles.medicines).toMatchObject([{ id: '7', code: '7' }]);
    expect(sorted.waits.medicines).toBe(true);
  });

  test.each([
    { intent: 'proposal' },
    { status: 'draft' },
    { status: 'cancelled' },
    { doNotPerform: true },
    { medicationCodeableConcept: {} },
    { dosageInstruction: [{ text: 'One a day', modifierExtension: [{ url: 'urn:x', valueCode: 'never' }] }] },
  ])('with %j prescribed nothing, and is kept whole', (more) => {
    const { piles } = sort(request(more));
    expect(piles['rows MedicationRequest']).toBeUndefined();
    expect(piles['kept MedicationRequest']).toHaveLength(1);
    expect(piles['withdrawn medication']).toMatchObject([
      { row_id: 'MedicationRequest/m1', deleted: 'true' },
    ]);
  });
});

describe('what is not a statement about a person', () => {
  test.each<[string, Drawn]>([
    ['a refuted condition', { verificationStatus: concept('refuted', 'Refuted') }],
    ['a differential diagnosis', { verificationStatus: concept('differential', 'Differential') }],
    ['a condition without a code', { code: undefined }],
    ['a refuted condition of STU3', { verificationStatus: 'refuted' }],
    [
      'a condition that is modified by what nobody knows',
      { modifierExtension: [{ url: 'urn:x', valueBoolean: true }] },
    ],
  ])('%s is kept whole, and is no longer a row', (_, more) => {
    const condition = fhirCondition('c1', 'p1', more);
    const { piles } = sort(condition);
    expect(piles['rows Condition']).toBeUndefined();
    expect(piles['kept Condition']).toEqual([
      { n: 0, row_id: 'Condition/c1', patient_id: 'p1', record: JSON.stringify(condition) },
    ]);
    expect(piles['withdrawn event']).toEqual([
      { n: 0, row_id: 'Condition/c1', patient_id: 'p1', deleted: 'true' },
    ]);
  });

  test('so is a reading of which a part is modified', () => {
    const part = { code: concept('1', 'One'), modifierExtension: [{ url: 'urn:x', valueBoolean: true }] };
    const { piles } = sort({ ...fhirObservation('o1', 'p1', 21), component: [part] });
    expect(Object.keys(piles)).toEqual(['kept Observation', 'withdrawn event']);
  });

  test('but an empty modifier says nothing', () => {
    const { piles } = sort(fhirCondition('c1', 'p1', { modifierExtension: [] }));
    expect(piles['rows Condition']).toHaveLength(1);
  });

  test('a patient who is modified is put aside, and can be deleted all the same', () => {
    const modifierExtension = [{ url: 'urn:x', valueCode: 'not-this-one' }];
    const modified = fhirPatient('p1', { modifierExtension });
    const { piles, sorted } = sort(modified, bundle([{ resource: modified, request: { method: 'DELETE' } }]));
    expect(sorted.unusable).toMatchObject([
      { type: 'Patient', reason: 'unknown_modifier', field: 'modifierExtension', at: 0 },
    ]);
    expect(piles).toEqual({ deletions: [expect.objectContaining({ type: 'Patient', id: 'p1' })] });
  });

  test.each<[string, Drawn]>([
    ['Procedure', { status: 'not-done' }],
    ['Procedure', { status: 'completed', notDone: true }],
    ['Procedure', { status: 'completed', notPerformed: true }],
    ['Immunization', { status: 'not-done' }],
    ['Immunization', { status: 'completed', notGiven: true }],
    ['Immunization', { status: 'completed', wasNotGiven: true }],
    ['Encounter', { status: 'cancelled' }],
    ['Observation', { status: 'cancelled' }],
  ])('%s %j is kept whole', (resourceType, more) => {
    const code = concept('1', 'One');
    const { piles } = sort({
      resourceType,
      id: 'x',
      subject: { reference: 'Patient/p1' },
      code,
      vaccineCode: code,
      type: [code],
      ...more,
    });
    expect(Object.keys(piles)).toEqual([`kept ${resourceType}`, 'withdrawn event']);
  });

  test('a reading of a place is kept, under the name of its sender', () => {
    const { piles } = sort({ ...fhirObservation('o1', 'p1', 21), subject: { reference: 'Location/l1' } });
    expect(piles['kept Observation']).toMatchObject([{ row_id: 'FHIR:Observation/o1' }]);
  });

  test('a type that nobody reads is kept, with its patient where it has one', () => {
    const { piles } = sort(
      { resourceType: 'Claim', id: '1', patient: { reference: 'Patient/p1' } },
      {
        resourceType: 'Appointment',
        id: '2',
        participant: [{ actor: { reference: 'Location/9' } }, { actor: { reference: 'Patient/p1' } }],
      },
      { resourceType: 'Practitioner', id: '3' },
    );
    expect(piles['kept Claim']).toMatchObject([{ row_id: 'Claim/1', patient_id: 'p1' }]);
    expect(piles['kept Appointment']).toMatchObject([{ patient_id: 'p1' }]);
    expect(piles['kept Practitioner']?.[0]).not.toHaveProperty('patient_id');
  });
});

describe('a bundle', () => {
  test('explains the references between its entries', () => {
    const { piles } = sort(
      bundle([
        { fullUrl: 'urn:uuid:aa', resource: fhirPatient('p1') },
        {
          fullUrl: 'urn:uuid:bb',
          resource: fhirCondition('c1', '', { subject: { reference: 'urn:uuid:aa' } }),
        },
      ]),
    );
    expect(piles['rows Condition']).toMatchObject([{ n: 1, patient_id: 'p1' }]);
  });

  test('gives an id to what has none of its own', () => {
    const { piles } = sort(
      bundle([
        { fullUrl: 'urn:uuid:aa-1', resource: { ...fhirPatient(''), id: undefined } },
        {
          resource: { ...fhirCondition('', 'aa-1'), id: undefined },
          request: { method: 'PUT', url: 'Condition/c9' },
        },
      ]),
    );
    expect(piles['rows Patient']).toMatchObject([{ patient_id: 'aa-1' }]);
    expect(piles['rows Condition']).toMatchObject([{ row_id: 'Condition/c9' }]);
  });

  test('is opened inside of a bundle', () => {
    const { piles } = sort(bundle(entriesOf(bundle(entriesOf(fhirPatient('p1'), fhirPatient('p2'))))));
    expect(piles['rows Patient']).toHaveLength(2);
  });

  test('says what to delete', () => {
    const { piles } = sort(
      bundle([
        {
          request: { method: 'DELETE', url: 'Condition/c1' },
          response: { lastModified: '2026-11-01T10:00:00Z' },
        },
        { request: { method: 'DELETE', url: 'https://server/fhir/Patient/p1' } },
        { resource: fhirCondition('c2', 'p1'), request: { method: 'DELETE', url: 'Condition/c2' } },
      ]),
    );
    expect(piles.deletions).toEqual([
      { n: 0, type: 'Condition', id: 'c1', version: '2026-11-01T10:00:00Z' },
      { n: 1, type: 'Patient', id: 'p1' },
      { n: 2, type: 'Condition', id: 'c2', patient_id: 'p1' },
    ]);
    expect(Object.keys(piles)).toEqual(['deletions']);
  });

  test('accounts for entries that are no resources', () => {
    const { sorted } = sort(
      bundle([
        { response: { status: '201' } },
        { resource: { id: 'x' } },
        { resource: { ...fhirCondition('', 'p1'), id: undefined } },
        { resource: fhirCondition('##placeholder##', 'p1') },
        { request: { method: 'DELETE', url: 'Condition?patient=1' } },
      ]),
    );
    expect(sorted.unusable.map(({ type, reason, at }) => [type, reason, at])).toEqual([
      [null, 'not_a_resource', 0],
      [null, 'not_a_resource', 1],
      ['Condition', 'no_id', 2],
      ['Condition', 'no_id', 3],
      ['Condition', 'unknown_row', 4],
    ]);
  });
});

test('what was entered in error is a deletion, whatever its type', () => {
  const { piles } = sort(
    fhirCondition('c1', 'p1', { verificationStatus: concept('entered-in-error', '') }),
    { ...fhirObservation('o1', 'p1', 1), status: 'entered-in-error' },
    { resourceType: 'Flag', id: 'f1', status: 'entered-in-error', subject: { reference: 'Patient/p1' } },
    fhirCondition('c2', 'p1', { verificationStatus: 'entered-in-error' }),
  );
  expect(piles).toEqual({
    deletions: [
      { n: 0, type: 'Condition', id: 'c1', patient_id: 'p1' },
      { n: 100, type: 'Observation', id: 'o1', patient_id: 'p1' },
      { n: 200, type: 'Flag', id: 'f1', patient_id: 'p1' },
      { n: 300, type: 'Condition', id: 'c2', patient_id: 'p1' },
    ],
  });
});

test('values of a wrong type are read as missing, and nothing breaks', () => {
  const wrong = [7, 'text', null, true, [], [[]], [null], { coding: 'x' }, { reference: 7 }, { start: {} }];
  const fields = [
    'code',
    'subject',
    'name',
    'identifier',
    'component',
    'valueQuantity',
    'onsetDateTime',
    'period',
    'meta',
    'type',
  ];
  const types = [
    'Patient',
    'Condition',
    'Observation',
    'Encounter',
    'Immunization',
    'MedicationRequest',
    'Basic',
  ];
  for (const resourceType of types) {
    for (const field of fields) {
      for (const value of wrong) {
        const { sorted } = sort({ ...fhirCondition('x', 'p1'), resourceType, [field]: value });
        expect(sorted.read.get(resourceType)).toBe(1);
      }
    }
  }
  for (const value of wrong)
    expect(sort(bundle([]), { resourceType: 'Bundle', entry: value }).sorted.read.size).toBe(0);
});
