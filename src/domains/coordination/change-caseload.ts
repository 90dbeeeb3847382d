import {
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  type PlainDate,
  Refusal,
} from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { endRelationship, openRelationship, readPerson } from '../register/index.ts';
import { actOnWork, openWork, type WorkItem, type WorkTables } from '../work/index.ts';
import { claimRoom } from './capacity.ts';
import { type CaseloadPathway, caseloadStates, stepClock } from './caseload-pathway.ts';
import { readEntryOfPerson } from './read-caseload.ts';
import { endStanding } from './standing/need-decision.ts';
import type { CoordinationTables } from './tables.ts';
import { mayChange, mayTakeOn } from './who-may.ts';

interface Common {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: CaseloadPathway;
}

/**
 * Puts a person on the team's caseload under a named lead. From then on the team sees the person because of it, for
 * as long as they are on it. `evidence` is what the definitions said that day, kept as it stood.
 *
 * Throws NotPermitted, NotFound, InvalidInput, and Refusal `has_died`, `over_capacity` or `on_a_caseload`.
 */
export async function takeOn(
  tx: Tx,
  request: Common & {
    readonly personId: string;
    readonly lead: string;
    readonly reason: string;
    readonly nextStep: string;
    readonly due: PlainDate;
    readonly overrideReason: string | null;
    readonly evidence: object;
    /** What the team had decided about the person when the form was opened (`endStanding`). */
    readonly seen?: number | undefined;
  },
): Promise<number> {
  const { by, now, pathway } = request;
  const permission = mayTakeOn(by);
  if (!permission.allowed || by.team === null) throw new NotPermitted(permission.because);
  refusePastDay(request.due, now);
  const { person_no: person, death_date } = await readPerson(tx, request.personId);
  if (death_date !== null) throw hasDied();
  // The database refuses a second entry of one number; somebody who was joined to this person has another.
  if (await readEntryOfPerson(tx, person)) throw onACaseload();
  const { team } = by;
  await endStanding(tx, { by, now, team, person, seen: request.seen, because: 'taken_on' });
  const beyond = await claimRoom(tx, {
    by,
    team: by.team,
    lead: request.lead,
    overrideReason: request.overrideReason,
  });
  const item = await openEntry(tx, { ...request, team: by.team, person });
  await tx
    .withTables<CoordinationTables>()
    .insertInto('coordination.caseload_entry')
    .values({
      item_id: item,
      person_no: person,
      next_step: request.nextStep,
      next_step_due: request.due,
      reason: request.reason,
      evidence: JSON.stringify(request.evidence),
      override_reason: beyond,
      closing_note: null,
    })
    .execute();
  await openRelationship(tx, {
    kind: 'caseload',
    holder: { team: by.team },
    about: { person },
    purpose: 'is on the team’s caseload',
    basis: { item },
  });
  const detail = {
    item,
    lead: request.lead,
    beyondCapacity: beyond !== null,
    due: request.due,
    pathway: pathway.version,
  };
  await writeAudit(tx, {
    action: 'caseload.taken_on',
    subject: { kind: 'person', id: person },
    purpose: request.reason,
    detail,
  });
  return item;
}

async function openEntry(
  tx: Tx,
  entry: Common & { team: number; person: number; lead: string; reason: string; due: PlainDate },
): Promise<number> {
  try {
    return await openWork(tx, {
      table: caseloadStates,
      subject: { kind: 'person', id: entry.person },
      team: entry.team,
      owner: entry.lead,
      clock: stepClock(entry.due, entry.pathway),
      note: entry.reason,
      by: entry.by,
      at: entry.now,
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw onACaseload();
  }
}

/** What is changed about an entry, and the last transition of it that was seen (`WorkAct.seen`). */
interface OfEntry extends Common {
  readonly item: number;
  readonly seen?: number | undefined;
}

/** Says what happens next, and by when. A new step is a new chance to be on time. */
export async function setNextStep(
  tx: Tx,
  request: OfEntry & { readonly nextStep: string; readonly due: PlainDate },
): Promise<void> {
  refusePastDay(request.due, request.now);
  const item = await changeable(tx, request);
  await actOnWork(tx, {
    table: caseloadStates,
    item: item.item_id,
    seen: request.seen,
    action: 'set_next_step',
    by: request.by,
    at: request.now,
    clock: stepClock(request.due, request.pathway),
    note: request.nextStep,
  });
  await writeStep(tx, item, request);
  await auditChange(tx, 'caseload.next_step_set', item, request, { due: request.due });
}

/** Hands a person to another lead of the team, with what they should do first. */
export async function handOver(
  tx: Tx,
  request: OfEntry & {
    readonly lead: string;
    readonly nextStep: string;
    readonly due: PlainDate;
    readonly overrideReason: string | null;
  },
): Promise<void> {
  refusePastDay(request.due, request.now);
  const item = await changeable(tx, request);
  if (item.owner_account === request.lead)
    throw new InvalidInput([{ field: 'lead', message: 'Choose somebody other than the present lead' }]);
  const beyond = await claimRoom(tx, {
    by: request.by,
    team: item.owner_team,
    lead: request.lead,
    overrideReason: request.overrideReason,
  });
  await actOnWork(tx, {
    table: caseloadStates,
    item: item.item_id,
    seen: request.seen,
    action: 'hand_over',
    by: request.by,
    at: request.now,
    owner: { team: item.owner_team, account: request.lead },
    clock: stepClock(request.due, request.pathway),
    // The entry keeps the reason for the present lead, the history every one that there was.
    note: beyond === null ? request.nextStep : `${request.nextStep} (beyond capacity: ${beyond})`,
  });
  await writeStep(tx, item, { ...request, override_reason: beyond });
  await auditChange(tx, 'caseload.handed_over', item, request, {
    from: item.owner_account,
    to: request.lead,
    beyondCapacity: beyond !== null,
  });
}

/** Ends the entry with its outcome. The team stops seeing the person because of it, and the lead has room again. */
export async function discharge(
  tx: Tx,
  request: OfEntry & { readonly outcome: string; readonly note: string | null },
): Promise<void> {
  if (!request.pathway.outcomes.some(({ id, by_hand }) => id === request.outcome && by_hand)) {
    throw new InvalidInput([{ field: 'outcome', message: 'Choose how this ended' }]);
  }
  const item = await changeable(tx, request);
  // Audited while the person can still be seen by the team: ending the relationship may end that.
  await auditChange(tx, 'caseload.discharged', item, request, { outcome: request.outcome });
  if (request.note !== null) {
    await tx
      .withTables<CoordinationTables>()
      .updateTable('coordination.caseload_entry')
      .set({ closing_note: request.note })
      .where('item_id', '=', item.item_id)
      .execute();
  }
  await actOnWork(tx, {
    table: caseloadStates,
    item: item.item_id,
    seen: request.seen,
    action: 'discharge',
    by: request.by,
    at: request.now,
    outcome: request.outcome,
    ...(request.note === null ? {} : { note: request.note }),
  });
  await endRelationship(
    tx,
    { kind: 'caseload', team: item.owner_team, person: item.subject_id },
    request.outcome,
  );
}

/**
 * Ends an entry that was a mistake from the start, before anybody worked on it. Whoever calls permits it, and makes sure
 * that nobody did. The team stops seeing the person because of it.
 */
export async function endUntouched(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly item: number;
    readonly note: string;
    readonly purpose: string;
  },
): Promise<void> {
  const { by, now, item, note, purpose } = request;
  const entry = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .select(['subject_id', 'owner_team'])
    .where('item_id', '=', item)
    .where('kind', '=', caseloadStates.kind)
    .executeTakeFirstOrThrow();
  // Audited while the person can still be seen by the team: ending the relationship may end that.
  await writeAudit(tx, {
    action: 'caseload.taken_back',
    subject: { kind: 'person', id: entry.subject_id },
    purpose,
    detail: { item },
  });
  const outcome = 'taken_back';
  await actOnWork(tx, { table: caseloadStates, item, action: 'discharge', by, at: now, outcome, note });
  await endRelationship(tx, { kind: 'caseload', team: entry.owner_team, person: entry.subject_id }, note);
}

async function changeable(tx: Tx, request: { readonly by: Actor; readonly item: number }): Promise<WorkItem> {
  const item = await tx
    .withTables<WorkTables>()
    .selectFrom('work.item')
    .selectAll()
    .where('item_id', '=', request.item)
    .where('kind', '=', caseloadStates.kind)
    .forUpdate()
    .executeTakeFirst();
  if (!item) throw new NotFound('There is no such caseload entry, or it is not yours to see.');
  const permission = mayChange(request.by, item);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask the INT lead.');
  return item;
}

async function writeStep(
  tx: Tx,
  item: WorkItem,
  step: { nextStep: string; due: PlainDate; override_reason?: string | null },
): Promise<void> {
  const { nextStep, due, override_reason } = step;
  await tx
    .withTables<CoordinationTables>()
    .updateTable('coordination.caseload_entry')
    .set({
      next_step: nextStep,
      next_step_due: due,
      ...(override_reason === undefined ? {} : { override_reason }),
    })
    .where('item_id', '=', item.item_id)
    .execute();
}

async function auditChange(
  tx: Tx,
  action: string,
  item: WorkItem,
  { by }: { by: Actor },
  detail: Record<string, unknown>,
): Promise<void> {
  const permission = mayChange(by, item);
  await writeAudit(tx, {
    action,
    subject: { kind: 'person', id: item.subject_id },
    purpose: permission.because,
    detail: { item: item.item_id, ...detail },
  });
}

function onACaseload(): Refusal {
  return new Refusal({
    code: 'on_a_caseload',
    because: 'This person is on a caseload already.',
    remedy: 'Load the person’s page again to see whose it is.',
  });
}

function hasDied(): Refusal {
  return new Refusal({
    code: 'has_died',
    because: 'This person is recorded as having died, so nobody can be asked to coordinate their care.',
    remedy: 'If that is wrong, ask the practice to correct their record.',
  });
}

function refusePastDay(due: PlainDate, now: Date): void {
  if (due >= londonDay(now)) return;
  throw new InvalidInput([{ field: 'due', message: 'The next step must be due today or later' }]);
}
