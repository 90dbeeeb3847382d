import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { account, everybody, importPaths, lakeRows, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { literal, openDuck } from '../../platform/lake/index.ts';

// One odd row is put aside, or is a duplicate. It never stops an import, nor the delivery that it came in.

let folder: string;
let drawn = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-odd-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Tables = Parameters<typeof writeExtract>[2];
const people: Tables = { patient: [patient('p')], episode_of_care: [registration('p')] };
const AT = '2026-11-01T03:00:00Z';
const send = (tables: Tables, note: Record<string, unknown> = {}) =>
  writeExtract(join(folder, String(++drawn)), 'A81001', tables, {
    publisher: 'A81001',
    extracted_at: AT,
    ...note,
  });

describe('a patient who stands twice in the only table of patients', () => {
  const at = useTestBook();
  test.each([
    ['the same twice', {}],
    ['in two versions', { lds_start_date_time: '2026-10-01T00:00:00Z' }],
  ])('%s is one person, whose rows are told apart', async (_, more) => {
    const result = await importPaths(
      at,
      send({
        ...people,
        patient: [patient('p'), patient('p', more)],
        observation: [observation('o1', 'p')],
      }),
    );
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'patient')).toMatchObject({ read: 2 });
    expect(await lakeRows(at, 'event', 'select row_id from live')).toEqual([{ row_id: 'o1' }]);
    expect(await everybody(at)).toHaveLength(1);
  });
});

describe('a value that is larger than any', () => {
  const at = useTestBook();
  test.each<[string, Tables, string, string]>([
    [
      'days of a medicine',
      {
        medication_order: [
          { id: 'm', patient_id: 'p', mapped_concept_code: '1', duration_days: 99999999999 },
        ],
      },
      'medication_order',
      'not_a_number',
    ],
    [
      'minutes of an appointment',
      {
        appointment: [
          { id: 'a', patient_id: 'p', start_date: '2026-01-02T10:00:00Z', planned_duration: 1e12 },
        ],
      },
      'appointment',
      'not_a_number',
    ],
    [
      'a day of an observation',
      { observation: [observation('o', 'p', { clinical_effective_date: 'infinity' })] },
      'observation',
      'not_a_date',
    ],
    ['a day of birth', { patient: [patient('q', { birth_date: '5881580-07-10' })] }, 'patient', 'not_a_date'],
    [
      'a beginning of a registration',
      { episode_of_care: [registration('p', { episode_of_care_start_date: '5877642-06-25 (BC)' })] },
      'episode_of_care',
      'not_a_date',
    ],
    [
      'a version',
      { observation: [observation('o', 'p', { lds_start_date_time: 'infinity' })] },
      'observation',
      'not_a_timestamp',
    ],
  ])('%s is put aside', async (_, tables, table, reason) => {
    const result = await importPaths(at, send({ ...people, ...tables }));
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, table)).toEqual({ read: 1, quarantined: 1, reasons: { [reason]: 1 } });
  });

  test('a day that Parquet knows as one is put aside too', async () => {
    const path = send(people);
    const duck = await openDuck();
    await duck.run(
      `copy (select 'o' || n as id, 'p' as patient_id, '44054006' as mapped_concept_code, day as clinical_effective_date
               from (values (1, date '2020-05-06'), (2, date 'infinity')) as drawn(n, day))
         to ${literal(join(path, 'observation.parquet'))} (format parquet)`,
    );
    duck.close();
    const result = await importPaths(at, path);
    expect(account(result, 'observation')).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { not_a_date: 1 },
    });
  });
});

describe('rows without a version beside one that says the time of the delivery', () => {
  const at = useTestBook();
  test('are told apart from it when they contradict each other', async () => {
    const said = { lds_start_date_time: AT };
    const rows = [
      observation('o1', 'p', { result_value: 1, lds_start_date_time: '' }),
      observation('o1', 'p', { result_value: 2, lds_start_date_time: '' }),
      observation('o1', 'p', { result_value: 1, ...said }),
    ];
    const other = writeExtract(folder, 'B82002', { patient: [patient('b')] }, { publisher: 'B82002' });
    const result = await importPaths(at, other, send({ ...people, observation: rows }));
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'observation', 1)).toMatchObject({
      read: 3,
      reasons: { conflicting_version: 2 },
    });
  });
});

describe('a full delivery with two versions in conflict', () => {
  const at = useTestBook();
  test('removes what it does not have, in every bucket, and keeps the row of the conflict', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `p${n}`);
    const all: Tables = {
      patient: ids.map((id) => patient(id)),
      episode_of_care: ids.map((id) => registration(id)),
    };
    const row = (n: number, more = {}) =>
      observation(`o${n}`, `p${n}`, { lds_start_date_time: '2026-10-01T00:00:00Z', ...more });
    await importPaths(at, send({ ...all, observation: ids.map((_, n) => row(n)) }));
    const again = { lds_start_date_time: '2026-11-02T00:00:00Z' };
    const result = await importPaths(
      at,
      send(
        {
          ...all,
          observation: [row(39, { ...again, result_value: 1 }), row(39, { ...again, result_value: 2 })],
        },
        { full: true, extracted_at: '2026-11-02T03:00:00Z' },
      ),
    );
    expect(account(result, 'observation')).toMatchObject({ reasons: { conflicting_version: 2 } });
    expect(await lakeRows(at, 'event', 'select row_id from live')).toEqual([{ row_id: 'o39' }]);
  });
});

describe('a publisher with marks in its name that mean something elsewhere', () => {
  const at = useTestBook();
  test('is a name like another', async () => {
    const odd = send({ ...people, observation: [observation('o1', 'p')] }, { publisher: "A$'B$&" });
    expect(account(await importPaths(at, odd), 'observation')).toEqual({ read: 1, loaded: 1 });
  });
});
