import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databasePid, type Running, useProgram } from '../support/program.ts';

// The command line as its users call it: another process, on a borough of 300 people in two practices.

const count = z.int().nonnegative();
const counts = { in: count, out: count, unknown: count };
const bands = z.array(z.strictObject({ id: z.string(), people: count }));

const shapes = {
  synthesise: z.strictObject({
    out: z.string(),
    practices: count,
    people: count,
    events: count,
    rows: z.record(z.string(), count),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  import: z.strictObject({
    snapshot: count.nullable(),
    deliveries: z.array(
      z.strictObject({
        source: z.string(),
        format: z.string(),
        tables: z.array(
          z
            .strictObject({
              table: z.string(),
              read: count,
              loaded: count,
              quarantined: count,
              duplicate: count,
              reasons: z.record(z.string(), count),
            })
            .refine((table) => table.read === table.loaded + table.quarantined + table.duplicate),
        ),
      }),
    ),
    said: z.array(z.string()),
  }),
  refresh: z.strictObject({
    snapshot: count,
    people: count,
    events: count,
    seconds: z.number().positive(),
    peakMemoryMb: z.number().positive(),
    leftOut: z.array(z.unknown()).length(0),
    definitions: z.array(
      z.strictObject({
        id: z.string(),
        version: z.string(),
        ...counts,
        bands,
      }),
    ),
  }),
  cohort: z.strictObject({
    definition: z.string(),
    version: z.string(),
    registered: count,
    ...counts,
    bands,
  }),
  verify: z.strictObject({
    checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  }),
  refusal: z.strictObject({
    refused: z.strictObject({ code: z.string(), because: z.string(), remedy: z.string().min(10) }),
  }),
};

const PEOPLE = 300;
/** Victoria, who lives in every synthetic borough; and a number of the test range that nobody there has. */
const VICTORIA = '9990000018';
const NOBODY = '9999999999';

const program = useProgram();
const { json, run } = program;
const borough = join(program.files, 'borough');
let server: Running;
let published: z.output<typeof shapes.refresh>;
let aloneLeft: { database: number | null; scratch: string[] };
let imported: z.output<typeof shapes.import>;

beforeAll(async () => {
  const size = ['--people', String(PEOPLE), '--practices', '2', '--format', 'csv'];
  await json(shapes.synthesise, ['synthesise', '--out', borough, ...size]);
  imported = await json(shapes.import, ['import', borough]);
  published = await json(shapes.refresh, ['refresh']);
  aloneLeft = { database: databasePid(program.home), scratch: readdirSync(join(program.home, 'work')) };
  server = program.begin(['serve', '--json'], { env: { PORT: '0', LOG_LEVEL: 'warn' } });
  await server.ready();
}, 120_000);

describe('the program', () => {
  test('teaches itself with --help', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^ {2}import /m),
      err: '',
    });
  });

  test('refuses an option that it does not know', async () => {
    const { code, out, err } = await run(['import', borough, '--fast']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/'--fast'.*\n.*neighbourhold import --help/s);
  });

  test('refuses a setting that cannot be used', async () => {
    const { code, err } = await run(['verify'], { env: { PORT: 'many' } });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/PORT.*\n.*README/s) });
  });
});

describe('import', () => {
  test('says for every delivery and table what became of each row', () => {
    expect(imported.snapshot).toBe(1);
    expect(imported.deliveries.map(({ source, format }) => [source, format])).toEqual([
      ['Z10001', 'practice-extract'],
      ['Z10019', 'practice-extract'],
      ['ZH0000', 'hospital-activity'],
      ['place-pack.yaml', 'place-pack'],
    ]);
    const patients = imported.deliveries.flatMap(({ tables }) =>
      tables.filter(({ table }) => table === 'patient'),
    );
    expect(patients.reduce((sum, { loaded }) => sum + loaded, 0)).toBeGreaterThanOrEqual(PEOPLE);
  });

  test('of the same deliveries again loads nothing', async () => {
    const again = await json(shapes.import, ['import', borough]);
    expect(again.snapshot).toBe(imported.snapshot);
    expect(again.deliveries.flatMap(({ tables }) => tables.filter(({ loaded }) => loaded > 0))).toEqual([]);
  });
});

describe('refresh', () => {
  test('publishes each definition, and its three counts are everybody', () => {
    expect(published).toMatchObject({ snapshot: 1, people: PEOPLE });
    expect(published.definitions.length).toBeGreaterThanOrEqual(16);
    for (const each of published.definitions) expect(each.in + each.out + each.unknown, each.id).toBe(PEOPLE);
  });
});

describe('cohort', () => {
  test.each([
    ['an unknown definition', ['diabetis'], /^There is no definition diabetis\.$/, /diabetes/],
    ['an unknown place', ['diabetes', '--place', 'atlantis'], /atlantis/, /./],
  ])('refuses %s', async (_, words, because, remedy) => {
    const { refused } = await json(shapes.refusal, ['cohort', ...words], { code: 2 });
    expect(refused).toMatchObject({
      because: expect.stringMatching(because),
      remedy: expect.stringMatching(remedy),
    });
  });

  test('gives the numbers that were published', async () => {
    const diabetes = published.definitions.find(({ id }) => id === 'diabetes');
    const { definition, registered, ...rest } = await json(shapes.cohort, ['cohort', 'diabetes']);
    expect({ definition, registered }).toEqual({ definition: 'diabetes', registered: PEOPLE });
    expect({ id: definition, ...rest }).toEqual(diabetes);
  });

  test('of every practice adds up to the borough', async () => {
    const practices = ['Z10001', 'Z10019'];
    const parts = await Promise.all(
      practices.map((place) => json(shapes.cohort, ['cohort', 'hypertension', '--place', place])),
    );
    const whole = await json(shapes.cohort, ['cohort', 'hypertension', '--place', 'lewisham']);
    for (const key of ['registered', 'in', 'out', 'unknown'] as const)
      expect(
        parts.reduce((sum, part) => sum + part[key], 0),
        key,
      ).toBe(whole[key]);
  });
});

describe('explain', () => {
  const asked = ['explain', 'diabetes', '--person', '-', '--as', 'gp', '--reason', 'called about results'];
  const explanation = z.strictObject({
    definition: z.string(),
    outcome: z.enum(['in', 'out', 'unknown']),
    because: z.array(
      z.looseObject({ asked: z.string(), evidence: z.array(z.looseObject({ what: z.string() })) }),
    ),
    // Where it comes from; and, of a score, what it is.
    version: z.string(),
    contentHash: z.string(),
    value: z.string().optional(),
    band: z.string().nullish(),
    wouldChange: z.array(z.string().min(5)),
  });

  test('takes the NHS number on standard input and never says it', async () => {
    const { code, out, err } = await run([...asked, '--json'], { stdin: `${VICTORIA}\n` });
    expect(code).toBe(0);
    const { definition, because } = explanation.parse(JSON.parse(out));
    expect(definition).toBe('diabetes');
    expect(because.length).toBeGreaterThan(0);
    expect(out + err).not.toContain(VICTORIA);
  });

  test.each<[string, string[], string, RegExp]>([
    ['a number that is none', asked, '9990000019', /not a valid NHS number/],
    ['a number that nobody has', asked, NOBODY, /./],
    ['nobody who looks', [...asked.slice(0, 4), '--reason', 'x'], VICTORIA, /--as/],
    [
      'somebody who may not',
      ['explain', 'diabetes', '--person', '-', '--as', 'commissioner', '--reason', 'x'],
      VICTORIA,
      /does not see/,
    ],
  ])('refuses %s, without repeating a number', async (_, words, stdin, says) => {
    const { code, out, err } = await run([...words, '--json'], { stdin });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
    expect(shapes.refusal.safeParse(JSON.parse(out)).success).toBe(true);
    expect(out + err).not.toMatch(/\d{10}/);
  });
});

describe('verify', () => {
  test('holds what must always be true, by name', async () => {
    const { checks } = await json(shapes.verify, ['verify']);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['partition', 'ownerless work', 'facts', 'audit', 'directory']),
    );
  });
});

describe('a call', () => {
  test('alone stops the database that it started, and leaves no scratch behind', () => {
    expect(aloneLeft).toEqual({ database: null, scratch: [] });
  });

  test('beside a server uses that server’s database, and leaves it running', async () => {
    const { address } = await server.ready();
    const health = await fetch(`${address}/health`);
    expect(await health.json()).toEqual({ status: 'ok', snapshot: published.snapshot });
    expect(databasePid(program.home)).not.toBeNull();
  });
});
