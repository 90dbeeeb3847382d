import { sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';

/** A record that somebody has open in an emergency. */
export interface OpenAccess {
  readonly id: number;
  readonly personNo: number;
  readonly publicId: string;
  readonly name: string;
  readonly closes: Date;
}

/** What an actor has open now, the first to close first. */
export async function readOwnAccesses(tx: Tx, by: Actor, now: Date): Promise<OpenAccess[]> {
  const { rows } = await sql<OpenAccess>`
    select b.relationship_id as id, b.person_no as "personNo", p.public_id as "publicId", b.closes_at as closes,
           concat_ws(', ', upper(p.family_name), p.given_names) as name
      from governance.break_glass b join register.person p on p.person_no = b.person_no
     where b.account = ${by.account} and b.closed_at is null and b.closes_at > ${now}
     order by b.closes_at`.execute(tx);
  return rows;
}

/** An emergency access as its reviewer sees it. */
export interface AccessToReview {
  readonly id: number;
  readonly personNo: number;
  readonly at: Date;
  readonly who: string;
  readonly account: string;
  readonly role: string;
  /** The person's name, as an audit entry has it. */
  readonly whom: string | null;
  readonly reason: string;
  readonly said: string;
  readonly closesAt: Date;
  readonly closedAt: Date | null;
  readonly due: Date;
  readonly escalated: boolean;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly reviewedAt: Date | null;
}

const REVIEW = sql`
  select b.relationship_id as id, b.person_no as "personNo", b.at, a.name as who, b.account, b.role, l.label as whom, b.reason, b.said,
         b.closes_at as "closesAt", b.closed_at as "closedAt", i.due_at as due,
         i.escalated_at is not null as escalated, i.outcome, i.closed_at as "reviewedAt",
         (select t.note from work.transition t where t.item_id = i.item_id and t.action = 'review'
           order by t.transition_id desc limit 1) as note
    from governance.break_glass b
    join auth.account a on a.account = b.account
    join work.item i on i.item_id = b.item_id
    left join lateral register.audit_labels(array[b.person_no]) l on true`;

/** Emergency accesses: those that wait for a review first, the longest waiting first; then those reviewed, latest first. */
export async function readAccesses(tx: Tx, limit: number): Promise<AccessToReview[]> {
  const { rows } = await sql<AccessToReview>`${REVIEW}
   order by (i.closed_at is not null), case when i.closed_at is null then i.due_at end, b.relationship_id desc
   limit ${limit}`.execute(tx);
  return rows;
}

/** One, with what was done with the record while it was open. Null: there is none, or it is not this role's to review. */
export async function readAccess(
  tx: Tx,
  id: number,
): Promise<(AccessToReview & { readonly done: readonly { at: Date; action: string }[] }) | null> {
  const { rows } = await sql<AccessToReview>`${REVIEW} where b.relationship_id = ${id}`.execute(tx);
  const [access] = rows;
  if (!access) return null;
  const done = await sql<{ at: Date; action: string }>`
    select at, action from governance.done_while_open(${id})`.execute(tx);
  return { ...access, done: done.rows };
}
