import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { anActor, anOrigin } from '../../../test/support/actors.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { act } from '../auth/index.ts';
import type { Tables } from '../database/index.ts';
import { sealAudit, verifyAudit, writeAudit } from './index.ts';

/** What somebody with all rights over the server can do, and is found out by. Each try is undone afterwards. */
describe('a sealed audit', () => {
  const at = useTestBook();
  const by = anActor('gp', { organisation: 'Z90001' });
  let administrator: pg.Client;
  beforeAll(async () => {
    for (const batch of [[1, 2], [3], [4, 5]]) {
      for (const id of batch)
        await act(at.book, { by, origin: anOrigin() }, (tx) =>
          writeAudit(tx, {
            action: 'person.opened',
            subject: { kind: 'person', id },
            purpose: 'drawn',
            detail: { id },
          }),
        );
      expect(await sealAudit(at.book.as('batch'))).toBe(batch.length);
    }
    const url = new URL(inject('databaseServer'));
    url.pathname = new URL(at.url).pathname;
    administrator = new pg.Client({ connectionString: url.href });
    await administrator.connect();
  });
  afterAll(() => administrator.end());

  const verifiedAfter = async (tampering: string) => {
    const borrowed = { query: administrator.query.bind(administrator), release: () => {} };
    const seenInside = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: { connect: async () => borrowed, end: async () => {} } as never }),
    });
    await administrator.query('begin');
    try {
      await administrator.query(tampering);
      return await verifyAudit(seenInside);
    } finally {
      await administrator.query('rollback');
    }
  };

  test('that nobody touched holds, and says how much it covers', async () => {
    expect(await verifiedAfter('select 1')).toEqual({ ok: true, detail: '5 entries under 3 seals' });
  });

  const columns: Record<string, string> = {
    at: "at + interval '1 second'",
    account: 'gen_random_uuid()',
    account_name: "'somebody else'",
    role: "'analyst'",
    organisation: "''",
    request: "'another'",
    origin: "'elsewhere'",
    action: "'people.listed'",
    subject_id: "'99'",
    purpose: "'was asked to'",
    outcome: "'refused'",
    detail: "'{}'",
    xact: '(select max(xact) from audit.entry)',
  };
  test.each(Object.entries(columns))('shows that %s of an entry was changed', async (column, value) => {
    const seal = await verifiedAfter(`update audit.entry set ${column} = ${value} where subject_id = '1'`);
    expect(seal).toMatchObject({ ok: false, detail: expect.stringMatching(/^seal 1 of /) });
  });

  test('keeps every column that an entry has', async () => {
    const { rows } = await administrator.query(
      "select column_name from information_schema.columns where table_schema = 'audit' and table_name = 'entry'",
    );
    const kept = [...Object.keys(columns), 'id', 'subject_kind'].sort();
    expect(rows.map(({ column_name }) => column_name).sort()).toEqual(kept);
  });

  const entry = `insert into audit.entry (xact, account, account_name, role, organisation, request, origin, action, purpose, outcome)
    select xact, account, account_name, role, organisation, request, origin, 'person.opened', 'never happened', 'done'
      from audit.entry where subject_id = '3'`;
  test.each([
    ['an entry was removed', "delete from audit.entry where subject_id = '3'", 2],
    ['all entries were removed', 'truncate audit.entry', 1],
    ['an entry was slipped in among the sealed', entry, 2],
    [
      'two entries changed places',
      "update audit.entry set subject_id = case subject_id when '1' then '2' else '1' end where subject_id in ('1', '2')",
      1,
    ],
    ['a seal in the middle was removed', 'delete from audit.seal where id = 2', 3],
    [
      'a seal was removed with its entries',
      "delete from audit.seal where id = 2; delete from audit.entry where subject_id = '3'",
      3,
    ],
    ['a seal was rewritten', "update audit.seal set hash = encode(sha256('x'), 'hex') where id = 1", 1],
    ['a seal covers less than it did', 'update audit.seal set before_xact = from_xact where id = 1', 1],
  ])('shows that %s', async (_, tampering, seal) => {
    expect(await verifiedAfter(tampering)).toMatchObject({
      ok: false,
      detail: expect.stringContaining(`seal ${seal} of`),
    });
  });

  test('is not for the logins of the product to write', async () => {
    for (const [login, attempts] of [
      [
        'app',
        [
          'insert into audit.seal default values',
          'delete from audit.seal',
          "update audit.seal set hash = ''",
          'truncate audit.seal',
        ],
      ],
      ['batch', ['delete from audit.seal', "update audit.seal set hash = ''", 'truncate audit.seal']],
    ] as const) {
      for (const attempt of attempts)
        await expect(at.book.pool(login).query(attempt)).rejects.toThrow('permission denied');
    }
  });

  test('is sealed once by two who seal at once', async () => {
    await act(at.book, { by, origin: anOrigin() }, (tx) =>
      writeAudit(tx, { action: 'audit.read', purpose: 'drawn' }),
    );
    const sealed = await Promise.all([sealAudit(at.book.as('batch')), sealAudit(at.book.as('batch'))]);
    expect(sealed.sort()).toEqual([0, 1]);
    expect(await verifyAudit(at.book.as('app'))).toEqual({ ok: true, detail: '6 entries under 4 seals' });
  });

  test('cannot be written to by who has not said who they are', async () => {
    const nobody = at.book
      .pool('app')
      .query("insert into audit.entry (action, purpose, outcome) values ('x', 'y', 'done')");
    await expect(nobody).rejects.toThrow(/neighbourhold.account|type uuid: ""/);
  });
});
