import { type Kysely, sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tables, Tx } from '../../platform/database/index.ts';
import type { StateTable } from './state-table.ts';

/**
 * Open work whose owner does not work in its team any more: the account is closed, has no role, or works elsewhere.
 * A team of a practice is everybody who works there; people of other organisations who took its work on keep it.
 */
const LEFT = sql`
  select item.item_id, item.kind, item.state
    from work.item item
    join directory.team team on team.team_id = item.owner_team
    join auth.account who on who.account = item.owner_account
    left join directory.staff staff on staff.account = item.owner_account
   where item.closed_at is null and item.owner_account is not null
     and (not who.active or staff.account is null
          or case team.kind
               when 'practice' then staff.role in ('gp', 'practice_nurse', 'practice_manager')
                                    and 'practice ' || coalesce(staff.organisation, '') <> team.code
               -- Everybody of a role is the team of that role, whichever team they sit with: teamsOfRoles of the directory.
               when 'data' then staff.role <> 'analyst'
               when 'governance' then staff.role <> 'ig_lead'
               else staff.team_id is distinct from team.team_id end)`;

/**
 * Gives the work of those who left back to its teams, marked, so that somebody takes it. Returns how many pieces there
 * were. Run when staff change, and by the clock; as the operator.
 */
export async function returnWorkOfLeavers(
  tx: Tx,
  tables: readonly StateTable[],
  by: Actor,
  now: Date,
): Promise<number> {
  const found = await sql<{
    item_id: number;
    kind: string;
    state: string;
  }>`${LEFT} for update of item skip locked`.execute(tx);
  const groups = new Map<string, typeof found.rows>();
  for (const row of found.rows) {
    const group = `${row.kind} ${row.state}`;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  for (const items of groups.values()) {
    const { kind = '', state = '' } = items[0] ?? {};
    const to = tables.find((table) => table.kind === kind)?.returned?.[state] ?? state;
    await sql`
      with returned as (
        update work.item
           set owner_account = null, state = ${to}, returned_at = ${now}, returned_because = 'left'
         where item_id = any (${items.map(({ item_id }) => item_id)}::int[])
        returning item_id, owner_team)
      insert into work.transition (item_id, at, action, from_state, to_state, account, owner_team, owner_account, note)
      select item_id, ${now}, 'returned', ${state}, ${to}, ${by.account}::uuid, owner_team, null, null from returned`.execute(
      tx,
    );
  }
  return found.rows.length;
}

/** How many open pieces of work have an owner who left: 0, but for the minute until the clock has given them back. */
export async function countWorkOfLeavers(db: Kysely<Tables>): Promise<number> {
  const found = await sql<{ n: number }>`select count(*) as n from (${LEFT}) as item`.execute(db);
  return found.rows[0]?.n ?? 0;
}
