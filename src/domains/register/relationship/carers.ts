import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';

/** Somebody who looks after a person without being paid, and has an account. */
export interface Carer {
  readonly relationship: number;
  readonly name: string;
  /** What the person lets them see and do. */
  readonly grants: readonly string[];
}

/** The carers of a person now, by name. */
export async function readCarers(tx: Tx, personNo: number): Promise<Carer[]> {
  const { rows } = await sql<Carer>`
    select r.relationship_id as relationship, a.name, r.grants
      from register.care_relationship r join auth.account a using (account)
     where r.kind = 'carer' and r.starts <= now() and (r.ends is null or r.ends > now())
       and r.person_no in (select ${personNo}::int union select person_no from register.joined where now_no = ${personNo})
     order by a.name`.execute(tx);
  return rows;
}

/** What stands in the basis of a relationship about which the person themself decided: no file changes it. */
const BY_THE_PERSON = { decided_by: 'person' };

/** The person changes what a carer may see. From then on no place pack does. */
export async function changeGrants(tx: Tx, relationship: number, grants: readonly string[]): Promise<void> {
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({ grants: [...grants], basis: JSON.stringify(BY_THE_PERSON) })
    .where('relationship_id', '=', relationship)
    .where('kind', '=', 'carer')
    .execute();
}

/** The person does not want somebody as their carer here any more. */
export async function endCarer(tx: Tx, relationship: number): Promise<void> {
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({
      ends: sql<Date>`now()`,
      ended_because: 'the person decided',
      basis: JSON.stringify(BY_THE_PERSON),
    })
    .where('relationship_id', '=', relationship)
    .where('kind', '=', 'carer')
    .execute();
}

/**
 * What the person themself has decided of a carer: the relationship as they left it, open or ended. Null when they have
 * not decided. For files that say who cares for whom.
 */
export async function ownDecision(
  tx: Tx,
  of: { readonly account: string; readonly person: number },
): Promise<{ readonly id: number; readonly open: boolean } | null> {
  const row = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.care_relationship')
    .where('kind', '=', 'carer')
    .where('account', '=', of.account)
    .where('person_no', '=', of.person)
    .where(sql<boolean>`basis ->> 'decided_by' = 'person'`)
    .orderBy('relationship_id', 'desc')
    .select(['relationship_id as id', sql<boolean>`ends is null or ends > now()`.as('open')])
    .executeTakeFirst();
  return row ?? null;
}
