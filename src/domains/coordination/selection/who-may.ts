import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';
import { maySeeCaseload } from '../who-may.ts';

/** Working out lists that fit, moving people and accepting: whoever takes people on. */
export function maySelect(by: Actor): Permission {
  return maySeeCaseload(by);
}

/** Saying how many hours a team has: whoever leads it. */
export function maySetHours(by: Actor): Permission {
  const member = maySeeCaseload(by);
  if (!member.allowed) return member;
  return by.role === 'int_lead'
    ? allow('leads the team')
    : deny('The INT lead says how many hours the team has.');
}

/** Taking an accepted list back ends what others may have begun: whoever leads the team. */
export function mayTakeBack(by: Actor): Permission {
  return maySetHours(by).allowed
    ? allow('leads the team')
    : deny('The INT lead takes a list back that was accepted.');
}

/** Accepting a list that takes more hours than there are: whoever leads the team. */
export function mayExceedHours(by: Actor): Permission {
  const lead = maySetHours(by);
  return lead.allowed
    ? lead
    : deny('Only the INT lead can accept a list that takes more hours than there are.');
}
