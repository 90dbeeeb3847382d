import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RegisterTables } from '../../src/domains/register/index.ts';
import { nhsCheckDigit } from '../../src/kernel/index.ts';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { lakeRows } from '../support/imports.ts';
import { useProgram } from '../support/program.ts';
import { type TestBook, useTestBook } from '../support/test-book.ts';

// As many practices as a whole integrated care system has, a folder each, and older extracts of some of them among
// them. Each import is a process of its own that may have few files open.

const PRACTICES = 400;
/** Every so many practices there is an older extract beside the newer one. */
const OLDER_EACH = 40;
const OPEN_FILES = 256;

const outcome = z.looseObject({
  deliveries: z.array(
    z.looseObject({
      source: z.string(),
      tables: z.array(
        z.looseObject({
          read: z.int(),
          loaded: z.int(),
          quarantined: z.int(),
          duplicate: z.int(),
        }),
      ),
      refused: z.unknown().optional(),
    }),
  ),
  silent: z.array(z.looseObject({ code: z.string(), lastSent: z.string().nullable() })).optional(),
});

const codes = Array.from({ length: PRACTICES }, (_, n) => `Z9${String(n).padStart(4, '0')}`);
/** The second patients of two practices, one early and one late in the order of their codes, are one person. */
const numbers = Array.from({ length: PRACTICES }, (_, n) => `999${String(n).padStart(6, '0')}`)
  .map((nine) => `${nine}${nhsCheckDigit(nine)}`)
  .filter((number) => number.length === 10)
  .slice(0, PRACTICES / 2);

describe('four hundred practices', () => {
  const inOne = useTestBook();
  const backwards = useTestBook();
  const byAndBy = useTestBook();
  const { files, json } = useProgram();
  const folders: string[] = [];

  const extract = (n: number, day: string, rows: number) => {
    const code = codes[n] ?? '';
    const version = { lds_start_date_time: `${day}T00:00:00Z` };
    const people = Array.from({ length: 1 + (n % 3) }, (_, k) => ({
      ...patient(`${code}-${k}`, { nhs_number: k === 1 ? (numbers[n % numbers.length] ?? '') : '' }),
      ...{ family_name: `Family${n % 7}${k}`, birth_date: `19${10 + (n % 80)}-0${1 + (n % 9)}-1${k}` },
      ...{ postcode: `ZZ${n} 1AA`, ...version },
    }));
    const ids = people.map(({ id }) => id);
    const from = { episode_of_care_start_date: `20${10 + (n % 13)}-01-0${1 + (n % 9)}`, ...version };
    return writeExtract(
      files,
      `${code}-${day}`,
      {
        patient: people,
        episode_of_care: ids.map((id) => registration(id, from)),
        observation: Array.from({ length: rows }, (_, k) =>
          observation(`${code}-o${k}`, ids[k % ids.length] ?? '', { result_value: n + rows, ...version }),
        ),
      },
      { publisher: code, extracted_at: `${day}T03:00:00Z` },
    );
  };

  beforeAll(() => {
    for (let n = 0; n < PRACTICES; n++) {
      if (n % OLDER_EACH === 0) folders.push(extract(n, '2026-09-01', 8));
      folders.push(extract(n, '2026-10-01', 5));
    }
  });

  /** Takes folders in, in a process of its own; every row of every table is accounted for. */
  const take = async (at: TestBook, paths: readonly string[]) => {
    const env = { DATABASE_URL: at.url, NEIGHBOURHOLD_HOME: at.home.path };
    const result = await json(outcome, ['import', ...paths], { env, openFiles: OPEN_FILES });
    expect(result.deliveries.map(({ source }) => source).sort()).toEqual(
      paths.map((path) => path.slice(files.length + 1)).sort(),
    );
    for (const { source, refused, tables } of result.deliveries) {
      expect({ source, refused, tables: tables.length }).toEqual({ source, refused: undefined, tables: 3 });
      for (const { read, loaded, duplicate } of tables) expect(loaded + duplicate, source).toBe(read);
    }
    return result;
  };

  /** One import after the other: each says which of the practices that sent before it has nothing of. */
  const takeByAndBy = async (parts: readonly (readonly string[])[]) => {
    const known = new Set<string>();
    for (const part of parts) {
      const sent = new Set(part.map(practiceOf));
      const { silent = [] } = await take(byAndBy, part);
      expect(silent.map(({ code }) => code)).toEqual([...known].filter((code) => !sent.has(code)).sort());
      expect(silent.filter(({ lastSent }) => lastSent === null)).toEqual([]);
      for (const code of sent) known.add(code);
    }
  };
  const practiceOf = (path: string) => path.slice(files.length + 1).slice(0, 6);

  const content = async (at: TestBook) => ({
    rows: (
      await lakeRows<{ row: string }>(
        at,
        'event',
        "select concat_ws(' ', org, patient_id, row_id, version, value::integer, day) as row from live",
      )
    )
      .map(({ row }) => row)
      .sort(),
    people: await at.book
      .as('batch')
      .withTables<RegisterTables & { 'directory.place': { place_id: number; code: string } }>()
      .selectFrom('register.person')
      .innerJoin('directory.place as practice', 'practice.place_id', 'practice_id')
      .where('registered', '=', true)
      .select((select) => [
        'nhs_number',
        'family_name',
        'birth_date',
        'practice.code',
        select.fn<number>('cardinality', ['records']).as('records'),
      ])
      .orderBy('practice.code')
      .orderBy('birth_date')
      .execute(),
  });

  test('at once, in any order or by and by, are the same record of the same people', async () => {
    const order = fc.sample(fc.shuffledSubarray(folders, { minLength: folders.length }), 1)[0] ?? [];
    const third = Math.ceil(order.length / 3);
    await Promise.all([
      take(inOne, folders),
      take(backwards, [...folders].reverse()),
      takeByAndBy([order.slice(0, third), order.slice(third, 2 * third), order.slice(2 * third)]),
    ]);
    const expected = await content(inOne);
    const seconds = codes.flatMap((_, n) => (n % 3 === 0 ? [] : [n % numbers.length]));
    const others = codes.reduce((sum, _, n) => sum + (n % 3 === 2 ? 2 : 1), 0);
    expect(expected.people).toHaveLength(others + new Set(seconds).size);
    // Of a practice with an older extract beside it, three observations are only in that one.
    expect(expected.rows).toHaveLength(PRACTICES * 5 + (PRACTICES / OLDER_EACH) * 3);
    expect(await content(backwards)).toEqual(expected);
    expect(await content(byAndBy)).toEqual(expected);
  }, 900_000);
});
