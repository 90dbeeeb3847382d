import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observation, patient, registration, writeExtract } from '../../test/support/extracts.ts';
import { importPaths } from '../../test/support/imports.ts';
import { asProduct } from '../../test/support/site.ts';
import { useTestBook } from '../../test/support/test-book.ts';
import { readRetentionRules } from '../domains/governance/index.ts';
import { lakeFaults, orphanFiles, readPutAside, readSnapshot } from '../domains/register/index.ts';
import { beginSession, changeAccount, hashOf, readSession } from '../platform/auth/index.ts';
import { openJobs, prepareJobs } from '../platform/jobs/index.ts';
import { createLogger } from '../platform/log/index.ts';
import { queues, uploadsInUse } from './queues.ts';
import { retain } from './retain.ts';

// Given files, rows and sessions on both sides of their time: what is past it goes, what is not stays, and neither the
// audit nor a record of care is touched.

const at = useTestBook();
const NOW = new Date('2026-11-22T02:30:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const origin = { requestId: 'test', from: 'test' };

let source = '';
/** Deliveries that put a row aside: long ago; lately; and long ago, with rows that came again lately. */
const deliveries = { old: 0, young: 0, mendedLately: 0, mending: 0 };

const sql = async (text: string, values: unknown[] = []) =>
  (await at.book.pool('owner').query(text, values)).rows;
const counts = async () =>
  (
    await sql(`select (select count(*) from audit.entry) as audit, (select count(*) from register.person) as people,
                      (select count(*) from register.delivery_table) as accounts`)
  )[0];
const removedBy = async (dryRun: boolean) => {
  const inUse = await uploadsInUse(at.book);
  const rules = await retain(asProduct(at), { now: NOW, origin, dryRun, inUse });
  return Object.fromEntries(rules.map(({ id, removed }) => [id, removed]));
};

function entry(folder: string, name: string, age: number): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'patient.csv'), 'id\n1\n');
  utimesSync(path, daysAgo(age), daysAgo(age));
  return path;
}

async function importWithBadRow(name: string, age: number): Promise<number> {
  const path = writeExtract(
    source,
    name,
    {
      patient: [patient(name)],
      registration: [registration(name)],
      observation: [observation(`o-${name}`, name, { clinical_effective_date: '31/02/2020' })],
    },
    { publisher: name, extracted_at: '2026-10-31T03:00:00Z' },
  );
  const { runId } = await importPaths(at, path);
  await sql('update register.import_run set finished_at = $1 where run_id = $2', [daysAgo(age), runId]);
  return (await sql('select delivery_id from register.delivery where run_id = $1', [runId]))[0].delivery_id;
}

beforeAll(async () => {
  source = mkdtempSync(join(tmpdir(), 'nh-retain-'));
  deliveries.old = await importWithBadRow('Z00001', 366);
  deliveries.young = await importWithBadRow('Z00002', 364);
  deliveries.mendedLately = await importWithBadRow('Z00003', 400);
  deliveries.mending = await importWithBadRow('Z00004', 10);
  await sql('update register.delivery set mends = $1 where delivery_id = $2', [
    deliveries.mendedLately,
    deliveries.mending,
  ]);
  await prepareJobs(at.book, [queues.importFiles]);
}, 180_000);
afterAll(() => rmSync(source, { recursive: true, force: true }));

const quarantineOf = async (delivery: number): Promise<string | null> =>
  (await sql('select quarantine from register.delivery where delivery_id = $1', [delivery]))[0].quarantine;

describe('retention', () => {
  test('has a rule for each thing that has a time, by somebody who answers for it', () => {
    const { rules, owner, status } = readRetentionRules('content');
    expect(rules.map(({ id }) => id).sort()).toEqual([
      'put_aside',
      'sessions',
      'sign_ins',
      'typed_texts',
      'uploads',
      'work_files',
    ]);
    expect([owner, status]).toEqual(['Information governance lead', 'unverified']);
  });

  test('removes what is past its time and nothing else', async () => {
    const { deliveries: folder, work, lake } = at.home;
    const left = entry(folder, 'upload-left', 8);
    const fresh = entry(folder, 'upload-fresh', 6);
    const waiting = entry(folder, 'upload-waiting', 30);
    const theirs = entry(folder, 'from-the-practice', 900);
    const killed = entry(work, 'import-killed', 2);
    const running = entry(work, 'import-running', 0.5);
    const jobs = await openJobs(at.book, createLogger('silent'));
    await jobs.send(queues.importFiles, { runId: 1, folder: waiting });
    await jobs.stop();

    const account = await at.book
      .as('batch')
      .transaction()
      .execute((tx) => changeAccount(tx, { name: 'Ada Test', issuer: 'demo', subject: 'ada' }));
    const live = await beginSession(at.book.as('app'), account, NOW);
    // The first ended by the clock, the second because nobody used it; both lately enough to be kept, and not.
    for (const [name, ends, seen] of [
      ['by the clock', daysAgo(1.1), daysAgo(1.2)],
      ['idle', daysAgo(-0.2), daysAgo(1.2)],
      ['lately', daysAgo(0.5), daysAgo(0.6)],
    ] as const)
      await sql(
        `insert into auth.session (token_hash, account, form_token, seen_at, ends_at) values ($1, $2, '', $3, $4)`,
        [hashOf(name), account, seen, ends],
      );
    for (const [name, ends] of [
      ['long ago', daysAgo(1.1)],
      ['lately', daysAgo(0.9)],
    ] as const)
      await sql(`insert into auth.sign_in values ($1, 'v', 'n', '/', $2)`, [hashOf(name), ends]);

    for (const age of [31, 29])
      await sql(
        `insert into auth.kept_text (account, address, form, fields, why, kept_at)
         values ($1, '/mdt/1/people/1', gen_random_uuid(), '{"discussion": "Stairs"}', 'typing', $2)`,
        [account, daysAgo(age)],
      );
    // The job that removes them cannot read them.
    const asBatch = at.book.pool('batch').query('select fields from auth.kept_text');
    await expect(asBatch).rejects.toThrow('permission denied');

    const before = await counts();
    const oldFile = await quarantineOf(deliveries.old);
    expect(existsSync(join(lake, String(oldFile)))).toBe(true);
    const expected = { uploads: 1, put_aside: 1, sessions: 2, sign_ins: 1, work_files: 1, typed_texts: 1 };

    // Asked first: it says the same and does nothing.
    expect(await removedBy(true)).toEqual(expected);
    expect([left, killed, join(lake, String(oldFile))].every((path) => existsSync(path))).toBe(true);
    expect(await counts()).toEqual(before);
    expect(await sql('select from auth.session')).toHaveLength(4);

    expect(await removedBy(false)).toEqual(expected);
    expect(readdirSync(folder).sort()).toEqual(['from-the-practice', 'upload-fresh', 'upload-waiting']);
    expect(readdirSync(work)).toEqual(['import-running']);
    expect([fresh, waiting, theirs, running].every((path) => existsSync(join(path, 'patient.csv')))).toBe(
      true,
    );
    expect(existsSync(join(lake, String(oldFile)))).toBe(false);
    expect((await sql('select token_hash from auth.session')).map(({ token_hash }) => token_hash)).toEqual(
      expect.arrayContaining([hashOf(live), hashOf('lately')]),
    );
    expect(await sql('select from auth.session')).toHaveLength(2);
    expect(await readSession(at.book.as('app'), live, NOW)).not.toBeNull();
    expect((await sql('select state_hash from auth.sign_in')).map(({ state_hash }) => state_hash)).toEqual([
      hashOf('lately'),
    ]);

    expect(await sql('select kept_at from auth.kept_text')).toEqual([{ kept_at: daysAgo(29) }]);

    // The audit is longer by what was said of it, and people and accounts are as they were.
    expect(await counts()).toEqual({ ...before, audit: before.audit + 1 });
    const [said] = await sql(`select detail, role from audit.entry where action = 'retention.removed'`);
    expect(said).toEqual({ role: 'operator', detail: { ...expected, deliveries: [deliveries.old] } });

    // The next night finds nothing, and says nothing.
    expect(Object.values(await removedBy(false)).every((removed) => removed === 0)).toBe(true);
    expect(await counts()).toEqual({ ...before, audit: before.audit + 1 });
  });

  test('keeps rows that came again together with those that they came from, and leaves the lake whole', async () => {
    for (const kept of [deliveries.young, deliveries.mendedLately, deliveries.mending]) {
      const file = await quarantineOf(kept);
      expect(existsSync(join(at.home.lake, String(file)))).toBe(true);
    }
    const db = at.book.as('batch');
    const snapshot = await readSnapshot(db, at.home.lake);
    expect(snapshot && lakeFaults(snapshot.lake)).toEqual([]);
    expect(await orphanFiles(db, at.home.lake)).toEqual([]);
    const [gone] = await sql(
      'select quarantine, rows_removed_at from register.delivery where delivery_id = $1',
      [deliveries.old],
    );
    expect(gone).toEqual({ quarantine: null, rows_removed_at: NOW });
    // Nothing of it is open any more, and its account still says that a row was put aside.
    expect((await readPutAside(db, 'open')).map(({ delivery_id }) => delivery_id)).not.toContain(
      deliveries.old,
    );
    const account = await sql(
      `select sum(quarantined)::int as n from register.delivery_table where delivery_id = $1`,
      [deliveries.old],
    );
    expect(account[0].n).toBe(1);
    // When the younger ones are old enough, they go together.
    await sql('update register.import_run set finished_at = $1', [daysAgo(500)]);
    expect(await removedBy(false)).toMatchObject({ put_aside: 3 });
    expect(readdirSync(join(at.home.lake, 'quarantine'))).toEqual([]);
    expect(await orphanFiles(db, at.home.lake)).toEqual([]);
  });
});
