import { describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../test/support/drawn-caseload.ts';
import { actAs, drawStaff } from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { readLeads } from './index.ts';
import { readHistory } from './read-caseload.ts';
import type { CoordinationTables } from './tables.ts';

describe('room on a caseload', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 2, tunde: 0 });

  const open = async (lead: Actor) =>
    (await actAs(at.book, drawn.intLead, (tx) => readLeads(tx, drawn.team))).find(
      ({ account }) => account === lead.account,
    )?.open;
  const fresh = (capacity: number | null) =>
    drawStaff(at.book, 'care_coordinator', { team: drawn.team, capacity });
  const filled = async (capacity: number) => {
    const lead = await fresh(capacity);
    const items: number[] = [];
    for (let taken = 0; taken < capacity; taken++)
      items.push(await drawn.take(await drawn.person(), { by: lead, lead }));
    return { lead, items };
  };
  const overrideOf = async (item: number) => {
    const entries = at.book
      .as('batch')
      .withTables<CoordinationTables>()
      .selectFrom('coordination.caseload_entry');
    const row = await entries.select('override_reason').where('item_id', '=', item).executeTakeFirstOrThrow();
    return row.override_reason;
  };

  test.each([0, 1, 12, 30])(
    'a lead with room for %i is given so many, and not one more',
    async (capacity) => {
      const { lead } = await filled(capacity);
      expect(await open(lead)).toBe(capacity);
      const more = drawn.take(await drawn.person(), { by: drawn.intLead, lead });
      await expect(more).rejects.toMatchObject({ code: 'over_capacity' });
      expect(await open(lead)).toBe(capacity);
    },
  );

  test('where nobody has said how much room there is, there is room', async () => {
    const lead = await fresh(null);
    for (let taken = 0; taken < 3; taken++) await drawn.take(await drawn.person(), { by: lead, lead });
    expect(await open(lead)).toBe(3);
  });

  test('of four who want the last place at once, by taking on or handing over, one gets it', async () => {
    const { items } = await filled(2);
    const lead = await fresh(3);
    for (let taken = 0; taken < 2; taken++) await drawn.take(await drawn.person(), { by: lead, lead });
    const people = [await drawn.person(), await drawn.person()];
    // Nobody can write until all four have come as far as they can without.
    const held = await at.book.pool('owner').connect();
    await held.query('begin; lock table work.item in share mode');
    const begun = Promise.allSettled([
      ...people.map((person) => drawn.take(person, { by: drawn.josie, lead })),
      ...items.map((item) => drawn.hand(item, { by: drawn.intLead, to: lead })),
    ]);
    await new Promise((done) => setTimeout(done, 200));
    await held.query('commit');
    held.release();
    const four = await begun;
    const refused = four.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toEqual(['over_capacity', 'over_capacity', 'over_capacity']);
    expect(await open(lead)).toBe(3);
  });

  test('a discharge and a hand-over make room', async () => {
    const { lead, items } = await filled(2);
    await drawn.end(items[0] ?? 0, { by: lead });
    await drawn.take(await drawn.person(), { by: lead, lead });
    await drawn.hand(items[1] ?? 0, { by: lead, to: await fresh(1) });
    await drawn.take(await drawn.person(), { by: lead, lead });
    expect(await open(lead)).toBe(2);
  });

  describe('can be exceeded', () => {
    const reason = { overrideReason: 'Nobody else speaks Tigrinya' };

    test.each<[string, 'done' | 'over_capacity' | 'not_permitted', (lead: Actor) => Actor, object]>([
      ['the INT lead with a reason', 'done', () => drawn.intLead, reason],
      ['the INT lead without one', 'over_capacity', () => drawn.intLead, {}],
      ['the lead themself with a reason', 'done', (lead) => lead, reason],
      ['the lead themself without one', 'over_capacity', (lead) => lead, {}],
      ['another coordinator with a reason', 'not_permitted', () => drawn.josie, reason],
      ['another coordinator without one', 'over_capacity', () => drawn.josie, {}],
    ])('by %s: %s', async (_, outcome, who, more) => {
      const { lead } = await filled(1);
      const taking = drawn.take(await drawn.person(), { by: who(lead), lead, ...more });
      if (outcome === 'done') await expect(taking).resolves.toBeGreaterThan(0);
      else await expect(taking).rejects.toMatchObject({ code: outcome });
      expect(await open(lead)).toBe(outcome === 'done' ? 2 : 1);
    });

    test('and the reason is kept, with who gave it, when somebody is taken on', async () => {
      const { lead } = await filled(1);
      const person = await drawn.person();
      const item = await drawn.take(person, { by: drawn.intLead, lead, ...reason });
      expect(await overrideOf(item)).toBe(reason.overrideReason);
      expect(await drawn.auditOf(person)).toMatchObject([
        { who: drawn.intLead.account, detail: { beyondCapacity: true } },
      ]);
    });

    test('and when somebody is handed over; the next lead with room needs none', async () => {
      const { lead } = await filled(1);
      const person = await drawn.person();
      const item = await drawn.take(person, { by: drawn.josie, lead: drawn.josie });
      await drawn.hand(item, { by: drawn.intLead, to: lead, ...reason });
      expect(await overrideOf(item)).toBe(reason.overrideReason);
      await drawn.hand(item, { by: drawn.intLead, to: drawn.josie });
      expect(await overrideOf(item)).toBeNull();

      const history = await actAs(at.book, drawn.intLead, (tx) => readHistory(tx, person.no));
      expect(history.map(({ who, note }) => [who, note])).toEqual([
        [drawn.intLead.name, 'Ring them'],
        [drawn.intLead.name, `Ring them (beyond capacity: ${reason.overrideReason})`],
        [drawn.josie.name, 'Falls, twice'],
      ]);
      expect((await drawn.auditOf(person)).map(({ detail }) => detail)).toMatchObject([
        { beyondCapacity: false },
        { beyondCapacity: true, from: drawn.josie.account, to: lead.account },
        { beyondCapacity: false },
      ]);
      await drawn.end(item, { by: drawn.josie });
    });

    test('but a reason that was not needed is not taken for one', async () => {
      const person = await drawn.person();
      const item = await drawn.take(person, { by: drawn.josie, lead: drawn.josie, ...reason });
      expect(await overrideOf(item)).toBeNull();
      expect(await drawn.auditOf(person)).toMatchObject([{ detail: { beyondCapacity: false } }]);
      await drawn.end(item, { by: drawn.josie });
    });
  });
});
