import { type Kysely, sql } from 'kysely';
import { NotFound } from '../../kernel/index.ts';
import type { AuthTables } from '../../platform/auth/index.ts';
import type { Tables } from '../../platform/database/index.ts';
import { offerOf } from './decide-changes.ts';
import { readDirectory } from './directory-state.ts';
import { markOf, planOffer } from './offer-changes.ts';
import type { ChangeKind, PlannedChange } from './planned-change.ts';
import type { ChangeSetState, DirectoryTables, PlaceRelation } from './tables.ts';

/** A change in words, without the rows that made it. */
export type ShownChange = Omit<PlannedChange, 'steps'>;

/** A set of changes: where it came from and what became of it. */
export interface ChangeSet {
  readonly setId: number;
  readonly format: string;
  readonly source: string;
  readonly runId: number | null;
  readonly asOf: string;
  readonly reason: string | null;
  readonly state: ChangeSetState;
  readonly madeAt: Date;
  readonly saidBy: string | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

function selectSets(db: Kysely<Tables>) {
  return db
    .withTables<DirectoryTables & AuthTables>()
    .selectFrom('directory.change_set as made')
    .leftJoin('auth.account as said', 'said.account', 'made.account')
    .leftJoin('auth.account as decided', 'decided.account', 'made.decided_by')
    .select([
      'made.set_id as setId',
      'made.format',
      'made.source',
      'made.run_id as runId',
      'made.as_of as asOf',
      'made.reason',
      'made.state',
      'made.made_at as madeAt',
      'said.name as saidBy',
      'made.decided_at as decidedAt',
      'decided.name as decidedBy',
    ]);
}

/** The latest sets of changes, those that wait first. */
export async function readChangeSets(db: Kysely<Tables>, limit = 100): Promise<ChangeSet[]> {
  return await selectSets(db)
    .orderBy(sql`made.state = 'offered'`, 'desc')
    .orderBy('made.set_id', 'desc')
    .limit(limit)
    .execute();
}

/** One set with its changes. Of an offer: what it would change now, or why it no longer can. Throws NotFound. */
export async function readChangeSet(
  db: Kysely<Tables>,
  setId: number,
): Promise<{ readonly set: ChangeSet; readonly changes: readonly ShownChange[]; readonly mark: string }> {
  const set = await selectSets(db).select('made.offer').where('made.set_id', '=', setId).executeTakeFirst();
  if (!set) throw new NotFound('There are no such changes.', 'Changes of the directory lists all of them.');
  if (set.state === 'offered') {
    const changes = planOffer(await readDirectory(db), offerOf(set), set.source);
    return { set, changes, mark: markOf(changes) };
  }
  return { set, changes: await readMadeChanges(db, setId), mark: '' };
}

async function readMadeChanges(db: Kysely<Tables>, setId: number): Promise<ShownChange[]> {
  const rows = await db
    .withTables<DirectoryTables>()
    .selectFrom('directory.change')
    .select(['what', 'code', 'relation', 'day', 'was', 'becomes'])
    .where('set_id', '=', setId)
    .orderBy('change_id')
    .execute();
  return rows.map((row) => ({
    ...row,
    what: row.what as ChangeKind,
    relation: row.relation as PlaceRelation | null,
  }));
}

/** What was changed of one organisation, the latest first, with where each change came from. */
export async function readHistory(
  db: Kysely<Tables>,
  code: string,
): Promise<(ShownChange & Pick<ChangeSet, 'setId' | 'source' | 'runId' | 'state' | 'madeAt'>)[]> {
  const rows = await db
    .withTables<DirectoryTables>()
    .selectFrom('directory.change as change')
    .innerJoin('directory.change_set as made', 'made.set_id', 'change.set_id')
    .select([
      'change.what',
      'change.code',
      'change.relation',
      'change.day',
      'change.was',
      'change.becomes',
      'made.set_id as setId',
      'made.source',
      'made.run_id as runId',
      'made.state',
      'made.made_at as madeAt',
    ])
    .where('change.code', '=', code)
    .orderBy('change.change_id', 'desc')
    .limit(500)
    .execute();
  return rows.map((row) => ({
    ...row,
    what: row.what as ChangeKind,
    relation: row.relation as PlaceRelation | null,
  }));
}
