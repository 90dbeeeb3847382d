import { sql } from 'kysely';
import { addDays, formatDay, type PlainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { HospitalEvent } from '../../register/index.ts';
import { actOnWork, openWork, taskClock, type WorkKinds } from '../../work/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import type { AlertPathway } from './alert-pathway.ts';

/** An event of somebody. */
export type PersonEvent = HospitalEvent & { readonly person: number };

/**
 * Tells named professionals of hospital events of people on a caseload: one alert for each event of each encounter,
 * however often and in whichever order it comes, due so many days after the day on which it happened. What was told
 * is not told again, unless the hospital took it back meanwhile and says it once more; what happened while nobody
 * coordinated somebody's care is not told later. Returns the new alerts.
 * As batch work.
 */
export async function tellOfHospitalEvents(
  tx: Tx,
  request: {
    readonly by: Actor;
    readonly now: Date;
    readonly kinds: WorkKinds;
    readonly pathway: AlertPathway;
    readonly events: readonly PersonEvent[];
  },
): Promise<number> {
  let told = 0;
  // In one order for everybody: two who tell the same events at once wait for each other, and never for ever.
  for (const event of [...request.events].sort((one, other) => keyOf(one).localeCompare(keyOf(other)))) {
    const words = request.pathway.events.find(({ id }) => id === event.event);
    if (!words) continue;
    const isNew = await sql`
      insert into coordination.hospital_event as known (sender, encounter, event, person_no, day, known_at)
      values (${event.sender}, ${event.encounter}, ${event.event}, ${event.person}, ${event.day}, ${request.now})
          on conflict (sender, encounter, event) do update
             set person_no = excluded.person_no, day = excluded.day, known_at = excluded.known_at,
                 item_id = null, taken_back_at = null
           where known.taken_back_at is not null
          returning 1`.execute(tx);
    if (isNew.rows.length === 0) continue;
    const entry = await openEntry(tx, event.person);
    if (!entry) continue;
    const said = words.departments[String(event.department ?? '')] ?? words.title;
    const item = await openAlert(tx, request, event, `${said} on ${formatDay(event.day)}`, entry);
    await sql`
      update coordination.hospital_event set item_id = ${item}
       where sender = ${event.sender} and encounter = ${event.encounter} and event = ${event.event}`.execute(
      tx,
    );
    told += 1;
  }
  return told;
}

export interface Entry {
  readonly item: number;
  readonly team: number;
  readonly lead: string | null;
}

/** Who coordinates somebody's care now. */
export async function openEntry(tx: Tx, person: number): Promise<Entry | null> {
  const { rows } = await sql<Entry>`
    select item_id as item, owner_team as team, owner_account as lead from work.item
     where kind = ${caseloadStates.kind} and closed_at is null and subject_kind = 'person'
       and subject_id in (select ${person}::int union select person_no from register.joined where now_no = ${person})
     limit 1`.execute(tx);
  return rows[0] ?? null;
}

const FOLLOW_UP = 'Follow up with the person, and change the plan where it has to be';

/** Opens an alert about somebody for who coordinates their care, due so many days after a day. Returns its item. */
export async function openAlert(
  tx: Tx,
  { by, now, kinds }: { by: Actor; now: Date; kinds: WorkKinds },
  event: Pick<PersonEvent, 'person' | 'day'>,
  title: string,
  entry: Entry,
  note: string = FOLLOW_UP,
): Promise<number> {
  const { states } = kinds.task('alert');
  const item = await openWork(tx, {
    table: states,
    subject: { kind: 'person', id: event.person },
    team: entry.team,
    owner: null,
    clock: taskClock(kinds.pathway, 'alert', { now, due: followUpDay(kinds, event.day) }),
    title,
    note,
    by,
    at: now,
    from: entry.item,
  });
  if (entry.lead !== null)
    await actOnWork(tx, {
      table: states,
      item,
      action: 'hand_over',
      by,
      at: now,
      owner: { team: entry.team, account: entry.lead },
    });
  return item;
}

/** The day by which an event is followed up: counted from when it happened, not from when it became known. */
function followUpDay(kinds: WorkKinds, day: PlainDate): PlainDate {
  const days = kinds.pathway.kinds.find(({ id }) => id === 'alert')?.due_days ?? 0;
  return addDays(day, days);
}

function keyOf({ sender, encounter, event }: HospitalEvent): string {
  return `${sender}\n${encounter}\n${event}`;
}

/** Somebody whose care is coordinated, with the records to look through. */
export interface Coordinated {
  readonly person: number;
  readonly records: number[];
  readonly buckets: number[];
}

/**
 * Everybody on a caseload now, and everybody of whom an alert of the last 90 days stands, as who they are today. As batch
 * work.
 */
export async function readCoordinated(tx: Tx): Promise<Coordinated[]> {
  const { rows } = await sql<Coordinated>`
    select distinct p.person_no as person, p.records, p.buckets
      from (select subject_id as person_no from work.item
             where kind = ${caseloadStates.kind} and closed_at is null and subject_kind = 'person'
            union
            select person_no from coordination.hospital_event
             where item_id is not null and taken_back_at is null and known_at > now() - interval '90 days') as meant
      left join register.joined j on j.person_no = meant.person_no
      join register.person p on p.person_no = coalesce(j.now_no, meant.person_no)
     order by p.person_no`.execute(tx);
  return rows;
}
