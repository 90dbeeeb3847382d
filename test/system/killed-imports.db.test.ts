import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { tidyUp } from '../../src/app/serve.ts';
import { runChecks } from '../../src/app/verify.ts';
import { readDisclosureRules, readLibrary, refresh } from '../../src/domains/need/index.ts';
import { orphanFiles, readRuns } from '../../src/domains/register/index.ts';
import { nhsCheckDigit } from '../../src/kernel/index.ts';
import { withSessionLock } from '../../src/platform/database/index.ts';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { everybody, importPaths, lakeRows, unevenTables } from '../support/imports.ts';
import { type Running, useProgram } from '../support/program.ts';
import { asProduct } from '../support/site.ts';
import { type TestBook, useTestBook } from '../support/test-book.ts';

// Imports in processes of their own that are killed at any time, as by a power cut, an operator or the kernel. What
// breaks at a chosen statement is in src/domains/register/intake/crash-safety.db.test.ts.

/** Kills within the whole of an import, and more of them within its publication, which is short. */
const KILLS = { import: 14, publication: 6 } as const;
/** Few, so that few of the lake's buckets have rows: an import here is as long as the number of files that it writes. */
const PATIENTS = 6;
const OBSERVATIONS = 2400;
const ORDERS = 600;

type Part = keyof typeof KILLS;

/** So many moments of a part, in hundredths of it, spread over all of it: each a random one of its share. */
function moments(part: Part): [Part, number][] {
  const drawn = fc.sample(fc.noBias(fc.integer({ min: 0, max: 99 })), KILLS[part]);
  return drawn.map((share, n) => [part, Math.floor((n * 100 + share) / KILLS[part])]);
}

describe('an import that is killed', () => {
  const at = useTestBook();
  const clean = useTestBook();
  const { begin, files } = useProgram();
  const owner = () => at.book.pool('owner');
  const paths: string[] = [];
  /** How long each part of a whole import takes here, in milliseconds. */
  const lasts = { import: 0, publication: 0 };
  const found = { old: 0, inPublication: 0 };

  /** The nth delivery: every row is newer, one patient more, one observation less. */
  const delivery = (n: number): string => {
    const day = `2026-10-${String(n + 1).padStart(2, '0')}`;
    const version = { lds_start_date_time: `${day}T00:00:00Z` };
    const people = Array.from({ length: PATIENTS + n }, (_, k) => `p${k}`);
    return writeExtract(
      files,
      `Z90001-${n}`,
      {
        patient: people.map((id, k) => patient(id, { nhs_number: testNumbers[k] ?? '', ...version })),
        episode_of_care: people.map((id) => registration(id, version)),
        observation: Array.from({ length: OBSERVATIONS }, (_, k) =>
          observation(`o${k}`, `p${k % PATIENTS}`, {
            result_value: n,
            ...version,
            lds_is_deleted: k < n,
          }),
        ),
        medication_order: Array.from({ length: ORDERS }, (_, k) => ({
          id: `m${k}`,
          patient_id: `p${k % PATIENTS}`,
          mapped_concept_code: '1',
          quantity_value: n,
          ...version,
        })),
      },
      { publisher: 'Z90001', extracted_at: `${day}T03:00:00Z` },
    );
  };

  /** What is live, in short: every row of the lake and everybody registered. */
  const live = async (of: TestBook) => ({
    event: await digest(of, 'event', 'value'),
    medication: await digest(of, 'medication', 'quantity'),
    people: (await everybody(of)).filter(({ registered }) => registered).length,
  });
  const digest = async (of: TestBook, table: 'event' | 'medication', number: string) => {
    const rows = await lakeRows<{ row: string }>(
      of,
      table,
      `select concat_ws(' ', patient_id, row_id, ${number}::integer) as row from live`,
    );
    return short(rows.map(({ row }) => row));
  };
  /** The same, of the nth delivery, by the rule that the deliveries follow. */
  const whole = (n: number) => ({
    event: short(Array.from({ length: OBSERVATIONS - n }, (_, k) => `p${(k + n) % PATIENTS} o${k + n} ${n}`)),
    medication: short(Array.from({ length: ORDERS }, (_, k) => `p${k % PATIENTS} m${k} ${n}`)),
    people: PATIENTS + n,
  });

  const start = (path: string): Running =>
    begin(['import', path, '--json'], {
      env: { DATABASE_URL: at.url, NEIGHBOURHOLD_HOME: at.home.path },
    });
  /** Waits for the beginning of a part of an import, counted by a sequence that no rollback takes back. */
  const beginningOf = async (part: Part, importing: Running, before: number): Promise<void> => {
    const begun = async () =>
      part === 'import' ? importing.said() !== '' : (await publicationsBegun()) > before;
    let over = false;
    importing.ended.then(() => {
      over = true;
    });
    while (!over && !(await begun())) await pause(2);
  };
  const publicationsBegun = async (): Promise<number> =>
    (await owner().query('select last_value as n from public.publications_begun')).rows[0].n;

  beforeAll(async () => {
    for (let n = 0; n <= KILLS.import + KILLS.publication + 1; n++) paths.push(delivery(n));
    await importPaths(at, paths[0] ?? '');
    await refresh({
      book: at.book,
      home: at.home,
      library: readLibrary('content'),
      disclosure: readDisclosureRules('content'),
      settings: { threads: 1 },
    });
    // A publication of so few people is over in no time: it is made to last, its commit too, and counted.
    await owner().query(`
      create sequence public.publications_begun;
      select nextval('public.publications_begun');
      create function public.count_publication() returns trigger language plpgsql security definer as
        $$ begin perform nextval('public.publications_begun'); return null; end $$;
      create function public.take_time() returns trigger language plpgsql as
        $$ begin perform pg_sleep(tg_argv[0]::float); return null; end $$;
      create trigger begun before insert on register.snapshot for each statement execute function public.count_publication();
      create trigger takes_time after insert on register.snapshot for each statement execute function public.take_time(0.02);
      create trigger takes_time after insert or update on register.person for each statement execute function public.take_time(0.02);
      create trigger takes_time after insert on register.delivery_table for each statement execute function public.take_time(0.02);
      create constraint trigger commits_slowly after insert on register.snapshot deferrable initially deferred
        for each row execute function public.take_time(0.1);`);
    const before = await publicationsBegun();
    const importing = start(paths[1] ?? '');
    await beginningOf('import', importing, before);
    const began = performance.now();
    await beginningOf('publication', importing, before);
    const publishing = performance.now();
    await importing.ended;
    lasts.import = performance.now() - began;
    lasts.publication = performance.now() - publishing;
    expect(await live(at)).toEqual(whole(1));
  });

  let last = 1;
  test.each([...moments('import'), ...moments('publication')])(
    'in its %s, when %d hundredths of it are over, leaves a whole snapshot, and the next one takes everything',
    async (part, hundredths) => {
      const path = paths[last + 1] ?? '';
      const before = await publicationsBegun();
      const importing = start(path);
      await beginningOf(part, importing, before);
      await pause((hundredths / 100) * lasts[part]);
      importing.signal('SIGKILL');
      const { code } = await importing.ended;

      // Its connections notice by and by that it is dead: the next one waits for that, as every import does.
      await withSessionLock(at.book, 'batch', 'snapshot', async () => {});
      expect(await tidyUp(asProduct(at))).toBe(true);
      const [run] = await readRuns(at.book.as('batch'), 1);
      const published = run?.state === 'done';
      if (code !== null) expect(published).toBe(true);
      expect(await live(at)).toEqual(whole(published ? last + 1 : last));
      if (!published) {
        expect(run).toMatchObject({ state: 'failed', message: expect.stringContaining('interrupted') });
        found.old++;
        if ((await publicationsBegun()) > before) found.inPublication++;
      }
      expect((await runChecks(asProduct(at), () => {})).filter(({ ok }) => !ok)).toEqual([]);
      expect(await orphanFiles(at.book.as('batch'), at.home.lake)).toEqual([]);
      expect(readdirSync(at.home.work)).toEqual([]);

      const next = await importPaths(at, path);
      expect(unevenTables(next)).toEqual([]);
      expect(next.deliveries[0]?.refusal).toBeNull();
      expect(await live(at)).toEqual(whole(++last));
    },
  );

  test('was killed before it published and while it did', () => {
    expect(found.old).toBeGreaterThan(found.inPublication);
    expect(found.inPublication).toBeGreaterThan(0);
  });

  test('leaves no other rows in the end than one that was never killed', async () => {
    const runs = await readRuns(at.book.as('batch'), 100);
    expect(runs.filter(({ state }) => state === 'running')).toEqual([]);
    await importPaths(clean, ...paths.slice(0, last + 1));
    expect(await live(clean)).toEqual(await live(at));
  });
});

function short(rows: readonly string[]): string {
  return `${rows.length} rows ${createHash('sha256')
    .update([...rows].sort().join('\n'))
    .digest('hex')}`;
}

/** Numbers of the test range. People without one would all be looked at for being one another. */
const testNumbers = Array.from({ length: 500 }, (_, k) => `999${String(k).padStart(6, '0')}`)
  .map((nine) => ({ nine, check: nhsCheckDigit(nine) }))
  .flatMap(({ nine, check }) => (check === null ? [] : [`${nine}${check}`]));
