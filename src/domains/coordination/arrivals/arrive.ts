import { sql } from 'kysely';
import { NotFound, NotPermitted, type PlainDate } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import {
  endRelationshipNumbered,
  findByBirth,
  openRelationship,
  publicIdInScope,
} from '../../register/index.ts';
import { mayReceive } from '../who-may.ts';
import type { UrgentCare } from './arrivals-content.ts';

const HOUR = 3_600_000;

export interface Arriving {
  readonly by: Actor;
  readonly now: Date;
  readonly content: UrgentCare;
  readonly nhsNumber: string;
  readonly born: PlainDate;
  /** What brought them, in a few words. */
  readonly cameWith: string;
}

export type Arrived =
  /** Here now; `again`: somebody of the team had said so already. */
  | { readonly publicId: string; readonly again: boolean }
  /** Nobody has this number and day of birth. The try stands in the audit. */
  | { readonly nobody: true };

/**
 * Somebody has come to urgent care: from now on, and until they leave, the team there sees their record, and their plan
 * unless they withhold it from urgent care. Asks for NHS number and day of birth, as nobody is searched for. Who is said to
 * be here twice is here once.
 *
 * Throws NotPermitted of who does not work in urgent care, and Refusal `too_many_tries`.
 */
export async function arrive(tx: Tx, arriving: Arriving): Promise<Arrived> {
  const { by, now, content, cameWith } = arriving;
  const team = await ownTeam(tx, by, content);
  const person = await findByBirth(tx, {
    ...arriving,
    action: 'arrival.found_nobody',
    purpose: 'has come to urgent care',
    triesAnHour: content.tries_an_hour,
  });
  if (person === null) return { nobody: true };
  // Of two colleagues who type the same person in at once the second waits here, and finds them.
  await sql`select pg_advisory_xact_lock(hashtext('arrival'), ${person}::int)`.execute(tx);
  const here = await sql<{ id: number }>`
    select arrival_id as id from coordination.arrival
     where person_no = ${person} and team_id = ${team} and left_at is null and closes_at > ${now}`.execute(
    tx,
  );
  const again = here.rows.length > 0;
  if (!again) await open(tx, arriving, { team, person });
  const publicId = await publicIdInScope(tx, person);
  if (publicId === null) throw new Error('An arrival opened no record');
  await writeAudit(tx, {
    action: again ? 'arrival.again' : 'arrival.arrived',
    subject: { kind: 'person', id: person },
    purpose: 'has come to urgent care',
    detail: again ? {} : { came_with: cameWith },
  });
  return { publicId, again };
}

async function open(
  tx: Tx,
  { by, now, content, cameWith }: Arriving,
  { team, person }: { team: number; person: number },
): Promise<void> {
  const closes = new Date(now.getTime() + content.open_hours * HOUR);
  const relationship = await openRelationship(tx, {
    kind: 'urgent_care',
    holder: { team },
    about: { person },
    purpose: 'has come to urgent care',
    ends: closes,
  });
  await sql`
    insert into coordination.arrival (person_no, team_id, arrived_at, arrived_by, came_with, closes_at, relationship_id)
    values (${person}, ${team}, ${now}, ${by.account}, ${cameWith}, ${closes}, ${relationship.id})`.execute(
    tx,
  );
}

/** Somebody has left urgent care: nobody there sees them any more. Whoever left already stays so. Throws NotPermitted, NotFound. */
export async function leave(
  tx: Tx,
  { by, now, content, arrival }: Pick<Arriving, 'by' | 'now' | 'content'> & { readonly arrival: number },
): Promise<void> {
  await ownTeam(tx, by, content);
  const { rows } = await sql<{ person: number; relationship: number; left: boolean }>`
    select person_no as person, relationship_id as relationship, left_at is not null as left
      from coordination.arrival where arrival_id = ${arrival} for update`.execute(tx);
  const [found] = rows;
  if (!found) throw new NotFound('There is nobody here under this number, or they have left.');
  if (found.left) return;
  await sql`update coordination.arrival set left_at = ${now}, left_by = ${by.account} where arrival_id = ${arrival}`.execute(
    tx,
  );
  // The entry is written while they are still seen: whoever is named in it is looked up.
  await writeAudit(tx, {
    action: 'arrival.left',
    subject: { kind: 'person', id: found.person },
    purpose: 'has left urgent care',
  });
  await endRelationshipNumbered(tx, found.relationship, 'left urgent care');
}

/** The team of urgent care that an actor works in; null: they work in none, or are no clinician. */
export async function urgentCareTeam(
  tx: Tx,
  by: Actor,
  { team_kind: kind }: UrgentCare,
): Promise<number | null> {
  if (!mayReceive(by).allowed) return null;
  const { rows } = await sql<{ team: number }>`
    select team_id as team from directory.team where team_id = ${by.team} and kind = ${kind}`.execute(tx);
  return rows[0]?.team ?? null;
}

/** The same. Throws NotPermitted of whoever works in none. */
export async function ownTeam(tx: Tx, by: Actor, content: UrgentCare): Promise<number> {
  const team = await urgentCareTeam(tx, by, content);
  if (team === null)
    throw new NotPermitted(
      'This is for the clinicians of teams that work in urgent care, and you are in none.',
    );
  return team;
}
