import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { NOW, useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import {
  actAs,
  asBatch,
  type DrawnPerson,
  drawStaff,
  drawTeam,
  relate,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import { declinePerson, deferPerson, undoDecision } from './need-decision.ts';
import { readDecisionsOfPerson, readStandingDecision } from './read-decisions.ts';
import { standingWith } from './standing.ts';

const at = useTestBook();
const drawn = useDrawnCaseload(at, { josie: 30, tunde: 12 });
const DAY = plainDate('2026-11-30');

const request = (by: Actor, person: DrawnPerson, seen?: number) => ({
  by,
  now: NOW,
  personId: person.id,
  reason: 'In hospital until then',
  ...(seen === undefined ? {} : { seen }),
});
const defer = (person: DrawnPerson, by = drawn.josie, seen?: number, until = DAY) =>
  actAs(at.book, by, (tx) => deferPerson(tx, { ...request(by, person, seen), until }));
const decline = (person: DrawnPerson, by = drawn.josie, seen?: number) =>
  actAs(at.book, by, (tx) => declinePerson(tx, request(by, person, seen)));
const undo = (decision: number, by = drawn.josie) =>
  actAs(at.book, by, (tx) => undoDecision(tx, { by, now: NOW, decision }));
const standing = (person: DrawnPerson, by = drawn.intLead, day = '2026-11-02') =>
  actAs(at.book, by, async (tx) => {
    const of = standingWith(by.team ?? 0, plainDate(day))(sql<number>`${person.no}::int`);
    const found = await sql<{ standing: string }>`select ${of} as standing`.execute(tx);
    return found.rows[0]?.standing;
  });

/** Another team that may look through the same practice, with a lead. */
async function otherTeam(): Promise<Actor> {
  const team = await drawTeam(at.book, `OTHER${Math.random()}`);
  await relate(at.book, 'int_agreement', { team }, { practice: drawn.practice });
  return await drawStaff(at.book, 'int_lead', { team });
}

describe('somebody whom a team could take on', () => {
  test.each<[string, (person: DrawnPerson) => Promise<unknown>, string]>([
    ['and nobody decided on: open', async () => {}, 'open'],
    ['and was put off: deferred', (person) => defer(person), 'deferred'],
    ['and was declined: declined', (person) => decline(person), 'declined'],
    [
      'and was put off, then declined: declined',
      (person) => defer(person).then(() => decline(person)),
      'declined',
    ],
    [
      'and was declined, then put off: deferred',
      (person) => decline(person).then(() => defer(person)),
      'deferred',
    ],
    [
      'and was declined, which was undone: open',
      (person) => decline(person).then((made) => undo(made)),
      'open',
    ],
    [
      'and was declined, then taken on: on a caseload',
      async (person) => {
        await decline(person);
        await drawn.take(person, { by: drawn.intLead, lead: drawn.tunde });
      },
      'caseload',
    ],
    [
      'and was taken on after a decline, then discharged: open again',
      async (person) => {
        await decline(person);
        await drawn.end(await drawn.take(person, { by: drawn.intLead, lead: drawn.tunde }), {
          by: drawn.tunde,
        });
      },
      'open',
    ],
  ])('%s', async (_, happens, expected) => {
    const person = await drawn.person();
    await happens(person);
    expect(await standing(person)).toBe(expected);
  });

  test.each([
    ['2026-11-29', 'deferred'],
    ['2026-11-30', 'open'],
    ['2027-01-01', 'open'],
  ])(
    'comes back by themselves on the day until which they were put off: on %s they are %s',
    async (day, is) => {
      const person = await drawn.person();
      await defer(person);
      expect(await standing(person, drawn.intLead, day)).toBe(is);
    },
  );

  test('is declined by one team and still open for another', async () => {
    const person = await drawn.person();
    const decision = await decline(person);
    const other = await otherTeam();
    expect([await standing(person), await standing(person, other)]).toEqual(['declined', 'open']);
    const seen = await actAs(at.book, other, (tx) => readStandingDecision(tx, drawn.team, person.no));
    expect(seen, 'and what it wrote is its own').toBeNull();
    await expect(undo(decision, other)).rejects.toMatchObject({ code: 'not_found' });
    expect(await standing(person)).toBe('declined');
  });

  test('has a history that nothing removes: who, when, why, and how each decision ended', async () => {
    const person = await drawn.person();
    await defer(person);
    await undo(await decline(person, drawn.intLead));
    const history = await actAs(at.book, drawn.josie, (tx) =>
      readDecisionsOfPerson(tx, drawn.team, person.no),
    );
    expect(history.map(({ kind, who, reason, endedBecause }) => [kind, who, reason, endedBecause])).toEqual([
      ['declined', drawn.intLead.name, 'In hospital until then', 'undone'],
      ['deferred', drawn.josie.name, 'In hospital until then', 'replaced'],
    ]);
    expect((await drawn.auditOf(person)).map(({ action }) => action)).toEqual([
      'need.deferred',
      'need.declined',
      'need.decision_undone',
    ]);
    const rows = at.book.pool('app').query('delete from coordination.need_decision');
    await expect(rows).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a decision is refused', () => {
  test.each<[string, () => Promise<unknown>, object]>([
    [
      'for today: that is no putting off',
      async () => defer(await drawn.person(), drawn.josie, 0, plainDate('2026-11-02')),
      { code: 'invalid_input' },
    ],
    [
      'by somebody who takes nobody on',
      async () => decline(await drawn.person(), await drawStaff(at.book, 'gp', { team: drawn.team })),
      { code: 'not_permitted' },
    ],
    [
      'by somebody who is in no team',
      async () => decline(await drawn.person(), await drawStaff(at.book, 'int_lead')),
      { code: 'not_permitted' },
    ],
    [
      'about somebody whom the team may not see',
      async () =>
        decline(
          await drawn.person(),
          await drawStaff(at.book, 'int_lead', { team: await drawTeam(at.book, 'FAR') }),
        ),
      { code: 'not_found' },
    ],
    [
      'about somebody who is on a caseload',
      async () => {
        const person = await drawn.person();
        await drawn.take(person, { by: drawn.intLead, lead: drawn.josie });
        await decline(person);
      },
      { code: 'on_a_caseload' },
    ],
    [
      'to be undone twice',
      async () => {
        const made = await decline(await drawn.person());
        await undo(made);
        await undo(made);
      },
      { code: 'over_already' },
    ],
  ])('%s', async (_, act, refusal) => {
    await expect(act()).rejects.toMatchObject(refusal);
  });
});

describe('two tabs at once', () => {
  test('the second is told what the first did, whatever either does', async () => {
    const acts = {
      defer: (person: DrawnPerson) => defer(person, drawn.tunde, 0),
      decline: (person: DrawnPerson) => decline(person, drawn.tunde, 0),
      'take on': (person: DrawnPerson) => drawn.take(person, { by: drawn.tunde, lead: drawn.tunde, seen: 0 }),
    };
    for (const [name, second] of Object.entries(acts)) {
      const person = await drawn.person();
      await decline(person, drawn.josie, 0);
      await expect(second(person), name).rejects.toMatchObject({
        code: 'changed_meanwhile',
        message: expect.stringContaining('declined this person'),
      });
      expect(await standing(person)).toBe('declined');
    }
  });

  test('of ten who decide at the same moment exactly one has decided', async () => {
    const person = await drawn.person();
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0 ? decline(person, drawn.josie, 0) : defer(person, drawn.tunde, 0),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { rows } = await asBatch(at.book, (tx) =>
      sql<{
        n: number;
      }>`select count(*)::int as n from coordination.need_decision where person_no = ${person.no}`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});
