import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { type DrawnFact, drawFacts } from '../../../../test/support/drawn-facts.ts';
import { actAs, asBatch, type DrawnPerson, drawStaff, relate } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { addDays, InvalidInput, londonDay, NotPermitted, plainDate, Refusal } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { escalateBreaches } from '../../work/index.ts';
import { moveRound, setCadence } from './change-visits.ts';
import { readInReachPathway, visitStates } from './in-reach-pathway.ts';
import { countNotVisited, keepInReach } from './keep-in-reach.ts';
import { openDueVisits } from './open-visits.ts';
import {
  countRoute,
  readInReachEvents,
  readResident,
  readResidents,
  readRoute,
  readRoutePeople,
  readSite,
} from './read-in-reach.ts';
import { recordVisits, type VisitLine } from './record-visits.ts';

// 2 November 2026 is a Monday.
const now = new Date('2026-11-02T09:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const pathway = readInReachPathway('content');
const DEFINITIONS = ['care-home-resident', 'housebound'];
const ELM = { address: 'Elm House, 12 High Road', postcode: 'ZZ1 1AA' };

const at = useTestBook();
const drawn = useDrawnCaseload(at, { josie: 10, tunde: 10 });
let gp: Actor;
let stranger: Actor;
let snapshot = 0;
beforeAll(async () => {
  gp = await drawStaff(at.book, 'gp');
  await relate(at.book, 'practice_staff', { account: gp.account }, { practice: drawn.practice });
  stranger = await drawStaff(at.book, 'practice_nurse');
});
beforeEach(async () => {
  await at.book.pool('owner').query(`
    truncate coordination.in_reach_visit, coordination.in_reach_change, coordination.in_reach, coordination.in_reach_site;
    delete from work.transition; delete from work.item;`);
});

const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
const keep = (at_ = now) =>
  asBatch(at.book, (tx) => keepInReach(tx, { by: drawn.intLead, now: at_, pathway }));
const openDue = (at_: Date) =>
  asBatch(at.book, (tx) => openDueVisits(tx, { by: drawn.intLead, now: at_, pathway }));
const facts = async (people: readonly Omit<DrawnFact, 'practice'>[]) => {
  snapshot += 1;
  await drawFacts(at.book, {
    snapshot,
    asOf: '2026-11-01',
    definitions: DEFINITIONS,
    people: people.map((each) => ({ practice: drawn.practice, ...each })),
  });
};
const sql = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await at.book.pool('owner').query(text, values)).rows;
const inHome = async (address: { address: string | null; postcode: string | null } = ELM, more = {}) =>
  await drawn.person({ ...address, ...more } as never);
const resident = (person: DrawnPerson, by: Actor = drawn.intLead) =>
  as(by, (tx) => readResident(tx, person.no));
const openVisits = () =>
  sql<{ person: number; team: number; state: string; due: Date; breach: Date; level: number }>(
    `select subject_id as person, owner_team as team, state, due_at as due, breach_at as breach, level
       from work.item where kind = 'in_reach_visit' and closed_at is null order by 1`,
  );

/** Two people in Elm House, whose first visit is on the same day. */
async function twoInElmHouse(): Promise<{ ann: DrawnPerson; bea: DrawnPerson; site: number; day: string }> {
  const [ann, bea] = [await inHome({ ...ELM, address: `Room 1, ${ELM.address}` }), await inHome()];
  await facts([ann, bea].map(({ no }) => ({ no, in: ['care-home-resident'] })));
  await keep();
  const who = await resident(ann);
  return { ann, bea, site: who?.site ?? 0, day: who?.nextDay ?? '' };
}

const line = async (
  person: DrawnPerson,
  outcome: string,
  note: string | null = null,
): Promise<VisitLine> => ({
  person: person.id,
  outcome,
  note,
  seen: (await resident(person))?.version ?? 0,
});
const record = (by: Actor, lines: readonly VisitLine[], on: Date) =>
  as(by, (tx) => recordVisits(tx, { by, now: on, pathway, visitedOn: londonDay(on), lines }));

describe('after new facts', () => {
  test('every resident of a care home and everybody housebound has a cadence and one visit ahead', async () => {
    const { ann, bea } = await twoInElmHouse();
    const home = await inHome({ address: '1 Low Lane', postcode: 'ZZ1 2BB' });
    await facts([
      { no: ann.no, in: ['care-home-resident', 'housebound'] },
      { no: bea.no, in: ['care-home-resident'] },
      { no: home.no, in: ['housebound'] },
    ]);
    expect(await keep()).toMatchObject({ begun: 1, changed: 0, ended: 0 });
    const [one, other, third] = [await resident(ann), await resident(bea), await resident(home)];
    expect([one?.setting, other?.setting, third?.setting]).toEqual(['care_home', 'care_home', 'housebound']);
    expect(one?.site, 'rooms of one building are one site').toBe(other?.site);
    expect(one?.nextDay, 'visited on one round').toBe(other?.nextDay);
    expect(third?.nextDay && third.nextDay <= '2026-11-30').toBe(true);
    expect(await asBatch(at.book, (tx) => countNotVisited(tx, pathway, now))).toEqual({ wanted: 3, not: 0 });
    expect(await openVisits(), 'none of their days has come').toEqual([]);
  });

  test('a second time, and two at once, change nothing', async () => {
    const { ann } = await twoInElmHouse();
    const before = await sql('select * from coordination.in_reach order by 1');
    const both = await Promise.all([keep(), keep(), keep()]);
    expect(both.map(({ begun, changed, ended }) => begun + changed + ended)).toEqual([0, 0, 0]);
    expect(await sql('select * from coordination.in_reach order by 1')).toEqual(before);
    await facts([{ no: ann.no, in: ['care-home-resident'] }]);
    const three = await Promise.all([keep(), keep(), keep()]);
    expect(
      three.reduce((all, { ended }) => all + ended, 0),
      'the other one ended once',
    ).toBe(1);
  });

  test('who died, left, or is no longer said to need it has the open visit ended with that outcome', async () => {
    const people = [await inHome(), await inHome(), await inHome(), await inHome()] as const;
    const [died, left, better, stays] = people;
    await facts(people.map(({ no }) => ({ no, in: ['housebound'] })));
    await keep();
    await openDue(later(40));
    expect(await openVisits()).toHaveLength(4);
    await sql(
      'update register.person set death_date = $1, registered = false, practice_id = null where person_no = $2',
      ['2026-11-20', died.no],
    );
    await sql('update register.person set registered = false, practice_id = null where person_no = $1', [
      left.no,
    ]);
    await facts([{ no: better.no }, { no: stays.no, in: ['housebound'] }]);
    expect(await keep(later(41))).toMatchObject({ begun: 0, changed: 0, ended: 3 });
    const items = await sql<{ person: number; outcome: string | null }>(
      "select subject_id as person, outcome from work.item where kind = 'in_reach_visit' order by 1",
    );
    expect(items).toEqual([
      { person: died.no, outcome: 'died' },
      { person: left.no, outcome: 'left' },
      { person: better.no, outcome: 'no_longer' },
      { person: stays.no, outcome: null },
    ]);
    expect(await keep(later(41))).toMatchObject({ begun: 0, changed: 0, ended: 0 });
  });

  test('of whom it is not known, nothing changes', async () => {
    const { ann, bea } = await twoInElmHouse();
    await facts([
      { no: ann.no, unknown: ['care-home-resident'] },
      { no: bea.no, in: ['care-home-resident'] },
    ]);
    expect(await keep()).toMatchObject({ begun: 0, changed: 0, ended: 0 });
  });

  test('who lives elsewhere now is visited there; the address of a sensitive record is in no list', async () => {
    const { ann, bea, site } = await twoInElmHouse();
    await sql("update register.person set address = 'Ash House', postcode = 'ZZ2 2BB' where person_no = $1", [
      ann.no,
    ]);
    await sql('update register.person set sensitive = true where person_no = $1', [bea.no]);
    expect(await keep()).toMatchObject({ changed: 2 });
    expect((await resident(ann))?.site).not.toBe(site);
    expect((await resident(bea))?.address).toBeNull();
    expect(await as(drawn.intLead, (tx) => readSite(tx, site)), 'nobody lives there now').toBeNull();
    const { sites } = await as(drawn.intLead, (tx) =>
      readRoute(tx, { day: plainDate('2026-12-01'), today: plainDate('2026-12-01'), setting: null, page: 1 }),
    );
    expect(sites.map(({ address }) => address).sort()).toEqual(['Ash House', null]);
  });
});

describe('by the clock', () => {
  test('a visit is work of the team on its day, once, and escalates when it is missed', async () => {
    const { ann, bea, day } = await twoInElmHouse();
    const on = new Date(`${day}T07:00:00Z`);
    expect(await openDue(later(0))).toBe(0);
    const opened = await Promise.all([openDue(on), openDue(on)]);
    expect(opened[0] + opened[1]).toBe(2);
    expect(await openDue(on)).toBe(0);
    expect((await openVisits()).map(({ person, team, state }) => [person, team, state])).toEqual(
      [ann, bea].map(({ no }) => [no, drawn.team, 'planned']),
    );
    const escalate = (when: Date) =>
      asBatch(at.book, (tx) => escalateBreaches(tx, visitStates, drawn.intLead, when));
    const days = (n: number) => new Date(on.getTime() + n * 86_400_000);
    expect(await escalate(days(1)), 'a day late is not missed yet').toBe(0);
    expect(await escalate(days(2))).toBe(2);
    expect((await openVisits()).map(({ state, level }) => [state, level])).toEqual([
      ['missed', 1],
      ['missed', 1],
    ]);
    const today = londonDay(days(2));
    expect(
      await as(drawn.intLead, (tx) => countRoute(tx, { day: today, today, setting: null })),
    ).toMatchObject({
      people: 2,
      due: 2,
      missed: 2,
    });
    expect(await escalate(days(6)), 'and again').toBe(2);
  });
});

describe('recording a round', () => {
  test('each outcome leads to the next visit, or to none', async () => {
    const { ann, bea, day } = await twoInElmHouse();
    const on = new Date(`${day}T11:00:00Z`);
    await openDue(on);
    const lines = [await line(ann, 'seen', 'Eats well'), await line(bea, 'moved')];
    expect(await record(drawn.josie, lines, on)).toEqual({ recorded: 2, not: [] });
    expect(await resident(ann)).toMatchObject({
      nextDay: addDays(plainDate(day), 7),
      lastOutcome: 'seen',
      lastNote: 'Eats well',
      lastBy: drawn.josie.name,
    });
    expect(await resident(bea)).toMatchObject({ nextDay: null, endedBecause: 'moved' });
    expect(await openVisits()).toEqual([]);
    expect(await keep(on), 'the word of who visits counts against the record').toMatchObject({ begun: 0 });
    expect(await asBatch(at.book, (tx) => countNotVisited(tx, pathway, on))).toMatchObject({ not: 0 });
    expect(await drawn.auditOf(ann)).toMatchObject([
      { who: drawn.josie.account, action: 'in_reach.recorded' },
    ]);
  });

  test('who was not in is looked for again soon, and is back in the round after that', async () => {
    const { ann, bea, day } = await twoInElmHouse();
    const round = plainDate(day);
    const on = new Date(`${day}T11:00:00Z`);
    await record(drawn.josie, [await line(ann, 'not_in'), await line(bea, 'seen')], on);
    const again = (await resident(ann))?.nextDay as string;
    expect(again > round && again < addDays(round, 7)).toBe(true);
    await record(drawn.josie, [await line(ann, 'seen')], new Date(`${again}T11:00:00Z`));
    expect((await resident(ann))?.nextDay).toBe(addDays(round, 7));
    expect((await resident(bea))?.nextDay).toBe(addDays(round, 7));
  });

  test('before its day is one visit too', async () => {
    const { ann } = await twoInElmHouse();
    expect(await record(gp, [await line(ann, 'seen')], now)).toMatchObject({ recorded: 1 });
    expect(await sql("select outcome from work.item where kind = 'in_reach_visit'")).toEqual([
      { outcome: 'seen' },
    ]);
  });

  test('of two who record the same visit differently the first counts, and the second is told; other lines are saved', async () => {
    const { ann, bea, day } = await twoInElmHouse();
    const on = new Date(`${day}T11:00:00Z`);
    await openDue(on);
    const [seen, notIn, bees] = [await line(ann, 'seen'), await line(ann, 'not_in'), await line(bea, 'seen')];
    expect(await record(drawn.josie, [seen], on)).toMatchObject({ recorded: 1 });
    const second = await record(drawn.tunde, [notIn, bees], on);
    expect(second.recorded).toBe(1);
    expect(second.not).toEqual([
      { person: ann.id, because: expect.stringContaining(`“Seen”, by ${drawn.josie.name}`) },
    ]);
    expect(await sql('select person_no, outcome from coordination.in_reach_visit order by 1')).toEqual([
      { person_no: ann.no, outcome: 'seen' },
      { person_no: bea.no, outcome: 'seen' },
    ]);
  });

  test('pressed twice, and by many at once, is one visit for each person', async () => {
    const { ann, bea, day } = await twoInElmHouse();
    const on = new Date(`${day}T11:00:00Z`);
    await openDue(on);
    const lines = [await line(ann, 'seen'), await line(bea, 'refused')];
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        record(n % 2 === 0 ? drawn.josie : drawn.tunde, n % 3 === 0 ? [...lines].reverse() : lines, on),
      ),
    );
    expect(
      all.every(({ not }) => not.length === 0),
      'the same outcome is no conflict',
    ).toBe(true);
    expect(await sql('select 1 from coordination.in_reach_visit')).toHaveLength(2);
  });

  test.each`
    what                     | day             | outcome   | field
    ${'a day in the future'} | ${'2026-11-03'} | ${'seen'} | ${'day'}
    ${'a day long ago'}      | ${'2026-10-01'} | ${'seen'} | ${'day'}
    ${'an unknown outcome'}  | ${'2026-11-02'} | ${'fled'} | ${'outcome-'}
  `('$what is refused, and nothing saved', async ({ day, outcome, field }) => {
    const { ann } = await twoInElmHouse();
    const lines = [await line(ann, outcome)];
    const saved = as(drawn.josie, (tx) =>
      recordVisits(tx, { by: drawn.josie, now, pathway, visitedOn: plainDate(day), lines }),
    );
    await expect(saved).rejects.toBeInstanceOf(InvalidInput);
    await saved.catch(({ fields }: InvalidInput) => expect(fields[0]?.field).toContain(field));
    expect(await sql('select from coordination.in_reach_visit')).toEqual([]);
  });
});

describe('who sees and does what', () => {
  test('who may not see the people sees no address, and records nothing of them', async () => {
    const { ann, site, day } = await twoInElmHouse();
    const lines = [await line(ann, 'seen')];
    expect(await as(stranger, (tx) => readSite(tx, site))).toBeNull();
    expect(await as(stranger, (tx) => readResidents(tx, site))).toEqual([]);
    const asked = { day: plainDate(day), today: londonDay(now), setting: null };
    expect(await as(stranger, (tx) => readRoutePeople(tx, asked, 10))).toEqual([]);
    expect(await as(gp, (tx) => readRoutePeople(tx, asked, 10))).toHaveLength(2);
    const { recorded, not } = await record(stranger, lines, now);
    expect([recorded, not.length]).toEqual([0, 1]);
  });

  test('a practice manager visits nobody; a coordinator does not decide how often', async () => {
    const { ann } = await twoInElmHouse();
    const manager = await drawStaff(at.book, 'practice_manager');
    await expect(record(manager, [await line(ann, 'seen')], now)).rejects.toBeInstanceOf(NotPermitted);
    await expect(cadence(drawn.josie, ann)).rejects.toBeInstanceOf(NotPermitted);
  });
});

const cadence = async (
  by: Actor,
  person: DrawnPerson,
  more: Partial<Parameters<typeof setCadence>[1]> = {},
) => {
  const seen = (await resident(person))?.version ?? 0;
  await as(by, (tx) =>
    setCadence(tx, {
      by,
      now,
      pathway,
      person: person.id,
      everyDays: 14,
      nextDay: plainDate('2026-11-10'),
      reason: 'Stable since the summer',
      seen,
      ...more,
    }),
  );
};

describe('changing visits', () => {
  test('a clinician sets how often for one person, with why; the next visits follow', async () => {
    const { ann } = await twoInElmHouse();
    await cadence(gp, ann);
    expect(await resident(ann)).toMatchObject({ everyDays: 14, nextDay: '2026-11-10' });
    await record(drawn.josie, [await line(ann, 'seen')], new Date('2026-11-10T10:00:00Z'));
    expect(await resident(ann)).toMatchObject({ nextDay: '2026-11-24' });
    expect(await as(gp, (tx) => readInReachEvents(tx, ann.no, 10))).toMatchObject([
      { outcome: 'seen', who: drawn.josie.name },
      { outcome: null, everyDays: 14, note: 'Stable since the summer', who: gp.name },
    ]);
    expect(await keep(), 'facts do not undo it').toMatchObject({ changed: 0 });
  });

  test('who was said to have died by mistake is visited again', async () => {
    const { ann } = await twoInElmHouse();
    await record(drawn.josie, [await line(ann, 'died')], now);
    await cadence(gp, ann, { everyDays: null });
    expect(await resident(ann)).toMatchObject({ endedAt: null, nextDay: '2026-11-10', everyDays: null });
  });

  test('of two forms the second is told; what makes no sense is refused by field', async () => {
    const { ann } = await twoInElmHouse();
    await cadence(gp, ann);
    await expect(cadence(gp, ann, { seen: 1 })).rejects.toMatchObject({ code: 'changed_meanwhile' });
    const bad = cadence(gp, ann, { everyDays: 999, nextDay: plainDate('2026-11-01') });
    await expect(bad).rejects.toMatchObject({ fields: [{ field: 'every' }, { field: 'next' }] });
  });

  test('a round moves with everybody on it, a missed one too, and has a new chance to be on time', async () => {
    const { site, day } = await twoInElmHouse();
    const on = new Date(`${day}T07:00:00Z`);
    await openDue(on);
    const late = new Date(on.getTime() + 3 * 86_400_000);
    await asBatch(at.book, (tx) => escalateBreaches(tx, visitStates, drawn.intLead, late));
    const to = addDays(londonDay(late), 1);
    const move = () =>
      as(drawn.tunde, (tx) =>
        moveRound(tx, {
          by: drawn.tunde,
          now: late,
          pathway,
          site,
          from: londonDay(late),
          to,
          reason: 'Snow',
        }),
      );
    expect(await move()).toBe(2);
    expect((await openVisits()).map(({ state, level }) => [state, level])).toEqual([
      ['planned', 0],
      ['planned', 0],
    ]);
    await expect(move()).rejects.toBeInstanceOf(Refusal);
  });
});
