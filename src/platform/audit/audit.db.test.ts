import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { anActor, anOrigin } from '../../../test/support/actors.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { act } from '../auth/index.ts';
import type { Tx } from '../database/index.ts';
import { type AuditTables, sealAudit, verifyAudit, writeAudit } from './index.ts';

describe('the audit', () => {
  const at = useTestBook();
  const by = anActor('gp', { organisation: 'Z10001' });
  const look = (id: number) => (tx: Tx) =>
    writeAudit(tx, {
      action: 'person.opened',
      subject: { kind: 'person', id },
      purpose: 'registered practice',
    });
  const acting = (work: (tx: Tx) => Promise<void>) => act(at.book, { by, origin: anOrigin() }, work);

  test('says who, as what, from where and why, without being told', async () => {
    await acting(look(1));
    const entry = await at.book
      .as('app')
      .withTables<AuditTables>()
      .selectFrom('audit.entry')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(entry).toMatchObject({
      account: by.account,
      account_name: by.name,
      role: 'gp',
      organisation: 'Z10001',
      origin: 'test',
      action: 'person.opened',
      subject_id: '1',
      outcome: 'done',
    });
  });

  test('an act whose audit cannot be written does not happen', async () => {
    const failing = act(at.book, { by, origin: anOrigin() }, async (tx) => {
      await look(2)(tx);
      await writeAudit(tx, { action: 'x', purpose: 'y', outcome: 'invented' as 'done' });
    });
    await expect(failing).rejects.toThrow();
    const entries = at.book.as('app').withTables<AuditTables>().selectFrom('audit.entry').selectAll();
    expect(await entries.where('subject_id', '=', '2').execute()).toEqual([]);
  });

  test('nobody who acts for people can change or remove an entry', async () => {
    for (const login of ['app', 'batch'] as const) {
      const pool = at.book.pool(login);
      for (const attempt of [
        'delete from audit.entry',
        "update audit.entry set purpose = ''",
        'truncate audit.entry',
      ]) {
        await expect(pool.query(attempt)).rejects.toThrow(/permission denied/);
      }
    }
  });

  test('an entry in a transaction that is still open is sealed later, and in its place', async () => {
    const slow = await at.book.pool('app').connect();
    await slow.query('begin');
    await slow.query(`select set_config('neighbourhold.' || name, value, true) from (values
      ('account', '${by.account}'), ('account_name', 'slow'), ('role', 'gp'), ('organisation', ''),
      ('request', 'r'), ('origin', 'o')) as setting (name, value)`);
    await slow.query("insert into audit.entry (action, purpose, outcome) values ('slow', 'p', 'done')");
    await acting(look(3));

    const before = await sealAudit(at.book.as('batch'));
    await slow.query('commit');
    slow.release();
    const after = await sealAudit(at.book.as('batch'));

    expect(before).toBeGreaterThan(0);
    expect(after).toBe(2);
    expect(await sealAudit(at.book.as('batch'))).toBe(0);
    expect(await verifyAudit(at.book.as('app'))).toMatchObject({ ok: true });
  });

  test('an administrator who removes or changes a sealed entry is found out', async () => {
    await acting(look(4));
    // Transactions of other test files on the same server may hold the seal up.
    await expect.poll(() => sealAudit(at.book.as('batch')), { timeout: 30_000 }).toBeGreaterThan(0);
    const url = new URL(inject('databaseServer'));
    url.pathname = new URL(at.url).pathname;
    const administrator = new pg.Client({ connectionString: url.href });
    await administrator.connect();
    await administrator.query("update audit.entry set purpose = 'something else' where subject_id = '4'");
    expect(await verifyAudit(at.book.as('app'))).toMatchObject({ ok: false });
    await administrator.query(
      "update audit.entry set purpose = 'registered practice' where subject_id = '4'",
    );
    expect(await verifyAudit(at.book.as('app'))).toMatchObject({ ok: true });
    await administrator.query("delete from audit.entry where subject_id = '4'");
    expect(await verifyAudit(at.book.as('app'))).toMatchObject({ ok: false });
    await administrator.end();
  });
});
