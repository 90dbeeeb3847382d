import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../../platform/database/index.ts';

/** What holds of two patient records because somebody decided it. */
export interface StandingDecision {
  readonly match: number;
  readonly verdict: 'merged' | 'apart';
  readonly oneRec: number;
  readonly otherRec: number;
  /** Who the two were before anybody decided. */
  readonly one: number;
  readonly other: number;
}

/** What people have decided of whom, in the order of the pairs. For batch work, which may read all of it. */
export async function readStandingDecisions(db: Kysely<Tables>): Promise<StandingDecision[]> {
  const found = await sql<StandingDecision>`
    select m.match_id as match, m.state as verdict, d.one_rec as "oneRec", d.other_rec as "otherRec",
           m.one_person as one, m.other_person as other
      from register.match m
      cross join lateral (
        select one_rec, other_rec from register.match_decision d
         where d.match_id = m.match_id and d.verdict in ('merge', 'apart', 'unmerge')
         order by decision_id desc limit 1) d
     where m.state in ('merged', 'apart')
     order by m.match_id`.execute(db);
  return found.rows;
}
