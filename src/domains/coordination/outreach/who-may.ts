import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';
import { seesPeople } from '../../register/index.ts';

/** Who sees whom nobody has seen, and reaches out to them: whoever cares for people directly, of those whom they may see. */
export function maySeeOutreach(by: Actor): Permission {
  return seesPeople(by.role)
    ? allow('cares for people directly')
    : deny('Who does not come is for those who care for them directly.');
}
