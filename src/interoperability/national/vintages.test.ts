import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import { firstRecords, openTextTable } from '../tabular/text-table.ts';
import { readFileDescriptions } from './description.ts';
import { readRows } from './read-rows.ts';
import { recogniseTable } from './recognise.ts';

const kinds = readFileDescriptions('content');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-vintages-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(name: string, text: string) {
  const recognised = recogniseTable(firstRecords(text), kinds);
  if (!recognised) throw new Error(`${name} is of no kind`);
  const rows = readRows(await openTextTable(writeFile(folder, name, text)), recognised, name);
  return { kind: recognised.description.id, ...rows };
}

const imd = (lsoa: number, district: number, decile = '10% of LSOAs)') =>
  `\uFEFFLSOA code (${lsoa}),LSOA name (${lsoa}),Local Authority District code (${district}),Local Authority District name (${district}),Index of Multiple Deprivation (IMD) Score,Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived ${decile},"Education, Skills and Training Score"\r\nE01000999,Nowhere 001A,E09000099,Nowhere,6.208,"29,199",9,0.1\r\n`;
const DEPRIVED = { lsoa: 'E01000999', district: 'E09000099', imd_rank: 29199, imd_decile: 9 };

const PAYMENTS =
  'Practice Code,Practice Name,Practice Open Date,Contract Type,Quarter used for patient data,Number of Registered Patients (Last Known Figure),Number of Weighted Patients (Last Known Figure),Global Sum,Seniority,Total NHS Payments to General Practice';

// The names are those of the publications; the rows are drawn.
const VINTAGES: readonly (readonly [
  name: string,
  kind: string,
  text: string,
  says: Record<string, unknown>,
])[] = [
  ['imd 2015.csv', 'imd-2015', imd(2011, 2013), DEPRIVED],
  ['imd 2019.csv', 'imd-2019', imd(2011, 2019), DEPRIVED],
  ['imd 2025.csv', 'imd-2025', imd(2021, 2024), DEPRIVED],
  ['imd 2025, cut column names.csv', 'imd-2025', imd(2021, 2024, '10% of LSOA'), DEPRIVED],
  [
    'imd of a map server.csv',
    'imd-2019',
    'FID,lsoa11cd,lsoa11nm,LADcd,LADnm,IMDScore,IMDRank0,IMDDec0\n1,E01000999,Nowhere 001A,E09000099,Nowhere,6.208,29199,9\n',
    DEPRIVED,
  ],
  [
    'gp-reg-pat-prac-lsoa-all.csv',
    'list-size-lsoa',
    'PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\nGP_PRAC_PAT_LIST,01Oct2024,Z00001,A SURGERY,NO2011,ALL,3\n',
    { extracted: '2024-10-01', practice: 'Z00001', lsoa: 'NO2011', patients: 3 },
  ],
  [
    'gp-reg-pat-prac-sing-age-regions.csv',
    'list-size',
    'PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,SEX,AGE,NUMBER_OF_PATIENTS\nGP_PRAC_PAT_LIST,01-Oct-24,ICB,QZZ,E54000999,FEMALE,95+,1000\n',
    { extracted: '2024-10-01', code: 'QZZ', age: '95+', patients: 1000 },
  ],
  [
    'gp-reg-pat-prac-map.csv',
    'gpad-mapping',
    'PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,COMM_REGION_CODE,COMM_REGION_NAME,SUPPLIER_NAME\nP,01Oct2024,Z00001,A SURGERY,ZZ1 1AA,U00001,A PCN,E38000999,99Z,A SUB ICB,E54000999,QZZ,AN ICB,Y99,NOWHERE,A SUPPLIER\n',
    { code: 'Z00001', pcn: 'U00001', sub_icb: '99Z', icb: 'QZZ', supplier: 'A SUPPLIER', region: 'Y99' },
  ],
  [
    'CCG_CSV_Oct_19.csv',
    'gpad-daily',
    'CCG_CODE,CCG_ONS_CODE,CCG_NAME,STP_ONS_CODE,REGION_ONS_CODE,Appointment_Date,APPT_STATUS,HCP_TYPE,APPT_MODE,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS\n99Z,E38000999,A CCG,E54000999,E40000999,01-OCT-19,Attended,GP,Face-to-Face,Same Day,1000\n',
    { date: '2019-10-01', sub_icb: '99Z', appointments: 1000 },
  ],
  [
    'national_categories.csv',
    'gpad-categories',
    'ICB_ONS_CODE,SUB_ICB_LOCATION_CODE,APPOINTMENT_DATE,APPOINTMENT_MONTH,SERVICE_SETTING,CONTEXT_TYPE,NATIONAL_CATEGORY,COUNT_OF_APPOINTMENTS\nE54000999,99Z,01Oct2024,2024-10,General Practice,Care Related Encounter,Planned Clinics,55\n',
    { date: '2024-10-01', month: '2024-10', category: 'Planned Clinics', appointments: 55 },
  ],
  [
    'actual_duration.csv',
    'gpad-duration',
    'SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,REGION_ONS_CODE,Appointment_Date,Actual_Duration,Count_of_Appointments\n99Z,E38000999,A SUB ICB,E54000999,E40000999,01-Dec-21,31-60 Minutes,364\n',
    { date: '2021-12-01', duration: '31-60 Minutes', appointments: 364 },
  ],
  [
    'PREVALENCE_1516.csv',
    'qof-prevalence',
    'PRACTICE_CODE,INDICATOR_GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PATIENT_LIST_SIZE\nZ00001,DM,201,17OV,3408\n',
    { period: '2015-16', register: 'DM', people: 201, list_kind: '17OV', list_size: 3408 },
  ],
  [
    'ACHIEVEMENT_LONDON_2324.csv',
    'qof-achievement',
    'REGION_ODS_CODE,PRACTICE_CODE,INDICATOR_CODE,MEASURE,VALUE\nY99,Z00001,AF006,PCAS,2\n',
    { period: '2023-24', practice: 'Z00001', indicator: 'AF006', measure: 'PCAS', value: 2 },
  ],
  [
    'MAPPING_INDICATORS_2324.csv',
    'qof-indicators',
    'INDICATOR_CODE,INDICATOR_DESCRIPTION,INDICATOR_POINT_VALUE,GROUP_CODE,GROUP_DESCRIPTION,DOMAIN_CODE\nAF006,"People with AF, assessed",12,AF,Atrial fibrillation,CL\n',
    { period: '2023-24', indicator: 'AF006', points: 12, register: 'AF' },
  ],
  [
    'General Practice September 2015 Practice Level.csv',
    'gp-workforce-practice',
    'PRAC_CODE,PRAC_NAME,CCG_CODE,CCG_NAME,HEE_REGION_CODE,HEE_REGION_NAME,TOTAL_PATIENTS,TOTAL_GP_HC,TOTAL_GP_FTE,TOTAL_GP_RET_FTE,SOURCE\nZ00001,A SURGERY,99Z,A CCG,007,Nowhere,4000,ND,NS,1.5,Provided\n',
    { period: '2015-09', patients: 4000, gp_heads: null, gp_fte: null, data_source: 'Provided' },
  ],
  [
    'General Practice – October 2024 Practice Level - High level.csv',
    'gp-workforce-roles',
    'PRAC_CODE,PRAC_NAME,STAFF_GROUP,DETAILED_STAFF_ROLE,MEASURE,VALUE\nZ00001,A SURGERY,GP,Total,FTE,4.53\n',
    { period: '2024-10', staff_group: 'GP', role: 'Total', measure: 'FTE', value: 4.53 },
  ],
  [
    'fingertips from R.csv',
    'fingertips',
    '"IndicatorID","IndicatorName","ParentCode","AreaCode","AreaType","Sex","Age","CategoryType","Category","Timeperiod","Value","LowerCI95.0limit","UpperCI95.0limit","Count","Denominator","Valuenote","TimeperiodSortable"\n241,"A register",NA,"Z00001","GPs","Persons","All ages",NA,NA,"2022/23",11.2,10.9,11.5,661,5903,NA,20220000\n',
    { indicator: 241, parent: null, area: 'Z00001', period: '2022/23', value: 11.2, lower_95: 10.9 },
  ],
  [
    'T201701PDPI BNFT.CSV',
    'pdpi',
    ' SHA,PCT,PRACTICE,BNF CODE,BNF NAME                    ,ITEMS  ,NIC        ,ACT COST   ,QUANTITY,PERIOD,             \nQ99,9Z9,Z00001,0101010G0AAABAB,A medicine                  ,0000031,00000083.79,00000078.12,0018500,201701,             \n',
    { month: '2017-01', practice: 'Z00001', items: 31, net_cost: 83.79, total_quantity: 18500 },
  ],
  [
    'nhspaymentsgp-14-15-prac-csv.csv',
    'gp-payments',
    `${PAYMENTS}\nZ00001,A Surgery,-,PMS,Q2,5707,5113,"£1,234.50",-525,635996\n`,
    { period: '2014-15', opened: null, quarter: 'Q2', global_sum: 1234.5, seniority: -525 },
  ],
  [
    'nhspaymentsgp-23-24-prac-csv.csv',
    'gp-payments',
    `ICB Code,ICB Name,Sub ICB Code,PCN Code,PCN Name,${PAYMENTS.replace('Quarter used for patient data,', '').replaceAll('Number of', 'Average Number of').replaceAll(' (Last Known Figure)', '')}\nQZZ,AN ICB,99Z,U00001,A PCN,Z00001,A Surgery,01/04/1974,GMS,5707.25,5113.1,1,2,3\n`,
    { period: '2023-24', icb: 'QZZ', pcn: 'U00001', opened: '1974-04-01', patients: 5707.25 },
  ],
];

describe('files of other years', () => {
  test.each(VINTAGES)('%s is %s', async (name, kind, text, says) => {
    const rows = await read(name, text);
    expect(rows).toMatchObject({ kind, read: 1, putAside: [] });
    expect(rows.taken[0]?.values).toMatchObject(says);
  });
});

describe('columns that no description names', () => {
  const named = 'PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_HC,TOTAL_GP_FTE';
  const row = (...more: string[]) => `Z0000${more[0]},4000,6,4.5,${more.slice(1).join(',')}`;

  test('are words where most of their values are none of the type that they should be of', async () => {
    const { taken, putAside } = await read(
      'October 2024.csv',
      [`${named},QUALITY,HEE_CODE`, row('1', 'Estimated', '007'), row('2', '', '010'), ''].join('\n'),
    );
    expect(putAside).toEqual([]);
    expect(taken.map(({ values }) => [values.quality, values.hee_code])).toEqual([
      ['Estimated', '007'],
      [null, '010'],
    ]);
  });

  test('are numbers where most are, and a row with a word among them is put aside', async () => {
    const { taken, putAside } = await read(
      'October 2024.csv',
      [`${named},N_FTE`, row('1', '1.5'), row('2', '2'), row('3', 'two'), row('4', 'ND'), ''].join('\n'),
    );
    expect(taken.map(({ values }) => values.n_fte)).toEqual([1.5, 2, null]);
    expect(putAside).toMatchObject([{ line: 4, reason: 'not_a_number', field: 'N_FTE' }]);
  });
});

test.each<[string, string, unknown]>([
  ['patients', '<5', null],
  ['patients', '[c]', null],
  ['patients', '#N/A', null],
  ['age', '<5', '<5'],
])('of %s %s is kept as %j', async (column, said, kept) => {
  const cells = column === 'age' ? ['ALL', said, '10'] : ['ALL', 'ALL', said];
  const text = `EXTRACT_DATE,TYPE,CODE,SEX,AGE,NUMBER_OF_PATIENTS\n01JAN2021,GP,Z00001,${cells.join(',')}\n`;
  const { taken, putAside } = await read('list.csv', text);
  expect(putAside).toEqual([]);
  expect(taken[0]?.values[column]).toBe(kept);
  expect(taken[0]?.suppressed).toEqual(column === 'patients' && said !== '#N/A' ? ['patients'] : []);
});

describe('what stands around a table', () => {
  const HEADER = 'EXTRACT_DATE,TYPE,CODE,SEX,AGE,NUMBER_OF_PATIENTS';
  const list = (code: string) => `01JAN2021,GP,${code},ALL,ALL,10`;

  test.each<[string, readonly string[], readonly string[], number]>([
    ['notes after a blank line', ['', '"Notes, 1"', 'Source: drawn'], ['Notes, 1', 'Source: drawn'], 0],
    ['empty columns and rows of a spreadsheet', [',,,,,', 'Source: drawn,,,,,'], ['Source: drawn'], 1],
    ['rows of nothing', [',,,,,', ',,,,,'], [], 2],
  ])('is no row: %s', async (_, after, notes, blank) => {
    const rows = await read('list.csv', [HEADER, list('Z00001'), ...after, ''].join('\r\n'));
    expect(rows).toMatchObject({ read: 1, taken: [{}], putAside: [], notes, blank });
  });

  test.each<[string, readonly string[], readonly [number, string][]]>([
    ['a last row that was cut short', ['01JA'], [[3, 'unreadable_row']]],
    ['a note between rows', ['', 'Part two', list('Z00002')], [[4, 'unreadable_row']]],
  ])('is put aside where it may be a row: %s', async (_, after, aside) => {
    const rows = await read('list.csv', [HEADER, list('Z00001'), ...after].join('\n'));
    expect(rows.notes).toEqual([]);
    expect(rows.putAside.map(({ line, reason }) => [line, reason])).toEqual(aside);
  });
});
