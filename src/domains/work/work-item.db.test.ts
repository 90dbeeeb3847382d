import { beforeAll, describe, expect, test } from 'vitest';
import {
  actAs,
  asBatch,
  drawPerson,
  drawPlace,
  drawStaff,
  drawTeam,
  relate,
} from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import {
  actOnWork,
  escalateBreaches,
  openWork,
  type StateTable,
  type WorkAct,
  type WorkTables,
} from './index.ts';

const errand: StateTable = {
  kind: 'errand',
  initial: 'active',
  escalated: 'escalated',
  actions: [
    { name: 'set_next_step', from: ['active', 'escalated'], to: 'active', clock: true },
    { name: 'hand_over', from: ['active', 'escalated'], to: 'active', owner: true, clock: true },
    { name: 'pause', from: ['active'], to: 'paused' },
    { name: 'resume', from: ['paused'], to: 'active' },
    { name: 'finish', from: ['active', 'escalated'], to: 'finished', ends: true },
  ],
};
const noon = new Date('2026-11-02T12:00:00Z');
const hours = (after: number) => new Date(noon.getTime() + after * 3_600_000);
const clock = { due: hours(24), breach: hours(48) };

describe('a piece of work', () => {
  const at = useTestBook();
  let team: number;
  let by: Actor;
  let colleague: Actor;
  let nextSubject = 1;
  beforeAll(async () => {
    team = await drawTeam(at.book, 'T1');
    by = await drawStaff(at.book, 'int_lead', { team });
    colleague = await drawStaff(at.book, 'care_coordinator', { team });
  });

  const items = (tx: Tx) => tx.withTables<WorkTables>().selectFrom('work.item').selectAll();
  const itemOf = (item: number) =>
    asBatch(at.book, (tx) => items(tx).where('item_id', '=', item).executeTakeFirstOrThrow());
  const historyOf = (item: number) =>
    asBatch(at.book, (tx) =>
      tx
        .withTables<WorkTables>()
        .selectFrom('work.transition')
        .selectAll()
        .where('item_id', '=', item)
        .orderBy('transition_id')
        .execute(),
    );
  const open = (about: { table?: StateTable; subject?: { kind: string; id: number }; breach?: Date } = {}) =>
    actAs(at.book, by, (tx) =>
      openWork(tx, {
        table: about.table ?? errand,
        subject: about.subject ?? { kind: 'errand', id: nextSubject++ },
        team,
        owner: by.account,
        clock: about.breach ? { due: about.breach, breach: about.breach } : clock,
        note: 'because',
        by,
        at: noon,
      }),
    );
  /** What each action brings with it when it is done properly. */
  const brings: Record<string, Partial<WorkAct>> = {
    set_next_step: { clock: { due: hours(72), breach: hours(96) } },
    hand_over: { clock: { due: hours(72), breach: hours(96) } },
    finish: { outcome: 'done' },
  };
  const doing = (item: number, action: string, more: Partial<WorkAct> = {}) => ({
    table: errand,
    item,
    action,
    by,
    at: hours(1),
    ...(action === 'hand_over' ? { owner: { team, account: colleague.account } } : {}),
    ...brings[action],
    ...more,
  });
  const perform = (item: number, action: string, more: Partial<WorkAct> = {}) =>
    actAs(at.book, by, (tx) => actOnWork(tx, doing(item, action, more)));
  const inState = async (state: string) => {
    if (state === 'escalated') {
      const late = await open({ breach: hours(0) });
      await asBatch(at.book, (tx) => escalateBreaches(tx, errand, by, hours(0)));
      return late;
    }
    const item = await open();
    if (state === 'paused') await perform(item, 'pause');
    if (state === 'finished') await perform(item, 'finish');
    return item;
  };

  describe('moves by its state table', () => {
    const states = ['active', 'paused', 'escalated', 'finished'];
    const cases = states.flatMap((state) => errand.actions.map((action) => ({ state, action })));
    const allowed = cases.filter(({ state, action }) => action.from.includes(state));
    const refused = cases.filter(({ state, action }) => !action.from.includes(state));

    test('the drawn cases are every state with every action', () => {
      expect([allowed.length, refused.length]).toEqual([8, 12]);
    });

    test.each(allowed)('$state, $action.name: done, and said in the history', async ({ state, action }) => {
      const item = await inState(state);
      const said = (await historyOf(item)).length;
      const changed = await perform(item, action.name, { note: 'a note' });
      expect(await itemOf(item)).toEqual(changed);
      expect(changed.state).toBe(action.to);
      expect((await historyOf(item)).slice(said)).toMatchObject([
        {
          action: action.name,
          from_state: state,
          to_state: action.to,
          account: by.account,
          at: hours(1),
          note: 'a note',
        },
      ]);
    });

    test.each(refused)('$state, $action.name: refused, and nothing changes', async ({ state, action }) => {
      const item = await inState(state);
      const before = [await itemOf(item), await historyOf(item)];
      await expect(perform(item, action.name)).rejects.toMatchObject({ code: 'not_in_this_state' });
      expect([await itemOf(item), await historyOf(item)]).toEqual(before);
    });

    test.each([
      ['finish', { outcome: '' }, 'needs an outcome'],
      ['set_next_step', { clock: undefined }, 'needs a clock'],
      ['hand_over', { owner: undefined }, 'needs an owner'],
    ])('%s without what it must bring is a fault of ours', async (action, without, message) => {
      const item = await open();
      await expect(perform(item, action, without as Partial<WorkAct>)).rejects.toThrow(message);
      expect((await itemOf(item)).state).toBe('active');
    });

    test('what an action does not change stays: a pause keeps owner and clock, whatever it is given', async () => {
      const item = await open();
      const before = await itemOf(item);
      const more = {
        clock: { due: hours(1), breach: hours(2) },
        owner: { team, account: null },
        outcome: 'done',
      };
      expect(await perform(item, 'pause', more)).toEqual({ ...before, state: 'paused' });
    });
  });

  describe('taken by two at once', () => {
    test('the second sees what the first did, and is refused', async () => {
      const item = await open();
      const both = await Promise.allSettled([
        perform(item, 'finish', { outcome: 'first' }),
        perform(item, 'finish', { outcome: 'second' }),
      ]);
      const refusals = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      expect(refusals).toMatchObject([{ code: 'not_in_this_state' }]);
      expect((await historyOf(item)).map(({ action }) => action)).toEqual(['open', 'finish']);
    });

    test('the second waits for the first to decide', async () => {
      const item = await open();
      let late: Promise<unknown> = Promise.resolve();
      await actAs(at.book, by, async (tx) => {
        await actOnWork(tx, doing(item, 'pause'));
        late = perform(item, 'pause').catch((error) => error);
        expect(await Promise.race([late, new Promise((done) => setTimeout(done, 100, 'waiting'))])).toBe(
          'waiting',
        );
      });
      expect(await late).toMatchObject({ code: 'not_in_this_state' });
    });

    test('what was decided on an older state of it is refused, with what has come since', async () => {
      const item = await open();
      const [opened] = await historyOf(item);
      await perform(item, 'set_next_step', { note: 'a step between' });
      const before = [await itemOf(item), await historyOf(item)];
      await expect(perform(item, 'finish', { seen: opened?.transition_id })).rejects.toMatchObject({
        code: 'changed_meanwhile',
        message: expect.stringContaining('a step between'),
      });
      expect([await itemOf(item), await historyOf(item)]).toEqual(before);
      const seen = (await historyOf(item)).at(-1)?.transition_id;
      expect(await perform(item, 'finish', { seen })).toMatchObject({ state: 'finished' });
    });

    test('a first that is undone leaves the work to the second', async () => {
      const item = await open();
      const undone = actAs(at.book, by, async (tx) => {
        await actOnWork(tx, doing(item, 'finish'));
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await perform(item, 'finish')).toMatchObject({ state: 'finished' });
    });

    test('one open caseload item for each person, and another when that has ended', async () => {
      const table = { ...errand, kind: 'caseload' };
      const subject = { kind: 'circle', id: 1 };
      const both = await Promise.allSettled([open({ table, subject }), open({ table, subject })]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find((each) => each.status === 'rejected')).toMatchObject({ reason: { code: '23505' } });
      const first = both.find((each) => each.status === 'fulfilled')?.value ?? 0;
      await perform(first, 'finish', { table });
      expect(await open({ table, subject })).toBeGreaterThan(first);
    });
  });

  describe('and its clock', () => {
    const escalate = (now: Date) => asBatch(at.book, (tx) => escalateBreaches(tx, errand, by, now));

    test.each([
      ['a second before the breach', 'active', hours(48 - 1 / 3600)],
      ['at the breach', 'escalated', hours(48)],
      ['long after', 'escalated', hours(4800)],
    ])('%s it is %s', async (_, state, now) => {
      const item = await open();
      await escalate(now);
      expect((await itemOf(item)).state).toBe(state);
      await perform(item, 'finish');
    });

    test('escalated work keeps its owner, says so once, and is on time again with a new clock', async () => {
      const item = await open({ breach: hours(2) });
      expect(await escalate(hours(3))).toBe(1);
      expect(await escalate(hours(4))).toBe(0);
      expect(await itemOf(item)).toMatchObject({
        owner_team: team,
        owner_account: by.account,
        escalated_at: hours(3),
      });
      expect((await historyOf(item)).map(({ action }) => action)).toEqual(['open', 'escalate']);

      await perform(item, 'set_next_step', { clock: { due: hours(5), breach: hours(6) } });
      expect(await itemOf(item)).toMatchObject({ state: 'active', escalated_at: null, due_at: hours(5) });
      expect(await escalate(hours(6))).toBe(1);
      await perform(item, 'finish');
    });

    test('what is over, or of another kind, is left alone', async () => {
      const over = await open({ breach: hours(2) });
      await perform(over, 'finish');
      const other = await open({ table: { ...errand, kind: 'other errand' }, breach: hours(2) });
      expect(await escalate(hours(3))).toBe(0);
      expect([(await itemOf(over)).state, (await itemOf(other)).state]).toEqual(['finished', 'active']);
    });

    test('what somebody is just working on waits for the next time', async () => {
      const item = await open({ breach: hours(2) });
      await actAs(at.book, by, async (tx) => {
        await items(tx).where('item_id', '=', item).forUpdate().execute();
        expect(await escalate(hours(3))).toBe(0);
      });
      expect(await escalate(hours(3))).toBe(1);
      await perform(item, 'finish');
    });
  });

  describe('has a history', () => {
    test.each(['app', 'batch'] as const)('that %s can only add to', async (login) => {
      const pool = at.book.pool(login);
      for (const attempt of [
        "update work.transition set note = ''",
        'delete from work.transition',
        'truncate work.transition',
        'delete from work.item',
        'truncate work.item cascade',
      ]) {
        await expect(pool.query(attempt)).rejects.toThrow('permission denied');
      }
    });

    test('whose last line is what the item is', async () => {
      const lines = await asBatch(at.book, (tx) => items(tx).where('kind', '=', 'errand').execute());
      expect(lines.length).toBeGreaterThan(20);
      for (const item of lines) {
        const last = (await historyOf(item.item_id)).at(-1);
        expect(last).toMatchObject({
          to_state: item.state,
          owner_team: item.owner_team,
          owner_account: item.owner_account,
        });
      }
    });
  });

  describe('about a person', () => {
    test('is there for whoever may see the person, and for nobody else', async () => {
      const practice = await drawPlace(at.book, 'practice', 'Z90001');
      const person = await drawPerson(at.book, 1, practice);
      await relate(at.book, 'int_agreement', { team }, { practice });
      const stranger = await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'T2') });
      const item = await open({ subject: { kind: 'person', id: person.no } });

      const seenBy = (who: Actor) =>
        actAs(at.book, who, (tx) => items(tx).where('item_id', '=', item).execute());
      expect(await seenBy(colleague)).toHaveLength(1);
      expect(await seenBy(stranger)).toEqual([]);
      const acting = actAs(at.book, stranger, (tx) => actOnWork(tx, doing(item, 'finish', { by: stranger })));
      await expect(acting).rejects.toMatchObject({ code: 'not_found' });
      const history = await actAs(at.book, stranger, (tx) =>
        tx
          .withTables<WorkTables>()
          .selectFrom('work.transition')
          .where('item_id', '=', item)
          .selectAll()
          .execute(),
      );
      expect(history).toEqual([]);
    });

    test('cannot be opened by who may not see the person', async () => {
      const person = await drawPerson(at.book, 2, null);
      await expect(open({ subject: { kind: 'person', id: person.no } })).rejects.toThrow(
        'row-level security',
      );
    });
  });
});
