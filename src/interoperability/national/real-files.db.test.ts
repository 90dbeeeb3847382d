import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { importPaths, unevenTables } from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readPublished } from '../../domains/national/index.ts';
import type { ImportResult } from '../../domains/register/index.ts';

const NHS = realFile('nhs');

/** Every file of a described kind, with the number of lines above its first row where that is not one. */
const FILES: readonly (readonly [file: string, kind: string, above?: number])[] = [
  ['ods-epraccur-2022/epraccur-2022-london.csv', 'epraccur', 0],
  ['ods-epcmem/epcmem-G83-G85.csv', 'epcmem', 0],
  ['gpad-mapping-2025-08/gpad-mapping-2025-08.csv', 'gpad-mapping'],
  ['list-size-2021-01/gp-reg-pat-prac-all-2021-01.csv', 'list-size'],
  ['epd-sample/gp-reg-pat-prac-quin-age.csv', 'list-size'],
  ['imd/imd2019-lsoa11-london.csv', 'imd-2019'],
  ['gpad-practice-month-london/gpad-practice-month-sel-to-2024-12.csv', 'gpad-practice-month'],
  ['gpad-practice-month-london/gpad-subicb-month.csv', 'gpad-sub-icb-month'],
  ['qof-prevalence-2021/PREVALENCE_2021_v2-london.csv', 'qof-prevalence'],
  ['qof-prevalence-2021/MAPPING_NHS_GEOGRAPHIES_2021.csv', 'qof-geographies'],
  ['qof-prevalence-2021/ORGANISATION_REFERENCE_2021.csv', 'qof-points'],
  ['gp-workforce-practice/gp-workforce-practice-2023-london.csv', 'gp-workforce-practice'],
  ['pcn-workforce-individual/pcn-workforce-march-2020.csv', 'pcn-workforce'],
  ['pcn-workforce-individual/pcn-workforce-march-2022-london.csv', 'pcn-workforce'],
  ['fingertips-deprivation/fingertips-93553-practice.csv', 'fingertips'],
  ['epd-sample/epd_201709.csv', 'epd'],
  ['gp-payments/payments-2022-23-london.csv', 'gp-payments'],
  ['gpad-coverage/APPOINTMENTS_GP_COVERAGE aug 2021- jan 2023.csv', 'gpad-coverage'],
  ['gpad-coverage/APPOINTMENTS_GP_COVERAGE feb 2023 - 2025.csv', 'gpad-coverage'],
  ['gpad-daily-gm/gpad-daily-gm-2022-08.csv', 'gpad-daily'],
  ['gpad-daily-gm/gpad-daily-gm-2022-09.csv', 'gpad-daily'],
  ['gpad-daily-gm/gpad-daily-gm-2022-10.csv', 'gpad-daily'],
  ['cqc-practice-ratings/cqc.csv', 'cqc-ratings'],
  ['practice-imd/practice_imd.csv', 'practice-imd'],
  ['sickness-absence-2024/nhs_sickness_absence_2024-04.csv', 'sickness-absence'],
  ['sickness-absence-2024/ae_activity_2024-04.csv', 'ae-activity'],
  ['eric-2015-16/ERIC-2015-16.csv', 'eric', 2],
];

describe.skipIf(!existsSync(NHS))('the real files', () => {
  const at = useTestBook();
  let result: ImportResult;
  const paths = [...FILES.map(([file]) => `${NHS}/${file}`), `${NHS}/ods-epcn-2022/ePCN-2022.xlsx`];
  beforeAll(async () => {
    result = await importPaths(at, ...paths);
  }, 240_000);

  const accountsOf = (name: string, kind: string) =>
    result.deliveries
      .filter(({ source }) => source === name)
      .flatMap(({ tables }) => tables.filter(({ table }) => table === kind));

  test.each(FILES.map(([file, kind, above = 1]) => ({ file, kind, above })))(
    '$file: every row is loaded, or said already',
    ({ file, kind, above }) => {
      // None of these files has a line end in quotes or a line of nothing, so that its lines are its rows.
      const lines = readFileSync(`${NHS}/${file}`, 'latin1').split(/\r?\n/);
      const rows = lines.filter((line) => line !== '').length - above;
      const [account] = accountsOf(file.split('/').at(-1) ?? '', kind);
      expect(account).toMatchObject({ read: rows, quarantined: 0 });
      expect(account?.loaded).toBeGreaterThanOrEqual(rows - 2);
    },
  );

  test('the ePCN workbook: the rows of both sheets, as the workbook itself counts them', () => {
    expect(accountsOf('ePCN-2022.xlsx', 'epcn')).toMatchObject([{ read: 1318, loaded: 1318 }]);
    expect(accountsOf('ePCN-2022.xlsx', 'epcn-partners')).toMatchObject([{ read: 7359, loaded: 7359 }]);
  });

  test('add up', () => {
    expect(unevenTables(result)).toEqual([]);
    expect(result.deliveries.filter(({ refusal }) => refusal !== null)).toEqual([]);
  });

  test('say what the files say', async () => {
    const one = async (kind: string, where: Record<string, string | number>) => {
      const rows = await readPublished(at.book.as('app'), kind, where);
      expect(rows).toHaveLength(1);
      return rows[0]?.says ?? {};
    };
    expect(await one('list-size', { code: 'A84002' })).toMatchObject({
      extracted: '2021-01-01',
      patients: 5903,
    });
    expect(await one('imd-2019', { lsoa: 'E01000001' })).toMatchObject({ imd_rank: 29199, imd_decile: 9 });
    expect(await one('gp-payments', { practice: 'E83003' })).toMatchObject({
      period: '2022-23',
      patients: 9333.5,
      opened: '1974-04-01',
      total: 1243775.2,
    });
    expect(await one('qof-prevalence', { practice: 'E83003', register: 'AF' })).toMatchObject({
      period: '2020-21',
      people: 158,
      list_size: 9160,
    });
    expect(await one('gpad-practice-month', { practice: 'G83001', month: '2022-10' })).toMatchObject({
      appointments: 5415,
    });
  });

  test('again load nothing', async () => {
    const again = await importPaths(at, ...paths);
    const loaded = again.deliveries.flatMap(({ tables }) => tables).filter((table) => table.loaded > 0);
    expect(loaded).toEqual([]);
  }, 240_000);
});
