import { expect, test } from 'vitest';
import { useTestBook } from '../../../test/support/test-book.ts';
import { tookTooLong } from '../../kernel/index.ts';

const at = useTestBook();
const shown = async (login: 'app' | 'batch' | 'owner', name: string) =>
  (await at.book.pool(login).query(`show ${name}`)).rows[0][name];

test.each([
  ['app', 'statement_timeout', '1min'],
  ['app', 'idle_in_transaction_session_timeout', '5min'],
  ['batch', 'statement_timeout', '0'],
  ['batch', 'idle_in_transaction_session_timeout', '0'],
  ['owner', 'statement_timeout', '0'],
] as const)('the login %s has for %s %s', async (login, name, limit) => {
  expect(await shown(login, name)).toBe(limit);
});

test('a statement that takes longer is ended, and known by it', async () => {
  const client = await at.book.pool('app').connect();
  try {
    await client.query("set statement_timeout = '50ms'");
    const slow = client.query('select pg_sleep(5)').then(
      () => null,
      (error: unknown) => error,
    );
    expect(tookTooLong(await slow)).toBe(true);
  } finally {
    client.release(true);
  }
});
