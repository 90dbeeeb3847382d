import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';
import type { WorkItem } from '../work/index.ts';

/** Who works with caseloads at all: the integrated neighbourhood team. */
export function maySeeCaseload(by: Actor): Permission {
  if (by.role === 'int_lead' || by.role === 'care_coordinator') {
    return by.team === null
      ? deny('You are not in a team yet, so you have no caseload.')
      : allow('works in an integrated neighbourhood team');
  }
  return deny('Caseloads are for the integrated neighbourhood team.');
}

/** Taking somebody on: any member of the team, for anybody whom the team may see. */
export function mayTakeOn(by: Actor): Permission {
  return maySeeCaseload(by);
}

/** Changing an entry: its lead, and the lead of the team. */
export function mayChange(by: Actor, item: Pick<WorkItem, 'owner_team' | 'owner_account'>): Permission {
  const member = maySeeCaseload(by);
  if (!member.allowed) return member;
  if (item.owner_team !== by.team) return deny('This person is on another team’s caseload.');
  if (by.role === 'int_lead') return allow('leads the team');
  return item.owner_account === by.account
    ? allow('leads this person’s care')
    : deny('Only the person’s lead, or the INT lead, can change this.');
}

/** Going beyond somebody's stated capacity is the team lead's to decide, or the person's own for themselves. */
export function mayOverrideCapacity(by: Actor, lead: string): Permission {
  if (by.role === 'int_lead') return allow('leads the team');
  return lead === by.account
    ? allow('decides about their own caseload')
    : deny('Only the INT lead can go beyond somebody else’s capacity.');
}

/** Saying who has come to urgent care and who has left: clinicians of a team that works there, which its kind says. */
export function mayReceive(by: Actor): Permission {
  return (by.role === 'gp' || by.role === 'practice_nurse') && by.team !== null
    ? allow('sees people who come to urgent care')
    : deny('Who comes to urgent care is seen by the clinicians there.');
}
