import { sql } from 'kysely';
import { type PlainDate, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';

/** Somebody asks for a person whom they may not see yet, by what that person, or who is with them, can say. */
export interface AskedByBirth {
  readonly by: Actor;
  readonly nhsNumber: string;
  readonly born: PlainDate;
  /** What a try that found nobody is in the audit, and what for. Tries are counted by it. */
  readonly action: string;
  readonly purpose: string;
  /** So many such tries an account has in an hour. */
  readonly triesAnHour: number;
}

/**
 * Finds whom an NHS number and a day of birth are of: the two together, so that nobody finds people by trying numbers. It
 * gives a number that may not be read through yet; who asks opens a relationship, or does not. Null: nobody, and the try
 * stands in the audit, which is why it is not thrown.
 *
 * Throws Refusal `too_many_tries`.
 */
export async function findByBirth(tx: Tx, asked: AskedByBirth): Promise<number | null> {
  const { nhsNumber, born, action, purpose } = asked;
  await refuseTrying(tx, asked);
  const { rows } = await sql<{
    person: number | null;
  }>`select register.person_in_emergency(${nhsNumber}, ${born}::date) as person`.execute(tx);
  const person = rows[0]?.person ?? null;
  if (person === null) await writeAudit(tx, { action, purpose, outcome: 'refused' });
  return person;
}

/** Somebody who tries numbers is stopped; what they tried stands in the audit already. */
async function refuseTrying(tx: Tx, { by, action, triesAnHour }: AskedByBirth): Promise<void> {
  // One who tries from two browsers at once waits here for their other try to be counted.
  await sql`select pg_advisory_xact_lock(hashtext(${action}), hashtext(${by.account}))`.execute(tx);
  const { rows } = await sql<{ tries: number }>`
    select count(*)::int as tries from audit.entry
     where account = ${by.account} and action = ${action} and at > now() - interval '1 hour'`.execute(tx);
  if ((rows[0]?.tries ?? 0) < triesAnHour) return;
  throw new Refusal({
    code: 'too_many_tries',
    because: `You have tried ${triesAnHour} times in an hour and found nobody.`,
    remedy: 'Ring the person’s practice, or your information governance lead.',
  });
}
