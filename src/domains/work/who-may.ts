import type { Actor } from '../../platform/auth/index.ts';
import { allow, deny, type Permission } from '../../platform/web/index.ts';
import { teamKindOf } from '../directory/index.ts';
import { seesPeople } from '../register/index.ts';
import type { Desk } from './desk.ts';
import type { WorkItem } from './work-item.ts';

// Who may do what with work. Default no. Which work there is to see, the database decides.

/** Who has an inbox: whoever cares for people directly, and those whose role has a team of its own. */
export function maySeeInbox(by: Actor): Permission {
  if (seesPeople(by.role)) return allow('cares for people directly');
  return teamKindOf(by.role) === null
    ? deny('An inbox is for those who care for people, mend data or look after access.')
    : allow('works in the team of their role');
}

/** Asking somebody to do something for a person: whoever cares for people directly. */
export function maySendWork(by: Actor): Permission {
  return seesPeople(by.role)
    ? allow('cares for people directly')
    : deny('Work for people is asked for by those who care for them directly.');
}

/** Whether somebody answers for the work of their team. */
export function leadsTeam(by: Actor): boolean {
  return by.role === 'int_lead' || by.role === 'practice_manager';
}

type Owned = Pick<WorkItem, 'owner_team' | 'owner_account' | 'offered_team'>;

/** The things that can be done to a task: the names of its state table. */
export type TaskAction =
  | 'take'
  | 'put_back'
  | 'hand_over'
  | 'offer'
  | 'accept'
  | 'decline'
  | 'withdraw'
  | 'defer'
  | 'finish'
  | 'stop';

/**
 * Whether somebody may do something to a task. What has been offered is answered by the team that it was offered to,
 * or taken back by the one that owns it; everything else is for whoever has it, who covers them, and who leads the
 * team; what nobody has is for all of the team.
 */
export function mayDo(desk: Desk, action: TaskAction, item: Owned): Permission {
  if (action === 'accept' || action === 'decline') return mayAnswer(desk, item);
  if (!inTeam(desk, item.owner_team)) return deny('This is another team’s work.');
  if (action === 'withdraw') return allow('works in the team that offered it');
  const owner = item.owner_account;
  if (owner === null) return allow('works in the team that owns it');
  if (owner === desk.by.account) return allow('has taken it');
  if (desk.covers.some(({ account }) => account === owner)) return allow('covers whoever has taken it');
  if (leadsTeam(desk.by)) return allow('leads the team that owns it');
  return deny(
    'Somebody else has taken this. They, whoever covers them, or the lead of the team can change it.',
  );
}

function mayAnswer(desk: Desk, item: Owned): Permission {
  if (item.offered_team === null) return deny('Nobody is being asked to accept this now.');
  return inTeam(desk, item.offered_team)
    ? allow('works in the team that was asked')
    : deny('The team that was asked answers, and nobody in its place.');
}

function inTeam(desk: Desk, team: number): boolean {
  return desk.teams.some((each) => each.team === team);
}

/** Saying that somebody is away: for oneself, and the lead for others of the team. */
export function maySetAway(by: Actor, account: string, sameTeam: boolean): Permission {
  if (account === by.account) return allow('says when they are away themselves');
  return leadsTeam(by) && sameTeam
    ? allow('leads the team')
    : deny('Only the lead of the team can say that somebody else is away.');
}

/** Assigning many pieces at once is the lead's. */
export function mayAssignMany(by: Actor): Permission {
  return leadsTeam(by) ? allow('leads the team') : deny('Only the lead of the team assigns many at once.');
}
