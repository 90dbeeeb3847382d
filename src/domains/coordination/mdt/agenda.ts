import { type Kysely, sql } from 'kysely';
import { addMonths, formatDay, formatInstant, londonDay, NotPermitted } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tables, Tx } from '../../../platform/database/index.ts';
import { readPublication } from '../../need/index.ts';
import { openRelationship } from '../../register/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { AgendaReason, MdtTables } from './mdt-tables.ts';
import { lockMeeting, type Meeting, refuseOver } from './meeting.ts';
import { meetingFor, readMeetingsAhead } from './meetings-ahead.ts';
import { mayTakePart } from './who-may.ts';

/** Somebody whom a rule puts on the agenda, and why in words. */
export interface Candidate {
  readonly person: number;
  readonly rule: string;
  readonly why: string;
}

/** Somebody on an agenda, with every rule that holds. */
export interface AgendaLine {
  readonly person: number;
  readonly reasons: readonly AgendaReason[];
}

/**
 * Candidates as an agenda: each person once, at the place of the first rule that holds for them, in the order of the
 * rules and within a rule in the order in which they came.
 */
export function planAgenda(pathway: MdtPathway, candidates: readonly Candidate[]): AgendaLine[] {
  const order = pathway.agenda.map(({ id }) => id as string);
  const sorted = [...candidates].sort((one, other) => order.indexOf(one.rule) - order.indexOf(other.rule));
  const lines = new Map<number, AgendaReason[]>();
  for (const { person, rule, why } of sorted) {
    const reasons = lines.get(person) ?? [];
    if (!reasons.some((reason) => reason.rule === rule)) reasons.push({ rule, why });
    lines.set(person, reasons);
  }
  return [...lines].map(([person, reasons]) => ({ person, reasons }));
}

interface NewLine extends AgendaLine {
  readonly position: number;
  /** Who put them there by hand; null: the rules did. */
  readonly by: string | null;
}

interface Building {
  readonly by: Actor;
  readonly now: Date;
  readonly pathway: MdtPathway;
  readonly meeting: number;
}

/**
 * Brings the agenda of a meeting that is to come up to date: adds who is new by the rules, and says why for who is on
 * it. Who was taken off by hand stays off unless somebody asks for them anew, nobody is taken off by itself, and an order
 * that was made by hand stays.
 * Everybody who belongs to the meeting sees the people on it. Returns how many are new.
 */
export async function buildAgenda(tx: Tx, request: Building): Promise<number> {
  const meeting = await lockMeeting(tx, request.meeting, request.by);
  const permission = mayTakePart(request.by, meeting);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  refuseOver(meeting);
  const { found, off } = await candidates(tx, meeting, request);
  const lines = planAgenda(request.pathway, found);
  const db = tx.withTables<MdtTables>();
  const known = await db
    .selectFrom('coordination.meeting_case')
    .select(['case_id', 'person_no', 'removed_at', 'added_by', 'moved_because', 'position'])
    .where('meeting_id', '=', meeting.meeting)
    .execute();
  const byPerson = new Map(known.map((each) => [each.person_no, each]));
  let position = Math.max(0, ...known.map((each) => each.position));
  let added = 0;
  for (const { person, reasons } of lines) {
    const there = byPerson.get(person);
    if (there?.removed_at) {
      if (off.includes(person)) continue;
      await putBackCase(tx, there.case_id);
    }
    if (there) {
      if (there.added_by === null)
        await db
          .updateTable('coordination.meeting_case')
          .set({ reasons: JSON.stringify(reasons) })
          .where('case_id', '=', there.case_id)
          .execute();
      continue;
    }
    position += 1;
    added += 1;
    await insertCase(tx, meeting, { person, reasons, position, by: null });
  }
  if (!known.some(({ moved_because }) => moved_because !== null)) await orderByRule(tx, meeting, lines);
  await writeAudit(tx, {
    action: 'mdt.agenda_built',
    purpose: permission.because,
    detail: { meeting: meeting.meeting, people: lines.map(({ person }) => person) },
  });
  return added;
}

/** Somebody who was taken off stands on the agenda again, with what was written of them. */
export async function putBackCase(tx: Tx, id: number): Promise<void> {
  await tx
    .withTables<MdtTables>()
    .updateTable('coordination.meeting_case')
    .set({ removed_at: null, removed_by: null, removed_because: null })
    .where('case_id', '=', id)
    .execute();
}

/**
 * Puts somebody on an agenda, and lets everybody who belongs to the meeting see them. Who waits since a series of the team
 * was ended comes with all that was written and decided of them.
 */
export async function insertCase(tx: Tx, meeting: Meeting, line: NewLine): Promise<number> {
  const id = (await takeWaitingCase(tx, meeting, line)) ?? (await insertNewCase(tx, meeting, line));
  await letMembersSee(tx, meeting, line.person);
  return id;
}

/** The case of somebody on the agenda of a meeting that will not be held, as a case of this meeting; null: there is none. */
async function takeWaitingCase(tx: Tx, meeting: Meeting, line: NewLine): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    update coordination.meeting_case
       set meeting_id = ${meeting.meeting}, position = ${line.position}, reasons = ${JSON.stringify(line.reasons)}::jsonb,
           added_by = ${line.by}, moved_because = null, carried_because = null
     where case_id = (
       select c.case_id from coordination.meeting_case c
         join coordination.meeting m using (meeting_id) join coordination.mdt using (mdt_id)
        where c.person_no in (select ${line.person}::int union
                              select person_no from register.joined where now_no = ${line.person})
          and c.removed_at is null
          and m.state = 'planned' and mdt.ended_at is not null and mdt.team_id = ${meeting.team}
        order by mdt.ended_at desc limit 1)
    returning case_id as id`.execute(tx);
  return rows[0]?.id ?? null;
}

async function insertNewCase(tx: Tx, meeting: Meeting, line: NewLine): Promise<number> {
  const { case_id } = await tx
    .withTables<MdtTables>()
    .insertInto('coordination.meeting_case')
    .values({
      meeting_id: meeting.meeting,
      person_no: line.person,
      position: line.position,
      reasons: JSON.stringify(line.reasons),
      added_by: line.by,
      removed_at: null,
      removed_by: null,
      removed_because: null,
      moved_because: null,
      carried_because: null,
      complexity: null,
      stability: null,
      next_review: null,
    })
    .returning('case_id')
    .executeTakeFirstOrThrow();
  return case_id;
}

/** Lets everybody who belongs to a meeting see somebody on its agenda. */
export async function letMembersSee(tx: Tx, meeting: Meeting, person: number): Promise<void> {
  for (const { account } of meeting.members)
    if (account !== null) await letSee(tx, account, person, meeting.meeting);
}

/** Lets a member see somebody on the agenda, until the follow-up is done. */
export async function letSee(tx: Tx, account: string, person: number, meeting: number): Promise<void> {
  await openRelationship(tx, {
    kind: 'mdt',
    holder: { account },
    about: { person },
    purpose: 'belongs to the meeting that looks at this person',
    basis: { meeting },
  });
}

async function orderByRule(tx: Tx, meeting: Meeting, lines: readonly AgendaLine[]): Promise<void> {
  const people = lines.map(({ person }) => person);
  await sql`
    update coordination.meeting_case set position = ordered.place
      from (select case_id, row_number() over (
              order by array_position(${people}::int[], person_no) nulls last, position, case_id) as place
              from coordination.meeting_case where meeting_id = ${meeting.meeting}) ordered
     where meeting_case.case_id = ordered.case_id and position <> ordered.place`.execute(tx);
}

/**
 * Whom the rules find for a meeting, and who of them was taken off it. A review is of its own series; everybody else is for
 * one meeting of the team.
 */
async function candidates(
  tx: Tx,
  meeting: Meeting,
  { pathway, now }: Building,
): Promise<{ readonly found: Candidate[]; readonly off: readonly number[] }> {
  const found: Candidate[] = [];
  for (const rule of pathway.agenda) {
    const source = SOURCES[rule.id];
    found.push(...(await source(tx, meeting, rule)).map((each) => ({ ...each, rule: rule.id })));
  }
  const people = [...new Set(found.map(({ person }) => person))];
  const ahead = await readMeetingsAhead(tx, { team: meeting.team, people, now });
  const here = ahead.find((each) => each.meeting === meeting.meeting);
  const reviewed = new Set(found.filter(({ rule }) => rule === 'review').map(({ person }) => person));
  const forThis = found.filter(({ person, rule }) => {
    if (rule === 'review' || here?.on.includes(person)) return true;
    if (reviewed.has(person)) return !ahead.some(({ on }) => on.includes(person));
    return meetingFor(ahead, person) === here;
  });
  return { found: forThis, off: here?.off ?? [] };
}

type Rule = MdtPathway['agenda'][number];
type Source = (db: Kysely<Tables>, meeting: Meeting, rule: Rule) => Promise<Omit<Candidate, 'rule'>[]>;

const SOURCES: Record<Rule['id'], Source> = {
  /** Hospital alerts of the team from the days before the meeting, the latest first. */
  async hospital(db, meeting, { within_days = 7 }) {
    const since = new Date(meeting.startsAt.getTime() - within_days * 86_400_000);
    const { rows } = await sql<{ person: number; title: string; at: Date }>`
      select subject_id as person, title, opened_at as at from work.item
       where kind = 'alert' and subject_kind = 'person' and owner_team = ${meeting.team} and opened_at >= ${since}
       order by opened_at desc`.execute(db);
    return rows.map(({ person, title, at }) => ({
      person,
      why: `${title}, known since ${formatDay(londonDay(at))}`,
    }));
  },

  /** Open referrals to the team's meetings, those of other teams too that nobody has accepted yet, the oldest first. */
  async referral(db, meeting) {
    const { rows } = await sql<{ person: number; title: string; who: string | null; at: Date }>`
      select item.subject_id as person, item.title, item.opened_at as at,
             (select a.name from work.transition t join auth.account a using (account)
               where t.item_id = item.item_id order by t.transition_id limit 1) as who
        from work.item item
       where item.kind = 'mdt_referral' and item.subject_kind = 'person'
         and coalesce(item.offered_team, item.owner_team) = ${meeting.team}
         and item.closed_at is null
       order by item.opened_at`.execute(db);
    return rows.map(({ person, title, who, at }) => ({
      person,
      why: `${who ?? 'Somebody'} asked on ${formatDay(londonDay(at))}: ${title}`,
    }));
  },

  /** People on the team's caseload whose next step is escalated, the longest late first. */
  async overdue_step(db, meeting) {
    const { rows } = await sql<{ person: number; step: string; due: string }>`
      select item.subject_id as person, entry.next_step as step, entry.next_step_due as due
        from work.item item join coordination.caseload_entry entry using (item_id)
       where item.kind = ${caseloadStates.kind} and item.closed_at is null and item.level > 0
         and item.owner_team = ${meeting.team}
       order by item.due_at`.execute(db);
    return rows.map(({ person, step, due }) => ({ person, why: `“${step}” was due on ${formatDay(due)}` }));
  },

  /** People whose next review by this meeting has come, and who was not reached last time. */
  async review(db, meeting) {
    const { rows } = await sql<{ person: number; review: string | null; carried: string | null; at: Date }>`
      select distinct on (c.person_no) c.person_no as person, c.next_review as review, c.carried_because as carried, m.starts_at as at
        from coordination.meeting_case c join coordination.meeting m using (meeting_id)
       where m.mdt_id = ${meeting.mdt} and m.state = 'closed' and c.removed_at is null
       order by c.person_no, m.starts_at desc`.execute(db);
    const day = londonDay(meeting.startsAt);
    return rows
      .filter(({ review, carried }) => carried !== null || (review !== null && review <= day))
      .sort((one, other) => (one.review ?? '').localeCompare(other.review ?? ''))
      .map(({ person, review, carried, at }) => ({
        person,
        why:
          carried === null
            ? `Review was due on ${formatDay(review ?? '')}`
            : `Not reached on ${formatInstant(at)}: ${carried}`,
      }));
  },

  /** People on the team's caseload whose care plan is due for review by the day of the meeting, the longest due first. */
  async plan_review(db, meeting) {
    const { rows } = await sql<{ person: number; review: string }>`
      select item.subject_id as person, plan.review_on as review
        from work.item item
        left join register.joined joined on joined.person_no = item.subject_id
        join coordination.care_plan plan on plan.person_no in (item.subject_id, joined.now_no)
       where item.kind = ${caseloadStates.kind} and item.closed_at is null and item.owner_team = ${meeting.team}
         and plan.state = 'active' and plan.review_on <= ${londonDay(meeting.startsAt)}
       order by plan.review_on`.execute(db);
    return rows.map(({ person, review }) => ({
      person,
      why: `The care plan was due for review on ${formatDay(review)}`,
    }));
  },

  /** The highest need in the place whom this meeting has not looked at lately; a few at a time. */
  async new_high_need(db, meeting, { top_percent = 1, not_seen_months = 6, most = 3 }) {
    const publication = await readPublication(db);
    if (!publication) return [];
    const last = Math.ceil((publication.people * top_percent) / 100);
    const since = addMonths(londonDay(meeting.startsAt), -not_seen_months);
    const { rows } = await sql<{ person: number; rank: number }>`
      select fact.person_no as person, fact.need_rank as rank
        from need.person_fact fact
       where fact.snapshot_id = ${publication.snapshotId} and fact.need_rank <= ${last}
         and not exists (
           select 1 from coordination.meeting_case c join coordination.meeting m using (meeting_id)
            where c.person_no = fact.person_no and m.mdt_id = ${meeting.mdt} and m.starts_at >= ${since}
              and m.meeting_id <> ${meeting.meeting})
         and exists (select 1 from register.person p where p.person_no = fact.person_no and p.death_date is null)
       order by fact.need_rank limit ${most}`.execute(db);
    return rows.map(({ person, rank }) => ({
      person,
      why: `${ordinal(rank)} of ${new Intl.NumberFormat('en-GB').format(publication.people)} by need, on ${formatDay(publication.asOf)}`,
    }));
  },
};

function ordinal(n: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${new Intl.NumberFormat('en-GB').format(n)}${ending[new Intl.PluralRules('en-GB', { type: 'ordinal' }).select(n)]}`;
}
