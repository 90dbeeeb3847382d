import { createHmac, randomBytes } from 'node:crypto';
import type { Generated, JSONColumnType, Kysely } from 'kysely';
import type { Tables, Tx } from '../database/index.ts';

export type AuthTables = {
  'auth.installation': {
    single: Generated<boolean>;
    id: Generated<string>;
    purpose: 'demo' | 'live';
    made_at: Generated<Date>;
    pseudonym_key: string;
  };
  'auth.account': {
    account: Generated<string>;
    name: string;
    issuer: string;
    subject: string;
    active: Generated<boolean>;
  };
  'auth.session': {
    token_hash: Buffer;
    account: string;
    form_token: string;
    begun_at: Generated<Date>;
    seen_at: Generated<Date>;
    ends_at: Date;
  };
  'auth.sign_in': {
    state_hash: Buffer;
    verifier: string;
    nonce: string;
    next: string;
    ends_at: Date;
  };
  'auth.kept_text': {
    kept_id: Generated<string>;
    account: string;
    address: string;
    form: string;
    fields: JSONColumnType<Record<string, string>>;
    why: string;
    kept_at: Date;
  };
};

/** Who vouches for the personas of a demo. */
export const DEMO_ISSUER = 'demo';

/**
 * Adds an account or brings it up to date. One that is closed signs nobody in, and whoever is signed in with it is out
 * at their next page. Returns its id.
 */
export async function changeAccount(
  tx: Tx,
  account: {
    readonly name: string;
    readonly issuer: string;
    readonly subject: string;
    readonly active?: boolean;
  },
): Promise<string> {
  const { name, issuer, subject, active = true } = account;
  const row = await tx
    .withTables<AuthTables>()
    .insertInto('auth.account')
    .values({ name, issuer, subject, active })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet({ name, active }))
    .returning('account')
    .executeTakeFirstOrThrow();
  return row.account;
}

/**
 * Says once what a new installation is for, and makes its pseudonym key. One that exists keeps both.
 * Returns the purpose that holds.
 */
export async function settleInstallation(
  db: Kysely<Tables>,
  purpose: 'demo' | 'live',
): Promise<'demo' | 'live'> {
  const tables = db.withTables<AuthTables>();
  await tables
    .insertInto('auth.installation')
    .values({ purpose, pseudonym_key: randomBytes(32).toString('base64url') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const settled = await tables.selectFrom('auth.installation').select('purpose').executeTakeFirstOrThrow();
  return settled.purpose;
}

/** What this installation is known by among others. A restored copy has the same. */
export async function installationId(db: Kysely<Tables>): Promise<string> {
  const { id } = await db
    .withTables<AuthTables>()
    .selectFrom('auth.installation')
    .select('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Makes pseudonyms of this installation: the same thing has the same one, and none leads back without the key. */
export async function openPseudonyms(db: Kysely<Tables>): Promise<(of: string) => string> {
  const { pseudonym_key } = await db
    .withTables<AuthTables>()
    .selectFrom('auth.installation')
    .select('pseudonym_key')
    .executeTakeFirstOrThrow();
  return (of) => createHmac('sha256', pseudonym_key).update(of).digest('hex').slice(0, 12).toUpperCase();
}

/** The personas that a demo offers, by the names they sign in under. Empty in a live installation. */
export async function readPersonas(
  db: Kysely<Tables>,
): Promise<{ account: string; subject: string; name: string }[]> {
  const tables = db.withTables<AuthTables>();
  const installation = await tables.selectFrom('auth.installation').select('purpose').executeTakeFirst();
  if (installation?.purpose !== 'demo') return [];
  return await tables
    .selectFrom('auth.account')
    .select(['account', 'subject', 'name'])
    .where('issuer', '=', DEMO_ISSUER)
    .where('active', '=', true)
    .orderBy('subject')
    .execute();
}

/** The account that a provider vouches for; null when nobody has been given one, or it is closed. */
export async function findAccount(
  db: Kysely<Tables>,
  issuer: string,
  subject: string,
): Promise<string | null> {
  const row = await db
    .withTables<AuthTables>()
    .selectFrom('auth.account')
    .select('account')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .where('active', '=', true)
    .executeTakeFirst();
  return row?.account ?? null;
}
