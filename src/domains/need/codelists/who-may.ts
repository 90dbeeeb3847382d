import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';

/** Bringing lists of codes, and asking whom a version would move: analysts, who answer for the content. */
export function mayProposeCodelists(by: Actor): Permission {
  return by.role === 'analyst' || by.role === 'operator'
    ? allow('keeps the lists of codes')
    : deny('Lists of codes are loaded by analysts.');
}

/** Asking whom a version would move: who brings lists, and who decides about them. */
export function mayCheckCodelists(by: Actor): Permission {
  return by.role === 'gp' ? allow('decides about lists of codes') : mayProposeCodelists(by);
}

/**
 * Putting a version in effect, or taking it back: a GP, or an analyst who did not load it. Two people look at what
 * decides who is on a register.
 */
export function mayPublishCodelists(by: Actor): Permission {
  if (by.role === 'gp') return allow('answers for what codes mean clinically');
  if (by.role === 'analyst') return allow('keeps the lists of codes');
  return deny('Lists of codes are published by a GP, or by an analyst who did not load them.');
}
