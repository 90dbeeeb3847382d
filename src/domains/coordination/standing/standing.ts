import { type RawBuilder, sql } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { PeopleStanding } from '../../need/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';

/**
 * Where somebody stands with a team, one of four: nobody has decided, put off until a day to come, declined, or on a
 * caseload, whosever it is. So the four add up to everybody.
 */
export const standings = [
  { id: 'open', title: 'To decide' },
  { id: 'deferred', title: 'Put off' },
  { id: 'declined', title: 'Declined' },
  { id: 'caseload', title: 'On a caseload' },
] as const;
export type Standing = (typeof standings)[number]['id'];

/**
 * The standing of a person with a team on a day, as SQL: the one definition from which every count and every list of the
 * dashboard is made. Who was joined to somebody else stands where that person stands.
 */
export function standingWith(team: number, today: PlainDate): PeopleStanding {
  const decided = decidedBy(team);
  // Asked as sets, not person by person: each is read once, however many people are counted.
  return (person) => sql<string>`case
    when ${person} in (${ON_CASELOAD}) then 'caseload'
    when ${person} in (${decided} and d.decision = 'declined') then 'declined'
    when ${person} in (${decided} and d.until > ${today}::date) then 'deferred'
    else 'open' end`;
}

/** Everybody who may stand elsewhere than to decide, as SQL: of a borough these are few. */
export function decidedOn(team: number): RawBuilder<number> {
  return sql<number>`${ON_CASELOAD} union ${decidedBy(team)}`;
}

/** Who is on a caseload, with who they are now. */
const ON_CASELOAD = sql`
  select coalesce(j.now_no, i.subject_id) from work.item i left join register.joined j on j.person_no = i.subject_id
   where i.kind = ${sql.lit(caseloadStates.kind)} and i.subject_kind = 'person' and i.closed_at is null`;

/** Whom a team has declined, or put off until a day after this one, as SQL: `person`. */
export function setAside(team: number, today: PlainDate): RawBuilder<unknown> {
  return sql`${decidedBy(team)} and (d.decision = 'declined' or d.until > ${today}::date)`;
}

/** Of whom a decision of a team stands, with who they are now. To be narrowed with `and`. */
function decidedBy(team: number): RawBuilder<unknown> {
  return sql`
    select coalesce(j.now_no, d.person_no) as person from coordination.need_decision d
      left join register.joined j on j.person_no = d.person_no
     where d.team_id = ${team} and d.ended_at is null`;
}
