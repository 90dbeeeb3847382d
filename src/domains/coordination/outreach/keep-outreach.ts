import { sql } from 'kysely';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endMany, type WorkKinds } from '../../work/index.ts';
import { OUTREACH, type OutreachEnding, type OutreachPathway } from './outreach-pathway.ts';
import { readOutreachFacts } from './read-outreach.ts';

/**
 * Ends the outreach to who has been seen, is off the register for another reason, or has died or is on no list any more, by
 * the latest facts. Of whom it is not known whether they were seen, it goes on. Safe to run again. As batch work. Returns
 * how many it ended.
 */
export async function keepOutreach(
  tx: Tx,
  keeping: {
    readonly by: Actor;
    readonly now: Date;
    readonly pathway: OutreachPathway;
    readonly kinds: WorkKinds;
  },
): Promise<{ readonly ended: number }> {
  const { by, now, pathway, kinds } = keeping;
  const facts = await readOutreachFacts(tx, pathway);
  if (facts === null) return { ended: 0 };
  const { rows } = await sql<Standing>`
    select item.item_id as item, p.registered and p.death_date is null as listed,
           ${facts.register}::int = any (fact.in_ids) or ${facts.register}::int = any (fact.unknown_ids) as stays,
           ${facts.seen}::int = any (fact.in_ids) as seen
      from work.item item join register.person p on p.person_no = item.subject_id
      left join need.person_fact fact on fact.person_no = p.person_no and fact.snapshot_id = ${facts.snapshotId}
     where item.kind = ${OUTREACH} and item.closed_at is null and item.subject_kind = 'person'`.execute(tx);
  const { states: table } = kinds.task(OUTREACH);
  let ended = 0;
  for (const outcome of Object.keys(pathway.endings) as OutreachEnding[]) {
    const items = rows.filter((row) => endingOf(row) === outcome).map(({ item }) => item);
    const note = pathway.endings[outcome].title;
    ended += (await endMany(tx, { table, action: 'finish', items, outcome, note, by, at: now })).length;
  }
  return { ended };
}

interface Standing {
  readonly item: number;
  readonly listed: boolean;
  /** On the register, or not known. Null, with `seen`: the facts do not know them yet. */
  readonly stays: boolean | null;
  readonly seen: boolean | null;
}

function endingOf({ listed, stays, seen }: Standing): OutreachEnding | null {
  if (!listed) return 'left';
  if (stays !== false) return null;
  return seen ? 'seen' : 'off_register';
}
