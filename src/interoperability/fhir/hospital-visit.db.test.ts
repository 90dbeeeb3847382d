import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adt } from '../../../test/support/adt.ts';
import { numberOf } from '../../../test/support/drawn-matches.ts';
import { patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import {
  asOf,
  bundle,
  concept,
  type Drawn,
  entriesOf,
  fhirPatient,
  ndjson,
  nhsNumber,
  writeFile,
} from '../../../test/support/fhir.ts';
import { account, importPaths, lakeRows, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { hospitalVisit } from './hospital-visit.ts';

const [ANN, BEA] = [1, 2].map(numberOf) as [string, string];

/** An encounter of a hospital, in progress unless it says otherwise. */
const encounter = (id: string, code: string, number: string, more: Drawn = {}): Drawn => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code },
  subject: { identifier: nhsNumber(number) },
  period: { start: '2026-11-01T10:00:00Z' },
  ...asOf('2026-11-01T10:15:00Z'),
  ...more,
});

test.each([
  ['EMER', 'attendance'],
  ['IMP', 'admission'],
  ['ACUTE', 'admission'],
  ['AMB', null],
  ['HH', null],
  ['', null],
])('an encounter of class %s is of %s', (code, stage) => {
  expect(hospitalVisit(encounter('e', code, ANN), 'e')?.stage ?? null).toBe(stage);
});

test.each([
  [{}, undefined],
  [{ status: 'planned' }, 'true'],
  [{ modifierExtension: [{ url: 'urn:x', valueCode: 'not' }] }, 'true'],
])('an encounter that says %j is withdrawn: %s', (more, deleted) => {
  expect(hospitalVisit(encounter('e', 'IMP', ANN, more), 'e')?.columns.deleted).toBe(deleted);
});

test.each([
  [{}, 'other'],
  [
    { priority: concept('EM', 'emergency', 'http://terminology.hl7.org/CodeSystem/v3-ActPriority') },
    'emergency',
  ],
  [{ hospitalization: { admitSource: concept('emd', 'From A&E') } }, 'emergency'],
  [{ priority: concept('EL', 'elective') }, 'elective'],
  [
    {
      extension: [
        {
          url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod',
          valueCodeableConcept: concept('21', 'Emergency care department'),
        },
      ],
      priority: concept('EL', 'elective'),
    },
    '21',
  ],
])('how somebody was admitted, of %j, is %s', (more, method) => {
  expect(hospitalVisit(encounter('e', 'IMP', ANN, more), 'e')?.columns.method).toBe(method);
});

describe('encounters of hospitals (FHIR)', () => {
  const at = useTestBook();
  let folder: string;
  let sent = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-visits-'));
    await importPaths(
      at,
      writeExtract(
        folder,
        'Z9001',
        {
          patient: [patient('a', { nhs_number: ANN }), patient('b', { nhs_number: BEA })],
          episode_of_care: [registration('a'), registration('b')],
        },
        { publisher: 'Z9001', extracted_at: '2026-11-01T03:00:00Z' },
      ),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const send = async (content: string | Drawn) => {
    const name = `trust-${++sent}`;
    writeFile(folder, `${name}/data.${typeof content === 'string' ? 'ndjson' : 'json'}`, content);
    writeFile(folder, `${name}/delivery.json`, { publisher: 'ZH900' });
    const result = await importPaths(at, join(folder, name));
    expect(unevenTables(result)).toEqual([]);
    return result;
  };
  const rows = async (table: 'admission' | 'attendance', id: string) =>
    await lakeRows(
      at,
      table,
      `select patient_id, org, start_minute, provider_name
              ${table === 'admission' ? ', method, discharge_day is not null as discharged, destination' : ''}
         from live where row_id = '${id}'`,
    );

  test('are stays or attendances of who has the number', async () => {
    const result = await send(
      ndjson(
        encounter('1', 'EMER', ANN, { serviceProvider: { display: 'Drawn Hospital' } }),
        encounter('2', 'IMP', ANN, {
          status: 'finished',
          period: { start: '2026-11-01T12:00:00Z', end: '2026-11-03T09:00:00Z' },
          priority: concept('EM', 'emergency'),
          hospitalization: { dischargeDisposition: concept('home', 'Home') },
        }),
        encounter('3', 'AMB', ANN),
      ),
    );
    // The outpatient is of nobody whom the trust has sent.
    const reasons = { unknown_patient: 1 };
    expect(account(result, 'Encounter')).toEqual({ read: 3, loaded: 2, quarantined: 1, reasons });
    expect(await rows('attendance', 'Encounter/1')).toEqual([
      { patient_id: `n:${ANN}`, org: 'ZH900', start_minute: 600, provider_name: 'Drawn Hospital' },
    ]);
    expect(await rows('admission', 'Encounter/2')).toMatchObject([
      { method: 'emergency', discharged: true, destination: 'usual place of residence' },
    ]);
    expect(await rows('attendance', 'Encounter/3')).toEqual([]);
  });

  test('name a patient of their bundle, whose number it is', async () => {
    const trust = fhirPatient('77', { identifier: [nhsNumber(BEA)] });
    await send(
      bundle(entriesOf(trust, encounter('4', 'EMER', '', { subject: { reference: 'Patient/77' } }))),
    );
    expect(await rows('attendance', 'Encounter/4')).toMatchObject([{ patient_id: `n:${BEA}` }]);
    // They are entries of the record of that patient beside; and it may be one that came before.
    await send(ndjson(encounter('5', 'EMER', '', { subject: { reference: 'Patient/77' } })));
    expect(await rows('attendance', 'Encounter/5')).toMatchObject([{ patient_id: `n:${BEA}` }]);
    const entries = await lakeRows(at, 'event', "select row_id from live where patient_id = '77' order by 1");
    expect(entries.map(({ row_id }) => row_id)).toEqual(['Encounter/4', 'Encounter/5']);
  });

  test.each(['cancelled', 'entered-in-error', 'planned'])('that are %s are no stays', async (status) => {
    const id = `gone-${status}`;
    await send(ndjson(encounter(id, 'IMP', ANN)));
    expect(await rows('admission', `Encounter/${id}`)).toHaveLength(1);
    const later = { status, ...asOf('2026-11-01T12:15:00Z') };
    await send(ndjson(encounter(id, 'IMP', ANN, later)));
    expect(await rows('admission', `Encounter/${id}`)).toEqual([]);
    // An older version that comes late brings nothing back.
    await send(ndjson(encounter(id, 'IMP', ANN, asOf('2026-11-01T11:00:00Z'))));
    expect(await rows('admission', `Encounter/${id}`)).toEqual([]);
  });

  test('that are deleted by nothing but their id go too', async () => {
    const subject = { reference: 'Patient/77' };
    await send(ndjson(encounter('bare', 'EMER', '', { subject })));
    expect(await rows('attendance', 'Encounter/bare')).toHaveLength(1);
    const request = { method: 'DELETE', url: 'Encounter/bare' };
    await send(bundle([{ request, response: { lastModified: '2026-11-02T10:00:00Z' } }]));
    expect(await rows('attendance', 'Encounter/bare')).toEqual([]);
  });

  test('a visit of which messages and encounters tell is one, and the later one of them counts', async () => {
    const visit = { identifier: [{ type: { coding: [{ code: 'VN' }] }, value: 'X1' }] };
    const message = join(folder, 'x1.hl7');
    writeFileSync(
      message,
      adt({ event: 'A03', visit: 'X1', nhsNumber: ANN, at: '20261103093000', discharge: '202611030915' }),
    );
    for (const _ of [1, 2]) {
      await importPaths(at, message);
      await send(ndjson(encounter('x', 'IMP', ANN, visit)));
      expect(await rows('admission', 'X1')).toMatchObject([{ method: 'emergency', discharged: true }]);
    }
    const moved = { ...visit, ...asOf('2026-11-04T10:00:00Z'), subject: { identifier: nhsNumber(BEA) } };
    await send(ndjson(encounter('x', 'IMP', ANN, moved)));
    expect(await rows('admission', 'X1')).toMatchObject([{ patient_id: `n:${BEA}`, discharged: false }]);
  });
});
