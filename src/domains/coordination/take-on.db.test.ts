import { describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../test/support/drawn-caseload.ts';
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
import { plainDate } from '../../kernel/index.ts';
import { type Actor, type Role, roles } from '../../platform/auth/index.ts';
import { type RegisterTables, readPerson } from '../register/index.ts';
import type { WorkTables } from '../work/index.ts';
import { leadsOfPeople, readCaseload, readEntryOfPerson } from './index.ts';
import type { CoordinationTables } from './tables.ts';

describe('taking a person on', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 12 });

  /** Everything that taking somebody on writes about them. */
  const writtenAbout = (no: number) =>
    asBatch(at.book, async (tx) => {
      const db = tx.withTables<WorkTables & CoordinationTables & RegisterTables>();
      return {
        items: await db.selectFrom('work.item').selectAll().where('subject_id', '=', no).execute(),
        entries: await db
          .selectFrom('coordination.caseload_entry')
          .selectAll()
          .where('person_no', '=', no)
          .execute(),
        relationships: await db
          .selectFrom('register.care_relationship')
          .selectAll()
          .where('person_no', '=', no)
          .where('kind', '=', 'caseload')
          .execute(),
      };
    });
  const nothing = { items: [], entries: [], relationships: [] };

  test('gives them a lead, a next step with a clock, and the reason and evidence of that day', async () => {
    const person = await drawn.person();
    const item = await drawn.take(person, {
      by: drawn.intLead,
      lead: drawn.josie,
      nextStep: 'Visit at home',
      evidence: { 'need-rank': { rank: 3 } },
    });
    const written = await writtenAbout(person.no);
    expect(written.items).toMatchObject([
      {
        item_id: item,
        kind: 'caseload',
        owner_team: drawn.team,
        owner_account: drawn.josie.account,
        state: 'active',
        // The end of 9 November in London, and three days later.
        due_at: new Date('2026-11-10T00:00:00Z'),
        breach_at: new Date('2026-11-13T00:00:00Z'),
      },
    ]);
    expect(written.entries).toMatchObject([
      {
        next_step: 'Visit at home',
        next_step_due: '2026-11-09',
        reason: 'Falls, twice',
        evidence: { 'need-rank': { rank: 3 } },
        override_reason: null,
      },
    ]);
    expect(written.relationships).toMatchObject([{ team_id: drawn.team, ends: null }]);
    expect(await drawn.auditOf(person)).toMatchObject([
      { who: drawn.intLead.account, action: 'caseload.taken_on', why: 'Falls, twice', detail: { item } },
    ]);
  });

  test('shows in the list of people, on the person’s page, and on the lead’s caseload', async () => {
    const [person, other] = [await drawn.person(), await drawn.person()];
    const item = await drawn.take(person, { by: drawn.intLead, lead: drawn.josie });
    await actAs(at.book, drawn.josie, async (tx) => {
      expect(await leadsOfPeople(tx, [person.no, other.no])).toEqual(
        new Map([[person.no, drawn.josie.name]]),
      );
      expect(await readEntryOfPerson(tx, person.no)).toMatchObject({ item, leadName: drawn.josie.name });
      expect(await readEntryOfPerson(tx, other.no)).toBeNull();
      const of = async (lead?: Actor) =>
        (await readCaseload(tx, { team: drawn.team, ...(lead ? { lead: lead.account } : {}) })).map(
          (row) => row.item,
        );
      expect(await of(drawn.josie)).toContain(item);
      expect(await of(drawn.tunde)).not.toContain(item);
      expect(await of()).toContain(item);
    });
  });

  test('is what the team sees them by from then on, also when the practice’s agreement ends', async () => {
    const practice = await drawPlace(at.book, 'practice', 'Z90002');
    const agreed = { kind: 'int_agreement', holder: { team: drawn.team }, about: { practice } } as const;
    const [taken, left] = [
      await drawPerson(at.book, 501, practice),
      await drawPerson(at.book, 502, practice),
    ];
    await relate(at.book, agreed.kind, agreed.holder, agreed.about);
    await drawn.take(taken, { by: drawn.intLead, lead: drawn.josie });
    await asBatch(at.book, (tx) =>
      tx
        .withTables<RegisterTables>()
        .updateTable('register.care_relationship')
        .set({ ends: new Date() })
        .where('practice_id', '=', practice)
        .execute(),
    );
    await actAs(at.book, drawn.tunde, async (tx) => {
      expect(await readPerson(tx, taken.id)).toMatchObject({ person_no: taken.no });
      await expect(readPerson(tx, left.id)).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  test('is seen by nobody who has not said who they are, in any table', async () => {
    await drawn.take(await drawn.person(), { by: drawn.intLead, lead: drawn.josie });
    for (const table of ['register.person', 'work.item', 'work.transition', 'coordination.caseload_entry']) {
      const rows = async (login: 'app' | 'batch') =>
        (await at.book.pool(login).query(`select from ${table}`)).rowCount;
      expect([table, await rows('app')]).toEqual([table, 0]);
      expect(await rows('batch')).toBeGreaterThan(0);
    }
  });

  describe('is for the team', () => {
    const mayTake: readonly Role[] = ['int_lead', 'care_coordinator'];

    test.each(Object.keys(roles) as Role[])('%s', async (role) => {
      const person = await drawn.person();
      const by = await drawStaff(at.book, role, { team: drawn.team });
      const taking = drawn.take(person, { by, lead: drawn.josie });
      if (mayTake.includes(role)) return expect(await taking).toBeGreaterThan(0);
      await expect(taking).rejects.toMatchObject({ code: 'not_permitted' });
      expect(await writtenAbout(person.no)).toEqual(nothing);
    });

    test('and not for who is in none', async () => {
      const by = await drawStaff(at.book, 'int_lead');
      const taking = drawn.take(await drawn.person(), { by, lead: drawn.josie });
      await expect(taking).rejects.toMatchObject({ code: 'not_permitted' });
    });
  });

  describe('is refused, and nothing is written,', () => {
    const refused = async (
      person: { no: number; id: string },
      about: Parameters<typeof drawn.take>[1],
      failure: object,
    ) => {
      const before = [await writtenAbout(person.no), await drawn.auditOf(person)];
      await expect(drawn.take(person, about)).rejects.toMatchObject(failure);
      expect([await writtenAbout(person.no), await drawn.auditOf(person)]).toEqual(before);
    };
    const properly = () => ({ by: drawn.intLead, lead: drawn.josie });

    test('for somebody whom the team may not see, in the same words as for nobody', async () => {
      const elsewhere = await drawPerson(at.book, 601, await drawPlace(at.book, 'practice', 'Z90003'));
      const nobody = { no: 602, id: '00000000-0000-4000-8000-000000000000' };
      const said = async (person: typeof nobody) =>
        drawn.take(person, properly()).catch((error) => error.message);
      await refused(elsewhere, properly(), { code: 'not_found' });
      expect(await said(elsewhere)).toBe(await said(nobody));
    });

    test('for somebody who has died', async () => {
      const died = await drawPerson(at.book, 603, null, { death_date: '2026-10-01' });
      await relate(at.book, 'contact', { team: drawn.team }, { person: died.no });
      await refused(died, properly(), { code: 'has_died' });
    });

    test('for somebody who is on the caseload already', async () => {
      const person = await drawn.person();
      await drawn.take(person, properly());
      await refused(person, { by: drawn.josie, lead: drawn.tunde }, { code: 'on_a_caseload' });
    });

    test('for somebody on another team’s caseload', async () => {
      const team = await drawTeam(at.book, 'INT2');
      await relate(at.book, 'int_agreement', { team }, { practice: drawn.practice });
      const theirs = await drawStaff(at.book, 'int_lead', { team });
      const person = await drawn.person();
      await drawn.take(person, { by: theirs, lead: theirs });
      await refused(person, properly(), { code: 'on_a_caseload' });
    });

    test('when the lead is not of the team, or has left', async () => {
      const elsewhere = await drawStaff(at.book, 'care_coordinator', {
        team: await drawTeam(at.book, 'INT3'),
      });
      const gone = await drawStaff(at.book, 'care_coordinator', { team: drawn.team });
      await at.book
        .pool('owner')
        .query('update auth.account set active = false where account = $1', [gone.account]);
      for (const lead of [elsewhere, gone])
        await refused(await drawn.person(), { by: drawn.intLead, lead }, { fields: [{ field: 'lead' }] });
    });

    test.each([
      ['2026-11-01', '2026-11-02T09:00:00Z', true],
      ['2026-11-02', '2026-11-02T09:00:00Z', false],
      // Half past midnight in London, in summer.
      ['2026-07-01', '2026-07-01T23:30:00Z', true],
      ['2026-07-02', '2026-07-01T23:30:00Z', false],
    ])('or not, when the next step is due on %s at %s', async (due, now, isRefused) => {
      const person = await drawn.person();
      const about = { ...properly(), due: plainDate(due), now: new Date(now) };
      if (isRefused) await refused(person, about, { fields: [{ field: 'due' }] });
      else expect(await drawn.take(person, about)).toBeGreaterThan(0);
    });
  });

  test('from two browser tabs at once happens once', async () => {
    for (const leads of [
      [drawn.josie, drawn.tunde],
      [drawn.josie, drawn.josie],
    ]) {
      const person = await drawn.person();
      const tabs = await Promise.allSettled(
        leads.map((lead) => drawn.take(person, { by: drawn.intLead, lead })),
      );
      const refusals = tabs.flatMap((tab) => (tab.status === 'rejected' ? [tab.reason] : []));
      expect(refusals).toMatchObject([{ code: 'on_a_caseload' }]);
      const written = await writtenAbout(person.no);
      expect(Object.values(written).map((rows) => rows.length)).toEqual([1, 1, 1]);
      expect(await drawn.auditOf(person)).toHaveLength(1);
    }
  });
});
