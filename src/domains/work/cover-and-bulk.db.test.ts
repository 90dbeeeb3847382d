import { describe, expect, test } from 'vitest';
import { actAs } from '../../../test/support/drawn-team.ts';
import { useDrawnWork } from '../../../test/support/drawn-work.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { plainDate } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import {
  actOnMany,
  assignMany,
  endAway,
  finishWork,
  type ManyAct,
  readAway,
  readDesk,
  readInbox,
  readWork,
  readWorkHistory,
  setAway,
  takeWork,
  undoMany,
} from './index.ts';

const at = useTestBook();
const drawn = useDrawnWork(at);
const { now, later, kinds } = drawn;
const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
const rowOf = (item: number) => as(drawn.lead, (tx) => readWork(tx, item));
const of = (by: Actor, item: number) => ({ by, now, kinds, item });

describe('cover', () => {
  const away = (by: Actor, who: Actor, cover: Actor, from = '2026-11-02', until = '2026-11-06') =>
    as(by, (tx) =>
      setAway(tx, {
        by,
        now,
        account: who.account,
        coveredBy: cover.account,
        from: plainDate(from),
        until: plainDate(until),
      }),
    );
  const inboxOf = async (by: Actor, when: Date) =>
    await as(by, async (tx) => {
      const { covers } = await readDesk(tx, by, when);
      const accounts = [by.account, ...covers.map(({ account }) => account)];
      return (await readInbox(tx, { accounts }, {}, { now: when, page: 1 })).map(({ item }) => item);
    });

  test('shows the work of who is away to who covers, both days included, and not after', async () => {
    const item = await drawn.ask({ by: drawn.ann, for: { team: drawn.north, account: drawn.bob.account } });
    expect(await inboxOf(drawn.ann, now)).not.toContain(item);
    await away(drawn.bob, drawn.bob, drawn.ann);
    expect(await inboxOf(drawn.ann, now)).toContain(item);
    expect(await inboxOf(drawn.ann, new Date('2026-11-06T23:59:00Z'))).toContain(item);
    expect(await inboxOf(drawn.ann, new Date('2026-11-07T00:00:00Z'))).not.toContain(item);
    expect(await inboxOf(drawn.bob, now), 'it stays theirs').toContain(item);
    expect((await rowOf(item))?.owner).toBe(drawn.bob.account);
  });

  test('lets who covers do what the owner may, and ends when they are back', async () => {
    const item = await drawn.ask({ by: drawn.ann, for: { team: drawn.north, account: drawn.bob.account } });
    const finish = (when: Date) =>
      as(drawn.ann, (tx) =>
        finishWork(tx, { ...of(drawn.ann, item), now: when, outcome: 'done', note: null }),
      );
    const [absence] = await as(drawn.bob, (tx) => readAway(tx, drawn.bob, now));
    await expect(finish(later(10))).rejects.toMatchObject({ code: 'not_permitted' });
    await as(drawn.bob, (tx) => endAway(tx, { by: drawn.bob, now, away: absence?.away ?? 0 }));
    await expect(finish(now)).rejects.toMatchObject({ code: 'not_permitted' });
    await away(drawn.lead, drawn.bob, drawn.ann);
    await finish(now);
    expect((await rowOf(item))?.state).toBe('done');
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ['days that are covered already', 'away_already', () => away(drawn.bob, drawn.bob, drawn.lead)],
    ['somebody who is away', 'cover_is_away', () => away(drawn.ann, drawn.ann, drawn.bob)],
    ['oneself', 'invalid_input', () => away(drawn.ann, drawn.ann, drawn.ann)],
    ['somebody of another team', 'invalid_input', () => away(drawn.ann, drawn.ann, drawn.cat)],
    [
      'days gone by',
      'invalid_input',
      () => away(drawn.ann, drawn.ann, drawn.lead, '2026-10-01', '2026-10-02'),
    ],
    [
      'an end before the beginning',
      'invalid_input',
      () => away(drawn.ann, drawn.ann, drawn.lead, '2026-12-02', '2026-12-01'),
    ],
    ['somebody else, by who is no lead', 'not_permitted', () => away(drawn.ann, drawn.lead, drawn.bob)],
    ['somebody of another team, by the lead', 'not_permitted', () => away(drawn.lead, drawn.cat, drawn.bob)],
  ])('by or for %s is refused: %s', async (_, code, doing) => {
    await expect(doing()).rejects.toMatchObject({ code });
  });

  test('set twice at once for the same days is set once', async () => {
    const both = await Promise.allSettled([
      away(drawn.cat, drawn.cat, drawn.cat),
      away(drawn.lead, drawn.lead, drawn.ann, '2026-12-01', '2026-12-02'),
      away(drawn.lead, drawn.lead, drawn.ann, '2026-12-01', '2026-12-02'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});

describe('assigning many', () => {
  const asked = async (n: number) => {
    const items: number[] = [];
    for (let at = 0; at < n; at += 1)
      items.push(await drawn.ask({ by: drawn.ann, for: { team: drawn.north, account: null } }));
    return items;
  };
  const seenOf = async (items: number[]) =>
    await Promise.all(items.map(async (item) => ({ item, seen: (await rowOf(item))?.lastChange ?? 0 })));
  const assign = async (by: Actor, items: { item: number; seen: number }[], to: string | null) =>
    await as(by, (tx) => assignMany(tx, { by, now, kinds, items, to }));
  const undo = (by: Actor, token: string | null) =>
    as(by, (tx) => undoMany(tx, { by, now, token: token ?? '' }));

  test('gives all to one, and one token gives all back to where they were', async () => {
    const items = await asked(3);
    await as(drawn.ann, (tx) => takeWork(tx, of(drawn.ann, items[0] ?? 0)));
    const bulk = await assign(drawn.lead, await seenOf(items), drawn.bob.account);
    expect(bulk).toMatchObject({ done: 3, not: [] });
    for (const item of items) expect(await rowOf(item)).toMatchObject({ owner: drawn.bob.account });
    expect(await undo(drawn.lead, bulk.token)).toMatchObject({ done: 3, not: [] });
    expect(await rowOf(items[0] ?? 0)).toMatchObject({ owner: drawn.ann.account, state: 'in_hand' });
    expect(await rowOf(items[1] ?? 0)).toMatchObject({ owner: null, state: 'waiting' });
    await expect(undo(drawn.lead, bulk.token)).rejects.toMatchObject({ code: 'undone_already' });
  });

  test('undoes only what is still as it was left, and says who changed the rest', async () => {
    const items = await asked(3);
    const bulk = await assign(drawn.lead, await seenOf(items), drawn.bob.account);
    const [kept = 0, ...others] = items;
    await as(drawn.bob, (tx) => finishWork(tx, { ...of(drawn.bob, kept), outcome: 'done', note: null }));
    const undone = await undo(drawn.lead, bulk.token);
    expect(undone.done).toBe(2);
    expect(undone.not).toEqual([{ item: kept, whyNot: expect.stringContaining(drawn.bob.name) }]);
    expect(await rowOf(kept)).toMatchObject({ state: 'done', owner: drawn.bob.account });
    for (const item of others) expect(await rowOf(item)).toMatchObject({ state: 'waiting', owner: null });
  });

  test('leaves and names what changed since the page was made, and what is another team’s', async () => {
    const [mine = 0, taken = 0] = await asked(2);
    const theirs = await drawn
      .ask({ by: drawn.cat, for: { team: drawn.south, account: null } })
      .catch(() => 0);
    const seen = await seenOf([mine, taken]);
    await as(drawn.ann, (tx) => takeWork(tx, of(drawn.ann, taken)));
    const bulk = await assign(drawn.lead, [...seen, { item: theirs || 999_999, seen: 1 }], drawn.bob.account);
    expect(bulk.done).toBe(1);
    expect(bulk.not.map(({ item }) => item)).toEqual([taken, theirs || 999_999].sort((a, b) => a - b));
    expect((await rowOf(taken))?.owner).toBe(drawn.ann.account);
  });

  test('is the lead’s; and undoing is for who did it', async () => {
    const items = await seenOf(await asked(1));
    await expect(assign(drawn.ann, items, drawn.bob.account)).rejects.toMatchObject({
      code: 'not_permitted',
    });
    const bulk = await assign(drawn.lead, items, drawn.bob.account);
    await expect(undo(drawn.bob, bulk.token)).rejects.toMatchObject({ code: 'not_found' });
    await expect(assign(drawn.lead, items, drawn.cat.account)).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(assign(drawn.lead, [], drawn.bob.account)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  describe('to put off and to stop', () => {
    const many = async (items: number[], act: ManyAct, by = drawn.lead) => {
      const seen = await seenOf(items);
      return await as(by, (tx) => actOnMany(tx, { by, now, kinds, items: seen }, act));
    };
    const due = plainDate('2026-12-24');

    test('puts all off to one day with the reason, and one token gives each its own day and owner back', async () => {
      const items = await asked(2);
      await as(drawn.ann, (tx) => takeWork(tx, of(drawn.ann, items[0] ?? 0)));
      const before = await Promise.all(items.map(rowOf));
      const bulk = await many(items, { do: 'defer', due, reason: 'The clinic is closed' });
      expect(bulk).toMatchObject({ done: 2, not: [] });
      for (const item of items)
        expect((await rowOf(item))?.dueAt.toISOString()).toBe('2026-12-25T00:00:00.000Z');
      const history = await as(drawn.lead, (tx) => readWorkHistory(tx, items[0] ?? 0));
      expect(history[0]).toMatchObject({ action: 'defer', note: 'The clinic is closed' });
      expect(await undo(drawn.lead, bulk.token)).toMatchObject({ done: 2, not: [] });
      for (const [at, item] of items.entries()) {
        const { dueAt, owner, state } = before[at] ?? {};
        expect(await rowOf(item)).toMatchObject({ dueAt, owner, state });
      }
    });

    test('stops all for one reason, leaves what was done meanwhile, and opens again what it stopped', async () => {
      const items = await asked(3);
      const [done = 0, ...others] = items;
      const seen = await seenOf(items);
      await as(drawn.bob, (tx) => finishWork(tx, { ...of(drawn.bob, done), outcome: 'done', note: null }));
      const stop: ManyAct = { do: 'stop', outcome: 'not_needed', reason: 'The service has ended' };
      const bulk = await as(drawn.lead, (tx) =>
        actOnMany(tx, { by: drawn.lead, now, kinds, items: seen }, stop),
      );
      expect(bulk).toMatchObject({ done: 2, not: [{ item: done }] });
      for (const item of others)
        expect(await rowOf(item)).toMatchObject({ state: 'stopped', outcome: 'not_needed' });
      expect(await undo(drawn.lead, bulk.token)).toMatchObject({ done: 2, not: [] });
      for (const item of others)
        expect(await rowOf(item)).toMatchObject({ state: 'waiting', outcome: null, closedAt: null });
      expect(await rowOf(done)).toMatchObject({ state: 'done' });
    });

    test('is the lead’s, for a day to come, and for a known reason', async () => {
      const items = await asked(1);
      await expect(many(items, { do: 'defer', due, reason: 'x' }, drawn.ann)).rejects.toMatchObject({
        code: 'not_permitted',
      });
      const past = { do: 'defer', due: plainDate('2026-01-01'), reason: 'x' } as const;
      await expect(many(items, past)).rejects.toMatchObject({ code: 'invalid_input' });
      const unknown = { do: 'stop', outcome: 'bored', reason: 'x' } as const;
      await expect(many(items, unknown)).rejects.toMatchObject({ code: 'invalid_input' });
      expect(await rowOf(items[0] ?? 0)).toMatchObject({ state: 'waiting' });
    });
  });

  test('at once by two, in both orders, ends: each piece with one of them, and nothing waits for ever', async () => {
    const items = await seenOf(await asked(20));
    const done = await Promise.all([
      assign(drawn.lead, items, drawn.bob.account),
      assign(drawn.lead, [...items].reverse(), drawn.ann.account),
    ]);
    expect(done[0].done + done[1].done).toBe(20);
  });
});
