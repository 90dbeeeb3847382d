import { createHash } from 'node:crypto';
import type { Tx } from '../../platform/database/index.ts';
import { type ChangeOrigin, lockDirectory, openChangeSet } from './change-set.ts';
import { type DirectoryState, readDirectory } from './directory-state.ts';
import { type OrganisationEvent, planEvent } from './plan-event.ts';
import { planVintage, type Vintage, type VintagePlan } from './plan-vintage.ts';
import type { PlannedChange } from './planned-change.ts';
import type { DirectoryTables } from './tables.ts';
import { writeChanges } from './write-changes.ts';

/** What waits to be decided on: what a file says, or what a person says has happened. */
export type Offer =
  | { readonly kind: 'vintage'; readonly vintage: Vintage }
  | { readonly kind: 'event'; readonly event: OrganisationEvent };

/** What an offer would change in the directory as it is now. Throws Refusal when it no longer can. */
export function planOffer(state: DirectoryState, offer: Offer, source: string): readonly PlannedChange[] {
  return offer.kind === 'vintage'
    ? planVintage(state, offer.vintage).changes
    : planEvent(state, offer.event, source);
}

/** A mark of what was shown: somebody who decides has seen exactly these changes, or is asked to look again. */
export function markOf(changes: readonly PlannedChange[]): string {
  const shown = changes.map(({ what, code, relation, day, was, becomes }) => [
    what,
    code,
    relation,
    day,
    was,
    becomes,
  ]);
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 16);
}

/** What became of a vintage: nothing new in it, carried out at once, or kept for somebody to decide on. */
export interface OfferedVintage {
  readonly outcome: 'nothing new' | 'applied' | 'offered';
  readonly setId: number | null;
  readonly plan: VintagePlan;
}

/**
 * Takes what a national file says. The first vintage of a kind is carried out at once, because there is nothing to
 * compare it with; every later one is offered, and somebody who may decides on the differences. `apply` carries it out
 * at once: whoever says so has seen them. A newer vintage of a kind takes the place of one that still waits.
 */
export async function offerVintage(
  tx: Tx,
  vintage: Vintage,
  origin: ChangeOrigin,
  { apply }: { apply: boolean },
): Promise<OfferedVintage> {
  await lockDirectory(tx);
  const plan = planVintage(await readDirectory(tx), vintage);
  await dropWaiting(tx, origin);
  if (plan.changes.length === 0) return { outcome: 'nothing new', setId: null, plan };
  if (apply || !(await hasVintage(tx, origin.format))) {
    const setId = await openChangeSet(tx, origin, 'applied');
    await writeChanges(tx, setId, plan.changes);
    return { outcome: 'applied', setId, plan };
  }
  const offer: Offer = { kind: 'vintage', vintage };
  return { outcome: 'offered', setId: await openChangeSet(tx, origin, 'offered', offer), plan };
}

async function hasVintage(tx: Tx, format: string): Promise<boolean> {
  const any = await tx
    .withTables<DirectoryTables>()
    .selectFrom('directory.change_set')
    .select('set_id')
    .where('format', '=', format)
    .limit(1)
    .executeTakeFirst();
  return any !== undefined;
}

async function dropWaiting(tx: Tx, { format, source }: ChangeOrigin): Promise<void> {
  await tx
    .withTables<DirectoryTables>()
    .updateTable('directory.change_set')
    .set({ state: 'discarded', reason: `${source} took its place.` })
    .where('format', '=', format)
    .where('state', '=', 'offered')
    .execute();
}
