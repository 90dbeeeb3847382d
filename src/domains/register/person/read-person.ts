import { type Kysely, sql } from 'kysely';
import { NotFound } from '../../../kernel/index.ts';
import type { Tables, Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';

/** A person as the index has them. */
export interface Person {
  readonly person_no: number;
  readonly public_id: string;
  readonly nhs_number: string | null;
  readonly title: string | null;
  readonly family_name: string | null;
  readonly given_names: string | null;
  readonly sex: string;
  readonly birth_date: string | null;
  readonly birth_approximate: boolean;
  readonly death_date: string | null;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly lsoa: string | null;
  readonly practice_id: number | null;
  readonly registered: boolean;
  readonly registered_from: string | null;
  readonly open_registrations: number;
  readonly sensitive: boolean;
  readonly confidential: boolean;
  /** There is a safeguarding concern: where the person lives is shown to nobody. Never told to the person or a carer. */
  readonly safeguarding: boolean;
  readonly records: number[];
  readonly buckets: number[];
}

/**
 * The person of a public id, when this transaction may see them. Who may not see them is told the same as of nobody.
 * An address of somebody who was joined to another person leads to that person.
 * Throws NotFound.
 */
export async function readPerson(tx: Tx, publicId: string): Promise<Person> {
  const person = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.person as named')
    .leftJoin('register.joined as joined', 'joined.person_no', 'named.person_no')
    .innerJoinLateral(
      // One look into the index. As an ordinary join the policy is asked of everybody first.
      (now) =>
        now
          .selectFrom('register.person as meant')
          .selectAll('meant')
          .where(
            'meant.person_no',
            '=',
            sql<number>`case when joined.now_no is null then named.person_no else joined.now_no end`,
          )
          .limit(1)
          .as('person'),
      (join) => join.onTrue(),
    )
    .selectAll('person')
    .select(
      sql<boolean>`person.person_no in (select register.protected_people(array['safeguarding']))`.as(
        'safeguarding',
      ),
    )
    .where('named.public_id', '=', publicId)
    .executeTakeFirst();
  if (!person) {
    throw new NotFound(
      'There is no such person, or there is no care relationship through which you may see them.',
      'Check the address. If you care for this person, their practice has to agree, or your team has to take them on.',
    );
  }
  return person;
}

/** The public id of a person, when this transaction may see them; else null. */
export async function publicIdInScope(tx: Tx, personNo: number): Promise<string | null> {
  const row = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select('public_id')
    .where('person_no', '=', personNo)
    .executeTakeFirst();
  return row?.public_id ?? null;
}

/** The person with an NHS number, when this transaction may see them. Throws NotFound. */
export async function findByNhsNumber(tx: Tx, nhsNumber: string): Promise<Person> {
  const found = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select('public_id')
    .where('nhs_number', '=', nhsNumber)
    .executeTakeFirst();
  // The message says nothing of whether the number is somebody's.
  return await readPerson(tx, found?.public_id ?? '00000000-0000-0000-0000-000000000000');
}

/** The care relationship through which an actor sees a person, for the audit; the closest when there are several. */
export async function relationshipTo(
  tx: Tx,
  person: Pick<Person, 'person_no' | 'practice_id'>,
): Promise<string> {
  const row = await sql<{ purpose: string }>`
    select purpose from register.care_relationship r
     where r.starts <= now() and (r.ends is null or r.ends > now())
       and (r.account = nullif(current_setting('neighbourhold.account', true), '')::uuid
            or r.team_id = nullif(current_setting('neighbourhold.team', true), '')::int
            or r.team_id = any (coalesce(nullif(current_setting('neighbourhold.teams', true), ''), '{}')::int[]))
       and (r.person_no = ${person.person_no} or r.person_no in (
              select j.person_no from register.joined j where j.now_no = ${person.person_no})
             or r.practice_id = ${person.practice_id})
     order by (r.person_no is null), r.relationship_id
     limit 1`.execute(tx);
  return row.rows[0]?.purpose ?? 'no relationship found';
}

/** How many people are registered, for checks. Seen by batch work only in full. */
export async function countRegistered(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .withTables<RegisterTables>()
    .selectFrom('register.person')
    .select((select) => select.fn.countAll<number>().as('people'))
    .where('registered', '=', true)
    .executeTakeFirstOrThrow();
  return row.people;
}

/** A name as lists show it: family name first, so that a list reads in its own order. */
export function listName(person: {
  readonly familyName: string | null;
  readonly givenNames: string | null;
}): string {
  if (person.familyName === null && person.givenNames === null) return 'Name not recorded';
  return [person.familyName?.toUpperCase(), person.givenNames].filter((part) => part).join(', ');
}

/** The numbers under which a person stands in the audit: theirs, and those of whoever was joined to them. */
export async function numbersOfPerson(tx: Tx, personNo: number): Promise<number[]> {
  const joined = await tx
    .withTables<RegisterTables>()
    .selectFrom('register.joined')
    .select('person_no')
    .where('now_no', '=', personNo)
    .execute();
  return [personNo, ...joined.map(({ person_no }) => person_no)];
}
