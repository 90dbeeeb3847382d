import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, type Drawn, nhsNumber, onListOf, writeFile } from '../../../test/support/fhir.ts';
import { account, everybody, importPaths, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-pds-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A person as the Personal Demographics Service answers: the id is the NHS number, versions are counted, not dated. */
function pdsPatient(number: string, versionId: string, more: Drawn = {}): Drawn {
  return {
    resourceType: 'Patient',
    id: number,
    meta: { versionId, security: [{ code: 'U' }] },
    identifier: [{ ...nhsNumber(number), extension: [{ url: 'verified', valueCode: '01' }] }],
    name: [
      {
        id: '1',
        use: 'usual',
        period: { start: '2020-01-01' },
        family: 'Usual',
        given: ['Jane'],
        prefix: ['Mrs'],
      },
      {
        id: '2',
        use: 'old',
        period: { start: '2000-01-01', end: '2019-12-31' },
        family: 'Former',
        given: ['Jane'],
      },
    ],
    gender: 'female',
    birthDate: '1955-03-04',
    multipleBirthInteger: 1,
    address: [
      { id: '1', use: 'temp', line: ['9 Holiday Lane'], postalCode: 'ZZ9 9ZZ' },
      { id: '2', use: 'home', line: ['1 Test Row', '', 'Test Town'], postalCode: 'ZZ1 1AA' },
    ],
    ...onListOf('Z00001'),
    ...more,
  };
}

const searchset = (...resources: Drawn[]) =>
  bundle(
    resources.map((resource) => ({
      ...(resource.id ? { fullUrl: `https://pds/Patient/${resource.id}` } : {}),
      search: { score: 1 },
      resource,
    })),
    { type: 'searchset', total: resources.length },
  );

const person = async (number: string) =>
  (await everybody(at)).find(({ nhs_number }) => nhs_number === number);

describe('the Personal Demographics Service', () => {
  test('gives a person with the name that they use and the home that they live in', async () => {
    const result = await importPaths(
      at,
      writeFile(folder, 'a.json', searchset(pdsPatient('9990000018', '1'))),
    );
    expect(account(result, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(await person('9990000018')).toMatchObject({
      title: 'Mrs',
      family_name: 'Usual',
      given_names: 'Jane',
      address: '1 Test Row, Test Town',
      postcode: 'ZZ1 1AA',
      sensitive: false,
    });
  });

  test('gives a later version by its count', async () => {
    const renamed = { name: [{ use: 'usual', family: 'Renamed', given: ['Jane'] }] };
    await importPaths(at, writeFile(folder, 'b1.json', pdsPatient('9990000026', '1')));
    const result = await importPaths(
      at,
      writeFile(folder, 'b2.json', pdsPatient('9990000026', '2', renamed)),
    );
    expect(account(result, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(await person('9990000026')).toMatchObject({ family_name: 'Renamed' });
    await importPaths(at, writeFile(folder, 'b1.json', pdsPatient('9990000026', '1')));
    expect(await person('9990000026')).toMatchObject({ family_name: 'Renamed' });
  });

  test('hides nobody who is restricted, and says that they are', async () => {
    const restricted = {
      meta: { versionId: '1', security: [{ code: 'R' }] },
      address: undefined,
      generalPractitioner: undefined,
    };
    await importPaths(at, writeFile(folder, 'c.json', searchset(pdsPatient('9990000034', '1', restricted))));
    expect(await person('9990000034')).toMatchObject({ sensitive: true, address: null, registered: false });
  });

  test('answers nobody found, and that is said', async () => {
    const result = await importPaths(at, writeFile(folder, 'd.json', searchset()));
    expect(result.deliveries[0]?.refusal?.code).toBe('empty_file');
  });

  test('answers with an outcome among the people, which is put aside and holds up nobody', async () => {
    const outcome = {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'warning', code: 'processing' }],
    };
    const answer = searchset(pdsPatient('9990000042', '1'), outcome);
    const result = await importPaths(at, writeFile(folder, 'e.json', answer));
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'Patient')).toEqual({ read: 1, loaded: 1 });
    expect(await quarantine(at, 'OperationOutcome')).toMatchObject([{ reason: 'no_id' }]);
  });
});

const MOCKS = realFile('fhir', 'pds', 'sandbox', 'mocks');

describe.skipIf(!existsSync(MOCKS))('the answers of its sandbox', () => {
  test.each([
    'PatientSearch.json',
    'Minimal_Patient.json',
    'RelatedPersonBundle.json',
    'Sensitive_PatientSearch.json',
  ])('%s: every resource is accounted for', async (name) => {
    const result = await importPaths(at, join(MOCKS, name));
    expect(unevenTables(result)).toEqual([]);
    expect(result.deliveries.map(({ refusal }) => refusal)).toEqual([null]);
    expect(result.deliveries[0]?.tables.some(({ read }) => read > 0)).toBe(true);
  });
});
