import { sql } from 'kysely';
import { addDays, londonDay, type PlainDate } from '../../kernel/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { caseloadStates } from './caseload-pathway.ts';
import { type CaseloadRow, entries } from './read-caseload.ts';

/** When the next step of an entry is due, seen from a day. */
export const dueTimes = [
  { id: 'late', title: 'Late or escalated' },
  { id: 'today', title: 'Due today' },
  { id: 'week', title: 'Due in the next seven days' },
  { id: 'later', title: 'Due later' },
] as const;
export type DueTime = (typeof dueTimes)[number]['id'];

export interface CaseloadFilter {
  /** The account of a lead, or `nobody`: the team alone has it, or whoever led it has left. */
  readonly lead?: string | undefined;
  readonly due?: DueTime | undefined;
}

export const CASELOAD_PAGE = 50;

const LEAD = sql<string>`case when lead.active and item.returned_because is distinct from 'left'
  then item.owner_account::text else 'nobody' end`;

function dueTime(today: PlainDate) {
  return sql<DueTime>`case
    when item.state = ${caseloadStates.escalated} or entry.next_step_due < ${today}::date then 'late'
    when entry.next_step_due = ${today}::date then 'today'
    when entry.next_step_due <= ${addDays(today, 7)}::date then 'week' else 'later' end`;
}

/** The open entries of a team that a filter means: what its lists show and its numbers count. */
function meant(tx: Tx, team: number, filter: CaseloadFilter, today: PlainDate) {
  let query = entries(tx).where('item.closed_at', 'is', null).where('item.owner_team', '=', team);
  if (filter.lead !== undefined) query = query.where(LEAD, '=', filter.lead);
  if (filter.due !== undefined) query = query.where(dueTime(today), '=', filter.due);
  return query;
}

/** How many open entries of a team have one lead and are due at one time. */
export interface CaseloadCount {
  readonly lead: string;
  readonly due: DueTime;
  readonly n: number;
}

/** Counts of a team's caseload, from which every number about it is added up. */
export async function countCaseload(tx: Tx, team: number, now: Date): Promise<CaseloadCount[]> {
  const today = londonDay(now);
  return await meant(tx, team, {}, today)
    .clearSelect()
    .select([LEAD.as('lead'), dueTime(today).as('due'), sql<number>`count(*)`.as('n')])
    .groupBy([sql`1`, sql`2`])
    .execute();
}

/** One page of the entries that a filter means, the most urgent first, or all of them (`page` null); and how many. */
export async function listCaseload(
  tx: Tx,
  team: number,
  filter: CaseloadFilter,
  when: { readonly now: Date; readonly page: number | null },
): Promise<{ total: number; rows: CaseloadRow[] }> {
  const found = meant(tx, team, filter, londonDay(when.now));
  const { total } = await found
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  let page = found
    .orderBy((order) => order.case().when('item.state', '=', caseloadStates.escalated).then(0).else(1).end())
    .orderBy('entry.next_step_due')
    .orderBy('item.item_id');
  if (when.page !== null) page = page.limit(CASELOAD_PAGE).offset((when.page - 1) * CASELOAD_PAGE);
  return { total, rows: await page.execute() };
}

/** How many entries of the counts a filter leaves. */
export function caseloadCount(counts: readonly CaseloadCount[], filter: CaseloadFilter): number {
  return counts
    .filter(
      ({ lead, due }) =>
        (filter.lead === undefined || filter.lead === lead) &&
        (filter.due === undefined || filter.due === due),
    )
    .reduce((sum, { n }) => sum + n, 0);
}

/** The address of a team's caseload, or of one lead's, or of what is due at one time. */
export function caseloadListHref(
  filter: CaseloadFilter & { readonly of?: 'me' | 'team'; readonly page?: number },
  path = '/caseload',
): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries({ of: 'team', ...filter }))
    if (value !== undefined && !(name === 'page' && value === 1)) words.set(name, String(value));
  return `${path}?${words}`;
}
