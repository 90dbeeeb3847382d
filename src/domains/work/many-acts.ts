import { InvalidInput, londonDay, type PlainDate } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { assignMany, type Bulk, doMany, type OfMany } from './assign-many.ts';
import { deferWork, stopWork } from './change-work.ts';

/** What is done with many pieces of work at once. */
export type ManyAct =
  /** Given to one person; null: back to the team. */
  | { readonly do: 'assign'; readonly to: string | null }
  | { readonly do: 'defer'; readonly due: PlainDate; readonly reason: string }
  | { readonly do: 'stop'; readonly outcome: string; readonly reason: string };

/** Does one thing to many tasks of a team, each by its own rules. Throws what `assignMany` and `doMany` throw. */
export async function actOnMany(tx: Tx, request: OfMany, act: ManyAct): Promise<Bulk> {
  if (act.do === 'assign') return await assignMany(tx, { ...request, to: act.to });
  return act.do === 'defer' ? await putOffMany(tx, request, act) : await stopMany(tx, request, act);
}

/** Puts many tasks off to one day, with one reason. What cannot be is left and said; one token undoes it all. */
async function putOffMany(
  tx: Tx,
  request: OfMany,
  { due, reason }: { readonly due: PlainDate; readonly reason: string },
): Promise<Bulk> {
  if (due <= londonDay(request.now))
    throw new InvalidInput([{ field: 'due', message: 'Choose a day after today' }]);
  const { by, now, kinds } = request;
  return await doMany(tx, request, { action: 'work.deferred_many', to: null }, (item, seen) =>
    deferWork(tx, { by, now, kinds, item, seen, due, reason }),
  );
}

/** Stops many tasks for one reason. What cannot be stopped is left and said; one token undoes it all. */
async function stopMany(
  tx: Tx,
  request: OfMany,
  { outcome, reason }: { readonly outcome: string; readonly reason: string },
): Promise<Bulk> {
  const { by, now, kinds } = request;
  if (!kinds.pathway.stops.some(({ id }) => id === outcome))
    throw new InvalidInput([{ field: 'outcome', message: 'Choose why it will not be done' }]);
  return await doMany(tx, request, { action: 'work.stopped_many', to: null }, (item, seen) =>
    stopWork(tx, { by, now, kinds, item, seen, outcome, reason }),
  );
}
