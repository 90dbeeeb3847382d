import { sql } from 'kysely';
import {
  addDays,
  type FieldError,
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  type PlainDate,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { actOnWork } from '../../work/index.ts';
import { type InReachPathway, settingOf, visitClock, visitStates } from './in-reach-pathway.ts';
import { lockedHead } from './record-visits.ts';
import { maySetCadence, mayVisit } from './who-may.ts';

interface Changing {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: InReachPathway;
  readonly reason: string;
}

/**
 * Sets how often one person is visited, and when next, with the reason. `everyDays` null: as everybody in the setting.
 * Whoever moved or died by mistake is visited again so.
 *
 * Throws NotPermitted, NotFound, InvalidInput, and Refusal `changed_meanwhile`.
 */
export async function setCadence(
  tx: Tx,
  change: Changing & {
    readonly person: string;
    readonly everyDays: number | null;
    readonly nextDay: PlainDate;
    readonly seen: number;
  },
): Promise<void> {
  const { by, everyDays, nextDay } = change;
  const permission = maySetCadence(by);
  if (!permission.allowed) throw new NotPermitted(permission.because, 'Ask one of them.');
  refuseBadCadence(change);
  const head = await lockedHead(tx, change.person);
  if (head === null)
    throw new NotFound('This person is not visited, or is not yours to see.', 'Go back to the route.');
  if (head.version !== change.seen) throw changedMeanwhile();
  if (head.item !== null)
    await moveWork(tx, change, { item: head.item, setting: head.setting, day: nextDay });
  await sql`
    update coordination.in_reach
       set every_days = ${everyDays}, next_day = ${nextDay}, round_day = ${nextDay}, ended_at = null, ended_because = null,
           version = version + 1
     where person_no = ${head.personNo}`.execute(tx);
  await noteChange(tx, change, { person: head.personNo, everyDays, nextDay });
  await writeAudit(tx, {
    action: 'in_reach.changed',
    subject: { kind: 'person', id: head.personNo },
    purpose: permission.because,
    detail: { everyDays, nextDay, before: head.nextDay },
  });
}

function refuseBadCadence({
  pathway,
  now,
  everyDays,
  nextDay,
}: Pick<Changing, 'pathway' | 'now'> & { everyDays: number | null; nextDay: PlainDate }): void {
  const errors: FieldError[] = [];
  const { least_days, most_days } = pathway.may_set;
  if (everyDays !== null && (everyDays < least_days || everyDays > most_days))
    errors.push({ field: 'every', message: `Write a number of days from ${least_days} to ${most_days}` });
  if (nextDay < londonDay(now)) errors.push({ field: 'next', message: 'Choose today or a later day' });
  if (nextDay > addDays(londonDay(now), most_days))
    errors.push({ field: 'next', message: `Choose a day within ${most_days} days` });
  if (errors.length > 0) throw new InvalidInput(errors);
}

/**
 * Moves the round of a building from one day to another, with the reason: of everybody who is to be visited there on that
 * day and whom this transaction may see. Where rounds keep their weekday, the next ones follow. Returns how many people.
 *
 * Throws NotPermitted, InvalidInput, and Refusal `nobody_that_day`.
 */
export async function moveRound(
  tx: Tx,
  change: Changing & { readonly site: number; readonly from: PlainDate; readonly to: PlainDate },
): Promise<number> {
  const { by, now, pathway, site, from, to } = change;
  const permission = mayVisit(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const errors: FieldError[] = [];
  if (to < londonDay(now)) errors.push({ field: 'to', message: 'Choose today or a later day' });
  if (to > addDays(londonDay(now), pathway.may_set.most_days))
    errors.push({ field: 'to', message: `Choose a day within ${pathway.may_set.most_days} days` });
  if (errors.length > 0) throw new InvalidInput(errors);
  // Today's round is also of whoever is late.
  const { rows } = await sql<{ person: number; item: number | null; setting: string; every: number | null }>`
    select person_no as person, item_id as item, setting, every_days as every from coordination.in_reach
     where site_id = ${site} and ended_at is null
       and (next_day = ${from} or (${from === londonDay(now)} and next_day < ${from}))
     order by person_no for update`.execute(tx);
  if (rows.length === 0) throw nobodyThatDay();
  for (const { person, item, setting, every } of rows) {
    if (item !== null) await moveWork(tx, change, { item, setting, day: to });
    await noteChange(tx, change, { person, everyDays: every, nextDay: to });
  }
  const people = rows.map(({ person }) => person);
  await sql`
    update coordination.in_reach set next_day = ${to}, round_day = ${to}, version = version + 1
     where person_no = any (${people}::int[])`.execute(tx);
  await writeAudit(tx, {
    action: 'in_reach.moved',
    purpose: permission.because,
    detail: { site, from, to, people },
  });
  return rows.length;
}

/**
 * Moves the visit to one person to another day, with the reason. The round of their place stays where it is: their next
 * visit after this one is with the others again. Throws NotPermitted, NotFound, InvalidInput, and Refusal
 * `changed_meanwhile`.
 */
export async function moveVisit(
  tx: Tx,
  change: Changing & { readonly person: string; readonly to: PlainDate; readonly seen: number },
): Promise<void> {
  const { by, now, pathway, to } = change;
  const permission = mayVisit(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const message =
    to <= londonDay(now)
      ? 'Choose a day after today'
      : to > addDays(londonDay(now), pathway.may_set.most_days)
        ? `Choose a day within ${pathway.may_set.most_days} days`
        : null;
  if (message !== null) throw new InvalidInput([{ field: 'to', message }]);
  const head = await lockedHead(tx, change.person);
  if (head === null || head.nextDay === null)
    throw new NotFound('This person is not visited, or is not yours to see.', 'Go back to the route.');
  if (head.version !== change.seen) throw changedMeanwhile();
  if (head.item !== null) await moveWork(tx, change, { item: head.item, setting: head.setting, day: to });
  await sql`
    update coordination.in_reach set next_day = ${to}, version = version + 1 where person_no = ${head.personNo}`.execute(
    tx,
  );
  await noteChange(tx, change, { person: head.personNo, everyDays: head.everyDays, nextDay: to });
  await writeAudit(tx, {
    action: 'in_reach.moved',
    subject: { kind: 'person', id: head.personNo },
    purpose: permission.because,
    detail: { from: head.nextDay, to },
  });
}

async function moveWork(
  tx: Tx,
  { by, now, pathway, reason }: Changing,
  { item, setting, day }: { item: number; setting: string; day: PlainDate },
): Promise<void> {
  const clock = visitClock(settingOf(pathway, setting), day);
  await actOnWork(tx, { table: visitStates, item, action: 'move', by, at: now, clock, note: reason });
}

async function noteChange(
  tx: Tx,
  { by, now, reason }: Changing,
  to: { person: number; everyDays: number | null; nextDay: PlainDate },
): Promise<void> {
  await sql`
    insert into coordination.in_reach_change (person_no, every_days, next_day, reason, account, at)
    values (${to.person}, ${to.everyDays}, ${to.nextDay}, ${reason}, ${by.account}, ${now})`.execute(tx);
}

function changedMeanwhile(): Refusal {
  return new Refusal({
    code: 'changed_meanwhile',
    because: 'Somebody recorded a visit or changed when this person is visited, after you opened the page.',
    remedy:
      'Nothing of yours has been saved. Look at what they wrote below, and send yours again if it is still right.',
  });
}

function nobodyThatDay(): Refusal {
  return new Refusal({
    code: 'nobody_that_day',
    because: 'Nobody is to be visited there on that day any more.',
    remedy: 'Somebody may have recorded or moved the round. Look at the list.',
  });
}
