import { beforeAll, describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { actAs, type DrawnPerson } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { openTask, readWorkPathway, WorkKinds } from '../../work/index.ts';
import { buildAgenda } from './agenda.ts';
import { putBack, removeFromAgenda } from './change-agenda.ts';
import { carryOver } from './discuss-case.ts';
import { beginMeeting, closeMeeting } from './hold-meeting.ts';
import { readMdtPathway } from './mdt-pathway.ts';
import { readCases } from './read-case.ts';
import { addMember, setUpMdt } from './run-mdt.ts';

const now = new Date('2026-11-02T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const pathway = readMdtPathway('content');
const kinds = new WorkKinds(readWorkPathway('content'), []);

describe('a team with two series of meetings', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 30, tunde: 30 });
  let frailty: number;
  let diabetes: number;
  const lead = <Result>(work: (tx: Tx) => Promise<Result>) => actAs(at.book, drawn.intLead, work);
  const on = (meeting: number) => ({ by: drawn.intLead, now, pathway, meeting });
  const setUp = (name: string, days: number) =>
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
        starts: later(days),
      }),
    );
  beforeAll(async () => {
    diabetes = await setUp('Diabetes meeting', 3);
    frailty = await setUp('Frailty meeting', 1);
  });
  const refer = async (again?: DrawnPerson, when = now): Promise<DrawnPerson> => {
    const person = again ?? (await drawn.person());
    await lead((tx) =>
      openTask(tx, {
        by: drawn.intLead,
        now: when,
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
  const build = (meeting: number) => lead((tx) => buildAgenda(tx, on(meeting)));
  const caseOf = async (meeting: number, person: DrawnPerson) =>
    (await lead((tx) => readCases(tx, meeting))).find(
      ({ personNo, removedBecause }) => personNo === person.no && removedBecause === null,
    );
  const whereIs = async (person: DrawnPerson) => [
    (await caseOf(frailty, person)) !== undefined,
    (await caseOf(diabetes, person)) !== undefined,
  ];

  test.each([
    ['the first is built first', () => [frailty, diabetes]],
    ['the second is built first', () => [diabetes, frailty]],
  ])('has a referral on one agenda, that of the meeting that comes first: %s', async (_, order) => {
    const person = await refer();
    for (const meeting of order()) await build(meeting);
    expect(await whereIs(person)).toEqual([true, false]);
    for (const meeting of order()) await build(meeting);
    expect(await whereIs(person)).toEqual([true, false]);
  });

  test('has whom somebody took off the one on the other', async () => {
    const person = await refer();
    await build(frailty);
    const of = await caseOf(frailty, person);
    await lead((tx) =>
      removeFromAgenda(tx, { ...on(frailty), case: of?.id ?? 0, reason: 'It is about her diabetes' }),
    );
    for (const meeting of [frailty, diabetes]) await build(meeting);
    expect(await whereIs(person)).toEqual([false, true]);
  });

  test('has whom somebody took off and somebody asks for again where they were, and whom it puts back', async () => {
    const person = await refer();
    await build(frailty);
    const of = await caseOf(frailty, person);
    const takeOff = () =>
      lead((tx) => removeFromAgenda(tx, { ...on(frailty), case: of?.id ?? 0, reason: 'In hospital' }));
    const back = () => lead((tx) => putBack(tx, { ...on(frailty), case: of?.id ?? 0 }));
    await takeOff();
    await back();
    expect(await whereIs(person)).toEqual([true, false]);
    await expect(back()).rejects.toMatchObject({ code: 'on_the_agenda' });
    await takeOff();
    await build(frailty);
    expect(await whereIs(person), 'taken off stays off').toEqual([false, false]);
    await refer(person, later(0.5));
    await build(frailty);
    await build(diabetes);
    expect(await whereIs(person), 'asked for anew').toEqual([true, false]);
    expect((await caseOf(frailty, person))?.id, 'with what was written').toBe(of?.id);
  });

  test('is one team with two however often its form is sent, and has each member once', async () => {
    expect(await setUp('Frailty meeting', 1)).toBe(frailty);
    const invite = (name: string, discipline: string) =>
      lead((tx) => addMember(tx, { ...on(frailty), name, discipline, account: null, team: null }));
    await invite('Sam Social', 'social_care');
    await expect(invite('sam social', 'social_care')).rejects.toMatchObject({ code: 'invalid_input' });
    await invite('Sam Social', 'gp');
  });

  test('has whom the first did not reach on its own next agenda, and not on the other too', async () => {
    const person = await refer();
    await build(frailty);
    await lead((tx) => beginMeeting(tx, on(frailty)));
    for (const { id, removedBecause } of await lead((tx) => readCases(tx, frailty)))
      if (removedBecause === null)
        await lead((tx) => carryOver(tx, { ...on(frailty), case: id, reason: 'No time' }));
    const next = await lead((tx) => closeMeeting(tx, { ...on(frailty), kinds, quorumNote: 'Two were away' }));
    await build(next);
    await build(diabetes);
    frailty = next;
    expect(await whereIs(person)).toEqual([true, false]);
    expect((await caseOf(next, person))?.reasons.map(({ rule }) => rule)).toEqual(['referral', 'review']);
  });
});
