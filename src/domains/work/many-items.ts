import { sql } from 'kysely';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { endSight } from './sight.ts';
import type { StateTable } from './state-table.ts';
import { lockedItem, type WorkClock } from './work-item.ts';

/** A piece of work about a person, to be opened with many others. */
export interface WorkAbout {
  readonly person: number;
  readonly team: number;
  readonly clock: WorkClock;
  readonly title: string | null;
}

/**
 * Opens one piece of work about each of many people, in two statements, waiting for anybody of their teams. Whoever has
 * one already, where a unique index of the kind allows one open piece, is passed over. Returns the new items by person.
 * As batch work, or within the scope of whoever acts.
 */
export async function openMany(
  tx: Tx,
  request: {
    readonly table: StateTable;
    readonly by: Actor;
    readonly at: Date;
    readonly note: string;
    readonly works: readonly WorkAbout[];
  },
): Promise<Map<number, number>> {
  const { table, by, at, note, works } = request;
  if (works.length === 0) return new Map();
  // In one order for everybody: two who open the same work at once wait for each other, and never for ever.
  const ordered = [...works].sort((one, other) => one.person - other.person);
  const rows = JSON.stringify(
    ordered.map(({ person, team, clock, title }) => ({
      person,
      team,
      title,
      due: clock.due,
      breach: clock.breach,
      again: clock.again ?? null,
    })),
  );
  const opened = await sql<{ item: number; person: number; team: number }>`
    insert into work.item (kind, subject_kind, subject_id, owner_team, state, opened_at, due_at, breach_at, again_at, title)
    select ${table.kind}, 'person', person, team, ${table.initial}, ${at}, due, breach, again, title
      from jsonb_to_recordset(${rows}::jsonb)
        as r (person int, team int, title text, due timestamptz, breach timestamptz, again timestamptz)
     order by person
        on conflict do nothing
    returning item_id as item, subject_id as person, owner_team as team`.execute(tx);
  // A statement of its own: row-level security of a transition looks for its item.
  await sql`
    insert into work.transition (item_id, at, action, to_state, account, owner_team, note)
    select item, ${at}, 'open', ${table.initial}, ${by.account}, team, ${note}
      from jsonb_to_recordset(${JSON.stringify(opened.rows)}::jsonb) as r (item int, team int)`.execute(tx);
  return new Map(opened.rows.map(({ item, person }) => [person, item]));
}

/**
 * Ends many pieces of work of a kind by one action of its table, in one statement, with one outcome and note for all.
 * What is over, or in a state from which the action does not lead, is passed over. Returns the items that it ended.
 */
export async function endMany(
  tx: Tx,
  request: {
    readonly table: StateTable;
    readonly action: string;
    readonly items: readonly number[];
    readonly outcome: string;
    readonly note: string;
    readonly by: Actor;
    readonly at: Date;
  },
): Promise<number[]> {
  const { table, items, outcome, note, by, at } = request;
  const action = table.actions.find(({ name }) => name === request.action);
  if (!action?.ends) throw new Error(`${request.action} ends no work of kind ${table.kind}`);
  if (items.length === 0) return [];
  const { rows } = await sql<{ item: number; person: number; teams: number[] }>`
    with before as (
      select item_id, state, array_remove(array[owner_team, offered_team], null) as teams from work.item
       where item_id = any (${[...items]}::int[]) and kind = ${table.kind} and closed_at is null
         and state = any (${[...action.from]}::text[])
       order by item_id for update),
    ended as (
      update work.item item
         set state = ${action.to}, closed_at = ${at}, outcome = ${outcome},
             offered_team = null, offered_account = null, accept_by = null
        from before where item.item_id = before.item_id
      returning item.item_id, item.subject_id, before.state as was, before.teams, item.owner_team, item.owner_account),
    step as (
      insert into work.transition (item_id, at, action, from_state, to_state, account, owner_team, owner_account, note)
      select item_id, ${at}, ${action.name}, was, ${action.to}, ${by.account}, owner_team, owner_account, ${note} from ended)
    select item_id as item, subject_id as person, teams from ended`.execute(tx);
  await endSightOfMany(tx, rows, outcome);
  return rows.map(({ item }) => item);
}

/** Ends what teams saw of people because of this work alone. Few do: most see whom they work for anyway. */
async function endSightOfMany(
  tx: Tx,
  ended: readonly { readonly item: number; readonly person: number; readonly teams: readonly number[] }[],
  because: string,
): Promise<void> {
  const pairs = ended.flatMap(({ item, person, teams }) => teams.map((team) => ({ item, person, team })));
  const seen = await sql<{ item: number; team: number }>`
    select pair.item, pair.team
      from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as pair (item int, person int, team int)
     where exists (select 1 from register.care_relationship r
                    where r.kind = 'work' and r.team_id = pair.team and r.person_no = pair.person
                      and (r.ends is null or r.ends > now()))`.execute(tx);
  for (const { item, team } of seen.rows) await endSight(tx, await lockedItem(tx, item), team, because);
}
