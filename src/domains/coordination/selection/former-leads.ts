import { sql } from 'kysely';
import { addDays, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import type { SelectionContent } from './selection-content.ts';

/** A team, on the day on which it is asked whom it knows. */
export interface TeamOnDay {
  readonly team: number;
  readonly today: PlainDate;
}

/**
 * Whom a team had on its caseload until lately, as content says, each with who led them last; of those whom this transaction may
 * see. An entry that was taken back with its list made nobody known.
 */
export async function readFormerLeads(
  tx: Tx,
  { team, today }: TeamOnDay,
  { worth }: Pick<SelectionContent, 'worth'>,
): Promise<ReadonlyMap<number, string | null>> {
  const since = addDays(today, -7 * worth.continuity.within_weeks);
  const { rows } = await sql<{ person: number; lead: string | null }>`
    select distinct on (1) coalesce(joined.now_no, item.subject_id) as person, item.owner_account as lead
      from work.item item left join register.joined joined on joined.person_no = item.subject_id
     where item.kind = ${caseloadStates.kind} and item.subject_kind = 'person' and item.owner_team = ${team}
       and item.closed_at >= ${since}::date and item.outcome <> 'taken_back'
     order by 1, item.closed_at desc`.execute(tx);
  return new Map(rows.map(({ person, lead }) => [person, lead]));
}
