import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { beginImportRun, readRuns } from '../../src/domains/register/index.ts';
import { readConfig } from '../../src/platform/config/index.ts';
import { type Book, openBook } from '../../src/platform/database/index.ts';
import { openHome } from '../../src/platform/home/index.ts';
import { openJobs, prepareJobs } from '../../src/platform/jobs/index.ts';
import { createLogger } from '../../src/platform/log/index.ts';
import { anActor } from '../support/actors.ts';
import { type AtWork, signInAt } from '../support/caseload-at-work.ts';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { type Running, useProgram } from '../support/program.ts';
import { useTestBorough } from '../support/test-book.ts';

// Backup and restore as whoever runs the product calls them: beside a server at work, on the database in the data folder.

const shapes = {
  backup: z.looseObject({
    backup: z.string(),
    madeAt: z.iso.datetime(),
    archive: z.boolean(),
    book: z.strictObject({ files: z.int(), bytes: z.int() }).nullable(),
    lake: z.strictObject({ files: z.int(), bytes: z.int() }),
    contentHash: z.string().length(64),
    removed: z.array(z.string()),
  }),
  list: z.strictObject({ store: z.string(), backups: z.array(z.looseObject({ backup: z.string() })) }),
  restored: z.looseObject({
    home: z.string(),
    lastCommit: z.iso.datetime().nullable(),
    sessionsEnded: z.int(),
    jobsCancelled: z.record(z.string(), z.int()),
    checks: z.array(z.looseObject({ name: z.string(), ok: z.boolean() })),
  }),
  refusal: z.strictObject({
    refused: z.strictObject({ code: z.string(), because: z.string(), remedy: z.string().min(10) }),
  }),
  verified: z.strictObject({ checks: z.array(z.looseObject({ ok: z.boolean() })) }),
};

const program = useProgram();
const { home, json } = program;
const store = join(program.files, 'store');
const beside = (name: string) => join(program.files, name);

async function onBook<Result>(of: string, work: (book: Book) => Promise<Result>): Promise<Result> {
  const book = await openBook(readConfig({}), openHome(of, of));
  try {
    return await work(book);
  } finally {
    await book.close();
  }
}

/** Every next step that the history of work has, and how many snapshots and sessions there are. */
const stateOf = (of: string) =>
  onBook(of, async (book) => {
    const steps = await book.pool('owner').query("select note from work.transition where note like 'step %'");
    const rest = await book
      .pool('owner')
      .query(
        'select (select max(snapshot_id) from register.snapshot) as snapshot, (select count(*) from auth.session) as sessions',
      );
    return { steps: steps.rows.map(({ note }) => note).sort(), ...rest.rows[0] };
  });

const restore = (from: string, to: string, ...more: string[]) =>
  json(shapes.restored, ['restore', from, '--home', to, ...more]);
const refusedRestore = async (from: string, to: string, ...more: string[]) =>
  (await json(shapes.refusal, ['restore', from, '--home', to, ...more], { code: 2 })).refused;

describe('a backup of a product at work', () => {
  let server: Running;
  let lead: AtWork;
  let item: number;
  let written = 0;
  const acknowledged: { step: string; at: number }[] = [];
  let first: z.output<typeof shapes.backup>;
  let second: z.output<typeof shapes.backup>;
  let moment: Date;

  const work = async () => {
    const step = `step ${String(++written).padStart(4, '0')}`;
    if (await lead.nextStep(item, step)) acknowledged.push({ step, at: Date.now() });
  };
  const stepsBefore = (at: number) => acknowledged.filter((each) => each.at <= at).map(({ step }) => step);

  beforeAll(async () => {
    const borough = beside('borough');
    const size = ['--people', '300', '--practices', '2', '--format', 'csv'];
    for (const words of [['synthesise', '--out', borough, ...size], ['import', borough], ['refresh']])
      expect(await program.run(words)).toMatchObject({ code: 0 });
    server = program.begin(['serve', '--json'], { env: { PORT: '0', LOG_LEVEL: 'warn' } });
    lead = await signInAt((await server.ready()).address);
    item = await lead.takeOn(0);

    let going = true;
    const working = (async () => {
      while (going) await work();
    })();
    await pause(300);
    first = await json(shapes.backup, ['backup', store, '--archive', 'on']);
    await pause(300);
    going = false;
    await working;

    moment = new Date();
    await pause(50);
    for (let n = 0; n < 5; n++) await work();
    const later = writeExtract(
      program.files,
      'Z90001',
      {
        patient: [patient('p1')],
        episode_of_care: [registration('p1')],
        observation: [observation('o1', 'p1')],
      },
      { publisher: 'Z90001', extracted_at: '2026-11-02T03:00:00Z' },
    );
    expect((await program.run(['import', later])).code).toBeLessThan(2);
    second = await json(shapes.backup, ['backup', store]);
  }, 240_000);

  test('is made while people work, and says what is where and how large', async () => {
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(first).toMatchObject({ archive: true, snapshot: 1 });
    expect(second).toMatchObject({ archive: true, snapshot: 2 });
    expect(first.book?.bytes).toBeGreaterThan(10_000_000);
    expect(first.lake.files).toBeGreaterThan(20);
    expect(first.contentHash).not.toBe(second.contentHash);
    const { backups } = await json(shapes.list, ['backup', store, '--list']);
    expect(backups.map(({ backup }) => backup)).toEqual([first.backup, second.backup]);
  });

  test('brings back what was committed before it, and nothing that came after', async () => {
    const copy = beside('of-first');
    const restored = await restore(first.backup, copy);
    expect(restored.checks.filter(({ ok }) => !ok)).toEqual([]);
    const state = await stateOf(copy);
    expect(state).toMatchObject({ snapshot: 1, sessions: 0 });
    expect(restored.sessionsEnded).toBe(1);
    const madeAt = Date.parse(first.madeAt);
    expect(state.steps).toEqual(expect.arrayContaining(stepsBefore(madeAt)));
    // Whose answer had not come at that moment may be in it or not; whoever was sent after it is not.
    const possible = stepsBefore(madeAt).length + 1;
    expect(state.steps.length).toBeLessThanOrEqual(possible);
    expect(stepsBefore(madeAt).length).toBeLessThan(acknowledged.length);
  });

  test('leads to any later moment: work before it is there, work after it is not', async () => {
    const copy = beside('to-moment');
    const restored = await restore(store, copy, '--at', moment.toISOString());
    expect(restored.checks.filter(({ ok }) => !ok)).toEqual([]);
    const state = await stateOf(copy);
    expect(state.steps).toEqual(stepsBefore(moment.getTime()));
    expect(state.snapshot).toBe(1);
    expect(stepsBefore(moment.getTime()).length).toBe(acknowledged.length - 5);
    expect(Date.parse(restored.lastCommit ?? '')).toBeLessThanOrEqual(moment.getTime());
    expect((await json(shapes.verified, ['verify', '--home', copy])).checks.every(({ ok }) => ok)).toBe(true);
  });

  test('leads to everything that was kept, what was imported after it too', async () => {
    const copy = beside('everything');
    const restored = await restore(store, copy);
    expect(restored.checks.filter(({ ok }) => !ok)).toEqual([]);
    const state = await stateOf(copy);
    expect(state.steps).toEqual(acknowledged.map(({ step }) => step));
    expect(state.snapshot).toBe(2);
  });

  test('says on every page that it is a copy, until somebody says that it is the installation', async () => {
    const copy = beside('to-moment');
    const greeted = async () => {
      const served = program.begin(['serve', '--json'], {
        env: { NEIGHBOURHOLD_HOME: copy, PORT: '0', LOG_LEVEL: 'warn' },
      });
      const page = await (await fetch(`${(await served.ready()).address}/sign-in`)).text();
      served.signal('SIGTERM');
      await served.ended;
      return page;
    };
    expect(await greeted()).toContain('Restored copy.');
    expect((await program.run(['restore', '--accept', '--home', copy])).out).toContain('from now on');
    expect(await greeted()).not.toContain('Restored copy.');
  });

  test('is never taken for the backup of its copy', async () => {
    const refused = await json(shapes.refusal, ['backup', store, '--home', beside('everything')], {
      code: 2,
    });
    expect(refused.refused.code).toBe('other_installation');
  });

  test.each<[string, () => Promise<z.output<typeof shapes.refusal>['refused']>, string]>([
    ['over a data folder that there is', () => refusedRestore(store, home), 'home_exists'],
    ['from where there is no backup', () => refusedRestore(program.files, beside('none')), 'no_backup'],
    [
      'to a moment before the first',
      () => refusedRestore(store, beside('none'), '--at', '2026-01-01T00:00:00Z'),
      'too_early',
    ],
    [
      'to a moment that was not kept',
      () => refusedRestore(store, beside('none'), '--at', '2099-01-01T00:00:00Z'),
      'beyond_archive',
    ],
    [
      'to a time of no zone',
      () => refusedRestore(store, beside('none'), '--at', '2026-11-22T10:00'),
      'usage',
    ],
  ])('is refused %s, and leaves nothing behind', async (_, attempt, code) => {
    expect((await attempt()).code).toBe(code);
    expect(readdirSync(program.files).filter((name) => /none|restoring/.test(name))).toEqual([]);
  });

  test('that was killed is none, and the next one clears it away', async () => {
    const hasDraft = () => readdirSync(store).some((name) => name.startsWith('.making-'));
    for (let tries = 0; tries < 3; tries++) {
      const backing = program.begin(['backup', store]);
      while (!hasDraft()) await pause(5);
      await pause(tries * 150);
      backing.signal('SIGKILL');
      await backing.ended;
      const { backups } = await json(shapes.list, ['backup', store, '--list']);
      expect(backups.length).toBe(2);
    }
    expect(hasDraft()).toBe(true);
    const third = await json(shapes.backup, ['backup', store, '--keep', '1']);
    expect(hasDraft()).toBe(false);
    expect(third.removed.length).toBe(2);
  });

  test('that others were removed for still stands by itself', async () => {
    expect(readdirSync(join(store, 'wal')).length).toBeLessThan(6);
    const restored = await restore(store, beside('of-last'));
    expect(restored.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect((await stateOf(beside('of-last'))).steps.length).toBe(acknowledged.length);
  });

  test('that is not as it was written is refused, whatever of it', async () => {
    const made = await json(shapes.backup, ['backup', beside('damaged')]);
    const damages: ((at: string) => string)[] = [
      (at) => changed(join(at, 'book', 'PG_VERSION'), (was) => Buffer.concat([was, Buffer.from('x')])),
      (at) => changed(join(at, 'book', 'pg_hba.conf'), (was) => Buffer.from(was.map((byte) => byte ^ 1))),
      (at) => changed(join(at, 'book', 'backup_label'), () => null),
      (at) => changed(join(at, 'backup.json'), (was) => was.subarray(0, 1000)),
      (at) =>
        changed(join(at, 'backup.json'), (was) =>
          Buffer.from(was.toString().replace('"bytes":', '"bytes":1')),
        ),
    ];
    for (const damage of damages) {
      const file = damage(made.backup);
      expect((await refusedRestore(made.backup, beside('none'))).code, file).toBe('damaged_backup');
      expect(existsSync(beside('none'))).toBe(false);
      renameSync(`${file}.was`, file);
    }
    expect((await refusedRestore(made.backup, home)).code).toBe('home_exists');
  });

  test('holds jobs that waited: the copy does not do them, and its imports are closed', async () => {
    server.signal('SIGTERM');
    await server.ended;
    await onBook(home, async (book) => {
      await prepareJobs(book, ['refresh']);
      const jobs = await openJobs(book, createLogger('silent'));
      await jobs.send('refresh', {});
      await jobs.stop();
      const operator = await book
        .pool('owner')
        .query("select account from auth.account where issuer = 'system'");
      const { account } = operator.rows[0];
      await beginImportRun(book, anActor('operator', { account }));
    });
    const made = await json(shapes.backup, ['backup', beside('jobs')]);
    const restored = await restore(made.backup, beside('of-jobs'));
    // The clock's own jobs of this minute may have waited beside it.
    expect(restored.jobsCancelled).toMatchObject({ refresh: 1 });
    const runs = await onBook(beside('of-jobs'), (book) => readRuns(book.as('batch'), 10));
    expect(runs.map(({ state }) => state)).not.toContain('running');
  });
});

describe('a backup where the server is not ours', () => {
  const at = useTestBorough();
  const env = () => ({ DATABASE_URL: at.url, NEIGHBOURHOLD_HOME: at.home.path });

  test('is of the lake, says so, and comes back to the book that was restored by its own tools', async () => {
    const lakeStore = beside('lake-store');
    const made = await json(shapes.backup, ['backup', lakeStore], { env: env() });
    expect(made.book).toBeNull();
    expect((await program.run(['backup', lakeStore], { env: env() })).err).toContain(
      'The dump of your own server',
    );
    const restored = await json(shapes.restored, ['restore', lakeStore, '--home', beside('lake-copy')], {
      env: { DATABASE_URL: at.url },
    });
    expect(restored.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect((await refusedRestore(lakeStore, beside('none'))).code).toBe('wrong_server');
    const kept = await json(shapes.refusal, ['backup', beside('other'), '--archive', 'on'], {
      code: 2,
      env: env(),
    });
    expect(kept.refused.code).toBe('not_our_server');
  });
});

/** Damages a file and keeps what it was beside it. Returns the file. */
function changed(file: string, damage: (was: Buffer) => Buffer | null): string {
  const now = damage(readFileSync(file));
  renameSync(file, `${file}.was`);
  if (now) writeFileSync(file, now);
  return file;
}
