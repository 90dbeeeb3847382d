import { sql } from 'kysely';
import { NotFound } from '../../../kernel/index.ts';
import { EditableContent } from '../../../platform/content/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { DraftAction, DraftState, NeedTables } from '../tables.ts';

/** A draft as it is now. */
export interface Draft {
  readonly draftId: number;
  readonly state: DraftState;
  readonly basedOn: string | null;
  readonly begunBy: string;
  /** The number of its latest version: what a save has to have seen. */
  readonly version: number;
  /** The version that undoing goes back to; null where there is nothing to undo. */
  readonly before: number | null;
  readonly definition: string;
  readonly cases: string;
  readonly savedBy: string;
  readonly savedAt: Date;
  /** The accounts that saved any version of it. */
  readonly authors: readonly string[];
}

const ACCOUNT = sql.raw('(select name from auth.account where account =');

/** Throws NotFound. */
export async function readDraft(tx: Tx, draftId: number, { lock = false } = {}): Promise<Draft> {
  const db = tx.withTables<NeedTables>();
  let one = db.selectFrom('need.draft').selectAll().where('draft_id', '=', draftId);
  if (lock) one = one.forUpdate();
  const draft = await one.executeTakeFirst();
  const latest = await db
    .selectFrom('need.draft_version')
    .selectAll()
    .select(sql<string>`${ACCOUNT} saved_by)`.as('name'))
    .where('draft_id', '=', draftId)
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!draft || !latest) throw new NotFound('There is no such draft.', 'Drafts lists all of them.');
  const authors = await db
    .selectFrom('need.draft_version')
    .select('saved_by')
    .distinct()
    .where('draft_id', '=', draftId)
    .execute();
  return {
    draftId,
    state: draft.state,
    basedOn: draft.based_on,
    begunBy: draft.begun_by,
    version: latest.version_no,
    before: latest.before_no,
    definition: latest.definition,
    cases: latest.cases,
    savedBy: latest.name,
    savedAt: latest.saved_at,
    authors: authors.map(({ saved_by }) => saved_by),
  };
}

export interface ListedDraft {
  readonly draftId: number;
  readonly title: string;
  readonly id: string;
  readonly state: DraftState;
  readonly basedOn: string | null;
  readonly version: number;
  readonly savedBy: string;
  readonly savedAt: Date;
}

/** Every draft that is not laid aside, those that wait for a check first; or those that are. */
export async function readDrafts(tx: Tx, { discarded = false } = {}): Promise<ListedDraft[]> {
  const { rows } = await sql<{
    draft_id: number;
    state: DraftState;
    based_on: string | null;
    version_no: number;
    definition: string;
    name: string;
    saved_at: Date;
  }>`
    select d.draft_id, d.state, d.based_on, v.version_no, v.definition, v.saved_at,
           (select name from auth.account where account = v.saved_by) as name
      from need.draft d
      join lateral (select * from need.draft_version v where v.draft_id = d.draft_id order by version_no desc limit 1) v on true
     where (d.state = 'discarded') = ${discarded}
     order by d.state <> 'asked', d.state <> 'draft', v.saved_at desc
     limit 500`.execute(tx);
  return rows.map((row) => {
    const { title, id } = headOf(row.definition);
    return {
      draftId: row.draft_id,
      title: title || `Draft ${row.draft_id}`,
      id,
      state: row.state,
      basedOn: row.based_on,
      version: row.version_no,
      savedBy: row.name,
      savedAt: row.saved_at,
    };
  });
}

/** Title and id of a text, as far as it can be read. */
export function headOf(text: string): { readonly title: string; readonly id: string } {
  const content = new EditableContent(text);
  const word = (key: string) => {
    const value = content.isReadable ? content.get([key]) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { title: word('title'), id: word('id') };
}

export interface DraftVersion {
  readonly version: number;
  readonly what: string;
  readonly definition: string;
  readonly cases: string;
  readonly savedBy: string;
  readonly savedAt: Date;
}

/** The versions of a draft, the latest first. */
export async function readVersions(tx: Tx, draftId: number): Promise<DraftVersion[]> {
  const rows = await tx
    .withTables<NeedTables>()
    .selectFrom('need.draft_version')
    .selectAll()
    .select(sql<string>`${ACCOUNT} saved_by)`.as('name'))
    .where('draft_id', '=', draftId)
    .orderBy('version_no', 'desc')
    .execute();
  return rows.map((row) => ({
    version: row.version_no,
    what: row.what,
    definition: row.definition,
    cases: row.cases,
    savedBy: row.name,
    savedAt: row.saved_at,
  }));
}

export interface DraftEvent {
  readonly version: number;
  readonly action: DraftAction;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
}

/** What became of a draft, the latest first. */
export async function readEvents(tx: Tx, draftId: number): Promise<DraftEvent[]> {
  return await tx
    .withTables<NeedTables>()
    .selectFrom('need.draft_event')
    .select(['version_no as version', 'action', 'reason', 'acted_at as at'])
    .select(sql<string>`${ACCOUNT} acted_by)`.as('by'))
    .where('draft_id', '=', draftId)
    .orderBy('event_id', 'desc')
    .execute();
}

/** A definition that was published here, retired since or not. */
export interface AuthoredRow {
  readonly id: string;
  readonly version: string;
  readonly draftId: number;
  readonly author: string;
  readonly checker: string;
  readonly publishedAt: Date;
  readonly reason: string;
  readonly retiredAt: Date | null;
  readonly retiredReason: string | null;
}

/** All that was published here, or all of one id, the latest first. */
export async function readPublishedHere(tx: Tx, id?: string): Promise<AuthoredRow[]> {
  let query = tx
    .withTables<NeedTables>()
    .selectFrom('need.authored_definition')
    .select([
      'id',
      'version',
      'draft_id as draftId',
      'published_at as publishedAt',
      'reason',
      'retired_at as retiredAt',
      'retired_reason as retiredReason',
    ])
    .select(sql<string>`${ACCOUNT} author)`.as('author'))
    .select(sql<string>`${ACCOUNT} checker)`.as('checker'))
    .orderBy('published_at', 'desc');
  if (id !== undefined) query = query.where('id', '=', id);
  return await query.execute();
}
