import { beforeAll, describe, expect, test } from 'vitest';
import {
  actAs,
  type DrawnPerson,
  drawPerson,
  drawPlace,
  drawStaff,
  drawTeam,
  relate,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import type { AuditTables } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Visit } from '../../../platform/web/index.ts';
import { openPerson } from './person-routes.tsx';

describe('opening a person', () => {
  const at = useTestBook();
  let practice: number;
  let team: number;
  let person: DrawnPerson;
  beforeAll(async () => {
    practice = await drawPlace(at.book, 'practice', 'Z90001');
    team = await drawTeam(at.book, 'INT');
    person = await drawPerson(at.book, 1, practice);
  });

  const look = (by: Actor, id = person.id) =>
    actAs(at.book, by, (tx) => openPerson({ tx, by } as Visit, id, 'person.opened'));
  const looksOf = (by: Actor) =>
    at.book
      .as('batch')
      .withTables<AuditTables>()
      .selectFrom('audit.entry')
      .selectAll()
      .where('account', '=', by.account)
      .orderBy('id')
      .execute();

  test('is one line of the audit: who, whom, when, from where and why', async () => {
    const by = await drawStaff(at.book, 'gp');
    await relate(at.book, 'practice_staff', { account: by.account }, { practice });
    const before = new Date();
    await look(by);
    const lines = await looksOf(by);
    expect(lines).toMatchObject([
      {
        account: by.account,
        account_name: by.name,
        role: 'gp',
        origin: 'test',
        action: 'person.opened',
        subject_kind: 'person',
        subject_id: String(person.no),
        purpose: 'drawn practice_staff',
        outcome: 'done',
      },
    ]);
    const when = lines[0]?.at.getTime() ?? 0;
    expect(when).toBeGreaterThanOrEqual(before.getTime() - 1000);
    expect(when).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('twice is two lines', async () => {
    const by = await drawStaff(at.book, 'practice_nurse');
    await relate(at.book, 'practice_staff', { account: by.account }, { practice });
    await look(by);
    await look(by);
    expect(await looksOf(by)).toHaveLength(2);
  });

  test('names the closest relationship as its reason: the person’s own before their practice’s', async () => {
    const by = await drawStaff(at.book, 'care_coordinator', { team });
    await relate(at.book, 'int_agreement', { team }, { practice });
    await look(by);
    await relate(at.book, 'caseload', { team }, { person: person.no });
    await look(by);
    expect((await looksOf(by)).map(({ purpose }) => purpose)).toEqual([
      'drawn int_agreement',
      'drawn caseload',
    ]);
  });

  test('is nothing to see, and nothing to write down, without a relationship', async () => {
    const by = await drawStaff(at.book, 'gp');
    for (const id of [person.id, '00000000-0000-4000-8000-000000000000'])
      await expect(look(by, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await looksOf(by)).toEqual([]);
  });

  test('does not happen when it cannot be written down', async () => {
    const by = await drawStaff(at.book, 'gp');
    await relate(at.book, 'practice_staff', { account: by.account }, { practice });
    const owner = at.book.pool('owner');
    await owner.query('revoke insert on audit.entry from neighbourhold_app');
    await expect(look(by)).rejects.toThrow('permission denied');
    await owner.query('grant insert on audit.entry to neighbourhold_app');
  });
});
