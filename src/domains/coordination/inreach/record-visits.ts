import { sql } from 'kysely';
import {
  addDays,
  type FieldError,
  formatInstant,
  InvalidInput,
  londonDay,
  NotPermitted,
  type PlainDate,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { actOnWork, openWork } from '../../work/index.ts';
import { nextVisitDay } from './cadence.ts';
import {
  type InReachPathway,
  settingOf,
  type VisitOutcome,
  visitClock,
  visitStates,
} from './in-reach-pathway.ts';
import { mayVisit } from './who-may.ts';

/** What came of the visit to one person. */
export interface VisitLine {
  /** The public id of the person. */
  readonly person: string;
  readonly outcome: string;
  readonly note: string | null;
  /** The version of their visits that was on the page. */
  readonly seen: number;
}

/** What became of a form with several visits. */
export interface Recorded {
  readonly recorded: number;
  /** Lines of which nothing was saved, because somebody else was first or the person is not there any more; with why. */
  readonly not: readonly { readonly person: string; readonly because: string }[];
}

/** A visit is written down within so many days; later, the record of the practice is the place. */
const DAYS_BACK = 31;

interface Recording {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: InReachPathway;
  readonly visitedOn: PlainDate;
  readonly lines: readonly VisitLine[];
}

/**
 * Writes down what came of visits, each with the next visit that follows from it. Each line stands for itself: of two
 * people who record the same visit the first counts, the second is told who did and what, and the other lines of both
 * are saved. The same outcome recorded twice, by two or by one who pressed twice, is one visit.
 *
 * Throws NotPermitted, and InvalidInput for a day in the future or long ago, no outcome at all, or an unknown one; then
 * nothing is saved.
 */
export async function recordVisits(tx: Tx, recording: Recording): Promise<Recorded> {
  const permission = mayVisit(recording.by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  refuseBadInput(recording);
  let recorded = 0;
  const not: { person: string; because: string }[] = [];
  // In one order for everybody: two who record the same round wait for each other, and never for ever.
  for (const line of [...recording.lines].sort((one, other) => (one.person < other.person ? -1 : 1))) {
    const because = await recordOne(tx, recording, line, permission.because);
    if (because === null) recorded += 1;
    else not.push({ person: line.person, because });
  }
  return { recorded, not };
}

function refuseBadInput({ pathway, visitedOn, now, lines }: Recording): void {
  const errors: FieldError[] = [];
  const today = londonDay(now);
  if (visitedOn > today) errors.push({ field: 'day', message: 'The day of the visit is in the future' });
  if (visitedOn < addDays(today, -DAYS_BACK))
    errors.push({ field: 'day', message: `The day of the visit is more than ${DAYS_BACK} days ago` });
  if (lines.length === 0)
    errors.push({ field: 'day', message: 'Choose what came of the visit for at least one person' });
  for (const { person, outcome } of lines)
    if (!pathway.outcomes.some(({ id }) => id === outcome))
      errors.push({ field: `outcome-${person}`, message: 'Choose what came of the visit' });
  if (errors.length > 0) throw new InvalidInput(errors);
}

interface Head {
  readonly personNo: number;
  readonly setting: string;
  readonly team: number;
  readonly everyDays: number | null;
  readonly nextDay: PlainDate | null;
  readonly roundDay: PlainDate;
  readonly item: number | null;
  readonly version: number;
}

/** Records one visit. Returns null, or why not. */
async function recordOne(
  tx: Tx,
  { by, now, pathway, visitedOn }: Recording,
  line: VisitLine,
  purpose: string,
): Promise<string | null> {
  const head = await lockedHead(tx, line.person);
  if (head === null) return 'They are not visited any more, or you may not see them any more.';
  const outcome = pathway.outcomes.find(({ id }) => id === line.outcome) as VisitOutcome;
  if (head.version !== line.seen || head.nextDay === null)
    return await changedMeanwhile(tx, pathway, head, { outcome: line.outcome, visitedOn });
  const item = await workOf(tx, head as Head & { nextDay: PlainDate }, { by, now, pathway });
  const note = [outcome.title, line.note].filter((part) => part).join(': ');
  await actOnWork(tx, { table: visitStates, item, action: 'record', by, at: now, outcome: outcome.id, note });
  await sql`
    insert into coordination.in_reach_visit (person_no, item_id, planned_day, visited_on, outcome, note, account, at)
    values (${head.personNo}, ${item}, ${head.nextDay}, ${visitedOn}, ${outcome.id}, ${line.note}, ${by.account}, ${now})`.execute(
    tx,
  );
  const next = nextVisitDay({
    setting: settingOf(pathway, head.setting),
    everyDays: head.everyDays,
    roundDays: pathway.round_days,
    planned: head.roundDay,
    visited: visitedOn,
    outcome,
  });
  const ended = next === null;
  await sql`
    update coordination.in_reach
       set next_day = ${next}, round_day = ${outcome.next === 'cadence' && next !== null ? next : head.roundDay}, item_id = null, version = version + 1,
           ended_at = ${ended ? now : null}, ended_because = ${ended ? outcome.id : null}
     where person_no = ${head.personNo}`.execute(tx);
  await writeAudit(tx, {
    action: 'in_reach.recorded',
    subject: { kind: 'person', id: head.personNo },
    purpose,
    detail: { item, outcome: outcome.id, visitedOn, next },
  });
  return null;
}

/** How somebody is visited, locked until the end of the transaction. Null: not at all, or not to be seen. */
export async function lockedHead(tx: Tx, personId: string): Promise<Head | null> {
  const { rows } = await sql<Head>`
    select v.person_no as "personNo", v.setting, v.team_id as team, v.every_days as "everyDays",
           v.next_day as "nextDay", v.round_day as "roundDay", v.item_id as item, v.version
      from coordination.in_reach v
     where v.person_no = (select p.person_no from register.person p where p.public_id = ${personId})
       for update`.execute(tx);
  return rows[0] ?? null;
}

/** The piece of work of a visit: opened on its day, or now, by whoever is early. */
async function workOf(
  tx: Tx,
  head: Head & { nextDay: PlainDate },
  { by, now, pathway }: Pick<Recording, 'by' | 'now' | 'pathway'>,
): Promise<number> {
  if (head.item !== null) return head.item;
  return await openWork(tx, {
    table: visitStates,
    subject: { kind: 'person', id: head.personNo },
    team: head.team,
    owner: null,
    clock: visitClock(settingOf(pathway, head.setting), head.nextDay),
    note: 'Visited before its day',
    by,
    at: now,
  });
}

async function changedMeanwhile(
  tx: Tx,
  pathway: InReachPathway,
  head: Head,
  mine: { readonly outcome: string; readonly visitedOn: PlainDate },
): Promise<string | null> {
  const last = await sql<{ outcome: string; visited_on: PlainDate; name: string; at: Date }>`
    select outcome, visited_on, who.name, at from coordination.in_reach_visit join auth.account who using (account)
     where person_no = ${head.personNo} order by visit_id desc limit 1`.execute(tx);
  const [visit] = last.rows;
  if (visit && visit.outcome === mine.outcome && visit.visited_on === mine.visitedOn) return null;
  const words = visit && (pathway.outcomes.find(({ id }) => id === visit.outcome)?.title ?? visit.outcome);
  return visit
    ? `Somebody changed this after you opened the page. The last entry is “${words}”, by ${visit.name} on ${formatInstant(visit.at)}.`
    : 'Somebody changed when they are visited after you opened the page.';
}
