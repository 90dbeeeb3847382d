import type { Tx } from '../database/index.ts';
import type { AuthTables } from './accounts.ts';
import { IDLE_MINUTES } from './sessions.ts';

/** Sessions that ended before a moment: their time had run out, or nobody had used them for as long as one may idle. */
export async function forgetSessions(tx: Tx, before: Date): Promise<number> {
  const idleSince = new Date(before.getTime() - IDLE_MINUTES * 60_000);
  const { numDeletedRows } = await tx
    .withTables<AuthTables>()
    .deleteFrom('auth.session')
    .where((row) => row.or([row('ends_at', '<', before), row('seen_at', '<', idleSince)]))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Sign-ins that were begun with a provider, and ran out before a moment. */
export async function forgetSignIns(tx: Tx, before: Date): Promise<number> {
  const { numDeletedRows } = await tx
    .withTables<AuthTables>()
    .deleteFrom('auth.sign_in')
    .where('ends_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
