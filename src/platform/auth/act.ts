import { sql } from 'kysely';
import type { Book, Login, Tx } from '../database/index.ts';
import type { Actor, Origin } from './actor.ts';

/** What a room adds to a transaction so that row-level security knows what this actor may see. */
export type OpenScope = (tx: Tx, by: Actor) => Promise<void>;

/**
 * Runs work as somebody, in one transaction: who they are and where they come from is set for that transaction
 * alone, so that audit rows and row-level security read it from the database and no code path can forget it.
 * Everything is undone when the work throws.
 */
export async function act<Result>(
  book: Book,
  who: { by: Actor; origin: Origin; scope?: OpenScope; login?: Login },
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  return await book
    .as(who.login ?? 'app')
    .transaction()
    .execute(async (tx) => {
      await setActor(tx, who.by, who.origin);
      await who.scope?.(tx, who.by);
      return await work(tx);
    });
}

async function setActor(tx: Tx, by: Actor, origin: Origin): Promise<void> {
  await sql`select
    set_config('neighbourhold.account', ${by.account}, true),
    set_config('neighbourhold.account_name', ${by.name}, true),
    set_config('neighbourhold.role', ${by.role}, true),
    set_config('neighbourhold.organisation', ${by.organisation ?? ''}, true),
    set_config('neighbourhold.team', ${by.team === null ? '' : String(by.team)}, true),
    set_config('neighbourhold.request', ${origin.requestId}, true),
    set_config('neighbourhold.origin', ${origin.from}, true)`.execute(tx);
}
