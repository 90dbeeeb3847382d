import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  anyObservation,
  consistentObservation,
  type DrawnObservation,
  EXTRACTED_AT,
  expectedOf,
  KNOWN_PATIENTS,
  observationsFile,
} from '../../../test/support/drawn-observations.ts';
import { patient, writeExtract } from '../../../test/support/extracts.ts';
import { account, importPaths, lakeRows, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';

// Every case is a practice of its own, and many practices are imported at once: the laws are tried on some hundred
// deliveries in a few imports. A counterexample is shrunk as usual.

// Shrinking takes minutes: take endOnFailure out to see a small counterexample, and give the test the time.
const RUNS = { numRuns: 2, endOnFailure: true };

describe('whatever is delivered', () => {
  const at = useTestBook();
  let folder: string;
  let practices = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-laws-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const newPractice = () => `Z${String(++practices).padStart(5, '0')}`;

  /** Writes a delivery of a practice: its patients, and these observations. */
  const delivery = (practice: string, rows: readonly DrawnObservation[], name = practice): string => {
    const path = writeExtract(
      folder,
      name,
      { patient: KNOWN_PATIENTS.map((id) => patient(id)) },
      { publisher: practice, extracted_at: EXTRACTED_AT },
    );
    writeFileSync(join(path, 'observation.csv'), observationsFile(practice, rows));
    return path;
  };

  /** The rows that are live, by practice: `patient id value` of each, in order. */
  const liveRows = async (): Promise<(practice: string) => string[]> => {
    const rows = await lakeRows<{ org: string; row: string }>(
      at,
      'event',
      "select org, concat_ws(' ', patient_id, row_id, coalesce(value::integer::varchar, '')) as row from live",
    );
    return (practice) =>
      rows
        .filter(({ org }) => org === practice)
        .map(({ row }) => row)
        .sort();
  };

  test('every row is loaded, put aside with its reason, or a duplicate; the latest versions are live', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyObservation, { minLength: 1, maxLength: 12 }), { minLength: 6, maxLength: 12 }),
        async (cases) => {
          const sent = cases.map((rows) => ({ rows, practice: newPractice() }));
          const paths = sent.map(({ practice, rows }) => delivery(practice, rows));
          const result = await importPaths(at, ...paths);
          expect(unevenTables(result)).toEqual([]);
          const live = await liveRows();
          for (const [place, { rows, practice }] of sent.entries()) {
            const expected = expectedOf(rows);
            expect(account(result, 'observation', place)).toEqual(expected.account);
            expect(live(practice)).toEqual(expected.live);
          }
          const again = await importPaths(at, ...paths);
          expect(unevenTables(again)).toEqual([]);
          expect(again.snapshot).toBe(result.snapshot);
          for (const [place, { rows }] of sent.entries()) {
            const {
              loaded = 0,
              duplicate = 0,
              ...others
            } = expectedOf(rows).account as Record<string, number>;
            const known = loaded + duplicate;
            expect(account(again, 'observation', place)).toEqual({
              ...others,
              ...(known > 0 ? { duplicate: known } : {}),
            });
          }
        },
      ),
      RUNS,
    );
  });

  test('in one delivery or in two, together, in this order or the other, the same rows are live', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.array(consistentObservation, { minLength: 1, maxLength: 8 }),
            fc.array(consistentObservation, { minLength: 1, maxLength: 8 }),
          ),
          { minLength: 2, maxLength: 5 },
        ),
        async (cases) => {
          const sent = cases.map(([one, two]) => ({
            one,
            two,
            whole: newPractice(),
            together: newPractice(),
            forwards: newPractice(),
            backwards: newPractice(),
          }));
          const first = sent.flatMap(({ one, two, whole, together, forwards, backwards }) => [
            delivery(whole, [...one, ...two]),
            delivery(together, one, `${together} one`),
            delivery(together, two, `${together} two`),
            delivery(forwards, one),
            delivery(backwards, two),
          ]);
          expect(unevenTables(await importPaths(at, ...first))).toEqual([]);
          const second = sent.flatMap(({ one, two, forwards, backwards }) => [
            delivery(forwards, two, `${forwards} later`),
            delivery(backwards, one, `${backwards} later`),
          ]);
          expect(unevenTables(await importPaths(at, ...second))).toEqual([]);
          const live = await liveRows();
          for (const { one, two, ...ways } of sent) {
            const expected = expectedOf([...one, ...two]).live;
            for (const practice of Object.values(ways)) expect(live(practice)).toEqual(expected);
          }
        },
      ),
      RUNS,
    );
  });

  test('rows that contradict each other in an old version are put aside, and what is there stays', async () => {
    const row: DrawnObservation = {
      id: 'o1',
      patient: 'p1',
      date: '2020-01-02',
      value: '1',
      version: '2026-10-02T00:00:00Z',
      deleted: 'false',
      owner: 'own',
      written: 'whole',
    };
    const practice = newPractice();
    await importPaths(at, delivery(practice, [row]));
    const old = { ...row, version: '2026-10-01T00:00:00Z' };
    // Another patient's row of the same id and version is not part of the quarrel.
    const others = [{ ...old, patient: 'p2' }, row, { ...row, value: '3' }];
    const result = await importPaths(
      at,
      delivery(practice, [{ ...old, value: '7' }, { ...old, value: '8' }, ...others.slice(0, 1)], 'old'),
      delivery(practice, others.slice(1), 'same'),
    );
    expect(account(result, 'observation')).toEqual({ read: 3, loaded: 1, duplicate: 2 });
    expect(account(result, 'observation', 1)).toEqual({
      read: 2,
      quarantined: 2,
      reasons: { conflicting_version: 2 },
    });
    const alone = await importPaths(
      at,
      delivery(practice, [{ ...old, value: '7' }, { ...old, value: '8' }, ...others.slice(0, 1)], 'alone'),
    );
    expect(account(alone, 'observation')).toEqual({
      read: 3,
      quarantined: 2,
      duplicate: 1,
      reasons: { conflicting_version: 2 },
    });
    expect((await liveRows())(practice)).toEqual(['p1 o1 1', 'p2 o1 1']);
  });
});
