import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { carryOut, decideAs, numberOf, queueOf, sendPeople } from '../../../test/support/drawn-matches.ts';
import { asBatch, drawStaff } from '../../../test/support/drawn-team.ts';
import {
  admission,
  attendance,
  type DrawnTable,
  patient,
  registration,
  writeExtract,
} from '../../../test/support/extracts.ts';
import {
  account,
  everybody,
  importPaths,
  lakeRows,
  quarantine,
  unevenTables,
} from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readRecord } from '../../domains/need/evaluate/read-record.ts';
import { hospitalCoverageSql, LakeAccess, readPerson, readSnapshot } from '../../domains/register/index.ts';
import { type Duck, openDuck } from '../../platform/lake/index.ts';

const HOSPITAL = 'ZH900';
const [ANN, BEA, CARL, NOBODY] = [1, 2, 3, 9].map(numberOf) as [string, string, string, string];

describe('hospital activity', () => {
  const at = useTestBook();
  let folder: string;
  let duck: Duck;
  let written = 0;
  beforeAll(async () => {
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-hospital-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A practice's people: their NHS numbers by their ids there. */
  const practice = (code: string, people: Record<string, string>, day = 1) =>
    writeExtract(
      folder,
      `${code}-${++written}`,
      {
        patient: Object.entries(people).map(([id, nhs_number]) => patient(id, { nhs_number })),
        episode_of_care: Object.keys(people).map((id) => registration(id)),
      },
      { publisher: code, extracted_at: `2026-11-0${day}T03:00:00Z` },
    );
  const hospital = (
    tables: Record<string, DrawnTable>,
    { day = 1, ...more }: { day?: number; full?: boolean; covers?: unknown; publisher?: string } = {},
  ) =>
    writeExtract(folder, `hospital-${++written}`, tables, {
      publisher: HOSPITAL,
      extracted_at: `2026-11-0${day}T04:00:00Z`,
      ...more,
    });
  const rowsNow = async (table: 'admission' | 'attendance', org: string = HOSPITAL) =>
    (
      await lakeRows<{ row: string }>(
        at,
        table,
        `select patient_id || ' ' || row_id as row from live where org = '${org}' order by row`,
      )
    ).map(({ row }) => row);
  const personWith = async (nhsNumber: string) =>
    (await everybody(at)).find(({ nhs_number }) => nhs_number === nhsNumber);
  /** A person as definitions read them. */
  const recordOf = async (nhsNumber: string) => {
    const known = await personWith(nhsNumber);
    return await asBatch(at.book, async (tx) => {
      const access = new LakeAccess({ rows: duck.rows, close: async () => {} }, at.home.lake);
      const snapshot = await readSnapshot(tx, at.home.lake);
      const person = await readPerson(tx, known?.public_id ?? '');
      return await readRecord(access, await access.open(tx, snapshot?.id ?? 0), person, 'Z9001', null);
    });
  };
  const coveredFrom = async () => {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const rows = snapshot && (await duck.rows(`select from_day from ${hospitalCoverageSql(snapshot.lake)}`));
    return rows?.map(({ from_day }) => from_day);
  };

  test('joins whom a practice has sent by NHS number; who is not known is put aside, and makes nobody', async () => {
    await importPaths(at, practice('Z9001', { a: ANN, b: BEA }));
    const before = await everybody(at);
    const result = await importPaths(
      at,
      hospital({
        admission: [
          admission('h1', ANN, { provider_code: '' }),
          admission('h2', `${BEA.slice(0, 3)} ${BEA.slice(3, 6)}-${BEA.slice(6)}`, {
            admission_method: 'Elective',
            discharge_date_time: '',
            diagnoses: 'm16.1; I10X;',
          }),
          admission('h3', CARL),
        ],
        attendance: [attendance('e1', ANN), attendance('e2', NOBODY)],
      }),
    );
    const unknown = { quarantined: 1, reasons: { unknown_person: 1 } };
    expect(account(result, 'admission')).toEqual({ read: 3, loaded: 2, ...unknown });
    expect(account(result, 'attendance')).toEqual({ read: 2, loaded: 1, ...unknown });
    expect(await quarantine(at, 'admission')).toMatchObject([
      { line: 4, reason: 'unknown_person', field: 'nhs_number' },
    ]);
    const stayed = (people: typeof before) =>
      people.map(({ records, snapshot_id, buckets, ...person }) => person);
    expect(stayed(await everybody(at))).toEqual(stayed(before));
    // Their stays are beside their other rows.
    expect((await everybody(at)).map(({ buckets }) => buckets.length)).toEqual([1, 1]);
    const ann = await recordOf(ANN);
    expect(ann.admissions).toEqual([
      {
        day: 20513,
        dischargeDay: 20518,
        method: 'emergency',
        diagnoses: ['I500', 'E119'],
        destination: 'usual place of residence',
        specialty: 'Geriatric medicine',
        org: HOSPITAL,
        row: 'h1',
        confidential: false,
      },
    ]);
    expect(ann.attendances).toEqual([
      {
        day: 20485,
        department: 1,
        ambulance: true,
        outcome: 'discharged',
        complaint: '29857009',
        diagnoses: [],
        org: 'ZH901',
        row: 'e1',
        confidential: false,
      },
    ]);
    expect((await recordOf(BEA)).admissions).toMatchObject([
      { method: 'elective', dischargeDay: null, diagnoses: ['M161', 'I10'], org: 'ZH901' },
    ]);
  });

  test('of somebody who was not known is taken in when a practice has sent them', async () => {
    const path = hospital({
      admission: [admission('h1', ANN, { provider_code: '' }), admission('h3', CARL)],
    });
    const early = await importPaths(at, path);
    expect(account(early, 'admission')).toMatchObject({ duplicate: 1, quarantined: 1 });
    const together = await importPaths(at, path, practice('Z9002', { c: CARL }));
    expect(account(together, 'admission')).toEqual({ read: 2, loaded: 1, duplicate: 1 });
    expect(await rowsNow('admission')).toEqual([`n:${ANN} h1`, `n:${BEA} h2`, `n:${CARL} h3`]);
  });

  test('says the same in Parquet', async () => {
    const csv = hospital({ admission: [admission('p1', ANN)], attendance: [attendance('p2', ANN)] });
    const parquet = `${csv}-parquet`;
    renameSync(hospital({}), parquet);
    for (const table of ['admission', 'attendance'] as const) {
      const time = table === 'admission' ? 'admission_date_time' : 'arrival_date_time';
      await duck.run(
        `copy (select * replace (nhs_number::bigint as nhs_number, ${time}::timestamptz as ${time})
                 from read_csv('${csv}/${table}.csv', all_varchar = true)) to '${parquet}/${table}.parquet'`,
      );
    }
    const first = await importPaths(at, parquet);
    expect(account(first, 'admission')).toEqual({ read: 1, loaded: 1 });
    expect(account(first, 'attendance')).toEqual({ read: 1, loaded: 1 });
    const again = await importPaths(at, csv);
    expect(account(again, 'admission')).toEqual({ read: 1, duplicate: 1 });
    expect(account(again, 'attendance')).toEqual({ read: 1, duplicate: 1 });
  });

  test('names row, field and reason of what cannot be used', async () => {
    const result = await importPaths(
      at,
      hospital({
        admission: [
          admission('w1', `${ANN.slice(0, 9)}${(Number(ANN[9]) + 1) % 10}`),
          admission('w2', ''),
          admission('w3', ANN, { admission_method: '77' }),
          admission('w4', ANN, { diagnoses: 'I50.0;heart' }),
          admission('w5', ANN, { discharge_date_time: '2026-02-28' }),
          admission('w6', ANN, { discharge_date_time: '2026-03-01' }),
          admission('w7', ANN, { admission_date_time: 'soon' }),
          admission('', ANN),
        ],
      }),
    );
    expect(account(result, 'admission')).toMatchObject({ read: 8, loaded: 1, quarantined: 7 });
    const aside = await quarantine(at, 'admission');
    expect(aside.map(({ line, reason, field }) => `${line} ${reason} ${field}`)).toEqual([
      '2 nhs_number_invalid nhs_number',
      '3 required nhs_number',
      '4 not_an_admission_method admission_method',
      '5 not_icd10 diagnoses',
      '6 ends_before_start discharge_date_time',
      '8 not_a_timestamp admission_date_time',
      '9 required id',
    ]);
  });

  test('changes and goes by version, and by silence of a full delivery, whoever else is unknown in it', async () => {
    const publisher = 'ZH800';
    const send = (day: number, rows: DrawnTable, full = false) =>
      importPaths(at, hospital({ admission: rows }, { publisher, day, full }));
    const now = () => rowsNow('admission', publisher);
    await send(
      1,
      ['a', 'b', 'c', 'd'].map((id) => admission(id, ANN)),
      true,
    );
    await send(2, [
      admission('a', ANN, { diagnoses: 'J44.1', lds_start_date_time: '2026-11-02T03:00:00Z' }),
      {
        id: 'b',
        nhs_number: ANN,
        lds_is_deleted: true,
        lds_start_date_time: '2026-11-02T03:00:00Z',
      },
    ]);
    expect(await now()).toEqual(['a', 'c', 'd'].map((id) => `n:${ANN} ${id}`));
    const rest = ['a', 'c'].map((id) => admission(id, ANN));
    const bad = await send(3, [...rest, admission('e', ANN, { admission_method: 'unheard of' })], true);
    expect(bad.deliveries[0]?.tables[0]?.removed).toBe(0);
    const full = await send(3, [...rest, admission('e', NOBODY)], true);
    expect(full.deliveries[0]?.tables[0]).toMatchObject({ removed: 1, quarantined: 1 });
    expect(await now()).toEqual(['a', 'c'].map((id) => `n:${ANN} ${id}`));
    const late = await send(2, [admission('d', ANN)]);
    expect(account(late, 'admission')).toEqual({ read: 1, duplicate: 1 });
  });

  test('follows a number to whoever has it, and leaves people who they were', async () => {
    const before = await personWith(BEA);
    const corrected = numberOf(20);
    await importPaths(at, practice('Z9001', { a: ANN, b: corrected }, 2));
    expect(await personWith(corrected)).toMatchObject({ person_no: before?.person_no });
    expect((await recordOf(corrected)).admissions).toEqual([]);
    expect(await rowsNow('admission')).toContain(`n:${BEA} h2`);
    await importPaths(at, practice('Z9003', { new: BEA }));
    expect((await recordOf(BEA)).admissions).toMatchObject([{ row: 'h2' }]);
    expect((await personWith(BEA))?.person_no).not.toBe(before?.person_no);
  });

  test('joins by pseudonym where it is one person’s alone', async () => {
    const people = [
      patient('one', { sk_patient_id: 'S1' }),
      patient('two', { sk_patient_id: 'S2' }),
      patient('three', { sk_patient_id: 'S2' }),
    ];
    const named = (id: string, sk_patient_id: string) => ({ ...admission(id, ''), sk_patient_id });
    const result = await importPaths(
      at,
      writeExtract(folder, 'Z9009', { patient: people }, { publisher: 'Z9009' }),
      hospital({ admission: [named('s1', 'S1'), named('s2', 'S2')] }, { publisher: 'ZH700' }),
    );
    expect(account(result, 'admission', 1)).toEqual({
      read: 2,
      loaded: 1,
      quarantined: 1,
      reasons: { unknown_person: 1 },
    });
    expect(await rowsNow('admission', 'ZH700')).toEqual(['p:S1 s1']);
  });

  test('goes with people who are merged, and stays with whose number it is when they are parted', async () => {
    const joanna = numberOf(30);
    await sendPeople(at, 'Z9A01', 1, { joanna: { nhs_number: joanna, address: 'joanna' } });
    await sendPeople(at, 'Z9B02', 1, { jo: { address: 'jo' } });
    await importPaths(at, hospital({ admission: [admission('j1', joanna)] }, { publisher: 'ZH600' }));
    const igLead = await drawStaff(at.book, 'ig_lead');
    const decided = async (verdict: 'merge' | 'unmerge') => {
      const matches = await queueOf(at, igLead, verdict === 'merge' ? 'waiting' : 'decided');
      await decideAs(at, igLead, matches[0]?.id ?? 0, verdict);
      await carryOut(at);
    };
    const records = async () =>
      (await everybody(at))
        .filter(({ address }) => address === 'joanna' || address === 'jo')
        .map(({ address, records, registered }) => [address, records.length, registered]);
    const apart = await records();
    expect(apart).toEqual([
      ['joanna', 2, true],
      ['jo', 1, true],
    ]);
    await decided('merge');
    expect(await records()).toEqual([
      ['joanna', 3, true],
      ['jo', 0, false],
    ]);
    await decided('unmerge');
    expect(await records()).toEqual(apart);
    expect((await recordOf(joanna)).admissions).toMatchObject([{ row: 'j1' }]);
  });

  test('is complete only from the day that its sender says, of both tables, and of all who say one', async () => {
    const tables = { admission: [admission('v1', ANN)], attendance: [attendance('v2', ANN)] };
    const send = (publisher: string, covers: unknown) =>
      importPaths(at, hospital(tables, { publisher, covers }));
    expect(await coveredFrom()).toEqual([]);
    await send('ZH501', { admission: { from: '2023-01-01' } });
    expect(await coveredFrom()).toEqual([]);
    expect((await recordOf(ANN)).coverage).toMatchObject({ hospital: 'missing' });
    await send('ZH501', { admission: { from: '2023-01-01' }, attendance: { from: '2023-04-01' } });
    expect(await coveredFrom()).toEqual([19448]);
    await send('ZH502', { admission: { from: '2024-01-01' } });
    expect((await recordOf(ANN)).coverage).toMatchObject({ hospital: { from: 19723 } });
  });

  test('whatever is sent, every row is accounted for, and the order of deliveries does not matter', async () => {
    const row = fc.record({
      id: fc.constantFrom('1', '2', '3', ''),
      who: fc.constantFrom(ANN, CARL, NOBODY, '', '9990000001'),
      method: fc.constantFrom('21', 'elective', 'elsewhere'),
      diagnoses: fc.constantFrom('', 'I50.0', 'heart'),
      deleted: fc.boolean(),
      // Two rows of one version may say two things; so the version says which it is.
      version: fc.integer({ min: 1, max: 9 }),
    });
    const written = (rows: readonly { [field: string]: string | number | boolean }[]) =>
      rows.map(({ id, who, method, diagnoses, deleted, version }) =>
        admission(String(id), String(who), {
          admission_method: method ?? '',
          diagnoses: diagnoses ?? '',
          lds_is_deleted: deleted ?? false,
          lds_start_date_time: `2026-10-0${version}T03:00:00Z`,
        }),
      );
    const key = ({ id, who, version }: { id: string; who: string; version: number }) =>
      `${id} ${who} ${version}`;
    let senders = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { minLength: 2, maxLength: 20, selector: key }),
        fc.integer({ min: 0, max: 20 }),
        async (rows, cut) => {
          const parts = [rows.slice(0, cut), rows.slice(cut)].filter(({ length }) => length > 0);
          const left: string[][] = [];
          for (const order of [parts, [...parts].reverse(), [rows]]) {
            const publisher = `ZX${String(++senders).padStart(3, '0')}`;
            for (const part of order) {
              const result = await importPaths(at, hospital({ admission: written(part) }, { publisher }));
              expect(unevenTables(result)).toEqual([]);
              expect(account(result, 'admission')?.read).toBe(part.length);
            }
            left.push(await rowsNow('admission', publisher));
          }
          expect(left[1]).toEqual(left[0]);
          expect(left[2]).toEqual(left[0]);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
