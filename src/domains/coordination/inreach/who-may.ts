import type { Actor, Role } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';

// Who may do what with visits. Default no. Which people there are to see, the database decides.

const VISITS: ReadonlySet<Role> = new Set(['int_lead', 'care_coordinator', 'gp', 'practice_nurse']);
const DECIDES: ReadonlySet<Role> = new Set(['int_lead', 'gp', 'practice_nurse']);

/** Seeing whom to visit, and saying what came of it: whoever looks after people, of those whom they may see. */
export function mayVisit(by: Actor): Permission {
  return VISITS.has(by.role)
    ? allow('visits people who cannot come')
    : deny('Visits are for those who look after people directly.');
}

/** How often somebody is visited is a clinical decision. */
export function maySetCadence(by: Actor): Permission {
  return DECIDES.has(by.role)
    ? allow('decides how often somebody is visited')
    : deny('How often somebody is visited is for a GP, a nurse or the lead of the team to decide.');
}
