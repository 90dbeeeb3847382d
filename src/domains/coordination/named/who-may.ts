import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';

/** Changing who is whose named GP: the practice, for its own list. */
export function mayChangeNamedGps(by: Actor): Permission {
  return by.role === 'practice_manager' || by.role === 'gp'
    ? allow('answers for the practice’s list')
    : deny('Named GPs are changed by the practice.');
}
