import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realFile } from '../../../test/support/real-files.ts';
import { workbook, zip } from '../../../test/support/zip.ts';
import { readCodelists } from './read-codelists.ts';

let folder: string;
let scratch: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-codelists-'));
  scratch = join(folder, 'scratch');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = 'code,term\r\n44054006,Diabetes – “type 2”\r\n46635009,Ménière\r\n';

async function read(name: string, content: string | Buffer) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return await readCodelists([file], { content: 'content', scratch });
}

describe('a file of lists', () => {
  test.each([
    ['utf-8.csv', Buffer.from(TEXT)],
    ['utf-8-bom.csv', Buffer.from(`\uFEFF${TEXT}`)],
    ['utf-16.csv', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    [
      'windows.csv',
      Buffer.from(TEXT.replace('–', '\x96').replace('“', '\x93').replace('”', '\x94'), 'latin1'),
    ],
    ['packed.csv.gz', gzipSync(TEXT)],
    ['archive.zip', zip({ 'dm_cod.csv': TEXT, 'README.md': 'what it is' })],
    ['tabs.tsv', Buffer.from(TEXT.replaceAll(',', '\t'))],
  ])('%s says the same', async (name, content) => {
    const { tables, unusable } = await read(name, content);
    expect(unusable).toEqual([]);
    expect(tables.map(({ lists }) => lists.map(({ codes }) => codes))).toEqual([
      [
        [
          { code: '44054006', term: 'Diabetes – “type 2”', category: null },
          { code: '46635009', term: 'Ménière', category: null },
        ],
      ],
    ]);
  });

  test('as a workbook: sheets that have lists, each under its name, beside one that explains them', async () => {
    const { tables, unusable } = await read(
      'Clusters 20240501.xlsx',
      workbook({
        'About this file': [['These are lists of codes.']],
        DM_COD: [
          ['SNOMED code', 'Term'],
          ['44054006', 'Type 2'],
          [1.00568e21, 'ruined'],
        ],
        AST_COD: [
          ['SNOMED code', 'Term'],
          [195967001, 'Asthma'],
        ],
      }),
    );
    expect(unusable).toEqual([]);
    expect(
      tables.map(({ read: rows, refused, lists }) => [rows, refused.length, lists[0]?.codes[0]?.code]),
    ).toEqual([
      [2, 1, '44054006'],
      [1, 0, '195967001'],
    ]);
    expect(tables[0]?.refused[0]).toMatchObject({ line: 3, reason: 'spreadsheet_number' });
  });

  test('that is none is refused by itself, and does not hold up the others', async () => {
    const archive = zip({ 'a.csv': TEXT, 'b.csv': 'practice,patients\nZ1,2\n' });
    const { tables, unusable } = await read('two.zip', archive);
    expect(tables).toHaveLength(1);
    expect(unusable).toMatchObject([{ name: 'b.csv', refusal: { code: 'no_codes' } }]);
    expect((await read('empty.csv', '')).unusable).toMatchObject([{ refusal: { code: 'empty_file' } }]);
    expect((await read('cut.csv.gz', gzipSync(TEXT).subarray(0, 30))).unusable).toMatchObject([
      { refusal: { code: 'unreadable_file' } },
    ]);
    expect((await read('picture.csv', Buffer.from([0x89, 0x50, 0, 1, 0, 2, 3]))).unusable).toHaveLength(1);
    await expect(
      readCodelists([join(folder, 'nowhere.csv')], { content: 'content', scratch }),
    ).rejects.toThrow(/There is no file/);
  });

  test('with several lists has several ids, and cannot be given one', async () => {
    const file = join(folder, 'pcd.csv');
    writeFileSync(file, 'Cluster ID,SNOMED code\nDM_COD,44054006\nAST_COD,195967001\n');
    const { unusable } = await readCodelists([file], { content: 'content', scratch, said: { id: 'X' } });
    expect(unusable).toMatchObject([{ refusal: { code: 'several_lists' } }]);
  });

  test('in a folder is found wherever it is, and what stands beside is left aside', async () => {
    const deep = join(folder, 'deep', 'er');
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'dm_cod.csv'), TEXT);
    writeFileSync(join(folder, 'deep', 'LICENCE.md'), 'x');
    const found = await readCodelists([join(folder, 'deep')], { content: 'content', scratch });
    expect([found.tables.length, found.aside]).toEqual([1, ['LICENCE.md']]);
  });
});

describe.skipIf(!existsSync(realFile('codelists')))('real lists', () => {
  test('are all taken but those of which nobody can tell what they are', async () => {
    const { tables, unusable } = await readCodelists([realFile('codelists')], {
      content: 'content',
      scratch,
    });
    expect(unusable).toEqual([]);
    const rows = tables.reduce((sum, table) => sum + table.read, 0);
    const refused = tables.reduce((sum, table) => sum + table.refused.length, 0);
    expect(tables.length).toBeGreaterThan(170);
    expect(rows).toBeGreaterThan(50_000);
    expect(refused / rows).toBeLessThan(0.001);
    for (const table of tables) {
      const codes = table.lists.reduce((sum, list) => sum + list.codes.length, 0);
      expect(table.read, table.name).toBe(codes + table.refused.length + table.duplicates);
    }
    const list = (id: string) => tables.flatMap(({ lists }) => lists).find((each) => each.id === id);
    expect(list('DM_COD')).toMatchObject({ kind: 'snomed' });
    expect(list('DM_COD')?.codes.map(({ code }) => code)).toContain('44054006');
    expect(list('OPENSAFELY_DIRECT_ACTING_ORAL_ANTICOAGULANTS_DOAC')).toMatchObject({ kind: 'dmd' });
    expect(list('OPENSAFELY_INFLUENZA_VACCINATION')).toMatchObject({ kind: 'dmd' });
    expect(list('OPENSAFELY_FRACTURES')).toMatchObject({ kind: 'icd10' });
    expect(list('OPENSAFELY_SMOKING_CLEAR')).toMatchObject({ kind: 'ctv3' });
  });
});
