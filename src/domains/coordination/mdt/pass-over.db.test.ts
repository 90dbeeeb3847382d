import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin } from '../../../../test/support/actors.ts';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { actAs, type DrawnPerson, drawStaff } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { londonDay } from '../../../kernel/index.ts';
import { act } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openTask, readWorkPathway, WorkKinds } from '../../work/index.ts';
import { buildAgenda } from './agenda.ts';
import { writeCase } from './discuss-case.ts';
import { beginMeeting, closeMeeting, noteAttendance } from './hold-meeting.ts';
import { readMdtPathway } from './mdt-pathway.ts';
import { readMeeting, readMeetings } from './meeting.ts';
import { moveMeeting, noteNotHeld, passOverUnbegun, readMoves } from './pass-over.ts';
import { readCases, textOf } from './read-case.ts';
import { addMember, setUpMdt } from './run-mdt.ts';

// A weekly meeting that was to be on Tuesday 3 November at noon, and whose day is over before anybody began it.

const setUpOn = new Date('2026-11-02T12:00:00Z');
const planned = new Date('2026-11-03T12:00:00Z');
const thursday = new Date('2026-11-05T09:30:00Z');
const nextTuesday = new Date('2026-11-10T12:00:00Z');
const pathway = readMdtPathway('content');
const kinds = new WorkKinds(readWorkPathway('content'), []);

describe('a meeting that nobody began', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 30 });
  let meeting: number;
  let person: DrawnPerson;
  const lead = <Result>(work: (tx: Tx) => Promise<Result>) => actAs(at.book, drawn.intLead, work);
  const on = (now: Date) => ({ by: drawn.intLead, now, pathway, meeting });
  const notHeld = (now: Date, was = planned, reason = 'The chair was ill') =>
    lead((tx) => noteNotHeld(tx, { ...on(now), was, reason }));
  const read = () => lead((tx) => readMeeting(tx, meeting, drawn.intLead));
  const cases = () => lead((tx) => readCases(tx, meeting));
  const moves = () => lead((tx) => readMoves(tx, meeting));

  beforeEach(async () => {
    // What an earlier test left is over.
    const owner = at.book.pool('owner');
    await owner.query('update coordination.mdt set ended_at = now() where ended_at is null');
    await owner.query(
      `update work.item set state = 'done', outcome = 'done', closed_at = now() where kind = 'mdt_referral' and closed_at is null`,
    );
    meeting = await lead((tx) =>
      setUpMdt(tx, {
        by: drawn.intLead,
        now: setUpOn,
        pathway,
        name: 'Neighbourhood meeting',
        cadence: 'weekly',
        minutes: 60,
        place: 'Room 2',
        chair: drawn.intLead.account,
        chairDiscipline: 'nursing',
        starts: planned,
      }),
    );
    person = await drawn.person();
    await lead(async (tx) => {
      const { by } = on(setUpOn);
      const about = { subject: { kind: 'person', id: person.no }, title: 'Falls', note: '' } as const;
      await openTask(tx, {
        by,
        now: setUpOn,
        kinds,
        kind: 'mdt_referral',
        ...about,
        for: { team: drawn.team, account: null },
      });
      await buildAgenda(tx, on(setUpOn));
    });
    const [found] = (await cases()).filter(({ personNo }) => personNo === person.no);
    await lead((tx) =>
      writeCase(tx, {
        ...on(setUpOn),
        case: found?.id ?? 0,
        texts: [{ field: 'questions', base: 0, text: 'Could she have rails?' }],
      }),
    );
  });
  const asked = async () => (await cases()).map((each) => [each.personNo, textOf(each, 'questions')]);

  test('was not held, and why: its agenda and what is written are of the next time', async () => {
    await lead((tx) => noteAttendance(tx, { ...on(setUpOn), attended: new Map([[0, 'present']]) }));
    expect(await notHeld(thursday)).toEqual(nextTuesday);
    expect(await read()).toMatchObject({ state: 'planned', startsAt: nextTuesday });
    expect(await asked()).toEqual([[person.no, 'Could she have rails?']]);
    expect(await moves()).toMatchObject([
      { wasAt: planned, kind: 'not_held', because: 'The chair was ill', who: drawn.intLead.name },
    ]);
    const listed = (await lead((tx) => readMeetings(tx, drawn.intLead, 50))).find(
      (each) => each.meeting === meeting,
    );
    expect(listed).toMatchObject({ notHeld: 1, lastNotHeld: planned, people: 1 });
  });

  test('sent twice is done once, and the second is told that it has another time', async () => {
    await notHeld(thursday);
    await expect(notHeld(thursday)).rejects.toMatchObject({ code: 'moved_meanwhile' });
    expect((await read()).startsAt).toEqual(nextTuesday);
    expect(await moves()).toHaveLength(1);
  });

  test('after several weeks goes to the first time that is still to come', async () => {
    expect(await notHeld(new Date('2026-11-24T13:00:00Z'))).toEqual(new Date('2026-12-01T12:00:00Z'));
  });

  test('is moved to a day, asks anew who comes, and those after it come when they would have', async () => {
    const member = (await read()).members[0]?.member ?? 0;
    await lead((tx) => noteAttendance(tx, { ...on(setUpOn), attended: new Map([[member, 'apologies']]) }));
    const friday = new Date('2026-11-06T10:00:00Z');
    const move = (starts: Date) =>
      lead((tx) => moveMeeting(tx, { ...on(thursday), was: planned, starts, reason: 'The room was let' }));
    await expect(move(setUpOn)).rejects.toMatchObject({ code: 'invalid_input' });
    await move(friday);
    expect(await read()).toMatchObject({ startsAt: friday, slotAt: planned, members: [{ attended: null }] });
    expect(await asked()).toEqual([[person.no, 'Could she have rails?']]);
    expect(await notHeld(new Date('2026-11-07T10:00:00Z'), friday)).toEqual(nextTuesday);
  });

  test('is held late: its minutes have the day on which it was, and the next comes when it would have', async () => {
    await lead((tx) => beginMeeting(tx, on(thursday)));
    expect(await read()).toMatchObject({ state: 'open', startsAt: thursday });
    const [of] = await cases();
    await lead((tx) =>
      writeCase(tx, {
        ...on(thursday),
        case: of?.id ?? 0,
        texts: [
          { field: 'no_change', base: 0, text: 'All is well' },
          { field: 'rating', base: 0, text: 'low/stable' },
        ],
      }),
    );
    await expect(notHeld(thursday, thursday)).rejects.toMatchObject({ code: 'begun' });
    const next = await lead((tx) =>
      closeMeeting(tx, { ...on(thursday), kinds, quorumNote: 'Better late than never' }),
    );
    expect((await lead((tx) => readMeeting(tx, next, drawn.intLead))).startsAt).toEqual(nextTuesday);
  });

  test('held three weeks late is followed by one that is to come, and not by one of the past', async () => {
    const late = new Date('2026-11-25T09:00:00Z');
    await lead((tx) => beginMeeting(tx, on(late)));
    const [of] = await cases();
    await lead((tx) =>
      writeCase(tx, {
        ...on(late),
        case: of?.id ?? 0,
        texts: [
          { field: 'no_change', base: 0, text: 'All is well' },
          { field: 'rating', base: 0, text: 'low/stable' },
        ],
      }),
    );
    const next = await lead((tx) => closeMeeting(tx, { ...on(late), kinds, quorumNote: 'Late' }));
    expect((await lead((tx) => readMeeting(tx, next, drawn.intLead))).startsAt).toEqual(
      new Date('2026-12-01T12:00:00Z'),
    );
  });

  test('waits until the next of its series is due, and then goes on by itself with its agenda', async () => {
    const clock = (now: Date) =>
      act(at.book, { by: drawn.intLead, origin: anOrigin(), login: 'batch' }, (tx) =>
        passOverUnbegun(tx, { by: drawn.intLead, now }),
      );
    expect(await clock(new Date('2026-11-03T23:00:00Z')), 'on its own day').toBe(0);
    expect(await clock(new Date('2026-11-09T23:00:00Z')), 'the day before the next').toBe(0);
    expect((await read()).startsAt).toEqual(planned);
    expect(await clock(new Date('2026-11-10T00:30:00Z'))).toBe(1);
    expect(await clock(new Date('2026-11-10T00:31:00Z')), 'once').toBe(0);
    expect(await read()).toMatchObject({ state: 'planned', startsAt: nextTuesday });
    expect(await asked()).toEqual([[person.no, 'Could she have rails?']]);
    expect(await moves()).toMatchObject([{ wasAt: planned, kind: 'not_held' }]);
    // Three weeks in which the clock stood still, or nobody looked.
    expect(await clock(new Date('2026-12-02T08:00:00Z'))).toBe(1);
    expect(londonDay((await read()).startsAt)).toBe('2026-12-08');
  });

  test('is moved by the team that meets, and not by a member of another', async () => {
    const nurse = await drawStaff(at.book, 'practice_nurse');
    await lead((tx) =>
      addMember(tx, {
        ...on(setUpOn),
        name: nurse.name,
        discipline: 'gp',
        account: nurse.account,
        team: null,
      }),
    );
    await expect(
      actAs(at.book, nurse, (tx) =>
        noteNotHeld(tx, { by: nurse, now: thursday, pathway, meeting, was: planned, reason: 'No' }),
      ),
    ).rejects.toMatchObject({ code: 'not_permitted' });
  });
});
