import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';

/** Places and their numbers: everybody who works here. What the numbers are, exact or protected, depends on who asks. */
export function maySeePlaces(by: Actor): Permission {
  if (by.role === 'patient' || by.role === 'carer') return deny('These pages are for people who work here.');
  return allow('works here');
}

/** Saying what happened to an organisation, and applying, discarding or undoing changes of the directory. */
export function mayChangeDirectory(by: Actor): Permission {
  return by.role === 'analyst' || by.role === 'operator'
    ? allow('keeps the directory')
    : deny('The directory is changed by analysts, who answer for its data.');
}
