import { describe, expect, test } from 'vitest';
import { actAs, asBatch, drawPerson, drawStaff } from '../../../test/support/drawn-team.ts';
import { useDrawnWork } from '../../../test/support/drawn-work.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { plainDate } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { readPerson } from '../register/index.ts';
import {
  acceptWork,
  declineWork,
  deferWork,
  escalateBreaches,
  finishWork,
  handOverWork,
  offerWork,
  putBackWork,
  readInbox,
  readLinked,
  readWork,
  readWorkHistory,
  returnUnaccepted,
  stopWork,
  takeWork,
  taskStates,
  withdrawWork,
} from './index.ts';

describe('a task', () => {
  const at = useTestBook();
  const drawn = useDrawnWork(at);
  const { now, later, kinds } = drawn;

  const of = (by: Actor, item: number) => ({ by, now, kinds, item });
  const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
  const rowAs = (by: Actor, item: number) => as(by, (tx) => readWork(tx, item));
  const historyOf = async (by: Actor, item: number) =>
    (await as(by, (tx) => readWorkHistory(tx, item))).map(({ action }) => action).reverse();
  const to = (team: number, account: string | null = null) => ({ team, account });
  const offered = async (by = drawn.ann) => {
    const item = await drawn.ask({ by, for: to(drawn.south) });
    return item;
  };

  test('asked of the own team waits there; asked of somebody in it is theirs', async () => {
    const waiting = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
    expect(await rowAs(drawn.ann, waiting)).toMatchObject({
      state: 'waiting',
      owner: null,
      team: drawn.north,
    });
    const given = await drawn.ask({ by: drawn.ann, for: to(drawn.north, drawn.bob.account) });
    expect(await rowAs(drawn.ann, given)).toMatchObject({ state: 'in_hand', owner: drawn.bob.account });
  });

  test('asked by a form that is sent twice is one piece of work, also where both come at once', async () => {
    const form = { for: to(drawn.north), title: 'Sent twice', once: true };
    const [one, two] = await Promise.all([
      drawn.ask({ by: drawn.ann, ...form }),
      drawn.ask({ by: drawn.ann, ...form }),
    ]);
    expect(two).toBe(one);
    expect(await drawn.ask({ by: drawn.ann, ...form, for: to(drawn.south) })).not.toBe(one);
    expect(await drawn.ask({ by: drawn.ann, ...form, title: 'Something else' })).not.toBe(one);
    expect(await drawn.ask({ by: drawn.bob, ...form }), 'somebody else asks for themselves').not.toBe(one);
    await as(drawn.ann, (tx) => finishWork(tx, { ...of(drawn.ann, one), outcome: 'done', note: null }));
    expect(await drawn.ask({ by: drawn.ann, ...form }), 'done, and asked for again').not.toBe(one);
  });

  test('is due when somebody said, at the end of that day in London, or when its kind says', async () => {
    const said = await drawn.ask({ by: drawn.ann, for: to(drawn.north), due: plainDate('2026-11-09') });
    expect((await rowAs(drawn.ann, said))?.dueAt).toEqual(new Date('2026-11-10T00:00:00Z'));
    const unsaid = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
    expect((await rowAs(drawn.ann, unsaid))?.dueAt).toEqual(new Date('2026-11-10T00:00:00Z'));
  });

  test('about somebody whom one may not see cannot be asked for', async () => {
    const stranger = await drawPerson(at.book, 900, null);
    const asking = drawn.ask({ by: drawn.ann, for: to(drawn.north), person: stranger.no });
    await expect(asking).rejects.toThrow('row-level security');
  });

  test('knows what it came from and what it led to', async () => {
    const first = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
    const second = await drawn.ask({ by: drawn.ann, for: to(drawn.north), from: first });
    expect((await as(drawn.ann, (tx) => readLinked(tx, first))).to.map(({ item }) => item)).toEqual([second]);
    expect((await as(drawn.ann, (tx) => readLinked(tx, second))).from.map(({ item }) => item)).toEqual([
      first,
    ]);
  });

  describe('who may do what', () => {
    const acts = {
      take: (by: Actor, item: number) => as(by, (tx) => takeWork(tx, of(by, item))),
      'put back': (by: Actor, item: number) =>
        as(by, (tx) => putBackWork(tx, { ...of(by, item), note: null })),
      'hand over': (by: Actor, item: number) =>
        as(by, (tx) => handOverWork(tx, { ...of(by, item), to: drawn.lead.account, note: null })),
      'put off': (by: Actor, item: number) =>
        as(by, (tx) => deferWork(tx, { ...of(by, item), due: plainDate('2026-12-01'), reason: 'Away' })),
      finish: (by: Actor, item: number) =>
        as(by, (tx) => finishWork(tx, { ...of(by, item), outcome: 'done', note: null })),
      stop: (by: Actor, item: number) =>
        as(by, (tx) => stopWork(tx, { ...of(by, item), outcome: 'not_needed', reason: 'Moved' })),
    };
    const who = ['the owner', 'a colleague', 'the lead', 'another team'] as const;
    const cases = (Object.keys(acts) as (keyof typeof acts)[]).flatMap((act) =>
      who.map((each) => [act, each, each === 'the owner' || each === 'the lead'] as const),
    );
    test.each(cases)('%s what Bob has, by %s: %s', async (act, each, may) => {
      const by = {
        'the owner': drawn.bob,
        'a colleague': drawn.ann,
        'the lead': drawn.lead,
        'another team': drawn.cat,
      }[each];
      const item = await drawn.ask({ by: drawn.ann, for: to(drawn.north, drawn.bob.account) });
      const doing = acts[act](by, item);
      if (may) await expect(doing).resolves.toBeUndefined();
      else await expect(doing).rejects.toMatchObject({ code: /not_permitted|not_found/ });
    });

    test.each(['take', 'finish', 'stop', 'put off'] as const)(
      '%s what nobody has: anybody of the team',
      async (act) => {
        const item = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
        await expect(acts[act](drawn.bob, item)).resolves.toBeUndefined();
      },
    );
  });

  test('taken by two at once is one’s, and the other is told', async () => {
    const item = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
    const seen = (await rowAs(drawn.ann, item))?.lastChange;
    const both = await Promise.allSettled(
      [drawn.ann, drawn.bob].map((by) => as(by, (tx) => takeWork(tx, { ...of(by, item), seen }))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: expect.stringMatching(/changed_meanwhile|not_permitted/) },
    });
  });

  test('put off is in time again until then, and says why', async () => {
    const item = await drawn.ask({ by: drawn.ann, for: to(drawn.north), due: plainDate('2026-11-03') });
    await asBatch(at.book, (tx) => escalateBreaches(tx, taskStates('task'), drawn.operator, later(10)));
    expect(await rowAs(drawn.ann, item)).toMatchObject({ state: 'escalated', level: 1 });
    await as(drawn.ann, (tx) =>
      deferWork(tx, {
        ...of(drawn.ann, item),
        now: later(10),
        due: plainDate('2026-12-01'),
        reason: 'In hospital',
      }),
    );
    expect(await rowAs(drawn.ann, item)).toMatchObject({
      state: 'in_hand',
      level: 0,
      owner: drawn.ann.account,
    });
    const past = as(drawn.ann, (tx) =>
      deferWork(tx, { ...of(drawn.ann, item), due: plainDate('2026-11-02'), reason: 'x' }),
    );
    await expect(past).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test.each<[string, (item: number) => Promise<unknown>]>([
    [
      'an outcome that there is not',
      (item) =>
        as(drawn.ann, (tx) => finishWork(tx, { ...of(drawn.ann, item), outcome: 'went well', note: null })),
    ],
    [
      'a reason that there is not',
      (item) => as(drawn.ann, (tx) => stopWork(tx, { ...of(drawn.ann, item), outcome: 'done', reason: 'x' })),
    ],
    [
      'somebody of another team',
      (item) =>
        as(drawn.ann, (tx) =>
          handOverWork(tx, { ...of(drawn.ann, item), to: drawn.cat.account, note: null }),
        ),
    ],
    [
      'an offer to the own team',
      (item) =>
        as(drawn.ann, (tx) => offerWork(tx, { ...of(drawn.ann, item), to: to(drawn.north), note: null })),
    ],
    [
      'an offer to a team that there is not',
      (item) => as(drawn.ann, (tx) => offerWork(tx, { ...of(drawn.ann, item), to: to(9999), note: null })),
    ],
  ])('with %s is refused', async (_, doing) => {
    const item = await drawn.ask({ by: drawn.ann, for: to(drawn.north) });
    await expect(doing(item)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  describe('asked of another team', () => {
    test('stays with whoever asked until it is accepted; the other team finds it and sees the person', async () => {
      const item = await offered();
      expect(await rowAs(drawn.ann, item)).toMatchObject({
        state: 'offered',
        team: drawn.north,
        owner: drawn.ann.account,
        offeredTeam: drawn.south,
        acceptBy: new Date('2026-11-05T00:00:00Z'),
      });
      const inbox = await as(drawn.cat, (tx) => readInbox(tx, { team: drawn.south }, {}, { now, page: 1 }));
      expect(inbox.find((row) => row.item === item)?.personId).toBe(drawn.person.id);
      await as(drawn.cat, (tx) => acceptWork(tx, of(drawn.cat, item)));
      expect(await rowAs(drawn.cat, item)).toMatchObject({
        state: 'in_hand',
        team: drawn.south,
        owner: drawn.cat.account,
        senderTeamName: 'Team north',
      });
    });

    test('is finished there, and whoever asked sees what came of it', async () => {
      const item = await offered();
      await as(drawn.cat, (tx) => acceptWork(tx, of(drawn.cat, item)));
      await as(drawn.cat, (tx) =>
        finishWork(tx, { ...of(drawn.cat, item), outcome: 'done', note: 'Rail fitted' }),
      );
      const sent = await as(drawn.ann, (tx) => readInbox(tx, { sentBy: drawn.north }, {}, { now, page: 1 }));
      expect(sent.find((row) => row.item === item)).toMatchObject({ state: 'done', outcome: 'done' });
      expect(await historyOf(drawn.ann, item)).toEqual(['open', 'offer', 'accept', 'finish']);
    });

    test('lets the other team see the person for as long as it has the work, and no longer', async () => {
      const sees = () =>
        as(drawn.cat, (tx) => readPerson(tx, drawn.person.id)).then(
          () => true,
          () => false,
        );
      await drawn.endAll();
      expect(await sees()).toBe(false);
      const [one, two] = [await offered(), await offered()];
      expect(await sees()).toBe(true);
      await as(drawn.cat, (tx) => declineWork(tx, { ...of(drawn.cat, one), reason: 'Not our area' }));
      expect(await sees(), 'there is other work').toBe(true);
      await as(drawn.cat, (tx) => acceptWork(tx, of(drawn.cat, two)));
      await as(drawn.cat, (tx) => finishWork(tx, { ...of(drawn.cat, two), outcome: 'done', note: null }));
      expect(await sees()).toBe(false);
    });

    test('declined comes back with the reason', async () => {
      const item = await offered();
      await as(drawn.cat, (tx) => declineWork(tx, { ...of(drawn.cat, item), reason: 'Not our area' }));
      const [last] = await as(drawn.ann, (tx) => readWorkHistory(tx, item));
      expect(last).toMatchObject({ action: 'decline', note: 'Not our area', who: drawn.cat.name });
      expect(await rowAs(drawn.ann, item)).toMatchObject({
        state: 'came_back',
        returnedBecause: 'declined',
        offeredTeam: null,
        owner: drawn.ann.account,
        level: 0,
      });
    });

    test('not accepted in time comes back louder, once, and before everything that is in time', async () => {
      const item = await offered();
      const back = (now: Date) => asBatch(at.book, (tx) => returnUnaccepted(tx, kinds, drawn.operator, now));
      expect(await back(later(1))).toBe(0);
      expect(await back(later(4))).toBeGreaterThan(0);
      expect(await back(later(4))).toBe(0);
      expect(await rowAs(drawn.ann, item)).toMatchObject({
        state: 'came_back',
        returnedBecause: 'not_accepted',
        level: 1,
      });
      const inbox = await as(drawn.ann, (tx) =>
        readInbox(tx, { accounts: [drawn.ann.account] }, {}, { now, page: 1 }),
      );
      const levels = inbox.map(({ level }) => level);
      expect(levels).toEqual([...levels].sort((one, other) => other - one));
      const accepting = as(drawn.cat, (tx) => acceptWork(tx, of(drawn.cat, item)));
      await expect(accepting).rejects.toMatchObject({ code: /not_found|not_permitted|not_in_this_state/ });
    });

    test('late beyond its breach while nobody accepts is escalated, and with whoever asked', async () => {
      const item = await drawn.ask({ by: drawn.ann, for: to(drawn.south), due: plainDate('2026-11-02') });
      await asBatch(at.book, (tx) => escalateBreaches(tx, taskStates('task'), drawn.operator, later(30)));
      expect(await rowAs(drawn.ann, item)).toMatchObject({
        state: 'escalated',
        offeredTeam: null,
        acceptBy: null,
      });
    });

    test('can be taken back until it is accepted; of both at once one happens', async () => {
      const item = await offered();
      const both = await Promise.allSettled([
        as(drawn.cat, (tx) => acceptWork(tx, of(drawn.cat, item))),
        as(drawn.ann, (tx) => withdrawWork(tx, { ...of(drawn.ann, item), reason: 'We do it' })),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const owner = (await rowAs(drawn.ann, item))?.team;
      expect(owner).toBe(both[0].status === 'fulfilled' ? drawn.south : drawn.north);
    });

    test.each(['a colleague of the sender', 'a third team'])('is not accepted by %s', async (who) => {
      const item = await offered();
      const by = who === 'a third team' ? await drawn.thirdParty() : drawn.bob;
      const accepting = as(by, (tx) => acceptWork(tx, of(by, item)));
      await expect(accepting).rejects.toMatchObject({ code: /not_permitted|not_found/ });
    });

    test('of a practice reaches everybody who works there', async () => {
      const gp = await drawStaff(at.book, 'gp', {});
      const worker = { ...gp, organisation: 'Z90001' };
      const team = await drawn.practiceTeam();
      const item = await drawn.ask({ by: drawn.ann, for: to(team) });
      const inbox = await as(worker, (tx) => readInbox(tx, { team }, {}, { now, page: 1 }));
      expect(inbox.map((row) => row.item)).toContain(item);
    });
  });

  describe('escalates', () => {
    test.each([
      ['2026-11-09', 9, 'waiting', 0],
      ['2026-11-09', 14, 'waiting', 0],
      ['2026-11-09', 15, 'escalated', 1],
      ['2026-11-09', 21, 'escalated', 1],
      ['2026-11-09', 22, 'escalated', 2],
    ])(
      'an action of a meeting due %s, seen %i days after 2 November: %s, level %i',
      async (due, days, state, level) => {
        const item = await drawn.ask({
          by: drawn.ann,
          for: to(drawn.north),
          due: plainDate(due),
          kind: 'mdt_action',
        });
        await asBatch(at.book, (tx) =>
          escalateBreaches(tx, taskStates('mdt_action'), drawn.operator, later(days)),
        );
        expect(await rowAs(drawn.ann, item)).toMatchObject({ state, level });
        await drawn.endAll();
      },
    );
  });
});
