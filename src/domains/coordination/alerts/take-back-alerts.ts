import { sql } from 'kysely';
import { formatDay, londonDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { stopByRule, type WorkKinds } from '../../work/index.ts';
import type { AlertPathway } from './alert-pathway.ts';
import { openAlert, openEntry, type PersonEvent } from './hospital-alert.ts';

interface Told {
  sender: string;
  encounter: string;
  event: string;
  person: number;
  day: PlainDate;
  item: number;
  title: string;
  isOpen: boolean;
  wasStopped: boolean;
}

/**
 * Takes alerts back whose event the hospital does not say any more: it was cancelled, was another person's, is not to be
 * shown, or was on another day. An alert that is open ends as taken back. Of one that somebody has followed up whoever coordinates the
 * person's care now is told, because what was done may have to be undone. `events` are all that are known of `people`,
 * however old. Returns how many were taken back. As batch work, before telling what is new.
 */
export async function takeBackAlerts(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly pathway: AlertPathway;
    readonly people: readonly number[];
    readonly events: readonly PersonEvent[];
  },
): Promise<number> {
  const standing = new Map(request.events.map((event) => [keyOf(event), event]));
  let back = 0;
  for (const told of await readTold(tx, request.people)) {
    const stands = standing.get(keyOf(told));
    if (stands && stands.day === told.day) continue;
    // What was followed up was followed up, on whichever day it is said to have been.
    if (stands && !told.isOpen) continue;
    await takeBack(tx, request, told, stands);
    back += 1;
  }
  return back;
}

/** The alerts that stand of these people, as who they are today; those of one hospital event after the other. */
async function readTold(tx: Tx, people: readonly number[]): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select told.sender, told.encounter, told.event, coalesce(j.now_no, told.person_no) as person, told.day::text as day,
           told.item_id as item, item.title, item.closed_at is null as "isOpen", item.state = 'stopped' as "wasStopped"
      from coordination.hospital_event told
      join work.item item using (item_id)
      left join register.joined j on j.person_no = told.person_no
     where told.taken_back_at is null and coalesce(j.now_no, told.person_no) = any (${[...people]}::int[])
     order by told.sender, told.encounter, told.event
       for update of told`.execute(tx);
  return rows;
}

async function takeBack(
  tx: Tx,
  request: Parameters<typeof takeBackAlerts>[1],
  told: Told,
  stands: PersonEvent | undefined,
): Promise<void> {
  const { by, now, kinds, pathway } = request;
  await sql`
    update coordination.hospital_event set taken_back_at = ${now}
     where sender = ${told.sender} and encounter = ${told.encounter} and event = ${told.event}`.execute(tx);
  const reason = stands
    ? `The hospital says now that it was on ${formatDay(stands.day)}`
    : 'The hospital does not say this any more: it was cancelled, corrected, or is not to be shown';
  const ended = await stopByRule(tx, { by, now, kinds, item: told.item, outcome: 'taken_back', reason });
  if (ended || told.wasStopped) return;
  const entry = await openEntry(tx, told.person);
  if (!entry) return;
  const about = { person: told.person, day: londonDay(now) };
  const note =
    'This was followed up already. Check whether something that was done because of it has to be undone';
  await openAlert(
    tx,
    request,
    about,
    `${pathway.taken_back}${told.title}`,
    { ...entry, item: told.item },
    note,
  );
}

/** Of the same event of another person nothing stands for this one. */
function keyOf({
  sender,
  encounter,
  event,
  person,
}: Pick<PersonEvent, 'sender' | 'encounter' | 'person'> & { readonly event: string }): string {
  return [sender, encounter, event, person].join('\n');
}
