import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../../test/support/actors.ts';
import { observation, patient, registration, writeExtract } from '../../../../test/support/extracts.ts';
import { account, everybody, importPaths, lakeRows, unevenTables } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { openDeliveries } from '../../../interoperability/index.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { liveRows } from '../lake/manifest.ts';
import { lakeFaults, orphanFiles, readSnapshot } from '../lake/snapshots.ts';
import { importDeliveries } from './import-deliveries.ts';
import { readRuns } from './read-runs.ts';

const BROKEN = 'the step broke';
/** The statements of an import after which it is broken off, out of some hundred: spread over all of it. */
const STEPS = Array.from({ length: 8 }, (_, n) => (n + 0.5) / 8);

describe('an import that is broken off', () => {
  const at = useTestBook();
  let folder: string;
  let statements = 0;
  let sent = 0;
  let duck: Duck;

  /** A delivery that touches every kind of table: somebody new, a newer version, a deletion, a row put aside. */
  const write = (n: number, practice = 'Z00001'): string => {
    const day = `2026-10-${String(n + 1).padStart(2, '0')}`;
    const version = { lds_start_date_time: `${day}T00:00:00Z`, lds_is_deleted: false };
    return writeExtract(
      folder,
      `${practice}-${n}-${++sent}`,
      {
        patient: [patient('p0', version), patient(`p${n}`, version)],
        episode_of_care: [registration(`p${n}`, version)],
        observation: [
          observation(`o${n}`, `p${n}`, { result_value: n, ...version }),
          observation('o0', 'p0', { result_value: n, ...version }),
          observation(`o${n - 1}`, `p${n - 1}`, { ...version, lds_is_deleted: n > 1 }),
          observation('bad', 'p0', { result_value: 'lots', ...version }),
        ],
        medication_order: [{ id: `m${n}`, patient_id: 'p0', mapped_concept_code: '1', ...version }],
        flag: [{ id: `f${n}`, patient_id: 'p0', flag_text: 'x', ...version }],
      },
      { publisher: practice, extracted_at: `${day}T03:00:00Z` },
    );
  };

  /** Imports a delivery whose DuckDB answers so many statements and then no more. Counts them. */
  const importWith = async (path: string, answered: number) => {
    statements = 0;
    const step = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
      if (++statements > answered) throw new Error(BROKEN);
      return ask();
    };
    return await importDeliveries({
      book: at.book,
      home: at.home,
      by: anActor('operator'),
      now: new Date('2026-11-02T09:00:00Z'),
      settings: { threads: 1 },
      open: (duck, opening) => {
        const { run, rows, one } = duck;
        Object.assign(duck, {
          run: (...asked: Parameters<Duck['run']>) => step(() => run(...asked)),
          rows: (...asked: Parameters<Duck['rows']>) => step(() => rows(...asked)),
          one: (...asked: Parameters<Duck['one']>) => step(() => one(...asked)),
        });
        return openDeliveries(duck, [path], 'content', opening);
      },
    });
  };

  /** Everything that is live: the snapshot, its rows, and the people, in the lake and in the book. */
  const live = async () => {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const rows = async (table: 'event' | 'medication' | 'source_record') => {
      const relation = snapshot && liveRows(snapshot.lake, table);
      const found = await duck.rows<{ row_id: string }>(`select row_id from ${relation} order by row_id`);
      return found.map(({ row_id }) => row_id);
    };
    return {
      snapshot: snapshot?.id,
      faults: snapshot ? lakeFaults(snapshot.lake) : [],
      rows: [await rows('event'), await rows('medication'), await rows('source_record')],
      people: (await everybody(at)).map(({ person_no, family_name, registered }) => [
        person_no,
        family_name,
        registered,
      ]),
      accounts: (await at.book.pool('batch').query('select count(*)::int as n from register.delivery'))
        .rows[0].n,
    };
  };

  const lastRun = async () => (await readRuns(at.book.as('batch'), 1))[0];

  const leftOver = async () => ({
    orphans: await orphanFiles(at.book.as('batch'), at.home.lake),
    scratch: readdirSync(at.home.work).filter((name) => name.startsWith('import')),
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-crash-'));
    duck = await openDuck();
    await importPaths(at, write(1));
    await importWith(write(2), Number.POSITIVE_INFINITY);
  });
  afterAll(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('at any statement leaves all as it was; the next one takes everything and leaves no file behind', async () => {
    const whole = statements;
    expect(whole).toBeGreaterThan(60);
    const before = await live();
    const path = write(3);
    for (const part of STEPS) {
      await expect(importWith(path, Math.floor(part * whole))).rejects.toThrow(BROKEN);
      expect(await live()).toEqual(before);
      expect(await lastRun()).toMatchObject({
        state: 'failed',
        message: 'The import failed. Nothing was changed.',
      });
      expect(await leftOver()).toEqual({ orphans: [], scratch: [] });
    }
    const result = await importWith(path, Number.POSITIVE_INFINITY);
    expect(unevenTables(result)).toEqual([]);
    expect(account(result, 'observation')).toEqual({
      read: 4,
      loaded: 3,
      quarantined: 1,
      reasons: { not_a_number: 1 },
    });
    expect(await leftOver()).toEqual({ orphans: [], scratch: [] });
    expect(await live()).toMatchObject({
      faults: [],
      rows: [
        ['o0', 'o3'],
        ['m1', 'm2', 'm3'],
        ['flag:f1', 'flag:f2', 'flag:f3'],
      ],
      people: [0, 1, 2, 3].map((n) => [expect.any(Number), `Familyp${n}`, n > 0]),
    });
  }, 120_000);

  describe('while it is published', () => {
    const breakAt = async (moment: string) => {
      const owner = at.book.pool('owner');
      await owner.query(`create or replace function public.break_off() returns trigger language plpgsql as
        $$ begin raise exception '${BROKEN}'; end $$`);
      await owner.query(
        `create ${moment.startsWith('commit') ? 'constraint ' : ''}trigger break_off ${moment.replace('commit of', 'after insert on')}
           ${moment.startsWith('commit') ? 'deferrable initially deferred' : ''} for each row execute function public.break_off()`,
      );
    };
    afterEach(async () => {
      await at.book.pool('owner').query('drop function if exists public.break_off() cascade');
    });

    let before: Awaited<ReturnType<typeof live>>;
    beforeAll(async () => {
      before = await live();
    });

    test.each([
      'before insert on directory.place',
      'before insert on register.snapshot',
      'before insert on register.person',
      'before update on register.person',
      'after insert on register.delivery_table',
      'commit of register.snapshot',
    ])('%s, it leaves all as it was', async (moment) => {
      await breakAt(moment);
      // A practice that nobody knows, and somebody who is on the list of another now.
      const path = write(4, 'Z00002');
      const moved = writeExtract(
        folder,
        `Z00001-moved-${++sent}`,
        { patient: [patient('p0', { family_name: 'Renamed', lds_start_date_time: '2026-10-20T00:00:00Z' })] },
        { publisher: 'Z00001', extracted_at: '2026-10-20T03:00:00Z' },
      );
      await expect(importPaths(at, path, moved)).rejects.toThrow(BROKEN);
      expect(await live()).toEqual(before);
      expect(await lastRun()).toMatchObject({ state: 'failed' });
    });

    test('then the next one takes everything', async () => {
      const result = await importPaths(at, write(4, 'Z00002'));
      expect(result.deliveries[0]?.refusal).toBeNull();
      expect(await leftOver()).toEqual({ orphans: [], scratch: [] });
      expect((await live()).people.map(([, name]) => name)).toContain('Familyp4');
    });
  });

  test('never says that nothing was kept when it was published', async () => {
    // The run's end is part of what is published: a process that dies right after it leaves no run open.
    const run = { finished: [] as unknown[] };
    await importDeliveries({
      book: at.book,
      home: at.home,
      by: anActor('operator'),
      now: new Date('2026-11-02T09:00:00Z'),
      settings: { threads: 1 },
      open: async (duck, opening) => {
        const { close } = duck;
        // DuckDB is closed after the publication and before anything else is written.
        duck.close = () => {
          run.finished.push(lastRun());
          close();
        };
        return await openDeliveries(duck, [write(5)], 'content', opening);
      },
    });
    expect(await run.finished[0]).toMatchObject({ state: 'done', progress: 'Finished' });
  });

  test('is not what happens to two at once: both are accounted for, and neither is lost', async () => {
    const [one, two, again] = [write(6, 'Z00003'), write(6, 'Z00004'), write(6, 'Z00003')];
    const results = await Promise.all([importPaths(at, one), importPaths(at, two), importPaths(at, again)]);
    expect(results.flatMap(unevenTables)).toEqual([]);
    expect(results.map(({ deliveries }) => deliveries.length)).toEqual([1, 1, 1]);
    const loaded = results.map((result) => account(result, 'patient')?.loaded ?? 0);
    expect(loaded[1]).toBe(2);
    expect([loaded[0], loaded[2]].sort()).toEqual([0, 2]);
    const orgs = await lakeRows(
      at,
      'event',
      "select distinct org from live where row_id = 'o6' order by org",
    );
    expect(orgs).toEqual([{ org: 'Z00003' }, { org: 'Z00004' }]);
    const runs = await readRuns(at.book.as('batch'), 3);
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(await leftOver()).toEqual({ orphans: [], scratch: [] });
  });
});
