import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { observation, patient, registration, toCsv } from '../support/extracts.ts';
import { processesOf, type Running, useProgram } from '../support/program.ts';

// Files sent through the page of a whole server: taken in by a process of its own, worked out, and accounted for.

const program = useProgram();
const { home } = program;

const begin = (...words: string[]) =>
  program.begin([...words, '--json'], { env: { PORT: '0', LOG_LEVEL: 'warn' } });

/** Somebody at the pages: keeps their cookie. */
class Analyst {
  private cookie = '';
  private constructor(private readonly address: string) {}

  static async signIn(server: Running): Promise<Analyst> {
    const { address } = await server.ready();
    const analyst = new Analyst(address);
    const answer = await fetch(`${address}/sign-in/demo`, {
      method: 'POST',
      body: new URLSearchParams({ persona: 'analyst' }),
      redirect: 'manual',
    });
    analyst.cookie = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    return analyst;
  }

  async page(path: string): Promise<string> {
    const answer = await fetch(this.address + path, { headers: { cookie: this.cookie } });
    return (await answer.text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  }

  /** Returns the address of the import's page. */
  async upload(files: Record<string, string | Buffer>): Promise<string> {
    const form = new FormData();
    const imports = await fetch(`${this.address}/imports`, { headers: { cookie: this.cookie } });
    form.set('_csrf', /name="_csrf" value="([^"]+)"/.exec(await imports.text())?.[1] ?? '');
    for (const [name, content] of Object.entries(files))
      form.append('files', new Blob([new Uint8Array(Buffer.from(content))]), name);
    const answer = await fetch(`${this.address}/imports`, {
      method: 'POST',
      body: form,
      headers: { cookie: this.cookie },
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    return answer.headers.get('location') ?? '';
  }

  /** The import's page when the import has come to its end. */
  async finished(path: string): Promise<string> {
    for (;;) {
      const page = await this.page(path);
      if (!page.includes(' Running ')) return page;
      await pause(100);
    }
  }
}

const note = (publisher: string) => JSON.stringify({ publisher, extracted_at: '2026-11-01T03:00:00Z' });
const extract = (publisher: string) => ({
  'delivery.json': note(publisher),
  'patient.csv': toCsv([patient('p1', { nhs_number: '9990000018', family_name: 'Larkmoor' }), patient('p2')]),
  'episode_of_care.csv': toCsv([registration('p1'), registration('p2')]),
});

let server: Running;
let analyst: Analyst;
beforeAll(async () => {
  server = begin('start', '--empty');
  analyst = await Analyst.signIn(server);
}, 180_000);

describe('files that somebody uploads', () => {
  test('are taken in and worked out, and the page accounts for every row', async () => {
    const broken = observation('o2', 'p1', { clinical_effective_date: '31/02/2020' });
    const run = await analyst.upload({
      ...extract('Z90001'),
      'observation.csv.gz': gzipSync(toCsv([observation('o1', 'p1'), broken, observation('o3', 'p2')])),
    });
    const page = await analyst.finished(run);
    expect(page).toMatch(/Import 1 Done|Import 2 Done/);
    expect(page).toMatch(/ patient Read 2 Loaded 2 Quarantined 0 Duplicate 0 /);
    expect(page).toMatch(/ episode_of_care Read 2 Loaded 2 Quarantined 0 Duplicate 0 /);
    expect(page).toMatch(/ observation Read 3 Loaded 2 Quarantined 1 Duplicate 0 /);
    expect(page).toContain('See why 1 row of Z90001: episode_of_care.csv and 2 more was put aside');
    const rows = await analyst.page(`${run}/0/rows?table=observation&reason=not_a_date`);
    expect(rows).toMatch(/clinical_effective_date is not a day of the calendar\. .*Write it as/);
    expect(rows).toMatch(/observation\.csv\.gz, line 3/);
    expect(rows).not.toMatch(/9990000018|Larkmoor|31\/02/);
    expect(page).not.toMatch(/9990000018|Larkmoor/);
    const { address } = await server.ready();
    await expect
      .poll(async () => (await fetch(`${address}/health`)).json(), { timeout: 20_000 })
      .toEqual({ status: 'ok', snapshot: 1 });
  });

  test('of FHIR are called as the person called them', async () => {
    const line = JSON.stringify({ resourceType: 'Location', id: 'l1', name: 'Somewhere' });
    const one = await analyst.finished(await analyst.upload({ 'places of care.ndjson': line }));
    expect(one).toMatch(/Done .*places_of_care\.ndjson fhir-r4/);
    expect(one).not.toContain('upload-');
    const two = await analyst.finished(await analyst.upload({ 'a.ndjson': line, 'b.ndjson': line }));
    expect(two).toMatch(/a\.ndjson and 1 more/);
  });

  test.each<[string, Record<string, string | Buffer>, RegExp]>([
    ['a packed folder', { 'extract.zip': Buffer.from('PK\u0003\u0004\u0014\u0000\u0000') }, /extract\.zip/],
    ['a letter', { 'letter.txt': 'Dear all' }, /There is no delivery of a known kind.*docs\/imports\.md/],
  ])('are refused when they are %s, with their name and what to do', async (_, files, says) => {
    const page = await analyst.finished(await analyst.upload(files));
    expect(page).toMatch(/Import \d+ Refused/);
    expect(page).toMatch(/This delivery was refused|What happened/);
    expect(page).toMatch(says);
  });

  test('leave no word of a person in what the server says', () => {
    expect(server.said()).not.toMatch(/9990000018|Larkmoor|Givenp/);
  });
});

describe('a server that ends while files are imported', () => {
  const large = join(program.files, 'large');
  const practice = () =>
    Object.fromEntries(
      readdirSync(join(large, 'Z10019')).map((name) => [name, readFileSync(join(large, 'Z10019', name))]),
    );

  test('ends the import too, and the page says that nothing of it was kept', async () => {
    const anything = z.looseObject({});
    await program.json(anything, ['synthesise', '--out', large, '--people', '800', '--practices', '1']);
    const run = await analyst.upload(practice());
    while (!processesOf(home).some((words) => words.includes('--as-run'))) await pause(20);
    await pause(500);
    server.signal('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0 });
    expect(processesOf(home)).toEqual([]);
    server = begin('serve');
    analyst = await Analyst.signIn(server);
    expect(await analyst.finished(run)).toMatch(/Failed .*Nothing of it was kept; send the files again/);
  });

  test('by kill -9 loses no upload: what was in hand and what waited is done after the next start', async () => {
    const runs = [await analyst.upload(practice()), await analyst.upload(extract('Z90003'))];
    while (!processesOf(home).some((words) => words.includes('--as-run'))) await pause(20);
    server.signal('SIGKILL');
    await server.ended;
    server = begin('serve');
    analyst = await Analyst.signIn(server);
    for (const run of runs) expect(await analyst.finished(run)).toMatch(/Import \d+ Done/);
    server.signal('SIGTERM');
    await server.ended;
    expect(processesOf(home)).toEqual([]);
    expect(await program.run(['verify'])).toMatchObject({ code: 0 });
  });
});
