import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Part, useSite, type Visitor } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import type { AuditTables } from '../../platform/audit/index.ts';
import { queues } from '../queues.ts';

const at = useTestBorough();
const site = useSite(at, () => ({ largestUpload: 1000 }));

const file = (filename: string, content: string | Buffer = 'id\n1\n'): Part => ({
  name: 'files',
  filename,
  content,
});
const waiting = () => readdirSync(at.home.deliveries).filter((name) => name.startsWith('upload-'));

async function send(visitor: Visitor, ...parts: Part[]) {
  const token = await visitor.formToken();
  return await visitor.upload('/imports', [{ name: '_csrf', content: token }, ...parts]);
}

let queuedBefore = 0;
const nothingKept = () => {
  expect(site.queued.length).toBe(queuedBefore);
  expect(waiting().length).toBe(queuedBefore);
};
afterEach(() => {
  queuedBefore = site.queued.length;
});

describe('an upload', () => {
  test('of several files is one delivery: kept as sent, queued, and followed on a page of its own', async () => {
    const analyst = await site.signedIn('analyst');
    const bytes = Buffer.from([80, 65, 82, 49, 0, 255, 13, 10]);
    const answer = await send(analyst, file('patient.csv', 'id\nå\n'), file('observation.parquet', bytes));
    expect(answer.statusCode).toBe(303);
    const [, run] = /^\/imports\/(\d+)$/.exec(String(answer.headers.location)) ?? [];
    const [job] = site.queued as { queue: string; data: { runId: number; folder: string } }[];
    expect(job).toEqual({
      queue: queues.importFiles,
      data: { runId: Number(run), folder: expect.any(String) },
    });
    const folder = job?.data.folder ?? '';
    expect(readdirSync(folder).sort()).toEqual(['observation.parquet', 'patient.csv']);
    expect(readFileSync(join(folder, 'patient.csv'), 'utf8')).toBe('id\nå\n');
    expect(readFileSync(join(folder, 'observation.parquet'))).toEqual(bytes);

    const page = await analyst.get(`/imports/${run}`);
    expect(page.body).toMatch(/Running.*Waiting to begin.*Look again/s);
    const audited = await at.book
      .as('batch')
      .withTables<AuditTables>()
      .selectFrom('audit.entry')
      .select(['action', 'role', 'detail'])
      .where('action', '=', 'import.begun')
      .executeTakeFirstOrThrow();
    expect(audited).toEqual({ action: 'import.begun', role: 'analyst', detail: { run: Number(run) } });
  });

  test.each(['practice_manager', 'analyst', 'ig_lead'])('is taken from the %s', async (key) => {
    const visitor = await site.signedIn(key);
    expect((await visitor.get('/imports')).body).toContain('type="file"');
    expect((await send(visitor, file('patient.csv'))).statusCode).toBe(303);
  });

  test.each([
    'int_lead',
    'care_coordinator',
    'gp',
    'practice_nurse',
    'pcn_manager',
    'commissioner',
    'patient',
    'carer',
  ])('is not taken from the %s, and nothing of it is kept', async (key) => {
    const visitor = await site.signedIn(key);
    expect((await visitor.get('/imports')).body).not.toContain('type="file"');
    expect((await send(visitor, file('patient.csv'))).statusCode).toBe(403);
    nothingKept();
  });

  test.each<[string, Part[], number, RegExp]>([
    ['no file', [], 422, /Choose the files to import/],
    ['an empty choice', [file('', '')], 422, /Choose the files to import/],
    [
      'two files of one name',
      [file('a/patient.csv'), file('b/patient.csv')],
      422,
      /Two of the files are called patient\.csv/,
    ],
    [
      'a name that no disk takes',
      [file(`${'x'.repeat(5000)}.csv`)],
      422,
      /The name of a file is too long: x+… Give it one of up to 200 characters/,
    ],
    [
      'a file that is too large',
      [file('patient.csv'), file('large.csv', 'x'.repeat(1001))],
      409,
      /large\.csv is larger than a page can take/,
    ],
    [
      'files that are too large together',
      ['a', 'b', 'c', 'd', 'e'].map((name) => file(`${name}.csv`, 'x'.repeat(900))),
      409,
      /larger together than a page can take at once/,
    ],
  ])('with %s is refused with what to do, and nothing of it is kept', async (_, parts, statusCode, says) => {
    const answer = await send(await site.signedIn('analyst'), ...parts);
    expect(answer.statusCode).toBe(statusCode);
    expect(answer.body).toMatch(says);
    expect(answer.body).toMatch(/send the form again|command line/);
    nothingKept();
  });

  test('that is not a form of files is refused with a page', async () => {
    const analyst = await site.signedIn('analyst');
    const answer = await analyst.post('/imports', { _csrf: await analyst.formToken() });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).toContain('<h1');
    nothingKept();
  });

  test('says whose form it is before its files: else nothing of them is written', async () => {
    const analyst = await site.signedIn('analyst');
    const token = { name: '_csrf', content: await analyst.formToken() };
    const answer = await analyst.upload('/imports', [file('patient.csv'), token]);
    expect(answer.statusCode).toBe(403);
    nothingKept();
  });

  test.each([
    ['../../outside.csv', 'outside.csv'],
    ['C:\\extracts\\patient.csv', /patient\.csv$/],
    ['a name; $(touch x).csv', /\.csv$/],
    ['/etc/passwd', 'passwd'],
  ])('cannot choose where its files go: %s', async (name, kept) => {
    const answer = await send(await site.signedIn('analyst'), file(name));
    expect(answer.statusCode).toBe(303);
    const last = site.queued.at(-1) as { data: { folder: string } };
    const { folder } = last.data;
    expect(readdirSync(folder)).toEqual([typeof kept === 'string' ? kept : expect.stringMatching(kept)]);
    expect(readdirSync(folder)[0]).toMatch(/^[\w.-]+$/);
    expect(existsSync(join(at.home.deliveries, '..', 'outside.csv'))).toBe(false);
  });
});
