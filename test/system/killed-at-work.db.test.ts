import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRuns } from '../../src/domains/register/index.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { type Book, openBook } from '../../src/platform/database/index.ts';
import { openHome } from '../../src/platform/home/index.ts';
import { type AtWork, signInAt } from '../support/caseload-at-work.ts';
import { observation, patient, registration, toCsv } from '../support/extracts.ts';
import { databasePid, processesIn, type Running, useProgram } from '../support/program.ts';

// kill -9 at any moment of a product at work: people change the caseload, files are sent and taken in, everything is
// worked out anew. Whatever was acknowledged is there afterwards, nothing is half done, and nobody had to lend a hand:
// a database that was killed is started by who uses it, and a server by being started.
//
// NEIGHBOURHOLD_KILLS says how many moments; PROPERTY_SEED=random draws others than the usual ones.

const KILLS = Number(process.env.NEIGHBOURHOLD_KILLS ?? 8);
/** A load has this long to be killed in, in milliseconds: an upload is taken in and worked out in about as long. */
const LOAD_MS = 4000;
const VICTIMS = ['database', 'web', 'worker', 'everything'] as const;
type Victim = (typeof VICTIMS)[number];

/** So many moments, in hundredths of the load, each victim in turn: each a random one of its share. */
const moments = fc
  .sample(fc.noBias(fc.integer({ min: 0, max: 99 })), KILLS)
  .map((share, n): [Victim, number] => [
    VICTIMS[n % VICTIMS.length] ?? 'web',
    Math.floor((n * 100 + share) / KILLS),
  ]);

const verified = z.strictObject({
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});

describe('a product that is killed at work', () => {
  const program = useProgram();
  const { home, json } = program;
  const acknowledged = { steps: [] as string[], runs: [] as number[] };
  const killed: Partial<Record<Victim, number>> = {};
  let port = 0;
  let server: Running;
  let items: number[] = [];
  let written = 0;
  let sent = 0;

  const begin = async (): Promise<string> => {
    server = program.begin(['serve', '--json'], { env: { PORT: String(port), LOG_LEVEL: 'error' } });
    const { address } = await server.ready();
    port = Number(new URL(address).port);
    return address;
  };

  /** A book of our own, for a look: closed before anybody is killed, so that it keeps no server alive. */
  const look = async <Found>(at: (book: Book) => Promise<Found>): Promise<Found> => {
    const book = await openBook(readConfig({}), openHome(home, home));
    try {
      return await at(book);
    } finally {
      await book.close();
    }
  };

  const isWell = () =>
    fetch(`http://localhost:${port}/health`, { signal: AbortSignal.timeout(5000) }).then(
      ({ status }) => status === 200,
      () => false,
    );

  /**
   * One more delivery of a practice of its own: every patient is newer, and there is one more. Not while the one before
   * it is still being taken in, so that they do not queue up.
   */
  const upload = async (somebody: AtWork) => {
    const last = acknowledged.runs.at(-1);
    if (last !== undefined && (await somebody.get(`/imports/${last}`)).html.includes('Running')) return;
    const n = ++sent;
    const people = Array.from({ length: n + 2 }, (_, k) => `p${k}`);
    const version = { lds_start_date_time: new Date(Date.UTC(2026, 8, 1, n)).toISOString() };
    const run = await somebody.upload({
      'delivery.json': JSON.stringify({ publisher: 'Z90001', extracted_at: '2026-11-01T03:00:00Z' }),
      'patient.csv': toCsv(people.map((id) => patient(id, version))),
      'episode_of_care.csv': toCsv(people.map((id) => registration(id, version))),
      'observation.csv': toCsv(
        people.map((id, k) => observation(`o${k}`, id, { result_value: n, ...version })),
      ),
    });
    acknowledged.runs.push(run);
  };

  const change = async (somebody: AtWork, item: number) => {
    const step = `step ${String(++written).padStart(5, '0')}`;
    if (await somebody.nextStep(item, step)) acknowledged.steps.push(step);
  };

  const kill = async (victim: Victim): Promise<void> => {
    if (victim === 'web') server.signal('SIGKILL');
    else if (victim === 'everything') {
      for (const { pid } of processesIn(home)) killProcess(pid);
      const database = databasePid(home);
      if (database !== null) killProcess(database);
    } else if (victim === 'database') killProcess(databasePid(home) ?? 0);
    else {
      // Whatever the server has begun: an import, a refresh. There may be none at the moment.
      for (const { pid, words } of processesIn(home))
        if (/ (import|refresh) /.test(`${words} `) && pid !== server.pid) killProcess(pid);
    }
    if (victim === 'web' || victim === 'everything') {
      await server.ended;
      await begin();
    }
  };

  beforeAll(async () => {
    const borough = join(program.files, 'borough');
    const size = ['--people', '300', '--practices', '2', '--format', 'csv'];
    for (const words of [['synthesise', '--out', borough, ...size], ['import', borough], ['refresh']])
      expect(await program.run(words)).toMatchObject({ code: 0 });
    const lead = await signInAt(await begin());
    items = [await lead.takeOn(0), await lead.takeOn(1)];
  }, 240_000);
  afterAll(async () => {
    // Also what a killed server left at work.
    while (processesIn(home).length > 0) {
      for (const { pid } of processesIn(home)) killProcess(pid);
      await pause(50);
    }
  });

  test.each(moments)(
    'its %s, when %d hundredths of the load are over, has everything that it acknowledged and nothing by halves',
    async (victim, hundredths) => {
      const address = `http://localhost:${port}`;
      const lead = await signInAt(address);
      const analyst = await signInAt(address, 'analyst');
      let going = true;
      // What fails while something is dead was not acknowledged: it is not ours to keep.
      const workers = items.map(async (item) => {
        while (going) await change(lead, item).catch(() => pause(20));
      });
      const sending = upload(analyst).catch(() => {});
      await pause((hundredths / 100) * LOAD_MS);
      await kill(victim);
      killed[victim] = (killed[victim] ?? 0) + 1;
      await expect.poll(isWell, { timeout: 60_000, interval: 50 }).toBe(true);
      const before = acknowledged.steps.length;
      // The same sessions work on, without signing in again.
      await expect.poll(() => acknowledged.steps.length, { timeout: 30_000 }).toBeGreaterThan(before);
      going = false;
      await Promise.all([...workers, sending]);

      await look(async (book) => {
        const said = await book
          .pool('owner')
          .query("select note from work.transition where note like 'step %'");
        const there = new Set(said.rows.map(({ note }) => note));
        expect(acknowledged.steps.filter((step) => !there.has(step))).toEqual([]);
        const twice = said.rows.length - there.size;
        expect(twice).toBe(0);
        const orphans = await book.pool('owner').query(
          `select item_id from coordination.caseload_entry e
            where not exists (select 1 from work.transition t where t.item_id = e.item_id and t.note = e.next_step)
              and e.next_step like 'step %'`,
        );
        expect(orphans.rows).toEqual([]);
      });
      const { checks } = await json(verified, ['verify']);
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    },
    180_000,
  );

  test('has taken in, in the end, every file that it said had arrived', async () => {
    const analyst = await signInAt(`http://localhost:${port}`, 'analyst');
    const ended = async () => {
      const { html } = await analyst.get(`/imports/${acknowledged.runs.at(-1)}`);
      return !html.includes('Running');
    };
    await expect.poll(ended, { timeout: 120_000, interval: 500 }).toBe(true);
    await upload(analyst);
    await expect.poll(ended, { timeout: 120_000, interval: 500 }).toBe(true);
    await look(async (book) => {
      const runs = await readRuns(book.as('batch'), 200);
      const states = acknowledged.runs.map((run) => runs.find(({ run_id }) => run_id === run)?.state);
      expect(states.filter((state) => state !== 'done')).toEqual([]);
      const people = await book
        .pool('owner')
        .query(
          "select count(*) as n from register.person p join directory.place on place_id = practice_id where code = 'Z90001'",
        );
      expect(people.rows[0].n).toBe(sent + 2);
    });
    expect(existsSync(join(home, 'work')) && readdirSync(join(home, 'work'))).toEqual([]);
  }, 180_000);

  test('was killed in every way', () => {
    expect(Object.keys(killed).sort()).toEqual([...VICTIMS].sort().slice(0, Math.min(KILLS, VICTIMS.length)));
    expect(acknowledged.steps.length).toBeGreaterThan(KILLS);
    // On a busy machine an upload that is taken in again outlives several kills.
    expect(acknowledged.runs.length).toBeGreaterThan(KILLS / 8);
  });
});

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself between our looking and our killing.
  }
}
