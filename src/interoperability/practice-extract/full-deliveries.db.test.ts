import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../../test/support/extracts.ts';
import { account, everybody, importPaths, lakeRows, unevenTables } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { ImportResult } from '../../domains/register/index.ts';

/** A delivery as drawn: its day, whether it is full, and the ids that each of its tables brings; `!` marks a bad row. */
interface DrawnDelivery {
  readonly day: string;
  readonly full?: boolean;
  readonly patients?: readonly string[];
  readonly observations?: readonly string[];
  readonly allergies?: readonly string[];
  readonly flags?: readonly string[];
  readonly locations?: readonly string[];
  /** When each observation was written; without it, that is when the delivery was extracted. */
  readonly written?: string;
}

interface Case {
  /** What arrives in each import, in the order in which it is given. */
  readonly imports: readonly (readonly DrawnDelivery[])[];
  readonly live: readonly string[];
  /** Rows that the last delivery removed by silence. */
  readonly removed?: number;
}

const day = (n: number) => `2026-10-0${n}`;
const of = (n: number, ...observations: string[]): DrawnDelivery => ({ day: day(n), observations });
const full = (n: number, ...observations: string[]): DrawnDelivery => ({
  ...of(n, ...observations),
  full: true,
});

const cases: Record<string, Case> = {
  'a full delivery removes what it no longer has': {
    imports: [[full(1, 'a', 'b', 'c')], [full(2, 'a')]],
    live: ['a'],
    removed: 2,
  },
  'an increment removes nothing': {
    imports: [[full(1, 'a', 'b')], [of(2, 'a')]],
    live: ['a', 'b'],
    removed: 0,
  },
  'a practice that is not in the import keeps its rows': {
    imports: [[full(1, 'a', 'b')], []],
    live: ['a', 'b'],
  },
  'a table that is not in a full delivery keeps its rows': {
    imports: [
      [{ ...full(1, 'a', 'b'), allergies: ['x'] }],
      [{ day: day(2), full: true, allergies: ['x', 'y'] }],
    ],
    live: ['a', 'b', 'x', 'y'],
  },
  'tables of one kind of row are told apart': {
    imports: [[{ ...full(1, 'a'), allergies: ['x'] }], [{ ...full(2, 'b'), allergies: ['x'] }]],
    live: ['b', 'x'],
    removed: 1,
  },
  'a kept table that is not in a full delivery keeps its rows': {
    imports: [
      [{ ...full(1, 'a'), flags: ['f', 'g'], locations: ['l'] }],
      [{ ...full(2, 'a'), flags: ['f'] }],
    ],
    live: ['a', 'flag:f', 'location:l'],
  },
  'a full table with a row that cannot be used removes nothing': {
    imports: [[full(1, 'a', 'b')], [full(2, 'a', 'c!')]],
    live: ['a', 'b'],
    removed: 0,
  },
  'a full table without rows removes all': {
    imports: [[full(1, 'a', 'b')], [full(2)]],
    live: [],
    removed: 2,
  },
  'what came back in a later full delivery is there': {
    imports: [[full(1, 'a', 'b')], [full(2, 'a')], [full(3, 'a', 'b')]],
    live: ['a', 'b'],
  },
  'what was written later than it was removed is there': {
    imports: [[full(1, 'a', 'b')], [full(2, 'a')], [{ ...of(3, 'b'), written: `${day(3)}T00:00:00Z` }]],
    live: ['a', 'b'],
  },
  'a late full delivery does not remove what came after it': {
    imports: [[full(1, 'a')], [of(3, 'c')], [full(2, 'a')]],
    live: ['a', 'c'],
    removed: 0,
  },
  'a late full delivery does not bring back what a newer one no longer has': {
    imports: [[full(2, 'a')], [full(1, 'a', 'b')]],
    live: ['a'],
  },
  'a late increment does not bring back what a newer full delivery no longer has': {
    imports: [[full(3, 'a')], [of(2, 'b')]],
    live: ['a'],
  },
  'a mended row of a newer full delivery is taken though it is old': {
    imports: [[full(3, 'a', 'b!')], [{ ...of(4, 'b'), written: `${day(1)}T00:00:00Z` }]],
    live: ['a', 'b'],
  },
  'of two full deliveries in one import the newer one says what is there': {
    imports: [[full(1, 'a', 'b'), full(2, 'a')]],
    live: ['a'],
  },
  'of two full deliveries in one import the newer one says what is there, whichever is first': {
    imports: [[full(2, 'a'), full(1, 'a', 'b')]],
    live: ['a'],
  },
  'of two full deliveries over an older one the newer one says what is there': {
    imports: [[full(1, 'a', 'b')], [full(2, 'a', 'b', 'c'), full(3, 'a')]],
    live: ['a'],
  },
};

describe('deliveries over time', () => {
  const at = useTestBook();
  let folder: string;
  let written = 0;
  const results: ImportResult[] = [];

  const practiceOf = (name: string) => `Z${String(Object.keys(cases).indexOf(name)).padStart(5, '0')}`;

  const write = (
    practice: string,
    { day, full = false, written: version, ...sent }: DrawnDelivery,
  ): string => {
    const rows = (ids: readonly string[]) =>
      ids.map((id) =>
        observation(id.replace('!', ''), 'p', {
          ...(id.endsWith('!') ? { clinical_effective_date: 'soon' } : {}),
          lds_start_date_time: version ?? '',
        }),
      );
    const header = 'id,patient_id,clinical_effective_date,mapped_concept_code\n';
    const table = (ids: readonly string[]) => (ids.length === 0 ? header : rows(ids));
    const patients = sent.patients ?? ['p'];
    return writeExtract(
      folder,
      `${practice}-${++written}`,
      {
        patient: patients.map((id) => patient(`${id}`)),
        episode_of_care: patients.map((id) => registration(id)),
        ...(sent.observations ? { observation: table(sent.observations) } : {}),
        ...(sent.allergies ? { allergy_intolerance: table(sent.allergies) } : {}),
        ...(sent.flags ? { flag: sent.flags.map((id) => ({ id, patient_id: 'p' })) } : {}),
        ...(sent.locations ? { location: sent.locations.map((id) => ({ id })) } : {}),
      },
      { publisher: practice, extracted_at: `${day}T03:00:00Z`, full },
    );
  };

  /** All cases at once: what each sends first in the first import, what each sends next in the next. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-over-time-'));
    for (const round of [0, 1, 2]) {
      const paths = Object.entries(cases).flatMap(([name, { imports }]) =>
        (imports[round] ?? []).map((delivery) => write(practiceOf(name), delivery)),
      );
      results.push(await importPaths(at, ...paths));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are accounted for', () => {
    expect(results.flatMap(unevenTables)).toEqual([]);
  });

  test.each(Object.entries(cases))('%s', async (name, { live, removed, imports }) => {
    const practice = practiceOf(name);
    const query = `select row_id from live where org = '${practice}' order by row_id`;
    const rows = [...(await lakeRows(at, 'event', query)), ...(await lakeRows(at, 'source_record', query))];
    expect(rows.map(({ row_id }) => row_id)).toEqual(live);
    if (removed === undefined) return;
    const last = results[imports.length - 1]?.deliveries.find(({ publisher }) => publisher === practice);
    expect(last?.tables.find(({ table }) => table === 'observation')?.removed).toBe(removed);
  });

  test('a full delivery whose table is empty, and that comes alone, removes all that was in it', async () => {
    await importPaths(at, write('Z70002', full(1, 'a', 'b')));
    const last = await importPaths(at, write('Z70002', full(2)));
    expect(account(last, 'observation')).toEqual({});
    expect(last.deliveries[0]?.tables.find(({ table }) => table === 'observation')?.removed).toBe(2);
    expect(await lakeRows(at, 'event', "select row_id from live where org = 'Z70002'")).toEqual([]);
  });

  test('people whom a full delivery no longer has are on no list; those of other practices stay', async () => {
    const send = (n: number, ...patients: string[]) =>
      importPaths(at, write('Z70000', { day: day(n), full: true, patients }));
    await importPaths(at, write('Z70001', { day: day(1), full: true, patients: ['q3'] }));
    await send(1, 'q1', 'q2');
    const second = await send(2, 'q1');
    expect(second.deliveries[0]?.tables.find(({ table }) => table === 'patient')?.removed).toBe(1);
    expect(account(second, 'patient')).toEqual({ read: 1, duplicate: 1 });
    const people = await everybody(at);
    const isRegistered = (id: string) =>
      people.find((each) => each.family_name === `Family${id}`)?.registered;
    expect(['q1', 'q2', 'q3'].map(isRegistered)).toEqual([true, false, true]);
  });
});
