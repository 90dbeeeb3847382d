import { z } from 'zod';
import { rowNumber } from '../../../platform/web/index.ts';
import type { Desk } from '../desk.ts';
import type { InboxCount, InboxFilter, InboxOf } from '../read-inbox.ts';

/** What the address of an inbox asks: whose, which of it, which page. */
export const inboxQuery = z.object({
  of: z.enum(['me', 'team', 'sent']).optional(),
  team: rowNumber.optional(),
  kind: z.string().max(40).optional().transform(nothing),
  state: z.string().max(40).optional().transform(nothing),
  late: z.enum(['yes', '']).optional(),
  owner: z.string().max(40).optional().transform(nothing),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  /** Work that was assigned together just now: what became of it stands above the list. */
  bulk: z.uuid().optional(),
});

/** What is not asked of a list, and so is no part of its address when it is left. */
const OF_THE_MOMENT = { bulk: undefined };

export type InboxQuery = z.output<typeof inboxQuery>;
export type InboxView = NonNullable<InboxQuery['of']>;

function nothing(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

/** Which inbox is meant, and of which team. Whoever has a desk begins with their own; a lead with the team's. */
export function inboxOf(
  desk: Desk,
  query: InboxQuery,
): { view: InboxView; of: InboxOf; team: number | null } {
  const team = desk.teams.find((each) => each.team === query.team)?.team ?? desk.teams[0]?.team ?? null;
  const leads = desk.by.role === 'int_lead' || desk.by.role === 'practice_manager';
  const view = query.of ?? (leads && team !== null ? 'team' : 'me');
  const mine = { accounts: [desk.by.account, ...desk.covers.map(({ account }) => account)] };
  if (view === 'me' || team === null) return { view: 'me', of: mine, team };
  return { view, of: view === 'team' ? { team } : { sentBy: team }, team };
}

export function filterOf({ kind, state, late, owner }: InboxQuery): InboxFilter {
  const isAccount = owner !== undefined && z.uuid().safeParse(owner).success;
  return {
    kind,
    state,
    late: late === 'yes',
    owner: owner === 'nobody' || isAccount ? owner : undefined,
  };
}

/** The address of an inbox with some of what it asks changed. The page falls back to the first. */
export function inboxHref(
  query: Partial<InboxQuery>,
  change: Partial<InboxQuery> = {},
  path = '/work',
): string {
  const asked = { ...query, ...OF_THE_MOMENT, page: undefined, ...change };
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(asked))
    if (value !== undefined && value !== '' && !(name === 'page' && value === 1))
      words.set(name, String(value));
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** How many pieces of the counts a filter leaves. */
export function countOf(counts: readonly InboxCount[], filter: InboxFilter): number {
  return counts
    .filter(
      (row) =>
        (filter.kind === undefined || row.kind === filter.kind) &&
        (filter.state === undefined || row.state === filter.state) &&
        (!filter.late || row.late) &&
        (filter.owner === undefined ||
          (filter.owner === 'nobody' ? row.account === null : row.account === filter.owner)),
    )
    .reduce((sum, { n }) => sum + n, 0);
}
