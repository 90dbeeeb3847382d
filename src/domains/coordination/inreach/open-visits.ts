import { sql } from 'kysely';
import { londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openMany } from '../../work/index.ts';
import { type InReachPathway, settingOf, visitClock, visitStates } from './in-reach-pathway.ts';

interface ToOpen {
  readonly person: number;
  readonly setting: string;
  readonly team: number;
  readonly day: PlainDate;
}

/**
 * Makes work of each visit whose day has come, and that is none yet. A visit has a day long before: a team's inbox
 * holds what is to be done, and not the year. Returns how many. Run by the clock, as batch work; safe to run again.
 */
export async function openDueVisits(
  tx: Tx,
  { by, now, pathway }: { readonly by: Actor; readonly now: Date; readonly pathway: InReachPathway },
): Promise<number> {
  const { rows } = await sql<ToOpen>`
    select person_no as person, setting, team_id as team, next_day as day
      from coordination.in_reach
     where ended_at is null and item_id is null and next_day <= ${londonDay(now)}
     order by person_no for update skip locked`.execute(tx);
  const opened = await openMany(tx, {
    table: visitStates,
    by,
    at: now,
    note: 'Its day has come',
    works: rows.map(({ person, setting, team, day }) => ({
      person,
      team,
      title: null,
      clock: visitClock(settingOf(pathway, setting), day),
    })),
  });
  if (opened.size > 0)
    await sql`
      update coordination.in_reach visited set item_id = opened.item
        from unnest(${[...opened.keys()]}::int[], ${[...opened.values()]}::int[]) as opened (person, item)
       where visited.person_no = opened.person`.execute(tx);
  return opened.size;
}
