import { NotFound, NotPermitted, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { lockDirectory, openChangeSet } from './change-set.ts';
import { readDirectory } from './directory-state.ts';
import { markOf, type Offer, planOffer } from './offer-changes.ts';
import { type OrganisationEvent, planEvent } from './plan-event.ts';
import type { ChangeSetState, DirectoryTables } from './tables.ts';
import { takeBack } from './undo-changes.ts';
import { mayChangeDirectory } from './who-may.ts';
import { writeChanges } from './write-changes.ts';

interface Decision {
  readonly by: Actor;
  readonly setId: number;
  readonly now: Date;
}

/**
 * Writes down what somebody says has happened to an organisation, as an offer: they see what it changes before it is
 * applied. Returns the set's number. Throws Refusal when it cannot have happened.
 */
export async function offerEvent(
  tx: Tx,
  said: { readonly by: Actor; readonly event: OrganisationEvent; readonly reason: string },
): Promise<number> {
  const purpose = permit(said.by);
  await lockDirectory(tx);
  const source = `event: ${said.event.kind}`;
  planEvent(await readDirectory(tx), said.event, source);
  const offer: Offer = { kind: 'event', event: said.event };
  const { account } = said.by;
  const origin = { format: 'event', source, asOf: said.event.day, account, reason: said.reason };
  const setId = await openChangeSet(tx, origin, 'offered', offer);
  await writeAudit(tx, {
    action: 'directory.offered',
    purpose,
    detail: { set: setId, event: said.event.kind },
  });
  return setId;
}

/**
 * Carries an offer out. `seen` is the mark of the differences that were on the page: when the directory has changed so
 * that they are others now, nothing is done and they are shown anew. Returns how many changes were made.
 */
export async function applyOffer(tx: Tx, decision: Decision & { readonly seen: string }): Promise<number> {
  const purpose = permit(decision.by);
  await lockDirectory(tx);
  const set = await readSet(tx, decision.setId);
  need(set.state, 'offered');
  const changes = planOffer(await readDirectory(tx), offerOf(set), set.source);
  if (markOf(changes) !== decision.seen)
    throw new Refusal({
      code: 'differences_changed',
      because: 'The directory has changed since this page was shown, and so have the differences.',
      remedy: 'Load the page again, look at the differences, and decide then.',
    });
  await writeChanges(tx, decision.setId, changes);
  await decide(tx, decision, 'applied');
  const detail = { set: decision.setId, changes: changes.length };
  await writeAudit(tx, { action: 'directory.applied', purpose, detail });
  return changes.length;
}

/** Lays an offer aside: the directory stays as it is. */
export async function discardOffer(tx: Tx, decision: Decision): Promise<void> {
  const purpose = permit(decision.by);
  await lockDirectory(tx);
  need((await readSet(tx, decision.setId)).state, 'offered');
  await decide(tx, decision, 'discarded');
  await writeAudit(tx, { action: 'directory.discarded', purpose, detail: { set: decision.setId } });
}

/**
 * Undoes a set of changes: every row is again as it was before. The set and what it had changed stay to be read.
 * Throws Refusal when something of it was changed again since. Returns how many changes were undone.
 */
export async function undoChanges(tx: Tx, decision: Decision): Promise<number> {
  const purpose = permit(decision.by);
  await lockDirectory(tx);
  need((await readSet(tx, decision.setId)).state, 'applied');
  const undone = await takeBack(tx, decision.setId);
  await decide(tx, decision, 'undone');
  await writeAudit(tx, {
    action: 'directory.undone',
    purpose,
    detail: { set: decision.setId, changes: undone },
  });
  return undone;
}

function permit(by: Actor): string {
  const permission = mayChangeDirectory(by);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask an analyst to do it.');
  return permission.because;
}

async function readSet(tx: Tx, setId: number) {
  const set = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.change_set')
    .select(['state', 'source', 'offer'])
    .where('set_id', '=', setId)
    .executeTakeFirst();
  if (!set) throw new NotFound('There are no such changes.', 'Changes of the directory lists all of them.');
  return set;
}

/** What a set offers, as it was written. */
export function offerOf(set: { readonly offer: unknown }): Offer {
  if (set.offer === null) throw new Error('These changes were never offered');
  return set.offer as Offer;
}

const STATE_WORDS: Record<ChangeSetState, string> = {
  offered: 'still waiting',
  applied: 'applied already',
  discarded: 'laid aside already',
  undone: 'undone already',
};

function need(state: ChangeSetState, wanted: ChangeSetState): void {
  if (state === wanted) return;
  throw new Refusal({
    code: 'decided_already',
    because: `These changes are ${STATE_WORDS[state]}.`,
    remedy: 'Load the page again to see what became of them.',
  });
}

async function decide(tx: Tx, { by, setId, now }: Decision, state: ChangeSetState): Promise<void> {
  await tx
    .withTables<DirectoryTables>()
    .updateTable('directory.change_set')
    .set({ state, decided_at: now, decided_by: by.account })
    .where('set_id', '=', setId)
    .execute();
}
