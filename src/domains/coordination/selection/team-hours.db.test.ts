import { describe, expect, test } from 'vitest';
import { NOW, useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { actAs, drawStaff, drawTeam } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { readSelectionContent } from './selection-content.ts';
import { addMember, minutesByDiscipline, readHours, readHoursHistory, setHours } from './team-hours.ts';

const content = readSelectionContent('content');

describe('the hours of a team', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 12 });
  const add = (by: Actor, about: Partial<Parameters<typeof addMember>[1]> = {}) =>
    actAs(at.book, by, (tx) =>
      addMember(tx, {
        by,
        now: NOW,
        content,
        account: null,
        name: 'Dee Nurse',
        discipline: 'nursing',
        minutes: 300,
        ...about,
      }),
    );
  const read = (by: Actor) => actAs(at.book, by, (tx) => readHours(tx, by.team ?? 0));
  const set = (by: Actor, member: number, minutes: number | null, seen: number) =>
    actAs(at.book, by, (tx) =>
      setHours(tx, { by, now: NOW, member, minutes, because: 'Part-time from now on', seen }),
    );

  test('are said by the INT lead, of people with and without an account, and add up by discipline', async () => {
    await add(drawn.intLead);
    await add(drawn.intLead, {
      account: drawn.josie.account,
      name: null,
      discipline: 'coordination',
      minutes: 720,
    });
    await add(drawn.intLead, { name: 'Ed Nurse', minutes: 90 });
    expect(await read(drawn.josie)).toMatchObject([
      {
        name: drawn.josie.name,
        discipline: 'coordination',
        minutes: 720,
        by: drawn.intLead.name,
        version: 1,
      },
      { name: 'Dee Nurse', minutes: 300 },
      { name: 'Ed Nurse', minutes: 90 },
    ]);
    expect(Object.fromEntries(minutesByDiscipline(await read(drawn.josie)))).toEqual({
      coordination: 720,
      nursing: 390,
    });
  });

  test('are not said by anybody else, nor of strangers, nor twice', async () => {
    const stranger = await drawStaff(at.book, 'care_coordinator', { team: await drawTeam(at.book, 'INT9') });
    await expect(add(drawn.josie, { name: 'Somebody' })).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(add(drawn.intLead, { account: stranger.account })).rejects.toMatchObject({
      fields: [{ field: 'account' }],
    });
    await expect(add(drawn.intLead, { name: null })).rejects.toMatchObject({ fields: [{ field: 'name' }] });
    await expect(add(drawn.intLead, { name: 'dee nurse' })).rejects.toMatchObject({
      fields: [{ field: 'name' }],
    });
    await expect(add(drawn.intLead, { name: 'Zed', discipline: 'alchemy' })).rejects.toMatchObject({
      fields: [{ field: 'discipline' }],
    });
    expect(await read(stranger)).toEqual([]);
  });

  test('change with their history; of two who change them at once the second is told', async () => {
    const [josie] = await read(drawn.intLead);
    if (!josie) throw new Error('nobody has hours');
    const both = await Promise.allSettled([
      set(drawn.intLead, josie.member, 600, 1),
      set(drawn.intLead, josie.member, 660, 1),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'changed_since' },
    });
    const history = await actAs(at.book, drawn.josie, (tx) => readHoursHistory(tx, drawn.team));
    expect(history.filter(({ member }) => member === josie.member)).toHaveLength(2);
    await expect(set(drawn.josie, josie.member, 0, 2)).rejects.toMatchObject({ code: 'not_permitted' });
    const stranger = await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'INT8') });
    await expect(set(stranger, josie.member, 0, 2)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of a discipline in which nobody has any are none, and not without limit, until nobody of it is counted', async () => {
    const nurses = async () => minutesByDiscipline(await read(drawn.intLead)).get('nursing');
    const [dee, ed] = (await read(drawn.intLead)).filter(({ discipline }) => discipline === 'nursing');
    await set(drawn.intLead, dee?.member ?? 0, 0, 1);
    await set(drawn.intLead, ed?.member ?? 0, 0, 1);
    expect(await nurses()).toBe(0);
    await set(drawn.intLead, dee?.member ?? 0, null, 2);
    expect(await nurses()).toBe(0);
    await set(drawn.intLead, ed?.member ?? 0, null, 2);
    expect(await nurses()).toBeUndefined();
  });

  test('of somebody who has left the team are none', async () => {
    await at.book
      .pool('owner')
      .query('update auth.account set active = false where account = $1', [drawn.josie.account]);
    expect(minutesByDiscipline(await read(drawn.intLead)).get('coordination')).toBe(0);
  });
});
