import type { Actor } from '../../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../../platform/web/index.ts';
import { seesPeople } from '../../register/index.ts';

/** Who comes to meetings at all: whoever cares for people directly. Which meetings, and whom there, is decided below. */
export function maySeeMeetings(by: Actor): Permission {
  return seesPeople(by.role)
    ? allow('cares for people directly')
    : deny('Meetings about people are for those who care for them directly.');
}

/** Who belongs to a meeting: its team, and its members wherever they work. */
export function mayTakePart(
  by: Actor,
  mdt: { readonly team: number; readonly isMember: boolean },
): Permission {
  if (!maySeeMeetings(by).allowed) return maySeeMeetings(by);
  if (by.team === mdt.team) return allow('works in the team that meets');
  return mdt.isMember ? allow('belongs to the meeting') : deny('You do not belong to this meeting.');
}

/** Moving a meeting, and saying that it was not held: whoever works in the team that meets. */
export function mayMoveMeeting(by: Actor, mdt: { readonly team: number }): Permission {
  if (!maySeeMeetings(by).allowed) return maySeeMeetings(by);
  return by.team === mdt.team
    ? allow('works in the team that meets')
    : deny('The team that meets says when it does.');
}

/** Setting meetings up, and saying who belongs to them: the lead of the team that meets. */
export function mayRunMeetings(by: Actor): Permission {
  return by.role === 'int_lead' && by.team !== null
    ? allow('leads the team that meets')
    : deny('The lead of the team sets its meetings up.');
}
