import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';
import type { LookPattern, LookPatterns } from './look-patterns.ts';

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
