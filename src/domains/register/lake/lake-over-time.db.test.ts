import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, writeExtract } from '../../../../test/support/extracts.ts';
import { importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { type Lake, liveRows } from './manifest.ts';
import { keepForPages, lakeFaults, orphanFiles, readSnapshot, type Snapshot } from './snapshots.ts';

/** More than so many files of news are not kept beside each other. */
const INCREMENTS = 10;
const PATIENTS = ['p1', 'p2', 'p3', 'p4'];
const SEEN_BY_PAGES = 2;

describe('a lake to which little is added many times', () => {
  const at = useTestBook();
  let folder: string;
  let duck: Duck;
  /** The snapshot after each import, and what its live rows must be. */
  const snapshots: Snapshot[] = [];
  const expected: string[][] = [];
  const deltas: number[] = [];

  const send = async (rows: ReturnType<typeof observation>[]) => {
    const name = `Z00001 ${snapshots.length}`;
    const path = writeExtract(
      folder,
      name,
      { patient: PATIENTS.map((id) => patient(id)), observation: rows },
      { publisher: 'Z00001', extracted_at: '2026-10-01T03:00:00Z' },
    );
    await importPaths(at, path);
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    if (!snapshot) throw new Error('nothing was published');
    return snapshot;
  };

  const version = (n: number, more = {}) => ({
    lds_start_date_time: `2026-09-${String(n + 1).padStart(2, '0')}T00:00:00Z`,
    lds_is_deleted: false,
    ...more,
  });

  const rowsOf = async ({ folder, manifest }: Lake, bucket?: number): Promise<string[]> => {
    const live = liveRows({ folder, manifest }, 'event', bucket);
    const rows = live
      ? await duck.rows<{ row: string }>(`select row_id || ' ' || value::integer as row from ${live}`)
      : [];
    return rows.map(({ row }) => row).sort();
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-lake-'));
    duck = await openDuck();
    const there = new Map(Array.from({ length: 120 }, (_, n) => [`o${n}`, 0]));
    const patientOf = (id: string) => PATIENTS[Number(id.slice(1)) % PATIENTS.length] ?? '';
    const keep = (snapshot: Snapshot) => {
      snapshots.push(snapshot);
      expected.push([...there].map(([id, value]) => `${id} ${value}`).sort());
      deltas.push((snapshot.lake.manifest.files.event ?? []).filter(({ delta }) => delta).length);
    };
    keep(
      await send(
        [...there.keys()].map((id) => observation(id, patientOf(id), { result_value: 0, ...version(0) })),
      ),
    );
    for (let n = 1; n <= INCREMENTS; n++) {
      // One row is new, one is changed a second time, one goes.
      const [fresh, changed, gone] = [`o${200 + n}`, `o${n % 3}`, `o${20 + n}`];
      there.set(fresh, n).set(changed, n).delete(gone);
      keep(
        await send([
          observation(fresh, patientOf(fresh), { result_value: n, ...version(n) }),
          observation(changed, patientOf(changed), { result_value: n, ...version(n) }),
          observation(gone, patientOf(gone), { result_value: '', ...version(n, { lds_is_deleted: true }) }),
        ]),
      );
      if (n === SEEN_BY_PAGES) {
        const { id } = snapshots[n] as Snapshot;
        await at.book
          .as('batch')
          .transaction()
          .execute((tx) => keepForPages(tx, id));
      }
    }
  });
  afterAll(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('keeps news in files of its own, and puts them together before they are many', () => {
    expect(deltas[0]).toBe(0);
    expect(deltas[1]).toBe(1);
    expect(deltas[2]).toBe(2);
    expect(Math.max(...deltas)).toBeLessThanOrEqual(8);
    expect(deltas.slice(3)).toContain(0);
  });

  test.each([SEEN_BY_PAGES, INCREMENTS - 3, INCREMENTS - 2, INCREMENTS - 1, INCREMENTS])(
    'reads after import %i what it read then, whatever came since',
    async (n) => {
      const { lake } = snapshots[n] as Snapshot;
      expect(lakeFaults(lake)).toEqual([]);
      expect(await rowsOf(lake)).toEqual(expected[n]);
    },
  );

  test('reads the same bucket by bucket, each row in one', async () => {
    const { lake } = snapshots[SEEN_BY_PAGES] as Snapshot;
    const buckets: string[] = [];
    for (let bucket = 0; bucket < lake.manifest.buckets; bucket++)
      buckets.push(...(await rowsOf(lake, bucket)));
    expect(buckets.sort()).toEqual(expected[SEEN_BY_PAGES]);
  });

  test('loses the files that only forgotten snapshots had, and no others', async () => {
    const paths = (snapshot: Snapshot) =>
      Object.values(snapshot.lake.manifest.files).flatMap((files) => (files ?? []).map(({ path }) => path));
    expect(await orphanFiles(at.book.as('batch'), at.home.lake)).toEqual([]);
    const kept = new Set([SEEN_BY_PAGES, 7, 8, 9, 10].flatMap((n) => paths(snapshots[n] as Snapshot)));
    const forgotten = [1, 3, 4]
      .flatMap((n) => paths(snapshots[n] as Snapshot))
      .filter((path) => !kept.has(path));
    expect(forgotten.length).toBeGreaterThan(0);
    const isThere = (path: string) => existsSync(join(at.home.lake, path));
    expect(forgotten.filter(isThere)).toEqual([]);
    expect([...kept].filter((path) => !isThere(path))).toEqual([]);
  });

  test('is read on undisturbed while more is published', async () => {
    const { lake } = snapshots[INCREMENTS] as Snapshot;
    let published = false;
    const publishing = send([observation('new', 'p1', { result_value: 1, ...version(20) })]).finally(() => {
      published = true;
    });
    let reads = 0;
    while (!published || reads === 0) {
      expect(await rowsOf(lake)).toEqual(expected[INCREMENTS]);
      reads++;
    }
    expect(await rowsOf((await publishing).lake)).toEqual([...(expected[INCREMENTS] ?? []), 'new 1'].sort());
  });
});
