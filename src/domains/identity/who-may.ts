import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';

/** Reviewing who may be whom. Of whom is decided by the database: see decision 0010. */
export function mayReviewMatches(by: Actor): Permission {
  if (by.role === 'ig_lead') return allow('answers for whose record is whose');
  if (by.role === 'practice_manager') return allow('answers for the practice’s list');
  return deny('Whether two people are one is for practice managers and the information governance lead.');
}

/** Asking a practice: for who looks across practices and cannot ask at the desk. */
export function mayAskPractice(by: Actor): Permission {
  return by.role === 'ig_lead'
    ? allow('answers for whose record is whose')
    : deny('Only the information governance lead asks practices about pairs.');
}
