import { sql } from 'kysely';
import {
  formatInstant,
  InvalidInput,
  londonDay,
  NotFound,
  NotPermitted,
  Refusal,
} from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endGp, readGps } from '../../directory/index.ts';
import { ownPractice } from '../../register/index.ts';
import type { ContinuityContent } from './continuity.ts';
import { seesAnother } from './read-continuity.ts';
import { mayChangeNamedGps } from './who-may.ts';

interface Common {
  readonly by: Actor;
  readonly now: Date;
}

/** How many people have been given a named GP, and how many have lost one because they are not on that list any more. */
export interface Assigned {
  readonly given: number;
  readonly ended: number;
}

/**
 * Gives everybody on a list a named GP who has none, and ends those of people who are on no list, on another one, or
 * whose GP left. Rule: whoever sees a GP of the practice gets the one whom they see most (`gp_contact`); the others are
 * shared out in turn, the GP with the fewest first; somebody who has one keeps them. In three statements, however many
 * people there are. As batch work.
 */
export async function assignNamedGps(tx: Tx, { by, now }: Common): Promise<Assigned> {
  await lock(tx);
  const change = await openChange(tx, { kind: 'by_rule', by, now, reason: 'the list as it came' });
  const today = londonDay(now);
  // Just after the first import the database believes that nobody has a named GP yet, and would look for each of 300,000
  // people through all the others.
  await sql`set local enable_nestloop = off`.execute(tx);
  const ended = await sql<{ n: number }>`
    with ended as (
      delete from coordination.named_gp named
       using directory.gp gp, register.person person
       where gp.gp_id = named.gp_id and person.person_no = named.person_no
         and (person.practice_id is distinct from gp.practice_id or gp.ends <= ${today}::date)
      returning named.*),
    kept as (
      insert into coordination.former_named_gp
      select person_no, gp_id, since, ${now}::timestamptz, change_id, ${change}::int from ended returning 1)
    select count(*) as n from kept`.execute(tx);
  const known = await sql<{ n: number }>`
    with given as (
      insert into coordination.named_gp (person_no, gp_id, since, change_id)
      select person.person_no, gp.gp_id, ${now}::timestamptz, ${change}::int
        from register.person person
        join coordination.gp_contact met using (person_no)
        join directory.gp gp on gp.gp_id = met.gps[1] and gp.practice_id = person.practice_id
       where person.registered and (gp.ends is null or gp.ends > ${today}::date)
         and not exists (select 1 from coordination.named_gp named where named.person_no = person.person_no)
      returning 1)
    select count(*) as n from given`.execute(tx);
  const shared = await sql<{ n: number }>`
    with working as (
      select gp.gp_id, gp.practice_id, count(*) over (partition by gp.practice_id) as gps,
             row_number() over (partition by gp.practice_id order by coalesce(held.people, 0), gp.gp_id) - 1 as turn
        from directory.gp gp
        left join (select gp_id, count(*) as people from coordination.named_gp group by gp_id) held using (gp_id)
       where gp.ends is null or gp.ends > ${today}::date),
    without as (
      select person.person_no, person.practice_id,
             row_number() over (partition by person.practice_id order by person.person_no) - 1 as place
        from register.person person
       where person.registered
         and not exists (select 1 from coordination.named_gp named where named.person_no = person.person_no)),
    given as (
      insert into coordination.named_gp (person_no, gp_id, since, change_id)
      select without.person_no, working.gp_id, ${now}::timestamptz, ${change}::int
        from without join working on working.practice_id = without.practice_id
                                 and working.turn = without.place % working.gps
      returning 1)
    select count(*) as n from given`.execute(tx);
  await sql`set local enable_nestloop = on`.execute(tx);
  const result = {
    given: (known.rows[0]?.n ?? 0) + (shared.rows[0]?.n ?? 0),
    ended: ended.rows[0]?.n ?? 0,
  };
  await sql`update coordination.named_gp_change set people = ${result.given} where change_id = ${change}`.execute(
    tx,
  );
  return result;
}

/**
 * A GP leaves: everybody whose named GP they are gets another one of the practice, in one act with one history: the one
 * who is named, or all that stay in turn. Returns the change, which can be undone.
 *
 * Throws NotPermitted, NotFound, InvalidInput and Refusal `left_already`, `nobody_left`.
 */
export async function reassignOnDeparture(
  tx: Tx,
  request: Common & { readonly gp: number; readonly to: number | null; readonly reason: string },
): Promise<{ readonly change: number; readonly people: number }> {
  const { by, now, gp, to } = request;
  const leaving = await ownGp(tx, by, gp);
  await lock(tx);
  const staying = (await readGps(tx, leaving.practice)).filter(
    (each) => each.ends === null && each.gp !== gp,
  );
  if (leaving.ends !== null)
    throw new Refusal({
      code: 'left_already',
      because: `${leaving.name} has left already, and nobody has them as named GP.`,
      remedy: 'Load the page again.',
    });
  if (staying.length === 0)
    throw new Refusal({
      code: 'nobody_left',
      because: 'There is no other GP at this practice who could be somebody’s named GP.',
      remedy: 'Add the GP who comes in the place pack first.',
    });
  if (to !== null && !staying.some((each) => each.gp === to))
    throw new InvalidInput([{ field: 'to', message: 'Choose a GP who stays' }]);
  const change = await openChange(tx, {
    kind: 'departure',
    by,
    now,
    reason: request.reason,
    gp,
    practice: leaving.practice,
  });
  const people = await moveAll(tx, {
    gp,
    to: to === null ? staying.map((each) => each.gp) : [to],
    change,
    now,
  });
  await endGp(tx, gp, londonDay(now));
  await writeAudit(tx, {
    action: 'named_gp.departure',
    purpose: request.reason,
    detail: { change, gp, people },
  });
  return { change, people };
}

/** Gives everybody of one GP to others in turn. One statement. */
async function moveAll(
  tx: Tx,
  { gp, to, change, now }: { gp: number; to: readonly number[]; change: number; now: Date },
): Promise<number> {
  const moved = await sql<{ n: number }>`
    with before as (
      select named.*, row_number() over (order by person_no) - 1 as place
        from coordination.named_gp named where gp_id = ${gp}),
    kept as (
      insert into coordination.former_named_gp
      select person_no, gp_id, since, ${now}::timestamptz, change_id, ${change}::int from before returning 1),
    moved as (
      update coordination.named_gp named
         set gp_id = (${[...to]}::int[])[1 + before.place % ${to.length}::int], since = ${now}, change_id = ${change}
        from before where named.person_no = before.person_no
      returning 1)
    select count(*) as n from moved, (select count(*) from kept) done`.execute(tx);
  const people = moved.rows[0]?.n ?? 0;
  await sql`update coordination.named_gp_change set people = ${people} where change_id = ${change}`.execute(
    tx,
  );
  return people;
}

/**
 * Gives everybody of a practice who sees another GP of it for most of their appointments that GP, in one act with one
 * history. Whoever was given their GP by hand keeps them: they, or the practice, wanted it so. Returns the change, which can
 * be undone.
 *
 * Throws NotPermitted, NotFound and Refusal `nobody_to_move`.
 */
export async function nameWhomTheySee(
  tx: Tx,
  request: Common & {
    readonly practice: number;
    readonly content: ContinuityContent;
    readonly reason: string;
  },
): Promise<{ readonly change: number; readonly people: number }> {
  const { by, now, practice, content } = request;
  await requireOwn(tx, by, practice);
  await lock(tx);
  const change = await openChange(tx, { kind: 'whom_they_see', by, now, reason: request.reason, practice });
  const moved = await sql<{ person_no: number }>`
    with before as (
      select named.*, met.gps[1] as seen
        from coordination.named_gp named join coordination.gp_contact met using (person_no)
       where ${seesAnother(practice, content, now)}),
    kept as (
      insert into coordination.former_named_gp
      select person_no, gp_id, since, ${now}::timestamptz, change_id, ${change}::int from before returning 1),
    moved as (
      update coordination.named_gp named set gp_id = before.seen, since = ${now}, change_id = ${change}
        from before where named.person_no = before.person_no
      returning named.person_no)
    select person_no from moved, (select count(*) from kept) done order by 1`.execute(tx);
  const people = moved.rows.map(({ person_no }) => person_no);
  if (people.length === 0)
    throw new Refusal({
      code: 'nobody_to_move',
      because: 'Nobody sees another GP more than their named GP any more.',
      remedy: 'Load the page again.',
    });
  await sql`update coordination.named_gp_change set people = ${people.length} where change_id = ${change}`.execute(
    tx,
  );
  await writeAudit(tx, {
    action: 'named_gp.whom_they_see',
    purpose: request.reason,
    detail: { change, people },
  });
  return { change, people: people.length };
}

/**
 * Undoes a departure, or giving people whom they see: everybody who still has whom it gave them has again whom they had
 * before, and a GP who left works here again. Who was given another GP since keeps them, and is counted.
 *
 * Throws NotPermitted, NotFound, and Refusal `undone_already`.
 */
export async function undoNamedGpChange(
  tx: Tx,
  request: Common & { readonly change: number },
): Promise<{ readonly undone: number; readonly kept: number }> {
  const { by, now, change } = request;
  const found = await sql<{
    kind: 'departure' | 'whom_they_see';
    practice_id: number;
    gp_id: number | null;
    undone_at: Date | null;
    people: number;
  }>`
    select kind, practice_id, gp_id, undone_at, people from coordination.named_gp_change
     where change_id = ${change} and kind in ('departure', 'whom_they_see') for update`.execute(tx);
  const [done] = found.rows;
  if (!done) throw new NotFound('There is no such change.');
  await requireOwn(tx, by, done.practice_id);
  if (done.undone_at !== null)
    throw new Refusal({
      code: 'undone_already',
      because: `This was undone on ${formatInstant(done.undone_at)}.`,
      remedy: 'Load the page again.',
    });
  await lock(tx);
  const undoing = await openChange(tx, {
    kind: 'undo',
    by,
    now,
    reason: done.kind === 'departure' ? 'undoes a departure' : 'undoes giving people whom they see',
    practice: done.practice_id,
    undoes: change,
    ...(done.gp_id === null ? {} : { gp: done.gp_id }),
  });
  const undone = await sql<{ n: number }>`
    with back as (
      select named.person_no, named.gp_id, named.since, named.change_id, former.gp_id as before
        from coordination.named_gp named
        join coordination.former_named_gp former
          on former.person_no = named.person_no and former.ended_by = ${change}
       where named.change_id = ${change}),
    kept as (
      insert into coordination.former_named_gp
      select person_no, gp_id, since, ${now}::timestamptz, change_id, ${undoing}::int from back returning 1),
    moved as (
      update coordination.named_gp named set gp_id = back.before, since = ${now}, change_id = ${undoing}
        from back where named.person_no = back.person_no returning 1)
    select count(*) as n from moved, (select count(*) from kept) done`.execute(tx);
  const people = undone.rows[0]?.n ?? 0;
  await sql`update coordination.named_gp_change set undone_at = ${now} where change_id = ${change}`.execute(
    tx,
  );
  await sql`update coordination.named_gp_change set people = ${people} where change_id = ${undoing}`.execute(
    tx,
  );
  if (done.gp_id !== null) await endGp(tx, done.gp_id, null);
  await writeAudit(tx, {
    action: `named_gp.${done.kind}_undone`,
    purpose: 'answers for the practice’s list',
    detail: { change, people },
  });
  return { undone: people, kept: done.people - people };
}

/** Gives one person another named GP of their practice: because they asked, or because that GP knows them. */
export async function changeNamedGp(
  tx: Tx,
  request: Common & { readonly person: number; readonly to: number; readonly reason: string },
): Promise<void> {
  const { by, now, person, to } = request;
  const gp = await ownGp(tx, by, to);
  if (gp.ends !== null) throw new InvalidInput([{ field: 'to', message: 'Choose a GP who works here' }]);
  await lock(tx);
  const { rows } = await sql<{ practice_id: number | null; gp_id: number | null }>`
    select p.practice_id, named.gp_id from register.person p
      left join coordination.named_gp named on named.person_no = p.person_no
     where p.person_no = ${person}`.execute(tx);
  const [current] = rows;
  if (!current) throw new NotFound('There is no such person, or they are not yours to see.');
  if (current.practice_id !== gp.practice)
    throw new InvalidInput([
      { field: 'to', message: 'Choose a GP of the practice that they are registered with' },
    ]);
  if (current.gp_id === to) return;
  const change = await openChange(tx, {
    kind: 'by_hand',
    by,
    now,
    reason: request.reason,
    gp: to,
    practice: gp.practice,
  });
  await sql`
    with before as (select * from coordination.named_gp where person_no = ${person}),
    kept as (
      insert into coordination.former_named_gp
      select person_no, gp_id, since, ${now}::timestamptz, change_id, ${change}::int from before)
    insert into coordination.named_gp (person_no, gp_id, since, change_id) values (${person}, ${to}, ${now}, ${change})
        on conflict (person_no) do update set gp_id = excluded.gp_id, since = excluded.since, change_id = excluded.change_id`.execute(
    tx,
  );
  await sql`update coordination.named_gp_change set people = 1 where change_id = ${change}`.execute(tx);
  await writeAudit(tx, {
    action: 'named_gp.changed',
    subject: { kind: 'person', id: person },
    purpose: request.reason,
    detail: { change, gp: to },
  });
}

/** Throws NotPermitted, and NotFound of a practice whose named GPs this actor does not change. */
async function requireOwn(tx: Tx, by: Actor, practice: number): Promise<void> {
  const permission = mayChangeNamedGps(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  if ((await ownPractice(tx, by)) !== practice) throw new NotFound('There is no such practice of yours.');
}

/** A GP of the practice of an actor who may change its named GPs. Throws NotPermitted and NotFound. */
async function ownGp(tx: Tx, by: Actor, gp: number) {
  const permission = mayChangeNamedGps(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const practice = await ownPractice(tx, by);
  const found = practice === null ? undefined : (await readGps(tx, practice)).find((each) => each.gp === gp);
  if (found) return found;
  throw new NotFound('There is no such GP at your practice.');
}

/** Changes of named GPs come one after the other: two that overlapped would give somebody two histories. */
async function lock(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('named gp', 0))`.execute(tx);
}

async function openChange(
  tx: Tx,
  change: Common & { kind: string; reason: string; gp?: number; practice?: number; undoes?: number },
): Promise<number> {
  const { rows } = await sql<{ change_id: number }>`
    insert into coordination.named_gp_change (kind, practice_id, gp_id, account, at, reason, undoes)
    values (${change.kind}, ${change.practice ?? null}, ${change.gp ?? null}, ${change.by.account}, ${change.now},
            ${change.reason}, ${change.undoes ?? null})
    returning change_id`.execute(tx);
  const [opened] = rows;
  if (!opened) throw new Error('the change was not written');
  return opened.change_id;
}
