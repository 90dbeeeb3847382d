import { type Kysely, sql } from 'kysely';
import type { Tables, Tx } from '../../../platform/database/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';

/** Who a person can turn to: a named GP, and for who is in coordinated care a named professional. */
export interface NamedPeople {
  readonly gp: { readonly gp: number; readonly name: string; readonly since: Date } | null;
  readonly professional: NamedProfessional | null;
}

export interface NamedProfessional {
  /** Null: nobody at the moment, the team. */
  readonly name: string | null;
  readonly profession: string | null;
  readonly contact: string | null;
  readonly team: string;
  /** While they are away: who covers, and until when. */
  readonly cover: { readonly name: string; readonly contact: string | null; readonly until: Date } | null;
}

/** The named GP and named professional of a person, as this transaction may see them. */
export async function readNamedPeople(tx: Tx, person: number, now: Date): Promise<NamedPeople> {
  const gp = await sql<{ gp: number; name: string; since: Date }>`
    select gp.gp_id as gp, gp.name, named.since
      from coordination.named_gp named join directory.gp gp using (gp_id)
     where named.person_no = ${person}`.execute(tx);
  const professional = await sql<{
    name: string | null;
    profession: string | null;
    contact: string | null;
    team: string;
    cover: string | null;
    coverContact: string | null;
    until: Date | null;
  }>`
    select lead.name, staff.profession, staff.contact, team.name as team,
           away.name as cover, away.contact as "coverContact", away.ends as until
      from work.item item
      join directory.team team on team.team_id = item.owner_team
      left join auth.account lead on lead.account = item.owner_account and lead.active
      left join directory.staff staff on staff.account = lead.account
      left join lateral (
        select cover.name, covering.contact, away.ends
          from work.away away
          join auth.account cover on cover.account = away.covered_by
          left join directory.staff covering on covering.account = away.covered_by
         where away.account = item.owner_account and away.starts <= ${now} and away.ends > ${now}
           and away.ended_early_at is null
         order by away.away_id desc limit 1) away on true
     where item.kind = ${caseloadStates.kind} and item.closed_at is null and item.subject_kind = 'person'
       and item.subject_id in (
         select ${person}::int union select person_no from register.joined where now_no = ${person})
     limit 1`.execute(tx);
  const [lead] = professional.rows;
  return {
    gp: gp.rows[0] ?? null,
    professional: lead
      ? {
          name: lead.name,
          profession: lead.profession,
          contact: lead.contact,
          team: lead.team,
          cover:
            lead.cover !== null && lead.until !== null
              ? { name: lead.cover, contact: lead.coverContact, until: lead.until }
              : null,
        }
      : null,
  };
}

/** A GP of a practice, with how many people have them as named GP. */
export interface GpList {
  readonly gp: number;
  readonly name: string;
  readonly ends: string | null;
  readonly people: number;
}

/** The GPs of a practice with their people, as many as this transaction may see; and how many people have none. */
export async function readGpLists(tx: Tx, practice: number): Promise<{ gps: GpList[]; without: number }> {
  const gps = await sql<GpList>`
    select gp.gp_id as gp, gp.name, gp.ends, count(named.person_no) as people
      from directory.gp gp left join coordination.named_gp named using (gp_id)
     where gp.practice_id = ${practice}
     group by gp.gp_id order by gp.ends nulls first, gp.name`.execute(tx);
  const without = await sql<{ n: number }>`
    select count(*) as n from register.person person
     where person.registered and person.practice_id = ${practice}
       and not exists (select 1 from coordination.named_gp named where named.person_no = person.person_no)`.execute(
    tx,
  );
  return { gps: gps.rows, without: without.rows[0]?.n ?? 0 };
}

/** A change of named GPs at a practice, the latest first. */
export interface NamedGpChange {
  readonly change: number;
  readonly kind: 'by_rule' | 'departure' | 'by_hand' | 'undo' | 'whom_they_see';
  readonly gp: string | null;
  readonly who: string;
  readonly at: Date;
  readonly reason: string;
  readonly people: number;
  readonly undoneAt: Date | null;
}

export async function readNamedGpChanges(tx: Tx, practice: number): Promise<NamedGpChange[]> {
  const found = await sql<NamedGpChange>`
    select change.change_id as change, change.kind, gp.name as gp, who.name as who, change.at, change.reason,
           change.people, change.undone_at as "undoneAt"
      from coordination.named_gp_change change
      join auth.account who on who.account = change.account
      left join directory.gp gp using (gp_id)
     where change.practice_id = ${practice}
     order by change.change_id desc limit 50`.execute(tx);
  return found.rows;
}

/** Registered people without a named GP, where one could be given, and where none can. */
export interface WithoutNamedGp {
  /** Whose practice has a GP who works there now: they have none all the same, or one who works elsewhere. */
  readonly without: number;
  /** Whose practice has listed no GP who works there now. */
  readonly unlisted: number;
}

/** For checks, as batch work: who has no named GP at their practice. */
export async function countWithoutNamedGp(db: Kysely<Tables>): Promise<WithoutNamedGp> {
  const found = await sql<WithoutNamedGp>`
    with working as (
      select practice_id, gp_id from directory.gp where ends is null or ends > current_date),
    nobody as (
      select person.practice_id in (select practice_id from working) as listed
        from register.person person
       where person.registered and not exists (
         select 1 from coordination.named_gp named join working using (gp_id)
          where named.person_no = person.person_no and working.practice_id = person.practice_id))
    select count(*) filter (where listed) as without, count(*) filter (where not listed) as unlisted
      from nobody`.execute(db);
  return found.rows[0] ?? { without: 0, unlisted: 0 };
}
