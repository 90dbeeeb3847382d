import type { Book, Login } from './connect.ts';
import { LOCK_SPACE, type LockName, locks } from './locks.ts';

/**
 * Runs work while holding an advisory lock, waiting for it if somebody else has it. The lock lives on a connection
 * of its own, so that it spans many transactions and falls with the process.
 */
export async function withSessionLock<Result>(
  book: Book,
  login: Login,
  lock: LockName,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await book.pool(login).connect();
  try {
    await client.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, locks[lock]]);
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1, $2)', [LOCK_SPACE, locks[lock]]).catch(() => {});
    client.release();
  }
}
