import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  asOf,
  bloodPressure,
  bundle,
  concept,
  type Drawn,
  entriesOf,
  fhirCondition,
  fhirObservation,
  fhirPatient,
  ndjson,
  nhsNumber,
  onListOf,
  writeFile,
} from '../../../test/support/fhir.ts';
import {
  account,
  everybody,
  importPaths,
  lakeRows,
  quarantine,
  unevenTables,
} from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';

describe('a FHIR delivery', () => {
  const at = useTestBook();
  let folder: string;
  let sent = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-fhir-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Sends resources in a bundle of their own. */
  const send = async (...resources: readonly Drawn[]) => {
    const result = await importPaths(
      at,
      writeFile(folder, `sent-${++sent}.json`, bundle(entriesOf(...resources))),
    );
    expect(unevenTables(result)).toEqual([]);
    return result;
  };
  const sendEntries = (...entries: readonly Drawn[]) =>
    importPaths(at, writeFile(folder, `sent-${++sent}.json`, bundle(entries)));

  const events = (patient: string) =>
    lakeRows<{ row_id: string; value: number | null; note: string | null }>(
      at,
      'event',
      `select row_id, value, note from live where patient_id = '${patient}' order by row_id`,
    );
  const kept = async (patient: string) =>
    (
      await lakeRows<{ row_id: string }>(
        at,
        'source_record',
        `select row_id from live where patient_id = '${patient}' order by row_id`,
      )
    ).map(({ row_id }) => row_id);
  const person = async (familyName: string) =>
    (await everybody(at)).find((each) => each.family_name === familyName);

  test('becomes people and their records', async () => {
    const result = await send(
      fhirPatient('a1', { identifier: [nhsNumber('9990000018')], ...onListOf('Y99901') }),
      fhirPatient('a2', { birthDate: '1955-03' }),
      fhirCondition('a3', 'a1'),
      bloodPressure('a4', 'a1', [150, 95]),
      { resourceType: 'Claim', id: 'a5', patient: { reference: 'Patient/a1' } },
      { resourceType: 'Practitioner', id: 'a6' },
    );
    expect(result.deliveries[0]).toMatchObject({ format: 'fhir-r4', publisher: 'FHIR', refusal: null });
    expect(result.deliveries[0]?.tables.map(({ table, read, loaded }) => [table, read, loaded])).toEqual([
      ['Patient', 2, 2],
      ['Condition', 1, 1],
      ['Observation', 1, 1],
      ['Claim', 1, 1],
      ['Practitioner', 1, 1],
    ]);
    expect(await person('Familya1')).toMatchObject({
      nhs_number: '9990000018',
      registered: true,
      registered_from: null,
    });
    expect(await person('Familya2')).toMatchObject({
      registered: false,
      birth_approximate: true,
      birth_date: '1955-03-15',
    });
    expect(await events('a1')).toEqual([
      { row_id: 'Condition/a3', value: null, note: null },
      { row_id: 'Observation/a4', value: null, note: 'Systolic 150 mmHg; Diastolic 95 mmHg' },
      { row_id: 'Observation/a4#1', value: 150, note: null },
      { row_id: 'Observation/a4#2', value: 95, note: null },
    ]);
    const codes = await lakeRows(
      at,
      'event',
      "select code.system, code.concept from live join code on code.code = live.code where row_id = 'Observation/a4#2'",
    );
    expect(codes).toEqual([{ system: 'snomed', concept: '1091811000000102' }]);
  });

  test('sent again loads nothing, in whichever form, and the snapshot stays', async () => {
    const resources = [
      fhirPatient('b1', onListOf('Y99901')),
      fhirCondition('b2', 'b1'),
      fhirCondition('b3', 'b1', { verificationStatus: concept('refuted', 'Refuted') }),
      bloodPressure('b4', 'b1', [150, 95]),
      { resourceType: 'Claim', id: 'b5', patient: { reference: 'Patient/b1' } },
    ];
    const first = await send(...resources);
    expect(account(first, 'Condition')).toEqual({ read: 2, loaded: 2 });
    const again = await send(...resources);
    const asLines = await importPaths(at, writeFile(folder, 'b.ndjson.gz', gzipSync(ndjson(...resources))));
    for (const result of [again, asLines]) {
      expect(result.snapshot).toBe(first.snapshot);
      for (const table of ['Patient', 'Observation', 'Claim'])
        expect(account(result, table)).toEqual({ read: 1, duplicate: 1 });
      expect(account(result, 'Condition')).toEqual({ read: 2, duplicate: 2 });
    }
  });

  test('of lines takes the lines that are whole and puts the others aside, with their place', async () => {
    const half = JSON.stringify(fhirCondition('c9', 'c1')).slice(0, 60);
    const lines = ndjson(
      fhirPatient('c1'),
      half,
      fhirCondition('c2', 'c1'),
      '',
      '[1, 2]',
      { resourceType: 'Condition', subject: { reference: 'Patient/c1' } },
      { id: 'no type' },
      fhirCondition('c3', 'c1', { onsetDateTime: '2020-13-01' }),
      fhirCondition('c4', 'nobody'),
      fhirObservation('c5', 'c1', 1, { valueQuantity: { value: 'lots' } }),
      fhirObservation('c6', 'c1', 1, asOf('yesterday')),
      fhirPatient('c7', { birthDate: undefined }),
      fhirPatient('c8', { identifier: [nhsNumber('9990000019')] }),
      fhirPatient('c9', { gender: 'cat' }),
    );
    const cp1252 = Buffer.concat([
      Buffer.from('{"resourceType":"Basic","id":"Ren'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]);
    const result = await importPaths(
      at,
      writeFile(folder, 'c.ndjson', Buffer.concat([Buffer.from(lines), cp1252])),
    );
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'unknown')).toEqual({
      read: 4,
      quarantined: 4,
      reasons: { not_a_resource: 1, not_json: 2, wrong_encoding: 1 },
    });
    expect(account(result, 'Condition')).toEqual({
      read: 4,
      loaded: 1,
      quarantined: 3,
      reasons: { no_id: 1, not_a_date: 1, unknown_patient: 1 },
    });
    expect(account(result, 'Observation')).toMatchObject({
      quarantined: 2,
      reasons: { not_a_number: 1, not_a_timestamp: 1 },
    });
    expect(account(result, 'Patient')).toMatchObject({
      loaded: 1,
      quarantined: 3,
      reasons: { nhs_number_invalid: 1, not_a_sex: 1, one_of_required: 1 },
    });
    expect(await quarantine(at, 'unknown')).toEqual([
      { file: 'c.ndjson', line: 2, reason: 'not_json', field: null },
      { file: 'c.ndjson', line: 5, reason: 'not_json', field: null },
      { file: 'c.ndjson', line: 7, reason: 'not_a_resource', field: 'resourceType' },
      { file: 'c.ndjson', line: 15, reason: 'wrong_encoding', field: null },
    ]);
    expect(await quarantine(at, 'Condition')).toEqual([
      { file: 'c.ndjson', line: 6, reason: 'no_id', field: 'id' },
      { file: 'c.ndjson', line: 8, reason: 'not_a_date', field: 'onset[x] or recordedDate' },
      { file: 'c.ndjson', line: 9, reason: 'unknown_patient', field: 'subject' },
    ]);
  });

  test('puts an entry aside by the line on which it begins in its bundle', async () => {
    const file = writeFile(
      folder,
      'd.json',
      bundle(entriesOf(fhirPatient('d1'), fhirCondition('d2', 'nobody'))),
    );
    const result = await importPaths(at, file);
    expect(account(result, 'Condition')).toMatchObject({ reasons: { unknown_patient: 1 } });
    const [{ line = 0 } = {}] = (await quarantine(at, 'Condition')) as { line: number }[];
    const lines = JSON.stringify(
      bundle(entriesOf(fhirPatient('d1'), fhirCondition('d2', 'nobody'))),
      null,
      2,
    ).split('\n');
    expect(lines.slice(line - 1, line + 3).join('\n')).toContain('"resourceType": "Condition"');
  });

  test('takes newer versions and not older ones, in any order', async () => {
    const version = (day: string, value: number) =>
      send(fhirPatient('e1'), fhirObservation('e2', 'e1', value, asOf(`2026-10-${day}T00:00:00Z`)));
    expect(account(await version('02', 52), 'Observation')).toEqual({ read: 1, loaded: 1 });
    expect(account(await version('01', 51), 'Observation')).toEqual({ read: 1, duplicate: 1 });
    expect(await events('e1')).toMatchObject([{ value: 52 }]);
    await version('03', 53);
    expect(await events('e1')).toMatchObject([{ value: 53 }]);
  });

  test('takes of several versions in one delivery the latest', async () => {
    const result = await send(
      fhirPatient('f1'),
      bloodPressure('f2', 'f1', [150, 95], asOf('2026-10-01T00:00:00Z')),
      bloodPressure('f2', 'f1', [140], asOf('2026-10-02T00:00:00Z')),
    );
    expect(account(result, 'Observation')).toEqual({ read: 2, loaded: 1, duplicate: 1 });
    expect((await events('f1')).map(({ row_id, value }) => [row_id, value])).toEqual([
      ['Observation/f2', null],
      ['Observation/f2#1', 140],
    ]);
  });

  test('puts aside versions that say two things at one time, with their parts', async () => {
    const result = await send(
      fhirPatient('g1'),
      bloodPressure('g2', 'g1', [150, 95], asOf('2026-10-01T00:00:00Z')),
      bloodPressure('g2', 'g1', [150, 80], asOf('2026-10-01T00:00:00Z')),
    );
    expect(account(result, 'Observation')).toEqual({
      read: 2,
      quarantined: 2,
      reasons: { conflicting_version: 2 },
    });
    expect(await events('g1')).toEqual([]);
  });

  test.each([
    ['with versions', (day: number) => asOf(`2026-10-0${day}T00:00:00Z`)],
    ['without versions', () => ({})],
  ])('leaves no reading of a panel behind (%s)', async (name, version) => {
    const id = name.replaceAll(' ', '-');
    const patient = fhirPatient(id);
    const now = async () => (await events(id)).map(({ row_id, value }) => [row_id.split('/')[1], value]);
    await send(patient, bloodPressure(`${id}-bp`, id, [150, 95], version(1)));
    await send(patient, bloodPressure(`${id}-bp`, id, [150, 80], version(2)));
    expect(await now()).toEqual([
      [`${id}-bp`, null],
      [`${id}-bp#1`, 150],
      [`${id}-bp#2`, 80],
    ]);
    await send(patient, bloodPressure(`${id}-bp`, id, [140], version(3)));
    expect(await now()).toEqual([
      [`${id}-bp`, null],
      [`${id}-bp#1`, 140],
    ]);
    await send(patient, bloodPressure(`${id}-bp`, id, [140], { ...version(4), status: 'entered-in-error' }));
    expect(await now()).toEqual([]);
    await send(patient, bloodPressure(`${id}-bp`, id, [130, 70], version(5)));
    expect(await now()).toEqual([
      [`${id}-bp`, null],
      [`${id}-bp#1`, 130],
      [`${id}-bp#2`, 70],
    ]);
    await send(patient, bloodPressure(`${id}-bp`, id, [130, 70], { ...version(6), status: 'cancelled' }));
    expect(await now()).toEqual([]);
    expect(await kept(id)).toEqual([`Observation/${id}-bp`]);
  });

  test.each([
    ['with versions', (day: number) => asOf(`2026-10-0${day}T00:00:00Z`)],
    ['without versions', () => ({})],
  ])(
    'keeps a refuted condition as a record and not as an entry, and back again (%s)',
    async (name, version) => {
      const id = `r-${name.replaceAll(' ', '-')}`;
      const refuted = { verificationStatus: concept('refuted', 'Refuted') };
      const say = (day: number, more: Drawn = {}) =>
        send(fhirPatient(id), fhirCondition(`${id}-c`, id, { ...version(day), ...more }));
      await say(1);
      expect([await events(id), await kept(id)]).toMatchObject([[{ row_id: `Condition/${id}-c` }], []]);
      expect(account(await say(2, refuted), 'Condition')).toEqual({ read: 1, loaded: 1 });
      expect([await events(id), await kept(id)]).toEqual([[], [`Condition/${id}-c`]]);
      expect(account(await say(2, refuted), 'Condition')).toEqual({ read: 1, duplicate: 1 });
      expect(account(await say(3), 'Condition')).toEqual({ read: 1, loaded: 1 });
      expect([await events(id), await kept(id)]).toMatchObject([[{ row_id: `Condition/${id}-c` }], []]);
      expect(account(await say(4, refuted), 'Condition')).toEqual({ read: 1, loaded: 1 });
      expect([await events(id), await kept(id)]).toEqual([[], [`Condition/${id}-c`]]);
    },
  );

  test('deletes what it names, whoever’s it is', async () => {
    await send(
      fhirPatient('h1'),
      fhirPatient('h2'),
      fhirCondition('h3', 'h1'),
      bloodPressure('h4', 'h1', [150, 95]),
      fhirCondition('h5', 'h1', { verificationStatus: concept('refuted', '') }),
      { resourceType: 'Practitioner', id: 'h6' },
    );
    const deletions = [
      'Condition/h3',
      'Observation/h4',
      'Condition/h5',
      'Practitioner/h6',
      'Patient/h2',
      'Condition/never',
    ].map((url) => ({ request: { method: 'DELETE', url } }));
    const result = await sendEntries(...deletions);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'Condition')).toEqual({
      read: 3,
      loaded: 2,
      quarantined: 1,
      reasons: { unknown_row: 1 },
    });
    for (const table of ['Observation', 'Practitioner', 'Patient'])
      expect(account(result, table), table).toEqual({ read: 1, loaded: 1 });
    expect([await events('h1'), await kept('h1'), (await person('Familyh2'))?.records]).toEqual([[], [], []]);
    const again = await sendEntries(...deletions);
    expect(account(again, 'Condition')).toEqual({
      read: 3,
      duplicate: 2,
      quarantined: 1,
      reasons: { unknown_row: 1 },
    });
    for (const table of ['Observation', 'Practitioner', 'Patient'])
      expect(account(again, table), table).toEqual({ read: 1, duplicate: 1 });
  });

  test('deletes what it sent itself before', async () => {
    const result = await sendEntries(
      { resource: fhirPatient('i1') },
      { resource: fhirCondition('i2', 'i1', asOf('2026-10-01T00:00:00Z')) },
      {
        request: { method: 'DELETE', url: 'Condition/i2' },
        response: { lastModified: '2026-10-02T00:00:00Z' },
      },
    );
    expect(account(result, 'Condition')).toEqual({ read: 2, loaded: 1, duplicate: 1 });
    expect(await events('i1')).toEqual([]);
  });

  test('finds patients by identifier, here and from before', async () => {
    await send(fhirPatient('j1', { identifier: [nhsNumber('9990000026')] }));
    const hospital = (value: string) => ({ identifier: [{ system: 'urn:hospital', value }] });
    const by = (reference: string) => ({ subject: { reference } });
    const result = await send(
      fhirCondition('j4', '', by('Patient?identifier=urn:hospital|77')),
      fhirPatient('j2', hospital('77')),
      fhirPatient('j3', hospital('78')),
      fhirPatient('j9', hospital('78')),
      fhirCondition('j5', '', by('Patient?identifier=urn:hospital|78')),
      fhirCondition('j6', '', { subject: { identifier: nhsNumber('9990000026') } }),
      fhirCondition('j7', '', by('Patient?identifier=urn:other|77')),
    );
    expect(account(result, 'Condition')).toEqual({
      read: 4,
      loaded: 2,
      quarantined: 2,
      reasons: { unknown_patient: 2 },
    });
    expect(await events('j2')).toMatchObject([{ row_id: 'Condition/j4' }]);
    expect(await events('j1')).toMatchObject([{ row_id: 'Condition/j6' }]);
  });

  test('finds practices and medicines that are resources of their own, in whichever order they come', async () => {
    const organisation = {
      resourceType: 'Organization',
      id: 'k2',
      identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Y99902' }],
    };
    const request = (id: string, medicine: Drawn) => ({
      resourceType: 'MedicationRequest',
      id,
      intent: 'order',
      subject: { reference: 'Patient/k1' },
      medicationReference: medicine,
    });
    const result = await send(
      fhirPatient('k1', { generalPractitioner: [{ reference: 'Organization/k2' }] }),
      request('k3', { reference: 'Medication/k5' }),
      request('k4', { reference: 'Medication/gone' }),
      organisation,
      { resourceType: 'Medication', id: 'k5', code: concept('325278007', 'Ramipril 5 mg') },
    );
    expect(account(result, 'MedicationRequest')).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { required: 1 },
    });
    expect(await person('Familyk1')).toMatchObject({ registered: true });
    const medicines = await lakeRows(
      at,
      'medication',
      "select concept from live join code on code.code = live.code where patient_id = 'k1'",
    );
    expect(medicines).toEqual([{ concept: '325278007' }]);
  });

  test('moves a person to another list, and off it', async () => {
    await send(fhirPatient('l1', onListOf('Y99901')));
    expect(account(await send(fhirPatient('l1', onListOf('Y99902'))), 'Patient')).toEqual({
      read: 1,
      loaded: 1,
    });
    expect(await person('Familyl1')).toMatchObject({ registered: true });
    await send(fhirPatient('l1'));
    expect(await person('Familyl1')).toMatchObject({ registered: false, practice_id: null });
  });

  test('of a folder is one delivery, under the name that its note gives', async () => {
    const inFolder = (name: string, content: Drawn | string) => writeFile(folder, `m/${name}`, content);
    inFolder('Patient.ndjson', ndjson(fhirPatient('m1'), fhirPatient('m2')));
    inFolder('Condition.ndjson', ndjson(fhirCondition('m3', 'm1')));
    inFolder('one.json', fhirCondition('m4', 'm2'));
    inFolder('SOURCE.md', '# Where this is from');
    inFolder('delivery.json', {
      publisher: 'rj2',
      extracted_at: '2026-11-01T03:00:00Z',
      tables: { Patient: { rows: 2 } },
    });
    const result = await importPaths(at, join(folder, 'm'));
    expect(result.deliveries).toMatchObject([{ source: 'm', publisher: 'RJ2', refusal: null }]);
    expect(account(result, 'Condition')).toEqual({ read: 2, loaded: 2 });
    expect(result.said.some((line) => line.includes('SOURCE.md'))).toBe(true);
    // The same ids from another sender are other people.
    expect(account(await send(fhirPatient('m1')), 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect((await everybody(at)).filter(({ family_name }) => family_name === 'Familym1')).toHaveLength(2);
  });

  test('that is broken is refused, with the place, and nothing of it is taken in', async () => {
    const whole = JSON.stringify(bundle(entriesOf(fhirPatient('n1'), fhirCondition('n2', 'n1'))), null, 2);
    writeFile(folder, 'n/1.json', bundle(entriesOf(fhirPatient('n3'))));
    writeFile(folder, 'n/2.json', whole.slice(0, -200));
    const good = writeFile(folder, 'o.json', bundle(entriesOf(fhirPatient('n4'))));
    const result = await importPaths(at, join(folder, 'n'), good);
    const lines = whole.slice(0, -200).split('\n');
    expect(result.deliveries.map(({ source, refusal }) => [source, refusal?.code])).toEqual([
      ['o.json', undefined],
      ['n', 'not_json'],
    ]);
    expect(result.deliveries[1]?.refusal?.because).toContain(
      `2.json is not whole JSON: it breaks off at line ${lines.length}`,
    );
    expect([await person('Familyn3'), (await person('Familyn4'))?.sex]).toEqual([undefined, 'female']);
  });

  test.each<[string, Drawn | string | Buffer, string]>([
    ['cp1252.json', Buffer.from('{"resourceType":"Patient",\n"id":"Ren\xe9"}', 'latin1'), 'wrong_encoding'],
    ['empty.json', '', 'empty_file'],
    ['nothing.json', bundle([]), 'empty_file'],
    ['cut.ndjson.gz', gzipSync(ndjson(fhirPatient('x'))).subarray(0, 40), 'unreadable_file'],
    ['comma.json', '{"resourceType": "Patient",, "id": "x"}', 'not_json'],
    ['note.json', { name: 'no FHIR' }, 'unknown_file'],
    ['patient.xml', '<Patient xmlns="http://hl7.org/fhir">', 'not_xml'],
    ['other.xml', '<Patient/>', 'unknown_file'],
    ['doctype.xml', '<!DOCTYPE a []><Patient xmlns="http://hl7.org/fhir"/>', 'not_xml'],
  ])('%s is refused', async (name, content, code) => {
    const result = await importPaths(at, writeFile(folder, name, content));
    expect(result.deliveries.map(({ refusal }) => refusal?.code)).toEqual([code]);
    expect(result.deliveries[0]?.refusal?.because).toContain(name);
  });

  test('in UTF-16 is turned into UTF-8, and that is said', async () => {
    const json = `\ufeff${JSON.stringify(fhirPatient('w1', { gender: 'male' }))}`;
    const result = await importPaths(at, writeFile(folder, 'wide.json', Buffer.from(json, 'utf16le')));
    expect(account(result, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect((await person('Familyw1'))?.sex).toBe('male');
    expect(result.said.join('\n')).toContain('wide.json is UTF-16 text');
  });

  test.each<[Drawn, string]>([
    [{ full: true }, 'full_not_possible'],
    [{ publisher: 'South East London' }, 'bad_delivery_note'],
    [{ tables: { Patient: { rows: 2 } } }, 'wrong_row_count'],
    [{ tables: { Condition: { rows: 1 } } }, 'wrong_row_count'],
  ])('with the note %j is refused', async (note, code) => {
    writeFile(folder, 'p/delivery.json', note);
    writeFile(folder, 'p/Patient.ndjson', ndjson(fhirPatient('p1')));
    const result = await importPaths(at, join(folder, 'p'));
    expect(result.deliveries.map(({ refusal }) => refusal?.code)).toEqual([code]);
  });
});
