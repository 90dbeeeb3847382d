import { beforeAll, describe, expect, test } from 'vitest';
import {
  actAs,
  asBatch,
  drawPerson,
  drawPlace,
  drawStaff,
  drawTeam,
  relate,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { changeGps } from '../../directory/index.ts';
import { ownPractice } from '../../register/index.ts';
import { assignNamedGps, changeNamedGp, reassignOnDeparture, undoNamedGpChange } from './change-named-gp.ts';
import { countWithoutNamedGp, readGpLists, readNamedPeople } from './read-named.ts';

const now = new Date('2026-11-02T12:00:00Z');

describe('named GPs', () => {
  const at = useTestBook();
  let practice: number;
  let other: number;
  let manager: Actor;
  let operator: Actor;
  beforeAll(async () => {
    practice = await drawPlace(at.book, 'practice', 'Z90001');
    other = await drawPlace(at.book, 'practice', 'Z90002');
    manager = { ...(await drawStaff(at.book, 'practice_manager')), organisation: 'Z90001' };
    operator = await drawStaff(at.book, 'operator');
    await relate(at.book, 'practice_staff', { account: manager.account }, { practice });
    for (let no = 1; no <= 30; no += 1) await drawPerson(at.book, no, no <= 24 ? practice : other);
    const gp = (code: string, practiceId: number) => ({
      code,
      name: `Dr ${code}`,
      practiceId,
      account: null,
      ends: null,
      practitioners: [`${code}-1`],
    });
    await asBatch(at.book, (tx) =>
      changeGps(tx, [gp('A', practice), gp('B', practice), gp('C', practice), gp('D', other)]),
    );
  });

  const assign = () => asBatch(at.book, (tx) => assignNamedGps(tx, { by: operator, now }));
  const lists = () => actAs(at.book, manager, (tx) => readGpLists(tx, practice));
  const peopleOf = async (name: string) => (await lists()).gps.find((each) => each.name === name);
  const gpOf = (person: number) =>
    actAs(at.book, manager, async (tx) => (await readNamedPeople(tx, person, now)).gp?.name ?? null);
  const without = async () => (await countWithoutNamedGp(at.book.as('batch'))).without;
  const leave = async (name: string, to: string | null) => {
    const gp = (await peopleOf(name))?.gp ?? 0;
    const takes = to === null ? null : ((await peopleOf(to))?.gp ?? 0);
    return await actAs(at.book, manager, (tx) =>
      reassignOnDeparture(tx, { by: manager, now, gp, to: takes, reason: 'Retires' }),
    );
  };
  const undo = (change: number) =>
    actAs(at.book, manager, (tx) => undoNamedGpChange(tx, { by: manager, now, change }));

  test('everybody on a list gets one of their own practice, shared out evenly; again changes nothing', async () => {
    expect(await without()).toBe(30);
    expect(await assign()).toEqual({ given: 30, ended: 0 });
    expect(await without()).toBe(0);
    expect((await lists()).gps.map(({ people }) => people)).toEqual([8, 8, 8]);
    expect(await assign()).toEqual({ given: 0, ended: 0 });
  });

  test('somebody who comes goes to who has fewest; who goes to another list gets one there', async () => {
    await drawPerson(at.book, 31, practice);
    await at.book
      .pool('owner')
      .query('update register.person set practice_id = $1 where person_no = 24', [other]);
    const before = await gpOf(24);
    expect(before).toBeNull();
    expect(await assign()).toEqual({ given: 2, ended: 1 });
    expect(await without()).toBe(0);
    const { rows } = await at.book
      .pool('owner')
      .query(
        'select gp.name from coordination.named_gp join directory.gp using (gp_id) where person_no = 24',
      );
    expect(rows).toEqual([{ name: 'Dr D' }]);
    expect(Math.max(...(await lists()).gps.map(({ people }) => people))).toBe(8);
  });

  test('when a GP leaves, all of theirs are shared out in one act, and undoing brings all back', async () => {
    const had = (await peopleOf('Dr A'))?.people ?? 0;
    const { change, people } = await leave('Dr A', null);
    expect(people).toBe(had);
    expect(await peopleOf('Dr A')).toMatchObject({ people: 0, ends: '2026-11-02' });
    expect(await without()).toBe(0);
    expect(await undo(change)).toEqual({ undone: had, kept: 0 });
    expect(await peopleOf('Dr A')).toMatchObject({ people: had, ends: null });
    await expect(undo(change)).rejects.toMatchObject({ code: 'undone_already' });
    expect(await assign()).toEqual({ given: 0, ended: 0 });
  });

  test('or all go to one; who was given another GP since keeps them when it is undone', async () => {
    const { change, people } = await leave('Dr A', 'Dr B');
    expect((await peopleOf('Dr B'))?.people).toBeGreaterThan(people);
    const { rows } = await at.book
      .pool('owner')
      .query('select person_no from coordination.named_gp where change_id = $1 order by 1 limit 1', [change]);
    const moved = rows[0].person_no;
    const to = (await peopleOf('Dr C'))?.gp ?? 0;
    await actAs(at.book, manager, (tx) =>
      changeNamedGp(tx, { by: manager, now, person: moved, to, reason: 'She asked for her' }),
    );
    expect(await undo(change)).toEqual({ undone: people - 1, kept: 1 });
    expect(await gpOf(moved)).toBe('Dr C');
  });

  test('who had whom, from when and until when, can be read', async () => {
    const { rows } = await at.book.pool('owner').query(
      `select change.kind, count(*)::int as people from coordination.former_named_gp former
         join coordination.named_gp_change change on change.change_id = former.ended_by group by 1 order by 1`,
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['by_hand', 'by_rule', 'departure', 'undo']);
  });

  test('is the practice’s own: not the last GP, not another practice’s, not a nurse', async () => {
    const nurse = await drawStaff(at.book, 'practice_nurse');
    const gp = (await peopleOf('Dr A'))?.gp ?? 0;
    const act = (by: Actor, which: number) =>
      actAs(at.book, by, (tx) => reassignOnDeparture(tx, { by, now, gp: which, to: null, reason: 'x' }));
    await expect(act(nurse, gp)).rejects.toMatchObject({ code: 'not_permitted' });
    const { rows } = await at.book.pool('owner').query("select gp_id from directory.gp where name = 'Dr D'");
    await expect(act(manager, rows[0].gp_id)).rejects.toMatchObject({ code: 'not_found' });
    await leave('Dr A', null);
    await leave('Dr B', null);
    await expect(leave('Dr C', null)).rejects.toMatchObject({ code: 'nobody_left' });
    await expect(leave('Dr B', null)).rejects.toMatchObject({ code: 'left_already' });
  });

  test('is that of the practice where somebody works, however many others their team may look through', async () => {
    const drawn = await drawStaff(at.book, 'gp');
    const doctor = { ...drawn, organisation: 'Z90002', team: await drawTeam(at.book, 'INT') };
    // The agreement of the first practice, which a list of all whom they may see begins with, and of their own.
    for (const id of [practice, other])
      await relate(at.book, 'int_agreement', { team: doctor.team }, { practice: id });
    expect(await actAs(at.book, doctor, (tx) => ownPractice(tx, doctor)), 'works in none').toBeNull();
    await relate(at.book, 'practice_staff', { account: doctor.account }, { practice: other });
    expect(await actAs(at.book, doctor, (tx) => ownPractice(tx, doctor))).toBe(other);
    const { rows } = await at.book.pool('owner').query("select gp_id from directory.gp where name = 'Dr C'");
    await expect(
      actAs(at.book, doctor, (tx) =>
        reassignOnDeparture(tx, { by: doctor, now, gp: rows[0].gp_id, to: null, reason: 'x' }),
      ),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
