import { sql } from 'kysely';
import { InvalidInput, NotFound, NotPermitted, type PlainDate, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { ProtectionKind, RegisterTables } from '../tables.ts';
import { mayProtectRecords } from '../who-may.ts';

/** A record that needs more to be seen, or shows less. Whose it is, as the audit names people. */
export interface Protection {
  readonly id: number;
  readonly whose: string;
  readonly kind: ProtectionKind;
  readonly reason: string;
  readonly since: Date;
  readonly markedBy: string;
  readonly reviewOn: PlainDate;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endedBecause: string | null;
}

/**
 * Protects the record of the person with an NHS number, from the next statement on. Of two who protect it at once the
 * second is told. The act stands in the audit as one about the protection, not the person: what people read of who
 * looked at them does not tell them of a safeguarding concern.
 *
 * Throws NotPermitted; InvalidInput (`nhs_number`, `review_on`); Refusal `already_protected`. Returns its number.
 */
export async function protectRecord(
  tx: Tx,
  act: {
    readonly by: Actor;
    readonly today: PlainDate;
    readonly nhsNumber: string;
    readonly kind: ProtectionKind;
    readonly reason: string;
    readonly reviewOn: PlainDate;
  },
): Promise<number> {
  const { by, kind, reason, reviewOn } = act;
  permit(by);
  if (reviewOn <= act.today)
    throw new InvalidInput([{ field: 'review_on', message: 'Choose a day after today' }]);
  const { rows } = await sql<{ person: number | null }>`
    select register.audit_subject(${act.nhsNumber}) as person`.execute(tx);
  const person = rows[0]?.person ?? null;
  if (person === null)
    throw new InvalidInput([
      {
        field: 'nhs_number',
        message: 'Nobody here has this NHS number. Check it with the person’s practice',
      },
    ]);
  const made = await tx
    .withTables<RegisterTables>()
    .insertInto('register.protection')
    .values({
      person_no: person,
      kind,
      reason,
      marked_by: by.account,
      review_on: reviewOn,
      ended_at: null,
      ended_by: null,
      ended_because: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('protection_id')
    .executeTakeFirst();
  if (!made)
    throw new Refusal({
      code: 'already_protected',
      because: 'This record is protected for the same reason already.',
      remedy: 'Look for it in the list below. To change why, end it there and protect the record again.',
    });
  await note(tx, made.protection_id, 'protection.begun', reason);
  return made.protection_id;
}

/** Ends a protection, with a reason. One that has ended stays as it is. Throws NotPermitted, NotFound. */
export async function endProtection(
  tx: Tx,
  act: { readonly by: Actor; readonly now: Date; readonly protection: number; readonly because: string },
): Promise<void> {
  permit(act.by);
  const ended = await tx
    .withTables<RegisterTables>()
    .updateTable('register.protection')
    .set({ ended_at: act.now, ended_by: act.by.account, ended_because: act.because })
    .where('protection_id', '=', act.protection)
    .where('ended_at', 'is', null)
    .returning('protection_id')
    .executeTakeFirst();
  if (ended) return await note(tx, act.protection, 'protection.ended', act.because);
  const known = await readProtections(tx, { only: act.protection });
  if (known.length === 0) throw new NotFound('There is no such protected record.');
}

/** Reviews a protection: it stays until another day. Throws NotPermitted, NotFound, InvalidInput (`review_on`). */
export async function reviewProtection(
  tx: Tx,
  act: {
    readonly by: Actor;
    readonly today: PlainDate;
    readonly protection: number;
    readonly reviewOn: PlainDate;
  },
): Promise<void> {
  permit(act.by);
  if (act.reviewOn <= act.today)
    throw new InvalidInput([{ field: 'review_on', message: 'Choose a day after today' }]);
  const kept = await tx
    .withTables<RegisterTables>()
    .updateTable('register.protection')
    .set({ review_on: act.reviewOn })
    .where('protection_id', '=', act.protection)
    .where('ended_at', 'is', null)
    .returning('protection_id')
    .executeTakeFirst();
  if (!kept) throw new NotFound('This record is not protected any more.', 'Go back to the list.');
  await note(tx, act.protection, 'protection.reviewed', `stays until ${act.reviewOn}`);
}

/** Protected records: those of now by the day of their review, then those that ended, the latest first. */
export async function readProtections(tx: Tx, of: { readonly only?: number } = {}): Promise<Protection[]> {
  const { rows } = await sql<Protection>`
    select p.protection_id as id, coalesce(l.label, 'Name not recorded') as whose, p.kind, p.reason, p.since,
           marked.name as "markedBy", p.review_on::text as "reviewOn", p.ended_at as "endedAt",
           ended.name as "endedBy", p.ended_because as "endedBecause"
      from register.protection p
      join auth.account marked on marked.account = p.marked_by
      left join auth.account ended on ended.account = p.ended_by
      left join lateral register.audit_labels(array[p.person_no]) l on true
     where ${of.only ?? null}::int is null or p.protection_id = ${of.only ?? null}::int
     order by p.ended_at desc nulls first, p.review_on, p.protection_id`.execute(tx);
  return rows;
}

function permit(by: Actor): void {
  const permission = mayProtectRecords(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
}

async function note(tx: Tx, protection: number, action: string, purpose: string): Promise<void> {
  await writeAudit(tx, { action, subject: { kind: 'protection', id: protection }, purpose });
}
