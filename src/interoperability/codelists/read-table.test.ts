import { describe, expect, test } from 'vitest';
import { splitLine } from '../tabular/csv-head.ts';
import { delimiterOf } from '../tabular/text-table.ts';
import { readCodelistFormat } from './description.ts';
import { readCodelistTable, type Said } from './read-table.ts';

const format = readCodelistFormat('content');

/** A drawn table, as one text; blank lines are no records. */
function read(name: string, text: string, said: Said = {}) {
  const lines = text
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [{ line: at + 1, text: line }]));
  const delimiter = delimiterOf(lines.map((line) => line.text));
  const records = lines.map(({ line, text: row }) => ({
    line,
    text: row,
    fields: splitLine(row, delimiter).map((field) => field.trim()),
  }));
  const table = readCodelistTable({ name, hash: 'drawn', records }, format, said);
  const loaded = table.lists.reduce((sum, { codes }) => sum + codes.length, 0);
  expect(table.read, 'nothing is lost').toBe(loaded + table.refused.length + table.duplicates);
  return table;
}

const inShort = ({ lists }: ReturnType<typeof read>) =>
  lists.map(({ id, kind, codes }) => `${id} ${kind} ${codes.map(({ code }) => code).join(' ')}`);
const refusals = ({ refused }: ReturnType<typeof read>) =>
  refused.map(({ line, column, said, reason }) => [line, column, said, reason]);

describe('the columns of a table are found by their names', () => {
  test.each([
    ['dm_cod.csv', 'code,term\n44054006,Type 2\n46635009,Type 1', ['DM_COD snomed 44054006 46635009']],
    ['x.csv', 'id,name,active,notes\n44054006,Type 2,y,direct', ['X snomed 44054006']],
    [
      'PCD_Refset_Content_20240501.txt',
      'Cluster_ID\tCluster_Description\tSNOMED_code\tSNOMED_code_description\tPCD_Refset_ID\nDM_COD\tDiabetes, all\t44054006\tType 2, mild\t999004691000230108\nAST_COD\tAsthma\t195967001\tAsthma\t999012891000230104',
      ['AST_COD snomed 195967001', 'DM_COD snomed 44054006'],
    ],
    [
      'Expanded cluster list.csv',
      'Cluster ID,Cluster description,SNOMED CT concept ID,Description,Active in refset?\nDM_COD,Diabetes,44054006,Type 2,1\nDM_COD,Diabetes,46635009,Type 1,0',
      ['DM_COD snomed 44054006'],
    ],
    [
      'der2_Refset_SimpleSnapshot.txt',
      'id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\nu1\t20240501\t1\t999000011000000103\t999004691000230108\t44054006\nu2\t20240501\t0\t999000011000000103\t999004691000230108\t46635009',
      ['REFSET_999004691000230108 snomed 44054006'],
    ],
    [
      'nhs-drug-refsets-doac.csv',
      'dmd_type,dmd_id,dmd_name,bnf_code\nVMP,13504711000001102,A,0208',
      ['DOAC dmd 13504711000001102'],
    ],
    [
      'y.csv',
      ',obj_type,vpid,snomed_id,bnf_code,dmd_name\n0,amp,348047008,3252611000001103,14,B',
      ['Y dmd 3252611000001103'],
    ],
    ['z.csv', 'type,id,bnf_code,nm\namp,13504711000001102,0208,C', ['Z dmd 13504711000001102']],
    [
      'statins.csv',
      'BNF code,BNF name\n0212000B0AAABAB,Atorvastatin\n0212000Y0,Simvastatin',
      ['STATINS bnf 0212000B0AAABAB 0212000Y0'],
    ],
    [
      'heart failure.csv',
      'ICD-10 code,Description\nI50.0,Congestive\nI11.0X,Hypertensive',
      ['HEART_FAILURE icd10 I110 I500'],
    ],
    ['hips.csv', 'OPCS4 code;Description\nW37.1;Total prosthesis\nW38;Hybrid', ['HIPS opcs W371 W38']],
    ['old.csv', 'CTV3ID,CTV3PreferredTermDesc\nXaPwi,First\n134B.,Second', ['OLD ctv3 134B. XaPwi']],
    ['older.csv', 'Read code,Description\nC10..00,Diabetes', ['OLDER read C10..00']],
    [
      'mixed.csv',
      'code,coding_system,description,list_name\n44054006,SNOMED CT,Type 2,diabetes\nE11,ICD-10,Type 2,diabetes\nE12,ICD10,Other,diabetes',
      ['DIABETES icd10 E11 E12', 'DIABETES_SNOMED snomed 44054006'],
    ],
    ['statins.csv', 'BNFCode,Term\n0212000B0AAABAB,Atorvastatin', ['STATINS bnf 0212000B0AAABAB']],
    ['a.csv', 'DMDCode,Term\n13504711000001102,A', ['A dmd 13504711000001102']],
    ['b.csv', 'Read2Code,Term\nC10..00,Diabetes', ['B read C10..00']],
    ['vmp.csv', 'VPID,VTMID,INVALID,NM\n13504711000001102,,,A', ['VMP dmd 13504711000001102']],
    [
      'phenotype.csv',
      'phenotype_id,coding_system,code,description\nPH1,ICD10 codes,E11,Type 2\nPH1,SNOMED  CT codes,44054006,Type 2\nPH1,Read codes v2,C10..,Diabetes',
      ['PHENOTYPE icd10 E11', 'PHENOTYPE_READ read C10..', 'PHENOTYPE_SNOMED snomed 44054006'],
    ],
  ])('%s', (name, text, lists) => {
    expect(inShort(read(name, text))).toEqual(lists);
  });

  test('below titles, one of which speaks of SNOMED too', () => {
    const table = read(
      't.csv',
      'NHS England SNOMED clusters,\nPublished 2024,\nSNOMED code,Term\n44054006,Type 2',
    );
    expect(inShort(table)).toEqual(['T snomed 44054006']);
    expect(table.notes).toContain('2 lines above the column names were left aside');
  });

  test('and where no line has names, by what stands in them', () => {
    expect(inShort(read('bare.csv', '44054006\n46635009'))).toEqual(['BARE snomed 44054006 46635009']);
    const [list] = read('bare.csv', 'Type 2,44054006\nType 1,46635009').lists;
    expect(list?.codes[0]).toMatchObject({ code: '44054006', term: 'Type 2' });
  });
});

describe('codes that do not say of which kind they are', () => {
  test.each([
    ['a.csv', ['44054006', '73211009'], 'snomed'],
    ['a.csv', ['13504711000001102', '3252611000001103'], 'dmd'],
    ['a.csv', ['I50', 'I500', 'M843'], 'icd10'],
    ['a.csv', ['S02', 'S020'], 'icd10'],
    ['procedures-opcs4.csv', ['W371', 'W38'], 'opcs'],
    ['icd10-fractures.csv', ['S02', 'S721'], 'icd10'],
    ['a.csv', ['134B.', 'XaPwi', 'Y9930'], 'ctv3'],
    ['a.csv', ['9i0..00', '9i00.00'], 'read'],
    ['a.csv', ['0208020Z0BBAAAA', '0208020AABBAAAA'], 'bnf'],
    // Half of it ruined by a spreadsheet, it is still what it was.
    ['a.csv', ['1.00568E+15', '44054006'], 'snomed'],
  ])('%s %j are %s', (name, codes, kind) => {
    const text = `code,term\n${codes.map((code) => `${code},words`).join('\n')}`;
    expect(read(name, text).lists.map((list) => list.kind)).toEqual([kind]);
  });

  test('ICD-10 or OPCS-4, nobody can tell: somebody has to say it', () => {
    const text = 'code,term\nS02,one\nW371,two';
    expect(() => read('a.csv', text)).toThrow(/can be ICD-10 and OPCS-4 alike/);
    expect(read('a.csv', text, { kind: 'opcs' }).lists[0]?.kind).toBe('opcs');
  });
});

describe('a row that is not taken says where it stands, what it says and why', () => {
  test('as a spreadsheet ruins codes, and as people do', () => {
    const table = read(
      'dm_cod.csv',
      [
        'SNOMED code,Description',
        '44054006,right',
        '44054006,again',
        '1.00568E+15,shortened',
        '999791000000100,check digit',
        '1234567890123450000,too long',
        '103682005000000000,noughts',
        '754786014,a description',
        'C10..,Read',
        ',no code',
        "'46635009,kept from a spreadsheet",
        '="73211009",kept otherwise',
        '237599002.0,as a number',
      ].join('\n'),
    );
    expect(inShort(table)).toEqual(['DM_COD snomed 237599002 44054006 46635009 73211009']);
    expect(refusals(table)).toEqual([
      [4, 'SNOMED code', '1.00568E+15', 'spreadsheet_number'],
      [5, 'SNOMED code', '999791000000100', 'wrong_check_digit'],
      [6, 'SNOMED code', '1234567890123450000', 'not_an_identifier'],
      [7, 'SNOMED code', '103682005000000000', 'digits_lost'],
      [8, 'SNOMED code', '754786014', 'not_a_concept'],
      [9, 'SNOMED code', 'C10..', 'not_an_identifier'],
      [10, 'SNOMED code', '', 'no_code'],
    ]);
    expect(table.duplicates).toBe(1);
  });

  test('a comma in an unquoted text costs neither the code nor the text', () => {
    const after = read('a.csv', 'code,term\n44054006,Diabetes, type 2, mild');
    expect(after.lists[0]?.codes).toEqual([
      { code: '44054006', term: 'Diabetes, type 2, mild', category: null },
    ]);
    const before = read('a.csv', 'term,code\nDiabetes, type 2,44054006');
    expect(before.lists[0]?.codes).toEqual([{ code: '44054006', term: 'Diabetes, type 2', category: null }]);
  });

  test('empty rows are passed over and said, a code in two categories is refused', () => {
    const table = read('eth.csv', 'code,Grouping_16\n44054006,1\n,\n46635009,2\n44054006,3');
    expect(table.notes).toEqual(['1 empty row was passed over', '2 codes have no words']);
    expect(refusals(table)).toEqual([[5, 'code', '44054006', 'two_categories']]);
    expect(table.lists[0]?.codes.map(({ category }) => category)).toEqual(['1', '2']);
  });

  test('a row of no list, or of a system that no list can be of', () => {
    const table = read(
      'm.csv',
      'cluster,code,system\nDM_COD,44054006,SNOMED\n,46635009,SNOMED\nDM_COD,X1,OXMIS',
    );
    expect(refusals(table)).toEqual([
      [3, 'cluster', '', 'no_list'],
      [4, 'system', 'OXMIS', 'unknown_system'],
    ]);
  });
});

describe('a code that is on the list at one time and not at another', () => {
  const RF2 = 'id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId';
  const member = (code: string, time: string, active: 0 | 1, refset = '999004691000230108') =>
    `u-${code}\t${time}\t${active}\t999000011000000103\t${refset}\t${code}`;

  test('in a full release is what the latest of its rows says', () => {
    const table = read(
      'der2_Refset_SimpleFull.txt',
      [
        RF2,
        member('44054006', '20200101', 1),
        member('44054006', '20230101', 0),
        member('46635009', '20230101', 1),
        member('46635009', '20200101', 0),
        member('44054006', '20200101', 1, '999012891000230104'),
      ].join('\n'),
    );
    expect(inShort(table)).toEqual([
      'REFSET_999004691000230108 snomed 46635009',
      'REFSET_999012891000230104 snomed 44054006',
    ]);
    expect(refusals(table)).toEqual([[3, 'referencedComponentId', '44054006', 'left_the_list']]);
    expect(table.notes).toContain(
      '2 rows of earlier releases were passed over: the latest of each code counts',
    );
  });

  test('is not told by a delta, which would leave out all that did not change', () => {
    const text = `${RF2}\n${member('44054006', '20240501', 1)}`;
    expect(() => read('der2_Refset_SimpleDelta.txt', text)).toThrow(/is a delta/);
  });

  test('in a builder of lists is on it where that was decided', () => {
    const rows = ['44054006,A,+', '46635009,B,(+)', '73211009,C,-', '195967001,D,(-)', '13645005,E,?'];
    const table = read('draft.csv', ['code,term,status', ...rows].join('\n'));
    expect(inShort(table)).toEqual(['DRAFT snomed 44054006 46635009']);
    expect(table.refused.map(({ reason }) => reason)).toEqual(Array(3).fill('left_the_list'));
    const other = read('other.csv', 'code,term,status\n44054006,A,-\n46635009,B,inactive');
    expect(inShort(other)).toEqual(['OTHER snomed 44054006 46635009']);
  });
});

describe('a code that a spreadsheet changed', () => {
  test('is taken where nothing of it is lost', () => {
    const rows = ["'44054006,A", '"=""46635009""",B', '73211009.0,C', ',', ' 13645005 ,D'];
    expect(inShort(read('marks.csv', ['code,term', ...rows].join('\n')))).toEqual([
      'MARKS snomed 13645005 44054006 46635009 73211009',
    ]);
  });

  test.each([
    ['snomed', '1.23E+17', 'spreadsheet_number'],
    ['snomed', '999900000100000000', 'digits_lost'],
    ['bnf', '212000B0AAABAB', 'not_bnf'],
    ['bnf', '2.12E+14', 'spreadsheet_number'],
  ] as const)('is refused where it is: %s %s', (kind, code, reason) => {
    expect(refusals(read('a.csv', `code,term\n${code},A`, { kind }))).toEqual([[2, 'code', code, reason]]);
  });
});

test.each([
  [
    'sct2_Concept_Snapshot.txt',
    'id,effectiveTime,active,moduleId,definitionStatusId',
    'all concepts of SNOMED CT',
  ],
  ['sct2_Description.txt', 'id,active,conceptId,typeId,term,caseSignificanceId', 'all terms of SNOMED CT'],
  ['map.txt', 'id,active,refsetId,referencedComponentId,mapTarget', 'a map from SNOMED CT'],
])('%s has codes and is no list', (name, names, is) => {
  const row = names.split(',').map(() => '44054006');
  expect(() => read(name, `${names}\n${row.join(',')}`)).toThrow(is);
});

describe('a file that is no list', () => {
  test('is described by its columns and by what comes near', () => {
    const text = 'practice,SNOWMED cod,patients\nZ1,x,1';
    expect(() => read('a.csv', text)).toThrow(
      /no column of codes that is known by its name. It has “practice”, “SNOWMED cod”, “patients”; “SNOWMED cod” may be SNOMED code/,
    );
  });

  test('or has a column of that name that is about something else', () => {
    expect(() => read('logic.csv', 'read,Rx,logic\n365,4,OR\n1826,,\n,1,\n,2,')).toThrow(
      /no column of codes/,
    );
    expect(() => read('a.csv', 'code,term')).toThrow(/not one code/);
  });
});

describe('the name of a file', () => {
  test.each([
    ['nhsd-primary-care-domain-refsets-dm_cod-20240501.csv', 'DM_COD', '2024-05-01'],
    ['nhsd-primary-care-domain-refsets-dm_cod.csv', 'DM_COD', null],
    ['opensafely-dementia-snomed-2df55843.csv', 'OPENSAFELY_DEMENTIA_SNOMED', null],
    ['primis-covid19-vacc-uptake-ast-v2.5.csv', 'PRIMIS_AST_V2_5', null],
    ['2024 list.csv', 'LIST_2024_LIST', null],
    ['DM_COD 2024-13-41.csv', 'DM_COD', null],
  ])('%s is of %s, released %s', (name, id, released) => {
    const table = read(name, 'code,term\n44054006,Type 2');
    expect([table.lists[0]?.id, table.released]).toEqual([id, released]);
  });

  test('gives way to what somebody says', () => {
    const table = read('a.csv', 'code,term\n44054006,Type 2', {
      id: 'dm cod',
      title: 'Diabetes',
      released: '2024-05-01',
      source: 'A colleague',
    });
    expect(table).toMatchObject({
      released: '2024-05-01',
      source: 'A colleague',
      lists: [{ id: 'DM_COD', title: 'Diabetes' }],
    });
  });
});
