import { sql } from 'kysely';
import type { Tx } from '../../platform/database/index.ts';

/** The latest work of a kind about somebody: who has it, or who declined it. */
export interface LatestWork {
  readonly item: number;
  readonly owner: string | null;
  readonly team: string;
  /** The team that has been asked and has not answered. */
  readonly offeredTo: string | null;
  /** Who put it off or declined it last, and why; null where nobody did. */
  readonly decidedBy: string | null;
  readonly note: string | null;
  readonly due: Date;
  readonly closedAt: Date | null;
  readonly declined: boolean;
}

/** The open work of a kind of which there is one for each subject: its item by subject. */
export async function readOpenWork(tx: Tx, kind: string): Promise<Map<number, number>> {
  const { rows } = await sql<{ subject: number; item: number }>`
    select subject_id as subject, item_id as item from work.item where kind = ${kind} and closed_at is null`.execute(
    tx,
  );
  return new Map(rows.map(({ subject, item }) => [subject, item]));
}

/**
 * Of people, the latest piece of work of a kind that is open, or was declined and not begun again since; by person. Of
 * a kind of which somebody has one alone.
 */
export async function readLatestWork(
  tx: Tx,
  kind: string,
  people: readonly number[],
): Promise<Map<number, LatestWork>> {
  if (people.length === 0) return new Map();
  const { rows } = await sql<LatestWork & { person: number }>`
    select distinct on (item.subject_id) item.subject_id as person, item.item_id as item, who.name as owner,
           team.name as team, offered.name as "offeredTo", item.due_at as due, item.closed_at as "closedAt", item.state = 'stopped' as declined,
           decided.note, decided.name as "decidedBy"
      from work.item item join directory.team team on team.team_id = item.owner_team
      left join directory.team offered on offered.team_id = item.offered_team
      left join auth.account who on who.account = item.owner_account
      left join lateral (
        select step.note, by.name from work.transition step join auth.account by on by.account = step.account
         where step.item_id = item.item_id and step.action in ('defer', 'stop')
         order by step.transition_id desc limit 1) decided on true
     where item.kind = ${kind} and item.subject_kind = 'person' and item.subject_id = any (${[...people]}::int[])
     order by item.subject_id, item.item_id desc`.execute(tx);
  const stands = rows.filter(({ closedAt, declined }) => closedAt === null || declined);
  return new Map(stands.map(({ person, ...latest }) => [person, latest]));
}
