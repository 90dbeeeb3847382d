import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { observation, patient, registration, writeExtract } from '../support/extracts.ts';
import { databasePid, processesOf, useProgram } from '../support/program.ts';

// Imports that do not go as planned: broken files, two at once, and processes that are ended in the middle.

const anything = z.looseObject({});
const outcome = z.looseObject({
  snapshot: z.int().nullable(),
  deliveries: z.array(
    z.looseObject({
      source: z.string(),
      tables: z.array(z.looseObject({ table: z.string(), loaded: z.int(), quarantined: z.int() })),
      refused: z.object({ code: z.string(), because: z.string(), remedy: z.string() }).optional(),
    }),
  ),
});

const program = useProgram();
const { begin, files, home, json, run } = program;
const note = (publisher: string) => ({ publisher, extracted_at: '2026-11-01T03:00:00Z' });
const large = join(files, 'large');

beforeAll(async () => {
  const people = [patient('p1', { nhs_number: '9990000018' }), patient('p2')];
  const first = { patient: people, episode_of_care: people.map(({ id }) => registration(id)) };
  await json(outcome, ['import', writeExtract(files, 'Z90001', first, note('Z90001'))]);
  await json(anything, ['refresh']);
  await json(anything, ['synthesise', '--out', large, '--people', '400', '--practices', '2']);
}, 180_000);

const snapshotIsWhole = async () => {
  const { registered } = await json(z.looseObject({ registered: z.int() }), ['cohort', 'diabetes']);
  const { checks } = await json(z.object({ checks: z.array(z.object({ ok: z.boolean() })) }), ['verify']);
  return { registered, faults: checks.filter(({ ok }) => !ok) };
};

/** Names of all lake files of the moment; a folder that an import removes meanwhile holds none. */
const lakeFiles = (folder: string = home): string[] => {
  const entries = (() => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  })();
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return lakeFiles(path);
    return path.endsWith('.parquet') ? [path] : [];
  });
};

describe('an import that is ended in the middle', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ] as const)('by %s leaves the snapshot before it, whole', async (signal, code) => {
    const before = lakeFiles().length;
    const importing = begin(['import', large]);
    // It has begun to write what is to be the next snapshot.
    while (lakeFiles().length <= before) await pause(5);
    importing.signal(signal);
    expect(await importing.ended).toEqual({ code, out: '', err: expect.not.stringMatching(/^\s+at /m) });
    if (signal !== 'SIGKILL') {
      expect(databasePid(home)).toBeNull();
      expect(processesOf(home)).toEqual([]);
    }
    expect(await snapshotIsWhole()).toEqual({ registered: 2, faults: [] });
    expect(databasePid(home)).toBeNull();
  });

  test('can simply be begun again, and sweeps away what was left', async () => {
    const { snapshot, deliveries } = await json(outcome, ['import', large]);
    expect(snapshot).toBe(2);
    expect(deliveries.map(({ source }) => source)).toEqual(['Z10001', 'Z10019', 'ZH0000', 'place-pack.yaml']);
    const { checks } = await json(
      z.object({ checks: z.array(z.object({ name: z.string(), detail: z.string() })) }),
      ['verify'],
    );
    expect(checks.find(({ name }) => name === 'lake')?.detail).toMatch(/and no others$/);
    expect(readdirSync(join(home, 'work'))).toEqual([]);
  });
});

describe('two imports at the same time', () => {
  test('take turns: both are done, and both are in the snapshot after them', async () => {
    const extract = (code: string) => {
      const people = [patient(`${code}-1`), patient(`${code}-2`)];
      const tables = { patient: people, episode_of_care: people.map(({ id }) => registration(id)) };
      return writeExtract(files, code, tables, note(code));
    };
    const both = await Promise.all([
      json(outcome, ['import', extract('Z90002')]),
      json(outcome, ['import', extract('Z90003')]),
    ]);
    expect(both.map(({ snapshot }) => snapshot).sort()).toEqual([3, 4]);
    for (const { deliveries } of both)
      expect(deliveries[0]?.tables).toMatchObject([{ loaded: 2 }, { table: 'patient', loaded: 2 }]);
    const again = await json(outcome, ['import', join(files, 'Z90002'), join(files, 'Z90003')]);
    expect(again.snapshot).toBe(4);
    expect(databasePid(home)).toBeNull();
  });
});

describe('a delivery that is broken', () => {
  const good = { patient: [patient('p1')], episode_of_care: [registration('p1')] };

  test('in some rows is taken in without them: 1, and each is said with file, line, field and remedy', async () => {
    const tables = {
      ...good,
      observation: [
        observation('o1', 'p1'),
        observation('o2', 'p1', { clinical_effective_date: '2020-02-31' }),
        observation('o3', 'nobody'),
      ],
    };
    const path = writeExtract(files, 'Z90004', tables, note('Z90004'));
    const { code, out, err } = await run(['import', path, '--json']);
    expect(code, err).toBe(1);
    const [delivery] = outcome.parse(JSON.parse(out)).deliveries;
    expect(delivery?.tables.find(({ table }) => table === 'observation')).toEqual({
      table: 'observation',
      read: 3,
      loaded: 1,
      quarantined: 2,
      duplicate: 0,
      reasons: { not_a_date: 1, unknown_patient: 1 },
    });
    expect(err).toMatch(
      /Z90004, observation\.csv, line 3: clinical_effective_date is not a day.*Write it as/,
    );
    expect(err).toMatch(/Z90004, observation\.csv, line 4: patient_id names a patient.*Send the patient/);
  });

  test.each<[string, Record<string, Parameters<typeof writeExtract>[2][string]>, RegExp]>([
    [
      'a missing column',
      { ...good, observation: 'id,clinical_effective_date\no1,2020-01-01\n' },
      /observation\.csv has no column patient_id/,
    ],
    ['an empty file', { ...good, observation: '' }, /observation\.csv/],
    ['a wrong encoding', { ...good, observation: '\uFEFFid'.split('').join('\0') }, /observation\.csv/],
  ])(
    'as a whole (%s) is refused: 2, with the file and a remedy, and nothing of it is kept',
    async (what, tables, because) => {
      const code = `Z9001${what.length % 10}`;
      const path = writeExtract(files, code, tables, note(code));
      const { deliveries, snapshot } = await json(outcome, ['import', path], { code: 2 });
      expect(deliveries[0]?.refused).toMatchObject({ because: expect.stringMatching(because) });
      expect(deliveries[0]?.refused?.remedy.length).toBeGreaterThan(10);
      expect({ tables: deliveries[0]?.tables, snapshot }).toEqual({ tables: [], snapshot: 5 });
    },
  );

  test('does not hold up the others: 1, and it is named', async () => {
    const whole = writeExtract(files, 'Z90020', good, note('Z90020'));
    const broken = writeExtract(files, 'Z90021', { patient: 'nothing\nof,use\n' }, note('Z90021'));
    const { code, out } = await run(['import', whole, broken]);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}patient: 1 read = 1 loaded \+ 0 quarantined \+ 0 duplicate$/m);
    expect(out).toMatch(/^Z90021 \(practice-extract\) was refused: patient\.csv has no column/m);
    expect(out).toMatch(/^Snapshot 6 is current\.$/m);
  });
});

describe('pages', () => {
  test('keep the snapshot that they read, however many imports come before the next refresh', async () => {
    // What comes after a refresh is news about a person whose published facts are older: no fault of either.
    const tables = {
      patient: [patient('p1', { nhs_number: '9990000018', birth_date: '1990-01-02' })],
      episode_of_care: [registration('p1', { episode_of_care_start_date: '2026-10-01' })],
    };
    const last = writeExtract(files, 'Z90030', tables, note('Z90030'));
    expect(await json(outcome, ['import', last])).toMatchObject({ snapshot: 7 });
    expect(await snapshotIsWhole()).toEqual({ registered: 2, faults: [] });
  });
});
