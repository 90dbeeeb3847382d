import { describe, expect, test } from 'vitest';
import { NOW, useDrawnCaseload } from '../../../test/support/drawn-caseload.ts';
import { actAs, asBatch, drawStaff, drawTeam, relate } from '../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { plainDate } from '../../kernel/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { type RegisterTables, readPerson } from '../register/index.ts';
import { escalateBreaches, type WorkTables } from '../work/index.ts';
import { caseloadStates } from './caseload-pathway.ts';
import { readCaseload, readEntry, readEntryOfPerson, readHistory } from './read-caseload.ts';

describe('a person on a caseload', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 12 });

  const itemOf = (item: number) =>
    asBatch(at.book, (tx) =>
      tx
        .withTables<WorkTables>()
        .selectFrom('work.item')
        .selectAll()
        .where('item_id', '=', item)
        .executeTakeFirstOrThrow(),
    );
  const entry = (item: number, by = drawn.intLead) => actAs(at.book, by, (tx) => readEntry(tx, item));
  const taken = async (about: { lead?: Actor } = {}) => {
    const person = await drawn.person();
    const item = await drawn.take(person, { by: drawn.intLead, lead: about.lead ?? drawn.josie });
    return { person, item };
  };
  const escalate = (now: Date) =>
    asBatch(at.book, (tx) => escalateBreaches(tx, caseloadStates, drawn.intLead, now));

  const commands = {
    'next step': (item: number, by: Actor, seen?: number) =>
      drawn.step(item, { by, seen, nextStep: 'Visit', due: plainDate('2026-11-20') }),
    'hand over': (item: number, by: Actor, seen?: number) => drawn.hand(item, { by, seen, to: drawn.tunde }),
    discharge: (item: number, by: Actor, seen?: number) => drawn.end(item, { by, seen }),
  };
  type Command = keyof typeof commands;

  describe('moves', () => {
    test.each<[string, Command, string]>([
      ['active', 'next step', 'active'],
      ['active', 'hand over', 'active'],
      ['active', 'discharge', 'discharged'],
      ['escalated', 'next step', 'active'],
      ['escalated', 'hand over', 'active'],
      ['escalated', 'discharge', 'discharged'],
    ])('%s, %s: %s', async (state, command, to) => {
      const { item } = await taken();
      if (state === 'escalated') await escalate(new Date('2026-11-13T00:00:00Z'));
      expect((await itemOf(item)).state).toBe(state);
      await commands[command](item, drawn.intLead);
      expect((await itemOf(item)).state).toBe(to);
    });

    test.each(Object.keys(commands) as Command[])('discharged, %s: refused', async (command) => {
      const { person, item } = await taken();
      await drawn.end(item, { by: drawn.josie });
      const before = [await itemOf(item), await drawn.auditOf(person)];
      await expect(commands[command](item, drawn.intLead)).rejects.toMatchObject({
        code: 'not_in_this_state',
      });
      expect([await itemOf(item), await drawn.auditOf(person)]).toEqual(before);
    });
  });

  describe('is changed by', () => {
    test.each<[string, string, () => Promise<Actor>]>([
      ['their lead', 'done', async () => drawn.josie],
      ['the INT lead', 'done', async () => drawn.intLead],
      ['another coordinator of the team', 'not_permitted', async () => drawn.tunde],
      ['a GP in the team', 'not_permitted', () => drawStaff(at.book, 'gp', { team: drawn.team })],
      ['an INT lead who may not see them', 'not_found', () => stranger(false)],
      ['an INT lead of another team, who may', 'not_permitted', () => stranger(true)],
    ])('%s: %s', async (_, outcome, who) => {
      const by = await who();
      for (const command of Object.values(commands)) {
        const { item } = await taken();
        const before = await itemOf(item);
        if (outcome === 'done') await expect(command(item, by)).resolves.toBeUndefined();
        else {
          await expect(command(item, by)).rejects.toMatchObject({ code: outcome });
          expect(await itemOf(item)).toEqual(before);
        }
      }
    });

    async function stranger(agreed: boolean): Promise<Actor> {
      const team = await drawTeam(at.book, `OTHER ${agreed}`);
      if (agreed) await relate(at.book, 'int_agreement', { team }, { practice: drawn.practice });
      return await drawStaff(at.book, 'int_lead', { team });
    }
  });

  test('every change is one line of the audit: who, what and through which relationship', async () => {
    const { person, item } = await taken();
    await drawn.step(item, { by: drawn.josie });
    await drawn.hand(item, { by: drawn.josie, to: drawn.tunde });
    await drawn.end(item, { by: drawn.intLead, outcome: 'moved_away' });
    const lines = (await drawn.auditOf(person)).map(({ who, action, why }) => [who, action, why]);
    expect(lines.slice(1)).toEqual([
      [drawn.josie.account, 'caseload.next_step_set', 'leads this person’s care'],
      [drawn.josie.account, 'caseload.handed_over', 'leads this person’s care'],
      [drawn.intLead.account, 'caseload.discharged', 'leads the team'],
    ]);
  });

  test('a next step replaces the one before, and begins a new clock', async () => {
    const { item } = await taken();
    await drawn.step(item, { by: drawn.josie, nextStep: 'Ask the pharmacist', due: plainDate('2026-11-20') });
    expect(await entry(item)).toMatchObject({ nextStep: 'Ask the pharmacist', due: '2026-11-20' });
    expect(await itemOf(item)).toMatchObject({
      due_at: new Date('2026-11-21T00:00:00Z'),
      breach_at: new Date('2026-11-24T00:00:00Z'),
    });
  });

  test.each<[string, Command]>([
    ['a next step', 'next step'],
    ['a hand-over', 'hand over'],
  ])('%s cannot be due in the past', async (_, command) => {
    const { item } = await taken();
    const due = plainDate('2026-11-01');
    const late =
      command === 'next step'
        ? drawn.step(item, { by: drawn.josie, due })
        : drawn.hand(item, { by: drawn.josie, to: drawn.tunde, due });
    await expect(late).rejects.toMatchObject({ fields: [{ field: 'due' }] });
  });

  test('a late step goes to the top of the caseload, the others follow by their day', async () => {
    const lead = await drawStaff(at.book, 'care_coordinator', { team: drawn.team });
    const due: Record<string, number> = {};
    for (const day of ['2026-11-20', '2026-11-04', '2026-11-12'] as const) {
      const { item } = await taken({ lead });
      due[day] = item;
      await drawn.step(item, { by: lead, due: plainDate(day) });
    }
    const order = async () =>
      (await actAs(at.book, lead, (tx) => readCaseload(tx, { team: drawn.team, lead: lead.account }))).map(
        (row) => row.due,
      );
    expect(await order()).toEqual(['2026-11-04', '2026-11-12', '2026-11-20']);
    await at.book
      .pool('owner')
      .query('update work.item set breach_at = due_at, due_at = due_at where item_id = $1', [
        due['2026-11-20'],
      ]);
    await drawn.step(due['2026-11-04'] ?? 0, { by: lead, due: plainDate('2026-12-20') });
    await drawn.step(due['2026-11-12'] ?? 0, { by: lead, due: plainDate('2026-12-12') });
    await escalate(new Date('2026-11-21T00:00:00Z'));
    expect(await order()).toEqual(['2026-11-20', '2026-12-12', '2026-12-20']);
  });

  describe('leaves it', () => {
    test('with an outcome and a note; what the team saw them by ends, and the lead has room', async () => {
      const { person, item } = await taken();
      await drawn.end(item, {
        by: drawn.josie,
        outcome: 'needs_met_elsewhere',
        note: 'With the falls clinic',
      });
      expect(await itemOf(item)).toMatchObject({
        closed_at: NOW,
        outcome: 'needs_met_elsewhere',
        owner_team: drawn.team,
      });
      expect(await entry(item)).toMatchObject({ closedAt: NOW, outcome: 'needs_met_elsewhere' });
      expect(await actAs(at.book, drawn.josie, (tx) => readEntryOfPerson(tx, person.no))).toBeNull();
      const relationship = await asBatch(at.book, (tx) =>
        tx
          .withTables<RegisterTables>()
          .selectFrom('register.care_relationship')
          .selectAll()
          .where('person_no', '=', person.no)
          .executeTakeFirstOrThrow(),
      );
      expect(relationship).toMatchObject({ ends: expect.any(Date), ended_because: 'needs_met_elsewhere' });
    });

    test('and is seen no more by who saw them for that alone', async () => {
      const person = await drawn.person();
      const item = await drawn.take(person, { by: drawn.intLead, lead: drawn.josie });
      await at.book
        .pool('owner')
        .query('update register.person set practice_id = null, registered = false where person_no = $1', [
          person.no,
        ]);
      await actAs(at.book, drawn.tunde, (tx) => readPerson(tx, person.id));
      await drawn.end(item, { by: drawn.josie, outcome: 'moved_away' });
      const looking = actAs(at.book, drawn.tunde, (tx) => readPerson(tx, person.id));
      await expect(looking).rejects.toMatchObject({ code: 'not_found' });
      // Nor is the work about them, which is how a second tab finds out.
      await expect(drawn.end(item, { by: drawn.josie })).rejects.toMatchObject({ code: 'not_found' });
    });

    test.each(['', 'went well', 'GOALS_MET'])(
      'only with an outcome of the pathway, not %j',
      async (outcome) => {
        const { item } = await taken();
        await expect(drawn.end(item, { by: drawn.josie, outcome })).rejects.toMatchObject({
          fields: [{ field: 'outcome' }],
        });
        expect((await itemOf(item)).closed_at).toBeNull();
      },
    );

    test('and can come back: a new entry, under the history of the old', async () => {
      const { person, item } = await taken();
      await drawn.end(item, { by: drawn.josie, outcome: 'no_contact', note: 'Three letters' });
      const again = await drawn.take(person, { by: drawn.tunde, lead: drawn.tunde, reason: 'Rang us' });
      expect(again).not.toBe(item);
      const history = await actAs(at.book, drawn.tunde, (tx) => readHistory(tx, person.no));
      expect(history.map(({ action, who, note }) => [action, who, note])).toEqual([
        ['open', drawn.tunde.name, 'Rang us'],
        ['discharge', drawn.josie.name, 'Three letters'],
        ['open', drawn.intLead.name, 'Falls, twice'],
      ]);
      expect(await entry(again)).toMatchObject({ leadName: drawn.tunde.name });
    });
  });

  describe('in two browser tabs', () => {
    test('discharged in both at once: once, the second is told', async () => {
      const { person, item } = await taken();
      const tabs = await Promise.allSettled([
        drawn.end(item, { by: drawn.josie }),
        drawn.end(item, { by: drawn.intLead, outcome: 'died' }),
      ]);
      const refusals = tabs.flatMap((tab) => (tab.status === 'rejected' ? [tab.reason] : []));
      expect(refusals).toMatchObject([{ code: 'not_in_this_state' }]);
      expect((await drawn.auditOf(person)).map(({ action }) => action)).toEqual([
        'caseload.taken_on',
        'caseload.discharged',
      ]);
    });

    test.each(Object.keys(commands) as Command[])(
      '%s answers to what was seen, not to what has come since',
      async (command) => {
        const { person, item } = await taken();
        const opened = await entry(item);
        await drawn.step(item, { by: drawn.intLead, nextStep: 'Wait for the scan' });
        const before = [await entry(item), await drawn.auditOf(person)];
        await expect(commands[command](item, drawn.josie, opened?.lastChange)).rejects.toMatchObject({
          code: 'changed_meanwhile',
          message: expect.stringContaining('Wait for the scan'),
        });
        expect([await entry(item), await drawn.auditOf(person)]).toEqual(before);
        const again = await entry(item);
        await expect(commands[command](item, drawn.josie, again?.lastChange)).resolves.toBeUndefined();
      },
    );

    test('escalated while the form stood open is something that has come since', async () => {
      const { item } = await taken();
      const opened = await entry(item);
      await escalate(new Date('2026-11-13T00:00:00Z'));
      const late = drawn.step(item, { by: drawn.josie, seen: opened?.lastChange });
      await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    });

    test('handed over in one, the former lead’s other tab no longer decides', async () => {
      const { item } = await taken();
      await drawn.hand(item, { by: drawn.intLead, to: drawn.tunde });
      for (const command of Object.values(commands))
        await expect(command(item, drawn.josie)).rejects.toMatchObject({ code: 'not_permitted' });
      expect(await entry(item)).toMatchObject({ lead: drawn.tunde.account });
    });

    test('handed over to the same colleague in both: the second is told that it is theirs already', async () => {
      const { item } = await taken();
      const hand = () => drawn.hand(item, { by: drawn.intLead, to: drawn.tunde });
      const tabs = await Promise.allSettled([hand(), hand()]);
      expect(tabs.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(tabs.find((tab) => tab.status === 'rejected')).toMatchObject({
        reason: { fields: [{ field: 'lead' }] },
      });
    });
  });
});
