import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { account, importPaths } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';

const PACK = `layout: place-pack
version: 1.0.0
valid_from: '2026-04-01'
places:
  - { id: XICB, kind: icb, name: Example ICB }
  - { id: example, kind: borough, name: Example, within: XICB }
  - { id: north, kind: neighbourhood, name: North, within: example }
  - { id: U99901, kind: pcn, name: Example PCN, within: example }
  - { id: Z00001, kind: practice, name: Test Surgery, within: north, pcn: U99901 }
areas:
  - { lsoa: E01999001, imd_decile: 3, neighbourhood: north }
teams:
  - { id: north-int, name: North team, kind: int, place: north }
staff:
  - { key: lead, name: Test Lead, role: int_lead, team: north-int }
  - { key: self, name: Test Patient, role: patient, person: '9990000018' }
agreements:
  - { practice: Z00001, team: north-int, purpose: Case finding, assurance: A1, from: '2026-04-01', to: '2027-03-31' }
`;

describe('a place pack', () => {
  const at = useTestBook();
  let folder: string;

  const send = async (pack: string, ...beside: string[]) => {
    const file = join(folder, 'places.yaml');
    writeFileSync(file, pack);
    return await importPaths(at, file, ...beside);
  };

  const extract = (practice: string, nhs_number: string) =>
    writeExtract(
      folder,
      practice,
      { patient: [patient('p', { nhs_number })], episode_of_care: [registration('p')] },
      { publisher: practice },
    );

  /** Everything that a pack can change. */
  const directory = async () => {
    const tables = ['directory.place', 'directory.place_parent', 'directory.team', 'directory.staff'];
    const rows = tables.map(
      async (table) => (await at.book.pool('owner').query(`select * from ${table} order by 1, 2`)).rows,
    );
    return await Promise.all(rows);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-places-'));
    const result = await send(PACK, extract('Z00001', '9990000018'));
    expect(result.deliveries.map(({ refusal }) => refusal)).toEqual([null, null]);
    expect(account(result, 'places', 1)).toEqual({ read: 5, loaded: 5 });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('again changes nothing', async () => {
    const before = await directory();
    const { deliveries } = await send(PACK);
    expect(deliveries[0]?.tables.map(({ loaded }) => loaded)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await directory()).toEqual(before);
  });

  test.each<[string, (pack: string) => string, string, RegExp]>([
    [
      'that is cut short',
      (pack) => pack.slice(0, pack.lastIndexOf('to:')),
      'bad_content',
      /places\.yaml cannot be used:\n {2}line 1[89]/,
    ],
    [
      'without a needed word',
      (pack) => pack.replace("valid_from: '2026-04-01'\n", ''),
      'bad_content',
      /valid_from/,
    ],
    [
      'with a word that nobody knows',
      (pack) => pack.replace('pcn: U', 'pnc: U'),
      'bad_content',
      /line 9: places\.4.*pnc/,
    ],
    [
      'with a kind of place that there is not',
      (pack) => pack.replace('kind: borough', 'kind: town'),
      'bad_content',
      /line 6: places\.1\.kind/,
    ],
    [
      'with a day that is none',
      (pack) => pack.replace("'2026-04-01'\n", "'2026-02-30'\n"),
      'bad_content',
      /line 3: valid_from/,
    ],
    [
      'with a place in one that it does not have',
      (pack) => pack.replace('within: north', 'within: south'),
      'bad_content',
      /line 9: places\.4\.within: there is no place south/,
    ],
    [
      'with a place in itself',
      (pack) => pack.replace('within: example }\n  - { id: U', 'within: north }\n  - { id: U'),
      'bad_content',
      /line 7: places\.2\.within/,
    ],
    [
      'with places that lie in each other',
      (pack) => pack.replace('name: Example, within: XICB', 'name: Example, within: north'),
      'bad_content',
      /within/,
    ],
    [
      'with one place twice',
      (pack) => pack.replace('id: U99901', 'id: north'),
      'bad_content',
      /line 8: places\.3\.id/,
    ],
    [
      'with one area twice',
      (pack) => pack.replace('teams:', '  - { lsoa: E01999001, imd_decile: 4 }\nteams:'),
      'bad_content',
      /line 12: areas\.1\.lsoa/,
    ],
    [
      'with a deprivation that there is not',
      (pack) => pack.replace('imd_decile: 3', 'imd_decile: 11'),
      'bad_content',
      /line 11: areas\.0\.imd_decile/,
    ],
    [
      'with a role that there is not',
      (pack) => pack.replace('role: int_lead', 'role: boss'),
      'bad_content',
      /line 15: staff\.0\.role/,
    ],
    [
      'with somebody in a team that it does not have',
      (pack) => pack.replace('team: north-int }', 'team: west }'),
      'bad_content',
      /line 15: staff\.0\.team: there is no team west/,
    ],
    [
      'with one team twice',
      (pack) => pack.replace('staff:', '  - { id: north-int, name: Other, kind: int, place: north }\nstaff:'),
      'bad_content',
      /teams\.1\.id/,
    ],
    [
      'with an agreement that ends before it begins',
      (pack) => pack.replace("to: '2027-03-31'", "to: '2025-03-31'"),
      'bad_content',
      /line 18: agreements\.0\.to/,
    ],
    [
      'with an agreement of a place that is no practice',
      (pack) => pack.replace('practice: Z00001', 'practice: north'),
      'bad_content',
      /line 18: agreements\.0\.practice/,
    ],
    [
      'with a person whom nobody sent',
      (pack) => pack.replace('9990000018', '9990000026'),
      'unknown_person',
      /staff self: no practice has sent/,
    ],
    [
      'with a person by a number that is none',
      (pack) => pack.replace('9990000018', '9990000019'),
      'unknown_person',
      /staff self/,
    ],
    [
      'with a known place of another kind',
      (pack) =>
        pack
          .replace('id: north-int, name: North team', 'id: north-int, name: X')
          .replace('id: example, kind: borough', 'id: example, kind: icb'),
      'another_kind',
      /^example is a borough in the directory/,
    ],
  ])(
    '%s is refused whole, with the line, and takes nothing else with it',
    async (_, change, code, because) => {
      const changed = change(PACK);
      expect(changed).not.toBe(PACK);
      const before = await directory();
      const result = await send(
        changed.replace('Test Surgery', 'Renamed Surgery'),
        extract('Z00001', '9990000018'),
      );
      expect(result.deliveries.map(({ refusal }) => refusal?.code)).toEqual([undefined, code]);
      expect(result.deliveries[1]?.refusal?.because).toMatch(because);
      expect(result.deliveries[1]?.refusal?.because).not.toContain('999000');
      expect(result.deliveries[1]?.refusal?.remedy).toMatch(/\.$/);
      expect(await directory()).toEqual(before);
    },
  );

  test('may name people whom an extract of the same import brings', async () => {
    const pack = PACK.replace('9990000018', '9990000026');
    const { deliveries } = await send(pack, extract('Z00002', '9990000026'));
    expect(deliveries.map(({ refusal }) => refusal)).toEqual([null, null]);
  });
});
