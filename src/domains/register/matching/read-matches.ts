import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { MatchField } from './matching-method.ts';

/** Something that was done about a pair. */
export interface MatchEvent {
  readonly id: number;
  readonly verdict: 'merge' | 'apart' | 'unmerge' | 'ask' | 'answer';
  readonly reason: string;
  readonly who: string;
  readonly at: Date;
}

/** Two people who may be one. */
export interface Match {
  readonly id: number;
  readonly one: number;
  readonly other: number;
  readonly oneRec: number;
  readonly otherRec: number;
  /** Bits; see `levelWeight`. */
  readonly weight: number;
  readonly levels: Readonly<Record<MatchField, string | null>>;
  /** Version of the matching method. */
  readonly method: string;
  readonly state: 'open' | 'merged' | 'apart' | 'settled';
  readonly raisedAt: Date;
  readonly contradiction: 'two_numbers' | 'one_number' | 'linked' | null;
  readonly contradictingKey: string | null;
  /** Until somebody decides. */
  readonly askedPractice: number | null;
  /** The question, until it is answered. */
  readonly askedItem: number | null;
  /** The records that the last decision was about. */
  readonly decided: { readonly oneRec: number; readonly otherRec: number } | null;
  /** The latest first. */
  readonly history: readonly MatchEvent[];
}

export type ListedMatch = Omit<Match, 'history' | 'decided'>;

const COLUMNS = sql`match_id as id, one_person as one, other_person as other, one_rec as "oneRec", other_rec as "otherRec",
  weight::float8 as weight, levels, method, state, raised_at as "raisedAt", contradiction,
  contradicting_key as "contradictingKey", asked_practice as "askedPractice", asked_item as "askedItem"`;

/** How many pairs one page of the queue has. */
export const MATCHES_A_PAGE = 50;

/**
 * Pairs that this transaction may review: those that wait (`waiting`), contradicted ones first and then the strongest;
 * or those that were decided, the latest first.
 */
export async function readMatches(
  tx: Tx,
  which: 'waiting' | 'decided',
  page: number,
): Promise<{ total: number; matches: ListedMatch[] }> {
  const condition =
    which === 'waiting'
      ? sql`state = 'open' or contradiction is not null`
      : sql`state in ('merged', 'apart') and contradiction is null`;
  const order =
    which === 'waiting'
      ? sql`contradiction is null, weight desc, match_id`
      : sql`(select max(decision_id) from register.match_decision d where d.match_id = match.match_id) desc`;
  const total = await sql<{ n: number }>`
    select count(*) as n from register.match where ${condition}`.execute(tx);
  const found = await sql<ListedMatch>`
    select ${COLUMNS} from register.match where ${condition}
     order by ${order} limit ${MATCHES_A_PAGE} offset ${(page - 1) * MATCHES_A_PAGE}`.execute(tx);
  return { total: total.rows[0]?.n ?? 0, matches: found.rows };
}

/** A pair that waits for a decision, with the practice whose manager may decide it. */
export interface WaitingPair {
  readonly match: number;
  /** On whose list both are. Null where they are on two lists or none, or one of them is protected. */
  readonly practice: number | null;
}

/** Every pair that waits for a decision, in the order of their numbers. As batch work. */
export async function readWaitingPairs(tx: Tx): Promise<WaitingPair[]> {
  const { rows } = await sql<WaitingPair>`
    select m.match_id as match,
           case when one.practice_id = other.practice_id
                 and not exists (select 1 from register.protection p
                                  where p.ended_at is null and p.kind in ('staff', 'vip')
                                    and p.person_no in (m.one_person, m.other_person, one.person_no, other.person_no))
                then one.practice_id end as practice
      from register.match m
      left join register.joined j on j.person_no = m.one_person
      left join register.joined k on k.person_no = m.other_person
      join register.person one on one.person_no = coalesce(j.now_no, m.one_person)
      join register.person other on other.person_no = coalesce(k.now_no, m.other_person)
     where m.state = 'open' or m.contradiction is not null
     order by m.match_id`.execute(tx);
  return rows;
}

/** One pair with everything that was done about it. Null: there is none, or it is not this transaction's to review. */
export async function readMatch(tx: Tx, id: number): Promise<Match | null> {
  const found = await sql<ListedMatch>`
    select ${COLUMNS} from register.match where match_id = ${id}`.execute(tx);
  const [match] = found.rows;
  if (!match) return null;
  const events = await sql<MatchEvent & { oneRec: number; otherRec: number }>`
    select d.decision_id as id, d.verdict, d.reason, who.name as who, d.at, d.one_rec as "oneRec", d.other_rec as "otherRec"
      from register.match_decision d join auth.account who on who.account = d.account
     where d.match_id = ${id} order by d.decision_id desc`.execute(tx);
  const decided = events.rows.find(({ verdict }) => verdict !== 'ask' && verdict !== 'answer') ?? null;
  return { ...match, decided, history: events.rows };
}

/** One of the two, as the index has them. Where the record is marked sensitive, home and practice are not there. */
export interface MatchPerson {
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
  readonly practice_id: number | null;
  readonly registered_from: string | null;
  /** Marked sensitive or confidential. */
  readonly hidden: boolean;
}

/** The two people of a pair, as far as this transaction may see them; the one of the smaller number first. */
export async function matchPeople(tx: Tx, match: number): Promise<MatchPerson[]> {
  const found = await sql<MatchPerson>`
    select * from register.match_people(${match}) order by person_no`.execute(tx);
  return found.rows;
}
