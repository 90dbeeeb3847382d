import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actAs, drawPerson, drawPlace, drawStaff, relate } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import type { Actor, Role } from '../../../platform/auth/index.ts';
import { endProtection, protectRecord, readProtections, reviewProtection } from '../index.ts';
import type { ProtectionKind, RegisterTables, RelationshipKind } from '../tables.ts';

const NUMBER = '9990000018';
const today = plainDate('2026-11-22');
const reviewOn = plainDate('2027-11-22');

describe('a protected record', () => {
  const at = useTestBook();
  let practice: number;
  let lead: Actor;
  beforeAll(async () => {
    practice = await drawPlace(at.book, 'practice', 'Z90001');
    for (const no of [1, 2, 3]) await drawPerson(at.book, no, practice);
    // Whoever was joined to a protected person is protected too.
    await drawPerson(at.book, 4, null);
    await at.book.pool('owner').query(`
      update register.person set nhs_number = '${NUMBER}' where person_no = 1;
      insert into register.joined (person_no, now_no, records) values (4, 1, '{}')`);
    lead = await drawStaff(at.book, 'ig_lead');
  });
  beforeEach(() =>
    at.book.pool('owner').query('delete from register.protection; delete from register.care_relationship'),
  );

  const protect = (kind: ProtectionKind, by = lead) =>
    actAs(at.book, by, (tx) =>
      protectRecord(tx, { by, today, nhsNumber: NUMBER, kind, reason: 'They work at the desk', reviewOn }),
    );
  const seenBy = (by: Actor) =>
    actAs(at.book, by, async (tx) =>
      (
        await tx
          .withTables<RegisterTables>()
          .selectFrom('register.person')
          .select('person_no')
          .orderBy('person_no')
          .execute()
      ).map(({ person_no }) => person_no),
    );

  // role, through what, and whether person 1 is seen when the record is: not protected, staff, VIP, safeguarding
  const table: readonly [Role, RelationshipKind, boolean, boolean, boolean, boolean][] = [
    ['gp', 'practice_staff', true, true, true, true],
    ['practice_nurse', 'practice_staff', true, false, false, true],
    ['practice_manager', 'practice_staff', true, false, false, true],
    ['int_lead', 'int_agreement', true, false, false, true],
    ['care_coordinator', 'int_agreement', true, false, false, true],
    ['practice_nurse', 'caseload', true, true, true, true],
    ['practice_manager', 'work', true, true, true, true],
    ['care_coordinator', 'mdt', true, true, true, true],
    ['int_lead', 'break_glass', true, true, true, true],
    ['patient', 'self', true, true, true, true],
    ['carer', 'carer', true, true, true, false],
    ['commissioner', 'practice_staff', false, false, false, false],
    ['ig_lead', 'practice_staff', false, false, false, false],
  ];
  test.each(table)(
    '%s through %s: not protected %s, staff %s, VIP %s, safeguarding %s',
    async (role, kind, ...seen) => {
      const by = await drawStaff(at.book, role);
      const ofPractice = kind === 'practice_staff' || kind === 'int_agreement';
      const ends = kind === 'break_glass' ? { ends: new Date(Date.now() + 3_600_000) } : {};
      await relate(at.book, kind, { account: by.account }, ofPractice ? { practice } : { person: 1 }, ends);
      const found: boolean[] = [];
      for (const protection of [null, 'staff', 'vip', 'safeguarding'] as const) {
        await at.book.pool('owner').query('delete from register.protection');
        if (protection !== null) await protect(protection);
        const people = await seenBy(by);
        found.push(people.includes(1));
        expect(people.includes(4), 'and who was joined to them, as they are').toBe(people.includes(1));
        if (ofPractice && people.length > 0)
          expect(people, 'nobody else is hidden').toEqual(expect.arrayContaining([2, 3]));
      }
      expect(found).toEqual(seen);
    },
  );

  test('a transaction that says nothing of what is guarded from it gets the most careful answer', async () => {
    await protect('staff');
    const rows = await at.book
      .as('app')
      .transaction()
      .execute(async (tx) => {
        await sql`select set_config('neighbourhold.practices', ${`{${practice}}`}, true)`.execute(tx);
        return await sql<{ person_no: number }>`select person_no from register.person order by 1`.execute(tx);
      });
    expect(rows.rows.map(({ person_no }) => person_no)).toEqual([2, 3]);
  });

  test('shows nobody but the information governance lead which records are protected, and why', async () => {
    await protect('safeguarding');
    expect(await actAs(at.book, lead, (tx) => readProtections(tx))).toMatchObject([
      { kind: 'safeguarding', reason: 'They work at the desk', endedAt: null },
    ]);
    for (const role of ['gp', 'practice_manager', 'patient', 'carer', 'analyst'] as const) {
      const by = await drawStaff(at.book, role);
      expect(await actAs(at.book, by, (tx) => readProtections(tx)), role).toEqual([]);
      await expect(protect('staff', by), role).rejects.toThrow('information governance lead');
    }
  });

  test('protected twice at once for the same reason is protected once, and the second is told', async () => {
    const both = await Promise.allSettled([protect('vip'), protect('vip'), protect('staff')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'already_protected' },
    });
  });

  test('ends at once, with a reason, and stays in the list; reviewing it moves its day', async () => {
    const id = await protect('staff');
    const nurse = await drawStaff(at.book, 'practice_nurse');
    await relate(at.book, 'practice_staff', { account: nurse.account }, { practice });
    expect(await seenBy(nurse)).toEqual([2, 3]);
    const day = plainDate('2028-01-31');
    await actAs(at.book, lead, (tx) =>
      reviewProtection(tx, { by: lead, today, protection: id, reviewOn: day }),
    );
    const end = () =>
      actAs(at.book, lead, (tx) =>
        endProtection(tx, { by: lead, now: new Date(), protection: id, because: 'They left' }),
      );
    await end();
    await end();
    expect(await seenBy(nurse)).toEqual([1, 2, 3, 4]);
    expect(await actAs(at.book, lead, (tx) => readProtections(tx))).toMatchObject([
      { id, reviewOn: day, endedBy: lead.name, endedBecause: 'They left' },
    ]);
    const { rows } = await at.book
      .pool('owner')
      .query(
        `select action, subject_kind from audit.entry where subject_kind = 'protection' order by id desc limit 3`,
      );
    expect(rows.map(({ action }) => action)).toEqual([
      'protection.ended',
      'protection.reviewed',
      'protection.begun',
    ]);
  });

  test('is refused for nobody’s number and for a day that is over', async () => {
    const ask = (more: object) =>
      actAs(at.book, lead, (tx) =>
        protectRecord(tx, {
          by: lead,
          today,
          nhsNumber: NUMBER,
          kind: 'vip',
          reason: 'x',
          reviewOn,
          ...more,
        }),
      );
    await expect(ask({ nhsNumber: '9990000026' })).rejects.toMatchObject({
      fields: [{ field: 'nhs_number' }],
    });
    await expect(ask({ reviewOn: today })).rejects.toMatchObject({ fields: [{ field: 'review_on' }] });
    expect(await actAs(at.book, lead, (tx) => readProtections(tx))).toEqual([]);
  });
});
