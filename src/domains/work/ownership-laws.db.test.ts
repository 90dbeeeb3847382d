import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actAs, asBatch, drawStaff } from '../../../test/support/drawn-team.ts';
import { useDrawnWork } from '../../../test/support/drawn-work.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Actor, changeAccount } from '../../platform/auth/index.ts';
import type { Tx } from '../../platform/database/index.ts';
import { changeStaff } from '../directory/index.ts';
import {
  acceptWork,
  assignMany,
  countWorkOfLeavers,
  declineWork,
  escalateBreaches,
  finishWork,
  handOverWork,
  offerWork,
  openTask,
  putBackWork,
  returnUnaccepted,
  returnWorkOfLeavers,
  stopWork,
  takeWork,
  taskStates,
  undoMany,
  withdrawWork,
} from './index.ts';

/** One thing that a client does: who, what, to which piece of work, for whom, and when. */
interface Step {
  readonly act: (typeof ACTS)[number];
  readonly who: number;
  readonly item: number;
  readonly to: number;
  readonly day: number;
}

const ACTS = [
  'ask',
  'take',
  'put back',
  'hand over',
  'offer',
  'accept',
  'decline',
  'withdraw',
  'finish',
  'stop',
  'assign',
  'undo',
  'escalate',
  'send back',
  'leave',
] as const;

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(...ACTS),
  who: fc.nat(5),
  item: fc.nat(30),
  to: fc.nat(5),
  day: fc.nat(20),
});

/** One errand through every hand, so that no run misses the acts that random steps seldom reach. */
const [lead, ann, bob, southLead] = [0, 1, 2, 4];
const handedRound: Step[] = (
  [
    ['ask', lead, ann],
    ['take', ann, ann],
    ['hand over', ann, bob],
    ['put back', bob, bob],
    ['offer', lead, southLead],
    ['accept', southLead, southLead],
    ['take', southLead, southLead],
    ['finish', southLead, southLead],
  ] as const
).map(([act, who, to]) => ({ act, who, to, item: 0, day: 0 }));

describe('whatever clients do at once', () => {
  const at = useTestBook();
  const drawn = useDrawnWork(at);
  const { now, later, kinds } = drawn;
  const tables = [taskStates('task')];

  test('every open piece of work has a team, every closed one an outcome, and its history says how it stands', async () => {
    const staff = [drawn.lead, drawn.ann, drawn.bob, drawn.cat];
    staff.push(await drawStaff(at.book, 'int_lead', { team: drawn.south }));
    staff.push(await drawStaff(at.book, 'care_coordinator', { team: drawn.south }));
    const items: number[] = [];
    const tokens: { by: Actor; token: string }[] = [];

    const perform = async ({ act, who, item: index, to, day }: Step): Promise<void> => {
      const by = staff[who] as Actor;
      const other = staff[to] as Actor;
      const item = items[index % Math.max(1, items.length)] ?? 0;
      const of = { by, now: later(day), kinds, item };
      const as = <Result>(work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
      const whom = { team: other.team ?? 0, account: null };
      switch (act) {
        case 'ask':
          items.push(
            await as((tx) =>
              openTask(tx, {
                by,
                now,
                kinds,
                kind: 'task',
                subject: { kind: 'errand', id: 1 },
                title: 'An errand',
                note: '',
                for: whom,
              }),
            ),
          );
          return;
        case 'take':
          return await as((tx) => takeWork(tx, of));
        case 'put back':
          return await as((tx) => putBackWork(tx, { ...of, note: null }));
        case 'hand over':
          return await as((tx) => handOverWork(tx, { ...of, to: other.account, note: null }));
        case 'offer':
          return await as((tx) => offerWork(tx, { ...of, to: whom, note: null }));
        case 'accept':
          return await as((tx) => acceptWork(tx, of));
        case 'decline':
          return await as((tx) => declineWork(tx, { ...of, reason: 'x' }));
        case 'withdraw':
          return await as((tx) => withdrawWork(tx, { ...of, reason: 'x' }));
        case 'finish':
          return await as((tx) => finishWork(tx, { ...of, outcome: 'done', note: null }));
        case 'stop':
          return await as((tx) => stopWork(tx, { ...of, outcome: 'not_needed', reason: 'x' }));
        case 'assign': {
          const ticked = items.slice(index, index + 5).map((each) => ({ item: each, seen: day + 1 }));
          const { token } = await as((tx) =>
            assignMany(tx, { by, now, kinds, items: ticked, to: to % 2 === 0 ? other.account : null }),
          );
          if (token !== null) tokens.push({ by, token });
          return;
        }
        case 'undo': {
          const mine = tokens.find((each) => each.by === by);
          if (mine) await as((tx) => undoMany(tx, { by, now, token: mine.token }));
          return;
        }
        case 'escalate':
          await asBatch(at.book, (tx) =>
            escalateBreaches(tx, taskStates('task'), drawn.operator, later(day)),
          );
          return;
        case 'send back':
          await asBatch(at.book, (tx) => returnUnaccepted(tx, kinds, drawn.operator, later(day)));
          return;
        case 'leave':
          // They leave their team or their account is closed, their work goes back, and they come again.
          await asBatch(at.book, async (tx) => {
            const place = { account: other.account, role: other.role, organisation: null, capacity: null };
            await changeStaff(tx, { ...place, teamId: null });
            await returnWorkOfLeavers(tx, tables, drawn.operator, later(day));
            await changeStaff(tx, { ...place, teamId: other.team });
          });
          return;
      }
    };

    // Refusals are the rules at work. Anything else, a deadlock or a broken constraint, is a fault.
    const allowed = (error: unknown) => error instanceof Refusal;

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 3, maxLength: 10 }), { minLength: 4, maxLength: 4 }),
        async (clients) => {
          const faults: unknown[] = [];
          await Promise.all(
            clients.map(async (steps) => {
              for (const each of steps) {
                await perform(each).catch((error: unknown) => {
                  if (!allowed(error)) faults.push([each.act, error]);
                });
              }
            }),
          );
          expect(faults).toEqual([]);
          const wrong = await at.book.pool('owner').query(`
          select item.item_id, item.state, last.to_state from work.item item
            join lateral (select * from work.transition step where step.item_id = item.item_id
                           order by transition_id desc limit 1) last on true
           where (item.closed_at is null and not exists (select from directory.team where team_id = item.owner_team))
              or (item.closed_at is null) <> (item.outcome is null)
              or last.to_state <> item.state or last.owner_team <> item.owner_team
              or last.owner_account is distinct from item.owner_account
              or (item.state = 'offered') <> (item.offered_team is not null)`);
          expect(wrong.rows).toEqual([]);
          expect(await countWorkOfLeavers(at.book.as('batch'))).toBe(0);
        },
      ),
      { numRuns: 12, examples: [[[handedRound, [], [], []]]] },
    );
    const { rows } = await at.book
      .pool('owner')
      .query('select action, count(*) as n from work.transition group by 1');
    const done = new Map(rows.map(({ action, n }) => [action, n]));
    for (const action of ['open', 'take', 'offer', 'accept', 'finish', 'hand_over', 'put_back'])
      expect(done.get(action) ?? 0, action).toBeGreaterThan(0);
  });

  test('work of a closed account goes back to its team, marked, and the check counts it until then', async () => {
    const gone = await drawStaff(at.book, 'care_coordinator', { team: drawn.north });
    const item = await drawn.ask({ by: drawn.ann, for: { team: drawn.north, account: gone.account } });
    const subject = await at.book
      .pool('owner')
      .query('select subject from auth.account where account = $1', [gone.account]);
    await asBatch(at.book, (tx) =>
      changeAccount(tx, { name: gone.name, issuer: 'test', subject: subject.rows[0].subject, active: false }),
    );
    expect(await countWorkOfLeavers(at.book.as('batch'))).toBe(1);
    expect(await asBatch(at.book, (tx) => returnWorkOfLeavers(tx, tables, drawn.operator, now))).toBe(1);
    expect(await countWorkOfLeavers(at.book.as('batch'))).toBe(0);
    const { rows } = await at.book.pool('owner').query('select * from work.item where item_id = $1', [item]);
    expect(rows).toMatchObject([
      { owner_team: drawn.north, owner_account: null, state: 'waiting', returned_because: 'left' },
    ]);
  });
});
