import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../test/support/actors.ts';
import { actAs, asBatch } from '../../test/support/drawn-team.ts';
import { persona } from '../../test/support/small-borough.ts';
import { useTestBorough } from '../../test/support/test-book.ts';
import {
  countNotVisited,
  countSmi,
  listSmi,
  readInReachPathway,
  readSmiPathway,
  startChase,
} from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { acceptWork, declineWork, finishWork, offerWork, returnUnaccepted } from '../domains/work/index.ts';
import { plainDate } from '../kernel/index.ts';
import type { Actor } from '../platform/auth/index.ts';
import { afterRefresh } from './after-refresh.ts';
import { checkSmi } from './verify.ts';
import { workKinds } from './work-kinds.ts';

const at = useTestBorough();
const now = new Date('2026-11-22T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const kinds = workKinds('content', readDefectKinds('content'));
const pathway = readSmiPathway('content');
const operator = anActor('operator');
const follow = (on = now) => afterRefresh({ book: at.book, home: at.home, content: 'content', operator }, on);
const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;
const openChases = () =>
  sql<{ item: number; person: number; team: string; offered: number | null }>(
    `select item_id as item, subject_id as person, t.kind as team, offered_team as offered
       from work.item i join directory.team t on t.team_id = i.owner_team
      where i.kind = 'smi_chase' and closed_at is null order by 2`,
  );
let lead: Actor;
let nurse: Actor;
let cmht: Actor;
beforeAll(async () => {
  cmht = await persona(at.book, 'mental_health_nurse');
  lead = await persona(at.book, 'int_lead');
  nurse = await persona(at.book, 'practice_nurse');
  await follow();
});

describe('after a refresh of the borough', () => {
  test('everybody in a care home or housebound is visited, and a second time nothing changes', async () => {
    const counted = await asBatch(at.book, (tx) => countNotVisited(tx, readInReachPathway('content'), now));
    expect(counted?.wanted).toBeGreaterThan(20);
    expect(counted?.not).toBe(0);
    const again = await follow();
    expect(again.inReach).toEqual({ begun: 0, changed: 0, ended: 0, opened: 0 });
    expect(again.smi).toMatchObject({ opened: 0, asked: 0, ended: 0 });
  });

  test('checks stand where the definition says: four of them done for who is not in it, and one not for who is', async () => {
    const verdict = await checkSmi(at.book.as('batch'), 'content');
    expect(verdict.ok, verdict.detail).toBe(true);
    expect(verdict.detail).toMatch(/^[1-9]/);
  });

  test('a check has the day, the words and the sender of the latest entry of the record', async () => {
    const rows = await sql<{ recorded: string; recorded_by: string; last_day: string }>(
      "select recorded, recorded_by, last_day from coordination.smi_check where check_id = 'blood_pressure' and last_day is not null",
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(row.recorded).toMatch(/systolic/i);
      expect(row.recorded_by).toMatch(/^Z1\d{4}$/);
      expect(row.last_day <= '2026-11-01').toBe(true);
    }
  });

  test('every number opens exactly the people whom it counts, for who sees all and who sees one practice', async () => {
    for (const by of [lead, nurse])
      await actAs(at.book, by, async (tx) => {
        const counts = await countSmi(tx, pathway);
        const length = async (filter: Partial<Parameters<typeof listSmi>[2]>) =>
          (await listSmi(tx, pathway, { check: null, status: null, chaser: null, ...filter }, null)).people
            .length;
        for (const [check, row] of counts.byCheck)
          for (const [status, n] of Object.entries(row))
            expect(await length({ check, status: status as never }), `${check} ${status}`).toBe(n);
        for (const [status, n] of Object.entries(counts.any))
          expect(await length({ status: status as never })).toBe(n);
        for (const [chaser, n] of Object.entries(counts.byChaser))
          expect(await length({ chaser: chaser as never })).toBe(n);
        expect(await length({})).toBe(counts.people);
        const all = Object.values(counts.byChaser).reduce((sum, n) => sum + n, 0);
        expect(all, 'each person is chased by one, or by nobody').toBe(counts.people);
        expect(counts.byChaser.nobody).toBe(0);
      });
  });
});

describe('one chaser, never two', () => {
  test('each person with a check overdue has one open chase, of the practice', async () => {
    const chases = await openChases();
    const overdue = await sql<{ person_no: number }>(
      "select distinct person_no from coordination.smi_check where status = 'overdue' order by 1",
    );
    expect(chases.map(({ person }) => person)).toEqual(overdue.map(({ person_no }) => person_no));
    expect(new Set(chases.map(({ team }) => team))).toEqual(new Set(['practice']));
  });

  test('of many who press at once one has it, and the others are told who', async () => {
    const gp = await persona(at.book, 'gp');
    const found = await chasedByTheNurse();
    await actAs(at.book, nurse, (tx) =>
      finishWork(tx, { by: nurse, now, kinds, item: found.item, outcome: 'no_contact', note: null }),
    );
    expect((await follow()).smi.opened, 'not chased again at once').toBe(0);
    const press = (by: Actor) =>
      actAs(at.book, by, (tx) => startChase(tx, { by, now, kinds, pathway, person: found.public_id }));
    const pressed = await Promise.allSettled([press(gp), press(nurse), press(gp), press(nurse), press(gp)]);
    const refused = pressed.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(4);
    for (const { reason } of refused) {
      expect(reason.code).toBe('chased_already');
      expect(reason.message).toMatch(new RegExp(`${gp.name}|${nurse.name}`));
    }
    expect((await openChases()).filter(({ person }) => person === found.person_no)).toHaveLength(1);
  });

  test('who puts it off, or declines it, has said so: it waits until the day, and is not begun again by the record', async () => {
    const gp = await persona(at.book, 'gp');
    // Another person than in the test above, who was chased lately.
    const found = await chasedByTheNurse(-1);
    const finish = (item: number) =>
      actAs(at.book, nurse, (tx) =>
        finishWork(tx, { by: nurse, now, kinds, item, outcome: 'no_contact', note: null }),
      );
    await finish(found.item);
    const decide = (by: Actor, decision: Parameters<typeof startChase>[2]) =>
      actAs(at.book, by, (tx) =>
        startChase(tx, { by, now, kinds, pathway, person: found.public_id }, decision),
      );
    const itemOf = async (item: number) =>
      (
        await sql<{ owner: string; due: string; outcome: string | null; closed: boolean; note: string }>(
          `select owner_account as owner, due_at::date::text as due, outcome, closed_at is not null as closed,
                  (select note from work.transition where item_id = $1 order by transition_id desc limit 1) as note
             from work.item where item_id = $1`,
          [item],
        )
      )[0];

    const yesterday = { act: 'defer', due: plainDate('2026-11-21'), reason: 'Too late' } as const;
    await expect(decide(nurse, yesterday)).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await openChases()).filter(({ person }) => person === found.person_no)).toEqual([]);

    const due = plainDate('2026-12-07');
    const putOff = await decide(nurse, { act: 'defer', due, reason: 'Abroad until December' });
    expect(await itemOf(putOff)).toMatchObject({
      owner: nurse.account,
      closed: false,
      note: 'Abroad until December',
      // A clock that ends with a day is midnight of the next one.
      due: '2026-12-08',
    });
    await expect(decide(gp, { act: 'decline', reason: 'No' })).rejects.toMatchObject({
      code: 'chased_already',
      message: expect.stringContaining(nurse.name),
    });
    await finish(putOff);

    const declined = await decide(gp, { act: 'decline', reason: 'Has all of them at the hospital' });
    expect(await itemOf(declined)).toMatchObject({
      closed: true,
      outcome: 'not_needed',
      note: 'Has all of them at the hospital',
    });
    expect((await follow()).smi.opened, 'not chased again at once').toBe(0);
    expect(
      await sql('select distinct action from audit.entry where action like $1 order by 1', ['smi.chase_%']),
    ).toEqual(expect.arrayContaining([{ action: 'smi.chase_decline' }, { action: 'smi.chase_defer' }]));
  });

  test('the database lets nobody have two, however they are written', async () => {
    const [one] = await openChases();
    const second = sql(
      `insert into work.item (kind, subject_kind, subject_id, owner_team, state, opened_at, due_at, breach_at)
       select kind, subject_kind, subject_id, owner_team, 'waiting', now(), now(), now() from work.item where item_id = $1`,
      [one?.item],
    );
    await expect(second).rejects.toMatchObject({ code: '23505', constraint: 'one_open_chase' });
  });

  test('neither the lead of the neighbourhood team nor a practice for another’s people takes it on', async () => {
    const [other] = await sql<{ public_id: string }>(
      `select p.public_id from coordination.smi_check c join register.person p using (person_no)
        where c.status = 'overdue' and p.practice_id not in (
          select practice_id from register.care_relationship where account = $1 and practice_id is not null) limit 1`,
      [nurse.account],
    );
    const press = (by: Actor) =>
      actAs(at.book, by, (tx) => startChase(tx, { by, now, kinds, pathway, person: other?.public_id ?? '' }));
    await expect(press(lead)).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(press(nurse), 'whom they may not see, there is not').rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

/** Somebody with a check overdue who has come to the nurse's practice, which chases them since. */
async function chasedByTheNurse(which = 0) {
  const chase = (await openChases()).at(which);
  await sql('delete from work.transition where item_id = $1', [chase?.item]);
  await sql('delete from work.item where item_id = $1', [chase?.item]);
  const [person] = await sql<{ person_no: number; public_id: string }>(
    `update register.person set practice_id = (
       select practice_id from register.care_relationship where account = $1 and practice_id is not null limit 1)
      where person_no = $2 returning person_no, public_id`,
    [nurse.account, chase?.person],
  );
  expect((await follow()).smi.opened).toBe(1);
  const found = (await openChases()).find((each) => each.person === person?.person_no);
  if (!person || !found) throw new Error('nobody chases them');
  return { ...person, item: found.item };
}

describe('the mental health team', () => {
  /** As if somebody had been diagnosed within the year. */
  const inFirstYear = async () => {
    const [row] = await sql<{ no: number; snapshot: number }>(
      `select (d ->> 'no')::int as no, snapshot_id as snapshot from need.publication, jsonb_array_elements(definitions) d
        where d ->> 'id' = 'smi-first-year' order by snapshot_id desc limit 1`,
    );
    // The first one's chase was ended by hand.
    const chase = (await openChases()).at(-1);
    await sql(
      'update need.person_fact set in_ids = in_ids || $1::int where snapshot_id = $2 and person_no = $3',
      [row?.no, row?.snapshot, chase?.person],
    );
    await sql('delete from work.transition where item_id = $1', [chase?.item]);
    await sql('delete from work.item where item_id = $1', [chase?.item]);
    return chase?.person ?? 0;
  };
  const chaseOf = async (person: number) => {
    const found = (await openChases()).find((each) => each.person === person);
    if (!found) throw new Error('nobody chases them');
    return found;
  };
  const sees = async (person: number) =>
    (
      await actAs(at.book, cmht, (tx) =>
        listSmi(tx, pathway, { check: null, status: null, chaser: null }, null),
      )
    ).people.some(({ personNo }) => personNo === person);

  test('is asked in the first year, sees the person while asked, and chases in the practice’s stead once it accepts', async () => {
    const person = await inFirstYear();
    expect(await sees(person)).toBe(false);
    expect((await follow()).smi).toMatchObject({ opened: 1, asked: 1 });
    const { item, team, offered } = await chaseOf(person);
    expect([team, offered], 'the practice has it until it is accepted').toEqual(['practice', cmht.team]);
    expect(await sees(person)).toBe(true);
    await actAs(at.book, cmht, (tx) => acceptWork(tx, { by: cmht, now, kinds, item }));
    expect((await chaseOf(person)).team).toBe('cmht');
    expect((await follow()).smi).toMatchObject({ opened: 0, asked: 0 });
    const counts = await actAs(at.book, lead, (tx) => countSmi(tx, pathway));
    expect(counts.byChaser.mental_health).toBe(1);

    // Back to the practice, as any work goes. Until that accepts, there is still one who chases.
    const [practice] = await sql<{ team_id: number }>(
      `select t.team_id from directory.team t join directory.place on 'practice ' || place.code = t.code
         join register.person p on p.practice_id = place.place_id where p.person_no = $1`,
      [person],
    );
    await actAs(at.book, cmht, (tx) =>
      offerWork(tx, {
        by: cmht,
        now,
        kinds,
        item,
        to: { team: practice?.team_id ?? 0, account: null },
        note: 'Stable for a year',
      }),
    );
    expect(await openChases().then((all) => all.filter((each) => each.person === person))).toHaveLength(1);

    // Not answered, it comes back. Then the person dies: the chase ends, and the team no longer sees them.
    await asBatch(at.book, (tx) => returnUnaccepted(tx, kinds, operator, later(9)));
    await sql(
      'update register.person set death_date = $1, registered = false, practice_id = null where person_no = $2',
      ['2026-11-21', person],
    );
    expect((await follow()).smi).toMatchObject({ ended: 1 });
    expect((await openChases()).some((each) => each.person === person)).toBe(false);
    expect(await sees(person)).toBe(false);
  });

  test('that declines leaves it with the practice, and is not asked again', async () => {
    const person = await inFirstYear();
    await follow();
    const { item } = await chaseOf(person);
    await actAs(at.book, cmht, (tx) =>
      declineWork(tx, { by: cmht, now, kinds, item, reason: 'Not known to us' }),
    );
    expect(await sees(person)).toBe(false);
    expect((await follow()).smi).toMatchObject({ opened: 0, asked: 0 });
    expect(await chaseOf(person)).toMatchObject({ team: 'practice', offered: null });
  });
});
