import { sql } from 'kysely';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';
import { type Person, readPerson } from './read-person.ts';

/** The person that an account is, or cares for, and what may be shown of them. */
export interface OwnPerson {
  readonly person: Person;
  readonly isSelf: boolean;
  /** For carers: the parts that the person granted. */
  readonly grants: readonly string[];
  readonly purpose: string;
}

/** Finds the person of a patient's or carer's account. Null when there is no open relationship. */
export async function readOwnPerson(tx: Tx, by: Actor): Promise<OwnPerson | null> {
  const row = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.care_relationship as relationship')
    .leftJoin('register.joined as joined', 'joined.person_no', 'relationship.person_no')
    .innerJoin('register.person as person', (join) =>
      join.on('person.person_no', '=', (on) => on.fn.coalesce('joined.now_no', 'relationship.person_no')),
    )
    .select(['relationship.kind', 'relationship.grants', 'relationship.purpose', 'person.public_id'])
    .where('relationship.account', '=', by.account)
    .where('relationship.kind', 'in', ['self', 'carer'])
    .where('relationship.starts', '<=', sql<Date>`now()`)
    .where((where) =>
      where.or([where('relationship.ends', 'is', null), where('relationship.ends', '>', sql<Date>`now()`)]),
    )
    .orderBy('relationship.kind', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const person = await readPerson(tx, row.public_id);
  return { person, isSelf: row.kind === 'self', grants: row.grants, purpose: row.purpose };
}

/** An agreement of a practice that a team may look for people in its list. */
export interface Agreement {
  readonly practice: string;
  readonly team: string;
  readonly purpose: string;
  readonly assurance: string | null;
  readonly starts: Date;
  readonly ends: Date | null;
}

/** Open agreements, the first to end first; of some practices, or of all (`practices` null). */
export async function readAgreements(tx: Tx, practices: readonly number[] | null): Promise<Agreement[]> {
  const found = await sql<Agreement>`
    select place.name as practice, team.name as team, r.purpose, r.basis ->> 'assurance' as assurance, r.starts, r.ends
      from register.care_relationship r
      join directory.place on place.place_id = r.practice_id
      join directory.team on team.team_id = r.team_id
     where r.kind = 'int_agreement' and r.starts <= now() and (r.ends is null or r.ends > now())
       and (${practices === null} or r.practice_id = any (${practices ?? []}::int[]))
     order by r.ends nulls last, place.name`.execute(tx);
  return found.rows;
}
