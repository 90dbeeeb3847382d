import { sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';

/** A form that comes again within so many minutes, word for word, is the same form: sent twice, or by the back button. */
const MINUTES = 30;

/**
 * The piece of work that the same form has opened already, by the same account: the same words for the same team about
 * the same subject, still as it was opened. Null: it comes for the first time. Of two at once the second waits and sees
 * what the first opened.
 */
export async function askedAlready(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kind: string;
    readonly subject: { readonly kind: string; readonly id: number };
    readonly title: string;
    readonly note: string;
    readonly for: { readonly team: number; readonly account: string | null };
  },
): Promise<number | null> {
  const { by, now, kind, subject, title, note } = request;
  await sql`select pg_advisory_xact_lock(hashtextextended(${by.account}::text, 0))`.execute(tx);
  const since = new Date(now.getTime() - MINUTES * 60_000);
  const { rows } = await sql<{ item: number }>`
    select item.item_id as item from work.item item
     where item.kind = ${kind} and item.subject_kind = ${subject.kind} and item.subject_id = ${subject.id}
       and item.title = ${title} and item.closed_at is null and item.opened_at >= ${since}
       and coalesce(item.offered_team, item.owner_team) = ${request.for.team}
       and (item.offered_team is not null or item.owner_account is not distinct from ${request.for.account}::uuid)
       and exists (select 1 from work.transition step
                    where step.item_id = item.item_id and step.action = 'open'
                      and step.account = ${by.account}::uuid and coalesce(step.note, '') = ${note})
     order by item.item_id limit 1`.execute(tx);
  return rows[0]?.item ?? null;
}
