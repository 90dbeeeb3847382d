import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFile } from '../../../test/support/fhir.ts';
import {
  account,
  importAndApply,
  importPaths,
  quarantine,
  unevenTables,
} from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { type DirectoryTables, readDirectory } from '../../domains/directory/index.ts';
import type { ImportResult } from '../../domains/register/index.ts';

const at = useTestBook();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-ods-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const directory = () => at.book.as('batch').withTables<DirectoryTables>();

const place = async (code: string) =>
  await directory()
    .selectFrom('directory.place')
    .where('code', '=', code)
    .select(['kind', 'name', 'postcode', 'opened', 'closed'])
    .executeTakeFirst();

/** The parents that a place has or had: their code, the relation, and from when to when. */
const parents = async (code: string) => {
  const rows = await directory()
    .selectFrom('directory.place_parent as link')
    .innerJoin('directory.place as child', 'child.place_id', 'link.child')
    .innerJoin('directory.place as parent', 'parent.place_id', 'link.parent')
    .where('child.code', '=', code)
    .select(['parent.code', 'link.relation', 'link.starts', 'link.ends'])
    .orderBy('link.ends')
    .execute();
  return rows.map(({ code, relation, starts, ends }) => [code, relation, starts, ends]);
};

/** One row of epraccur, with its 27 columns all quoted. */
function epraccurRow(
  code: string,
  about: {
    name?: string;
    icb?: string;
    subIcb?: string;
    opened?: string;
    closed?: string;
    status?: string;
    setting?: string;
  } = {},
): string {
  const {
    name = `SURGERY ${code}`,
    icb = 'QKK',
    subIcb = '72Q',
    opened = '19740401',
    closed = '',
    status = 'A',
    setting = '4',
  } = about;
  const fields = Array.from({ length: 27 }, () => '');
  const set = (position: number, value: string) => {
    fields[position - 1] = value;
  };
  for (const [position, value] of Object.entries({
    1: code,
    2: name,
    3: 'Y56',
    4: icb,
    10: 'se1 1aa',
    11: opened,
    12: closed,
  }))
    set(Number(position), value);
  for (const [position, value] of Object.entries({
    13: status,
    14: 'B',
    15: subIcb,
    22: '0',
    24: subIcb,
    26: setting,
  }))
    set(Number(position), value);
  return fields.map((field) => `"${field}"`).join(',');
}

describe('epraccur', () => {
  const send = (name: string, ...rows: string[]) =>
    importAndApply(at, writeFile(folder, name, `${rows.join('\r\n')}\n`));

  test('becomes the practices of the area', async () => {
    const result = await send(
      'first.csv',
      epraccurRow('E10001'),
      epraccurRow('E10002', { status: 'C', closed: '20220331' }),
      epraccurRow('E10003', { status: 'D' }),
      epraccurRow('E10004', { setting: '9' }),
      epraccurRow('E10005', { icb: 'QMF', subIcb: 'A3A8R' }),
      epraccurRow('E10006', { icb: 'QXX' }),
      epraccurRow('E10001'),
      epraccurRow('E-1'),
      epraccurRow('E10007', { opened: '20221301' }),
      epraccurRow('E10008', { opened: '20220101', closed: '20210101', status: 'C' }),
      epraccurRow('E10009', { name: '' }),
      '"E10010","short"',
    );
    expect(result.deliveries).toMatchObject([{ source: 'first.csv', format: 'epraccur', refusal: null }]);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'practice')).toEqual({
      read: 12,
      loaded: 3,
      duplicate: 1,
      quarantined: 8,
      reasons: {
        not_in_use: 1,
        not_a_gp_practice: 1,
        outside_area: 1,
        not_an_ods_code: 1,
        not_a_date: 1,
        ends_before_start: 1,
        required: 1,
        unreadable_row: 1,
      },
    });
    expect(await quarantine(at, 'practice')).toEqual([
      { file: 'first.csv', line: 8, reason: 'not_an_ods_code', field: 'code' },
      { file: 'first.csv', line: 9, reason: 'not_a_date', field: 'opened' },
      { file: 'first.csv', line: 10, reason: 'ends_before_start', field: 'closed' },
      { file: 'first.csv', line: 11, reason: 'required', field: 'name' },
      { file: 'first.csv', line: 12, reason: 'unreadable_row', field: null },
    ]);
    const practice = { kind: 'practice', postcode: 'SE1 1AA', opened: '1974-04-01' };
    expect(await place('E10001')).toEqual({ ...practice, name: 'SURGERY E10001', closed: null });
    expect(await place('E10002')).toEqual({ ...practice, name: 'SURGERY E10002', closed: '2022-03-31' });
    expect(await place('E10006')).toBeDefined();
    expect(await place('E10005')).toBeUndefined();
    expect(await parents('E10001')).toEqual([]);
  });

  test('with titles and names above, separated by semicolons, is read like another', async () => {
    const names = Array.from({ length: 27 }, (_, at) => `Null${at}`);
    for (const [at, name] of Object.entries({
      0: 'PracticeOdsCode',
      1: 'PracticeName',
      3: 'High Level Health Geography',
      9: 'Postcode',
      10: 'OpenDate',
      11: 'CloseDate',
      12: 'StatusCode',
      14: 'IcbOdsCode',
      25: 'PracticeType',
    }))
      names[Number(at)] = name;
    const rows = ['"Practices of November"', names.join(','), epraccurRow('E10020'), ','.repeat(26)];
    const result = await send(
      'named.csv',
      ...rows.map((row) => row.replaceAll(',', ';')),
      '',
      'Source: drawn',
    );
    expect(account(result, 'practice')).toEqual({ read: 1, loaded: 1 });
    expect(account(result, 'epraccur')).toEqual({ read: 1, loaded: 1 });
    expect(await place('E10020')).toMatchObject({ name: 'SURGERY E10020', opened: '1974-04-01' });
  });

  test.each<[string, string]>([
    ['egpcur.csv, of GPs', epraccurRow('G9900001', { setting: '' })],
    ['egpmem.csv, of which practice a GP is', '"G9900001","E10001","P","20130401","","0"'],
    ['edispensary.csv, of pharmacies', epraccurRow('FX001', { status: '' })],
  ])('is not what has as many columns: %s', async (name, row) => {
    const result = await send(name, row);
    expect(result.deliveries).toMatchObject([{ refusal: { code: 'unknown_file' }, tables: [] }]);
  });

  test('again loads nothing', async () => {
    await send(
      'again.csv',
      epraccurRow('E20001'),
      epraccurRow('E20002', { status: 'C', closed: '20220331' }),
    );
    expect(
      account(
        await send(
          'again.csv',
          epraccurRow('E20001'),
          epraccurRow('E20002', { status: 'C', closed: '20220331' }),
        ),
        'practice',
      ),
    ).toEqual({
      read: 2,
      duplicate: 2,
    });
  });

  test('that is newer renames, closes and opens again', async () => {
    await send(
      'old.csv',
      epraccurRow('E30001'),
      epraccurRow('E30002'),
      epraccurRow('E30003', { status: 'C', closed: '20220331' }),
    );
    const result = await send(
      'new.csv',
      epraccurRow('E30001', { name: 'NEW NAME' }),
      epraccurRow('E30002', { status: 'C', closed: '20260401' }),
      epraccurRow('E30003'),
    );
    expect(account(result, 'practice')).toEqual({ read: 3, loaded: 3 });
    expect(await place('E30001')).toMatchObject({ name: 'NEW NAME', closed: null });
    expect(await place('E30002')).toMatchObject({ closed: '2026-04-01' });
    expect(await place('E30003')).toMatchObject({ closed: null });
  });

  test('of one code that says two things takes neither', async () => {
    const result = await send(
      'twice.csv',
      epraccurRow('E40001'),
      epraccurRow('E40001', { name: 'OTHER' }),
      epraccurRow('E40002'),
    );
    expect(account(result, 'practice')).toEqual({
      read: 3,
      loaded: 1,
      quarantined: 2,
      reasons: { conflicting_version: 2 },
    });
    expect(await place('E40001')).toBeUndefined();
  });
});

describe('the GPAD mapping', () => {
  const HEADER =
    'GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ICB_CODE,ICB_NAME,REGION_CODE,REGION_NAME';
  const SEL =
    '72Q,NHS South East London ICB - 72Q,QKK,NHS South East London Integrated Care Board,Y56,London';
  const mapped = (code: string, pcn: string, about = SEL, supplier = 'EMIS') =>
    `${code},SURGERY ${code},${supplier},${pcn},${pcn === 'U' ? 'UNALLOCATED' : `${pcn} PCN`},${about}`;

  /** Sends a mapping that was written on a day. */
  const send = (day: string, ...rows: string[]) => {
    const file = writeFile(folder, `mapping-${day}.csv`, `\ufeff${[HEADER, ...rows].join('\r\n')}\r\n`);
    utimesSync(file, new Date(`${day}T12:00:00Z`), new Date(`${day}T12:00:00Z`));
    return importAndApply(at, file);
  };

  test('becomes practices, PCNs and the ICB, and who belongs where', async () => {
    const result = await send(
      '2025-08-01',
      mapped('G10001', 'U10001'),
      mapped('G10002', 'U10001'),
      mapped('G10002', 'U10001', SEL, 'EMIS/TPP'),
      mapped('G10003', 'U'),
      mapped('G10004', 'U10002', '16C,North East ICB - 16C,QHM,North East ICB,Y63,North East'),
      mapped('G10005', '?'),
    );
    expect(result.deliveries).toMatchObject([{ format: 'gpad-mapping', refusal: null }]);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'practice')).toEqual({
      read: 6,
      loaded: 3,
      duplicate: 1,
      quarantined: 2,
      reasons: { outside_area: 1, not_an_ods_code: 1 },
    });
    expect(account(result, 'pcn')).toEqual({ read: 1, loaded: 1 });
    expect(account(result, 'icb')).toEqual({ read: 1, loaded: 1 });
    expect(account(result, 'membership')).toEqual({ read: 3, loaded: 3 });
    expect(await place('QKK')).toMatchObject({
      kind: 'icb',
      name: 'NHS South East London Integrated Care Board',
    });
    expect(await place('U10001')).toMatchObject({ kind: 'pcn', name: 'U10001 PCN' });
    expect(await parents('G10001')).toEqual([['U10001', 'member_of', null, null]]);
    expect(await parents('U10001')).toEqual([['QKK', 'within', null, null]]);
    expect(await parents('G10003')).toEqual([]);
    expect(await place('U')).toBeUndefined();
  });

  test('again loads nothing', async () => {
    const rows = [mapped('G20001', 'U20001'), mapped('G20002', 'U')];
    await send('2025-08-01', ...rows);
    const again = await send('2025-08-01', ...rows);
    for (const [table, read] of Object.entries({ practice: 2, pcn: 1, icb: 1, membership: 2 })) {
      expect(account(again, table), table).toEqual({ read, duplicate: read });
    }
  });

  test('that is newer moves a practice on its day; one that is older does not move it back', async () => {
    const [before, after] = [mapped('G30001', 'U30001'), mapped('G30001', 'U30002')];
    await send('2025-08-01', before);
    expect(account(await send('2025-11-03', after), 'membership')).toEqual({ read: 2, loaded: 2 });
    const moved = [
      ['U30001', 'member_of', null, '2025-11-03'],
      ['U30002', 'member_of', '2025-11-03', null],
    ];
    expect(await parents('G30001')).toEqual(moved);
    expect(account(await send('2025-08-01', before), 'membership')).toMatchObject({ duplicate: 2 });
    expect(await parents('G30001')).toEqual(moved);
    await send('2026-02-02', mapped('G30001', 'U'));
    expect((await parents('G30001')).at(-1)).toEqual(['U30002', 'member_of', '2025-11-03', '2026-02-02']);
  });

  test('leaves the names that epraccur gave, and gives its own to what epraccur does not know', async () => {
    await importAndApply(
      at,
      writeFile(folder, 'named.csv', `${epraccurRow('G50001', { name: 'THE FULL NAME' })}\n`),
    );
    await send('2025-08-01', mapped('G50001', 'U50001'), mapped('G50002', 'U50001'));
    expect([await place('G50001'), await place('G50002')]).toMatchObject([
      { name: 'THE FULL NAME' },
      { name: 'SURGERY G50002' },
    ]);
    await importAndApply(
      at,
      writeFile(folder, 'named.csv', `${epraccurRow('G50002', { name: 'ANOTHER FULL NAME' })}\n`),
    );
    expect(await place('G50002')).toMatchObject({ name: 'ANOTHER FULL NAME' });
  });

  test('does not open what another file closed, nor take a PCN out of its borough', async () => {
    await importAndApply(
      at,
      writeFile(folder, 'closed.csv', `${epraccurRow('G40001', { status: 'C', closed: '20260401' })}\n`),
    );
    const pack = `layout: place-pack
version: 1.0.0
valid_from: 2025-01-01
places:
  - { id: lewisham, kind: borough, name: Lewisham }
  - { id: U40001, kind: pcn, name: U40001 PCN, within: lewisham }
`;
    await importAndApply(at, writeFile(folder, 'pack.yaml', pack));
    const result = await send('2026-08-01', mapped('G40001', 'U40001'));
    expect(account(result, 'membership')).toEqual({ read: 1, loaded: 1 });
    expect(await place('G40001')).toMatchObject({ closed: '2026-04-01' });
    expect(await parents('U40001')).toEqual([['lewisham', 'within', '2025-01-01', null]]);
  });
});

describe('a later vintage', () => {
  const own = useTestBook();
  const openAndClosed = async () => {
    const { rows } = await sql<{ code: string; closed: string | null }>`
      select code, closed from directory.place order by code`.execute(own.book.as('batch'));
    return rows.map(({ code, closed }) => [code, closed]);
  };
  const send = (take: typeof importPaths, name: string, ...rows: string[]) =>
    take(own, writeFile(folder, name, `${rows.join('\r\n')}\n`));

  test('waits to be decided on, counted row by row; with --apply it does not wait', async () => {
    const first = await send(importPaths, 'v1.csv', epraccurRow('V10001'), epraccurRow('V10002'));
    expect(account(first, 'practice')).toEqual({ read: 2, loaded: 2 });
    const later = [
      epraccurRow('V10001', { status: 'C', closed: '20260331' }),
      epraccurRow('V10002'),
      epraccurRow('V10003'),
      epraccurRow('V10004', { setting: '9' }),
    ];
    const second = await send(importPaths, 'v2.csv', ...later);
    expect(unevenTables(second)).toEqual([]);
    expect(account(second, 'practice')).toEqual({
      read: 4,
      duplicate: 1,
      quarantined: 3,
      reasons: { not_a_gp_practice: 1, awaits_decision: 2 },
    });
    expect(await openAndClosed()).toEqual([
      ['V10001', null],
      ['V10002', null],
    ]);
    expect(account(await send(importAndApply, 'v2.csv', ...later), 'practice')).toMatchObject({ loaded: 2 });
    expect(await openAndClosed()).toEqual([
      ['V10001', '2026-03-31'],
      ['V10002', null],
      ['V10003', null],
    ]);
  });
});

describe('epcmem', () => {
  const own = useTestBook();
  const row = (...fields: string[]) => fields.map((field) => `"${field}"`).join(',');
  const send = (name: string, ...rows: string[]) =>
    importAndApply(own, writeFile(folder, name, `${rows.join('\n')}\n`));

  test('says who commissioned the practices that are known, until the day after the last', async () => {
    await send('known.csv', epraccurRow('M10001'));
    const rows = [
      row('M10001', '5XX', 'W', '20010401', '20130331', '0'),
      row('M10001', '08X', 'W', '20130401', '', '0'),
      row('M10001', '5YY', 'W', '20120101', '20121231', '0'),
      row('M10002', '08X', 'W', '20130401', '', '0'),
      row('M10001', '08X', 'Q', '20130401', '', '0'),
      row('M10001', '5ZZ', 'W', '19990401', '19980401', '0'),
    ];
    const result = await send('epcmem.csv', ...rows);
    expect(result.deliveries).toMatchObject([{ format: 'epcmem', refusal: null }]);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'membership')).toEqual({
      read: 6,
      loaded: 2,
      quarantined: 4,
      reasons: { contradicts_history: 1, outside_area: 1, not_an_ods_code: 1, ends_before_start: 1 },
    });
    const { relations } = await readDirectory(own.book.as('batch'));
    expect(relations.map(({ parent, starts, ends }) => [parent, starts, ends])).toEqual([
      ['5XX', '2001-04-01', '2013-04-01'],
      ['08X', '2013-04-01', null],
    ]);
    expect(account(await send('epcmem.csv', ...rows), 'membership')).toMatchObject({ duplicate: 2 });
  });
});

const EPRACCUR = realFile('nhs', 'ods-epraccur-2022', 'epraccur-2022-london.csv');
const MAPPING = realFile('nhs', 'gpad-mapping-2025-08', 'gpad-mapping-2025-08.csv');

describe.skipIf(!existsSync(EPRACCUR) || !existsSync(MAPPING))('the real files of South East London', () => {
  const real = useTestBook();
  let result: ImportResult;
  beforeAll(async () => {
    result = await importAndApply(real, EPRACCUR, MAPPING);
  });

  /** Rows of a file whose fields hold no quotes and, outside of quotes, no commas: good enough to count by. */
  const rows = (file: string) =>
    readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) =>
        [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((field) => field[1] ?? field[2] ?? ''),
      );

  test('are accounted for, row by row', () => {
    const practices = rows(EPRACCUR);
    const inArea = practices.filter((row) => row[3] === 'QKK' || row[14] === '72Q');
    const gp = inArea.filter((row) => row[25] === '4');
    const taken = gp.filter((row) => row[12] === 'A' || row[12] === 'C');
    expect(account(result, 'practice', 0)).toEqual({
      read: practices.length,
      loaded: taken.length,
      quarantined: practices.length - taken.length,
      reasons: {
        outside_area: practices.length - inArea.length,
        not_a_gp_practice: inArea.length - gp.length,
        not_in_use: gp.length - taken.length,
      },
    });
    expect(unevenTables(result)).toEqual([]);
  });

  test('are the practices, the PCNs and the ICB', async () => {
    const [, ...mapping] = rows(MAPPING);
    const sel = mapping.filter((row) => row[7] === 'QKK');
    const pcns = new Set(sel.map((row) => row[3]).filter((code) => code !== 'U'));
    expect([sel.length, pcns.size]).toEqual([192, 36]);
    expect(account(result, 'practice', 1)).toMatchObject({
      read: mapping.length,
      reasons: { outside_area: mapping.length - sel.length },
    });
    expect(account(result, 'pcn', 1)).toEqual({ read: pcns.size, loaded: pcns.size });
    expect(account(result, 'icb', 1)).toEqual({ read: 1, loaded: 1 });
    const allocated = sel.filter((row) => row[3] !== 'U').length;
    expect(account(result, 'membership', 1)).toEqual({
      read: allocated + pcns.size,
      loaded: allocated + pcns.size,
    });
    const kinds = await real.book
      .as('batch')
      .withTables<DirectoryTables>()
      .selectFrom('directory.place')
      .where('closed', 'is', null)
      .groupBy('kind')
      .select((select) => ['kind', select.fn.countAll<number>().as('places')])
      .execute();
    const open = new Set([
      ...rows(EPRACCUR)
        .filter((row) => row[3] === 'QKK' && row[25] === '4' && row[12] === 'A')
        .map((row) => row[0]),
      ...sel
        .map((row) => row[0])
        .filter((code) => !rows(EPRACCUR).some((row) => row[0] === code && row[12] === 'C')),
    ]);
    expect(Object.fromEntries(kinds.map(({ kind, places }) => [kind, Number(places)]))).toEqual({
      practice: open.size,
      pcn: pcns.size,
      icb: 1,
    });
  });

  test('again load nothing, alone or in their folders', async () => {
    const again = await importAndApply(
      real,
      realFile('nhs', 'gpad-mapping-2025-08'),
      realFile('nhs', 'ods-epraccur-2022'),
    );
    expect(again.deliveries.map(({ format, refusal }) => [format, refusal])).toEqual([
      ['gpad-mapping', null],
      ['epraccur', null],
    ]);
    expect(again.deliveries.flatMap(({ tables }) => tables).filter(({ loaded }) => loaded > 0)).toEqual([]);
  });
});
