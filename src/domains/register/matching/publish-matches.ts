import { sql } from 'kysely';
import type { Tx } from '../../../platform/database/index.ts';
import type { Contradiction } from '../intake/apply-decisions.ts';
import type { FoundMatch } from './find-matches.ts';

/** What an import found about who may be whom. */
export interface IdentityFindings {
  readonly matches: readonly FoundMatch[];
  readonly contradictions: readonly Contradiction[];
  /** Version of the method; null: nobody looked, and what stands in the queue stays there. */
  readonly method: string | null;
}

/**
 * Brings the review queue up to date. A pair stands in it once: found again, it gets its new weight; decided, it is not
 * raised again; alike no more (a number came, a name was corrected), it is settled. What contradicts a decision is
 * raised, unless somebody has decided on that already.
 */
export async function publishMatches(tx: Tx, findings: IdentityFindings): Promise<void> {
  await raiseContradictions(tx, findings.contradictions);
  if (findings.method === null) return;
  const rows = JSON.stringify(
    findings.matches.map(({ one, other, oneRec, otherRec, weight, levels }) => ({
      one_person: one,
      other_person: other,
      one_rec: oneRec,
      other_rec: otherRec,
      weight,
      levels,
    })),
  );
  // A table that the planner knows the size of: joined as a function, a thousand pairs take a million comparisons.
  await sql`
    create temporary table found on commit drop as
    select * from jsonb_to_recordset(${rows}::jsonb)
      as found (one_person int, other_person int, one_rec int, other_rec int, weight numeric, levels jsonb)`.execute(
    tx,
  );
  await sql`analyze found`.execute(tx);
  await sql`
    insert into register.match as known (one_person, other_person, one_rec, other_rec, weight, levels, method)
    select one_person, other_person, one_rec, other_rec, weight, levels, ${findings.method} from found
    on conflict (one_person, other_person) do update
       set one_rec = excluded.one_rec, other_rec = excluded.other_rec, weight = excluded.weight,
           levels = excluded.levels, method = excluded.method, state = 'open',
           raised_at = case when known.state = 'open' then known.raised_at else now() end
     where known.state in ('open', 'settled')`.execute(tx);
  // A pair about which a practice was asked stays: somebody waits for the answer, or has to withdraw the question.
  await sql`
    update register.match as known set state = 'settled'
     where state = 'open' and asked_item is null
       and not exists (
         select from found
          where found.one_person = known.one_person and found.other_person = known.other_person)`.execute(tx);
}

async function raiseContradictions(tx: Tx, contradictions: readonly Contradiction[]): Promise<void> {
  const found = sql`jsonb_to_recordset(${JSON.stringify(contradictions)}::jsonb) as found (match int, kind text, key text)`;
  await sql`
    update register.match as known
       set contradiction = found.kind, contradicting_key = found.key
      from ${found}
     where found.match = known.match_id and known.settled_key is distinct from found.key`.execute(tx);
  // What is not said any more needs nobody's look.
  await sql`
    update register.match as known set contradiction = null, contradicting_key = null
     where contradiction is not null and not exists (
       select 1 from ${found} where found.match = known.match_id and found.key = known.contradicting_key)`.execute(
    tx,
  );
}
