import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';
import { seesPeople, seesPseudonyms } from './relationship/scope.ts';

// Who may do what with people and deliveries. Default no: a role that is not named is refused. Which people is not
// decided here but where the query is born, by care relationships.

/** Lists of people: by name for direct care, under pseudonyms for analysts. */
export function mayListPeople(by: Actor): Permission {
  if (seesPeople(by.role)) return allow('cares for people directly');
  if (seesPseudonyms(by.role)) return allow('works on pseudonymous records');
  return deny('Your role works with counts. It does not see people.');
}

/** One person's record. */
export function mayOpenPerson(by: Actor): Permission {
  return seesPeople(by.role)
    ? allow('cares for people directly')
    : deny('Your role does not see people’s records.');
}

/** Restricted content and entries marked confidential: the doctors of the person's own practice. */
export function maySeeRestricted(by: Actor): boolean {
  return by.role === 'gp';
}

/** Deliveries and what became of them. */
export function maySeeImports(by: Actor): Permission {
  const roles = ['practice_manager', 'analyst', 'ig_lead', 'int_lead', 'pcn_manager'];
  return roles.includes(by.role)
    ? allow('answers for data')
    : deny('Imports are for those who answer for data.');
}

/** Bringing files in, and fetching the rows that could not be used. */
export function mayImport(by: Actor): Permission {
  const roles = ['practice_manager', 'analyst', 'ig_lead'];
  return roles.includes(by.role)
    ? allow('answers for data')
    : deny('Only those who answer for data bring files in.');
}

/** The audit: who looked at whom. */
export function mayReadAudit(by: Actor): Permission {
  return by.role === 'ig_lead'
    ? allow('leads information governance')
    : deny('The audit is for the information governance lead.');
}

/** Protecting a record, and seeing which are: who answers for who sees what, and sees no records. */
export function mayProtectRecords(by: Actor): Permission {
  return by.role === 'ig_lead'
    ? allow('leads information governance')
    : deny('Records are protected by the information governance lead. Write to them, and say why.');
}
