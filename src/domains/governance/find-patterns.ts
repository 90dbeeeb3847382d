import { sql } from 'kysely';
import { InvalidInput, NotFound, NotPermitted } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import type { LookPattern, LookPatterns } from './look-patterns.ts';
import type { GovernanceTables } from './tables.ts';
import { mayReviewAccess } from './who-may.ts';

/** Looks of one account that follow a pattern: at one person, or, by volume, on one day. */
export interface FoundPattern {
  readonly pattern: LookPattern;
  readonly account: string;
  readonly who: string;
  readonly role: string;
  readonly personNo: number | null;
  /** Their name, as an audit entry has it. Null where the pattern is of a day. */
  readonly whom: string | null;
  /** The day in London, where the pattern is of a day. */
  readonly day: string | null;
  readonly looks: number;
  /** By volume: what is usual for them in a day. */
  readonly usual: number | null;
  readonly last: Date;
}

/**
 * Patterns of looking in the audit that nobody has looked at yet, the latest first; at most `limit`. A pattern that was
 * looked at comes back when it goes on. Names are compared by the database, which answers the information governance
 * lead alone: everybody else is given nothing.
 */
export async function findPatterns(tx: Tx, rules: LookPatterns, limit: number): Promise<FoundPattern[]> {
  const { rows } = await sql<FoundPattern>`
    select f.pattern, f.account, f.who, f.role, f.person_no as "personNo", f.whom, f.day::text as day,
           f.looks, f.usual, f.last
      from governance.look_patterns(${rules.days}, ${rules.volume.at_least}, ${rules.volume.times_usual}) f
     where not exists (
             select 1 from governance.pattern_seen s
              where s.pattern = f.pattern and s.account = f.account
                and s.person_no is not distinct from f.person_no and s.day is not distinct from f.day
                -- Times went through the program, which keeps thousandths of a second.
                and s.until >= date_trunc('milliseconds', f.last))
     order by f.last desc, f.pattern, f.account, f.person_no
     limit ${limit}`.execute(tx);
  return rows;
}

/**
 * Notes that a pattern was looked at, and what it was. Looks that come later make it a question again.
 *
 * Throws NotPermitted, NotFound where there is no such pattern now, and InvalidInput (`verdict`).
 */
export async function settlePattern(
  tx: Tx,
  act: {
    readonly by: Actor;
    readonly rules: LookPatterns;
    readonly pattern: LookPattern;
    readonly account: string;
    readonly personNo: number | null;
    readonly day: string | null;
    readonly verdict: string;
    readonly note: string;
  },
): Promise<void> {
  const permission = mayReviewAccess(act.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if (act.account === act.by.account)
    throw new NotPermitted('Nobody settles a question about their own looks.');
  const verdict = act.rules.verdicts.find(({ id }) => id === act.verdict);
  if (!verdict) throw new InvalidInput([{ field: 'verdict', message: 'Choose what it was' }]);
  const found = (await findPatterns(tx, act.rules, 10_000)).find(
    (each) =>
      each.pattern === act.pattern &&
      each.account === act.account &&
      each.personNo === act.personNo &&
      each.day === act.day,
  );
  if (!found) throw new NotFound('This has been looked at already, or there is no such pattern.');
  await tx
    .withTables<GovernanceTables>()
    .insertInto('governance.pattern_seen')
    .values({
      pattern: act.pattern,
      account: act.account,
      person_no: act.personNo,
      day: act.day,
      until: found.last,
      verdict: verdict.id,
      note: act.note,
      by_account: act.by.account,
    })
    .execute();
  await writeAudit(tx, {
    action: 'audit.pattern_settled',
    ...(act.personNo === null ? {} : { subject: { kind: 'person', id: act.personNo } }),
    purpose: verdict.title,
    detail: { pattern: act.pattern, account: act.account, ...(act.day === null ? {} : { day: act.day }) },
  });
}
