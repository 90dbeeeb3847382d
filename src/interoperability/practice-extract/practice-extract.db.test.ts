import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import { observation, patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { lakeRows } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import {
  type ImportResult,
  importDeliveries,
  lakeFaults,
  liveRows,
  orphanFiles,
  type RegisterTables,
  readSnapshot,
} from '../../domains/register/index.ts';
import { openDuck } from '../../platform/lake/index.ts';
import { openDeliveries } from '../deliveries/open-deliveries.ts';

describe('a practice extract', () => {
  const at = useTestBook();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-extract-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const importPaths = (...paths: string[]): Promise<ImportResult> =>
    importDeliveries({
      book: at.book,
      home: at.home,
      by: anActor('operator'),
      now: new Date('2026-11-02T09:00:00Z'),
      settings: { threads: 1 },
      open: (duck, opening) => openDeliveries(duck, paths, 'content', opening),
    });

  const account = (result: ImportResult, table: string, delivery = 0) =>
    result.deliveries[delivery]?.tables.find((each) => each.table === table);

  const people = () =>
    at.book
      .as('batch')
      .withTables<RegisterTables>()
      .selectFrom('register.person')
      .selectAll()
      .orderBy('person_no')
      .execute();

  const events = async () => {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const duck = await openDuck();
    const rows = snapshot && liveRows(snapshot.lake, 'event');
    try {
      return rows ? await duck.rows(`select row_id, value, day from ${rows} order by row_id`) : [];
    } finally {
      duck.close();
    }
  };

  const note = (publisher: string, day = '2026-11-01', more = {}) => ({
    publisher,
    extracted_at: `${day}T03:00:00Z`,
    ...more,
  });

  test('is loaded, row by row, and nothing else is left behind', async () => {
    const path = writeExtract(
      folder,
      'Z90001',
      {
        patient: [patient('p1', { nhs_number: '999 000 0018' }), patient('p2')],
        episode_of_care: [registration('p1'), registration('p2', { episode_of_care_end_date: '2020-01-01' })],
        observation: [
          observation('o1', 'p1'),
          observation('o2', 'p1', {
            mapped_concept_code: '1003671000000109',
            result_value: '51',
            result_unit_code: 'mmol/mol',
          }),
          observation('o3', 'p2', { clinical_effective_date: '' }),
        ],
      },
      note('Z90001'),
    );
    const result = await importPaths(path);
    expect(account(result, 'observation')).toEqual({
      table: 'observation',
      read: 3,
      loaded: 3,
      quarantined: 0,
      duplicate: 0,
      removed: 0,
      reasons: {},
    });
    const [first, second] = await people();
    expect(first).toMatchObject({
      nhs_number: '9990000018',
      registered: true,
      registered_from: '2010-01-01',
    });
    expect(second).toMatchObject({ nhs_number: null, registered: false, practice_id: null });
    expect(await orphanFiles(at.book.as('batch'), at.home.lake)).toEqual([]);
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    expect(snapshot?.asOf).toBe('2026-11-01');
    expect(snapshot && lakeFaults(snapshot.lake)).toEqual([]);
  });

  test('may bring rows of another practice, with its patients or without', async () => {
    const theirs = { record_owner_organisation_code: 'Z90021' };
    const tables = {
      patient: [patient('p', { record_owner_organisation_code: '' }), patient('p', theirs)],
      observation: [observation('o1', 'p', theirs), observation('o2', 'p')],
    };
    await importPaths(writeExtract(folder, 'Z90020', tables, note('Z90020')));
    const more = { observation: [observation('o3', 'p', theirs), observation('o4', 'q', theirs)] };
    const later = await importPaths(writeExtract(folder, 'Z90020-later', more, note('Z90020', '2026-11-02')));
    expect(account(later, 'observation')).toMatchObject({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { unknown_patient: 1 },
    });
    const theirRows = "select row_id from live where org = 'Z90021' order by row_id";
    expect(await lakeRows(at, 'event', theirRows)).toEqual([{ row_id: 'o1' }, { row_id: 'o3' }]);
  });

  test('sent again loads nothing, and the snapshot stays the same', async () => {
    const path = writeExtract(
      folder,
      'Z90002',
      { patient: [patient('a')], episode_of_care: [registration('a')], observation: [observation('o', 'a')] },
      note('Z90002'),
    );
    const first = await importPaths(path);
    const again = await importPaths(path);
    expect(again.snapshot).toBe(first.snapshot);
    for (const table of ['patient', 'episode_of_care', 'observation']) {
      expect(account(again, table)).toMatchObject({ read: 1, loaded: 0, duplicate: 1 });
    }
  });

  test('a newer version of a row is taken, an older one is not, a deletion is', async () => {
    const send = (name: string, value: string, version: string, deleted = false) =>
      importPaths(
        writeExtract(
          join(folder, name),
          'Z90003',
          {
            patient: [patient('v')],
            episode_of_care: [registration('v')],
            observation: [
              observation('v1', 'v', {
                result_value: value,
                lds_start_date_time: version,
                lds_is_deleted: deleted,
              }),
            ],
          },
          note('Z90003'),
        ),
      );
    const value = async () => (await events()).find((row) => row.row_id === 'v1')?.value ?? null;
    await send('day1', '50', '2026-10-01T00:00:00Z');
    expect(await value()).toBe(50);
    await send('day3', '60', '2026-10-03T00:00:00Z');
    expect(await value()).toBe(60);
    expect(account(await send('day2', '55', '2026-10-02T00:00:00Z'), 'observation')).toMatchObject({
      duplicate: 1,
    });
    expect(await value()).toBe(60);
    await send('day4', '', '2026-10-04T00:00:00Z', true);
    expect((await events()).some((row) => row.row_id === 'v1')).toBe(false);
    await send('day1 again', '50', '2026-10-01T00:00:00Z');
    expect((await events()).some((row) => row.row_id === 'v1')).toBe(false);
  });

  test('rows that cannot be used are put aside with file, line, field, reason; the others are loaded', async () => {
    const path = writeExtract(
      folder,
      'Z90004',
      {
        patient: [
          patient('g'),
          patient('h', { nhs_number: '9990000019' }),
          patient('i', { birth_date: '', birth_year: '' }),
          patient('j', { gender_code: 'cat' }),
        ],
        episode_of_care: [registration('g'), registration('h')],
        observation: [
          'id,patient_id,clinical_effective_date,mapped_concept_code,result_value',
          'q1,g,2020-01-01,44054006,1',
          'q2,g,2020-13-01,44054006,1',
          'q3,g,2020-01-01,44054006,lots',
          'q4,g,2020-01-01',
          'q5,nobody,2020-01-01,44054006,1',
          '"q6\n",g,2020-01-01,44054006,1',
          ',g,2020-01-01,44054006,1',
          'q7,g,2020-01-01,44054006,1',
          'q7,g,2020-01-01,44054006,2',
        ].join('\n'),
      },
      note('Z90004'),
    );
    const result = await importPaths(path);
    expect(account(result, 'patient')).toMatchObject({
      read: 4,
      loaded: 1,
      quarantined: 3,
      reasons: { nhs_number_invalid: 1, one_of_required: 1, not_a_sex: 1 },
    });
    expect(account(result, 'episode_of_care')).toMatchObject({
      read: 2,
      loaded: 1,
      reasons: { unknown_patient: 1 },
    });
    expect(account(result, 'observation')).toMatchObject({
      read: 9,
      loaded: 2,
      quarantined: 7,
      duplicate: 0,
      reasons: {
        not_a_date: 1,
        not_a_number: 1,
        unreadable_row: 1,
        unknown_patient: 1,
        required: 1,
        conflicting_version: 2,
      },
    });
    const { quarantine } = await at.book
      .as('batch')
      .withTables<RegisterTables>()
      .selectFrom('register.delivery')
      .select('quarantine')
      .orderBy('delivery_id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    const duck = await openDuck();
    const rows = await duck.rows(
      `select file, line, reason, field from read_parquet('${at.home.lake}/${quarantine}') where table_name = 'observation' order by line`,
    );
    duck.close();
    expect(rows).toEqual([
      { file: 'observation.csv', line: 3, reason: 'not_a_date', field: 'clinical_effective_date' },
      { file: 'observation.csv', line: 4, reason: 'not_a_number', field: 'result_value' },
      { file: 'observation.csv', line: 5, reason: 'unreadable_row', field: 'mapped_concept_code' },
      { file: 'observation.csv', line: 6, reason: 'unknown_patient', field: 'patient_id' },
      { file: 'observation.csv', line: 9, reason: 'required', field: 'id' },
      { file: 'observation.csv', line: 10, reason: 'conflicting_version', field: 'id' },
      { file: 'observation.csv', line: 11, reason: 'conflicting_version', field: 'id' },
    ]);
  });

  test('may say more of itself than is known here, and whoever imports it is told', async () => {
    const extract = writeExtract(folder, 'Z90009', { patient: [patient('p1')] });
    writeFileSync(
      join(extract, 'delivery.json'),
      JSON.stringify({ publisher: 'Z90009', extracted: '2026-11-01', full: false }),
    );
    expect((await importPaths(extract)).said).toEqual([
      'Z90009: delivery.json says extracted, which is not known here and was left aside; known are layout, publisher, extracted_at, full, encoding, tables, covers',
    ]);
  });

  test('is taken in as databases write it: names of files and columns in capitals, with blanks about them', async () => {
    const extract = writeExtract(folder, 'Z90009', {
      patient: [patient('p1', { nhs_number: '9990000069' })],
      episode_of_care: [registration('p1')],
      observation: [
        observation('capital-1', 'p1', { result_value: '7' }),
        observation('capital-2', 'p1', { result_value: '8' }),
      ],
    });
    for (const name of readdirSync(extract).filter((each) => each.endsWith('.csv'))) {
      const [heading = '', ...rows] = readFileSync(join(extract, name), 'utf8').split('\n');
      const capitals = heading.toUpperCase().trimEnd().replaceAll(',', ' ,');
      const isPacked = name === 'observation.csv';
      const text = [capitals, ...rows].join('\n');
      rmSync(join(extract, name));
      writeFileSync(
        join(extract, `${name.toUpperCase()}${isPacked ? '.GZ' : ''}`),
        isPacked ? gzipSync(text) : text,
      );
    }
    const result = await importPaths(extract);
    expect(account(result, 'observation')).toMatchObject({ read: 2, loaded: 2 });
    expect(account(result, 'patient')).toMatchObject({ read: 1, loaded: 1 });
    expect((await people()).map(({ nhs_number }) => nhs_number)).toContain('9990000069');
    expect((await events()).filter(({ row_id }) => String(row_id).includes('capital'))).toMatchObject([
      { value: 7 },
      { value: 8 },
    ]);
  });
});
