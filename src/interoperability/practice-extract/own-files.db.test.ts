import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, toCsv, writeExtract } from '../../../test/support/extracts.ts';
import { account, importPaths, lakeRows, quarantine, unevenTables } from '../../../test/support/imports.ts';
import { type TestBook, useTestBook } from '../../../test/support/test-book.ts';
import { readSnapshot } from '../../domains/register/index.ts';
import { literal, openDuck } from '../../platform/lake/index.ts';

// Rows of a practice that are many enough go to the lake without waiting for those of others. What comes of them is the
// same as if they had waited: each case says what that is.

/** More than the first rows by which it is seen which codes are missing, and than a group of rows. */
const MANY = 21_000;
const CODES = 50;
type Row = Record<string, string | number>;

const rowsOf = (practice: string): Row[] =>
  Array.from({ length: MANY }, (_, n) =>
    observation(`${practice}-${n}`, practice, {
      mapped_concept_code: String(44054006 + (n % CODES)),
      result_value: n,
      record_owner_organisation_code: practice,
    }),
  );

interface Case {
  /** More rows of A81001 and of B81002, after the many that each has. */
  readonly a?: readonly Row[];
  readonly b?: readonly Row[];
  readonly accounts: readonly Record<string, unknown>[];
  readonly live: number;
  /** How many codes the rows have, where it is not the usual number. */
  readonly codes?: number;
  /** How many files of the lake are of one practice alone. */
  readonly files: number;
}

const all = { read: MANY, loaded: MANY };
const cases: Record<string, Case> = {
  'rows of two practices': { accounts: [all, all], live: 2 * MANY, files: 2 },
  'a code that only a late row has': {
    a: [{ ...observation('A81001-late', 'A81001', { mapped_concept_code: '195967001' }) }],
    accounts: [{ read: MANY + 1, loaded: MANY + 1 }, all],
    live: 2 * MANY + 1,
    files: 2,
    codes: 51,
  },
  'a second practice with many codes that the first did not have': {
    b: Array.from({ length: 1000 }, (_, n) =>
      observation(`B81002-own-${n}`, 'B81002', { mapped_concept_code: String(195967001 + n) }),
    ),
    accounts: [all, { read: MANY + 1000, loaded: MANY + 1000 }],
    live: 2 * MANY + 1000,
    files: 2,
    codes: CODES + 1000,
  },
  'a row of a late code that came twice': {
    a: [
      {
        ...rowsOf('A81001')[7],
        mapped_concept_code: '195967001',
        lds_start_date_time: '2026-01-01T00:00:00Z',
      },
    ],
    // The one that says when it was written is a later version than the delivery's, which says nothing.
    accounts: [{ read: MANY + 1, loaded: MANY, duplicate: 1 }, all],
    live: 2 * MANY,
    files: 1,
    codes: 51,
  },
  'a row that came twice': {
    a: [{ ...rowsOf('A81001')[7] }],
    accounts: [{ read: MANY + 1, loaded: MANY, duplicate: 1 }, all],
    live: 2 * MANY,
    files: 1,
  },
  'one version that says two things': {
    b: [{ ...rowsOf('B81002')[7], result_value: -1 }],
    accounts: [
      all,
      { read: MANY + 1, loaded: MANY - 1, quarantined: 2, reasons: { conflicting_version: 2 } },
    ],
    live: 2 * MANY - 1,
    files: 1,
  },
  'a row that is no row, and one of nobody': {
    a: [
      { ...observation('A81001-x', 'A81001', { clinical_effective_date: 'once' }) },
      { ...observation('A81001-y', 'nobody') },
    ],
    accounts: [
      { read: MANY + 2, loaded: MANY, quarantined: 2, reasons: { not_a_date: 1, unknown_patient: 1 } },
      all,
    ],
    live: 2 * MANY,
    files: 2,
  },
  'a practice that sends a row of another one again': {
    b: [{ ...rowsOf('A81001')[7] }],
    // Of two that do not say when they were written the later delivery's counts.
    accounts: [
      { read: MANY, loaded: MANY - 1, duplicate: 1 },
      { read: MANY + 1, loaded: MANY + 1 },
    ],
    live: 2 * MANY,
    files: 0,
  },
};

/** The files of the lake that are of one practice alone. */
async function ownFiles(at: TestBook): Promise<string[]> {
  const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
  const paths = (snapshot?.lake.manifest.files.event ?? []).map((file) => file.path);
  return paths.filter((path) => /-\d\d-\d+\.parquet$/.test(path));
}

describe('rows that need not wait for others', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nh-held-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, { a = [], b = [], accounts, live, files, codes = CODES }] of Object.entries(cases)) {
    describe(name, () => {
      const at = useTestBook();
      test('is in the lake and in the account', async () => {
        const paths = [
          ['A81001', a],
          ['B81002', b],
        ].map(([practice, more]) =>
          writeExtract(join(folder, name), practice as string, {
            patient: [patient(practice as string)],
            episode_of_care: [registration(practice as string)],
            observation: [...rowsOf(practice as string), ...(more as Row[])],
          }),
        );
        const result = await importPaths(at, ...paths);
        expect(unevenTables(result)).toEqual([]);
        expect([account(result, 'observation', 0), account(result, 'observation', 1)]).toEqual(accounts);
        expect(
          await lakeRows(
            at,
            'event',
            'select count(*) as rows, count(distinct row_id) as ids, count(distinct code.concept) as codes from live join code using (code)',
          ),
        ).toEqual([{ rows: live, ids: live, codes }]);
        expect(await ownFiles(at)).toHaveLength(files);
        if (accounts.some(({ quarantined }) => quarantined))
          expect((await quarantine(at, 'observation')).map(({ line }) => line)).toHaveLength(2);
        // The same again is known; a later version of one row is news.
        const again = await importPaths(at, ...paths);
        expect(account(again, 'observation', 0)?.loaded).toBeUndefined();
        expect(unevenTables(again)).toEqual([]);
      });
    });
  }

  // A practice's codes are added before its rows are read, where the one before it had many that were missing.
  describe('practices of which one has codes that those before it did not have', () => {
    const at = useTestBook();
    const coded = (practice: string, first: number) =>
      writeExtract(join(folder, 'coded'), practice, {
        patient: [patient(practice)],
        episode_of_care: [registration(practice)],
        // In the order of codes, so that no small part shows them all.
        observation: Array.from({ length: MANY }, (_, n) =>
          observation(`${practice}-${n}`, practice, {
            mapped_concept_code: String(first + Math.floor((n * CODES) / MANY)),
            mapped_concept_display: `Word ${String(9 - (n % 10))}`,
            record_owner_organisation_code: practice,
          }),
        ),
      });
    test('have their own files, and words that do not depend on which row came first', async () => {
      const paths = [
        coded('A81001', 44054006),
        coded('B81002', 44054006),
        coded('C81003', 195967001),
        coded('D81004', 195967001),
      ];
      const result = await importPaths(at, ...paths);
      for (const [nth] of paths.entries()) expect(account(result, 'observation', nth)).toEqual(all);
      expect(await ownFiles(at)).toHaveLength(4);
      expect(
        await lakeRows(
          at,
          'event',
          'select org, count(*) as rows, count(distinct code) as codes, min(code)::integer as least, min(code.display) as word, max(code.display) as other, count(term) as terms from live join code using (code) group by org order by org',
        ),
      ).toEqual(
        ['A81001', 'B81002', 'C81003', 'D81004'].map((org, nth) => ({
          org,
          rows: MANY,
          codes: CODES,
          least: nth < 2 ? 1 : CODES + 1,
          word: 'Word 0',
          other: 'Word 0',
          terms: 0,
        })),
      );
    });
  });

  describe('a small first delivery with a row of another practice', () => {
    const at = useTestBook();
    test('is taken in without that row', async () => {
      const extract = writeExtract(join(folder, 'others'), 'A81001', {
        patient: [patient('p')],
        episode_of_care: [registration('p')],
        observation: [
          observation('o1', 'p'),
          observation('o2', 'p', { record_owner_organisation_code: 'B81002' }),
        ],
      });
      expect(account(await importPaths(at, extract), 'observation')).toEqual({
        read: 2,
        loaded: 1,
        quarantined: 1,
        reasons: { unknown_patient: 1 },
      });
    });
  });

  describe('a delivery whose practice is written with a space', () => {
    const at = useTestBook();
    test('is of that practice', async () => {
      const owner = { record_owner_organisation_code: 'A81001' };
      const extract = writeExtract(
        join(folder, 'spaced'),
        'sent',
        {
          patient: [patient('p', { record_owner_organisation_code: 'A81001 ' })],
          episode_of_care: [registration('p', owner)],
          observation: [observation('o1', 'p', owner), observation('o2', 'p')],
        },
        { publisher: 'A81001 ' },
      );
      const result = await importPaths(at, extract);
      expect(account(result, 'observation')).toEqual({ read: 2, loaded: 2 });
      expect(result.deliveries.map(({ publisher }) => publisher)).toEqual(['A81001']);
    });
  });

  describe('a line that cannot be read', () => {
    const at = useTestBook();
    test('is put aside once, however often the file is read', async () => {
      const extract = writeExtract(join(folder, 'unreadable'), 'A81001', {
        patient: [patient('A81001')],
        episode_of_care: [registration('A81001')],
        observation: `${toCsv(rowsOf('A81001'))}short,A81001\n`,
      });
      const result = await importPaths(at, extract);
      expect(account(result, 'observation')).toEqual({
        read: MANY + 1,
        loaded: MANY,
        quarantined: 1,
        reasons: { unreadable_row: 1 },
      });
      expect((await quarantine(at, 'observation')).map(({ line }) => line)).toEqual([MANY + 2]);
      expect(await ownFiles(at)).toHaveLength(1);
    });
  });

  // What few rows have, they say in place of their id.
  const SOME_GROUPS = 3 * MANY;
  describe.each([
    ['person by person', (n: number) => (n < SOME_GROUPS / 2 ? 'a' : 'b')],
    ['in no order of people', (n: number) => (n % 2 === 0 ? 'a' : 'b')],
  ])('rows that come %s, with ids that rise', (order, whose) => {
    const at = useTestBook();
    test('are complete, and stand person by person', async () => {
      const extract = writeExtract(join(folder, order), 'A81001', {
        // One person, whose rows are in one bucket under two numbers.
        patient: ['a', 'b'].map((id) => patient(id, { nhs_number: '9990000018' })),
        episode_of_care: [registration('a'), registration('b')],
        observation: Array.from({ length: SOME_GROUPS }, (_, n) =>
          observation(String(n).padStart(6, '0'), whose(n), {
            mapped_concept_code: String(44054006 + (n % CODES)),
            source_display: n === 9 ? 'In other words' : '',
            result_value: n,
            record_owner_organisation_code: n % 3 === 0 ? 'a81001' : 'A81001',
          }),
        ),
      });
      const result = await importPaths(at, extract);
      expect(account(result, 'observation')).toEqual({ read: SOME_GROUPS, loaded: SOME_GROUPS });
      expect(
        await lakeRows(
          at,
          'event',
          `select org, precision, kind, note, confidential, deleted, count(distinct row_id) as ids, sum(value)::integer as total,
                  count(*) filter (value = row_id::integer) as right_value, count(term) as terms
             from live group by all`,
        ),
      ).toEqual([
        {
          org: 'A81001',
          precision: null,
          kind: 0,
          note: null,
          confidential: false,
          deleted: false,
          ids: SOME_GROUPS,
          total: (SOME_GROUPS * (SOME_GROUPS - 1)) / 2,
          right_value: SOME_GROUPS,
          terms: 1,
        },
      ]);
      const [file, ...others] = await ownFiles(at);
      expect(others).toEqual([]);
      const duck = await openDuck();
      // A few pieces are as good as one.
      expect(
        await duck.one(
          `select count(*) as rows, count(*) filter (rec < before) < 4 as person_by_person
             from (select rec, lag(rec) over () as before from read_parquet(${literal(join(at.home.lake, file ?? ''))}))`,
        ),
      ).toEqual({ rows: SOME_GROUPS, person_by_person: true });
      duck.close();
    });
  });
});
