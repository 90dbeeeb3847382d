import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, importAndApply, importPaths, unevenTables } from '../../../test/support/imports.ts';
import { realFile } from '../../../test/support/real-files.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readDirectory, readPlaces } from '../../domains/directory/index.ts';
import { readWorkbook } from '../arriving/workbook.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-epcn-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A zip whose parts are not packed: enough for a workbook. */
function zip(parts: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [title, content] = [Buffer.from(name), Buffer.from(text)];
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt32LE(crc32(content), 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt32LE(content.length, 22);
    head.writeUInt16LE(title.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    head.copy(entry, 16, 14, 28);
    entry.writeUInt16LE(title.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(head, title, content);
    central.push(entry, title);
    at += head.length + title.length + content.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

type Row = readonly string[];

/** A workbook of two sheets, the first with a title above its columns, as spreadsheets come. */
function workbook(name: string, networks: readonly Row[], partners: readonly Row[]): string {
  const cell = (text: string, at: number, line: number) =>
    text === ''
      ? `<c r="${String.fromCharCode(65 + at)}${line}" s="1"/>`
      : `<c r="${String.fromCharCode(65 + at)}${line}" t="inlineStr"><is><t>${text.replace('&', '&amp;')}</t></is></c>`;
  const sheet = (rows: readonly Row[]) =>
    `<worksheet><sheetData>${rows.map((row, at) => `<row r="${at + 1}">${row.map((text, column) => cell(text, column, at + 1)).join('')}</row>`).join('')}</sheetData></worksheet>`;
  const file = join(folder, name);
  writeFileSync(
    file,
    zip({
      'xl/workbook.xml':
        '<workbook><sheets><sheet name="A &amp; B" sheetId="1" r:id="r1"/><sheet name="C" sheetId="2" r:id="r2"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': sheet([
        ['Primary care networks'],
        ['PCN Code', 'PCN Name', 'Current Clinical \nCommissioning \nGroup Code', 'Open Date', 'Close Date'],
        ...networks,
      ]),
      'xl/worksheets/sheet2.xml': sheet([
        [
          'Partner\nOrganisation\nCode',
          'Partner\nName',
          'PCN Code',
          'Practice to PCN\nRelationship\nStart Date',
          'Practice to PCN\nRelationship\nEnd Date',
        ],
        ...partners,
      ]),
    }),
  );
  return file;
}

describe('the ePCN workbook', () => {
  const at = useTestBook();

  test('becomes networks, and who was in them from when to when', async () => {
    const file = workbook(
      'first.xlsx',
      [
        ['U70001', 'HILL & DALE PCN', '72Q', '20190701', ''],
        ['U70002', 'OLD PCN', '72Q', '43647', '20210331'],
        ['U70003', 'ELSEWHERE PCN', '99A', '20190701', ''],
      ],
      [
        ['Z71001', 'FERNLEA', 'U70001', '20210401', ''],
        ['Z71001', 'FERNLEA', 'U70002', '20190701', '20210331'],
        ['Z71002', 'HAZELDENE', 'U70001', '20190701', ''],
        ['Z71003', 'ROWAN', 'U70003', '20190701', ''],
        ['Z71004', 'WILLOW', 'U70001', '20190701', '20180701'],
      ],
    );
    expect(readWorkbook(file, 'cut.xlsx').map(({ name }) => name)).toEqual(['A & B', 'C']);
    const result = await importPaths(at, file);
    expect(result.deliveries).toMatchObject([{ format: 'epcn', refusal: null }]);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'pcn')).toEqual({
      read: 3,
      loaded: 2,
      quarantined: 1,
      reasons: { outside_area: 1 },
    });
    expect(account(result, 'membership')).toEqual({
      read: 5,
      loaded: 3,
      quarantined: 2,
      reasons: { outside_area: 1, ends_before_start: 1 },
    });
    const networkOn = async (asAt: string) => {
      const tree = await readPlaces(at.book.as('batch'), { asAt });
      return tree.place(tree.named('Z71001').memberOf ?? 0)?.name;
    };
    expect([await networkOn('2021-03-31'), await networkOn('2021-04-01')]).toEqual([
      'OLD PCN',
      'HILL & DALE PCN',
    ]);
    expect(account(await importPaths(at, file), 'membership')).toMatchObject({ duplicate: 3 });
  });

  test('that puts a practice into two networks from one day on leaves the second to be looked at', async () => {
    const file = workbook(
      'two.xlsx',
      [
        ['U70005', 'ONE PCN', '72Q', '20190701', ''],
        ['U70006', 'TWO PCN', '72Q', '20190701', ''],
      ],
      [
        ['Z71005', 'ASH', 'U70005', '20190701', ''],
        ['Z71005', 'ASH', 'U70006', '20190701', ''],
      ],
    );
    const expected = { read: 2, loaded: 1, quarantined: 1, reasons: { contradicts_history: 1 } };
    expect(account(await importAndApply(at, file), 'membership')).toEqual(expected);
    expect(account(await importAndApply(at, file), 'membership')).toMatchObject({
      duplicate: 1,
      quarantined: 1,
    });
  });

  test('is read as two files without names of columns too, whichever comes first', async () => {
    const file = (name: string, ...rows: Row[]) => {
      const path = join(folder, name);
      writeFileSync(path, rows.map((row) => row.map((field) => `"${field}"`).join(',')).join('\r\n'));
      return path;
    };
    const member = (practice: string, pcn: string, subIcb: string, starts: string, ends = '') =>
      [
        practice,
        `SURGERY ${practice}`,
        subIcb,
        'A SUB ICB',
        pcn,
        `${pcn} PCN`,
        subIcb,
        'A SUB ICB',
        starts,
        ends,
        'Yes',
      ] as const;
    const partners = file(
      'epcncorepartnerdetails.csv',
      member('Z71011', 'U70011', '72Q', '20190701'),
      member('Z71012', 'U70011', '72Q', '01/07/2019', '31/03/2021'),
      member('Z71013', 'U70012', '99A', '20190701'),
    );
    const first = await importPaths(at, partners);
    expect(unevenTables(first)).toEqual([]);
    expect(first.deliveries).toMatchObject([{ format: 'epcn-partners', refusal: null }]);
    expect(account(first, 'membership')).toEqual({
      read: 3,
      loaded: 2,
      quarantined: 1,
      reasons: { outside_area: 1 },
    });
    expect(account(first, 'epcn-partners')).toEqual({ read: 3, loaded: 3 });
    const address = ['1 HIGH STREET', '', '', 'ZTOWN', '', 'ZZ1 1AA'];
    const second = await importAndApply(
      at,
      file('epcn.csv', ['U70011', 'MEADOW PCN', '72Q', 'A SUB ICB', '20190701', '', ...address]),
    );
    expect(account(second, 'pcn')).toEqual({ read: 1, loaded: 1 });
    const networkOn = async (practice: string, asAt: string) => {
      const tree = await readPlaces(at.book.as('batch'), { asAt });
      return tree.place(tree.named(practice).memberOf ?? 0);
    };
    expect(await networkOn('Z71011', '2100-01-01')).toMatchObject({ code: 'U70011', name: 'MEADOW PCN' });
    expect(await networkOn('Z71012', '2021-03-31')).toMatchObject({ code: 'U70011' });
    expect(await networkOn('Z71012', '2021-04-01')).toBeNull();
  });

  test('that is cut short is refused by itself', async () => {
    const file = workbook('cut.xlsx', [], []);
    const whole = readWorkbook(file, 'cut.xlsx');
    expect(whole).toHaveLength(2);
    writeFileSync(file, zip({ a: 'b' }).subarray(0, 40));
    expect(() => readWorkbook(file, 'cut.xlsx')).toThrow(/cut\.xlsx cannot be unpacked/);
  });
});

const EPCN = realFile('nhs', 'ods-epcn-2022', 'ePCN-2022.xlsx');

describe.skipIf(!existsSync(EPCN))('the real workbook', () => {
  const at = useTestBook();

  test('gives South East London its networks of 2022, and again gives nothing', async () => {
    const result = await importPaths(at, EPCN);
    expect(unevenTables(result)).toEqual([]);
    const pcns = account(result, 'pcn');
    expect(pcns?.read).toBe(1318);
    const tree = await readPlaces(at.book.as('batch'), { asAt: '2022-08-01' });
    const open = tree.all.filter(({ kind }) => kind === 'pcn');
    expect(open.length).toBeGreaterThanOrEqual(35);
    expect(open.length).toBeLessThanOrEqual(37);
    const { relations } = await readDirectory(at.book.as('batch'));
    expect(relations.length).toBe(account(result, 'membership')?.loaded);
    const again = await importPaths(at, EPCN);
    expect(again.deliveries.flatMap(({ tables }) => tables).filter(({ loaded }) => loaded > 0)).toEqual([]);
    expect(account(again, 'membership')?.reasons?.awaits_decision).toBeUndefined();
  });
});
