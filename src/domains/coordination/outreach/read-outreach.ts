import { sql } from 'kysely';
import { addMonths, londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import { type Attempt, type AttemptFilter, isAskedFor } from './attempt.ts';
import { OUTREACH, type OutreachPathway } from './outreach-pathway.ts';

/** The facts by which outreach stands: their day, and the numbers of its definitions in them. */
export interface OutreachFacts {
  readonly snapshotId: number;
  readonly asOf: PlainDate;
  readonly register: number;
  readonly seen: number;
}

/** The latest facts; null where there are none, or they are of before these definitions were there. */
export async function readOutreachFacts(tx: Tx, pathway: OutreachPathway): Promise<OutreachFacts | null> {
  const publication = await readPublication(tx);
  if (!publication) return null;
  const { snapshotId, asOf, definitions } = publication;
  const no = (id: string) => definitions.find((each) => each.id === id)?.no;
  const [register, seen] = [no(pathway.register), no(pathway.seen)];
  return register === undefined || seen === undefined ? null : { snapshotId, asOf, register, seen };
}

/**
 * The latest outreach to each person whom this transaction may see, that is in hand, or was begun or ended within the
 * months that are measured.
 */
export async function readAttempts(
  tx: Tx,
  pathway: OutreachPathway,
  facts: OutreachFacts,
  now: Date,
): Promise<Attempt[]> {
  const since = addMonths(londonDay(now), -pathway.measured_months);
  const { rows } = await sql<Attempt>`
    with latest as (
      select distinct on (subject_id) subject_id as person_no, outcome, opened_at, closed_at
        from work.item where kind = ${OUTREACH} and subject_kind = 'person' order by subject_id, item_id desc)
    select p.person_no as "personNo", latest.outcome, latest.closed_at as "closedAt",
           p.registered and p.death_date is null as listed,
           coalesce(${facts.register}::int = any (fact.in_ids), false) as "onRegister",
           coalesce(${facts.seen}::int = any (fact.in_ids), false) as seen
      from latest join register.person p using (person_no)
      left join need.person_fact fact on fact.person_no = p.person_no and fact.snapshot_id = ${facts.snapshotId}
     where latest.closed_at is null or latest.opened_at > ${since}::date or latest.closed_at > ${since}::date
     order by p.person_no`.execute(tx);
  return rows;
}

/** Whom the list shows: who is not seen, or those of them whom nobody has tried to reach, or those of an outreach. */
export type OutreachFilter =
  | { readonly of: 'register' }
  | { readonly of: 'untried' }
  | ({ readonly of: 'attempts' } & AttemptFilter);

/** Somebody on the list. */
export interface OutreachPerson {
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  readonly deathDate: string | null;
  readonly registered: boolean;
  /** Null where the record is marked sensitive. */
  readonly practice: string | null;
  /** How much of the borough ranks before them, in hundredths of a percent; null where they have no rank. */
  readonly needBefore: number | null;
  readonly onRegister: boolean;
}

export const OUTREACH_ROWS_A_PAGE = 50;

/**
 * One page of the people whom a filter means, in the order of need. Of the register, only who is on a list here and alive;
 * of an outreach, everybody whom it counts and this transaction may see.
 */
export async function listOutreach(
  tx: Tx,
  about: {
    readonly pathway: OutreachPathway;
    readonly facts: OutreachFacts;
    readonly attempts: readonly Attempt[];
    readonly filter: OutreachFilter;
    readonly page: number;
  },
): Promise<{ people: OutreachPerson[]; total: number }> {
  const { facts, page } = about;
  const { rows } = await sql<OutreachPerson & { total: number }>`
    select p.person_no as "personNo", p.public_id as "publicId", p.family_name as "familyName",
           p.given_names as "givenNames", p.birth_date as "birthDate", p.death_date as "deathDate", p.registered,
           case when not (p.sensitive or p.confidential) then place.name end as practice,
           fact.need_before as "needBefore",
           coalesce(${facts.register}::int = any (fact.in_ids), false) and p.registered and p.death_date is null as "onRegister",
           (count(*) over ())::int as total
      from register.person p
      left join need.person_fact fact on fact.person_no = p.person_no and fact.snapshot_id = ${facts.snapshotId}
      left join directory.place place on place.place_id = p.practice_id
     where ${meant(about)}
     order by fact.need_rank nulls last, fact.name_order nulls last, p.person_no
     limit ${OUTREACH_ROWS_A_PAGE} offset ${(page - 1) * OUTREACH_ROWS_A_PAGE}`.execute(tx);
  return { people: rows.map(({ total: _, ...person }) => person), total: rows[0]?.total ?? 0 };
}

function meant({ pathway, facts, attempts, filter }: Omit<Parameters<typeof listOutreach>[1], 'page'>) {
  const register = sql`${facts.register}::int = any (fact.in_ids) and p.registered and p.death_date is null`;
  if (filter.of === 'register') return register;
  const numbers = (those: readonly Attempt[]) => sql`${those.map(({ personNo }) => personNo)}::int[]`;
  if (filter.of === 'untried') return sql`${register} and p.person_no <> all (${numbers(attempts)})`;
  return sql`p.person_no = any (${numbers(attempts.filter((each) => isAskedFor(pathway, each, filter)))})`;
}

/** How many whom this transaction may see are on the register, and how many of them nobody has tried to reach. */
export async function countRegister(
  tx: Tx,
  facts: OutreachFacts,
  attempts: readonly Attempt[],
): Promise<{ readonly people: number; readonly untried: number }> {
  const { rows } = await sql<{ people: number; untried: number }>`
    select count(*)::int as people,
           (count(*) filter (where p.person_no <> all (${attempts.map(({ personNo }) => personNo)}::int[])))::int as untried
      from need.person_fact fact join register.person p using (person_no)
     where fact.snapshot_id = ${facts.snapshotId} and ${facts.register}::int = any (fact.in_ids)
       and p.registered and p.death_date is null`.execute(tx);
  return rows[0] ?? { people: 0, untried: 0 };
}

/** Whether somebody is on the register now, as far as this transaction may see them. */
export async function isOnRegister(tx: Tx, facts: OutreachFacts, personNo: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from need.person_fact fact join register.person p using (person_no)
     where fact.snapshot_id = ${facts.snapshotId} and fact.person_no = ${personNo}
       and ${facts.register}::int = any (fact.in_ids) and p.registered and p.death_date is null`.execute(tx);
  return rows.length > 0;
}
