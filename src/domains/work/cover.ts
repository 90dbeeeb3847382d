import { sql } from 'kysely';
import {
  addDays,
  InvalidInput,
  londonDay,
  londonMidnight,
  NotFound,
  NotPermitted,
  type PlainDate,
  Refusal,
} from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { readDesk, readMembers } from './desk.ts';
import type { WorkTables } from './tables.ts';
import { maySetAway } from './who-may.ts';

/**
 * Says that somebody is away, both days included, and who covers them. Their work stays theirs: whoever covers sees it
 * among their own and may do everything with it, until the end.
 *
 * Throws NotPermitted, InvalidInput, and Refusal `away_already`, `cover_is_away`.
 */
export async function setAway(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly account: string;
    readonly coveredBy: string;
    readonly from: PlainDate;
    readonly until: PlainDate;
  },
): Promise<void> {
  const { by, now, account, coveredBy, from, until } = request;
  const colleagues = await colleaguesOf(tx, by, now);
  const permission = maySetAway(by, account, colleagues.has(account));
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if (until < londonDay(now)) throw wrong('until', 'The last day away must be today or later');
  if (until < from) throw wrong('until', 'The last day away must be the first day or later');
  if (coveredBy === account) throw wrong('coveredBy', 'Choose somebody else to cover');
  if (!colleagues.has(coveredBy)) throw wrong('coveredBy', 'Choose somebody of the team to cover');
  const starts = londonMidnight(from);
  const ends = londonMidnight(addDays(until, 1));
  await sql`select pg_advisory_xact_lock(hashtextextended('away', 0))`.execute(tx);
  if (await isAway(tx, account, starts, ends)) {
    throw new Refusal({
      code: 'away_already',
      because: 'Some of these days are covered already.',
      remedy: 'End that absence first, or choose other days.',
    });
  }
  if (await isAway(tx, coveredBy, starts, ends)) {
    throw new Refusal({
      code: 'cover_is_away',
      because: 'Whoever should cover is away on some of these days themselves.',
      remedy: 'Choose somebody else, or other days.',
    });
  }
  await tx
    .withTables<WorkTables>()
    .insertInto('work.away')
    .values({
      account,
      covered_by: coveredBy,
      starts,
      ends,
      set_by: by.account,
      set_at: now,
      ended_early_at: null,
    })
    .execute();
  await writeAudit(tx, {
    action: 'work.away_set',
    subject: { kind: 'account', id: account },
    purpose: permission.because,
    detail: { coveredBy, from, until },
  });
}

/** Ends an absence now: they are back. */
export async function endAway(
  tx: Tx,
  request: { readonly by: Actor; readonly now: Date; readonly away: number },
): Promise<void> {
  const { by, now } = request;
  const db = tx.withTables<WorkTables>();
  const away = await db
    .selectFrom('work.away')
    .selectAll()
    .where('away_id', '=', request.away)
    .where('ended_early_at', 'is', null)
    .where('ends', '>', now)
    .forUpdate()
    .executeTakeFirst();
  if (!away) throw new NotFound('There is no such absence now: it has ended.');
  const colleagues = await colleaguesOf(tx, by, now);
  const permission = maySetAway(by, away.account, colleagues.has(away.account));
  if (!permission.allowed) throw new NotPermitted(permission.because);
  await db
    .updateTable('work.away')
    .set({ ended_early_at: now })
    .where('away_id', '=', away.away_id)
    .execute();
  await writeAudit(tx, {
    action: 'work.away_ended',
    subject: { kind: 'account', id: away.account },
    purpose: permission.because,
  });
}

/** An absence that is now or is to come. */
export interface Away {
  readonly away: number;
  readonly account: string;
  readonly name: string;
  readonly coveredBy: string;
  readonly starts: Date;
  readonly ends: Date;
}

/** Who of the actor's teams is away, now or later, the first first. */
export async function readAway(tx: Tx, by: Actor, now: Date): Promise<Away[]> {
  const colleagues = [...(await colleaguesOf(tx, by, now))];
  const found = await sql<Away>`
    select away.away_id as away, who.account, who.name, cover.name as "coveredBy", away.starts, away.ends
      from work.away away
      join auth.account who on who.account = away.account
      join auth.account cover on cover.account = away.covered_by
     where away.ends > ${now} and away.ended_early_at is null and away.account = any (${colleagues}::uuid[])
     order by away.starts, who.name`.execute(tx);
  return found.rows;
}

async function colleaguesOf(tx: Tx, by: Actor, now: Date): Promise<Set<string>> {
  const { teams } = await readDesk(tx, by, now);
  const accounts = new Set([by.account]);
  for (const { team } of teams)
    for (const { account } of await readMembers(tx, team, now)) accounts.add(account);
  return accounts;
}

async function isAway(tx: Tx, account: string, starts: Date, ends: Date): Promise<boolean> {
  const found = await tx
    .withTables<WorkTables>()
    .selectFrom('work.away')
    .select('away_id')
    .where('account', '=', account)
    .where('starts', '<', ends)
    .where('ends', '>', starts)
    .where('ended_early_at', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}

function wrong(field: string, message: string): InvalidInput {
  return new InvalidInput([{ field, message }]);
}
