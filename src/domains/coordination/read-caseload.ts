import { sql } from 'kysely';
import type { AuthTables } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { Presence, RegisterTables } from '../register/index.ts';
import type { WorkTables } from '../work/index.ts';
import { caseloadStates } from './caseload-pathway.ts';
import type { CoordinationTables } from './tables.ts';

type Joined = CoordinationTables & WorkTables & RegisterTables & AuthTables;

/** The number of the person that an entry is about now: who was joined to somebody else is that person. */
// Not coalesce: to row-level security that is an expression that might leak, and then no index leads to the person.
const NOW_NO = sql<number>`case when joined.now_no is null then entry.person_no else joined.now_no end`;

/** One open entry, as a caseload page lists it. */
export interface CaseloadRow extends Presence {
  readonly item: number;
  readonly personNo: number;
  readonly publicId: string;
  readonly familyName: string | null;
  readonly givenNames: string | null;
  readonly birthDate: string | null;
  readonly lead: string | null;
  readonly leadName: string | null;
  /** The lead does not work here any more: somebody has to be found. */
  readonly leadLeft: boolean;
  readonly team: number;
  readonly state: string;
  readonly nextStep: string;
  readonly due: string;
  readonly dueAt: Date;
  readonly openedAt: Date;
  readonly reason: string;
  /** The last transition: what a form was written against. */
  readonly lastChange: number;
  readonly closedAt: Date | null;
  readonly outcome: string | null;
}

/** Open entries that this transaction may see, the most urgent first: escalated, then by due date. */
function openEntries(tx: Tx) {
  return entries(tx)
    .where('item.closed_at', 'is', null)
    .orderBy((order) => order.case().when('item.state', '=', caseloadStates.escalated).then(0).else(1).end())
    .orderBy('entry.next_step_due')
    .orderBy('item.item_id');
}

/** Every entry that this transaction may see, with what lists say of it. */
export function entries(tx: Tx) {
  return (
    tx
      .withTables<Joined>()
      .selectFrom('coordination.caseload_entry as entry')
      .innerJoin('work.item as item', 'item.item_id', 'entry.item_id')
      // Somebody who was joined to another person since is that person.
      .leftJoin('register.joined as joined', 'joined.person_no', 'entry.person_no')
      // Looked up for each entry: a join would read everybody whom the reader may see, to find a caseload among them.
      .innerJoinLateral(
        (lateral) =>
          lateral
            .selectFrom('register.person')
            .select([
              'register.person.person_no',
              'register.person.public_id',
              'register.person.family_name',
              'register.person.given_names',
              'register.person.birth_date',
              'register.person.death_date',
              'register.person.registered',
            ])
            .where('register.person.person_no', '=', NOW_NO)
            .limit(1)
            .as('person'),
        (join) => join.onTrue(),
      )
      .leftJoin('auth.account as lead', 'lead.account', 'item.owner_account')
      .where('item.kind', '=', caseloadStates.kind)
      .select([
        sql<number>`(select max(step.transition_id) from work.transition step where step.item_id = item.item_id)`.as(
          'lastChange',
        ),
        'item.item_id as item',
        'person.person_no as personNo',
        'person.public_id as publicId',
        'person.family_name as familyName',
        'person.given_names as givenNames',
        'person.birth_date as birthDate',
        'person.death_date as deathDate',
        'person.registered',
        'item.owner_account as lead',
        'lead.name as leadName',
        sql<boolean>`coalesce(not lead.active, item.returned_because = 'left', false)`.as('leadLeft'),
        'item.owner_team as team',
        'item.state',
        'entry.next_step as nextStep',
        'entry.next_step_due as due',
        'item.due_at as dueAt',
        'item.opened_at as openedAt',
        'entry.reason',
        'item.closed_at as closedAt',
        'item.outcome',
      ])
  );
}

/** The open entries of a team, or of one lead in it. */
export async function readCaseload(
  tx: Tx,
  of: { readonly team: number; readonly lead?: string },
): Promise<CaseloadRow[]> {
  let query = openEntries(tx).where('item.owner_team', '=', of.team);
  if (of.lead !== undefined) query = query.where('item.owner_account', '=', of.lead);
  return await query.execute();
}

/** The open entries of everybody whom this transaction may see, whichever team leads their care. */
export async function readVisibleCaseload(tx: Tx, limit: number): Promise<CaseloadRow[]> {
  return await openEntries(tx).limit(limit).execute();
}

/** The open entry of a person, when there is one that may be seen. */
export async function readEntryOfPerson(tx: Tx, personNo: number): Promise<CaseloadRow | null> {
  return (await openEntries(tx).where(NOW_NO, '=', personNo).executeTakeFirst()) ?? null;
}

/** One entry, open or over, when it may be seen. */
export async function readEntry(tx: Tx, item: number): Promise<CaseloadRow | null> {
  return (await entries(tx).where('item.item_id', '=', item).executeTakeFirst()) ?? null;
}

/** The open entries of these people, as far as they may be seen. */
export async function entriesOfPeople(tx: Tx, people: readonly number[]): Promise<CaseloadRow[]> {
  if (people.length === 0) return [];
  return await openEntries(tx).where(NOW_NO, '=', sql<number>`any(${people}::int[])`).execute();
}

/** Which of these people are on a caseload, with the lead's name. */
export async function leadsOfPeople(tx: Tx, people: readonly number[]): Promise<Map<number, string>> {
  const rows = await entriesOfPeople(tx, people);
  return new Map(rows.map((row) => [row.personNo, row.leadName ?? 'the team']));
}

/** What happened to an entry and to those before it: every transition, the latest first. */
export interface CaseloadEvent {
  readonly at: Date;
  readonly action: string;
  readonly who: string;
  readonly lead: string | null;
  readonly note: string | null;
  readonly outcome: string | null;
}

export async function readHistory(tx: Tx, personNo: number): Promise<CaseloadEvent[]> {
  return await tx
    .withTables<Joined>()
    .selectFrom('work.transition as step')
    .innerJoin('work.item as item', 'item.item_id', 'step.item_id')
    .innerJoin('auth.account as who', 'who.account', 'step.account')
    .leftJoin('auth.account as lead', 'lead.account', 'step.owner_account')
    .leftJoin('register.joined as joined', 'joined.person_no', 'item.subject_id')
    .where('item.kind', '=', caseloadStates.kind)
    .where('item.subject_kind', '=', 'person')
    .where((where) => where(where.fn.coalesce('joined.now_no', 'item.subject_id'), '=', personNo))
    .select(['step.at', 'step.action', 'who.name as who', 'lead.name as lead', 'step.note', 'item.outcome'])
    .orderBy('step.transition_id', 'desc')
    .execute();
}

/** What each of these caseload entries is about, for inboxes: its next step. */
export async function describeCaseload(
  tx: Tx,
  rows: readonly { readonly item: number }[],
): Promise<Map<number, string>> {
  const found = await tx
    .withTables<CoordinationTables>()
    .selectFrom('coordination.caseload_entry')
    .select(['item_id', 'next_step'])
    .where(
      'item_id',
      'in',
      rows.map(({ item }) => item),
    )
    .execute();
  return new Map(found.map(({ item_id, next_step }) => [item_id, next_step]));
}
