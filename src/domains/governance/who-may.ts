import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';

/** Opening a record in an emergency: whoever treats people or arranges their care. */
export function mayBreakGlass(by: Actor): Permission {
  const roles = ['gp', 'practice_nurse', 'int_lead', 'care_coordinator'];
  return roles.includes(by.role)
    ? allow('cares for people directly')
    : deny('Records are opened in an emergency by those who treat people or arrange their care.');
}

/** Looking at what was opened in an emergency, and at patterns of looking. */
export function mayReviewAccess(by: Actor): Permission {
  return by.role === 'ig_lead'
    ? allow('leads information governance')
    : deny('Access is reviewed by the information governance lead.');
}
