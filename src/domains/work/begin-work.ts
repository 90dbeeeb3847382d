import { formatInstant, type PlainDate, Refusal } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { deferWork, type OfTask, stopWork, takeWork } from './change-work.ts';
import { readLatestWork } from './read-latest.ts';

/** What somebody decides about something that waits and that nobody has taken on. */
export type BeginDecision =
  | { readonly act: 'take' }
  | { readonly act: 'defer'; readonly due: PlainDate; readonly reason: string }
  | { readonly act: 'decline'; readonly reason: string };

/** Does to work that was opened just now what was decided with it. Throws what each act throws. */
export async function decideOnBegun(tx: Tx, task: OfTask, decision: BeginDecision): Promise<void> {
  if (decision.act === 'take') return await takeWork(tx, task);
  const { reason } = decision;
  if (decision.act === 'defer') return await deferWork(tx, { ...task, due: decision.due, reason });
  await stopWork(tx, { ...task, outcome: 'not_needed', reason });
}

/** Who was first, where somebody may have only one piece of work of a kind. */
export async function begunAlready(tx: Tx, kind: string, person: number, what: string): Promise<Refusal> {
  const first = (await readLatestWork(tx, kind, [person])).get(person);
  const has = first === undefined || first.closedAt !== null ? null : first;
  const who = has === null ? 'Somebody' : [has.owner, has.team].filter(Boolean).join(', ');
  return new Refusal({
    code: 'begun_already',
    because: `${who} ${what}${has === null ? '' : `, until ${formatInstant(has.due)}`}.`,
    remedy: 'Nothing of yours has been saved. Look at its row again.',
  });
}
