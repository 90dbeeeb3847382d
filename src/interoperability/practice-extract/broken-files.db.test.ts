import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, writeExtract } from '../../../test/support/extracts.ts';
import { bundle, entriesOf, fhirCondition, fhirPatient, writeFile } from '../../../test/support/fhir.ts';
import { account, importPaths, lakeRows, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { type ImportResult, readSnapshot } from '../../domains/register/index.ts';
import { openDuck } from '../../platform/lake/index.ts';

const HEADER = 'id,patient_id,clinical_effective_date,mapped_concept_code,result_value,source_display';
const row = (id: string, date = '2021-01-01', value = '1', word = 'Word') =>
  `${id},p,${date},44054006,${value},${word}`;
const file = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const GOOD = file(row('a'), row('b'), row('c'));
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

interface Case {
  /** What the table of observations is, by the name of its file; a text is observation.csv. */
  readonly file: string | Buffer | Record<string, Buffer | 'folder'>;
  readonly note?: string;
}

interface Loads extends Case {
  readonly loaded: number;
  readonly reasons?: Record<string, number>;
  /** `file line reason field` of each row that is put aside. */
  readonly aside?: readonly string[];
}

interface Refuses extends Case {
  readonly code: string;
  /** What the sentence says, the name of the file before all. */
  readonly says: RegExp;
}

const loads: Record<string, Loads> = {
  'as it should be': { file: GOOD, loaded: 3 },
  'with a byte order mark': { file: `\ufeff${GOOD}`, loaded: 3 },
  'with a byte order mark and a bad row': {
    file: `\ufeff${file(row('a'), row('b', 'soon'))}`,
    loaded: 1,
    reasons: { not_a_date: 1 },
    aside: ['observation.csv 3 not_a_date clinical_effective_date'],
  },
  'with Windows line ends': { file: GOOD.replaceAll('\n', '\r\n'), loaded: 3 },
  'with old Macintosh line ends': { file: GOOD.replaceAll('\n', '\r'), loaded: 3 },
  'with line ends of two kinds': { file: GOOD.replace('\n', '\r\n'), loaded: 3 },
  'with empty lines': { file: GOOD.replaceAll('\n', '\n\n'), loaded: 3 },
  'in UTF-16': { file: Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(GOOD)]), loaded: 3 },
  'in UTF-16 that does not say so': { file: utf16(GOOD), loaded: 3 },
  'in UTF-16, packed, with a bad row': {
    file: { 'observation.csv.gz': gzipSync(utf16(`\ufeff${file(row('a'), row('b', 'soon'))}`)) },
    loaded: 1,
    reasons: { not_a_date: 1 },
    aside: ['observation.csv.gz 3 not_a_date clinical_effective_date'],
  },
  'in Windows-1252, as its note says': {
    file: Buffer.from(file(row('a', '2021-01-01', '1', 'Sjögren')), 'latin1'),
    note: '{"publisher":"Z00000","encoding":"windows-1252"}',
    loaded: 1,
  },
  'with tabs': { file: GOOD.replaceAll(',', '\t'), loaded: 3 },
  'with semicolons': { file: GOOD.replaceAll(',', ';'), loaded: 3 },
  packed: { file: { 'observation.csv.gz': gzipSync(GOOD) }, loaded: 3 },
  'with a column that nobody knows': {
    file: GOOD.replaceAll(/$/gm, ',more').replace(/\n,more$/, '\n'),
    loaded: 3,
  },
  'with only its column names': { file: `${HEADER}\n`, loaded: 0 },
  'with only its column names and no line end': { file: HEADER, loaded: 0 },
  'cut short within a row': {
    file: GOOD.slice(0, GOOD.lastIndexOf('44054006')),
    loaded: 2,
    reasons: { unreadable_row: 1 },
    aside: ['observation.csv 4 unreadable_row result_value'],
  },
  'in Latin-1': {
    file: Buffer.from(file(row('a'), row('b', '2021-01-01', '1', 'caf\xe9'), row('c')), 'latin1'),
    loaded: 2,
    reasons: { wrong_encoding: 1 },
    aside: ['observation.csv 3 wrong_encoding source_display'],
  },
  'with values of a wrong type': {
    file: file(row('a', '2021-02-29'), row('b', '2021-01-01', '<5'), row('c')),
    loaded: 1,
    reasons: { not_a_date: 1, not_a_number: 1 },
    aside: [
      'observation.csv 2 not_a_date clinical_effective_date',
      'observation.csv 3 not_a_number result_value',
    ],
  },
  'with a bad row behind a line end in quotes': {
    file: file(row('a', '2021-01-01', '1', '"over\ntwo lines"'), row('b', '2021-01-01', 'lots')),
    loaded: 1,
    reasons: { not_a_number: 1 },
    aside: ['observation.csv 4 not_a_number result_value'],
  },
  'with a bad row behind a line whose quote does not end its field': {
    file: file(row('a'), row('b', '2021-01-01', '1', '"so"me'), row('c', '2021-01-01', 'lots')),
    loaded: 1,
    reasons: { not_a_number: 1, unreadable_row: 1 },
    aside: ['observation.csv 3 unreadable_row source_display', 'observation.csv 4 not_a_number result_value'],
  },
  'with a field of three million letters': {
    file: file(row('a'), row('b', '2021-01-01', '1', 'x'.repeat(3_000_000)), row('c')),
    loaded: 2,
    reasons: { unreadable_row: 1 },
    aside: ['observation.csv 3 unreadable_row '],
  },
  'without any word of whose it is': {
    file: GOOD,
    note: '{}',
    loaded: 0,
    reasons: { unknown_practice: 3 },
    aside: [2, 3, 4].map((line) => `observation.csv ${line} unknown_practice record_owner_organisation_code`),
  },
};

const refuses: Record<string, Refuses> = {
  'cut short within a quote': {
    file: `${GOOD}${row('d', '2021-01-01', '1', '"cut')}`,
    code: 'quote_not_closed',
    says: /observation\.csv, line 5: a quote/,
  },
  'with a quote somewhere in a field': {
    file: file(row('a'), row('b', '2021-01-01', '1', '5" pipe'), row('c', '2021-01-01', '1', '"so"')),
    code: 'quote_not_closed',
    says: /observation\.csv, line 3: a quote/,
  },
  'packed and cut short': {
    file: { 'observation.csv.gz': gzipSync(GOOD.repeat(500)).subarray(0, -20) },
    code: 'unreadable_file',
    says: /observation\.csv\.gz cannot be unpacked/,
  },
  'not packed though its name says so': {
    file: { 'observation.csv.gz': Buffer.from(GOOD) },
    code: 'unreadable_file',
    says: /observation\.csv\.gz cannot be unpacked/,
  },
  'with bytes of nothing': {
    file: GOOD.replace('Word', 'W\0'),
    code: 'not_a_table',
    says: /observation\.csv/,
  },
  'with bytes of nothing far down in it': {
    file: file(
      ...Array.from({ length: 3000 }, (_, at) => row(`n${at}`)),
      row('b', '2021-01-01', '1', 'a\0b'),
    ),
    code: 'not_a_table',
    says: /observation\.csv, line 3002, is not a text table/,
  },
  'without a column that it needs': {
    file: GOOD.replace('patient_id', 'patientid'),
    code: 'missing_column',
    says: /observation\.csv has no column patient_id\. Its columns are: id, patientid/,
  },
  'with one column twice': {
    file: GOOD.replace('result_value', 'patient_id'),
    code: 'column_twice',
    says: /observation\.csv has two columns called patient_id/,
  },
  empty: { file: '', code: 'empty_file', says: /observation\.csv is empty/ },
  'of empty lines': { file: '\n\n\r\n', code: 'empty_file', says: /observation\.csv is empty/ },
  'a folder in place of a file': {
    file: { 'observation.csv': 'folder' },
    code: 'not_a_file',
    says: /observation\.csv is a folder/,
  },
  'with fewer rows than its note says': {
    file: GOOD,
    note: '{"publisher":"Z00000","tables":{"observation":{"rows":4}}}',
    code: 'wrong_row_count',
    says: /observation\.csv has 3 rows, and delivery\.json says 4/,
  },
  'with a note that is cut short': {
    file: GOOD,
    note: '{"publisher":',
    code: 'bad_delivery_note',
    says: /delivery\.json is not JSON/,
  },
  'with a note that makes no sense': {
    file: GOOD,
    note: '{"extracted_at":"yesterday"}',
    code: 'bad_delivery_note',
    says: /delivery\.json cannot be used: extracted_at/,
  },
  'with a note whose practice has a NUL in its name': {
    file: GOOD,
    note: '{"publisher":"Z\\u00000000"}',
    code: 'bad_delivery_note',
    says: /delivery\.json cannot be used: publisher: has a mark that is no letter/,
  },
  'without a table that its note promises': {
    file: GOOD,
    note: '{"publisher":"Z00000","tables":{"appointment":{}}}',
    code: 'missing_table',
    says: /no file for appointment/,
  },
};

async function writeParquet(path: string, columns: string, rows = 1): Promise<void> {
  const duck = await openDuck();
  await duck.run(
    `copy (select ${columns} from range(${rows}) as r(n)) to '${path}' (format parquet, compression zstd)`,
  );
  duck.close();
}

describe('a table of a practice extract', () => {
  const at = useTestBook();
  let folder: string;
  let result: ImportResult;

  /** Writes each case as the delivery of a practice of its own. */
  const write = (cases: Record<string, Case>, begins: string): string[] =>
    Object.values(cases).map(({ file, note }, at) => {
      const practice = `${begins}${String(at).padStart(4, '0')}`;
      const name = note === '{}' ? `${practice} of nobody` : practice;
      rmSync(join(folder, name), { recursive: true, force: true });
      const path = writeExtract(folder, name, { patient: [patient('p')] });
      writeFileSync(join(path, 'delivery.json'), note ?? JSON.stringify({ publisher: practice }));
      const files = typeof file === 'string' || Buffer.isBuffer(file) ? { 'observation.csv': file } : file;
      for (const [name, content] of Object.entries(files)) {
        if (content === 'folder') mkdirSync(join(path, name), { recursive: true });
        else writeFileSync(join(path, name), content);
      }
      return path;
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-broken-'));
    result = await importPaths(at, ...write(loads, 'Z1'), ...write(refuses, 'Z2'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is accounted for, whatever is wrong with it', () => {
    expect(result.deliveries).toHaveLength(Object.keys(loads).length + Object.keys(refuses).length);
    expect(unevenTables(result)).toEqual([]);
  });

  test.each(Object.entries(loads))(
    '%s is loaded, but for rows that are put aside',
    async (name, expected) => {
      const place = Object.keys(loads).indexOf(name);
      const { loaded, reasons = {}, aside = [] } = expected;
      const quarantined = Object.values(reasons).reduce((sum, rows) => sum + rows, 0);
      expect(result.deliveries[place]?.refusal).toBeNull();
      expect(account(result, 'observation', place)).toEqual({
        ...(loaded + quarantined > 0 ? { read: loaded + quarantined } : {}),
        ...(loaded > 0 ? { loaded } : {}),
        ...(quarantined > 0 ? { quarantined, reasons } : {}),
      });
      const rows = await quarantine(at, 'observation', place);
      expect(rows.map(({ file, line, reason, field }) => [file, line, reason, field].join(' '))).toEqual(
        aside,
      );
    },
  );

  test.each(Object.entries(refuses))('%s is refused, in a sentence with a remedy', (name, { code, says }) => {
    const place = Object.keys(loads).length + Object.keys(refuses).indexOf(name);
    expect(result.deliveries[place]).toMatchObject({ tables: [], refusal: { code } });
    expect(result.deliveries[place]?.refusal?.because).toMatch(says);
    expect(result.deliveries[place]?.refusal?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  test('that is refused leaves what was there: the same snapshot, byte for byte', async () => {
    const bytes = async () => {
      const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
      const files = Object.values(snapshot?.lake.manifest.files ?? {}).flatMap((each) => each ?? []);
      return files.map(({ path }) => [path, readFileSync(join(at.home.lake, path)).toString('base64')]);
    };
    const before = await bytes();
    const again = await importPaths(at, ...write(refuses, 'Z1'));
    expect(again.deliveries.every(({ refusal }) => refusal)).toBe(true);
    expect(again.snapshot).toBe(result.snapshot);
    expect(await bytes()).toEqual(before);
  });

  test('may write days in each of the ways that suppliers do', async () => {
    const days = ['2021-01-31', '31/01/2021', '31JAN2021', '31-Jan-2021', '20210131', '2021-01-31T23:59:00'];
    const path = join(folder, 'Z30000');
    writeExtract(folder, 'Z30000', { patient: [patient('p')] });
    writeFileSync(join(path, 'observation.csv'), file(...days.map((day) => row(day, day))));
    expect(account(await importPaths(at, path), 'observation')).toEqual({ read: 6, loaded: 6 });
    const stored = await lakeRows(at, 'event', "select distinct day from live where org = 'Z30000'");
    expect(stored).toEqual([{ day: 18658 }]);
  });

  test('as Parquet, cut short or damaged within, is refused by name; one with a NUL in a name is loaded', async () => {
    const path = writeExtract(folder, 'Z40000', { patient: [patient('p')] });
    const parquet = join(path, 'observation.parquet');
    await writeParquet(
      parquet,
      "'o' || n as id, 'p' as patient_id, date '2021-01-01' as clinical_effective_date, md5(n::varchar) as mapped_concept_code",
      20_000,
    );
    const whole = readFileSync(parquet);
    const neighbour = writeExtract(folder, 'Z40001', { patient: [patient('q')] });
    const resources = entriesOf(fhirPatient('f'), fhirCondition('c', 'f'));
    const fhir = writeFile(folder, 'sent.json', bundle(resources));
    /** Sends it beside good deliveries, which are taken in all the same. */
    const refusal = async (bytes: Buffer) => {
      writeFileSync(parquet, bytes);
      const result = await importPaths(at, neighbour, path, fhir);
      expect(unevenTables(result)).toEqual([]);
      expect(account(result, 'patient')).toMatchObject({ read: 1 });
      expect(account(result, 'Condition', 1)).toMatchObject({ read: 1 });
      return result.deliveries.at(-1)?.refusal;
    };
    expect(await refusal(whole.subarray(0, -40))).toMatchObject({
      code: 'unreadable_file',
      because: expect.stringMatching(/^observation\.parquet is not a whole Parquet file/),
    });
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 100_000, 140_000);
    expect(await refusal(damaged)).toMatchObject({
      code: 'unreadable_file',
      because: expect.stringMatching(/^observation\.parquet cannot be read to its end/),
    });
    await writeParquet(
      join(path, 'patient.parquet'),
      "'p' as id, date '1955-03-04' as birth_date, 'Na' || chr(0) || 'me' as family_name",
    );
    rmSync(join(path, 'patient.csv'));
    writeFileSync(parquet, whole);
    expect((await importPaths(at, path)).deliveries[0]?.tables).toMatchObject([
      { table: 'observation', loaded: 20_000 },
      { loaded: 1 },
    ]);
  });
});
