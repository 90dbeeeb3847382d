import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle, type Drawn, fhirPatient, ndjson, writeFile } from '../../../test/support/fhir.ts';
import { readFileDescriptions } from '../national/description.ts';
import { readOdsFormats } from '../ods/recognise-ods.ts';
import { readExtractFormat } from '../practice-extract/format.ts';
import { findDeliveries } from './find-deliveries.ts';
import { unknownFile } from './unknown-file.ts';

const formats = {
  extract: readExtractFormat('content', 'practice-extract'),
  hospital: readExtractFormat('content', 'hospital-activity'),
  ods: readOdsFormats('content'),
  national: readFileDescriptions('content'),
};
const MAPPING =
  'GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,ICB_CODE,ICB_NAME\nA1,A,EMIS,U1,U,72Q,QKK,SEL\n';
const EPRACCUR = `"Y99901","SURGERY","Y56","QKK",${'"",'.repeat(5)}"SE1","19740401","","A","B","72Q",${'"",'.repeat(10)}"4",""\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-find-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what somebody points at', () => {
  /** Writes files, looks, and says what was found where. */
  const look = async (files: Record<string, string | Buffer | Drawn>, at = '') => {
    for (const [name, content] of Object.entries(files)) writeFile(folder, name, content);
    const found = await findDeliveries(join(folder, at), formats);
    return found.map((each) => {
      const where = relative(folder, each.path) || '.';
      return each.kind === 'fhir'
        ? [each.kind, where, each.files.map(({ layout }) => layout)]
        : [each.kind, where];
    });
  };

  test('may be a folder of everything, and nothing in it is passed over', async () => {
    const found = await look({
      'README.md': '# About',
      'Z1/patient.csv': 'id\n',
      'Z1/delivery.json': {},
      'Z1/notes.txt': 'about the extract',
      'Z1/odd.json': { a: 1 },
      'fhir/a.json': bundle([]),
      'fhir/b.ndjson': ndjson(fhirPatient('1')),
      'fhir/deeper/c.json': fhirPatient('2'),
      'fhir/delivery.json': {},
      'ods/mapping.csv': MAPPING,
      'ods/epraccur.csv': EPRACCUR,
      'ods/other.csv': 'a,b\n1,2\n',
      'ods/~$book.xlsx': 'somebody',
      'places/lewisham.yaml': 'layout: place-pack\n',
      'places/other.yml': 'layout: something else\n',
      'alone/delivery.json': {},
      '.hidden/secret.csv': 'x',
    });
    expect(found).toEqual([
      ['beside', 'README.md'],
      ['practice-extract', 'Z1'],
      ['beside', 'Z1/notes.txt'],
      ['unknown', 'Z1/odd.json'],
      ['unknown', 'alone/delivery.json'],
      ['fhir', 'fhir', ['document', 'lines']],
      ['fhir', 'fhir/deeper', ['document']],
      ['directory', 'ods/epraccur.csv'],
      ['directory', 'ods/mapping.csv'],
      ['unknown', 'ods/other.csv'],
      ['beside', 'ods/~$book.xlsx'],
      ['directory', 'places/lewisham.yaml'],
      ['unknown', 'places/other.yml'],
    ]);
  });

  test.each<[string, string | Buffer | Drawn, string]>([
    ['bundle.json', bundle([]), 'document'],
    ['compact.json', JSON.stringify(bundle([])), 'document'],
    ['cut-short.json', JSON.stringify(bundle([])).slice(0, -4), 'document'],
    ['marked.json', `\ufeff${JSON.stringify(fhirPatient('1'))}`, 'document'],
    ['lines.json', ndjson(fhirPatient('1'), fhirPatient('2')), 'lines'],
    ['lines.txt', ndjson(fhirPatient('1'), fhirPatient('2')), 'lines'],
    ['lines.jsonl', ndjson(fhirPatient('1')), 'lines'],
    ['broken.ndjson', ndjson('{"resourceType":', fhirPatient('1')), 'lines'],
    ['packed.ndjson.gz', gzipSync(ndjson(fhirPatient('1'))), 'lines'],
    ['packed.json.gz', gzipSync(JSON.stringify(bundle([]))), 'document'],
    ['document.ndjson', JSON.stringify(bundle([]), null, 2), 'document'],
  ])('may be FHIR: %s', async (name, content, layout) => {
    expect(await look({ [name]: content }, name)).toEqual([['fhir', name, [layout]]]);
  });

  test('is not left aside when it is named itself', async () => {
    expect(await look({ 'README.md': '# About' }, 'README.md')).toEqual([['unknown', 'README.md']]);
  });

  test('may be empty', async () => {
    expect(await look({ 'empty/.keep': '' })).toEqual([]);
  });
});

test('a table that has the columns of the directory and more of another kind is of that kind', async () => {
  const payments =
    'Sub ICB Code,ICB Code,ICB Name,PCN Code,PCN Name,Practice Code,Practice Name,Contract Type,Average Number of Registered Patients,Average Number of Weighted Patients,Total NHS Payments to General Practice\n';
  const found = await findDeliveries(writeFile(folder, 'payments.csv', payments), formats);
  expect(found).toMatchObject([{ kind: 'national', rows: { description: { id: 'gp-payments' } } }]);
});

describe('a file of no known kind is refused in words that help', () => {
  const refusal = async (name: string, content: string | Buffer | Drawn) => {
    const [found] = await findDeliveries(writeFile(folder, name, content), formats);
    if (found?.kind !== 'unknown') throw new Error(`found as ${found?.kind}`);
    return unknownFile(found.path, found.head, formats);
  };

  const compound = Buffer.from(`d0cf11e0a1b11ae1${'00'.repeat(504)}`, 'hex');

  test.each<[string, string | Buffer | Drawn, string, string]>([
    ['empty.csv', '', 'empty_file', 'is empty'],
    ['utf16.csv', Buffer.from('\ufeffa,b', 'utf16le'), 'wrong_encoding', 'UTF-16'],
    ['packed.csv.gz', Buffer.from('not packed at all'), 'unreadable_file', 'cannot be unpacked'],
    ['book.xlsx', Buffer.from('PK\u0003\u0004\u0000'), 'unknown_file', 'spreadsheet'],
    [
      'observation.parquet',
      Buffer.from('PAR1\u0000'),
      'unknown_file',
      'Parquet table outside of a practice extract',
    ],
    ['broken.parquet', 'PAR1, and then nothing', 'unreadable_file', 'begins as a Parquet table and is none'],
    ['old.xls', compound, 'unknown_file', 'workbook of the old form (.xls), or one with a password'],
    ['locked.xlsx', compound, 'unknown_file', 'workbook of the old form (.xls), or one with a password'],
    ['list.csv', '\n<!DOCTYPE html><html><body>403</body></html>', 'unknown_file', 'a web page and no data'],
    ['picture.bin', Buffer.from([1, 0, 2]), 'unknown_file', 'neither text nor Parquet'],
    ['patient.xml', '<Patient/>', 'unknown_file', 'XML'],
    ['list.json', '[]', 'unknown_file', 'JSON list'],
    ['other.json', { a: 1 }, 'unknown_file', 'no resourceType'],
    ['delivery.json', { full: true }, 'unknown_file', 'note about a delivery'],
    ['other.yaml', 'a: 1', 'unknown_file', 'no place pack'],
    ['observation.csv', 'id,patient_id\n', 'unknown_file', '2 columns'],
    [
      'mapping.csv',
      MAPPING.replace('PCN_CODE', 'PCN'),
      'unknown_file',
      'it lacks PCN_CODE; by their names PCN may be PCN_CODE',
    ],
    [
      'headed.csv',
      `${Array.from({ length: 27 }, (_, at) => `c${at}`).join(',')}\n`,
      'unknown_file',
      'also has 27 columns, but begins with a row of data',
    ],
    [
      'edispensary.csv',
      EPRACCUR.replace('"A"', '""'),
      'unknown_file',
      'has 27 columns as this has; its first row does not fit at status (column 13, which is blank)',
    ],
    [
      'six-names.csv',
      'a code,a name,a group,a role,a measure,a value\n',
      'unknown_file',
      'comes near to none',
    ],
    ['one-column.csv', 'PRACTICE_CODE,a\n', 'unknown_file', 'comes near to none'],
    ['manifest.json', { transactionTime: '2026-01-01T00:00:00Z', output: [] }, 'unknown_file', 'bulk export'],
    ['ods.json', { Organisations: [{ OrgId: 'Z00001' }] }, 'unknown_file', 'an answer of the ODS API'],
  ])('%s', async (name, content, code, because) => {
    const found = await refusal(name, content);
    expect([found.code, found.message]).toEqual([code, expect.stringContaining(because)]);
    expect(found.message).toContain(name);
    expect(found.remedy).not.toBe('');
  });
});
