import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { account, everybody, importPaths, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readSnapshot } from '../../domains/register/index.ts';
import { literal, openDuck } from '../../platform/lake/index.ts';

// Small tables of many deliveries are taken in some at once. What comes of them is the same as one after another.

/** More than are taken in at once. */
const DELIVERIES = 45;
const RENAMED_IN = 7;
const SAYS_NOTHING_IN = 30;
const HAS_A_STRANGER = [3, 41];

describe('many deliveries of one practice in one import', () => {
  const at = useTestBook();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-many-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('each is accounted for by itself, and of an organisation counts what was said of it last', async () => {
    const nameIn = (n: number) =>
      n === SAYS_NOTHING_IN ? '' : n < RENAMED_IN ? 'Old Surgery' : 'New Surgery';
    const paths = Array.from({ length: DELIVERIES }, (_, n) =>
      writeExtract(
        folder,
        `Z90050-${String(n).padStart(2, '0')}`,
        {
          patient: [patient(`p${n}`)],
          episode_of_care: [
            registration(`p${n}`),
            ...(HAS_A_STRANGER.includes(n) ? [registration(`stranger${n}`)] : []),
          ],
          organisation: [{ id: 'O1', organisation_code: 'Z90050', name: nameIn(n), postcode: 'ZZ1 1ZZ' }],
        },
        { publisher: 'Z90050', extracted_at: `2026-0${n < 28 ? 9 : 8}-01T03:00:00Z` },
      ),
    );
    const result = await importPaths(at, ...paths);
    expect(unevenTables(result)).toEqual([]);
    const deliveries = Array.from({ length: DELIVERIES }, (_, n) => n);
    expect(deliveries.map((n) => account(result, 'patient', n))).toEqual(
      deliveries.map(() => ({ read: 1, loaded: 1 })),
    );
    const news = [0, RENAMED_IN, SAYS_NOTHING_IN, SAYS_NOTHING_IN + 1];
    expect(deliveries.filter((n) => account(result, 'organisation', n)?.loaded === 1)).toEqual(news);
    expect(deliveries.filter((n) => account(result, 'organisation', n)?.duplicate !== 1)).toEqual(news);
    expect(deliveries.filter((n) => account(result, 'episode_of_care', n)?.quarantined === 1)).toEqual(
      HAS_A_STRANGER,
    );
    for (const n of HAS_A_STRANGER)
      expect(await quarantine(at, 'episode_of_care', n)).toMatchObject([
        { reason: 'unknown_patient', line: 3 },
      ]);
    expect(await everybody(at)).toHaveLength(DELIVERIES);
    expect(await organisations()).toEqual([{ code: 'Z90050', name: 'New Surgery' }]);
  });

  async function organisations() {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const path = snapshot?.lake.manifest.files.organisation?.at(-1)?.path ?? '';
    const duck = await openDuck();
    try {
      return await duck.rows(`select code, name from read_parquet(${literal(join(at.home.lake, path))})`);
    } finally {
      duck.close();
    }
  }
});
