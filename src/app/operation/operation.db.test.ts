import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asProduct, useSite, type Visitor } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { readSnapshot } from '../../domains/register/index.ts';
import { type Jobs, openJobs, prepareJobs } from '../../platform/jobs/index.ts';
import { createLogger } from '../../platform/log/index.ts';
import { noteBackup, noteVerification } from '../../platform/operation/index.ts';
import { migrations } from '../migrations.ts';
import { readConditions } from './conditions.ts';

const at = useTestBorough();
const token = 'a-token-of-sixteen';
let jobs: Jobs;
beforeAll(async () => {
  await prepareJobs(at.book, ['drawn', 'refresh']);
  jobs = await openJobs(at.book, createLogger('silent'));
});
const site = useSite(at, () => ({
  settings: { NEIGHBOURHOLD_METRICS_TOKEN: token, NEIGHBOURHOLD_SLOW_QUERY_MS: '100' },
  jobs: {
    overview: () => jobs.overview(),
    failures: (limit) => jobs.failures(limit),
    retry: (id) => jobs.retry(id),
  },
}));
afterAll(() => jobs.stop());

const owner = (statement: string, values: unknown[] = []) => at.book.pool('owner').query(statement, values);
const conditions = async () => {
  const found = await readConditions(asProduct(at), jobs, new Date());
  return Object.fromEntries(found.map(({ name, ok }) => [name, ok]));
};
const WELL = { book: true, migrations: true, lake: true, jobs: true, disk: true };

describe('what the product needs', () => {
  test('is there, and who watches is told so', async () => {
    expect(await conditions()).toEqual(WELL);
    const ready = await site.visitor().get('/ready');
    expect({ status: ready.statusCode, body: ready.json() }).toEqual({
      status: 200,
      body: { status: 'ready', checks: WELL },
    });
  });

  test('is missed where a file of the lake is gone, and again there with it', async () => {
    const snapshot = await readSnapshot(at.book.as('batch'), at.home.lake);
    const file = join(at.home.lake, snapshot?.lake.manifest.files.person?.[0]?.path ?? '');
    renameSync(file, `${file}.away`);
    expect(await conditions()).toEqual({ ...WELL, lake: false });
    renameSync(`${file}.away`, file);
    expect(await conditions()).toEqual(WELL);
  });

  test('is missed where a step of the schema is, or is newer than the program', async () => {
    const last = [...migrations]
      .map(({ name }) => name)
      .sort()
      .at(-1);
    await owner('update public.migration set name = $2 where name = $1', [last, '9999 of tomorrow']);
    expect(await conditions()).toEqual({ ...WELL, migrations: false });
    await owner('update public.migration set name = $1 where name = $2', [last, '9999 of tomorrow']);
    await owner("insert into public.migration (name, timestamp) values ('9999 of tomorrow', '')");
    expect(await conditions()).toEqual({ ...WELL, migrations: false });
    await owner("delete from public.migration where name = '9999 of tomorrow'");
    expect(await conditions()).toEqual(WELL);
  });

  test.each([
    [
      'that waits for an hour and nobody does',
      "state = 'created', start_after = now() - interval '1 hour'",
      false,
    ],
    ['that waits for a minute', "state = 'created', start_after = now() - interval '1 minute'", true],
    ['that may only begin tomorrow', "state = 'created', start_after = now() + interval '1 day'", true],
    ['that was done an hour ago', "state = 'completed', start_after = now() - interval '1 hour'", true],
  ])('is told by a job %s', async (_, change, ok) => {
    await jobs.send('drawn', {});
    await owner(`update jobs.job set ${change} where name = 'drawn'`);
    expect(await conditions()).toEqual({ ...WELL, jobs: ok });
    await owner("delete from jobs.job where name = 'drawn'");
  });

  test('is not waited for', async () => {
    const never = { overview: () => new Promise<never>(() => {}) } as Partial<Jobs> as Jobs;
    const found = await readConditions(asProduct(at), never, new Date());
    expect(found.find(({ name }) => name === 'jobs')).toMatchObject({ ok: false });
  });
});

describe('the operator’s page', () => {
  let lead: Visitor;
  beforeAll(async () => {
    lead = await site.signedIn('ig_lead');
  });

  test('shows jobs that were given up, and has one tried again, once, on record', async () => {
    await jobs.send('refresh', {});
    const { rows } = await owner(
      `update jobs.job set state = 'failed', completed_on = now(), output = '{"message":"Error: refresh ended with 3"}'
        where name = 'refresh' returning id`,
    );
    const page = (await lead.get('/operations')).body;
    expect(page).toContain('refresh ended with 3');
    const retry = `/operations/jobs/${rows[0].id}/retry`;
    expect(page).toContain(`action="${retry}"`);
    const form = { _csrf: await lead.formToken() };
    const answer = await lead.post(retry, form);
    expect(answer.headers.location).toBe('/operations?tried=refresh');
    expect((await owner("select state from jobs.job where name = 'refresh'")).rows).toEqual([
      { state: 'retry' },
    ]);
    expect((await lead.post(retry, form)).statusCode).toBe(404);
    expect((await lead.post(`/operations/jobs/${randomUUID()}/retry`, form)).statusCode).toBe(404);
    const audited = await owner(
      "select detail ->> 'job' as job from audit.entry where action = 'job.retried'",
    );
    expect(audited.rows).toEqual([{ job: rows[0].id }]);
  });

  test('shows the last backup, that a later one failed, and what verify found', async () => {
    const batch = at.book.as('batch');
    expect((await lead.get('/operations')).body).toContain('There is no backup yet');
    const begunAt = new Date(Date.now() - 60_000);
    await noteBackup(batch, { begunAt, store: '/mnt/backup', bytes: 123_000_000, refusal: null });
    await noteBackup(batch, { begunAt, store: '/mnt/backup', bytes: 0, refusal: 'The disk was away.' });
    await noteVerification(batch, { checks: 9, failed: ['audit'] });
    const page = (await lead.get('/operations')).body;
    expect(page).toContain('123 MB, in /mnt/backup');
    expect(page).toContain('The disk was away.');
    expect(page).toContain('failed: audit');
  });
});

describe('the metrics', () => {
  const ask = (authorization: string) => site.visitor().get('/metrics', { authorization });

  test('are for who brings the token', async () => {
    expect((await ask('Bearer another-token-here')).statusCode).toBe(403);
    expect((await ask(`Bearer ${token}`)).statusCode).toBe(200);
  });

  test('name routes by pattern, and nobody', async () => {
    const gp = await site.signedIn('gp');
    const people = (await gp.get('/people')).body;
    const person = /href="(\/people\/[0-9a-f-]{36})"/.exec(people)?.[1] ?? '';
    expect((await gp.get(person)).statusCode).toBe(200);
    const text = (await ask(`Bearer ${token}`)).body;
    expect(text).toMatch(
      /^neighbourhold_http_request_seconds_count\{method="GET",route="\/people\/:id",status="2xx"\} [1-9]/m,
    );
    expect(text).toMatch(/^neighbourhold_condition\{name="book"\} 1$/m);
    expect(text).toMatch(/^neighbourhold_jobs\{queue="refresh",state="waiting"\} 1$/m);
    expect(text).toMatch(/^neighbourhold_disk_free_bytes \d/m);
    expect(text).not.toContain(person.slice(8));
    expect(text).not.toMatch(/\d{3} ?\d{3} ?\d{4}(?![\d.e])"/);
    const names = await sql<{ family_name: string }>`
      select distinct family_name from register.person where length(family_name) > 5`.execute(
      at.book.as('batch'),
    );
    expect(names.rows.filter(({ family_name }) => text.includes(family_name))).toEqual([]);
  });

  test('count a slow statement, and the log has it without its values', async () => {
    await sql`select pg_sleep(0.15), ${'Larkmoor'}::text, 'Brambletarn'`.execute(at.book.as('app'));
    const line = site.logged
      .filter((each) => each.includes('slow query'))
      .find((each) => each.includes('pg_sleep'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      login: 'app',
      statement: expect.stringContaining('$1'),
    });
    expect(line).not.toMatch(/Larkmoor|Brambletarn/);
    expect((await ask(`Bearer ${token}`)).body).toMatch(
      /^neighbourhold_slow_queries_total\{login="app"\} [1-9]/m,
    );
  });
});
