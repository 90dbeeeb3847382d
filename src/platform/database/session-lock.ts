import type { Book, Login } from './connect.ts';
import { LOCK_SPACE, type LockName, locks } from './locks.ts';

/**
 * Runs work while holding an advisory lock, waiting for it if somebody else has it. The lock lives on a connection
 * of its own, so that it spans many transactions and falls with the process. `shared` is held by many at once, and by
 * nobody beside who holds it alone.
 */
export async function withSessionLock<Result>(
  book: Book,
  login: Login,
  lock: LockName,
  work: () => Promise<Result>,
  { shared = false }: { shared?: boolean } = {},
): Promise<Result> {
  const client = await book.pool(login).connect();
  const kind = shared ? '_shared' : '';
  try {
    await client.query(`select pg_advisory_lock${kind}($1, $2)`, [LOCK_SPACE, locks[lock]]);
    return await work();
  } finally {
    await client.query(`select pg_advisory_unlock${kind}($1, $2)`, [LOCK_SPACE, locks[lock]]).catch(() => {});
    client.release();
  }
}
