import { beforeAll, describe, expect, test } from 'vitest';
import { drawTeam } from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { Login } from '../../platform/database/index.ts';
import type { WorkTables } from './index.ts';

const noon = new Date('2026-11-02T12:00:00Z');
const logins = ['owner', 'app', 'batch'] as const satisfies readonly Login[];

/** What the table itself refuses, whichever code or login writes past the commands. */
describe('work that nobody owns', () => {
  const at = useTestBook();
  let team: number;
  beforeAll(async () => {
    team = await drawTeam(at.book, 'T1');
  });

  const insert = async (login: Login, more: object = {}) => {
    const proper = {
      kind: 'errand',
      subject_kind: 'errand',
      subject_id: 1,
      owner_team: team,
      owner_account: null,
      state: 'active',
      opened_at: noon,
      due_at: new Date('2026-11-03T12:00:00Z'),
      breach_at: new Date('2026-11-04T12:00:00Z'),
      escalated_at: null,
      closed_at: null,
      outcome: null,
    };
    const db = at.book.as(login).withTables<WorkTables>();
    const work = { ...proper, ...more };
    return await db.insertInto('work.item').values(work).returning('item_id').executeTakeFirstOrThrow();
  };
  const change = (login: Login, item: number, what: string) =>
    at.book.pool(login).query(`update work.item set ${what} where item_id = $1`, [item]);

  describe.each(logins)('as %s', (login) => {
    test('cannot be written', async () => {
      await expect(insert(login, { owner_team: null })).rejects.toThrow('null value in column "owner_team"');
    });

    test('cannot come of taking the team away, open or closed', async () => {
      for (const more of [{}, { closed_at: noon, outcome: 'done' }]) {
        const { item_id } = await insert(login, more);
        const taking = change(login, item_id, 'owner_team = null');
        await expect(taking).rejects.toThrow('null value in column "owner_team"');
      }
    });

    test('cannot be hidden under a team that there is not', async () => {
      await expect(insert(login, { owner_team: 9999 })).rejects.toThrow('item_owner_team_fkey');
      const { item_id } = await insert(login);
      await expect(change(login, item_id, 'owner_team = 9999')).rejects.toThrow('item_owner_team_fkey');
    });
  });

  test('cannot come of removing the team', async () => {
    await insert('app');
    const removing = at.book.pool('owner').query('delete from directory.team where team_id = $1', [team]);
    await expect(removing).rejects.toThrow('item_owner_team_fkey');
  });

  test('may wait for a person, in its team', async () => {
    await expect(insert('app', { owner_account: null })).resolves.toHaveProperty('item_id');
  });

  test.each([
    ['closed without an outcome', { closed_at: noon }, 'ends_in_an_outcome'],
    ['open with an outcome', { outcome: 'done' }, 'ends_in_an_outcome'],
    ['in breach before it is due', { breach_at: noon }, 'breach_follows_due'],
    ['without a clock', { due_at: null }, 'null value in column "due_at"'],
  ])('nor is any %s', async (_, more, constraint) => {
    await expect(insert('owner', more)).rejects.toThrow(constraint);
  });
});
