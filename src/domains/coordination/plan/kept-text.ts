import { addDays, londonDay, londonMidnight } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Content } from './plan-document.ts';
import type { SectionId } from './plan-parts.ts';
import type { PlanTables } from './plan-tables.ts';

/** Words that somebody typed in a part of a plan and that are not in it. */
export interface KeptText {
  readonly id: string;
  readonly plan: string;
  readonly section: SectionId;
  readonly entry: string;
  /** Which form it was typed in: two tabs may hold two texts for one part. */
  readonly form: string;
  readonly seen: number;
  readonly fields: Content;
  /** `typing`: kept while it was typed. */
  readonly why: 'signed_out' | 'conflict' | 'typing';
  readonly at: Date;
}

/**
 * Keeps what somebody typed and could not save, for them alone. It asks for no more than that it is theirs: their
 * session may have ended, and they may not see the plan any more. The latest text of one form replaces an earlier
 * one. Returns its name.
 */
export async function keepText(
  tx: Tx,
  text: Omit<KeptText, 'id' | 'at'> & { readonly by: Actor; readonly now: Date; readonly days: number },
): Promise<string> {
  const db = tx.withTables<PlanTables>();
  const tooOld = londonMidnight(addDays(londonDay(text.now), -text.days));
  await db
    .deleteFrom('coordination.kept_text')
    .where('account', '=', text.by.account)
    .where('kept_at', '<', tooOld)
    .execute();
  const says = {
    section: text.section,
    seen: text.seen,
    fields: JSON.stringify(text.fields),
    why: text.why,
    kept_at: text.now,
  };
  const { kept_id } = await db
    .insertInto('coordination.kept_text')
    .values({ account: text.by.account, plan: text.plan, entry: text.entry, form: text.form, ...says })
    .onConflict((conflict) => conflict.columns(['account', 'plan', 'entry', 'form']).doUpdateSet(says))
    .returning('kept_id')
    .executeTakeFirstOrThrow();
  return kept_id;
}

/** Removes what was typed before a moment and neither saved nor thrown away, whoever typed it. Returns how many texts. */
export async function forgetOldKept(tx: Tx, before: Date): Promise<number> {
  const { numDeletedRows } = await tx
    .withTables<PlanTables>()
    .deleteFrom('coordination.kept_text')
    .where('kept_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What is kept for whoever asks, the latest first; of one plan, or of all. */
export async function readKept(tx: Tx, by: Actor, plan?: string): Promise<KeptText[]> {
  let query = tx
    .withTables<PlanTables>()
    .selectFrom('coordination.kept_text')
    .selectAll()
    .where('account', '=', by.account)
    .orderBy('kept_at', 'desc');
  if (plan !== undefined) query = query.where('plan', '=', plan);
  return (await query.execute()).map((row) => ({
    id: row.kept_id,
    plan: row.plan,
    section: row.section as SectionId,
    entry: row.entry,
    form: row.form,
    seen: row.seen,
    fields: row.fields,
    why: row.why as KeptText['why'],
    at: row.kept_at,
  }));
}

/** What is kept of one form, or of all forms of one part, is done with: it was saved, or its writer threw it away. */
export async function forgetKept(
  tx: Tx,
  which: {
    readonly by: Actor;
    readonly plan: string;
    readonly entry: string;
    readonly form?: string | undefined;
  },
): Promise<void> {
  let query = tx
    .withTables<PlanTables>()
    .deleteFrom('coordination.kept_text')
    .where('account', '=', which.by.account)
    .where('plan', '=', which.plan)
    .where('entry', '=', which.entry);
  if (which.form !== undefined) query = query.where('form', '=', which.form);
  await query.execute();
}
