import { beforeAll, describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import {
  actAs,
  asBatch,
  type DrawnPerson,
  drawStaff,
  drawTeam,
} from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { makePdf } from '../../../platform/pdf/index.ts';
import { readPerson } from '../../register/index.ts';
import {
  acceptWork,
  escalateBreaches,
  finishWork,
  openTask,
  readInbox,
  readWork,
  readWorkPathway,
  WorkKinds,
} from '../../work/index.ts';
import { caseloadStates } from '../caseload-pathway.ts';
import { buildAgenda } from './agenda.ts';
import { addToAgenda, moveOnAgenda, removeFromAgenda } from './change-agenda.ts';
import { carryOver, decide, readTextHistory, type SentText, writeCase } from './discuss-case.ts';
import { beginMeeting, closeMeeting, endFinishedSight, noteAttendance } from './hold-meeting.ts';
import { readMdtPathway } from './mdt-pathway.ts';
import { readMeeting, readMeetings } from './meeting.ts';
import { minutesDocument } from './minutes.ts';
import { readCases, readOpenActions, readOutcomes, textOf } from './read-case.ts';
import { addMember, removeMember, setUpMdt } from './run-mdt.ts';

const now = new Date('2026-11-02T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const pathway = readMdtPathway('content');
const kinds = new WorkKinds(readWorkPathway('content'), []);

describe('a multidisciplinary meeting', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 30 });
  let meeting: number;
  let nurse: Actor;
  let social: number;
  beforeAll(async () => {
    nurse = await drawStaff(at.book, 'practice_nurse');
    social = await drawTeam(at.book, 'social');
    meeting = await lead((tx) =>
      setUpMdt(tx, {
        by: drawn.intLead,
        now,
        pathway,
        name: 'Neighbourhood meeting',
        cadence: 'weekly',
        minutes: 60,
        place: 'Room 2',
        chair: drawn.intLead.account,
        chairDiscipline: 'nursing',
        starts: later(1),
      }),
    );
    await lead((tx) =>
      addMember(tx, { ...common(), name: nurse.name, discipline: 'gp', account: nurse.account, team: null }),
    );
    await lead((tx) =>
      addMember(tx, {
        ...common(),
        name: 'Sam Social',
        discipline: 'social_care',
        account: null,
        team: social,
      }),
    );
  });

  const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
  const lead = <Result>(work: (tx: Tx) => Promise<Result>) => as(drawn.intLead, work);
  const common = (by = drawn.intLead, when = now) => ({ by, now: when, pathway, meeting });
  const cases = (which = meeting) => lead((tx) => readCases(tx, which));
  const caseOf = async (person: DrawnPerson, which = meeting) => {
    const found = (await cases(which)).find(
      ({ personNo, removedBecause }) => personNo === person.no && removedBecause === null,
    );
    if (!found) throw new Error(`${person.no} is not on the agenda`);
    return found;
  };
  const refer = (person: DrawnPerson, title = 'What about the falls?') =>
    lead((tx) =>
      openTask(tx, {
        by: drawn.intLead,
        now,
        kinds,
        kind: 'mdt_referral',
        subject: { kind: 'person', id: person.no },
        title,
        note: '',
        for: { team: drawn.team, account: null },
      }),
    );
  const build = (which = meeting) => lead((tx) => buildAgenda(tx, { ...common(), meeting: which }));
  const write = (by: Actor, id: number, ...texts: SentText[]) =>
    as(by, (tx) => writeCase(tx, { ...common(by), case: id, texts }));
  const settle = async (id: number) => {
    const versions = new Map(
      (await cases()).find((each) => each.id === id)?.texts.map((each) => [each.field, each.version]),
    );
    const base = (field: SentText['field']) => versions.get(field) ?? 0;
    await write(
      drawn.intLead,
      id,
      { field: 'no_change', base: base('no_change'), text: 'All is well' },
      { field: 'rating', base: base('rating'), text: 'low/stable' },
    );
  };
  const act = (id: number, about: { team: number; account: string | null }, title = 'Visit her') =>
    lead((tx) =>
      decide(tx, { ...common(), kinds, case: id, title, for: about, due: plainDate('2026-11-09') }),
    );

  test('builds its agenda from referrals and overdue steps, says why, and again adds nobody twice', async () => {
    const [referred, late] = [await drawn.person(), await drawn.person()];
    await drawn.take(late, { by: drawn.josie, lead: drawn.josie, due: plainDate('2026-11-03') });
    await asBatch(at.book, (tx) => escalateBreaches(tx, caseloadStates, drawn.intLead, later(10)));
    await refer(referred);
    await refer(late, 'And the medicines?');
    expect(await build()).toBe(2);
    expect(await build()).toBe(0);
    const on = await cases();
    expect(on.map(({ personNo }) => personNo)).toEqual([referred.no, late.no]);
    expect(on[1]?.reasons.map(({ rule }) => rule)).toEqual(['referral', 'overdue_step']);
    expect(on[0]?.reasons[0]?.why).toContain('What about the falls?');
  });

  test('has people of the caseload whose care plan is due for review by then, and not those whose is not', async () => {
    const [due, later_] = [await drawn.person(), await drawn.person()];
    for (const [person, review] of [
      [due, '2026-11-03'],
      [later_, '2026-11-04'],
    ] as const) {
      await drawn.take(person, { by: drawn.josie, lead: drawn.josie });
      await at.book.pool('owner').query(
        `insert into coordination.care_plan (person_no, owner_team, state, agreed_on, agreed_version, review_on, started_at, content_version)
         values ($1, $2, 'active', '2025-11-03', 1, $3, $4, '1')`,
        [person.no, drawn.team, review, now],
      );
    }
    await build();
    const reasons = (await cases()).filter(({ personNo }) => personNo === due.no || personNo === later_.no);
    expect(reasons.map(({ personNo, reasons: why }) => [personNo, why.map(({ rule }) => rule)])).toEqual([
      [due.no, ['plan_review']],
    ]);
  });

  test('keeps off whom somebody took off, with the reason, and the order that somebody made', async () => {
    const [one, two] = [await drawn.person(), await drawn.person()];
    for (const person of [one, two]) await refer(person);
    await build();
    const off = await caseOf(one);
    await lead((tx) => removeFromAgenda(tx, { ...common(), case: off.id, reason: 'Has moved' }));
    await lead(async (tx) =>
      moveOnAgenda(tx, { ...common(), case: (await caseOf(two)).id, to: 1, reason: 'Leaves early' }),
    );
    await build();
    const now_ = await cases();
    expect(now_[0]).toMatchObject({ personNo: two.no, movedBecause: 'Leaves early' });
    expect(now_.find(({ personNo }) => personNo === one.no)).toMatchObject({ removedBecause: 'Has moved' });
    const back = await lead((tx) => addToAgenda(tx, { ...common(), person: one.no, reason: 'She rang' }));
    expect((await cases()).find(({ id }) => id === back)).toMatchObject({ addedBy: drawn.intLead.name });
    await expect(
      lead((tx) => addToAgenda(tx, { ...common(), person: one.no, reason: 'Again' })),
    ).rejects.toMatchObject({ code: 'on_the_agenda' });
    await expect(
      lead((tx) => moveOnAgenda(tx, { ...common(), case: back, to: 99, reason: 'x' })),
    ).rejects.toMatchObject({ code: 'invalid_input' });
  });

  describe('lets its members see', () => {
    const sees = (by: Actor, person: DrawnPerson) =>
      as(by, (tx) => readPerson(tx, person.id)).then(
        () => true,
        () => false,
      );

    test('who is on the agenda, and nobody else; the others nothing of the meeting', async () => {
      const person = await drawn.person();
      expect(await sees(nurse, person)).toBe(false);
      await refer(person);
      await build();
      expect(await sees(nurse, person)).toBe(true);
      const stranger = await drawStaff(at.book, 'practice_nurse');
      await expect(as(stranger, (tx) => readMeeting(tx, meeting, stranger))).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await as(stranger, (tx) => readMeetings(tx, stranger, 10))).toEqual([]);
      expect(await as(nurse, (tx) => readMeetings(tx, nurse, 10))).toHaveLength(1);
    });

    test('until they are off the agenda, or whoever it is belongs to it no more', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      await asBatch(at.book, endFinishedSight);
      expect(await sees(nurse, person)).toBe(true);
      await lead(async (tx) =>
        removeFromAgenda(tx, { ...common(), case: (await caseOf(person)).id, reason: 'x' }),
      );
      expect(await asBatch(at.book, endFinishedSight)).toBeGreaterThan(0);
      expect(await sees(nurse, person)).toBe(false);
    });
  });

  describe('written by two at once', () => {
    test('keeps both where they wrote different things', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      const { id } = await caseOf(person);
      const both = await Promise.all([
        write(
          drawn.josie,
          id,
          { field: 'discussion', base: 0, text: 'Two falls' },
          { field: 'questions', base: 0, text: '' },
        ),
        write(
          drawn.intLead,
          id,
          { field: 'questions', base: 0, text: 'Stairs?' },
          { field: 'discussion', base: 0, text: '' },
        ),
      ]);
      expect(both).toEqual([[], []]);
      const of = await caseOf(person);
      expect([textOf(of, 'discussion'), textOf(of, 'questions')]).toEqual(['Two falls', 'Stairs?']);
    });

    test('shows both texts where they wrote the same, keeps theirs, and every version that was', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      const { id } = await caseOf(person);
      const both = await Promise.all(
        [drawn.josie, drawn.intLead].map((by) =>
          write(by, id, { field: 'discussion', base: 0, text: `By ${by.name}` }),
        ),
      );
      const [conflict] = both.flat();
      expect(both.flat()).toHaveLength(1);
      const [winner, loser] =
        conflict?.mine === `By ${drawn.josie.name}`
          ? [drawn.intLead, drawn.josie]
          : [drawn.josie, drawn.intLead];
      expect(conflict).toMatchObject({
        theirs: `By ${winner.name}`,
        mine: `By ${loser.name}`,
        who: winner.name,
        version: 1,
      });
      expect(textOf(await caseOf(person), 'discussion')).toBe(`By ${winner.name}`);
      expect(await write(loser, id, { field: 'discussion', base: 1, text: 'Both of us' })).toEqual([]);
      const texts = (await lead((tx) => readTextHistory(tx, id))).map(({ text }) => text);
      expect(texts).toEqual(['Both of us', `By ${winner.name}`]);
    });
  });

  describe('decides', () => {
    test('once: it is in the inbox of whoever does it, with its day', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      const { id } = await caseOf(person);
      const item = await act(id, { team: drawn.team, account: drawn.josie.account });
      const inbox = await as(drawn.josie, (tx) =>
        readInbox(tx, { accounts: [drawn.josie.account] }, {}, { now, page: 1 }),
      );
      expect(inbox.find((row) => row.item === item)).toMatchObject({
        kind: 'mdt_action',
        title: 'Visit her',
        dueAt: new Date('2026-11-10T00:00:00Z'),
      });
      const again = await act(id, { team: drawn.team, account: drawn.josie.account });
      expect(again, 'the form is sent a second time').toBe(item);
      expect((await caseOf(person)).actions).toHaveLength(1);
    });

    test('for another organisation: it is asked, sees the person, and accepts', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      const item = await act((await caseOf(person)).id, { team: social, account: null });
      const worker = await drawStaff(at.book, 'care_coordinator', { team: social });
      expect(await as(worker, (tx) => readWork(tx, item))).toMatchObject({
        state: 'offered',
        personId: person.id,
      });
      await as(worker, (tx) => acceptWork(tx, { by: worker, now, kinds, item }));
      expect(await lead((tx) => readWork(tx, item))).toMatchObject({ team: social, owner: worker.account });
    });

    test('not for yesterday', async () => {
      const person = await drawn.person();
      await refer(person);
      await build();
      const { id } = await caseOf(person);
      const deciding = lead((tx) =>
        decide(tx, {
          ...common(),
          kinds,
          case: id,
          title: 'x',
          for: { team: drawn.team, account: null },
          due: plainDate('2026-11-01'),
        }),
      );
      await expect(deciding).rejects.toMatchObject({ code: 'invalid_input' });
    });
  });

  describe('closes', () => {
    const close = (quorumNote: string | null = null) =>
      lead((tx) => closeMeeting(tx, { ...common(drawn.intLead, later(1)), kinds, quorumNote }));
    let carried: DrawnPerson;
    let acted: DrawnPerson;
    let action: number;

    test('only after it has begun, with something decided for everybody, rated, and a reason for who was missing', async () => {
      carried = await drawn.person();
      acted = await drawn.person();
      for (const person of [carried, acted]) await refer(person);
      await expect(close()).rejects.toMatchObject({ code: 'not_begun' });
      await lead((tx) => beginMeeting(tx, common()));
      await expect(close()).rejects.toMatchObject({
        code: 'undecided',
        message: expect.stringContaining(`FAMILY${acted.no}`),
      });
      for (const each of await cases())
        if (each.removedBecause === null && each.personNo !== carried.no && each.personNo !== acted.no)
          await settle(each.id);
      action = await act(
        (await caseOf(acted)).id,
        { team: drawn.team, account: drawn.josie.account },
        'Ring the daughter',
      );
      const put = await caseOf(carried);
      await lead((tx) => carryOver(tx, { ...common(), case: put.id, reason: 'No time' }));
      await expect(close()).rejects.toMatchObject({ code: 'not_rated' });
      await write(
        drawn.intLead,
        (await caseOf(acted)).id,
        { field: 'rating', base: 0, text: 'high/unstable' },
        { field: 'for_person', base: 0, text: 'We will ring your daughter.' },
      );
      await expect(close()).rejects.toMatchObject({ code: 'invalid_input' });
      const { members } = await lead((tx) => readMeeting(tx, meeting, drawn.intLead));
      await lead((tx) =>
        noteAttendance(tx, {
          ...common(),
          attended: new Map(members.map(({ member }) => [member, 'present' as const])),
        }),
      );
      const next = await close('No coordinator could come');
      const ahead = await lead((tx) => readMeeting(tx, next, drawn.intLead));
      expect(ahead).toMatchObject({ state: 'planned', startsAt: later(8) });
    });

    test('and then its minutes stand', async () => {
      const { id } = await caseOf(acted);
      await expect(write(drawn.josie, id, { field: 'summary', base: 0, text: 'Late' })).rejects.toMatchObject(
        {
          code: 'meeting_closed',
        },
      );
      await expect(close('x')).rejects.toMatchObject({ code: 'meeting_closed' });
      const made = await lead(async (tx) => {
        const read = await readMeeting(tx, meeting, drawn.intLead);
        return minutesDocument({
          meeting: read,
          moves: [{ wasAt: now, kind: 'not_held', because: 'The chair was [ill]', who: 'Amara', at: now }],
          cases: await readCases(tx, meeting),
          needed: [],
          earlier: [],
          pathway,
        });
      });
      expect(JSON.stringify(made.data)).toContain('Ring the daughter');
      expect(JSON.stringify(made.data)).toContain(
        'Not held on 2 November 2026 at 12:00: The chair was [ill] (Amara)',
      );
      expect(makePdf(made).subarray(0, 5).toString()).toBe('%PDF-');
    });

    test('the person reads what was agreed, in plain words; who was not reached reads nothing yet', async () => {
      expect(await lead((tx) => readOutcomes(tx, acted.no))).toMatchObject([
        {
          words: 'We will ring your daughter.',
          steps: [{ title: 'Ring the daughter', done: false }],
          nextReview: '2026-12-01',
        },
      ]);
      expect(await lead((tx) => readOutcomes(tx, carried.no))).toEqual([]);
    });

    test('who was not reached is on the next agenda, and open actions stand there until they are done', async () => {
      const [ahead] = (await lead((tx) => readMeetings(tx, drawn.intLead, 5))).filter(
        ({ state }) => state === 'planned',
      );
      await build(ahead?.meeting);
      const reasons = (await caseOf(carried, ahead?.meeting)).reasons;
      expect(reasons.map(({ why }) => why).join()).toContain('No time');
      const open = () =>
        lead(async (tx) => {
          const { mdt } = await readMeeting(tx, ahead?.meeting ?? 0, drawn.intLead);
          return (await readOpenActions(tx, mdt, ahead?.meeting ?? 0)).map(({ item }) => item);
        });
      expect(await open()).toContain(action);
      await as(drawn.josie, (tx) =>
        finishWork(tx, { by: drawn.josie, now, kinds, item: action, outcome: 'done', note: null }),
      );
      expect(await open()).not.toContain(action);
    });

    test('the referral that was discussed has ended, and that of who was not reached is open', async () => {
      const { rows } = await at.book
        .pool('owner')
        .query(
          `select subject_id, closed_at is null as open from work.item where kind = 'mdt_referral' and subject_id = any ($1)`,
          [[acted.no, carried.no]],
        );
      expect(new Map(rows.map((row) => [row.subject_id, row.open]))).toEqual(
        new Map([
          [acted.no, false],
          [carried.no, true],
        ]),
      );
    });

    test('when the follow-up is done, members see the person no more', async () => {
      await asBatch(at.book, endFinishedSight);
      const sees = (person: DrawnPerson) =>
        as(nurse, (tx) => readPerson(tx, person.id)).then(
          () => true,
          () => false,
        );
      expect(await sees(acted)).toBe(false);
      expect(await sees(carried), 'is on the next agenda').toBe(true);
      const { members } = await lead((tx) => readMeeting(tx, meeting, drawn.intLead));
      const [ahead] = (await lead((tx) => readMeetings(tx, drawn.intLead, 5))).filter(
        ({ state }) => state === 'planned',
      );
      const member = members.find(({ account }) => account === nurse.account)?.member ?? 0;
      await lead((tx) => removeMember(tx, { ...common(), meeting: ahead?.meeting ?? 0, member }));
      await asBatch(at.book, endFinishedSight);
      expect(await sees(carried)).toBe(false);
    });
  });

  test('is set up by the lead of a team, to come, with a chair of the team', async () => {
    const set = (by: Actor, more: object = {}) =>
      as(by, (tx) =>
        setUpMdt(tx, {
          by,
          now,
          pathway,
          name: 'Another',
          cadence: 'monthly',
          minutes: 60,
          place: 'Room 3',
          chair: drawn.intLead.account,
          chairDiscipline: 'gp',
          starts: later(3),
          ...more,
        }),
      );
    await expect(set(drawn.josie)).rejects.toMatchObject({ code: 'not_permitted' });
    await expect(set(drawn.intLead, { starts: later(-1) })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(set(drawn.intLead, { chair: nurse.account })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(set(drawn.intLead, { chairDiscipline: 'magic' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
