import { beforeEach, describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { actAs, asBatch, type DrawnPerson, drawStaff } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { readPerson } from '../../register/index.ts';
import { finishWork, openTask, readWorkPathway, WorkKinds } from '../../work/index.ts';
import { buildAgenda } from './agenda.ts';
import { changeSeries, SeriesConflict, type SeriesText, textOfSeries } from './change-series.ts';
import { carryOver, decide, writeCase } from './discuss-case.ts';
import { beginSeriesAgain, endSeries } from './end-series.ts';
import { beginMeeting, closeMeeting, endFinishedSight, noteAttendance } from './hold-meeting.ts';
import { readMdtPathway } from './mdt-pathway.ts';
import { readMeeting, readMeetings } from './meeting.ts';
import { moveMeeting, noteNotHeld, readMoves } from './pass-over.ts';
import { readCases, readOpenActions, textOf } from './read-case.ts';
import { referWhoWaits } from './refer-who-waits.ts';
import { addMember, setUpMdt } from './run-mdt.ts';
import {
  readEndedSeries,
  readHeld,
  readReviewsAhead,
  readSeries,
  readSeriesChanges,
  readWaiting,
} from './series.ts';

// A weekly meeting that was set up on Monday for Tuesday 3 November at noon.

const monday = new Date('2026-11-02T12:00:00Z');
const tuesday = new Date('2026-11-03T12:00:00Z');
const day = (n: number) => new Date(tuesday.getTime() + n * 86_400_000);
const pathway = readMdtPathway('content');
const kinds = new WorkKinds(readWorkPathway('content'), []);

describe('a series of meetings', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 30 });
  let series: number;
  let meeting: number;
  const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
  const lead = <Result>(work: (tx: Tx) => Promise<Result>) => as(drawn.intLead, work);
  const on = (now: Date, of = meeting) => ({ by: drawn.intLead, now, pathway, meeting: of });
  const ofSeries = (now: Date, by = drawn.intLead) => ({ by, now, pathway, series });
  const setUp = (name: string, starts: Date, now = monday) =>
    lead((tx) =>
      setUpMdt(tx, {
        by: drawn.intLead,
        now,
        pathway,
        name,
        cadence: 'weekly',
        minutes: 60,
        place: 'Room 2',
        chair: drawn.intLead.account,
        chairDiscipline: 'nursing',
        starts,
      }),
    );
  const seriesOf = async (of: number) => (await lead((tx) => readMeeting(tx, of, drawn.intLead))).mdt;

  beforeEach(async () => {
    // What an earlier test left is over: as if nobody had ever been to be talked about.
    const owner = at.book.pool('owner');
    await owner.query(`update coordination.meeting_case set removed_at = now(), removed_because = 'earlier test'
                        where removed_at is null`);
    await owner.query('update coordination.mdt set ended_at = now() where ended_at is null');
    await owner.query(
      `update work.item set state = 'done', outcome = 'done', closed_at = now() where closed_at is null`,
    );
    meeting = await setUp('Frailty meeting', tuesday);
    series = await seriesOf(meeting);
  });

  const read = (now = monday) =>
    lead(async (tx) => {
      const found = await readSeries(tx, series, drawn.intLead);
      return { ...found, text: textOfSeries(found, now), changes: await readSeriesChanges(tx, series) };
    });
  const refer = async (again?: DrawnPerson): Promise<DrawnPerson> => {
    const person = again ?? (await drawn.person());
    await lead((tx) =>
      openTask(tx, {
        by: drawn.intLead,
        now: monday,
        kinds,
        kind: 'mdt_referral',
        subject: { kind: 'person', id: person.no },
        title: 'Falls',
        note: '',
        for: { team: drawn.team, account: null },
      }),
    );
    return person;
  };
  const build = (of = meeting, now = monday) => lead((tx) => buildAgenda(tx, on(now, of)));
  const caseOf = async (person: DrawnPerson, of = meeting) => {
    const found = (await lead((tx) => readCases(tx, of))).find(
      ({ personNo, removedBecause }) => personNo === person.no && removedBecause === null,
    );
    return found ?? null;
  };
  /** The open referrals of the team about somebody. */
  const referrals = async ({ no }: DrawnPerson) => {
    const { rows } = await at.book.pool('owner').query<{ item: number; title: string }>(
      `select item_id as item, title from work.item
        where kind = 'mdt_referral' and subject_id = $1 and owner_team = $2 and closed_at is null`,
      [no, drawn.team],
    );
    return rows;
  };
  const audited = async (action: string) => {
    const { rows } = await at.book
      .pool('owner')
      .query(`select account, purpose, detail from audit.entry where action = $1 and detail->>'mdt' = $2`, [
        action,
        String(series),
      ]);
    return rows;
  };
  const clock = (now: Date) => asBatch(at.book, (tx) => referWhoWaits(tx, { by: drawn.intLead, now, kinds }));

  describe('is changed', () => {
    const change = async (
      is: Partial<SeriesText>,
      { by = drawn.intLead, now = monday, base }: { by?: Actor; now?: Date; base?: SeriesText } = {},
    ) => {
      const was = base ?? (await read(now)).text;
      return await as(by, (tx) =>
        changeSeries(tx, { ...ofSeries(now, by), base: was, typed: { ...was, ...is } }),
      );
    };

    test('in all that its form asks; its next meeting moves with it, with its agenda, and asks anew who comes', async () => {
      const person = await refer();
      await build();
      const [member] = (await read()).members;
      await lead((tx) =>
        noteAttendance(tx, { ...on(monday), attended: new Map([[member?.member ?? 0, 'apologies']]) }),
      );
      const thursday = new Date('2026-11-05T14:30:00Z');
      const is = {
        name: 'Frailty and falls',
        cadence: 'fortnightly',
        starts: thursday.toISOString(),
        minutes: '90',
        place: 'https://call.example',
        chair: drawn.josie.account,
        chairDiscipline: 'coordination',
      };
      expect(await change(is)).toBe(true);
      expect((await read()).text).toEqual(is);
      expect(await lead((tx) => readMeeting(tx, meeting, drawn.intLead))).toMatchObject({
        startsAt: thursday,
        slotAt: null,
        chairName: drawn.josie.name,
        members: [
          { discipline: 'coordination', attended: null },
          { discipline: 'nursing', attended: null },
        ],
      });
      expect(await caseOf(person)).not.toBeNull();
      expect((await lead((tx) => readMoves(tx, meeting))).map(({ kind, wasAt }) => [kind, wasAt])).toEqual([
        ['moved', tuesday],
      ]);
      const [said] = (await read()).changes;
      expect(said).toMatchObject({ kind: 'changed', who: drawn.intLead.name });
      expect(said?.what).toContainEqual({ field: 'name', was: 'Frailty meeting', is: 'Frailty and falls' });
      expect(said?.what).toContainEqual({
        field: 'chair',
        was: drawn.intLead.name,
        is: drawn.josie.name,
      });
      expect(said?.what.map(({ field }) => field)).toEqual(Object.keys(is));
      expect(await audited('mdt.changed')).toMatchObject([{ account: drawn.intLead.account }]);
      // Two weeks after the new time, and not after the old one.
      expect(
        await lead((tx) =>
          noteNotHeld(tx, { ...on(monday), was: thursday, reason: 'The new chair is on leave' }),
        ),
      ).toEqual(new Date('2026-11-19T14:30:00Z'));
    });

    test('once, however often the form is sent; unchanged it changes nothing', async () => {
      const { text } = await read();
      expect(await change({}, { base: text })).toBe(false);
      expect(await change({ name: 'Falls' }, { base: text })).toBe(true);
      expect(await change({ name: 'Falls' }, { base: text })).toBe(false);
      expect((await read()).changes).toHaveLength(1);
    });

    test('by two at once: what each changed stays, whoever is first', async () => {
      const { text: base } = await read();
      await Promise.all([change({ place: 'Room 9' }, { base }), change({ minutes: '45' }, { base })]);
      expect((await read()).text).toEqual({ ...base, place: 'Room 9', minutes: '45' });
      expect((await read()).changes).toHaveLength(2);
    });

    test('by two in one place: the second is shown both, and nothing of the second is saved', async () => {
      const { text: base } = await read();
      await change({ place: 'Room 9' }, { base });
      const second = change({ place: 'Room 10', minutes: '45' }, { base });
      await expect(second).rejects.toBeInstanceOf(SeriesConflict);
      const told: SeriesConflict = await second.catch((error) => error);
      expect(told.conflicts).toMatchObject([
        { field: 'place', theirs: 'Room 9', mine: 'Room 10', author: { name: drawn.intLead.name } },
      ]);
      expect(told.offered).toEqual({ ...base, place: 'Room 10', minutes: '45' });
      expect((await read()).text).toEqual({ ...base, place: 'Room 9' });
      // Sent again against what stands now it is saved.
      expect(await change(told.offered, { base: told.now })).toBe(true);
      expect((await read()).text).toMatchObject({ place: 'Room 10', minutes: '45' });
    });

    test('without undoing that a colleague moved the next meeting meanwhile', async () => {
      const { text: base } = await read();
      const friday = new Date('2026-11-06T10:00:00Z');
      await lead((tx) =>
        moveMeeting(tx, { ...on(monday), was: tuesday, starts: friday, reason: 'The room was let' }),
      );
      await change({ name: 'Falls' }, { base });
      expect(await lead((tx) => readMeeting(tx, meeting, drawn.intLead))).toMatchObject({
        name: 'Falls',
        startsAt: friday,
        slotAt: tuesday,
        anchor: tuesday,
      });
    });

    test('while one is under way: that one stays, and the next goes by what was said', async () => {
      await lead((tx) => beginMeeting(tx, on(tuesday)));
      const friday = new Date('2026-11-13T10:00:00Z');
      expect((await read(tuesday)).text.starts).toBe(day(7).toISOString());
      await change({ starts: friday.toISOString(), name: 'Falls' }, { now: tuesday });
      expect(await lead((tx) => readMeeting(tx, meeting, drawn.intLead))).toMatchObject({
        name: 'Falls',
        state: 'open',
        startsAt: tuesday,
      });
      const next = await lead((tx) =>
        closeMeeting(tx, { ...on(tuesday), kinds, quorumNote: 'Nobody else could come' }),
      );
      expect((await lead((tx) => readMeeting(tx, next, drawn.intLead))).startsAt).toEqual(friday);
    });

    test('from weekly to monthly, without another day: its next meeting stays, and is the second Tuesday', async () => {
      await lead((tx) => noteNotHeld(tx, { ...on(monday), was: tuesday, reason: 'Holidays' }));
      await change({ cadence: 'monthly' });
      expect((await read()).text.starts).toBe(day(7).toISOString());
      expect(await lead((tx) => noteNotHeld(tx, { ...on(monday), was: day(7), reason: 'Holidays' }))).toEqual(
        new Date('2026-12-08T12:00:00Z'),
      );
    });

    test('who begins to chair sees whom the next meeting is about, and keeps the discipline that they belong with', async () => {
      const nurse = await drawStaff(at.book, 'practice_nurse', { team: drawn.team });
      const person = await refer();
      await build();
      await change({ chair: nurse.account, chairDiscipline: 'gp' });
      const relationship = await at.book
        .pool('owner')
        .query(
          `select 1 from register.care_relationship where kind = 'mdt' and account = $1 and person_no = $2`,
          [nurse.account, person.no],
        );
      expect(relationship.rows).toHaveLength(1);
      // Back to the lead, whom the form still calls a GP: they belong as a nurse.
      await change({ chair: drawn.intLead.account });
      expect((await read()).text.chairDiscipline).toBe('nursing');
    });

    test.each<[string, Partial<SeriesText>, string]>([
      ['a day that is over', { starts: '2026-11-01T12:00:00.000Z' }, 'starts'],
      ['somebody of no team', { chair: '00000000-0000-4000-8000-000000000000' }, 'chair'],
      ['a discipline that is none', { chairDiscipline: 'magic' }, 'chairDiscipline'],
    ])('not to %s', async (_, is, field) => {
      await expect(change(is)).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field }] });
      expect((await read()).changes).toEqual([]);
    });

    test('by the lead of the team that meets alone', async () => {
      await expect(change({ name: 'x' }, { by: drawn.josie })).rejects.toMatchObject({
        code: 'not_permitted',
      });
      const stranger = await drawStaff(at.book, 'int_lead');
      const { text: base } = await read();
      await expect(change({ name: 'x' }, { by: stranger, base })).rejects.toMatchObject({
        code: 'not_permitted',
      });
    });
  });

  describe('is ended', () => {
    const end = (now = monday, reason = 'The team has grown', by = drawn.intLead) =>
      as(by, (tx) => endSeries(tx, { ...ofSeries(now, by), kinds, reason }));
    const again = (starts: Date, now = monday) =>
      lead((tx) => beginSeriesAgain(tx, { ...ofSeries(now), starts }));
    const waiting = async (now = monday) => {
      const found = await read();
      return await lead((tx) => readWaiting(tx, found, now));
    };
    const ask = async (person: DrawnPerson) =>
      lead(async (tx) =>
        writeCase(tx, {
          ...on(monday),
          case: (await caseOf(person))?.id ?? 0,
          texts: [{ field: 'questions', base: 0, text: 'Could she have rails?' }],
        }),
      );
    const act = async (person: DrawnPerson) =>
      lead(async (tx) =>
        decide(tx, {
          ...on(monday),
          kinds,
          case: (await caseOf(person))?.id ?? 0,
          title: 'Order a rail',
          for: { team: drawn.team, account: drawn.josie.account },
          due: plainDate('2026-11-20'),
        }),
      );
    const settled = async (person: DrawnPerson, rating: string, now = tuesday) => {
      const id = (await caseOf(person))?.id ?? 0;
      await lead((tx) =>
        writeCase(tx, {
          ...on(now),
          case: id,
          texts: [
            { field: 'no_change', base: 0, text: 'All is well' },
            { field: 'rating', base: 0, text: rating },
          ],
        }),
      );
    };
    const close = () =>
      lead((tx) => closeMeeting(tx, { ...on(tuesday), kinds, quorumNote: 'Nobody else could come' }));

    test('with another of the team: whom it was to talk about is there, with what was written and decided', async () => {
      const [person, both] = [await refer(), await drawn.person()];
      await build();
      await ask(person);
      const item = await act(person);
      const other = await setUp('Diabetes meeting', day(2));
      // Who was put on by hand no rule finds.
      await at.book.pool('owner').query(
        `insert into coordination.meeting_case (meeting_id, person_no, position, reasons)
         select meeting, $1, 9, '[{"rule": "by_hand", "why": "She rang"}]' from unnest($2::int[]) meeting`,
        [both.no, [meeting, other]],
      );
      const byHand = await drawn.person();
      await at.book.pool('owner').query(
        `insert into coordination.meeting_case (meeting_id, person_no, position, reasons)
         values ($1, $2, 10, '[{"rule": "by_hand", "why": "He rang"}]')`,
        [meeting, byHand.no],
      );
      await end();
      const there = await caseOf(person, other);
      expect(textOf(there ?? { texts: [] }, 'questions')).toBe('Could she have rails?');
      expect(there?.actions.map((each) => each.item)).toEqual([item]);
      expect(await caseOf(person), 'once').toBeNull();
      expect((await caseOf(byHand, other))?.reasons[0]?.why).toContain(
        '“Frailty meeting” was to talk about them, and has been ended',
      );
      expect(await caseOf(both, other)).not.toBeNull();
      expect(await referrals(both), 'stands there already').toEqual([]);
      expect(await referrals(person), 'nobody is referred twice').toHaveLength(1);
      expect((await waiting()).map(({ personNo, elsewhere }) => [personNo, elsewhere?.meeting])).toEqual([
        [both.no, other],
      ]);
      expect((await read()).changes).toMatchObject([
        {
          kind: 'ended',
          because: 'The team has grown',
          outcome: 'Of 3 people on its agenda 3 are on that of “Diabetes meeting”.',
          who: drawn.intLead.name,
        },
      ]);
      expect(await audited('mdt.ended')).toMatchObject([
        { purpose: 'The team has grown', detail: { people: expect.arrayContaining([person.no, byHand.no]) } },
      ]);
    });

    test('without another: they are work of the team, stand by name, and come on the next agenda that there is', async () => {
      const [person, byHand] = [await refer(), await drawn.person()];
      await at.book.pool('owner').query(
        `insert into coordination.meeting_case (meeting_id, person_no, position, reasons)
         values ($1, $2, 10, '[{"rule": "by_hand", "why": "He rang"}]')`,
        [meeting, byHand.no],
      );
      await build();
      await ask(person);
      await end();
      expect((await referrals(person)).map(({ title }) => title)).toEqual(['Falls']);
      expect((await referrals(byHand)).map(({ title }) => title)).toEqual([
        '“Frailty meeting” was to talk about them, and has been ended',
      ]);
      const waits = await waiting();
      expect(new Set(waits.map(({ personNo }) => personNo))).toEqual(new Set([person.no, byHand.no]));
      for (const { elsewhere, referral } of waits)
        expect([elsewhere, referral]).toMatchObject([null, { open: true }]);
      expect((await read()).changes[0]?.outcome).toContain('2 have no meeting and are referred to the team');
      expect(await clock(monday), 'the clock refers nobody a second time').toBe(0);
      expect(await lead((tx) => readMeetings(tx, drawn.intLead, 50))).toEqual([]);
      const listed = (await lead((tx) => readEndedSeries(tx, drawn.intLead))).find(
        (each) => each.series === series,
      );
      expect(listed).toMatchObject({
        name: 'Frailty meeting',
        because: 'The team has grown',
        who: drawn.intLead.name,
      });

      const next = await setUp('Community meeting', day(9));
      await build(next);
      expect(textOf((await caseOf(person, next)) ?? { texts: [] }, 'questions')).toBe(
        'Could she have rails?',
      );
      expect(await caseOf(byHand, next)).not.toBeNull();
      expect(await waiting()).toEqual([]);
    });

    test('nothing is done any more in the meeting that is not held, and no further one is planned', async () => {
      const person = await refer();
      await build();
      const id = (await caseOf(person))?.id ?? 0;
      await end();
      const doing: ((tx: Tx) => Promise<unknown>)[] = [
        (tx) => beginMeeting(tx, on(monday)),
        (tx) => buildAgenda(tx, on(monday)),
        (tx) => noteNotHeld(tx, { ...on(monday), was: tuesday, reason: 'x' }),
        (tx) => writeCase(tx, { ...on(monday), case: id, texts: [] }),
        (tx) => addMember(tx, { ...on(monday), name: 'Sam', discipline: 'gp', account: null, team: null }),
      ];
      for (const each of doing) await expect(lead(each)).rejects.toMatchObject({ code: 'series_ended' });
    });

    test('a review becomes work of the team on its day, once; of whom nobody looks after any more it does not', async () => {
      const [due, dead, later] = [await refer(), await refer(), await refer()];
      await build();
      await lead((tx) => beginMeeting(tx, on(tuesday)));
      await settled(due, 'high/unstable');
      await settled(dead, 'high/unstable');
      await settled(later, 'low/stable');
      await close();
      await end(day(1));
      expect(await referrals(due)).toEqual([]);
      const reviews = await lead((tx) => readReviewsAhead(tx, series, plainDate('2026-11-04')));
      expect(reviews.map(({ personNo, reviewOn }) => [personNo, reviewOn])).toEqual([
        [due.no, '2026-12-01'],
        [dead.no, '2026-12-01'],
        [later.no, '2027-11-02'],
      ]);
      await at.book
        .pool('owner')
        .query(`update register.person set death_date = '2026-11-20' where person_no = $1`, [dead.no]);
      expect(await clock(new Date('2026-11-30T23:00:00Z')), 'the day before').toBe(0);
      expect(await clock(new Date('2026-12-01T00:30:00Z'))).toBe(1);
      const [work] = await referrals(due);
      expect(work?.title).toBe(
        '“Frailty meeting”, which has been ended, was to look at them again on 1 December 2026',
      );
      expect(await referrals(dead)).toEqual([]);
      expect(await clock(new Date('2026-12-02T00:30:00Z')), 'once').toBe(0);
      await lead((tx) =>
        finishWork(tx, {
          by: drawn.intLead,
          now: new Date('2026-12-02T10:00:00Z'),
          kinds,
          item: work?.item ?? 0,
          outcome: 'done',
          note: null,
        }),
      );
      expect(await clock(new Date('2026-12-03T00:30:00Z')), 'what the team has ended stays so').toBe(0);
    });

    test('whom its last meeting did not reach is referred, and who was talked about elsewhere since is not reviewed', async () => {
      const [carried, reviewed] = [await refer(), await refer()];
      await build();
      await lead((tx) => beginMeeting(tx, on(tuesday)));
      await lead(async (tx) =>
        carryOver(tx, { ...on(tuesday), case: (await caseOf(carried))?.id ?? 0, reason: 'No time' }),
      );
      await settled(reviewed, 'high/unstable');
      await close();
      // Another meeting of the team looks at them, and says when again.
      const other = await setUp('Diabetes meeting', day(2), tuesday);
      await refer(reviewed);
      await build(other, tuesday);
      meeting = other;
      await lead((tx) => beginMeeting(tx, on(day(2))));
      await settled(reviewed, 'low/stable', day(2));
      for (const { id, isOther } of (await lead((tx) => readCases(tx, other))).map((each) => ({
        id: each.id,
        isOther: each.personNo !== reviewed.no,
      })))
        if (isOther) await lead((tx) => carryOver(tx, { ...on(day(2)), case: id, reason: 'No time' }));
      await lead((tx) => closeMeeting(tx, { ...on(day(2)), kinds, quorumNote: 'Nobody else could come' }));
      await end(day(3));
      expect(await referrals(carried)).toHaveLength(1);
      await clock(new Date('2026-12-02T00:30:00Z'));
      expect(await referrals(reviewed)).toEqual([]);
    });

    test('open actions stay the work that they are, and stand on its page until they are done', async () => {
      const person = await refer();
      await build();
      await lead((tx) => beginMeeting(tx, on(tuesday)));
      const item = await act(person);
      await lead(async (tx) =>
        writeCase(tx, {
          ...on(tuesday),
          case: (await caseOf(person))?.id ?? 0,
          texts: [{ field: 'rating', base: 0, text: 'low/stable' }],
        }),
      );
      await close();
      await end(day(1));
      const open = () => lead((tx) => readOpenActions(tx, series, 0));
      expect(await open()).toMatchObject([{ item, title: 'Order a rail', personNo: person.no }]);
      await as(drawn.josie, (tx) =>
        finishWork(tx, { by: drawn.josie, now: day(2), kinds, item, outcome: 'done', note: null }),
      );
      expect(await open()).toEqual([]);
      expect((await lead((tx) => readHeld(tx, series, 9))).map(({ startsAt }) => startsAt)).toEqual([
        tuesday,
      ]);
    });

    test('members of other teams see its people no more, once nothing of it is open', async () => {
      const nurse = await drawStaff(at.book, 'practice_nurse');
      await lead((tx) =>
        addMember(tx, {
          ...on(monday),
          name: nurse.name,
          discipline: 'gp',
          account: nurse.account,
          team: null,
        }),
      );
      const person = await refer();
      await build();
      const sees = () =>
        as(nurse, (tx) => readPerson(tx, person.id)).then(
          () => true,
          () => false,
        );
      expect(await sees()).toBe(true);
      await end();
      await asBatch(at.book, endFinishedSight);
      expect(await sees()).toBe(false);
      await again(day(7));
      expect(await sees(), 'begun again').toBe(true);
    });

    test('not while one is under way; the second of two is told by whom and why; the same sent twice is one', async () => {
      await lead((tx) => beginMeeting(tx, on(tuesday)));
      await expect(end(tuesday)).rejects.toMatchObject({ code: 'under_way' });
      await close();
      await Promise.all([end(day(1)), end(day(1))]);
      expect((await read()).changes.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
      await expect(end(day(1), 'Another reason')).rejects.toMatchObject({
        code: 'series_ended',
        message: expect.stringContaining(
          `${drawn.intLead.name} has ended these meetings: The team has grown`,
        ),
      });
      const { text: base } = await read(day(1));
      await expect(
        lead((tx) => changeSeries(tx, { ...ofSeries(day(1)), base, typed: { ...base, name: 'x' } })),
      ).rejects.toMatchObject({ code: 'series_ended' });
      await expect(end(day(1), 'x', drawn.josie)).rejects.toMatchObject({ code: 'not_permitted' });
    });

    test('and begun again: the same meeting at another time, with who still waits and what was written', async () => {
      const [person, gone] = [await refer(), await refer()];
      await build();
      await ask(person);
      await end();
      await expect(again(new Date('2026-11-01T12:00:00Z'))).rejects.toMatchObject({ code: 'invalid_input' });
      // Somebody put one of them on the agenda of another meeting meanwhile.
      const other = await setUp('Diabetes meeting', day(2));
      await at.book
        .pool('owner')
        .query(
          `insert into coordination.meeting_case (meeting_id, person_no, position, reasons) values ($1, $2, 1, '[]')`,
          [other, gone.no],
        );
      await again(day(10), day(3));
      await again(day(10), day(3));
      expect(await read()).toMatchObject({
        endedAt: null,
        ahead: { meeting, startsAt: day(10), state: 'planned' },
        changes: [{ kind: 'begun_again' }, { kind: 'ended' }],
      });
      expect(textOf((await caseOf(person)) ?? { texts: [] }, 'questions')).toBe('Could she have rails?');
      expect(await caseOf(gone), 'is talked about once').toBeNull();
      expect(await lead((tx) => readMoves(tx, meeting))).toMatchObject([
        { wasAt: tuesday, kind: 'not_held', because: 'The meetings had been ended: The team has grown' },
      ]);
      expect(await audited('mdt.begun_again')).toMatchObject([{ detail: { people: [person.no] } }]);
      await expect(again(day(11), day(3))).rejects.toMatchObject({ code: 'not_ended' });
      // Every week from the new day on.
      expect(
        await lead((tx) => noteNotHeld(tx, { ...on(day(3)), was: day(10), reason: 'Holidays' })),
      ).toEqual(day(17));
    });
  });
});
