import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type AtWork, signInAt } from '../support/caseload-at-work.ts';
import { observation, patient, registration, toCsv, writeExtract } from '../support/extracts.ts';
import { processesIn, type Running, useProgram } from '../support/program.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';

// A data folder on a disk that is really full: a file system of its own, which only root may mount, and CI does. Elsewhere
// these tests are left out, and say so.

const program = useProgram();
const { home, json, run } = program;
const disk: SmallDisk | null = mountSmallDisk(home, 900);
const NO_ROOM = /There is no room left on the disk/;

const verified = z.strictObject({
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
const holds = async () => {
  const { checks } = await json(verified, ['verify']);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
};

describe.skipIf(disk === null)('a disk that is full', () => {
  let server: Running;
  let address: string;
  let lead: AtWork;
  let item: number;

  const rows = (people: number) => {
    const ids = Array.from({ length: people }, (_, n) => `p${n}`);
    return {
      patient: ids.map((id) => patient(id)),
      episode_of_care: ids.map((id) => registration(id)),
      observation: ids.flatMap((id, n) =>
        Array.from({ length: 40 }, (_, k) => observation(`o${n}-${k}`, id)),
      ),
    };
  };
  const extract = (name: string, people: number) =>
    writeExtract(program.files, name, rows(people), {
      publisher: 'Z90001',
      extracted_at: '2026-11-01T03:00:00Z',
    });
  const health = async () => (await (await fetch(`${address}/health`)).json()) as { snapshot: number };

  beforeAll(async () => {
    const borough = join(program.files, 'borough');
    const size = ['--people', '300', '--practices', '2', '--format', 'csv'];
    for (const words of [['synthesise', '--out', borough, ...size], ['import', borough], ['refresh']])
      expect(await run(words)).toMatchObject({ code: 0 });
    server = program.begin(['serve', '--json'], { env: { PORT: '0', LOG_LEVEL: 'error' } });
    ({ address } = await server.ready());
    lead = await signInAt(address);
    item = await lead.takeOn(0);
  }, 600_000);
  afterAll(async () => {
    disk?.empty();
    while (processesIn(home).length > 0) {
      for (const { pid } of processesIn(home)) process.kill(pid, 'SIGKILL');
      await pause(50);
    }
    disk?.unmount();
  });

  test('refuses an import in a sentence, keeps what was there, and takes it in when there is room', async () => {
    const path = extract('Z90001', 400);
    disk?.fill(300_000);
    const refused = await run(['import', path]);
    expect(refused).toMatchObject({ code: 3, err: expect.stringMatching(NO_ROOM) });
    expect(refused.err).not.toMatch(/^\s+at /m);
    expect(await health()).toMatchObject({ snapshot: 1 });
    disk?.empty();
    await holds();
    expect((await run(['import', path])).code).toBe(0);
    await holds();
  }, 120_000);

  test('refuses a refresh in a sentence; pages show the figures of before, and the new ones when there is room', async () => {
    disk?.fill(0);
    const refused = await run(['refresh']);
    expect(refused).toMatchObject({ code: 3, err: expect.stringMatching(NO_ROOM) });
    disk?.empty();
    await expect.poll(async () => (await fetch(`${address}/health`)).status, { timeout: 60_000 }).toBe(200);
    expect((await health()).snapshot).toBe(1);
    expect((await run(['refresh'])).code).toBe(0);
    expect((await health()).snapshot).toBe(2);
    await holds();
  }, 120_000);

  test('that fills while an import is at work, for twenty seconds: the import is taken in whole, or not at all', async () => {
    const path = extract('Z90001', 3000);
    const before = (await health()).snapshot;
    const importing = run(['import', path]);
    await pause(4000);
    disk?.fill(0);
    await pause(20_000);
    disk?.empty();
    const { code, err } = await importing;
    expect([0, 3]).toContain(code);
    if (code === 3) expect(err).not.toMatch(/^\s+at /m);
    await expect.poll(async () => (await fetch(`${address}/health`)).status, { timeout: 90_000 }).toBe(200);
    expect((await health()).snapshot).toBe(before);
    await holds();
    expect((await run(['import', path])).code).toBe(0);
    await holds();
  }, 300_000);

  test('refuses an upload in a sentence, and keeps nothing of it', async () => {
    const analyst = await signInAt(address, 'analyst');
    const files = { 'patient.csv': `${toCsv([patient('q1')])}${'x'.repeat(3_000_000)}` };
    disk?.fill(1_000_000);
    const answer = await analyst.tryUpload(files);
    expect(answer).toMatchObject({ status: 507, html: expect.stringMatching(NO_ROOM) });
    expect(readdirSync(join(home, 'deliveries')).filter((name) => name.startsWith('upload-'))).toEqual([]);
    disk?.empty();
    expect((await analyst.get('/imports')).status).toBe(200);
  }, 120_000);

  test('loses no change of the book that was acknowledged, and the book works on when there is room', async () => {
    disk?.fill(0);
    const acknowledged: string[] = [];
    let refused = 0;
    // Until what the database had reserved is used up.
    for (let n = 0; n < 4000 && refused < 5; n++) {
      const step = `step ${String(n).padStart(5, '0')} ${'x'.repeat(440)}`;
      if (await lead.nextStep(item, step).catch(() => false)) acknowledged.push(step);
      else refused++;
    }
    const ready = await fetch(`${address}/ready`);
    expect(ready.status).toBe(503);
    expect(((await ready.json()) as { checks: { disk: boolean } }).checks.disk).toBe(false);
    disk?.empty();
    await expect.poll(async () => (await fetch(`${address}/health`)).status, { timeout: 90_000 }).toBe(200);
    await expect
      .poll(() => lead.nextStep(item, 'step the last').catch(() => false), { timeout: 30_000 })
      .toBe(true);
    const { html } = await lead.get(`/caseload/${item}`);
    expect(acknowledged.filter((step) => !html.includes(step))).toEqual([]);
    await holds();
  }, 300_000);
});

test.skipIf(disk !== null)('a disk that is full: left out, because only root may mount one', () => {});
