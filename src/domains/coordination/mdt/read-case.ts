import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import type { Presence } from '../../register/index.ts';
import { type CaseText, readTexts } from './discuss-case.ts';
import type { Complexity, Stability } from './mdt-pathway.ts';
import type { AgendaReason } from './mdt-tables.ts';
import type { PersonInNeed } from './quorum.ts';

/** An action that a case led to, as its work stands now. */
export interface CaseAction {
  readonly item: number;
  readonly title: string;
  readonly state: string;
  readonly level: number;
  readonly with: string;
  readonly due: Date;
  readonly closedAt: Date | null;
  readonly outcome: string | null;
}

/** Somebody on the agenda of a meeting: why, what was written, what was decided. */
export interface MeetingCase extends Presence {
  readonly id: number;
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  readonly position: number;
  readonly reasons: readonly AgendaReason[];
  readonly addedBy: string | null;
  readonly removedBecause: string | null;
  readonly removedBy: string | null;
  readonly movedBecause: string | null;
  readonly carriedBecause: string | null;
  readonly complexity: Complexity | null;
  readonly stability: Stability | null;
  readonly nextReview: string | null;
  readonly texts: readonly CaseText[];
  readonly actions: readonly CaseAction[];
}

/** What somebody wrote in a text of a case; empty where nobody did. */
export function textOf(of: Pick<MeetingCase, 'texts'>, field: CaseText['field']): string {
  return of.texts.find((text) => text.field === field)?.text ?? '';
}

/** Whether a case has come to an end in the meeting: with an action, with why nothing changes, or put off. */
export function isSettled(of: Pick<MeetingCase, 'texts' | 'actions' | 'carriedBecause'>): boolean {
  return of.actions.length > 0 || textOf(of, 'no_change') !== '' || of.carriedBecause !== null;
}

/** Everybody on the agenda of a meeting whom this transaction may see, in its order; those taken off come last. */
export async function readCases(tx: Tx, meeting: number): Promise<MeetingCase[]> {
  const found = await sql<Omit<MeetingCase, 'texts' | 'actions'>>`
    select c.case_id as id, person.person_no as "personNo", person.public_id as "publicId",
           person.family_name as "familyName", person.given_names as "givenNames", person.birth_date as "birthDate",
           person.death_date as "deathDate", person.registered,
           c.position, c.reasons, added.name as "addedBy", c.removed_because as "removedBecause",
           removed.name as "removedBy", c.moved_because as "movedBecause", c.carried_because as "carriedBecause",
           c.complexity, c.stability, c.next_review as "nextReview"
      from coordination.meeting_case c
      left join register.joined joined on joined.person_no = c.person_no
      cross join lateral (
        select p.person_no, p.public_id, p.family_name, p.given_names, p.birth_date, p.death_date, p.registered
          from register.person p
         where p.person_no = case when joined.now_no is null then c.person_no else joined.now_no end limit 1) person
      left join auth.account added on added.account = c.added_by
      left join auth.account removed on removed.account = c.removed_by
     where c.meeting_id = ${meeting}
     order by (c.removed_at is not null), c.position, c.case_id`.execute(tx);
  const cases: MeetingCase[] = [];
  for (const row of found.rows)
    cases.push({ ...row, texts: await readTexts(tx, row.id), actions: await readActions(tx, row.id) });
  return cases;
}

const ACTION = sql`
  select item.item_id as item, item.title, item.state, item.level, item.due_at as due, item.closed_at as "closedAt",
         item.outcome, coalesce(offered.name || ' (asked)', concat_ws(', ', owner.name, team.name)) as "with"
    from coordination.meeting_action action
    join work.item item using (item_id)
    join directory.team team on team.team_id = item.owner_team
    left join directory.team offered on offered.team_id = item.offered_team
    left join auth.account owner on owner.account = item.owner_account`;

async function readActions(tx: Tx, id: number): Promise<CaseAction[]> {
  return (await sql<CaseAction>`${ACTION} where action.case_id = ${id} order by item.item_id`.execute(tx))
    .rows;
}

/** An action of an earlier meeting that is still open: it stands here until its work has ended. */
export interface OpenAction extends CaseAction {
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly decidedAt: Date;
}

/** Open actions of the meetings before this one, the loudest first. */
export async function readOpenActions(tx: Tx, mdt: number, before: number): Promise<OpenAction[]> {
  const found = await sql<OpenAction>`
    select action.*, person.person_no as "personNo", person.public_id as "publicId", person.family_name as "familyName",
           person.given_names as "givenNames", meeting.starts_at as "decidedAt"
      from (${ACTION}) action
      join coordination.meeting_action link on link.item_id = action.item
      join coordination.meeting_case c on c.case_id = link.case_id
      join coordination.meeting meeting on meeting.meeting_id = c.meeting_id
      left join register.joined joined on joined.person_no = c.person_no
      cross join lateral (
        select p.person_no, p.public_id, p.family_name, p.given_names, p.birth_date from register.person p
         where p.person_no = case when joined.now_no is null then c.person_no else joined.now_no end limit 1) person
     where meeting.mdt_id = ${mdt} and meeting.meeting_id <> ${before} and action."closedAt" is null
     order by action.level desc, action.due, action.item`.execute(tx);
  return found.rows;
}

/**
 * People with the definitions and bands that they are in, by the latest publication, for the quorum. Whoever has died needs
 * no discipline any more. Whoever has left every list does, as long as the facts say so: the agenda keeps them, and they are
 * talked about as everybody else.
 */
export async function readGroups(tx: Tx, on: readonly MeetingCase[]): Promise<PersonInNeed[]> {
  const cases = on.filter(({ deathDate }) => deathDate === null);
  const publication = await readPublication(tx);
  if (!publication || cases.length === 0) return [];
  const ids = new Map<number, string>();
  for (const { id, no, bands = [] } of publication.definitions) {
    ids.set(no, id);
    for (const band of bands) ids.set(band.no, `${id}/${band.id}`);
  }
  const found = await sql<{ person_no: number; in_ids: number[]; frailty_band: string | null }>`
    select person_no, in_ids, frailty_band from need.person_fact
     where snapshot_id = ${publication.snapshotId} and person_no = any (${cases.map(({ personNo }) => personNo)}::int[])`.execute(
    tx,
  );
  return found.rows.map(({ person_no, in_ids, frailty_band }) => ({
    name: cases.find(({ personNo }) => personNo === person_no)?.familyName?.toUpperCase() ?? 'Somebody',
    groups: new Set([
      ...in_ids.flatMap((no) => ids.get(no) ?? []),
      ...(frailty_band === null ? [] : [`electronic-frailty-index/${frailty_band}`]),
    ]),
  }));
}

/** What meetings decided about a person, for the person: in plain words, the latest first. */
export interface OutcomeForPerson {
  readonly at: Date;
  readonly name: string;
  readonly words: string;
  readonly nextReview: string | null;
  readonly steps: readonly { readonly title: string; readonly done: boolean; readonly due: Date }[];
}

export async function readOutcomes(tx: Tx, person: number): Promise<OutcomeForPerson[]> {
  const found = await sql<Omit<OutcomeForPerson, 'steps'> & { id: number }>`
    select c.case_id as id, meeting.starts_at as at, mdt.name, c.next_review as "nextReview",
           coalesce((select t.text from coordination.meeting_text t
                      where t.case_id = c.case_id and t.field = 'for_person' order by t.version desc limit 1), '') as words
      from coordination.meeting_case c
      join coordination.meeting meeting using (meeting_id)
      join coordination.mdt mdt using (mdt_id)
     where meeting.state = 'closed' and c.removed_at is null and c.carried_because is null
       and c.person_no in (select ${person}::int union select person_no from register.joined where now_no = ${person})
     order by meeting.starts_at desc limit 10`.execute(tx);
  const outcomes: OutcomeForPerson[] = [];
  for (const { id, ...row } of found.rows) {
    const actions = await readActions(tx, id);
    outcomes.push({
      ...row,
      steps: actions.map(({ title, closedAt, due }) => ({ title, done: closedAt !== null, due })),
    });
  }
  return outcomes;
}
