import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';

// Who may write definitions. Default no.

/** Writing a definition: those who know the data, and those who know the care. */
export function mayWriteDefinitions(by: Actor): Permission {
  return ['analyst', 'gp', 'int_lead'].includes(by.role)
    ? allow('writes definitions')
    : deny('Definitions are written by analysts, GPs and INT leads.');
}

/**
 * Checking a definition that somebody else wrote: a GP, who answers for what it means, or another analyst, who answers for
 * how it is said. An INT lead writes and asks. Whoever saved any version of a draft is its author, and never its checker.
 */
export function mayCheckDefinition(by: Actor, authors: readonly string[]): Permission {
  if (by.role !== 'gp' && by.role !== 'analyst')
    return deny('Definitions are checked by a GP or by another analyst.');
  return authors.includes(by.account)
    ? deny('You wrote some of this definition, so somebody else has to check it.')
    : allow('checks what somebody else wrote');
}
