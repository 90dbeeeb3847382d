import { sql } from 'kysely';
import { InvalidInput, NotPermitted, Refusal } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { type Colleague, readTeam } from '../directory/index.ts';
import type { WorkTables } from '../work/index.ts';
import { caseloadStates } from './caseload-pathway.ts';
import { mayOverrideCapacity } from './who-may.ts';

/** A colleague who can lead, with how full their caseload is. */
export interface Lead extends Colleague {
  readonly open: number;
}

/** The people of a team who can lead somebody's care, with their open entries. */
export async function readLeads(tx: Tx, team: number): Promise<Lead[]> {
  const colleagues = await readTeam(tx, team);
  const counts = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .select(['owner_account', (select) => select.fn.countAll<number>().as('open')])
    .where('kind', '=', caseloadStates.kind)
    .where('owner_team', '=', team)
    .where('closed_at', 'is', null)
    .groupBy('owner_account')
    .execute();
  const openOf = new Map(counts.map((row) => [row.owner_account, row.open]));
  return colleagues.map((colleague) => ({ ...colleague, open: openOf.get(colleague.account) ?? 0 }));
}

/**
 * Makes sure that a lead has room for one more, and keeps it so until the transaction ends: two who add to one
 * caseload at the same moment are served one after the other. Returns the reason for going beyond it, null when there
 * was room and so nothing to go beyond.
 *
 * Throws InvalidInput when the lead is not of the team; Refusal `over_capacity` when there is no room and no reason
 * to go beyond it; NotPermitted when this person may not decide to.
 */
export async function claimRoom(
  tx: Tx,
  claim: {
    readonly by: Actor;
    readonly team: number;
    readonly lead: string;
    readonly overrideReason: string | null;
  },
): Promise<string | null> {
  await lockLead(tx, claim.lead);
  const lead = (await readLeads(tx, claim.team)).find(({ account }) => account === claim.lead);
  if (!lead) throw new InvalidInput([{ field: 'lead', message: 'Choose a lead from the team' }]);
  if (lead.capacity === null || lead.open < lead.capacity) return null;
  const may = mayOverrideCapacity(claim.by, claim.lead);
  if (!claim.overrideReason) {
    throw new Refusal({
      code: 'over_capacity',
      because: `${lead.name} already leads the care of ${lead.open} people, which is all the room they have (${lead.capacity}).`,
      remedy: may.allowed
        ? 'Choose another lead, or say why this person should be added all the same.'
        : 'Choose another lead, or ask the INT lead.',
    });
  }
  if (!may.allowed) throw new NotPermitted(may.because);
  return claim.overrideReason;
}

/**
 * Holds the caseloads of several leads until the transaction ends, in one order for everybody, so that two who take
 * many people on at once wait for each other and never for ever.
 */
export async function lockLeads(tx: Tx, leads: readonly string[]): Promise<void> {
  for (const lead of [...new Set(leads)].sort()) await lockLead(tx, lead);
}

async function lockLead(tx: Tx, lead: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`caseload ${lead}`}, 0))`.execute(tx);
}
