import { type Kysely, sql } from 'kysely';
import type { Tables, Tx } from '../../../platform/database/index.ts';
import type { RegisterTables, RelationshipKind } from '../tables.ts';

/** Why somebody may see somebody: held by one account or one team, about one practice's people or one person. */
export interface CareRelationship {
  readonly kind: RelationshipKind;
  readonly holder: { readonly account: string } | { readonly team: number };
  readonly about: { readonly practice: number } | { readonly person: number };
  readonly purpose: string;
  /** Parts of the record that are granted, for carers; empty for all others, whose role says it. */
  readonly grants?: readonly string[];
  readonly basis?: Record<string, unknown>;
  readonly starts?: Date;
  readonly ends?: Date | null;
}

/**
 * Opens a relationship. One that is open already between the same two, of the same kind, stays as it is, with its
 * purpose and end brought up to date. Returns its number and whether it is new.
 */
export async function openRelationship(
  tx: Tx,
  relationship: CareRelationship,
): Promise<{ id: number; isNew: boolean }> {
  const db = tx.withTables<RegisterTables>();
  const row = {
    kind: relationship.kind,
    account: 'account' in relationship.holder ? relationship.holder.account : null,
    team_id: 'team' in relationship.holder ? relationship.holder.team : null,
    practice_id: 'practice' in relationship.about ? relationship.about.practice : null,
    person_no: 'person' in relationship.about ? relationship.about.person : null,
  };
  const says = {
    purpose: relationship.purpose,
    grants: [...(relationship.grants ?? [])],
    basis: JSON.stringify(relationship.basis ?? {}),
    ends: relationship.ends ?? null,
  };
  const open = await db
    .selectFrom('register.care_relationship')
    .select('relationship_id')
    .where('kind', '=', row.kind)
    .where((where) =>
      where.and(
        (['account', 'team_id', 'practice_id', 'person_no'] as const).map((column) =>
          row[column] === null ? where(column, 'is', null) : where(column, '=', row[column]),
        ),
      ),
    )
    .where((where) => where.or([where('ends', 'is', null), where('ends', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
  if (open) {
    await db
      .updateTable('register.care_relationship')
      .set(says)
      .where('relationship_id', '=', open.relationship_id)
      .execute();
    return { id: open.relationship_id, isNew: false };
  }
  const { relationship_id } = await db
    .insertInto('register.care_relationship')
    .values({
      ...row,
      ...says,
      ended_because: null,
      ...(relationship.starts ? { starts: relationship.starts } : {}),
    })
    .returning('relationship_id')
    .executeTakeFirstOrThrow();
  return { id: relationship_id, isNew: true };
}

/** Ends open relationships of a kind between a holder and a person, from now on. Seeing ends with the relationship. */
export async function endRelationship(
  tx: Tx,
  which: { readonly kind: RelationshipKind; readonly team: number; readonly person: number },
  because: string,
): Promise<void> {
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({ ends: sql<Date>`now()`, ended_because: because })
    .where('kind', '=', which.kind)
    .where('team_id', '=', which.team)
    .where('person_no', '=', which.person)
    .where((where) => where.or([where('ends', 'is', null), where('ends', '>', sql<Date>`now()`)]))
    .execute();
}

/** Ends one relationship from now on, if it is open. */
export async function endRelationshipNumbered(tx: Tx, id: number, because: string): Promise<void> {
  await tx
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({ ends: sql<Date>`now()`, ended_because: because })
    .where('relationship_id', '=', id)
    .where((where) => where.or([where('ends', 'is', null), where('ends', '>', sql<Date>`now()`)]))
    .execute();
}

/**
 * Ends what an account may still see through relationships of some kinds, except those named: what somebody saw in one
 * post, they do not see in the next.
 */
export async function endOtherRelationships(
  tx: Tx,
  which: {
    readonly account: string;
    readonly kinds: readonly RelationshipKind[];
    readonly keep: readonly number[];
  },
  because: string,
): Promise<void> {
  let query = tx
    .withTables<RegisterTables>()
    .updateTable('register.care_relationship')
    .set({ ends: sql<Date>`now()`, ended_because: because })
    .where('account', '=', which.account)
    .where('kind', 'in', [...which.kinds])
    .where((where) => where.or([where('ends', 'is', null), where('ends', '>', sql<Date>`now()`)]));
  if (which.keep.length > 0) query = query.where('relationship_id', 'not in', [...which.keep]);
  await query.execute();
}

/** The number of the person with this NHS number, for batch work that may see everybody. Null: nobody has it. */
export async function personNumber(db: Kysely<Tables>, nhsNumber: string): Promise<number | null> {
  const row = await db
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select('person_no')
    .where('nhs_number', '=', nhsNumber)
    .executeTakeFirst();
  return row?.person_no ?? null;
}
