import { sql } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { setAside } from './standing.ts';

/** What a team decided about somebody whom it did not take on. */
export interface NeedDecision {
  readonly decision: number;
  readonly kind: 'deferred' | 'declined';
  readonly team: number;
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly reason: string;
  readonly until: PlainDate | null;
  readonly account: string;
  readonly who: string;
  readonly at: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endedBecause: 'undone' | 'replaced' | 'taken_on' | null;
}

const DECISIONS = sql`
  select d.decision_id as decision, d.decision as kind, d.team_id as team, person.person_no as "personNo",
         person.public_id as "publicId", person.family_name as "familyName", person.given_names as "givenNames",
         d.reason, d.until, d.account, who.name as who, d.at, d.ended_at as "endedAt", ended.name as "endedBy",
         d.ended_because as "endedBecause"
    from coordination.need_decision d
    left join register.joined joined on joined.person_no = d.person_no
    cross join lateral (
      select p.person_no, p.public_id, p.family_name, p.given_names from register.person p
       where p.person_no = case when joined.now_no is null then d.person_no else joined.now_no end limit 1) person
    join auth.account who on who.account = d.account
    left join auth.account ended on ended.account = d.ended_by`;

/** A decision by its number; null where there is none that may be seen. */
export async function readDecision(tx: Tx, decision: number): Promise<NeedDecision | null> {
  const found = await sql<NeedDecision>`${DECISIONS} where d.decision_id = ${decision}`.execute(tx);
  return found.rows[0] ?? null;
}

/** What a team decided about a person, as far as nobody has ended it; a day that has passed does not end it. */
export async function readStandingDecision(
  tx: Tx,
  team: number,
  person: number,
): Promise<NeedDecision | null> {
  return (await readStandingDecisions(tx, team, [person])).get(person) ?? null;
}

/** The same of many people, by their number. */
export async function readStandingDecisions(
  tx: Tx,
  team: number,
  people: readonly number[],
): Promise<Map<number, NeedDecision>> {
  if (people.length === 0) return new Map();
  const found = await sql<NeedDecision>`${DECISIONS}
    where d.team_id = ${team} and d.ended_at is null
      and d.person_no in (select unnest(${people}::int[])
        union select person_no from register.joined where now_no = any (${people}::int[]))
    order by d.decision_id`.execute(tx);
  // Of two people who were joined the later decision counts.
  return new Map(found.rows.map((row) => [row.personNo, row]));
}

/** Everything that a team decided about a person, the latest first. */
export async function readDecisionsOfPerson(tx: Tx, team: number, person: number): Promise<NeedDecision[]> {
  const found = await sql<NeedDecision>`${DECISIONS}
    where d.team_id = ${team}
      and d.person_no in (select ${person}::int union select person_no from register.joined where now_no = ${person})
    order by d.decision_id desc`.execute(tx);
  return found.rows;
}

/** Whom a team has declined, or put off until a day after this one. */
export async function readSetAside(tx: Tx, team: number, today: PlainDate): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ person: number }>`${setAside(team, today)}`.execute(tx);
  return new Set(rows.map(({ person }) => person));
}
