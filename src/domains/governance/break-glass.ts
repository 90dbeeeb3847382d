import { InvalidInput, NotFound, NotPermitted, type PlainDate } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { governanceTeam } from '../directory/index.ts';
import {
  endRelationshipNumbered,
  findByBirth,
  openRelationship,
  publicIdInScope,
} from '../register/index.ts';
import { openWork } from '../work/index.ts';
import { accessClock, type BreakGlassPathway, breakGlassStates } from './break-glass-pathway.ts';
import type { GovernanceTables } from './tables.ts';
import { mayBreakGlass } from './who-may.ts';

const HOUR = 3_600_000;

/** What somebody says to open a record in an emergency. */
export interface BreakGlassRequest {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: BreakGlassPathway;
  readonly nhsNumber: string;
  readonly born: PlainDate;
  /** The id of one of the pathway's reasons. */
  readonly reason: string;
  /** In their own words: kept for the review, and shown to nobody else. */
  readonly said: string;
}

export type BrokenGlass =
  /** Open now, or seen anyway through a care relationship; then no glass was broken. */
  | { readonly publicId: string; readonly broken: boolean }
  /** Nobody has this number and day of birth. The try stands in the audit. */
  | { readonly nobody: true };

/**
 * Opens the record of somebody with whom the actor has no care relationship, because they need care now: for a stated
 * time, with a reason, as work for the information governance lead. Asks for NHS number and day of birth, so that
 * nobody finds people by trying numbers.
 *
 * Throws NotPermitted, InvalidInput (`reason`), and Refusal `too_many_tries`. A try that finds nobody is returned and
 * not thrown, so that its audit entry stays.
 */
export async function breakGlass(tx: Tx, request: BreakGlassRequest): Promise<BrokenGlass> {
  const { by, now, pathway } = request;
  const permission = mayBreakGlass(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const reason = pathway.reasons.find(({ id }) => id === request.reason);
  if (!reason)
    throw new InvalidInput([{ field: 'reason', message: 'Choose why you need to see this record now' }]);
  const person = await findByBirth(tx, {
    ...request,
    action: 'break_glass.found_nobody',
    purpose: reason.title,
    triesAnHour: pathway.tries_an_hour,
  });
  if (person === null) return { nobody: true };
  const seenAnyway = await publicIdInScope(tx, person);
  if (seenAnyway !== null) return { publicId: seenAnyway, broken: false };
  const closes = new Date(now.getTime() + pathway.open_hours * HOUR);
  const relationship = await openRelationship(tx, {
    kind: 'break_glass',
    holder: { account: by.account },
    about: { person },
    purpose: `Emergency access: ${reason.title}`,
    ends: closes,
  });
  await keep(tx, { request, person, relationship: relationship.id, closes });
  const publicId = await publicIdInScope(tx, person);
  if (publicId === null) throw new Error('An emergency access opened no record');
  return { publicId, broken: true };
}

async function keep(
  tx: Tx,
  opened: { request: BreakGlassRequest; person: number; relationship: number; closes: Date },
): Promise<void> {
  const { request, person, relationship, closes } = opened;
  const { by, now, pathway } = request;
  // Work about a person is seen by whoever sees the person. Who reviews this sees nobody: it is about the access.
  const item = await openWork(tx, {
    table: breakGlassStates,
    subject: { kind: 'break_glass', id: relationship },
    team: await governanceTeam(tx),
    owner: null,
    clock: accessClock(now, pathway),
    note: `${by.name} opened a record in an emergency.`,
    by,
    at: now,
  });
  await tx
    .withTables<GovernanceTables>()
    .insertInto('governance.break_glass')
    .values({
      at: now,
      account: by.account,
      role: by.role,
      person_no: person,
      reason: request.reason,
      said: request.said,
      relationship_id: relationship,
      closes_at: closes,
      closed_at: null,
      item_id: item,
    })
    .execute();
  await writeAudit(tx, {
    action: 'break_glass.opened',
    subject: { kind: 'person', id: person },
    purpose: pathway.reasons.find(({ id }) => id === request.reason)?.title ?? request.reason,
    detail: { closes: closes.toISOString() },
  });
}

/** Closes one's own emergency access before its time. What is closed already stays as it is. Throws NotFound. */
export async function closeBreakGlass(tx: Tx, act: { by: Actor; now: Date; access: number }): Promise<void> {
  const db = tx.withTables<GovernanceTables>();
  const access = await db
    .selectFrom('governance.break_glass')
    .selectAll()
    .where('relationship_id', '=', act.access)
    .where('account', '=', act.by.account)
    .forUpdate()
    .executeTakeFirst();
  if (!access) throw new NotFound('There is no such emergency access of yours.');
  if (access.closed_at !== null || access.closes_at <= act.now) return;
  await db
    .updateTable('governance.break_glass')
    .set({ closed_at: act.now })
    .where('relationship_id', '=', act.access)
    .execute();
  await endRelationshipNumbered(tx, access.relationship_id, 'closed by who opened it');
  await writeAudit(tx, {
    action: 'break_glass.closed',
    subject: { kind: 'person', id: access.person_no },
    purpose: 'closes what they opened in an emergency',
  });
}
