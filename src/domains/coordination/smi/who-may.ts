import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';
import { seesPeople } from '../../register/index.ts';

/** Who sees the register and where checks stand: whoever cares for people directly, of those whom they may see. */
export function maySeeSmi(by: Actor): Permission {
  return seesPeople(by.role)
    ? allow('cares for people directly')
    : deny('Who has a severe mental illness is for those who care for them directly.');
}

/** Chasing is the practice's or the mental health team's: the kinds of team that take part in these checks. */
export function mayChase(by: Actor, teamKind: string | null, mentalHealthKind: string): Permission {
  const sees = maySeeSmi(by);
  if (!sees.allowed) return sees;
  return teamKind === 'practice' || teamKind === mentalHealthKind
    ? allow('works in a team that chases these checks')
    : deny('The practice, or the mental health team, makes sure that these checks are done.');
}
