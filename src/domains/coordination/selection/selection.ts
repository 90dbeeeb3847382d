import type { UpdateObject } from 'kysely';
import { NotFound, Refusal } from '../../../kernel/index.ts';
import type { Actor, AuthTables } from '../../../platform/auth/index.ts';
import type { Tables, Tx } from '../../../platform/database/index.ts';
import type {
  SelectionInputs,
  SelectionResult,
  SelectionState,
  SelectionTables,
} from './selection-tables.ts';

/** A list that fits, without its people. */
export interface Head {
  readonly selection: number;
  readonly team: number;
  readonly state: SelectionState;
  readonly version: number;
  readonly snapshot: number;
  readonly contentVersion: string;
  readonly inputs: SelectionInputs;
  readonly result: SelectionResult;
  readonly chosen: number;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly settledBy: string | null;
  readonly settledAt: Date | null;
  readonly overBecause: string | null;
  readonly takenBackBy: string | null;
  readonly takenBackAt: Date | null;
}

function heads(tx: Tx) {
  return tx
    .withTables<SelectionTables & AuthTables>()
    .selectFrom('coordination.selection as selection')
    .innerJoin('auth.account as maker', 'maker.account', 'selection.made_by')
    .leftJoin('auth.account as settler', 'settler.account', 'selection.settled_by')
    .leftJoin('auth.account as taker', 'taker.account', 'selection.taken_back_by')
    .select([
      'selection.selection_id as selection',
      'selection.team_id as team',
      'selection.state',
      'selection.version',
      'selection.snapshot_id as snapshot',
      'selection.content_version as contentVersion',
      'selection.inputs',
      'selection.result',
      'selection.chosen',
      'maker.name as madeBy',
      'selection.made_at as madeAt',
      'settler.name as settledBy',
      'selection.settled_at as settledAt',
      'selection.over_because as overBecause',
      'taker.name as takenBackBy',
      'selection.taken_back_at as takenBackAt',
    ]);
}

/** A list of the actor's team. Throws NotFound, in the same words for another team's and for none. */
export async function readHead(tx: Tx, by: Actor, selection: number): Promise<Head> {
  const head = await heads(tx)
    .where('selection.selection_id', '=', selection)
    .where('selection.team_id', '=', by.team ?? 0)
    .executeTakeFirst();
  if (head) return head;
  throw new NotFound('There is no such list, or it is another team’s.', 'Go back to the lists that fit.');
}

/** The lists of a team, the latest first. */
export async function readHeads(tx: Tx, team: number, limit = 20): Promise<Head[]> {
  return await heads(tx)
    .where('selection.team_id', '=', team)
    .orderBy('selection.selection_id', 'desc')
    .limit(limit)
    .execute();
}

/**
 * Holds a draft until the transaction ends, in the version that its page showed. Throws NotFound; Refusal `not_a_draft`
 * when it has been accepted or discarded, `changed_since` when somebody changed it since.
 */
export async function lockDraft(
  tx: Tx,
  request: { readonly by: Actor; readonly selection: number; readonly seen: number },
): Promise<Head> {
  await tx
    .withTables<SelectionTables>()
    .selectFrom('coordination.selection')
    .select('selection_id')
    .where('selection_id', '=', request.selection)
    .forUpdate()
    .execute();
  const head = await readHead(tx, request.by, request.selection);
  if (head.state !== 'draft') {
    const done = head.state === 'discarded' ? 'discarded' : 'accepted';
    throw new Refusal({
      code: 'not_a_draft',
      because: `${head.settledBy} has ${done} this list. It cannot be changed any more.`,
      remedy: 'Make a new list.',
    });
  }
  if (head.version !== request.seen)
    throw new Refusal({
      code: 'changed_since',
      because: 'Somebody has changed this list since you opened it.',
      remedy: 'Nothing of yours has been saved. The list is below as it is now: look, and do it again.',
    });
  return head;
}

/** Writes a change of a draft that is held, as its next version. */
export async function writeVersion(
  tx: Tx,
  head: Head,
  change: UpdateObject<Tables & SelectionTables, 'coordination.selection'>,
): Promise<void> {
  await tx
    .withTables<SelectionTables>()
    .updateTable('coordination.selection')
    .set({ ...change, version: head.version + 1 } as typeof change)
    .where('selection_id', '=', head.selection)
    .execute();
}

/** The last move of each person of a list: what stands when it is worked out again. */
export interface Move {
  readonly person: number;
  readonly way: 'in' | 'out';
  readonly reason: string;
  readonly who: string;
  readonly at: Date;
}

export async function readMoves(tx: Tx, selection: number): Promise<Map<number, Move>> {
  const rows = await tx
    .withTables<SelectionTables & AuthTables>()
    .selectFrom('coordination.selection_move as move')
    .innerJoin('auth.account as who', 'who.account', 'move.account')
    .where('move.selection_id', '=', selection)
    .select(['move.person_no as person', 'move.way', 'move.reason', 'who.name as who', 'move.at'])
    .orderBy('move.move_id')
    .execute();
  return new Map(rows.map((row) => [row.person, row]));
}
