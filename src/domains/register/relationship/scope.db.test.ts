import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../../test/support/actors.ts';
import {
  actAs,
  asBatch,
  drawPerson,
  drawPlace,
  drawStaff,
  drawTeam,
  relate,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { type Actor, type Role, roles } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { endRelationship } from '../index.ts';
import type { RegisterTables, RelationshipKind } from '../tables.ts';

const directCare: readonly Role[] = [
  'int_lead',
  'care_coordinator',
  'gp',
  'practice_nurse',
  'practice_manager',
];
const everyRole = Object.keys(roles) as Role[];
const kinds = {
  practice: ['practice_staff', 'int_agreement'],
  person: ['caseload', 'contact', 'mdt', 'self', 'carer'],
} as const satisfies Record<string, readonly RelationshipKind[]>;
const DAY = 86_400_000;

/** Through which kinds of relationship each role sees people: the decisions page, "Who may see people". */
function seesThrough(role: Role, kind: RelationshipKind): boolean {
  if (kind === 'self' || kind === 'carer') return role === 'patient' || role === 'carer';
  if (kind === 'break_glass') return directCare.includes(role) && role !== 'practice_manager';
  return directCare.includes(role);
}

describe('who sees whom', () => {
  const at = useTestBook();
  const practices: number[] = [];
  const teams: number[] = [];
  const people = [
    { no: 1, practice: 0 },
    { no: 2, practice: 0 },
    { no: 3, practice: 1 },
    { no: 4, practice: 1 },
    // On nobody's list: left, or died.
    { no: 5, practice: null },
  ];
  beforeAll(async () => {
    for (const code of ['Z90001', 'Z90002']) practices.push(await drawPlace(at.book, 'practice', code));
    for (const code of ['A', 'B']) teams.push(await drawTeam(at.book, code));
    for (const { no, practice } of people)
      await drawPerson(at.book, no, practice === null ? null : (practices[practice] ?? null));
  });

  const persons = (tx: Tx) =>
    tx.withTables<RegisterTables>().selectFrom('register.person').select('person_no');
  const seenBy = (by: Actor) =>
    actAs(at.book, by, async (tx) =>
      (await persons(tx).orderBy('person_no').execute()).map(({ person_no }) => person_no),
    );
  const forget = () => at.book.pool('owner').query('delete from register.care_relationship');

  describe('through a relationship of a kind', () => {
    test.each(everyRole)('%s', async (role) => {
      const by = await drawStaff(at.book, role, { team: teams[0] ?? 0 });
      const holders = [{ account: by.account }, { team: teams[0] ?? 0 }];
      for (const holder of holders) {
        for (const kind of [...kinds.practice, ...kinds.person]) {
          await forget();
          const ofPractice = kind === 'practice_staff' || kind === 'int_agreement';
          await relate(at.book, kind, holder, ofPractice ? { practice: practices[1] ?? 0 } : { person: 5 });
          const expected = seesThrough(role, kind) ? (ofPractice ? [3, 4] : [5]) : [];
          expect({ kind, holder, seen: await seenBy(by) }).toEqual({ kind, holder, seen: expected });
        }
      }
      // An emergency is one account's, about one person, and ends.
      await forget();
      const ends = new Date(Date.now() + DAY);
      await relate(at.book, 'break_glass', { account: by.account }, { person: 5 }, { ends });
      expect(await seenBy(by)).toEqual(seesThrough(role, 'break_glass') ? [5] : []);
    });
  });

  test('what is seen is what open relationships say, whatever they are', async () => {
    const accounts: Actor[] = [];
    for (const [index, role] of (
      ['int_lead', 'gp', 'patient', 'carer', 'analyst', 'commissioner'] as const
    ).entries())
      accounts.push(
        await drawStaff(at.book, role, index % 2 === 0 ? { team: teams[0] ?? 0 } : { team: teams[1] ?? 0 }),
      );
    const when = fc.constantFrom<[number, number | null]>([-2, null], [-2, 1], [-2, -1], [1, 2], [1, null]);
    const holder = fc.oneof(
      fc.nat(accounts.length - 1).map((index) => ({ account: accounts[index]?.account ?? '' })),
      fc.nat(1).map((index) => ({ team: teams[index] ?? 0 })),
    );
    const about = fc.oneof(
      fc.record({ kind: fc.constantFrom(...kinds.practice), practice: fc.nat(1), person: fc.constant(null) }),
      fc.record({
        kind: fc.constantFrom(...kinds.person),
        practice: fc.constant(null),
        person: fc.integer({ min: 1, max: 5 }),
      }),
    );
    const relationship = fc.record({ holder, about, when });

    await fc.assert(
      fc.asyncProperty(fc.array(relationship, { maxLength: 8 }), async (drawn) => {
        await forget();
        const now = Date.now();
        await asBatch(at.book, async (tx) => {
          for (const { holder, about, when } of drawn) {
            await tx
              .withTables<RegisterTables>()
              .insertInto('register.care_relationship')
              .values({
                kind: about.kind,
                account: 'account' in holder ? holder.account : null,
                team_id: 'team' in holder ? holder.team : null,
                practice_id: about.practice === null ? null : (practices[about.practice] ?? null),
                person_no: about.person,
                purpose: 'drawn',
                starts: new Date(now + when[0] * DAY),
                ends: when[1] === null ? null : new Date(now + when[1] * DAY),
                ended_because: null,
              })
              .execute();
          }
        });
        for (const by of accounts) {
          const live = drawn.filter(
            ({ holder, about, when: [starts, ends] }) =>
              starts < 0 &&
              (ends === null || ends > 0) &&
              ('account' in holder ? holder.account === by.account : holder.team === by.team) &&
              seesThrough(by.role, about.kind),
          );
          const expected = people.filter((person) =>
            live.some(({ about }) =>
              about.person === null ? about.practice === person.practice : about.person === person.no,
            ),
          );
          expect(await seenBy(by)).toEqual(expected.map(({ no }) => no));
        }
      }),
      { numRuns: 25 },
    );
  });

  describe('and when', () => {
    test('an agreement that ends closes the list at that moment, one that begins later opens none', async () => {
      await forget();
      const [team = 0, practice = 0] = [teams[0], practices[0]];
      const by = await drawStaff(at.book, 'int_lead', { team });
      await relate(at.book, 'int_agreement', { team }, { practice }, { starts: new Date(Date.now() + DAY) });
      expect(await seenBy(by)).toEqual([]);
      await forget();
      await relate(at.book, 'int_agreement', { team }, { practice }, { ends: new Date(Date.now() + 1500) });
      expect(await seenBy(by)).toEqual([1, 2]);
      await new Promise((done) => setTimeout(done, 1600));
      expect(await seenBy(by)).toEqual([]);
    });

    test('a relationship that is ended is over within the same transaction', async () => {
      await forget();
      const team = teams[0] ?? 0;
      const by = await drawStaff(at.book, 'int_lead', { team });
      await relate(at.book, 'caseload', { team }, { person: 5 });
      await actAs(at.book, by, async (tx) => {
        expect(await persons(tx).execute()).toEqual([{ person_no: 5 }]);
        await endRelationship(tx, { kind: 'caseload', team, person: 5 }, 'drawn');
        expect(await persons(tx).execute()).toEqual([]);
      });
    });

    test('the scope of one transaction is not the scope of the next on the same connection', async () => {
      await forget();
      const by = await drawStaff(at.book, 'gp');
      await relate(at.book, 'practice_staff', { account: by.account }, { practice: practices[0] ?? 0 });
      for (let round = 0; round < 5; round++) {
        expect(await seenBy(by)).toEqual([1, 2]);
        expect(await seenBy(anActor('gp'))).toEqual([]);
        expect((await at.book.pool('app').query('select from register.person')).rowCount).toBe(0);
      }
    });
  });

  describe('the application’s own login, past all code,', () => {
    const app = (statement: string) => at.book.pool('app').query(statement);

    test('finds nobody with a scope that is empty, and fails with one that is none', async () => {
      const look = (practices: string) =>
        app(
          `begin; set local neighbourhold.practices = '${practices}'; select * from register.person; commit`,
        );
      const found = (await look('{}')) as unknown as { rowCount: number }[];
      expect(found[2]?.rowCount).toBe(0);
      await expect(look('everybody')).rejects.toThrow('malformed array literal');
    });

    test.each([
      ['set row_security = off; select * from register.person', 'row-level security'],
      ['alter table register.person disable row level security', 'must be owner'],
      ['drop policy person_in_scope on register.person', 'must be owner'],
      ['insert into register.person (person_no) values (9)', 'permission denied'],
      ['update register.person set practice_id = null', 'permission denied'],
      ['delete from register.person', 'permission denied'],
      ['delete from register.care_relationship', 'permission denied'],
    ])('cannot: %s', async (statement, why) => {
      const client = await at.book.pool('app').connect();
      await expect(client.query(statement)).rejects.toThrow(why);
      client.release(true);
    });

    test.each(everyRole)(
      'as %s is told the names behind the audit only when it answers for it',
      async (role) => {
        const by = anActor(role);
        const told = await actAs(at.book, by, async (tx) => {
          const { rows } = await sql`select label from register.audit_labels(array[1, 5])`.execute(tx);
          return rows.length;
        });
        expect(told).toBe(role === 'ig_lead' ? 2 : 0);
      },
    );
  });
});
