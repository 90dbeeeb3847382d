import { beforeAll, describe, expect, test } from 'vitest';
import { anActor } from '../../../test/support/actors.ts';
import {
  carryOut,
  decideAs,
  numberOf,
  pairs,
  queueOf,
  sendPeople,
} from '../../../test/support/drawn-matches.ts';
import { actAs, asBatch, drawPlace, drawStaff, relate } from '../../../test/support/drawn-team.ts';
import { account, everybody } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import type { AuditTables } from '../../platform/audit/index.ts';
import type { Actor } from '../../platform/auth/index.ts';
import { matchPeople, type RegisterTables } from '../register/index.ts';
import { readDesk, readInbox, type WorkTables } from '../work/index.ts';
import {
  answerQuestion,
  askPractice,
  keepReviews,
  readIdentityPathway,
  readReviewOfMatches,
} from './index.ts';

// Addresses name the drawn people: the method does not compare them.
const practices = {
  Z9A01: {
    joanna: { nhs_number: numberOf(1), address: 'joanna' },
    twin: { family_name: 'Pipitfen', given_names: 'Ada', birth_date: '1999-01-02', address: 'ada' },
    other: { family_name: 'Pipitfen', given_names: 'Beth', birth_date: '1999-01-02', address: 'beth' },
    alike: { nhs_number: numberOf(2), family_name: 'Wrenfold', birth_date: '1970-05-06', address: 'w1' },
    nowhere: {
      family_name: 'Mossmere',
      given_names: 'Kay',
      birth_date: '1988-07-07',
      postcode: '',
      address: '',
    },
  },
  Z9B02: {
    jo: { address: 'jo' },
    alike: { nhs_number: numberOf(3), family_name: 'Wrenfold', birth_date: '1970-05-06', address: 'w2' },
    son: { birth_date: '1985-10-11', address: 'son' },
    joan: { family_name: 'Rookshade', given_names: 'Elizabeth', birth_date: '1944-04-04', address: 'eliza' },
    bess: { family_name: 'Rookshade', given_names: 'Betty', birth_date: '1944-04-04', address: 'betty' },
  },
};

describe('the queue of people who may be one', () => {
  const at = useTestBook();
  const pathway = readIdentityPathway('content');
  let igLead: Actor;
  let managers: { a: Actor; b: Actor };
  let places: { a: number; b: number };

  beforeAll(async () => {
    for (const [practice, people] of Object.entries(practices)) await sendPeople(at, practice, 1, people);
    places = {
      a: await drawPlace(at.book, 'practice', 'Z9A01'),
      b: await drawPlace(at.book, 'practice', 'Z9B02'),
    };
    igLead = await drawStaff(at.book, 'ig_lead');
    managers = {
      a: await drawStaff(at.book, 'practice_manager'),
      b: await drawStaff(at.book, 'practice_manager'),
    };
    for (const key of ['a', 'b'] as const)
      await relate(at.book, 'practice_staff', { account: managers[key].account }, { practice: places[key] });
  }, 120_000);

  test('has one item for a blank number with the same demographics; twins, father and son, two numbers are none', async () => {
    expect(await pairs(at)).toEqual(['joanna jo open', 'betty eliza open']);
  });

  test('joins nobody: the records stay two people until somebody decides', async () => {
    const people = await everybody(at);
    expect(people).toHaveLength(10);
    expect(people.every(({ records }) => records.length === 1)).toBe(true);
  });

  test('a person without number and address is whole', async () => {
    const kay = (await everybody(at)).find(({ given_names }) => given_names === 'Kay');
    expect(kay).toMatchObject({ nhs_number: null, address: null, postcode: null, registered: true });
  });

  test('an invalid check digit is put aside, and is nobody’s twin', async () => {
    const wrong = `${numberOf(1).slice(0, 9)}${(Number(numberOf(1)[9]) + 1) % 10}`;
    const result = await sendPeople(at, 'Z9C03', 1, { c: { nhs_number: wrong, address: 'wrong' } });
    expect(account(result, 'patient')).toMatchObject({ quarantined: 1, reasons: { nhs_number_invalid: 1 } });
    expect(await pairs(at)).toEqual(['joanna jo open', 'betty eliza open']);
  });

  test('does not grow when the same people come again', async () => {
    await sendPeople(at, 'Z9B02', 2, practices.Z9B02);
    await carryOut(at);
    expect(await pairs(at)).toEqual(['joanna jo open', 'betty eliza open']);
  });

  test('is all for the information governance lead, a practice’s own for its manager, and nothing for anybody else', async () => {
    expect(await queueOf(at, igLead)).toHaveLength(2);
    expect(await queueOf(at, managers.a)).toHaveLength(0);
    expect(await queueOf(at, managers.b)).toHaveLength(1);
    for (const role of ['gp', 'int_lead', 'analyst', 'commissioner', 'patient'] as const)
      expect(await queueOf(at, await drawStaff(at.book, role))).toHaveLength(0);
  });

  test('is work: of the practice that has both on its list, and of the information governance lead across lists', async () => {
    const operator = anActor('operator');
    const review = readReviewOfMatches('content');
    const keep = () =>
      asBatch(at.book, (tx) => keepReviews(tx, { by: operator, now: new Date(), pathway: review }));
    const inbox = (by: Actor) =>
      actAs(at.book, by, async (tx) => {
        const now = new Date();
        const [team] = (await readDesk(tx, by, now)).teams;
        if (!team) return [];
        const rows = await readInbox(tx, { team: team.team }, {}, { now, page: 1 });
        return rows.map(({ kind, subjectId }) => [kind, subjectId]);
      });
    expect(await keep()).toEqual({ opened: 2, ended: 0 });
    expect(await keep()).toEqual({ opened: 0, ended: 0 });
    const [own] = await queueOf(at, managers.b);
    const across = (await queueOf(at, igLead)).find(({ id }) => id !== own?.id);
    expect(await inbox(igLead)).toEqual([['identity_review', across?.id]]);
    const managerOfB = { ...managers.b, organisation: 'Z9B02' };
    expect(await inbox(managerOfB)).toEqual([['identity_review', own?.id]]);
    expect(await inbox({ ...managers.a, organisation: 'Z9A01' })).toEqual([]);
  });

  test('shows a pair’s people to who may review it alone', async () => {
    const [across] = await queueOf(at, igLead);
    const seen = async (by: Actor) =>
      (await actAs(at.book, by, (tx) => matchPeople(tx, across?.id ?? 0))).map(({ address }) => address);
    expect(await seen(igLead)).toEqual(['joanna', 'jo']);
    for (const by of [managers.a, managers.b, await drawStaff(at.book, 'gp')])
      expect(await seen(by)).toEqual([]);
  });

  test('a question to a practice is work of its team with a clock, shows it its own patient, and ends with the answer', async () => {
    const [across] = await queueOf(at, igLead);
    const match = across?.id ?? 0;
    const now = new Date('2026-11-02T09:00:00Z');
    const ask = {
      match,
      reason: 'Is there a number?',
      by: igLead,
      at: now,
      seen: 0,
      practice: places.b,
      pathway,
    };
    const item = await actAs(at.book, igLead, (tx) => askPractice(tx, ask));
    const work = () =>
      asBatch(at.book, (tx) =>
        tx
          .withTables<WorkTables>()
          .selectFrom('work.item')
          .selectAll()
          .where('item_id', '=', item)
          .executeTakeFirstOrThrow(),
      );
    expect(await work()).toMatchObject({ kind: 'identity_question', state: 'asked', outcome: null });
    expect((await work()).due_at > now).toBe(true);
    const shown = await actAs(at.book, managers.b, (tx) => matchPeople(tx, match));
    expect(shown.map(({ address }) => address)).toEqual(['jo']);

    const [asked] = await queueOf(at, igLead);
    expect(asked).toMatchObject({ id: match, askedPractice: places.b });
    const again = actAs(at.book, igLead, (tx) => askPractice(tx, ask));
    await expect(again).rejects.toMatchObject({ code: 'decided_meanwhile' });
    const answer = { match, reason: 'Seen her passport', by: managers.b, at: now, pathway };
    const last = await asBatch(at.book, (tx) =>
      tx
        .withTables<RegisterTables>()
        .selectFrom('register.match_decision')
        .select((select) => select.fn.max('decision_id').as('id'))
        .executeTakeFirstOrThrow(),
    );
    for (const verdict of ['merge', 'apart'] as const)
      await expect(
        decideAs(at, managers.b, match, verdict, Number(last.id)),
        'who was asked answers, and decides nothing',
      ).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      actAs(at.book, igLead, (tx) =>
        answerQuestion(tx, { ...answer, by: igLead, answer: 'one_person', seen: Number(last.id) }),
      ),
      'and nobody answers in its place',
    ).rejects.toMatchObject({ code: 'not_permitted' });
    const readWork = (by: Actor) =>
      actAs(at.book, by, (tx) =>
        tx
          .withTables<WorkTables>()
          .selectFrom('work.item')
          .select('item_id')
          .where('kind', '=', 'identity_question')
          .execute(),
      );
    expect(await readWork(managers.b)).toEqual([{ item_id: item }]);
    expect(await readWork(managers.a)).toEqual([]);
    expect(await readWork(await drawStaff(at.book, 'patient'))).toEqual([]);

    await actAs(at.book, managers.b, (tx) =>
      answerQuestion(tx, { ...answer, answer: 'one_person', seen: Number(last.id) }),
    );
    expect(await work()).toMatchObject({ state: 'answered', outcome: 'one_person' });
    expect((await queueOf(at, igLead))[0]).toMatchObject({ id: match, state: 'open', askedItem: null });
    const twice = actAs(at.book, managers.b, (tx) =>
      answerQuestion(tx, { ...answer, answer: 'two_people', seen: Number(last.id) + 1 }),
    );
    await expect(twice).rejects.toMatchObject({ code: 'not_asked' });
  });

  test('of two who decide at once the second is told what the first did', async () => {
    const own = (await queueOf(at, managers.b)).find(({ askedPractice }) => askedPractice === null);
    const match = own?.id ?? 0;
    await decideAs(at, managers.b, match, 'apart', 0);
    const second = decideAs(at, igLead, match, 'merge', 0);
    await expect(second).rejects.toMatchObject({
      code: 'decided_meanwhile',
      message: expect.stringContaining('drawn apart'),
    });
    expect(await pairs(at)).toEqual(['joanna jo open', 'betty eliza apart']);
  });

  test('kept apart is remembered: neither the next import nor a change of address proposes them again', async () => {
    await carryOut(at);
    const { bess, joan } = practices.Z9B02;
    await sendPeople(at, 'Z9B02', 3, { bess: { ...bess, postcode: 'ZZ3 3CC' }, joan });
    expect(await pairs(at)).toEqual(['joanna jo open', 'betty eliza apart']);
    expect(await queueOf(at, managers.b)).toMatchObject([{ askedPractice: places.b }]);
  });

  test('who may not review cannot decide, and a decision is in the audit of both', async () => {
    const [across] = await queueOf(at, igLead);
    const match = across?.id ?? 0;
    await expect(decideAs(at, managers.a, match, 'merge')).rejects.toMatchObject({ code: 'not_found' });
    const gp = await drawStaff(at.book, 'gp');
    await expect(decideAs(at, gp, match, 'merge')).rejects.toMatchObject({ code: 'not_permitted' });
    const audited = await asBatch(at.book, (tx) =>
      tx
        .withTables<AuditTables>()
        .selectFrom('audit.entry')
        .select(['subject_id', 'purpose'])
        .where('action', '=', 'match.apart')
        .execute(),
    );
    expect(audited).toHaveLength(2);
    expect(new Set(audited.map(({ subject_id }) => subject_id)).size).toBe(2);
  });

  test('a number that comes settles a pair: they are one, or two, without anybody’s decision', async () => {
    await sendPeople(at, 'Z9B02', 4, { jo: { ...practices.Z9B02.jo, nhs_number: numberOf(5) } });
    expect(await pairs(at)).toEqual(['joanna jo settled', 'betty eliza apart']);
    expect(await queueOf(at, igLead)).toHaveLength(0);
    // What was decided ended its work at once, what the data settled when somebody looks after it.
    const pathway = readReviewOfMatches('content');
    const keep = { by: anActor('operator'), now: new Date(), pathway };
    expect(await asBatch(at.book, (tx) => keepReviews(tx, keep))).toEqual({ opened: 0, ended: 1 });
    const { rows } = await at.book
      .pool('owner')
      .query("select state, outcome from work.item where kind = 'identity_review' order by state");
    expect(rows).toEqual([
      { state: 'decided', outcome: 'apart' },
      { state: 'lapsed', outcome: 'nothing_to_decide' },
    ]);
  });
});
