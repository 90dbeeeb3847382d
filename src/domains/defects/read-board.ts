import { type Kysely, sql } from 'kysely';
import type { PlainDate } from '../../kernel/index.ts';
import type { Actor, AuthTables } from '../../platform/auth/index.ts';
import type { Tables, Tx } from '../../platform/database/index.ts';
import { type DirectoryTables, readPlaces } from '../directory/index.ts';
import type { RegisterTables } from '../register/index.ts';
import type { WorkTables } from '../work/index.ts';
import type { DefectsTables } from './tables.ts';
import { practicesOnBoard } from './who-may.ts';

type Joined = DefectsTables & WorkTables & AuthTables & DirectoryTables & RegisterTables;

/** The last search for defects; null where nobody has looked yet. */
export interface LastSearch {
  readonly snapshot: number;
  /** The day of the data; in live use feeds were late by a later one, `today`. */
  readonly asOf: PlainDate;
  readonly today: PlainDate;
  readonly searchedAt: Date;
  /** The import that made the snapshot: its accounts say what became of every row. */
  readonly run: number;
  /** The import that has made a snapshot since, which nobody has looked through; null: none has. */
  readonly newerRun: number | null;
}

export async function readLastSearch(db: Kysely<Tables>): Promise<LastSearch | null> {
  const row = await db
    .withTables<Joined>()
    .selectFrom('defects.search as search')
    .innerJoin('register.snapshot as snapshot', 'snapshot.snapshot_id', 'search.snapshot_id')
    .select([
      'search.snapshot_id as snapshot',
      'search.today',
      'snapshot.as_of as asOf',
      'search.searched_at as searchedAt',
      'snapshot.run_id as run',
      sql<number | null>`(select max(newer.run_id) from register.snapshot newer
                           where newer.snapshot_id > search.snapshot_id)`.as('newerRun'),
    ])
    .orderBy('search.search_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { ...row, today: row.today as PlainDate, asOf: row.asOf as PlainDate } : null;
}

/** A defect with its work, as the board lists it. */
export interface DefectRow {
  readonly id: number;
  readonly kind: string;
  readonly practiceId: number;
  readonly practice: string;
  readonly practiceCode: string;
  readonly present: boolean;
  readonly rows: number;
  readonly of: number;
  readonly says: string;
  readonly accepted: boolean;
  readonly foundAt: Date;
  readonly item: number | null;
  readonly state: string | null;
  readonly team: string | null;
  readonly owner: string | null;
  readonly dueAt: Date | null;
  readonly closedAt: Date | null;
  readonly outcome: string | null;
  /** The last transition of its work: what a form was written against. */
  readonly lastChange: number | null;
}

export interface BoardFilter {
  readonly practice?: string | undefined;
  readonly kind?: string | undefined;
  /** `open` (found and nobody said that it is right), `right`, or `mended`. */
  readonly state?: 'open' | 'right' | 'mended' | undefined;
}

/** The defects that an actor may see, the most urgent first. */
export async function readBoard(tx: Tx, by: Actor, filter: BoardFilter = {}): Promise<DefectRow[]> {
  const practices = await practicesOnBoard(tx, by, await readPlaces(tx));
  if (practices.length === 0) return [];
  let query = defectsOf(tx, practices);
  if (filter.practice) query = query.where('place.code', '=', filter.practice);
  if (filter.kind) query = query.where('defect.kind', '=', filter.kind);
  const state = filter.state ?? 'open';
  if (state === 'open')
    query = query.where('defect.present', '=', true).where('defect.accepted_facts', 'is', null);
  if (state === 'right') query = query.where('defect.accepted_facts', 'is not', null);
  if (state === 'mended') query = query.where('defect.present', '=', false);
  return await query
    .orderBy((order) => order.case().when('item.state', '=', 'escalated').then(0).else(1).end())
    .orderBy('item.due_at')
    .orderBy('place.code')
    .orderBy('defect.kind')
    .execute();
}

/** One defect, when the actor may see it. */
export async function readDefect(tx: Tx, by: Actor, id: number): Promise<DefectRow | null> {
  const practices = await practicesOnBoard(tx, by, await readPlaces(tx));
  if (practices.length === 0) return null;
  return (await defectsOf(tx, practices).where('defect.defect_id', '=', id).executeTakeFirst()) ?? null;
}

function defectsOf(tx: Tx, practices: readonly number[]) {
  return tx
    .withTables<Joined>()
    .selectFrom('defects.defect as defect')
    .innerJoin('directory.place as place', 'place.place_id', 'defect.practice_id')
    .leftJoin('work.item as item', 'item.item_id', 'defect.item_id')
    .leftJoin('directory.team as team', 'team.team_id', 'item.owner_team')
    .leftJoin('auth.account as owner', 'owner.account', 'item.owner_account')
    .where('defect.practice_id', 'in', [...practices])
    .select([
      'defect.defect_id as id',
      'defect.kind',
      'defect.practice_id as practiceId',
      'place.name as practice',
      'place.code as practiceCode',
      'defect.present',
      'defect.rows',
      'defect.of',
      'defect.says',
      sql<boolean>`defect.accepted_facts is not null`.as('accepted'),
      'defect.found_at as foundAt',
      'item.item_id as item',
      'item.state',
      'team.name as team',
      'owner.name as owner',
      'item.due_at as dueAt',
      'item.closed_at as closedAt',
      'item.outcome',
      sql<
        number | null
      >`(select max(step.transition_id) from work.transition step where step.item_id = item.item_id)`.as(
        'lastChange',
      ),
    ]);
}

/** One practice on the board: when its feeds last came, its list, and how many defects are open. */
export interface PracticeRow {
  readonly practiceId: number;
  readonly practice: string;
  readonly practiceCode: string;
  readonly list: number | null;
  readonly open: number;
  readonly feeds: readonly { readonly feed: string; readonly lastCame: PlainDate | null }[];
}

/** Every practice that an actor may see and of which anything came or is wrong, those with the most defects first. */
export async function readPractices(tx: Tx, by: Actor): Promise<PracticeRow[]> {
  const practices = await practicesOnBoard(tx, by, await readPlaces(tx));
  if (practices.length === 0) return [];
  const db = tx.withTables<Joined>();
  const rows = await db
    .selectFrom('directory.place as place')
    .leftJoin('defects.list_size as size', 'size.practice_id', 'place.place_id')
    .where('place.place_id', 'in', practices)
    .select([
      'place.place_id as practiceId',
      'place.name as practice',
      'place.code as practiceCode',
      'size.people as list',
      sql<number>`(select count(*) from defects.defect d
                    where d.practice_id = place.place_id and d.present and d.accepted_facts is null)`.as(
        'open',
      ),
    ])
    .orderBy('open', 'desc')
    .orderBy('place.code')
    .execute();
  const feeds = await db
    .selectFrom('defects.feed')
    .selectAll()
    .where('practice_id', 'in', practices)
    .execute();
  return rows
    .map((row) => ({
      ...row,
      feeds: feeds
        .filter(({ practice_id }) => practice_id === row.practiceId)
        .map(({ feed, last_came }) => ({ feed, lastCame: last_came as PlainDate | null })),
    }))
    .filter(({ list, open }) => list !== null || open > 0);
}

/** What happened to a defect, the latest first: every transition of every piece of work about it. */
export interface DefectEvent {
  readonly at: Date;
  readonly action: string;
  readonly who: string | null;
  readonly note: string | null;
}

export async function readDefectHistory(tx: Tx, defect: number): Promise<DefectEvent[]> {
  return await tx
    .withTables<Joined>()
    .selectFrom('work.transition as step')
    .innerJoin('work.item as item', 'item.item_id', 'step.item_id')
    .leftJoin('auth.account as who', 'who.account', 'step.account')
    .where('item.kind', '=', 'defect')
    .where('item.subject_kind', '=', 'defect')
    .where('item.subject_id', '=', defect)
    .select(['step.at', 'step.action', 'who.name as who', 'step.note'])
    .orderBy('step.transition_id', 'desc')
    .execute();
}

/** What each of these pieces of work is about, for inboxes: what was found, and where. */
export async function describeDefects(
  tx: Tx,
  kinds: { kind(name: string): { readonly title: string } },
  rows: readonly { readonly item: number; readonly subjectId: number }[],
): Promise<Map<number, string>> {
  const found = await tx
    .withTables<Joined>()
    .selectFrom('defects.defect as defect')
    .innerJoin('directory.place as practice', 'practice.place_id', 'defect.practice_id')
    .select(['defect.defect_id', 'defect.kind', 'practice.name'])
    .where(
      'defect.defect_id',
      'in',
      rows.map(({ subjectId }) => subjectId),
    )
    .execute();
  const words = new Map(found.map((row) => [row.defect_id, `${kinds.kind(row.kind).title}, ${row.name}`]));
  return new Map(rows.map(({ item, subjectId }) => [item, words.get(subjectId) ?? 'A defect of the data']));
}
