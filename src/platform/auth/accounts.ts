import type { Generated } from 'kysely';
import type { Tx } from '../database/index.ts';

export type AuthTables = {
  'auth.installation': {
    single: Generated<boolean>;
    id: Generated<string>;
    purpose: 'demo' | 'live';
    made_at: Generated<Date>;
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
};

/** Who vouches for the personas of a demo. */
export const DEMO_ISSUER = 'demo';

/** Adds an account or brings its name up to date. Returns its id. */
export async function changeAccount(
  tx: Tx,
  account: { readonly name: string; readonly issuer: string; readonly subject: string },
): Promise<string> {
  const row = await tx
    .withTables<AuthTables>()
    .insertInto('auth.account')
    .values(account)
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doUpdateSet({ name: account.name, active: true }))
    .returning('account')
    .executeTakeFirstOrThrow();
  return row.account;
}
