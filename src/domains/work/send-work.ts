import { InvalidInput, NotFound, NotPermitted, type PlainDate } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { readTeams } from '../directory/index.ts';
import { openRelationship } from '../register/index.ts';
import { askedAlready } from './asked-already.ts';
import { change, type OfTask } from './change-work.ts';
import { readDesk } from './desk.ts';
import { endSight } from './sight.ts';
import type { WorkTables } from './tables.ts';
import { maySendWork } from './who-may.ts';
import { actOnWork, openWork } from './work-item.ts';
import type { WorkKinds } from './work-kind.ts';
import { acceptBy, taskClock } from './work-pathway.ts';

/** For whom a new task is: somebody of the own team, the own team, or another team, which then accepts or declines. */
export interface TaskFor {
  readonly team: number;
  readonly account: string | null;
}

/**
 * Opens a task. It belongs to the team of whoever asks; where it is for another team it is offered to it at once, so
 * that somebody answers for it from the first moment. Returns its number.
 *
 * Throws NotPermitted, InvalidInput, and what row-level security refuses: a task about somebody whom one may not see.
 */
export async function openTask(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly kind: string;
    readonly subject: { readonly kind: string; readonly id: number };
    readonly title: string;
    readonly note: string;
    readonly for: TaskFor;
    readonly due?: PlainDate | undefined;
    /** The work that it came from. */
    readonly from?: number | undefined;
    /** Asked by a form: the same one again, word for word, is the work that it has opened already. */
    readonly once?: boolean;
  },
): Promise<number> {
  const { by, now, kinds, subject } = request;
  const permission = maySendWork(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const { states } = kinds.task(request.kind);
  const already = request.once ? await askedAlready(tx, request) : null;
  if (already !== null) return already;
  const desk = await readDesk(tx, by, now);
  const own = desk.teams.find(({ team }) => team === request.for.team);
  const home = own ?? desk.teams[0];
  if (!home) throw new InvalidInput([{ field: 'for', message: 'You are in no team that can own this' }]);
  const item = await openWork(tx, {
    table: states,
    subject,
    team: home.team,
    owner: own ? null : by.account,
    clock: taskClock(kinds.pathway, request.kind, { now, ...(request.due ? { due: request.due } : {}) }),
    note: request.note,
    title: request.title,
    by,
    at: now,
    ...(request.from === undefined ? {} : { from: request.from }),
  });
  await writeAudit(tx, {
    action: 'work.opened',
    subject: { kind: subject.kind, id: subject.id },
    purpose: permission.because,
    detail: { item, kind: request.kind, team: request.for.team },
  });
  if (!own) await offerWork(tx, { by, now, kinds, item, to: request.for, note: null });
  else if (request.for.account !== null) {
    const { team, account } = request.for;
    await actOnWork(tx, { table: states, item, action: 'hand_over', by, at: now, owner: { team, account } });
  }
  return item;
}

/**
 * Offers a task to another team, or somebody in it. Until they accept it stays this team's; they see the person for
 * as long as they have it. Throws InvalidInput where that team is the own one or is not there.
 */
export async function offerWork(
  tx: Tx,
  request: OfTask & { readonly to: TaskFor; readonly note: string | null },
): Promise<void> {
  const { after } = await change(tx, request, 'offer', async (item) => {
    if (item.owner_team === request.to.team)
      throw new InvalidInput([{ field: 'to', message: 'Choose another team: this one has it already' }]);
    await refuseUnknownTeam(tx, request.to.team);
    return {
      offer: {
        team: request.to.team,
        account: request.to.account,
        acceptBy: acceptBy(request.kinds.pathway, request.now, item.breach_at),
      },
      ...(request.note === null ? {} : { note: request.note }),
    };
  });
  if (after.subject_kind !== 'person') return;
  await openRelationship(tx, {
    kind: 'work',
    holder: { team: request.to.team },
    about: { person: after.subject_id },
    purpose: 'has been asked to do something for this person',
    basis: { item: after.item_id },
  });
}

async function refuseUnknownTeam(tx: Tx, team: number): Promise<void> {
  if ((await readTeams(tx)).some((each) => each.team === team)) return;
  throw new InvalidInput([{ field: 'to', message: 'Choose a team' }]);
}

/** Accepts a task that was offered: it is this team's and this person's now, and the sender sees what comes of it. */
export async function acceptWork(tx: Tx, request: OfTask): Promise<void> {
  await change(tx, request, 'accept', (item) => {
    if (item.offered_team === null) throw new NotFound('Nobody is being asked to accept this now.');
    return {
      owner: { team: item.offered_team, account: request.by.account },
      sender: { team: item.owner_team, account: item.owner_account },
    };
  });
}

/** Declines a task that was offered, with the reason. It goes back to whoever offered it. */
export async function declineWork(tx: Tx, request: OfTask & { readonly reason: string }): Promise<void> {
  const { before } = await change(tx, request, 'decline', () => ({
    note: request.reason,
    returned: 'declined',
  }));
  await endSight(tx, before, before.offered_team, 'declined');
}

/** Takes back what was offered and not accepted yet, with the reason. */
export async function withdrawWork(tx: Tx, request: OfTask & { readonly reason: string }): Promise<void> {
  const { before } = await change(tx, request, 'withdraw', (item) => ({
    owner: { team: item.owner_team, account: item.owner_account ?? request.by.account },
    note: request.reason,
  }));
  await endSight(tx, before, before.offered_team, 'withdrawn');
}

/**
 * Sends back what was offered and not accepted in time: it is louder than before, and whoever offered it sees it
 * first. Returns how many there were. Run by the clock, as the operator.
 */
export async function returnUnaccepted(tx: Tx, kinds: WorkKinds, by: Actor, now: Date): Promise<number> {
  const late = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .selectAll()
    .where('accept_by', '<=', now)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const item of late) {
    const { states: table } = kinds.task(item.kind);
    await actOnWork(tx, {
      table,
      item: item.item_id,
      action: 'not_accepted',
      by,
      at: now,
      returned: 'not_accepted',
    });
    await endSight(tx, item, item.offered_team, 'not accepted in time');
  }
  return late.length;
}
