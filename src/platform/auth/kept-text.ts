import type { Tx } from '../database/index.ts';
import type { AuthTables } from './accounts.ts';
import type { Actor } from './actor.ts';

/** What somebody typed in a form and that is not saved. */
export interface KeptText {
  readonly id: string;
  /** To where the form is sent, with its query. */
  readonly address: string;
  /** Which form it was typed in: two tabs may hold two texts for one address. */
  readonly form: string;
  /** Every field as it was sent, hidden ones too; never the token of the session. */
  readonly fields: Readonly<Record<string, string>>;
  /** `typing`: kept while it was typed. */
  readonly why: 'signed_out' | 'conflict' | 'typing';
  readonly at: Date;
}

/** A form that does not say which it is. */
const ANY_FORM = '00000000-0000-0000-0000-000000000000';

/**
 * Keeps what somebody typed and could not save, for them alone. It asks for no more than that it is theirs: their
 * session may have ended, and they may not see any more what they wrote about. The latest text of one form replaces an
 * earlier one. Returns its name.
 */
export async function keepText(
  tx: Tx,
  text: Omit<KeptText, 'id' | 'at' | 'form'> & {
    readonly by: Actor;
    readonly now: Date;
    readonly form: string | undefined;
  },
): Promise<string> {
  const { _csrf: _, ...fields } = text.fields;
  const says = { fields: JSON.stringify(fields), why: text.why, kept_at: text.now };
  const { kept_id } = await tx
    .withTables<AuthTables>()
    .insertInto('auth.kept_text')
    .values({ account: text.by.account, address: text.address, form: text.form ?? ANY_FORM, ...says })
    .onConflict((conflict) => conflict.columns(['account', 'address', 'form']).doUpdateSet(says))
    .returning('kept_id')
    .executeTakeFirstOrThrow();
  return kept_id;
}

/** Removes what was typed before a moment and neither saved nor thrown away, whoever typed it. Returns how many texts. */
export async function forgetOldKept(tx: Tx, before: Date): Promise<number> {
  const { numDeletedRows } = await tx
    .withTables<AuthTables>()
    .deleteFrom('auth.kept_text')
    .where('kept_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What is kept for whoever asks, the latest first: of all forms, or of those at an address and below it. */
export async function readKept(tx: Tx, by: Actor, under?: string): Promise<KeptText[]> {
  const rows = await tx
    .withTables<AuthTables>()
    .selectFrom('auth.kept_text')
    .selectAll()
    .where('account', '=', by.account)
    .orderBy('kept_at', 'desc')
    .execute();
  return rows
    .filter(
      ({ address }) =>
        under === undefined ||
        (address.startsWith(under) && ['', '/', '?'].includes(address.charAt(under.length))),
    )
    .map(({ kept_id, address, form, fields, why, kept_at }) => ({
      id: kept_id,
      address,
      form,
      fields,
      why: why as KeptText['why'],
      at: kept_at,
    }));
}

/** What is kept of one form, or of all forms of one address, is done with: it was saved, or its writer threw it away. */
export async function forgetKept(
  tx: Tx,
  which: { readonly by: Actor; readonly address: string; readonly form: string | undefined },
): Promise<void> {
  let query = tx
    .withTables<AuthTables>()
    .deleteFrom('auth.kept_text')
    .where('account', '=', which.by.account)
    .where('address', '=', which.address);
  if (which.form !== undefined) query = query.where('form', '=', which.form);
  await query.execute();
}
