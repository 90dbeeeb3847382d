import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { AuthTables } from './accounts.ts';

/**
 * How long a session lives: without use, and in all. NHS login asks for 30 minutes and 12 hours of a web session
 * (NHS login technical documentation, session management); staff sign-in follows the same.
 */
export const IDLE_MINUTES = 30;
export const ABSOLUTE_HOURS = 12;

/**
 * How long the row of a session that has ended is kept: what was typed in one of its pages can be kept for whoever typed
 * it (`accountOfEndedForm`).
 */
const HOURS_AFTER_END = 24;

export interface Session {
  readonly account: string;
  /** Stands in every form, so that a form from elsewhere is not one of ours. */
  readonly formToken: string;
}

/** Begins a session. The token goes into the cookie and nowhere else: the book keeps its hash. */
export async function beginSession(db: Kysely<Tables>, account: string, now: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const sessions = db.withTables<AuthTables>();
  const forgotten = new Date(now.getTime() - HOURS_AFTER_END * 3_600_000);
  await sessions.deleteFrom('auth.session').where('ends_at', '<', forgotten).execute();
  await sessions
    .insertInto('auth.session')
    .values({
      token_hash: hashOf(token),
      account,
      form_token: randomBytes(24).toString('base64url'),
      seen_at: now,
      ends_at: new Date(now.getTime() + ABSOLUTE_HOURS * 3_600_000),
    })
    .execute();
  return token;
}

/** The session of a token, when it is alive; its time of last use is brought up to date about once a minute. */
export async function readSession(db: Kysely<Tables>, token: string, now: Date): Promise<Session | null> {
  const sessions = db.withTables<AuthTables>();
  const idleSince = new Date(now.getTime() - IDLE_MINUTES * 60_000);
  const row = await sessions
    .selectFrom('auth.session')
    .selectAll()
    .where('token_hash', '=', hashOf(token))
    .where('ends_at', '>', now)
    .where('seen_at', '>', idleSince)
    .executeTakeFirst();
  if (!row) return null;
  if (now.getTime() - row.seen_at.getTime() > 60_000) {
    await sessions
      .updateTable('auth.session')
      .set({ seen_at: now })
      .where('token_hash', '=', row.token_hash)
      .execute();
  }
  return { account: row.account, formToken: row.form_token };
}

/** Ends a session: its token is worth nothing from now on. */
export async function endSession(db: Kysely<Tables>, token: string, now: Date): Promise<void> {
  await db
    .withTables<AuthTables>()
    .updateTable('auth.session')
    .set({ ends_at: now })
    .where('token_hash', '=', hashOf(token))
    .where('ends_at', '>', now)
    .execute();
}

/**
 * In whose session a form was made that has ended since: only its own pages had the form's token. It lets nobody in; it
 * says for whom to keep what was typed. Null when the session is alive, too long over, or none of ours.
 */
export async function accountOfEndedForm(
  db: Kysely<Tables>,
  formToken: unknown,
  now: Date,
): Promise<string | null> {
  if (typeof formToken !== 'string' || formToken === '') return null;
  const idleSince = new Date(now.getTime() - IDLE_MINUTES * 60_000);
  const row = await db
    .withTables<AuthTables>()
    .selectFrom('auth.session')
    .select('account')
    .where('form_token', '=', formToken)
    .where('ends_at', '>', new Date(now.getTime() - HOURS_AFTER_END * 3_600_000))
    .where((where) => where.or([where('ends_at', '<=', now), where('seen_at', '<=', idleSince)]))
    .executeTakeFirst();
  return row?.account ?? null;
}

/** Ends every session and every sign-in that is under way, whosever they are. Returns how many sessions there were. */
export async function endEverySession(db: Kysely<Tables>): Promise<number> {
  const tables = db.withTables<AuthTables>();
  await tables.deleteFrom('auth.sign_in').execute();
  const ended = await tables.deleteFrom('auth.session').executeTakeFirst();
  return Number(ended.numDeletedRows);
}

/** Whether a form was made by this session's own pages. */
export function isOwnForm(session: Session, token: unknown): boolean {
  if (typeof token !== 'string') return false;
  const [given, wanted] = [Buffer.from(token), Buffer.from(session.formToken)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
